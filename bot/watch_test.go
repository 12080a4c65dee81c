package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/oncall"
)

// lose takes away every timer of INC-1 of the kinds, as a fault might.
func (w *world) lose(kinds ...string) {
	w.t.Helper()
	w.must2(w.store.Update(w.t.Context(), func(tx bot.Tx) error { return tx.CancelTimers(w.t.Context(), 1, kinds...) }))
}

func TestTheWatchmanSeesAnOpenClockOfWhichNobodyWasTold(t *testing.T) {
	for name, tc := range map[string]struct {
		set    func(*bot.Options)
		before time.Duration // nothing is to be found yet
		lost   []string
		says   string
		paged  string
	}{
		"a share of a policy that goes backwards": {policyOf(backwards()), 30*time.Minute + 30*time.Second, []string{"share"}, "50 % of its first_response is used and nobody was paged", "13:32:30 ana"},
		"a warning": {func(*bot.Options) {}, 45*time.Minute + 30*time.Second, []string{"warning"}, "75 % of its first_response is used and nobody was warned", "13:47:30 ana"},
		"a breach":  {policyOf(nil), 60*time.Minute + 30*time.Second, []string{"breach"}, "its first_response is broken and nobody was told", "14:02:30 diego"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, tc.set)
			w.say("maria", "acme-support", "", report)
			w.lose(tc.lost...)
			w.records = nil
			w.wait(tc.before)
			if found := w.bot.Watch(t.Context()); len(found) != 0 {
				t.Fatalf("found %v where all is well", found)
			}
			w.wait(2 * time.Minute)
			if got := w.pages(); len(got) != 0 {
				t.Fatalf("paged without a timer: %v", got)
			}
			found := w.bot.Watch(t.Context())
			if len(found) != 1 || !strings.Contains(found[0], "INC-1: "+tc.says) {
				t.Errorf("found %v", found)
			}
			w.must2(w.Settle(t.Context()))
			if got := w.pages(); len(got) == 0 || got[0] != tc.paged {
				t.Errorf("paged %v, want %s first", got, tc.paged)
			}
			if found := w.bot.Watch(t.Context()); len(found) != 0 {
				t.Errorf("said again: %v", found)
			}
		})
	}
}

func TestTheWatchmanLeavesAloneWhatIsGoingToBeLookedAt(t *testing.T) {
	down := new(time.Duration)
	w := newWorld(t, func(o *bot.Options) { o.Clock = leaping{o.Clock, down} })
	w.say("maria", "acme-support", "", report)
	*down = 50 * time.Minute
	for _, what := range w.bot.Watch(t.Context()) {
		if !strings.Contains(what, "overdue") {
			t.Errorf("found %s", what)
		}
	}
}

func TestAReloadedPolicyHoldsForIncidentsThatAreOpen(t *testing.T) {
	w := newWorld(t, policyOf(&oncall.Policy{Name: "late", Steps: []oncall.Step{{Targets: person("diego")}}}))
	w.say("maria", "acme-support", "", report)
	next := *w.now
	next.Teams = slices.Clone(next.Teams)
	team := *next.Team("payments")
	team.Policy = backwards()
	next.Teams[slices.Index(next.Teams, next.Team("payments"))] = &team
	w.must(w.bot.Reload(t.Context(), &next, "test", nil))
	w.records = nil
	w.wait(31 * time.Minute)
	if got, want := w.pages(), []string{"13:30:00 ana"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
	if found := w.bot.Watch(t.Context()); len(found) != 0 {
		t.Errorf("found %v", found)
	}
}
