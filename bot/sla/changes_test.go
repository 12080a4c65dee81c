package sla

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Where a contract changes while clocks run, the contract says how they go on.
func TestContractsThatChange(t *testing.T) {
	utc, w := always(t, "UTC"), calW(t)
	noon := time.Date(2026, 9, 16, 12, 0, 0, 0, time.UTC)
	night := contract(utc, 60, 30, 480)
	day := contract(w, 0, 0, 480)
	slow := contract(utc, 0, 0, 480)
	fast := contract(utc, 0, 0, 240)
	nothing := contract(nil, 0, 0, 0)
	for _, tt := range []clockCase{
		{"from now on: what was counted stays, and the target is the new one", contract(utc, 0, 0, 480, from(noon, fast, Piecewise)), `
			2026-09-16 10:00 reported high
			13:00`, []string{"resolution running, due Wed 16 14:00:00, took 3h0m0s"}},
		{"from the start is the same where the hours are", contract(utc, 0, 0, 480, from(noon, fast, Recompute)), `
			2026-09-16 10:00 reported high
			13:00`, []string{"resolution running, due Wed 16 14:00:00, took 3h0m0s"}},
		{"from now on in other hours", contract(utc, 0, 0, 480, from(noon, day, Piecewise)), `
			2026-09-16 04:00 reported high
			13:00`, []string{"resolution breached, due Wed 16 12:00:00, took 9h0m0s, still open"}},
		{"from the start in other hours", contract(utc, 0, 0, 480, from(noon, day, Recompute)), `
			2026-09-16 04:00 reported high
			13:00`, []string{"resolution running, due Wed 16 17:00:00, took 4h0m0s"}},
		{"before it, what is due after it is due by the new terms", contract(utc, 0, 0, 480, from(noon, fast, Piecewise)), `
			2026-09-16 10:00 reported high
			11:00`, []string{"resolution running, due Wed 16 14:00:00, took 1h0m0s"}},
		{"and by the new hours", contract(utc, 0, 0, 480, from(noon, day, Piecewise)), `
			2026-09-16 10:00 reported high
			11:00`, []string{"resolution running, due Thu 17 10:00:00, took 1h0m0s"}},
		{"what is due before it is due as it was", contract(utc, 0, 0, 60, from(noon, slow, Piecewise)), `
			2026-09-16 10:00 reported high
			10:30`, []string{"resolution running, due Wed 16 11:00:00, took 30m0s"}},
		{"what was broken before it may be in time again", contract(utc, 0, 0, 60, from(noon, slow, Piecewise)), `
			2026-09-16 10:00 reported high
			13:00`, []string{"resolution running, due Wed 16 18:00:00, took 3h0m0s"}},
		{"what lands in the past was broken by the change", contract(utc, 0, 0, 480, from(noon, fast, Piecewise)), `
			2026-09-16 06:00 reported high
			13:00`, []string{"resolution breached, due Wed 16 12:00:00, took 7h0m0s, reclassified, still open"}},
		{"what was broken before it was so when it was", contract(utc, 0, 0, 240, from(noon, contract(utc, 0, 0, 60), Piecewise)), `
			2026-09-16 07:00 reported high
			13:00`, []string{"resolution breached, due Wed 16 11:00:00, took 6h0m0s, still open"}},
		{"also when it stands still from then on", contract(utc, 0, 0, 480, from(noon, contract(utc, 0, 0, 60, pausing(Customer, Resolution)), Piecewise)), `
			2026-09-16 06:00 reported high
			11:00 waiting waiting_customer
			12:00`, []string{"resolution breached, due Wed 16 12:00:00, took 5h0m0s, reclassified, still open"}},
		{"and is foreseen for the instant of the change", contract(utc, 0, 0, 480, from(noon, fast, Piecewise)), `
			2026-09-16 06:00 reported high
			11:00`, []string{"resolution running, due Wed 16 12:00:00, took 5h0m0s"}},
		{"a verdict before the change stays", contract(utc, 60, 30, 480, from(noon, contract(utc, 5, 5, 5), Recompute)), `
			2026-09-16 10:00 reported high
			10:30 agent_wrote
			11:00 resolved
			13:00`, []string{
			"first_response met, due Wed 16 11:00:00, took 30m0s",
			"resolution met, due Wed 16 18:00:00, took 1h0m0s",
		}},
		{"terms that promise nothing cancel what is open", contract(utc, 60, 30, 480, from(noon, nothing, Piecewise)), `
			2026-09-16 11:30 reported high
			12:10 agent_wrote
			13:00 customer_wrote
			14:00`, []string{
			"first_response cancelled, due Wed 16 12:30:00, took 30m0s",
			"resolution cancelled, due Wed 16 19:30:00, took 30m0s",
		}},
		{"terms that begin to promise count from then on", contract(nil, 0, 0, 0, from(noon, night, Piecewise)), `
			2026-09-16 11:00 reported high
			12:30`, []string{
			"first_response running, due Wed 16 13:00:00, took 30m0s",
			"resolution running, due Wed 16 20:00:00, took 30m0s",
		}},
		{"or from the start", contract(nil, 0, 0, 0, from(noon, night, Recompute)), `
			2026-09-16 11:30 reported high
			12:15`, []string{
			"first_response running, due Wed 16 12:30:00, took 45m0s",
			"resolution running, due Wed 16 19:30:00, took 45m0s",
		}},
		{"a pause that goes over the change stops the clock while the terms say so", contract(utc, 0, 0, 480, from(noon, contract(utc, 0, 0, 480, pausing(Customer)), Piecewise)), `
			2026-09-16 10:00 reported high
			11:00 waiting waiting_customer
			13:00 resumed
			14:00`, []string{"resolution running, due Wed 16 19:00:00, took 3h0m0s"}},
		{"from the start, as if the new terms had always said so", contract(utc, 0, 0, 480, from(noon, contract(utc, 0, 0, 480, pausing(Customer)), Recompute)), `
			2026-09-16 10:00 reported high
			11:00 waiting waiting_customer
			13:00 resumed
			14:00`, []string{"resolution running, due Wed 16 18:00:00, took 4h0m0s"}},
		{"a clock that is paused over the change", contract(utc, 0, 0, 480, from(noon, fast, Piecewise)), `
			2026-09-16 10:00 reported high
			11:00 waiting waiting_customer
			13:00`, []string{"resolution paused, due Wed 16 16:00:00, took 1h0m0s"}},
		{"what happens at the very instant of the change is under the new terms", contract(utc, 60, 0, 0, from(noon, contract(utc, 120, 0, 0), Piecewise)), `
			2026-09-16 10:30 reported high
			12:00 agent_wrote`, []string{"first_response met, due Wed 16 12:30:00, took 1h30m0s"}},
		{"several changes, each counted as it was", contract(utc, 0, 0, 600, from(noon, contract(w, 0, 0, 600), Piecewise), from(noon.AddDate(0, 0, 1), slow, Piecewise)), `
			2026-09-16 10:00 reported high
			2026-09-17 13:00`, []string{"resolution breached, due Thu 17 12:00:00, took 11h0m0s, reclassified, still open"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			facts, now := told(t, utc, tt.story)
			got := read(Compute(tt.contract, facts, now), time.UTC)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("clocks (-want +got):\n%s", diff)
			}
		})
	}
}

