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

func TestACalendarOfTheirsTakesSomebodyOffCall(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) {
		day := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
		o.Company.Person("ana").Away = []oncall.Interval{{Start: day, End: day.AddDate(0, 0, 5)}}
	})
	for _, tc := range []struct{ name, who, command, want string }{
		{"the next of the rotation has it", "ana", "/oncall", "Luis"},
		{"it is listed, with where it comes from", "ana", "/oncall vacation list", "Ana · de su calendario"},
		{"nobody is put on call then", "diego", "/oncall override payments ana 2026-11-26 2026-11-27", "dice su calendario"},
		{"and it is not taken back in chat", "ana", "/oncall vacation cancel 0", "No hay vacaciones"},
		{"nor by undoing", "ana", "/oncall undo", "No hay"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w.records = nil
			w.command(tc.who, "payments-team", tc.command)
			var said []string
			for _, r := range w.records {
				said = append(said, r.Message.Title, r.Message.Text)
				for _, item := range r.Message.Items {
					said = append(said, item.Title, item.Body)
				}
			}
			if all := strings.Join(said, "\n"); !strings.Contains(all, tc.want) {
				t.Errorf("%q is not in:\n%s", tc.want, all)
			}
		})
	}
}
