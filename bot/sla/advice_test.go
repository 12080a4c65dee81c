package sla

import (
	"testing"
	"time"
)

// The questions on which peers disagree, each with the rule that is ours
// (section 2b of the notes on SLA semantics).

func TestAdviceDueExactlyAtClosingTime(t *testing.T) {
	w := calW(t)
	c := contract(w, 60, 0, 0)
	checkClocks(t, []clockCase{
		{"is due at closing time, not at the next opening", c, `
			2026-09-16 16:00 reported high
			16:30`, []string{"first_response running, due Wed 16 17:00:00, took 30m0s"}},
		{"and met at that very instant", c, `
			2026-09-16 16:00 reported high
			17:00 agent_wrote`, []string{"first_response met, due Wed 16 17:00:00, took 1h0m0s"}},
		{"no longer a second later, though nothing was counted", c, `
			2026-09-16 16:00 reported high
			17:00:01 agent_wrote`, []string{"first_response breached, due Wed 16 17:00:00, took 1h0m0s"}},
	})
}

func TestAdviceSecondsAreKept(t *testing.T) {
	checkClocks(t, []clockCase{{"as they were", contract(calW(t), 0, 0, 600), `
		2026-09-16 13:26:36 reported high
		2026-09-17 09:00:07`, []string{"resolution running, due Thu 17 15:26:36, took 3h33m31s"}}})
}

func TestAdviceReopening(t *testing.T) {
	checkClocks(t, []clockCase{{"goes on, the solved time is a pause, and the verdict stays as its own cycle", contract(calW(t), 0, 0, 240), `
		2026-09-16 09:00 reported high
		14:00 resolved
		2026-09-17 10:00 reopened
		11:00`, []string{
		"resolution breached, due Wed 16 13:00:00, took 5h0m0s",
		"resolution #2 breached, due Wed 16 13:00:00, took 6h0m0s, still open",
	}}})
}

func TestAdviceSeverityCountsFromCreation(t *testing.T) {
	w := calW(t)
	c := contract(w, 0, 0, 480, promise(Critical, w, 0, 0, 60))
	checkClocks(t, []clockCase{
		{"with the pauses kept", c, `
			2026-09-16 09:00 reported high
			09:10 waiting waiting_customer
			09:40 resumed
			09:50 severity critical`, []string{"resolution running, due Wed 16 10:30:00, took 20m0s"}},
		{"and is said to be broken by it where it lands in the past", c, `
			2026-09-16 09:00 reported high
			11:00 severity critical`, []string{"resolution breached, due Wed 16 10:00:00, took 2h0m0s, reclassified, still open"}},
	})
}

func TestAdvicePastVerdictsAreNotRewritten(t *testing.T) {
	w := calW(t)
	c := contract(w, 60, 0, 0, promise(Critical, w, 5, 0, 0), promise(Low, w, 600, 0, 0))
	checkClocks(t, []clockCase{
		{"a success stays one under a stricter target", c, `
			2026-09-16 09:00 reported high
			09:30 agent_wrote
			09:40 severity critical`, []string{"first_response met, due Wed 16 10:00:00, took 30m0s"}},
		{"and a breach under a milder one", c, `
			2026-09-16 09:00 reported high
			10:30 agent_wrote
			10:40 severity low`, []string{"first_response breached, due Wed 16 10:00:00, took 1h30m0s"}},
	})
}

func TestAdviceEditedCalendarsAndPoliciesAreVersioned(t *testing.T) {
	noon := time.Date(2026, 9, 16, 12, 0, 0, 0, time.UTC)
	w := calW(t)
	longer := simple(t, "UTC", "09:00-17:00", monToFri, versionFrom(noon, simple(t, "UTC", "09:00-20:00", monToFri)))
	checkClocks(t, []clockCase{
		{"another calendar from noon", contract(longer, 0, 0, 480), `
			2026-09-16 10:00 reported high
			12:30`, []string{"resolution running, due Wed 16 18:00:00, took 2h30m0s"}},
		{"another target from noon", contract(w, 0, 0, 480, from(noon, contract(w, 0, 0, 240), Piecewise)), `
			2026-09-16 10:00 reported high
			12:30`, []string{"resolution running, due Wed 16 14:00:00, took 2h30m0s"}},
	})
}

func TestAdviceTwoCalendarsCountPiecewise(t *testing.T) {
	noon := time.Date(2026, 9, 16, 12, 0, 0, 0, time.UTC)
	early, late := simple(t, "UTC", "06:00-12:00", monToFri), simple(t, "UTC", "13:00-19:00", monToFri)
	checkClocks(t, []clockCase{{"each its part", contract(early, 0, 0, 480, from(noon, contract(late, 0, 0, 480), Piecewise)), `
		2026-09-16 10:00 reported high
		15:00`, []string{"resolution running, due Wed 16 19:00:00, took 4h0m0s"}}})
}