// Where terms that count from the report give way to terms that wait for a
// confirmation, or the other way round, what was counted stays counted, and nothing is
// counted after the fact (from_now); or all is as the new terms say (from_start).
func TestContractsThatChangeWhenTheyCountFrom(t *testing.T) {
	utc, w := always(t, "UTC"), calW(t)
	noon := time.Date(2026, 9, 16, 12, 0, 0, 0, time.UTC)
	reported, confirmed := contract(utc, 0, 0, 240), contract(utc, 0, 0, 240, also(Resolution, 240, onceConfirmed))
	office := contract(w, 0, 0, 240, also(Resolution, 240, onceConfirmed))
	nothing := contract(nil, 0, 0, 0)
	changing := func(was, is *Contract, rule Changes) *Contract {
		c := *was
		c.Terms = slices.Clone(was.Terms)
		from(noon, is, rule)(&c)
		return &c
	}
	toConfirmed, toReported := changing(reported, confirmed, Piecewise), changing(confirmed, reported, Piecewise)
	anewConfirmed, anewReported := changing(reported, confirmed, Recompute), changing(confirmed, reported, Recompute)
	thereAndBack := changing(reported, confirmed, Piecewise)
	from(noon.Add(2*time.Hour), reported, Piecewise)(thereAndBack)
	checkClocks(t, []clockCase{
		{"confirmed before the change: nothing of what was counted is lost", toConfirmed, `
			2026-09-16 10:00 reported high
			10:30 confirmed
			13:00`, []string{"resolution running, due Wed 16 14:00:00, took 3h0m0s"}},
		{"not confirmed by the change: what was counted stays, and it waits", toConfirmed, `
			2026-09-16 10:00 reported high
			13:00`, []string{"resolution paused, due Wed 16 15:00:00, took 2h0m0s"}},
		{"confirmed after the change: it goes on from there", toConfirmed, `
			2026-09-16 10:00 reported high
			13:00 confirmed
			14:00`, []string{"resolution running, due Wed 16 15:00:00, took 3h0m0s"}},
		{"and is kept or broken by that", toConfirmed, `
			2026-09-16 10:00 reported high
			13:00 confirmed
			15:00 resolved
			16:00`, []string{"resolution met, due Wed 16 15:00:00, took 4h0m0s"}},
		{"resolved while it waits", toConfirmed, `
			2026-09-16 10:00 reported high
			20:00 resolved`, []string{"resolution met, due Wed 16 22:00:00, took 2h0m0s"}},
		{"before the change, the earliest it can be due is shown", toConfirmed, `
			2026-09-16 10:00 reported high
			11:00`, []string{"resolution running, due Wed 16 14:00:00, took 1h0m0s"}},
		{"broken before the change stays broken", toConfirmed, `
			2026-09-16 07:00 reported high
			13:00`, []string{"resolution breached, due Wed 16 11:00:00, took 5h0m0s, still open"}},
		{"used up at the very change it is in time while it waits", toConfirmed, `
			2026-09-16 08:00 reported high
			13:00 resolved`, []string{"resolution met, due Wed 16 13:00:00, took 4h0m0s"}},
		{"reported after the change it is as any other", toConfirmed, `
			2026-09-16 12:30 reported high
			13:00 confirmed
			14:00`, []string{"resolution running, due Wed 16 17:00:00, took 1h0m0s"}},
		{"and not there before it is confirmed", toConfirmed, `
			2026-09-16 12:30 reported high
			14:00`, []string{}},
		{"in other hours: what follows the confirmation counts in those of then", changing(reported, office, Piecewise), `
			2026-09-16 10:00 reported high
			18:00 confirmed
			20:00`, []string{"resolution running, due Thu 17 11:00:00, took 2h0m0s"}},
		{"from the start: as if it had always waited", anewConfirmed, `
			2026-09-16 10:00 reported high
			11:00 confirmed
			13:00`, []string{"resolution running, due Wed 16 15:00:00, took 2h0m0s"}},
		{"from the start, not confirmed: there is none any more", anewConfirmed, `
			2026-09-16 10:00 reported high
			13:00`, []string{"resolution cancelled, due Wed 16 14:00:00, took 2h0m0s"}},
		{"but what had been broken stays so", changing(contract(utc, 0, 0, 60), confirmed, Recompute), `
			2026-09-16 10:00 reported high
			13:00`, []string{"resolution breached, due Wed 16 11:00:00, took 2h0m0s, still open"}},
		{"until it is confirmed, and is in time", changing(contract(utc, 0, 0, 60), confirmed, Recompute), `
			2026-09-16 10:00 reported high
			13:00 confirmed
			14:00`, []string{"resolution running, due Wed 16 17:00:00, took 1h0m0s"}},
		{"which is to come, and not confirmed: it is foreseen", toReported, `
			2026-09-16 10:00 reported high
			11:00`, []string{"resolution running, due Wed 16 16:00:00, took 0s"}},
		{"be it broken by then, from the start", changing(confirmed, contract(utc, 0, 0, 60), Recompute), `
			2026-09-16 10:00 reported high
			11:30`, []string{"resolution running, due Wed 16 12:00:00, took 0s"}},
		{"what never ran is not called off", changing(confirmed, contract(utc, 0, 0, 60), Recompute), `
			2026-09-16 10:00 reported high
			11:30 cancelled`, []string{}},
		{"never confirmed before the change counts from the change on", toReported, `
			2026-09-16 10:00 reported high
			13:00`, []string{"resolution running, due Wed 16 16:00:00, took 1h0m0s"}},
		{"confirming it then changes nothing", toReported, `
			2026-09-16 10:00 reported high
			13:00 confirmed
			14:00`, []string{"resolution running, due Wed 16 16:00:00, took 2h0m0s"}},
		{"confirmed before the change counts from the confirmation on", toReported, `
			2026-09-16 10:00 reported high
			11:00 confirmed
			13:00`, []string{"resolution running, due Wed 16 15:00:00, took 2h0m0s"}},
		{"confirmed at the very change is the same", toReported, `
			2026-09-16 10:00 reported high
			12:00 confirmed
			13:00`, []string{"resolution running, due Wed 16 16:00:00, took 1h0m0s"}},
		{"from the start: as if it had always counted from the report", anewReported, `
			2026-09-16 10:00 reported high
			13:00`, []string{"resolution running, due Wed 16 14:00:00, took 3h0m0s"}},
		{"so that it may be broken by the change", anewReported, `
			2026-09-16 06:00 reported high
			13:00`, []string{"resolution breached, due Wed 16 12:00:00, took 7h0m0s, reclassified, still open"}},
		{"there and back, never confirmed: the time between is a pause", thereAndBack, `
			2026-09-16 10:00 reported high
			15:00`, []string{"resolution running, due Wed 16 16:00:00, took 3h0m0s"}},
		{"there and back, confirmed between", thereAndBack, `
			2026-09-16 10:00 reported high
			13:00 confirmed
			15:30`, []string{"resolution breached, due Wed 16 15:00:00, took 4h30m0s, still open"}},
		{"a wait within the time in which it waits to be confirmed stops nothing twice", toConfirmed, `
			2026-09-16 10:00 reported high
			12:15 waiting waiting_customer
			12:45 resumed
			13:00 confirmed
			13:30 waiting waiting_customer
			14:00 resumed
			14:30`, []string{"resolution running, due Wed 16 15:30:00, took 3h0m0s"}},
		{"a wait that ends after the confirmation goes on until then", toConfirmed, `
			2026-09-16 10:00 reported high
			12:30 waiting waiting_customer
			13:00 confirmed
			14:00 resumed
			14:30`, []string{"resolution running, due Wed 16 16:00:00, took 2h30m0s"}},
		{"reopened it goes on where it stopped", toConfirmed, `
			2026-09-16 10:00 reported high
			13:00 confirmed
			13:30 resolved
			14:00 reopened
			14:30`, []string{
			"resolution met, due Wed 16 15:00:00, took 2h30m0s",
			"resolution #2 running, due Wed 16 15:30:00, took 3h0m0s",
		}},
		{"nothing promised, then from the confirmation on", changing(nothing, confirmed, Piecewise), `
			2026-09-16 10:00 reported high
			13:00 confirmed
			14:00`, []string{"resolution running, due Wed 16 17:00:00, took 1h0m0s"}},
	})
	t.Run("explained, with what the other rule would say", func(t *testing.T) {
		facts, now := told(t, utc, "2026-09-16 10:00 reported high\n13:00 confirmed\n14:00")
		e := Explain(toConfirmed, facts, now)[0]
		var lines []string
		for l := range e.Lines() {
			lines = append(lines, fmt.Sprintf("%s-%s %s %s", l.From.Format("15:04"), l.To.Format("15:04"), l.Kind, l.Why))
		}
		if diff := cmp.Diff([]string{"10:00-12:00 counted ", "12:00-13:00 paused unconfirmed", "13:00-14:00 counted "}, lines); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(&Alternative{Recompute, at(t, utc, "2026-09-16 17:00"), time.Hour}, e.Other); diff != "" {
			t.Errorf("from the start (-want +got):\n%s", diff)
		}
		facts, now = told(t, utc, "2026-09-16 10:00 reported high\n13:00")
		if e := Explain(toConfirmed, facts, now)[0]; e.Other == nil || !e.Other.Due.Equal(Never) {
			t.Errorf("from the start it has not begun: %+v", e.Other)
		}
		e = Explain(toReported, facts, now)[0]
		if diff := cmp.Diff(&Alternative{Recompute, at(t, utc, "2026-09-16 14:00"), 3 * time.Hour}, e.Other); diff != "" {
			t.Errorf("from the start (-want +got):\n%s", diff)
		}
	})
}

