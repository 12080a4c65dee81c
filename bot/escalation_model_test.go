package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sereno/bot"
	"sereno/bot/oncall"
)

// The reference: a policy whose steps page one person each, so many minutes
// apart, run through 1+repeat times; then the lead and the channel, every hour.
// An acknowledgement ends it for as long as it lasts.
func reference(first time.Time, waits []int, repeat, again int, until time.Time) []time.Time {
	var out []time.Time
	next := first
	for round := 0; round <= repeat; round++ {
		for i := range waits {
			if round > 0 && i == 0 {
				next = next.Add(time.Duration(again) * time.Minute)
			} else if i > 0 {
				next = next.Add(time.Duration(waits[i]) * time.Minute)
			}
			if !next.After(until) {
				out = append(out, next)
			}
		}
	}
	return out
}

// Each due page is sent once and at its instant; after an acknowledgement there
// is none until it expires, and the escalation that follows is one, too.
func TestAnEscalationIsWhatTheReferenceSays(t *testing.T) {
	people := []string{"ana", "luis", "diego"}
	rapid.Check(t, func(t *rapid.T) {
		waits := rapid.SliceOfN(rapid.IntRange(1, 12), 1, 3).Draw(t, "waits")
		repeat := rapid.IntRange(0, 2).Draw(t, "repeat")
		again := rapid.IntRange(1, 10).Draw(t, "again")
		ack := rapid.IntRange(1, 14).Draw(t, "acknowledged after, in minutes")
		w := newWorld(t, func(o *bot.Options) {
			p := &oncall.Policy{Name: "any", Repeat: repeat, RepeatAfter: time.Duration(again) * time.Minute, AckFor: time.Hour}
			for i, m := range waits {
				p.Steps = append(p.Steps, oncall.Step{
					Targets: []oncall.Target{{Kind: oncall.TargetPerson, Name: people[i]}}, After: time.Duration(m) * time.Minute,
				})
			}
			p.Steps[0].After = 0
			o.Company.Team("payments").Policy = p
			o.Company.Team("payments").Lead = nil
		})
		w.say("maria", "acme-support", "", report)
		w.records = nil
		first := begin.Add(45 * time.Minute)
		acked := first.Add(time.Duration(ack)*time.Minute - time.Second)
		w.must2(w.Advance(w.t.Context(), acked))
		want := reference(first, waits, repeat, again, acked)
		var got []time.Time
		for _, r := range w.records {
			if r.Kind == bot.Page && r.To != "" {
				got = append(got, r.At)
			}
		}
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("paged at %v, want %v", got, want)
		}
		w.command("luis", "payments-team", "/incident ack INC-1")
		w.records = nil
		w.must2(w.Advance(w.t.Context(), begin.Add(time.Hour)))
		if got := w.pages(); len(got) != 0 {
			t.Fatalf("paged after the acknowledgement: %v", got)
		}
		for _, timer := range w.timers() {
			if strings.Contains(timer, " escalation ") {
				t.Fatalf("an escalation goes on: %v", w.timers())
			}
		}
	})
}