func TestAdviceAPolicyThatNoLongerAppliesIsCancelledAndKept(t *testing.T) {
	checkClocks(t, []clockCase{{"with what was counted", contract(calW(t), 60, 0, 480, promise(Low, nil, 0, 0, 0)), `
		2026-09-16 10:00 reported high
		10:30 severity low
		16:00 agent_wrote`, []string{
		"first_response cancelled, due Wed 16 11:00:00, took 30m0s",
		"resolution cancelled, due Thu 17 10:00:00, took 30m0s",
	}}})
}

func TestAdviceWhatTheContractDoesNotNameIsNotPromised(t *testing.T) {
	w := calW(t)
	c := &Contract{Terms: []Terms{{Levels: map[Severity]Level{High: oneLevel(w, 60, 0, 0)}}}}
	checkClocks(t, []clockCase{
		{"a severity", c, "2026-09-16 10:00 reported normal", []string{}},
		{"the severity that it does name", c, "2026-09-16 10:00 reported high", []string{"first_response running, due Wed 16 11:00:00, took 0s"}},
	})
}

func TestAdviceUpdatesAreOwedAfterTheFirstResponseOnly(t *testing.T) {
	checkClocks(t, []clockCase{{"and do not overrule it", contract(calW(t), 240, 60, 0, also(Update, 30)), `
		2026-09-16 10:00 reported high
		10:30 customer_wrote
		12:00`, []string{"first_response running, due Wed 16 14:00:00, took 2h0m0s"}}})
}

func TestAdviceMerging(t *testing.T) {
	c := contract(calW(t), 60, 0, 240)
	checkClocks(t, []clockCase{
		{"the survivor has the earliest message", c, `
			2026-09-16 09:30 reported high
			09:00 customer_wrote
			09:45`, []string{
			"first_response running, due Wed 16 10:00:00, took 45m0s",
			"resolution running, due Wed 16 13:00:00, took 45m0s",
		}},
		{"and goes on when one that is merged into it has the customer's word", c, `
			2026-09-16 09:00 reported high
			09:10 agent_wrote
			09:20 waiting waiting_customer
			09:40 reported high
			10:00`, []string{
			"first_response met, due Wed 16 10:00:00, took 10m0s",
			"resolution running, due Wed 16 13:20:00, took 40m0s",
		}},
		{"the source is cancelled, not met, even while it is paused or late", c, `
			2026-09-16 09:00 reported high
			09:30 waiting waiting_customer
			10:30 cancelled
			12:00 resolved`, []string{
			"first_response cancelled, due Wed 16 10:00:00, took 1h30m0s",
			"resolution cancelled, due Wed 16 14:00:00, took 30m0s",
		}},
	})
}

func TestAdviceHeldForDevelopment(t *testing.T) {
	w := calW(t)
	story := `
		2026-09-16 09:00 reported high
		10:00 waiting in_development
		12:00`
	checkClocks(t, []clockCase{
		{"the customer's clock keeps running", contract(w, 0, 0, 480), story, []string{"resolution running, due Wed 16 17:00:00, took 3h0m0s"}},
		{"unless the contract says otherwise", contract(w, 0, 0, 480, pausing(Development, Resolution)), story, []string{"resolution paused, due Thu 17 11:00:00, took 1h0m0s"}},
	})
	facts, now := told(t, w, story)
	ola := contract(w, 0, 0, 480, func(c *Contract) { c.Terms[0].Pauses = nil })
	if got := TeamClocks(ola, "payments", facts, now)[0]; got.State != Paused || got.Elapsed != time.Hour {
		t.Errorf("the team's clock is %s after %s", got.State, got.Elapsed)
	}
}

func TestAdviceACalendarWithoutHoursIsRefused(t *testing.T) {
	if _, err := NewCalendar(CalendarSpec{Name: "shut", Zone: time.UTC}); err == nil {
		t.Error("it was taken")
	}
	once := simple(t, "UTC", "", nil, except("2026-09-16", "09:00-10:00"))
	errs := SpecErrors(contract(once, 90, 0, 60).Check())
	if len(errs) != 4 || errs[0].Error() != "levels.critical.first_response is longer than its calendar is ever open" {
		t.Errorf("a target that can never be met: %v", errs)
	}
}

func TestAdviceVerdictsFollowFromHistoryNotFromWhenOneLooks(t *testing.T) {
	c := contract(calW(t), 60, 0, 0)
	facts, _ := told(t, calW(t), `
		2026-09-16 10:00 reported high
		10:50 agent_wrote`)
	for _, looked := range []string{"2026-09-16 10:50", "2026-09-16 11:00", "2026-09-30 12:00"} {
		got := Compute(c, facts, at(t, calW(t), looked))[0]
		if got.State != Met || got.Elapsed != 50*time.Minute {
			t.Errorf("looked at %s it is %s after %s", looked, got.State, got.Elapsed)
		}
	}
}

func TestAdviceAReplyOutsideHours(t *testing.T) {
	checkClocks(t, []clockCase{{"counts what was open", contract(calF(t), 30, 0, 0), `
		2026-03-02 17:55 reported high
		18:05 agent_wrote`, []string{"first_response met, due Tue 03 10:25:00, took 5m0s"}}})
}