// Where other terms will hold by the due instant, people are warned by those, and the
// explanation says so.
func TestChangesToComeAreWarnedOf(t *testing.T) {
	utc, w := always(t, "UTC"), calW(t)
	noon := time.Date(2026, 9, 16, 12, 0, 0, 0, time.UTC)
	half := warning(0.5)
	for _, tt := range []struct {
		name, story   string
		contract      *Contract
		due, warned   string
		target        time.Duration
		afterwardsDue string
	}{
		{
			"in other hours from the start", "2026-09-16 05:00 reported high\n06:00",
			contract(utc, 0, 0, 480, half, from(noon, contract(w, 0, 0, 480, half), Recompute)),
			"2026-09-16 17:00", "2026-09-16 13:00", 8 * time.Hour, "2026-09-16 17:00",
		},
		{
			"towards a longer target", "2026-09-16 10:00 reported high\n10:30",
			contract(utc, 0, 0, 240, half, from(noon, contract(utc, 0, 0, 480, half), Piecewise)),
			"2026-09-16 18:00", "2026-09-16 14:00", 8 * time.Hour, "2026-09-16 18:00",
		},
		{
			"from the report, though it is counted from the confirmation as yet", "2026-09-16 04:00 reported high\n10:00 confirmed\n10:30",
			contract(utc, 0, 0, 0, half, also(Resolution, 480, onceConfirmed), from(noon, contract(utc, 0, 0, 360, half), Recompute)),
			"2026-09-16 12:00", "2026-09-16 07:00", 6 * time.Hour, "2026-09-16 12:00",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			facts, now := told(t, utc, tt.story)
			e := Explain(tt.contract, facts, now)[0]
			if want := at(t, utc, tt.due); e.State != Running || !e.Due.Equal(want) {
				t.Errorf("%s, due %v, want %v", e.State, e.Due, want)
			}
			if want := []time.Time{at(t, utc, tt.warned)}; !cmp.Equal(e.Warnings, want) {
				t.Errorf("warned %v, want %v", e.Warnings, want)
			}
			if want := (&Ahead{From: noon, Target: tt.target}); !cmp.Equal(e.Ahead, want) {
				t.Errorf("ahead: %+v, want %+v", e.Ahead, want)
			}
			e = Explain(tt.contract, facts, noon)[0]
			if want := at(t, utc, tt.afterwardsDue); e.Ahead != nil || !e.Due.Equal(want) {
				t.Errorf("afterwards: %+v, due %v, want %v", e.Ahead, e.Due, want)
			}
		})
	}
	facts, now := told(t, utc, "2026-09-16 10:00 reported high\n10:30")
	if e := Explain(contract(utc, 0, 0, 60, from(noon, contract(utc, 0, 0, 480), Piecewise)), facts, now)[0]; e.Ahead != nil {
		t.Errorf("due before the change: %+v", e.Ahead)
	}
}

