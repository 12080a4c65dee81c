package bot_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sereno/bot"
)

func TestALowerSeverityDoesNotEraseABreachInSilence(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(61 * time.Minute)
	w.records = nil
	w.command("ana", "payments-team", "/incident severity INC-1 low")
	var corrections int
	for _, r := range w.said(bot.Post) {
		if strings.Contains(r.Message.Text, "corregido") {
			corrections++
		}
	}
	if corrections != 1 {
		t.Errorf("%d corrections were announced", corrections)
	}
	w.command("ana", "payments-team", "/incident show INC-1")
	if shown := w.one(bot.Ephemeral).Message.Plain(); !strings.Contains(shown, "primera respuesta: incumplida") || !strings.Contains(shown, "Corregido") {
		t.Errorf("the history does not tell both:\n%s", shown)
	}
}

func TestABreachIsAnnouncedOnceWhateverTheSeverityBecomes(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(61 * time.Minute)
	w.records = nil
	w.command("ana", "payments-team", "/incident severity INC-1 critical")
	for _, r := range w.records {
		if strings.Contains(r.Message.Title, "incumplió la primera") {
			t.Errorf("announced again: %s", r.Message.Plain())
		}
	}
}

func TestAMergeCarriesTheAnswersOver(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.wait(5 * time.Minute)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.wait(15 * time.Minute)
	w.say("maria", "acme-support", "", "otra vez el error 500 en pagos")
	w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
	if c := clock(w.state("INC-2"), "first_response"); c.State != "met" || c.ElapsedS != 300 {
		t.Errorf("who was answered there has been answered: %+v", c)
	}
}

func TestAPressOnTheReceiptOfAMergedIncidentClosesNothing(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(time.Hour)
	w.say("maria", "acme-support", "", "no llegan los webhooks")
	w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
	w.records = nil
	w.accept(bot.Event{Kind: bot.ButtonPressed, Button: "solved", Value: "INC-1"})
	if r := w.one(bot.Refused); !strings.Contains(r.Message.Text, "INC-2") {
		t.Errorf("refused with %q", r.Message.Text)
	}
	if s := w.state("INC-2"); s.Status != "new" {
		t.Errorf("INC-2 is %s", s.Status)
	}
}

func TestPressingEscalateTwiceWakesOnePerson(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.records = nil
	for n := range 2 {
		w.must2(w.bot.Accept(t.Context(), bot.Event{
			Key: "console:twice" + string(rune('0'+n)), Platform: "console", Kind: bot.ButtonPressed, At: w.Now(),
			Channel: "payments-team", User: "luis", Button: "escalate", Value: "INC-1:0",
		}))
	}
	w.must2(w.Settle(t.Context()))
	all := w.records
	if pages := w.said(bot.Page); len(pages) != 1 {
		t.Errorf("%d were paged", len(pages))
	}
	w.records = all
	if r := w.one(bot.Refused); !strings.Contains(r.Message.Text, "Ana") {
		t.Errorf("refused with %q", r.Message.Text)
	}
}

func TestSmallTalkEditedIntoARequestIsOne(t *testing.T) {
	w := newWorld(t)
	id := w.say("maria", "acme-support", "", "hola")
	w.wait(time.Minute)
	w.must(w.Edit(t.Context(), "maria", id, "hola, la API de pagos devuelve error 500"))
	if w.count() != 1 {
		t.Fatal("it opened nothing")
	}
	w.must(w.Edit(t.Context(), "maria", id, "hola, la API de pagos devuelve error 503"))
	if w.count() != 1 {
		t.Error("a further edit opened another")
	}
}

func TestAReplyByCommandReachesTheCustomer(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.records = nil
	w.command("ana", "payments-team", "/incident reply INC-1 ya encontramos la causa:\n- el certificado")
	var told bool
	for _, r := range w.said(bot.Post) {
		told = told || r.Channel == "acme-support" && r.Thread == root && r.Message.From == "Ana" &&
			r.Message.Markdown == "ya encontramos la causa:\n- el certificado"
	}
	if s := w.state("INC-1"); !told || s.Owner != "ana" || clock(s, "first_response").State != "met" {
		t.Errorf("told %v: %+v", told, s)
	}
}

func TestAFormThatCameTooLateIsAskedQuestionByQuestion(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.fail = func(d *bot.Delivery) error {
		if d.Kind == bot.OpenForm {
			return &bot.DeliveryError{Permanent: true, NotSent: true, Err: errors.New("expired_trigger_id")}
		}
		return nil
	}
	w.records = nil
	w.press("ana", "resolve", "INC-1")
	if r := w.one(bot.Direct); r.To != "ana" || !strings.Contains(r.Message.Text, "¿Qué se hizo?") {
		t.Errorf("%+v", r)
	}
}

func TestClosingAnAnsweredIncidentIsSaid(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.records = nil
	w.accept(bot.Event{Kind: bot.ButtonPressed, Button: "solved", Value: "INC-1"})
	if r := w.one(bot.Post); r.Thread != root || !strings.Contains(r.Message.Text, "queda cerrado") {
		t.Errorf("%+v", r)
	}
	if s := w.state("INC-1"); s.Status != "closed" || s.Self {
		t.Errorf("%+v", s)
	}
}

func TestAnIncidentTakenOutOfAThreadLeavesTheThreadToTheFirst(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	other := w.say("maria", "acme-support", root, "otra cosa: no llegan los webhooks")
	w.records = nil
	w.must(w.OpenIncident(t.Context(), "ana", other))
	if w.count() != 2 {
		t.Fatal("it did not get its own")
	}
	for _, r := range w.said(bot.Post) {
		if r.Channel == "acme-support" && r.Thread != root {
			t.Errorf("the receipt hangs on %s, which is no root of a thread", r.Thread)
		}
	}
	w.say("ana", "acme-support", root, "lo vemos")
	if one, two := w.state("INC-1"), w.state("INC-2"); clock(one, "first_response").State != "met" || clock(two, "first_response").State != "running" {
		t.Errorf("the thread's answer is not the first incident's: %+v, %+v", one, two)
	}
	w.command("ana", "payments-team", "/incident reply INC-2 los webhooks ya salen")
	if c := clock(w.state("INC-2"), "first_response"); c.State != "met" {
		t.Errorf("%+v", c)
	}
}
