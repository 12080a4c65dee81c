package bot_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/oncall"
)

func TestThePageThatDiedLongAgoDoesNotHurryTheNextStep(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.fail = func(d *bot.Delivery) error {
		switch {
		case d.Kind != bot.Page || d.User != "ana":
			return nil
		case d.Attempt == 1:
			return &bot.DeliveryError{RetryAfter: 12 * time.Minute, NotSent: true, Err: errors.New("later")}
		}
		return &bot.DeliveryError{Permanent: true, NotSent: true, Err: errors.New("account deactivated")}
	}
	w.wait(56 * time.Minute) // ana's page waits for the platform, diego was paged
	if n := w.paged("INC-1"); n != 2 {
		t.Fatalf("%d pages", n)
	}
	w.wait(2 * time.Minute) // ana's is given up
	if n := w.paged("INC-1"); n != 2 {
		t.Errorf("because the first of them died, 2 pages became %d", n)
	}
}

// once is a policy that is not repeated and says nothing of how long its last
// step has.
func once(o *bot.Options) {
	o.Company.Team("platform").Policy = &oncall.Policy{
		Name: "once", Steps: []oncall.Step{
			{Targets: []oncall.Target{{Kind: oncall.TargetChannel, Name: oncall.TeamsOwn}}},
			{Targets: []oncall.Target{{Kind: oncall.TargetPerson, Name: "diego"}}, After: 30 * time.Minute},
		},
	}
}

func TestWhoIsPagedLastCanStillAcknowledge(t *testing.T) {
	for _, after := range []time.Duration{0, time.Minute, 12 * time.Hour} {
		t.Run(after.String(), func(t *testing.T) {
			w := newWorld(t, once)
			w.say("john", "globex-support", "", "The nightly export fails with error 500")
			for len(w.Messages("@diego", "diego")) == 0 {
				w.wait(10 * time.Minute)
			}
			w.wait(after)
			w.records = nil
			w.press("diego", "ack", "INC-1")
			for _, r := range w.said(bot.Refused) {
				t.Errorf("refused: %s", r.Message.Plain())
			}
			for _, channel := range []string{"@diego", "platform-team"} {
				for _, m := range w.Messages(channel, "diego") {
					if m.Purpose == "page" && asks(m.Body) {
						t.Errorf("there is still something to acknowledge in %s: %s", channel, m.Body.Plain())
					}
				}
			}
		})
	}
}

func TestACommitmentForWhichNobodyAnsweredIsPagedAgainWhenItIsBroken(t *testing.T) {
	w := newWorld(t, once)
	w.say("john", "globex-support", "", "The nightly export fails with error 500")
	breached := func() bool { return clock(w.state("INC-1"), "first_response").State == "breached" }
	for range 500 {
		w.wait(10 * time.Minute)
		if breached() {
			break
		}
		w.records = nil
	}
	if len(w.said(bot.Page)) == 0 {
		t.Error("nobody had acknowledged, and nobody is paged for the breach")
	}
}

func TestAnotherTeamIsPagedFromItsFirstStep(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(56 * time.Minute) // ana, then diego
	w.records = nil
	w.command("ana", "payments-team", "/incident team INC-1 platform")
	if page := w.one(bot.Page); page.To != "sofia" {
		t.Errorf("paged %s%s", page.Channel, page.To)
	}
}

func TestWhoEscalatesPastTheLastStepCallsTheLastResort(t *testing.T) {
	w := newWorld(t, once)
	w.say("john", "globex-support", "", "The nightly export fails with error 500")
	for range 2 {
		w.command("sofia", "platform-team", "/incident escalate INC-1")
	}
	w.records = nil
	w.command("sofia", "platform-team", "/incident escalate INC-1")
	if got, want := w.pages(), []string{"13:00:00 diego", "13:00:00 #platform-team"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want the lead and the channel: %v", got, want)
	}
}