// An incident that turns out to be another customer's is under their contract.
func TestMovedToAnotherCustomer(t *testing.T) {
	utc, w := always(t, "UTC"), calW(t)
	gold := contract(utc, 60, 0, 240, named("gold"))
	office := contract(w, 60, 0, 480, named("office"))
	whole := contract(w, 60, 0, 480, named("whole"), func(c *Contract) { c.Changes = Recompute })
	outside, outside2 := contract(utc, 60, 0, 600, pausing(ThirdParty, Resolution)), contract(utc, 60, 0, 600, pausing(ThirdParty, Resolution), named("outside2"))
	talk, talk2 := contract(utc, 60, 60, 0, also(Update, 90), named("talk")), contract(utc, 60, 60, 0, also(Update, 90), named("talk2"))
	checkClocks(t, []clockCase{
		{"what was counted stays counted", gold, `
			2026-09-16 08:00 reported high
			08:30 agent_wrote
			10:00 contract office
			11:00`, []string{
			"first_response met, due Wed 16 09:00:00, took 30m0s",
			"resolution running, due Wed 16 16:00:00, took 3h0m0s",
		}},
		{"as their contract has counted it", whole, `
			2026-09-16 08:00 reported high
			08:30 agent_wrote
			10:00 contract gold
			11:00`, []string{
			"first_response met, due Wed 16 10:00:00, took 0s",
			"resolution running, due Wed 16 13:00:00, took 2h0m0s",
		}},
		{"or it is as if it had always been theirs", gold, `
			2026-09-16 08:00 reported high
			08:30 agent_wrote
			10:00 contract whole
			11:00`, []string{
			"first_response met, due Wed 16 09:00:00, took 30m0s",
			"resolution running, due Wed 16 17:00:00, took 2h0m0s",
		}},
		{"to somebody without a contract", gold, `
			2026-09-16 08:00 reported high
			08:30 contract none
			11:00 agent_wrote`, []string{
			"first_response cancelled, due Wed 16 09:00:00, took 30m0s",
			"resolution cancelled, due Wed 16 12:00:00, took 30m0s",
		}},
		{"from somebody without one", nil, `
			2026-09-16 11:00 reported high
			11:30 contract gold
			12:00`, []string{
			"first_response running, due Wed 16 12:30:00, took 30m0s",
			"resolution running, due Wed 16 15:30:00, took 30m0s",
		}},
		{"there and back", gold, `
			2026-09-16 08:00 reported high
			08:10 agent_wrote
			08:30 contract office
			09:30 contract gold
			10:00`, []string{
			"first_response met, due Wed 16 09:00:00, took 10m0s",
			"resolution running, due Wed 16 12:30:00, took 1h30m0s",
		}},
		{"whom we waited for is gone", gold, `
			2026-09-16 09:00 reported high
			10:00 waiting waiting_customer
			11:00 contract office
			12:30 resolved`, []string{
			"first_response breached, due Wed 16 11:00:00, took 3h30m0s",
			"resolution met, due Thu 17 10:00:00, took 2h30m0s",
		}},
		{"others we wait for still", outside, `
			2026-09-16 09:00 reported high
			09:10 agent_wrote
			10:00 waiting waiting_third_party
			11:00 contract outside2
			12:00 resumed
			12:30 resolved`, []string{
			"first_response met, due Wed 16 10:00:00, took 10m0s",
			"resolution met, due Wed 16 21:00:00, took 1h30m0s",
		}},
		{"what was owed in the talk with the first is owed to nobody", talk, `
			2026-09-16 08:00 reported high
			08:10 agent_wrote
			08:20 customer_wrote
			11:00 contract talk2
			12:00 customer_wrote
			12:10 agent_wrote
			12:20`, []string{
			"first_response met, due Wed 16 09:00:00, took 10m0s",
			"next_response cancelled, due Wed 16 09:20:00, took 2h40m0s",
			"next_response #2 met, due Wed 16 13:00:00, took 10m0s",
			"update cancelled, due Wed 16 09:40:00, took 2h50m0s",
			"update #2 running, due Wed 16 13:40:00, took 10m0s",
		}},
		{"so it is where both have the same contract", talk, `
			2026-09-16 08:00 reported high
			08:10 agent_wrote
			08:20 customer_wrote
			08:30 contract talk
			09:00`, []string{
			"first_response met, due Wed 16 09:00:00, took 10m0s",
			"next_response cancelled, due Wed 16 09:20:00, took 10m0s",
			"update cancelled, due Wed 16 09:40:00, took 20m0s",
		}},
		{"a broken promise that the other does not make is none", gold, `
			2026-09-16 08:00 reported high
			08:10 agent_wrote
			13:00 contract first
			14:00`, []string{
			"first_response met, due Wed 16 09:00:00, took 10m0s",
			"resolution cancelled, due Wed 16 12:00:00, took 5h0m0s",
		}},
	}, gold, office, whole, outside2, talk, talk2, contract(utc, 60, 0, 0, named("first")))
}

