package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/oncall"
)

// atRisk is an incident about whose first response ana has just been paged: 13:45,
// due 14:00.
func atRisk(t *testing.T, options ...func(*bot.Options)) *world {
	t.Helper()
	w := newWorld(t, options...)
	w.say("maria", "acme-support", "", report)
	w.wait(45 * time.Minute)
	w.records = nil
	return w
}

func reasons(w *world) []string {
	var out []string
	for _, r := range w.said(bot.Page) {
		whom := r.To
		if whom == "" {
			whom = "#" + r.Channel
		}
		out = append(out, at(r.At)+" "+whom+" "+r.Reason)
	}
	return out
}

func TestWhatSomebodyAcknowledgedAndForgotPagesAgain(t *testing.T) {
	w := atRisk(t)
	w.press("ana", "ack", "INC-1") // 15 min left: it lasts for 10
	w.wait(14 * time.Minute)
	if got, want := reasons(w), []string{"13:55:00 ana unattended", "13:57:30 diego unattended"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestWhatHappensAfterAnAcknowledgement(t *testing.T) {
	for name, tc := range map[string]struct {
		act  func(w *world)
		want []string // pages until 14:09
	}{
		"nothing but the breach, with still on it": {
			func(w *world) { w.wait(9 * time.Minute); w.press("ana", "still", "INC-1") },
			[]string{"14:00:00 ana breached"},
		},
		"a note shows that somebody works on it": {
			func(w *world) {
				w.wait(time.Minute)
				w.command("ana", "payments-team", "/incident note INC-1 reviso los logs")
			},
			[]string{"14:00:00 ana breached"},
		},
		"an answer ends it": {
			func(w *world) { w.say("ana", "acme-support", "INC-1", "lo estamos mirando") },
			nil,
		},
		"a reminder comes when it was asked for": {
			func(w *world) { w.command("ana", "payments-team", "/incident remind INC-1 5m") },
			[]string{"13:50:00 ana reminder", "13:55:00 diego at_risk"},
		},
		"handed over, the other is paged": {
			func(w *world) { w.command("ana", "payments-team", "/incident handover INC-1 luis") },
			[]string{"13:45:00 luis handed_over", "13:55:00 diego at_risk"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := atRisk(t)
			w.press("ana", "ack", "INC-1")
			tc.act(w)
			w.must2(w.Advance(t.Context(), begin.Add(69*time.Minute)))
			got := reasons(w)
			if len(tc.want) == 0 && len(got) != 0 || len(got) < len(tc.want) || !slices.Equal(got[:len(tc.want)], tc.want) {
				t.Errorf("paged %v, want %v", got, tc.want)
			}
		})
	}
}

func TestAPageThatIsHandedOverTwiceWakesOnce(t *testing.T) {
	w := atRisk(t)
	w.press("ana", "ack", "INC-1")
	w.records = nil
	w.command("ana", "payments-team", "/incident handover INC-1 luis")
	if got, want := reasons(w), []string{"13:45:00 luis handed_over"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
	w.wait(time.Second)
	contains(t, "again", w.answer("ana", "payments-team", "/incident handover INC-1 luis"), "ya le fue pasado a Luis")
	w.command("luis", "payments-team", "/incident ack INC-1")
	w.wait(time.Second)
	w.command("luis", "payments-team", "/incident handover INC-1 ana")
	w.command("ana", "payments-team", "/incident ack INC-1")
	w.command("ana", "payments-team", "/incident handover INC-1 luis") // anew, for they had answered
	if got, want := reasons(w), []string{"13:45:02 ana handed_over", "13:45:02 luis handed_over"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestWhoHadAcknowledgedIsToldThatAnotherHandsItOver(t *testing.T) {
	w := atRisk(t)
	w.press("ana", "ack", "INC-1")
	w.records = nil
	w.command("diego", "payments-team", "/incident handover INC-1 luis")
	contains(t, "ana", w.directly(), "ana: Diego le pasó INC-1 a Luis: no te vuelvo a avisar por eso.")
	w.records = nil
	w.press("luis", "ack", "INC-1")
	w.records = nil
	w.command("luis", "payments-team", "/incident handover INC-1 ana")
	if got := w.directly(); strings.Contains(got, "luis:") {
		t.Errorf("who does so knows: %s", got)
	}
}

func TestWhoAcknowledgedTheWarningIsPagedAtTheBreach(t *testing.T) {
	w := atRisk(t)
	w.wait(10 * time.Minute) // diego is paged too
	w.records = nil
	w.press("diego", "ack", "INC-1")
	w.must2(w.Advance(t.Context(), begin.Add(time.Hour+time.Second)))
	if got, want := reasons(w), []string{"14:00:00 diego breached"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestAnAcknowledgementLastsAsLongAsThePolicySays(t *testing.T) {
	w := atRisk(t, func(o *bot.Options) { o.Company.Team("payments").Policy.AckFor = 3 * time.Minute })
	w.press("ana", "ack", "INC-1")
	w.wait(4 * time.Minute)
	if got, want := reasons(w), []string{"13:48:00 ana unattended"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestTheSecondPressOfTheSamePersonIsNoMistake(t *testing.T) {
	w := atRisk(t)
	id, err := w.FindButton("ana", "ack", "INC-1")
	w.must2(err)
	w.must(w.Press(t.Context(), "ana", id, "ack"))
	w.records = nil
	w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "@ana", Direct: true, Message: id, User: "ana", Button: "ack", Value: "INC-1"})
	if got := w.said(bot.Refused); len(got) != 0 {
		t.Errorf("refused: %s", got[0].Message.Plain())
	}
}

func TestNobodyIsAskedAtNightAboutWhatRestsAtNight(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.Company.Team("payments").Policy.AckFor = time.Hour })
	w.wait(7 * time.Hour) // 17:00 in Buenos Aires, an hour before the office closes
	w.say("maria", "acme-support", "", report)
	w.wait(45 * time.Minute) // at risk at 17:45, due 18:00
	w.press("ana", "ack", "INC-1")
	w.say("ana", "acme-support", "INC-1", "lo estamos mirando")
	w.say("maria", "acme-support", "INC-1", "¿y el pago 8841?") // due tomorrow at 11:15
	w.records = nil
	w.wait(14 * time.Hour) // until 07:45
	if got := w.pages(); len(got) != 0 {
		t.Errorf("paged in the night: %v", got)
	}
}

func TestQuietHoursHoldBackAllButWhatIsCriticalAndTheLastResort(t *testing.T) {
	always := oncall.Window{Zone: time.UTC, Hours: []oncall.Restriction{{Days: [7]bool{true, true, true, true, true, true, true}, From: 0, To: 24 * 60}}}
	quiet := func(o *bot.Options) { o.Company.Person("ana").Quiet = []oncall.Window{always} }
	w := newWorld(t, quiet)
	w.say("maria", "acme-support", "", report)
	w.wait(46 * time.Minute)
	if got, want := w.pages(), []string{"13:45:00 diego"}; !slices.Equal(got, want) {
		t.Errorf("at once the next is paged: %v, want %v", got, want)
	}
	w = newWorld(t, quiet)
	w.say("maria", "acme-support", "", report)
	w.command("luis", "payments-team", "/incident severity INC-1 critical")
	w.wait(12 * time.Minute)
	if got, want := w.pages(), []string{"13:11:15 ana"}; !slices.Equal(got, want) {
		t.Errorf("a critical one: %v, want %v", got, want)
	}
}

func TestStepsThatAreSetBackwardsFromTheBreach(t *testing.T) {
	target := func(kind oncall.TargetKind, name string) []oncall.Target {
		return []oncall.Target{{Kind: kind, Name: name}}
	}
	w := newWorld(t, func(o *bot.Options) {
		o.Company.Team("payments").Policy = &oncall.Policy{Name: "backwards", Steps: []oncall.Step{
			{Targets: target(oncall.TargetSchedule, "team"), Share: .5},
			{Targets: target(oncall.TargetLead, "team"), Share: .75},
			{Targets: target(oncall.TargetChannel, "team"), Share: .9},
		}}
	})
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.wait(59 * time.Minute)
	if got, want := w.pages(), []string{"13:30:00 ana", "13:45:00 diego", "13:54:00 #payments-team"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestAStepWhoseConditionDoesNotHoldIsAsIfItWereNotThere(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) {
		p := o.Company.Team("payments").Policy
		p.Steps[0].When.Customers = []string{"globex"}
	})
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.wait(56 * time.Minute)
	if got, want := w.pages(), []string{"13:45:00 diego", "13:55:00 #payments-team"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestTheLastResortIsCalledWhenNobodyAcknowledges(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) {
		p := o.Company.Team("payments").Policy
		p.Steps, p.Repeat = p.Steps[:1], 0
		p.RepeatAfter = 4 * time.Minute
		p.Fallback = []oncall.Target{{Kind: oncall.TargetPerson, Name: "sofia"}}
	})
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.wait(50 * time.Minute)
	all := slices.Clone(w.records)
	if got, want := w.pages(), []string{"13:45:00 ana", "13:49:00 sofia", "13:49:00 diego", "13:49:00 #payments-team"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
	for _, r := range all {
		if r.Kind == bot.Page && r.To == "sofia" && !strings.Contains(r.Message.Text, "NOBODY ANSWERS") && !strings.Contains(r.Message.Text, "NADIE RESPONDE") {
			t.Errorf("it does not say that nobody answers: %s", r.Message.Plain())
		}
	}
}
