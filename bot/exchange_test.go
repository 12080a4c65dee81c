package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/bot"
)

var errNoSuch = errors.New("no such message")

// beingAsked is a world in which ana is being asked, in her direct conversation, what
// was done about INC-1.
func beingAsked(t *testing.T) *world {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "payments-team", User: "ana", Button: "resolve", Value: "INC-1"})
	if r := w.one(bot.Direct); !strings.Contains(r.Message.Plain(), "¿Qué se hizo?") {
		t.Fatalf("asked %s", r.Message.Plain())
	}
	return w
}

// alone lets ana write to the bot alone.
func (w *world) alone(at time.Time, words string) {
	w.t.Helper()
	w.platform(bot.Event{Kind: bot.MessagePosted, Channel: "@ana", Direct: true, Message: fmt.Sprintf("d%d", w.forged), User: "ana", At: at, Text: words})
}

func TestAnAnswerThatBeginsLikeACommandIsAnAnswer(t *testing.T) {
	for _, words := range []string{"Closed the old connections", "Merge conflict in the certificates", "note to self: renew it"} {
		w := beingAsked(t)
		w.alone(w.Now(), words)
		if r := w.one(bot.Direct); len(r.Message.Buttons) < 5 {
			t.Errorf("after %q: %s", words, r.Message.Plain())
		}
	}
}

func TestACommandWhileBeingAskedIsACommand(t *testing.T) {
	w := beingAsked(t)
	w.alone(w.Now(), "take INC-1")
	if s := w.state("INC-1"); s.Owner != "ana" {
		t.Errorf("%+v", s)
	}
	w.records = nil
	w.alone(w.Now(), "se renovó el certificado")
	if r := w.one(bot.Direct); len(r.Message.Buttons) < 5 {
		t.Errorf("the question was forgotten: %s", r.Message.Plain())
	}
}

func TestAQuestionWaitsForAWhileOnly(t *testing.T) {
	w := beingAsked(t)
	w.wait(31 * time.Minute)
	w.records = nil
	w.alone(w.Now(), "hola, ¿qué tal?")
	w.alone(w.Now(), "ours")
	if s := w.state("INC-1"); s.Status == "resolved" {
		t.Errorf("%+v", s)
	}
}

func TestWhatWasWrittenBeforeTheQuestionIsNoAnswerToIt(t *testing.T) {
	w := beingAsked(t)
	w.alone(w.Now().Add(-time.Second), "el cliente es un pesado")
	if r := w.one(bot.Refused); len(r.Message.Buttons) > 0 {
		t.Errorf("it was taken for the answer: %s", r.Message.Plain())
	}
}

func TestARefusedFormAsksNoMore(t *testing.T) {
	w := beingAsked(t)
	w.alone(w.Now(), "se renovó el certificado")
	w.command("luis", "payments-team", "/incident resolve INC-1 listo")
	w.records = nil
	w.alone(w.Now(), "ours")
	w.one(bot.Refused)
	w.alone(w.Now(), "ours")
	if r := w.one(bot.Refused); !strings.Contains(r.Message.Text, "comandos") {
		t.Errorf("it still asks: %s", r.Message.Plain())
	}
}

func TestAButtonOfAnEarlierQuestionChangesNoOtherIncident(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.say("john", "globex-support", "", "The nightly export fails with error 500")
	w.records = nil
	for _, id := range []string{"INC-1", "INC-2"} {
		w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "payments-team", User: "ana", Button: "severity", Value: id})
	}
	first := w.said(bot.Direct)[0]
	before := w.state("INC-2").Severity
	for _, b := range first.Message.Buttons {
		if b.ID == "answer_choice" && !strings.HasSuffix(b.Value, before) {
			w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "@ana", Direct: true, User: "ana", Button: b.ID, Value: b.Value})
			break
		}
	}
	if after := w.state("INC-2").Severity; after != before {
		t.Errorf("INC-2 is %s now", after)
	}
}

func TestAFormThatCameTooLateIsAskedAlthoughItIsAboutNoIncident(t *testing.T) {
	w := newWorld(t)
	w.fail = func(d *bot.Delivery) error {
		if d.Kind == bot.OpenForm {
			return &bot.DeliveryError{Permanent: true, NotSent: true, Err: errors.New("trigger expired")}
		}
		return nil
	}
	w.command("maria", "acme-support", "/incident new")
	r := w.one(bot.Direct)
	if r.To != "maria" || len(r.Message.Buttons) == 0 {
		t.Errorf("%+v", r)
	}
}
