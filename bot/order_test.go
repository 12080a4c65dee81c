package bot_test

import (
	"testing"
	"time"

	"sereno/bot"
)

// Events may reach us in another order than that in which people acted: by
// two sockets, by two processes, or as a retry.

func (w *world) heard(e bot.Event) {
	w.t.Helper()
	e.Platform, e.Channel = "console", "acme-support"
	if e.Key == "" {
		e.Key = string(e.Kind) + e.Message + e.At.String()
	}
	w.must2(w.bot.Accept(w.t.Context(), e))
}

func (w *world) fact(message string) *bot.Said {
	w.t.Helper()
	var m *bot.Said
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) (err error) {
		m, err = tx.MessageAt(w.t.Context(), "console", "acme-support", message)
		return err
	}))
	return m
}

func TestAnAnswerThatOvertakesTheReportBelongsToIt(t *testing.T) {
	for name, between := range map[string]time.Duration{"both wait": 0, "the answer is looked at first": time.Second} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.fail = func(*bot.Delivery) error { return nil }
			w.wait(10 * time.Second)
			said := w.Now()
			w.heard(bot.Event{Kind: bot.MessagePosted, At: said, Message: "answer", Thread: "root", User: "ana", Text: "lo vemos"})
			if between > 0 {
				w.must2(w.Settle(t.Context()))
				w.wait(between)
			}
			w.heard(bot.Event{Kind: bot.MessagePosted, At: said.Add(-time.Second), Message: "root", User: "maria", Text: report})
			w.wait(5 * time.Second)
			if s := w.state("INC-1"); s.Owner != "ana" || clock(s, "first_response").State != "met" {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestAnEditThatOvertakesALaterOneChangesNothing(t *testing.T) {
	w := newWorld(t)
	id := w.say("maria", "acme-support", "", report)
	w.wait(time.Minute)
	now := w.Now()
	w.heard(bot.Event{Kind: bot.MessageEdited, At: now, Message: id, User: "maria", Text: "error 503"})
	w.must2(w.Settle(t.Context()))
	w.heard(bot.Event{Kind: bot.MessageEdited, At: now.Add(-time.Second), Message: id, User: "maria", Text: "error 502"})
	w.must2(w.Settle(t.Context()))
	if got := w.fact(id).Text; got != "error 503" {
		t.Errorf("it reads %q", got)
	}
}

func TestWhatWasDeletedBeforeWeHeardOfItOpensNothing(t *testing.T) {
	w := newWorld(t)
	w.wait(time.Minute)
	w.heard(bot.Event{Kind: bot.MessageDeleted, At: w.Now(), Message: "gone", User: "maria"})
	w.must2(w.Settle(t.Context()))
	w.heard(bot.Event{Kind: bot.MessagePosted, At: w.Now().Add(-time.Second), Message: "gone", User: "maria", Text: report})
	w.must2(w.Settle(t.Context()))
	if n := w.count(); n != 0 {
		t.Errorf("%d incidents", n)
	}
}

func TestAThreadFromBeforeOurTimeHoldsNobodyUpTwice(t *testing.T) {
	w := newWorld(t)
	w.fail = func(*bot.Delivery) error { return nil }
	w.wait(time.Minute)
	w.heard(bot.Event{Kind: bot.MessagePosted, At: w.Now(), Message: "a1", Thread: "ancient", User: "ana", Text: "uno"})
	w.must2(w.Settle(t.Context()))
	w.wait(4 * time.Second)
	w.heard(bot.Event{Kind: bot.MessagePosted, At: w.Now(), Message: "a2", Thread: "ancient", User: "ana", Text: "dos"})
	w.must2(w.Settle(t.Context()))
	if b := w.backlog(); b.Events != 0 {
		t.Errorf("%d events wait", b.Events)
	}
	if got := w.fact("a2").Text; got != "dos" {
		t.Errorf("the second reads %q", got)
	}
}
