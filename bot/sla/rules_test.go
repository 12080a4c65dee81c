package sla

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What Compute promises beyond the conformance table.
func TestRules(t *testing.T) {
	m, utc := calM(t), always(t, "UTC")
	all := contract(utc, 60, 30, 240)
	mixed := contract(m, 60, 120, 480,
		promise(Critical, utc, 15, 30, 240), promise(Low, nil, 0, 0, 0))
	shut := simple(t, "UTC", "", nil, except("2026-09-16", "09:00-10:00"))

	for _, tt := range []struct {
		name     string
		contract *Contract
		story    string
		want     []string
	}{
		{"nothing was reported", all, `
			2026-09-16 10:00 customer_wrote
			10:01 agent_wrote`, []string{}},
		{"what happens after now is not known", all, `
			2026-09-16 10:20 agent_wrote
			10:00 reported high
			10:10`, []string{
			"first_response running, due Wed 16 11:00:00, took 10m0s",
			"resolution running, due Wed 16 14:00:00, took 10m0s",
		}},
		{"the due instant itself is in time", contract(utc, 60, 0, 0), `
			2026-09-16 10:00 reported high
			11:00 agent_wrote`, []string{"first_response met, due Wed 16 11:00:00, took 1h0m0s"}},
		{"and the clock still runs at it", contract(utc, 60, 0, 0), `
			2026-09-16 10:00 reported high
			11:00`, []string{"first_response running, due Wed 16 11:00:00, took 1h0m0s"}},
		{"a second later it is breached and runs on", contract(utc, 60, 0, 0), `
			2026-09-16 10:00 reported high
			11:00:01`, []string{"first_response breached, due Wed 16 11:00:00, took 1h0m1s, still open"}},
		{"due at closing time and answered in the evening is late", contract(m, 60, 0, 0), `
			2026-09-16 15:00Z reported high
			16:30Z agent_wrote`, []string{"first_response breached, due Wed 16 16:00:00, took 1h0m0s"}},
		{"resolving tells the customer: it is a response", all, `
			2026-09-16 10:00 reported high
			10:30 resolved`, []string{
			"first_response met, due Wed 16 11:00:00, took 30m0s",
			"resolution met, due Wed 16 14:00:00, took 30m0s",
		}},
		{"resolving answers what was open", contract(utc, 0, 30, 0), `
			2026-09-16 10:00 reported high
			10:01 agent_wrote
			10:10 customer_wrote
			10:20 resolved`, []string{"next_response met, due Wed 16 10:40:00, took 10m0s"}},
		{"before the first response no next one is owed", contract(utc, 60, 5, 0), `
			2026-09-16 10:00 reported high
			10:10 customer_wrote
			10:30`, []string{"first_response running, due Wed 16 11:00:00, took 30m0s"}},
		{"waiting for the customer does not pause the first response", all, `
			2026-09-16 10:00 reported high
			10:30 waiting waiting_customer
			11:30`, []string{
			"first_response breached, due Wed 16 11:00:00, took 1h30m0s, still open",
			"resolution paused, due Wed 16 15:00:00, took 30m0s",
		}},
		{"a wait for a third party outlasts the customer's question", contract(utc, 0, 0, 240, pausing(ThirdParty, Resolution)), `
			2026-09-16 10:00 reported high
			10:30 waiting waiting_third_party
			11:00 customer_wrote
			11:30`, []string{"resolution paused, due Wed 16 15:00:00, took 30m0s"}},
		{"one wait ends where the next begins", contract(utc, 0, 0, 240, pausing(ThirdParty)), `
			2026-09-16 10:00 reported high
			10:30 waiting waiting_customer
			11:00 waiting waiting_third_party
			12:00`, []string{"resolution running, due Wed 16 14:30:00, took 1h30m0s"}},
		{"the same wait twice is one", contract(utc, 0, 0, 240), `
			2026-09-16 10:00 reported high
			10:30 waiting waiting_customer
			11:00 waiting waiting_customer
			12:00 resumed
			12:30`, []string{"resolution running, due Wed 16 15:30:00, took 1h0m0s"}},
		{"a pause does not undo a breach", contract(utc, 0, 0, 60), `
			2026-09-16 10:00 reported high
			11:30 waiting waiting_customer
			12:00`, []string{"resolution breached, due Wed 16 11:00:00, took 1h30m0s, still open"}},
		{"nor does one that begins in the evening, when it was due at closing time", contract(m, 0, 0, 60), `
			2026-09-16 15:00Z reported high
			17:00Z waiting waiting_customer
			18:00Z`, []string{"resolution breached, due Wed 16 16:00:00, took 1h0m0s, still open"}},
		{"waiting when it is resolved is nothing", contract(utc, 0, 30, 0, pausing(ThirdParty, NextResponse)), `
			2026-09-16 10:00 reported high
			11:00 resolved
			11:30 waiting waiting_third_party
			12:00 customer_wrote
			12:00 reopened
			12:10`, []string{"next_response running, due Wed 16 12:30:00, took 10m0s"}},
		{"a pause at the due instant makes no breach", contract(utc, 0, 0, 60), `
			2026-09-16 10:00 reported high
			11:00 waiting waiting_customer
			12:00`, []string{"resolution paused, due Wed 16 12:00:00, took 1h0m0s"}},
		{"nor does the end of that pause", contract(utc, 0, 0, 60), `
			2026-09-16 10:00 reported high
			11:00 waiting waiting_customer
			12:00 resolved`, []string{"resolution met, due Wed 16 12:00:00, took 1h0m0s"}},
		{"only what follows does", contract(utc, 0, 0, 60), `
			2026-09-16 10:00 reported high
			11:00 waiting waiting_customer
			12:00 resumed
			12:00:01 resolved`, []string{"resolution breached, due Wed 16 12:00:00, took 1h0m1s"}},
		{"nothing left at a resumption by night is due in the morning", contract(m, 0, 0, 60), `
			2026-09-16 10:00Z reported high
			11:00Z waiting waiting_customer
			20:00Z resumed
			21:00Z`, []string{"resolution running, due Thu 17 07:00:00, took 1h0m0s"}},
		{"reopening goes on counting and keeps the verdict", contract(utc, 0, 0, 240), `
			2026-09-16 10:00 reported high
			11:00 resolved
			2026-09-17 10:00 reopened
			11:00`, []string{
			"resolution met, due Wed 16 14:00:00, took 1h0m0s",
			"resolution #2 running, due Thu 17 13:00:00, took 2h0m0s",
		}},
		{"reopening what was late is late again", contract(utc, 0, 0, 60), `
			2026-09-16 10:00 reported high
			12:00 resolved
			2026-09-17 10:00 reopened
			10:30 resolved`, []string{
			"resolution breached, due Wed 16 11:00:00, took 2h0m0s",
			"resolution #2 breached, due Wed 16 11:00:00, took 2h30m0s",
		}},
		{"resolved while waiting, and reopened: both are pauses", contract(utc, 0, 0, 240), `
			2026-09-16 10:00 reported high
			11:00 waiting waiting_customer
			12:00 resolved
			13:00 reopened
			13:30`, []string{
			"resolution met, due Wed 16 15:00:00, took 1h0m0s",
			"resolution #2 running, due Wed 16 16:00:00, took 1h30m0s",
		}},
		{"a message that reopens is owed an answer", contract(utc, 0, 30, 0), `
			2026-09-16 10:00 reported high
			11:00 resolved
			12:00 customer_wrote
			12:00 reopened
			12:10`, []string{"next_response running, due Wed 16 12:30:00, took 10m0s"}},
		{"a message to a resolved incident is owed none", contract(utc, 0, 30, 0), `
			2026-09-16 10:00 reported high
			11:00 resolved
			12:00 customer_wrote
			13:00`, []string{}},
		{"reopening what is open, and resolving twice, is nothing", contract(utc, 0, 0, 240), `
			2026-09-16 10:00 reported high
			10:30 reopened
			11:00 resolved
			12:00 resolved
			13:00`, []string{"resolution met, due Wed 16 14:00:00, took 1h0m0s"}},
		{"nothing follows a cancellation", all, `
			2026-09-16 10:00 reported high
			10:30 cancelled
			11:00 severity critical
			11:00 agent_wrote
			11:30 resolved
			12:00 reopened`, []string{
			"first_response cancelled, due Wed 16 11:00:00, took 30m0s",
			"resolution cancelled, due Wed 16 14:00:00, took 30m0s",
		}},
		{"a severity that promises nothing does not undo a breach", mixed, `
			2026-09-16 10:00 reported critical
			10:10 agent_wrote
			15:00 severity low
			16:00`, []string{
			"first_response met, due Wed 16 10:15:00, took 10m0s",
			"resolution breached, due Wed 16 14:00:00, took 5h0m0s, still open",
		}},
		{"which ends when it is solved", mixed, `
			2026-09-16 10:00 reported critical
			10:10 agent_wrote
			15:00 severity low
			16:00 resolved`, []string{
			"first_response met, due Wed 16 10:15:00, took 10m0s",
			"resolution breached, due Wed 16 14:00:00, took 5h0m0s",
		}},
		{"a verdict is the one of the severity in force when it fell", mixed, `
			2026-09-16 08:00Z reported high
			08:30Z agent_wrote
			08:40Z severity critical
			09:00Z`, []string{
			"first_response met, due Wed 16 09:00:00, took 30m0s",
			"resolution running, due Wed 16 12:00:00, took 1h0m0s",
		}},
		{"another severity counts in its own calendar, pauses kept", mixed, `
			2026-09-16 15:00Z reported high
			15:10Z agent_wrote
			15:30Z waiting waiting_customer
			17:00Z resumed
			18:00Z severity critical`, []string{
			"first_response met, due Wed 16 16:00:00, took 10m0s",
			"resolution running, due Wed 16 20:30:00, took 1h30m0s",
		}},
		{"a milder severity gives the time back", mixed, `
			2026-09-16 08:00Z reported critical
			08:20Z severity normal
			08:30Z agent_wrote`, []string{
			"first_response met, due Wed 16 09:00:00, took 30m0s",
			"resolution running, due Wed 16 16:00:00, took 30m0s",
		}},
		{"what was late already is not late by reclassification", mixed, `
			2026-09-16 08:00Z reported high
			09:30Z severity critical`, []string{
			"first_response breached, due Wed 16 08:15:00, took 1h30m0s, still open",
			"resolution running, due Wed 16 12:00:00, took 1h30m0s",
		}},
		{"what was late by reclassification stays so when it stops", mixed, `
			2026-09-16 08:00Z reported high
			08:30Z severity critical
			08:31Z agent_wrote`, []string{
			"first_response breached, due Wed 16 08:15:00, took 31m0s, reclassified",
			"resolution running, due Wed 16 12:00:00, took 31m0s",
		}},
		{"a promise that comes back counts from the start", mixed, `
			2026-09-16 08:00Z reported high
			08:20Z severity low
			08:40Z severity high
			08:50Z`, []string{
			"first_response running, due Wed 16 09:00:00, took 50m0s",
			"resolution running, due Wed 16 16:00:00, took 50m0s",
		}},
		{"a response while nothing was promised has no verdict", mixed, `
			2026-09-16 08:00Z reported low
			08:20Z agent_wrote
			08:40Z severity high
			08:50Z`, []string{"resolution running, due Wed 16 16:00:00, took 50m0s"}},
		{"a merge does not change the severity that it began with", mixed, `
			2026-09-16 08:10Z reported high
			08:00Z reported critical
			08:20Z agent_wrote`, []string{
			"first_response met, due Wed 16 09:00:00, took 20m0s",
			"resolution running, due Wed 16 16:00:00, took 20m0s",
		}},
		{"a report in a merged incident that was answered is a message", contract(utc, 60, 30, 0), `
			2026-09-16 08:00 reported high
			08:10 agent_wrote
			08:20 reported high
			08:30`, []string{
			"first_response met, due Wed 16 09:00:00, took 10m0s",
			"next_response running, due Wed 16 08:50:00, took 10m0s",
		}},
		{"a calendar that has closed for good is never late", contract(shut, 60, 0, 120), `
			2026-09-16 09:00 reported high
			10:30`, []string{
			"first_response breached, due Wed 16 10:00:00, took 1h0m0s, still open",
			"resolution running, due Fri 31 23:59:59, took 1h0m0s",
		}},
		{"a level without a calendar promises nothing", contract(nil, 60, 60, 60), `
			2026-09-16 09:00 reported high`, []string{}},
		{"nor does a severity that nobody knows", all, `
			2026-09-16 09:00 reported terrible`, []string{}},
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

func TestNoContractNoClocks(t *testing.T) {
	facts, now := told(t, always(t, "UTC"), "2026-09-16 09:00 reported high")
	if got := Compute(nil, facts, now); len(got) != 0 {
		t.Errorf("Compute(nil) = %v", got)
	}
	if got := Compute(&Contract{}, facts, now); len(got) != 0 {
		t.Errorf("an empty contract gives %v", got)
	}
}

// Of changes of state at one instant, the one recorded last holds.
func TestSameInstant(t *testing.T) {
	utc := always(t, "UTC")
	facts, now := told(t, utc, `
		2026-09-16 09:00 reported high
		10:00 waiting waiting_customer
		10:00 resumed
		10:30`)
	facts[1].Seq, facts[2].Seq = 1, 2
	c := contract(utc, 0, 0, 240)
	if got := Compute(c, facts, now)[0].State; got != Running {
		t.Errorf("waited, then resumed: %s", got)
	}
	facts[1].Seq, facts[2].Seq = 2, 1
	if got := Compute(c, facts, now)[0].State; got != Paused {
		t.Errorf("resumed, then waited: %s", got)
	}
}

// Of messages at one instant (a clock that stands still, in the demo) the order
// of recording says who answered whom.
func TestMessagesAtTheSameInstant(t *testing.T) {
	utc := always(t, "UTC")
	facts, now := told(t, utc, `
		2026-09-16 09:00 reported high
		10:00 agent_wrote
		10:00 customer_wrote
		10:30`)
	c := contract(utc, 60, 60, 0)
	facts[1].Seq, facts[2].Seq = 1, 2
	if got := Compute(c, facts, now); len(got) != 2 || got[1].Name != NextResponse || got[1].State != Running {
		t.Errorf("the customer wrote after the answer, and is owed one: %v", got)
	}
	facts[1].Seq, facts[2].Seq = 2, 1
	if got := Compute(c, facts, now); len(got) != 1 {
		t.Errorf("the answer came after the customer's words: %v", got)
	}
}

// A share is a whole number of nanoseconds, not one less for being a fraction
// that binary numbers cannot hold.
func TestShare(t *testing.T) {
	for _, tt := range []struct {
		of   float64
		want time.Duration
	}{{0.75, 75 * time.Second}, {0.29, 29 * time.Second}, {0.07, 7 * time.Second}} {
		if got := share(100*time.Second, tt.of); got != tt.want {
			t.Errorf("%v of 100 s is %v", tt.of, got)
		}
	}
}

func TestMarksOnlyOfClocksThatRun(t *testing.T) {
	utc := always(t, "UTC")
	c := contract(utc, 60, 0, 120, warning(0.5))
	facts, now := told(t, utc, `
		2026-09-16 09:00 reported high
		09:10 agent_wrote
		09:30`)
	clocks := Compute(c, facts, now)
	if got := clocks[0].Marks(); got != nil {
		t.Errorf("a stopped clock has marks %v", got)
	}
	want := []Mark{{at(t, utc, "2026-09-16 10:00"), 0.5}, {at(t, utc, "2026-09-16 11:00"), 1}}
	if diff := cmp.Diff(want, clocks[1].Marks()); diff != "" {
		t.Errorf("marks of a clock that runs (-want +got):\n%s", diff)
	}
	shut := simple(t, "UTC", "", nil, except("2026-09-16", "09:00-10:00"))
	clocks = Compute(contract(shut, 0, 0, 90, warning(0.5)), facts, now)
	if diff := cmp.Diff([]Mark{{at(t, utc, "2026-09-16 09:45"), 0.5}}, clocks[0].Marks()); diff != "" {
		t.Errorf("marks of a clock that is never due (-want +got):\n%s", diff)
	}
}

func TestContractCheck(t *testing.T) {
	utc := always(t, "UTC")
	if err := contract(utc, 60, 60, 60, warning(0.5, 0.75)).Check(); err != nil {
		t.Errorf("a good contract: %v", err)
	}
	bad := &Contract{Name: "bad", Terms: []Terms{{
		Levels: map[Severity]Level{
			High: {Resolution: Commitment{Within: time.Hour}}, Low: {Calendar: utc, FirstResponse: Commitment{Within: -1}}, "awful": {},
		},
		Pauses:   map[WaitingOn][]Name{Customer: {Resolution, "lunch"}, "godot": nil},
		Warnings: []Warning{{Share: 0.5}, {Share: 0.5}, {Share: 1}, {Share: math.NaN()}},
	}}}
	var got []string
	for _, e := range SpecErrors(bad.Check()) {
		got = append(got, e.Error())
	}
	want := []string{
		"levels.high has targets but no calendar",
		"levels.low.first_response is negative",
		"levels.awful is none of the known names",
		"pauses.waiting_customer[1] is none of the known names",
		"pauses.godot is none of the known names",
		"warnings[1] must be greater than the share before it",
		"warnings[2] must be more than 0 and less than 1",
		"warnings[3] must be more than 0 and less than 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
	hour := Commitment{Within: time.Hour, Start: "someday", Warnings: []Warning{{Left: time.Hour}, {}, {Share: 0.5, Left: 1}, {Left: -1}}}
	bad = &Contract{
		Name: "worse", Changes: "never", Reopening: Reopening{Mode: "maybe", NewAfter: -1},
		Terms: []Terms{{}, {Kinds: map[Request]map[Severity]Level{"wish": {High: {Calendar: utc, Update: hour}}}}},
	}
	got = nil
	for _, e := range SpecErrors(errors.Join(bad.Check(), (&Contract{}).Check())) {
		got = append(got, e.Error())
	}
	want = []string{
		"terms[1].from must begin after the terms before it",
		"terms[1].kinds.wish is none of the known names",
		"terms[1].kinds.wish.high.update is none of the known names",
		"terms[1].kinds.wish.high.update.warnings[0] leaves as much time as the target or more",
		"terms[1].kinds.wish.high.update.warnings[1] must be either a share or a time left",
		"terms[1].kinds.wish.high.update.warnings[2] must be either a share or a time left",
		"terms[1].kinds.wish.high.update.warnings[3] is negative",
		"changes is none of the known names",
		"reopening is none of the known names",
		"reopening is negative",
		"has no terms",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("more mistakes (-want +got):\n%s", diff)
	}
}
