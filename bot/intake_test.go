package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/kb"
)

const report = "La API de pagos devuelve error 500 desde las 9:50"

func TestACustomersMessageIsAcknowledgedWithItsCommitmentAndShownToTheTeam(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	posts := w.said(bot.Post)
	if len(posts) != 2 {
		t.Fatalf("want a receipt and a card, got:\n%s", transcript(posts))
	}
	receipt, card := posts[0], posts[1]
	if receipt.Channel != "acme-support" || receipt.Thread != root || receipt.Incident != "INC-1" {
		t.Errorf("the receipt is not in the thread of the message: %+v", receipt)
	}
	for _, words := range []string{"INC-1", "alta", "hoy 11:00", "Buenos Aires"} {
		if !strings.Contains(receipt.Message.Plain(), words) {
			t.Errorf("the receipt does not say %q:\n%s", words, receipt.Message.Plain())
		}
	}
	if len(receipt.Message.Buttons) != 0 || len(receipt.Message.Items) != 0 {
		t.Error("nothing matched, and yet something is suggested")
	}
	if card.Channel != "payments-team" || card.Thread != "" || !strings.Contains(card.Message.Plain(), report) {
		t.Errorf("card: %+v", card)
	}
	var buttons []string
	for _, b := range card.Message.Buttons {
		buttons = append(buttons, b.ID)
	}
	for _, want := range []string{"take", "severity", "escalate", "resolve", "not_incident"} {
		if !slices.Contains(buttons, want) {
			t.Errorf("the card has no button %s, only %v", want, buttons)
		}
	}
}

// An adapter may read an event after it has handed it over.
func TestAcceptingLeavesTheEventAsItWas(t *testing.T) {
	w := newWorld(t)
	e := bot.Event{
		Key: "k", Platform: "console", Kind: bot.FormSent, Channel: "payments-team", User: "ana", Form: "article", At: w.Now(),
		Fields: map[string]string{"title": "a\x00b"}, Files: []bot.File{{Name: "a\x00b"}},
	}
	w.must(w.bot.Accept(t.Context(), e))
	if e.Fields["title"] != "a\x00b" || e.Files[0].Name != "a\x00b" {
		t.Errorf("it was changed: %+v", e)
	}
}

// late hears what Maria said so long before the message that was heard first.
func (w *world) late(before time.Duration) {
	w.t.Helper()
	w.must(w.bot.Accept(w.t.Context(), bot.Event{
		Key: "console:late", Platform: "console", Kind: bot.MessagePosted, At: w.Now().Add(-before), Channel: "acme-support",
		Message: "late", User: "maria", Text: "no llegan los webhooks",
	}))
}

func TestWhatBelongsToWhat(t *testing.T) {
	for _, tc := range []struct {
		name string
		do   func(w *world, root string)
		want int // incidents in the end
	}{
		{"a second message in the thread", func(w *world, root string) { w.say("maria", "acme-support", root, "pasa con todas las tarjetas") }, 1},
		{"right after, in the channel", func(w *world, _ string) {
			w.wait(2 * time.Minute)
			w.say("maria", "acme-support", "", "pasa con todas las tarjetas")
		}, 1},
		{"each within the window of the one before", func(w *world, _ string) {
			for range 4 {
				w.wait(4 * time.Minute)
				w.say("maria", "acme-support", "", "sigue fallando la conciliación")
			}
		}, 1},
		{"long after, in the channel", func(w *world, _ string) {
			w.wait(time.Hour)
			w.say("maria", "acme-support", "", "no llegan los webhooks")
		}, 2},
		{"held up on its way for less than the window", func(w *world, _ string) { w.late(4 * time.Minute) }, 1},
		{"held up on its way for longer", func(w *world, _ string) { w.late(time.Hour) }, 2},
		{"by somebody else, in the channel", func(w *world, _ string) {
			w.must(w.bot.Accept(w.t.Context(), bot.Event{
				Key: "console:x1", Platform: "console", Kind: bot.MessagePosted, At: w.Now(), Channel: "acme-support",
				Message: "x1", User: "pedro", Text: "no llegan los webhooks",
			}))
		}, 2},
		{"by one of ours, in the channel", func(w *world, _ string) { w.say("ana", "acme-support", "", "hoy hay mantenimiento a las 22") }, 1},
		{"thanks", func(w *world, _ string) {
			w.wait(time.Hour)
			w.say("maria", "acme-support", "", "gracias!")
		}, 1},
		{"a greeting", func(w *world, _ string) {
			w.wait(time.Hour)
			w.say("maria", "acme-support", "", "buen día")
		}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t)
			root := w.say("maria", "acme-support", "", report)
			tc.do(w, root)
			if got := w.count(); got != tc.want {
				t.Errorf("%d incidents, want %d:\n%s", got, tc.want, transcript(w.records))
			}
		})
	}
}

