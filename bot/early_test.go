package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// policyOf gives the sample's payments a policy, and lets its contracts warn of nothing.
func policyOf(p *oncall.Policy) func(*bot.Options) {
	return func(o *bot.Options) {
		o.Company.Team("payments").Policy = p
		for _, c := range o.Company.Customers {
			for i := range c.Contract.Terms {
				c.Contract.Terms[i].Warnings = []sla.Warning{}
			}
		}
	}
}

func person(name string) []oncall.Target {
	return []oncall.Target{{Kind: oncall.TargetPerson, Name: name}}
}

func backwards() *oncall.Policy {
	return &oncall.Policy{Name: "backwards", Steps: []oncall.Step{
		{Targets: person("ana"), Share: 0.5},
		{Targets: person("diego"), Share: 0.75},
		{Targets: []oncall.Target{{Kind: oncall.TargetChannel, Name: oncall.TeamsOwn}}, Share: 0.9},
	}}
}

func TestPagingBeforeTheFirstWarningGoesOnUntilSomebodyAcknowledges(t *testing.T) {
	for name, tc := range map[string]struct {
		act  func(w *world)
		want []string
	}{
		"nobody does anything": {func(*world) {}, []string{"13:30:00 ana", "13:45:00 diego", "13:54:00 #payments-team"}},
		"the customer writes again": {func(w *world) {
			w.wait(31 * time.Minute)
			w.say("maria", "acme-support", "INC-1", "¿hay alguien? sigue caído")
		}, []string{"13:30:00 ana", "13:45:00 diego", "13:54:00 #payments-team"}},
		"the owner is the first to be called": {func(w *world) {
			w.command("ana", "payments-team", "/incident take INC-1")
		}, []string{"13:30:00 ana", "13:45:00 diego", "13:54:00 #payments-team"}},
		"handed over before anything is at risk": {func(w *world) {
			w.wait(31 * time.Minute)
			w.press("ana", "ack", "INC-1")
			w.command("ana", "payments-team", "/incident handover INC-1 luis")
		}, []string{"13:30:00 ana", "13:31:00 luis", "13:45:00 diego", "13:54:00 #payments-team"}}, // not ana, who handed it over
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, policyOf(backwards()))
			w.say("maria", "acme-support", "", report)
			w.records = nil
			tc.act(w)
			w.must2(w.Approach(t.Context(), begin.Add(59*time.Minute)))
			if got := w.pages(); !slices.Equal(got, tc.want) {
				t.Errorf("paged %v, want %v", got, tc.want)
			}
		})
	}
}

// Nobody acknowledges that the first response was broken, which is told again each
// hour: the steps before the resolution's breach come all the same.
func TestStepsBeforeABreachComeWhileTheLastResortIsRepeated(t *testing.T) {
	w := newWorld(t, policyOf(backwards()))
	w.say("maria", "acme-support", "", report)
	w.wait(3*time.Hour + 59*time.Minute)
	w.records = nil
	w.must2(w.Approach(t.Context(), begin.Add(23*time.Hour+59*time.Minute)))
	want := []string{"17:00:00 ana", "19:00:00 diego", "20:12:00 #payments-team"} // of eight hours, to 21:00
	var got []string
	for _, r := range w.said(bot.Page) {
		if r.Clock == "resolution" && r.Reason == "at_risk" && len(got) < len(want) {
			to := r.To
			if to == "" {
				to = "#" + r.Channel
			}
			got = append(got, r.At.UTC().Format(time.TimeOnly)+" "+to)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestAStepThatDoesNotApplyDelaysNobodysFirstPage(t *testing.T) {
	never := oncall.Condition{Severities: []sla.Severity{sla.Low}}
	for name, tc := range map[string]struct {
		steps []oncall.Step
		want  []string
		told  string
	}{
		"the next comes at once": {
			[]oncall.Step{{Targets: person("ana"), When: never}, {Targets: person("diego"), After: 10 * time.Minute}, {Targets: person("luis"), After: 5 * time.Minute}},
			[]string{"13:00:00 diego", "13:05:00 luis"},
			"",
		},
		"the next applying one too": {
			[]oncall.Step{{Targets: person("ana"), When: never}, {Targets: person("ana"), After: 20 * time.Minute, When: never}, {Targets: person("luis"), After: 5 * time.Minute}},
			[]string{"13:00:00 luis"},
			"",
		},
		"when none applies, the last resort, and not as if nobody had acknowledged": {
			[]oncall.Step{{Targets: person("ana"), When: never}, {Targets: person("ana"), After: 20 * time.Minute, When: never}},
			[]string{"13:00:00 diego", "13:00:00 #payments-team"},
			"NADIE ESTÁ NOMBRADO",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, policyOf(&oncall.Policy{Name: "narrow", Steps: tc.steps, RepeatAfter: 10 * time.Minute}))
			w.say("maria", "acme-support", "", report)
			w.records = nil
			w.command("sofia", "platform-team", "/incident escalate INC-1")
			w.wait(9 * time.Minute)
			for _, r := range w.records {
				if r.Kind == bot.Page && r.To == "diego" && !strings.Contains(r.Message.Text, tc.told) {
					t.Errorf("the page says %q", r.Message.Text)
				}
			}
			if got := w.pages(); !slices.Equal(got, tc.want) {
				t.Errorf("paged %v, want %v", got, tc.want)
			}
		})
	}
}

// A warning that comes while people are paged for another commitment leaves them
// alone, and is not lost: it follows when they have acknowledged.
func TestAWarningWaitsForThePagingOfAnotherCommitment(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) {
		levels := o.Company.Customer("acme").Contract.Terms[0].Levels
		level := levels[sla.High]
		level.Resolution.Warnings = []sla.Warning{{Share: 0.1}} // after 48 min
		levels[sla.High] = level
	})
	w.say("maria", "acme-support", "", report)
	w.wait(46 * time.Minute)
	contains(t, "first", w.one(bot.Page).Message.Plain(), "en riesgo", "La primera respuesta vence")
	w.wait(4 * time.Minute)
	if got := w.said(bot.Page); len(got) != 0 {
		t.Errorf("while she is paged for the first response: %s", transcript(got))
	}
	contains(t, "the timeline", w.answer("ana", "payments-team", "/incident show INC-1"), "En riesgo: resolución")
	w.records = nil
	w.press("ana", "ack", "INC-1")
	contains(t, "then", w.one(bot.Page).Message.Plain(), "en riesgo", "La resolución vence")
	w.press("ana", "ack", "INC-1")
	w.wait(3 * time.Minute)
	if got := w.said(bot.Page); len(got) != 0 {
		t.Errorf("said twice: %s", transcript(got))
	}
	if n := strings.Count(w.answer("ana", "payments-team", "/incident show INC-1"), "En riesgo: resolución"); n != 1 {
		t.Errorf("the timeline has it %d times", n)
	}
}