// Where the terms changed, the explanation shows what the other rule would say.
func TestBothRulesAreShown(t *testing.T) {
	utc, w := always(t, "UTC"), calW(t)
	noon := time.Date(2026, 9, 16, 12, 0, 0, 0, time.UTC)
	for _, rule := range []Changes{Piecewise, Recompute} {
		c := contract(utc, 0, 0, 720, from(noon, contract(w, 0, 0, 720), rule))
		facts, now := told(t, utc, `
			2026-09-16 04:00 reported high
			13:00`)
		e := Explain(c, facts, now)[0]
		now9, now4 := at(t, utc, "2026-09-16 16:00"), at(t, utc, "2026-09-17 13:00")
		want := Alternative{Recompute, now4, 4 * time.Hour}
		due, elapsed := now9, 9*time.Hour
		if rule == Recompute {
			want, due, elapsed = Alternative{Piecewise, now9, 9 * time.Hour}, now4, 4*time.Hour
		}
		if !e.Due.Equal(due) || e.Elapsed != elapsed || e.Other == nil || !cmp.Equal(*e.Other, want) {
			t.Errorf("%s: due %v, %v; by the other rule %+v", rule, e.Due, e.Elapsed, e.Other)
		}
	}
	facts, now := told(t, utc, "2026-09-16 13:00 reported high\n14:00")
	if e := Explain(contract(utc, 0, 0, 720, from(noon, contract(w, 0, 0, 720), Piecewise)), facts, now)[0]; e.Other != nil {
		t.Errorf("begun after the change there is nothing to show: %+v", e.Other)
	}
}