func TestMistakesAreCorrectedInOneAction(t *testing.T) {
	t.Run("small talk that was a request is opened from the message", func(t *testing.T) {
		w := newWorld(t)
		id := w.say("maria", "acme-support", "", "buen día")
		w.must(w.React(t.Context(), "maria", id, "ticket"))
		if w.count() != 1 {
			t.Fatal("no incident")
		}
		w.must(w.React(t.Context(), "ana", id, "ticket"))
		if w.count() != 1 {
			t.Error("asking twice opened two")
		}
	})
	t.Run("a message from before the bot was there is opened in its author's name", func(t *testing.T) {
		w := newWorld(t)
		w.must(w.bot.Accept(t.Context(), bot.Event{
			Key: "console:old", Platform: "console", Kind: bot.OpenAsked, At: w.Now(), Channel: "acme-support",
			Message: "old", User: "ana", Text: "no llegan los webhooks",
			Author: &bot.Author{User: "maria", At: w.Now().Add(-20 * time.Minute)},
		}))
		if s := w.state("INC-1"); !s.ReportedAt.Equal(begin.Add(-20 * time.Minute)) {
			t.Errorf("reported at %s", s.ReportedAt)
		}
	})
	t.Run("what an agent wrote down of a call is opened when they say so", func(t *testing.T) {
		w := newWorld(t)
		id := w.say("ana", "acme-support", "", "María llamó: no llegan los webhooks")
		if w.count() != 0 {
			t.Fatal("it opened by itself")
		}
		w.must(w.OpenIncident(t.Context(), "ana", id))
		if w.count() != 1 {
			t.Error("it did not open")
		}
	})
	t.Run("a message that went to the wrong incident gets its own", func(t *testing.T) {
		w := newWorld(t)
		w.say("maria", "acme-support", "", report)
		id := w.say("maria", "acme-support", "", "otra cosa: no llegan los webhooks")
		w.must(w.OpenIncident(t.Context(), "ana", id))
		if w.count() != 2 {
			t.Fatal("it did not get its own")
		}
		w.records = nil
		w.command("ana", "payments-team", "/incident show INC-1")
		if shown := w.one(bot.Ephemeral).Message.Plain(); strings.Contains(shown, "otra cosa") {
			t.Errorf("its words are still in the first:\n%s", shown)
		}
	})
	t.Run("two that are one are merged, and the earlier report counts", func(t *testing.T) {
		w := newWorld(t)
		w.say("maria", "acme-support", "", report)
		w.wait(30 * time.Minute)
		w.say("maria", "acme-support", "", "sigue el error 500 en pagos")
		w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
		one, two := w.state("INC-1"), w.state("INC-2")
		if one.Status != "merged" || one.MergedInto != "INC-2" || clock(one, "first_response").State != "cancelled" {
			t.Errorf("INC-1: %+v", one)
		}
		if got := clock(two, "first_response").Due; !got.Equal(begin.Add(time.Hour)) {
			t.Errorf("INC-2 is due %s, want an hour after the first report", got)
		}
	})
	t.Run("what was no incident is called off", func(t *testing.T) {
		w := newWorld(t)
		w.say("maria", "acme-support", "", report)
		w.press("ana", "not_incident", "INC-1")
		if s := w.state("INC-1"); s.Status != "cancelled" || clock(s, "resolution").State != "cancelled" {
			t.Errorf("%+v", s)
		}
		w.records = nil
		w.wait(24 * time.Hour)
		about := slices.DeleteFunc(w.records, func(r console.Record) bool { return r.Incident == "" })
		if len(about) != 0 {
			t.Errorf("somebody was still told:\n%s", transcript(about))
		}
	})
}

func TestSuggestionsSolveOrBringAnAgent(t *testing.T) {
	helpful := func(o *bot.Options) {
		o.Articles = knows{&kb.Article{ID: "errores-500", Title: "Errores 500 en pagos", Language: "es"}}
	}
	t.Run("it solved it", func(t *testing.T) {
		w := newWorld(t, helpful)
		w.say("maria", "acme-support", "", report)
		w.press("maria", "solved", "INC-1")
		s := w.state("INC-1")
		if s.Status != "closed" || !s.Self || clock(s, "first_response").State != "met" || clock(s, "resolution").State != "met" {
			t.Errorf("%+v", s)
		}
	})
	t.Run("I still need help", func(t *testing.T) {
		w := newWorld(t, helpful)
		w.say("maria", "acme-support", "", report)
		w.records = nil
		w.press("maria", "still_need_help", "INC-1")
		var told bool
		for _, r := range w.said(bot.Post) {
			told = told || r.Channel == "payments-team" && strings.Contains(r.Message.Plain(), "errores-500")
		}
		if !told {
			t.Error("the team was not told what was tried")
		}
		w.press("maria", "still_need_help", "INC-1")
		w.one(bot.Refused)
	})
	t.Run("only the customer's side may press", func(t *testing.T) {
		w := newWorld(t, helpful)
		w.say("maria", "acme-support", "", report)
		w.records = nil
		w.press("ana", "solved", "INC-1")
		w.one(bot.Refused)
		if s := w.state("INC-1"); s.Status != "new" {
			t.Errorf("status %s", s.Status)
		}
	})
}

func TestEditsAndDeletionsAreFollowed(t *testing.T) {
	w := newWorld(t)
	id := w.say("maria", "acme-support", "", report)
	w.records = nil
	w.must(w.Edit(t.Context(), "maria", id, "La API de pagos devuelve error 503 desde las 9:50"))
	if card := w.one(bot.Update); !strings.Contains(card.Message.Plain(), "503") {
		t.Errorf("the card still reads:\n%s", card.Message.Plain())
	}
	w.must(w.Delete(t.Context(), "maria", id))
	w.records = nil
	w.command("ana", "payments-team", "/incident show INC-1")
	if shown := w.one(bot.Ephemeral).Message.Plain(); strings.Contains(shown, "503") || strings.Contains(shown, "500") {
		t.Errorf("the words of a deleted message are still there:\n%s", shown)
	}
	if w.count() != 1 {
		t.Error("the fact that it was reported is gone")
	}
}
