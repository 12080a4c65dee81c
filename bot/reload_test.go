package bot_test

import (
	"errors"
	"testing"
	"time"

	"sereno/bot"
)

func TestTheIncidentsOfATeamThatIsNoMoreAreTheirCustomersNewTeams(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(56 * time.Minute) // ana, then diego
	w.records = nil
	w.play(deed{do: "reload", words: "without payments"})
	if team := w.state("INC-1").Team; team != "platform" {
		t.Errorf("INC-1 is %s's", team)
	}
	card := false
	for _, r := range w.records {
		card = card || r.Kind == bot.Post && r.Purpose == "card" && r.Channel == "platform-team"
	}
	if !card {
		t.Errorf("the new team has no card:\n%s", transcript(w.records))
	}
	if page := w.one(bot.Page); page.To != "sofia" {
		t.Errorf("paged %s", page.To)
	}
}

func TestACardThatCouldNotBeShownIsShownAtTheNextChange(t *testing.T) {
	for name, kind := range map[string]bot.DeliveryKind{
		"we were not in the channel": bot.Post, "somebody deleted it": bot.Update,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.fail = func(d *bot.Delivery) error {
				if d.Purpose == "card" && d.Kind == kind {
					return &bot.DeliveryError{Permanent: true, NotSent: true, Err: errors.New("not there")}
				}
				return nil
			}
			w.say("maria", "acme-support", "", report)
			w.command("ana", "payments-team", "/incident severity INC-1 critical")
			w.fail, w.records = nil, nil
			w.command("ana", "payments-team", "/incident take INC-1")
			if card := w.one(bot.Post); card.Purpose != "card" {
				t.Errorf("posted %+v", card)
			}
		})
	}
}