// So it is where the calendar changed, and not the terms.
func TestCalendarsThatChange(t *testing.T) {
	noon := time.Date(2026, 9, 16, 12, 0, 0, 0, time.UTC)
	c := simple(t, "UTC", "09:00-17:00", monToFri, versionFrom(noon, simple(t, "UTC", "11:00-20:00", monToFri)))
	hourly := contract(c, 0, 0, 480)
	anew := contract(c, 0, 0, 480, func(c *Contract) { c.Changes = Recompute })
	checkClocks(t, []clockCase{
		{"what was counted stays counted", hourly, `
			2026-09-16 09:00 reported high
			13:00`, []string{"resolution running, due Wed 16 17:00:00, took 4h0m0s"}},
		{"or is counted by the new hours", anew, `
			2026-09-16 09:00 reported high
			13:00`, []string{"resolution running, due Wed 16 19:00:00, took 2h0m0s"}},
		{"which is foreseen", anew, `
			2026-09-16 09:00 reported high
			11:00`, []string{"resolution running, due Wed 16 19:00:00, took 2h0m0s"}},
		{"but rewrites no verdict", anew, `
			2026-09-16 09:00 reported high
			11:00 resolved
			13:00`, []string{"resolution met, due Wed 16 17:00:00, took 2h0m0s"}},
	})
	facts, now := told(t, c, "2026-09-16 09:00 reported high\n13:00")
	want := &Alternative{Recompute, at(t, c, "2026-09-16 19:00"), 2 * time.Hour}
	if diff := cmp.Diff(want, Explain(hourly, facts, now)[0].Other); diff != "" {
		t.Errorf("from the start it would be (-want +got):\n%s", diff)
	}
	want = &Alternative{Piecewise, at(t, c, "2026-09-16 17:00"), 4 * time.Hour}
	if diff := cmp.Diff(want, Explain(anew, facts, now)[0].Other); diff != "" {
		t.Errorf("from then on it would be (-want +got):\n%s", diff)
	}
}
