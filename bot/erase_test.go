package bot_test

import (
	"strings"
	"testing"
	"time"

	"sereno/bot"
)

func TestTheTwinOfAMessageTakesNothingOfTheIncidentWithIt(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	twin := w.say("maria", "acme-support", root, report)
	w.must(w.Edit(w.t.Context(), "maria", twin, "perdón, lo mandé dos veces"))
	if card := w.card("INC-1"); card.Quote != report {
		t.Errorf("after an edit of the second the card quotes %q", card.Quote)
	}
	third := w.say("maria", "acme-support", root, report)
	w.must(w.Delete(w.t.Context(), "maria", third))
	if card := w.card("INC-1"); card.Quote != report {
		t.Errorf("after the third was taken back the card quotes %q", card.Quote)
	}
}

func TestAnEditThatComesAfterTheDeletionBringsNothingBack(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.platform(bot.Event{Kind: bot.MessageDeleted, Channel: "acme-support", Message: root, User: "maria"})
	w.platform(bot.Event{Kind: bot.MessageEdited, Channel: "acme-support", Message: root, User: "maria", Text: "la clave es 1234"})
	w.command("ana", "payments-team", "/incident show INC-1")
	if said := w.one(bot.Ephemeral).Message.Plain(); strings.Contains(said, "1234") {
		t.Errorf("what was taken back is shown:\n%s", said)
	}
}

func TestWordsTakenBackAreGoneFromWhatAbsorbedThem(t *testing.T) {
	w := newWorld(t)
	secret := w.say("maria", "acme-support", "", "La API falla con la clave 1234-5678")
	w.wait(30 * time.Minute)
	w.say("maria", "acme-support", "", "no llegan los webhooks")
	w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
	w.must(w.Delete(w.t.Context(), "maria", secret))
	w.records = nil
	for _, id := range []string{"INC-1", "INC-2"} {
		w.command("ana", "payments-team", "/incident show "+id)
		if said := w.one(bot.Ephemeral).Message.Plain(); strings.Contains(said, "1234") {
			t.Errorf("%s still shows what was taken back:\n%s", id, said)
		}
	}
}
