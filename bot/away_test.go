package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/oncall"
)

func TestNobodyIsPagedOnVacation(t *testing.T) {
	lead := []oncall.Target{{Kind: oncall.TargetLead, Name: oncall.TeamsOwn}}
	for name, tc := range map[string]struct {
		steps []oncall.Step
		act   func(w *world)
		want  []string // pages until 14:00
	}{
		"the owner is passed over at once": {
			[]oncall.Step{{Targets: person("ana")}},
			func(w *world) {
				w.command("luis", "payments-team", "/incident take INC-1")
				w.command("luis", "payments-team", "/oncall vacation 2026-11-25 2026-11-30")
			},
			[]string{"13:45:00 ana"},
		},
		"and so are a person of a step and a lead": {
			[]oncall.Step{{Targets: person("luis")}, {Targets: lead, After: time.Hour}, {Targets: person("ana"), After: time.Hour}},
			func(w *world) {
				w.command("luis", "payments-team", "/oncall vacation 2026-11-25 2026-11-30")
				w.command("diego", "payments-team", "/oncall vacation 2026-11-25 2026-11-30")
			},
			[]string{"13:45:00 ana"},
		},
		"but not when it is handed to them": {
			[]oncall.Step{{Targets: person("ana")}},
			func(w *world) {
				w.command("luis", "payments-team", "/oncall vacation 2026-11-25 2026-11-30")
				w.command("ana", "payments-team", "/incident handover INC-1 luis")
			},
			[]string{"13:00:00 luis"},
		},
		"nor when the last resort names nobody else": {
			[]oncall.Step{{Targets: person("luis")}},
			func(w *world) {
				w.command("luis", "payments-team", "/oncall vacation 2026-11-25 2026-11-30")
				w.command("diego", "payments-team", "/oncall vacation 2026-11-25 2026-11-30")
			},
			[]string{"13:45:00 diego", "13:45:00 #payments-team"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(o *bot.Options) {
				o.Company.Team("payments").Policy = &oncall.Policy{Name: "some", Steps: tc.steps, RepeatAfter: time.Hour}
			})
			w.say("maria", "acme-support", "", report)
			w.records = nil
			tc.act(w)
			w.wait(46 * time.Minute)
			all := w.records
			got := w.pages()
			if !slices.Equal(got[:min(len(got), len(tc.want))], tc.want) {
				t.Errorf("paged %v, want %v", got, tc.want)
			}
			told := strings.Contains(transcript(all), "está de vacaciones")
			if want := !strings.Contains(name, "handed"); told != want {
				t.Errorf("the team is told that somebody is away: %v, want %v", told, want)
			}
		})
	}
}
