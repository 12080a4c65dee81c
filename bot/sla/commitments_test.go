package sla

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clockCase is a story and what its clocks say at the end.
type clockCase struct {
	name     string
	contract *Contract
	story    string
	want     []string
}

func checkClocks(t *testing.T, cases []clockCase, contracts ...*Contract) {
	t.Helper()
	utc := always(t, "UTC")
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			facts, now := told(t, utc, tt.story, contracts...)
			got := read(Compute(tt.contract, facts, now), time.UTC)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("clocks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdates(t *testing.T) {
	utc := always(t, "UTC")
	hourly := contract(utc, 0, 0, 0, also(Update, 60))
	checkClocks(t, []clockCase{
		{"none is owed before the first response", hourly, `
			2026-09-16 10:00 reported high
			12:00 customer_wrote
			13:00`, []string{}},
		{"the first response owes the next news", hourly, `
			2026-09-16 10:00 reported high
			10:10 agent_wrote
			10:30`, []string{"update running, due Wed 16 11:10:00, took 20m0s"}},
		{"each answer owes another, whoever wrote last", hourly, `
			2026-09-16 10:00 reported high
			10:10 agent_wrote
			10:40 agent_wrote
			11:00 customer_wrote
			11:45`, []string{
			"update met, due Wed 16 11:10:00, took 30m0s",
			"update #2 breached, due Wed 16 11:40:00, took 1h5m0s, still open",
		}},
		{"at the due instant it is in time, a second later it is not", hourly, `
			2026-09-16 10:00 reported high
			10:10 agent_wrote
			11:10 agent_wrote
			12:10:01 agent_wrote
			12:11`, []string{
			"update met, due Wed 16 11:10:00, took 1h0m0s",
			"update #2 breached, due Wed 16 12:10:00, took 1h0m1s",
			"update #3 running, due Wed 16 13:10:01, took 59s",
		}},
		{"the resolution is the last news, and owes none", hourly, `
			2026-09-16 10:00 reported high
			10:10 agent_wrote
			10:30 resolved
			14:00`, []string{"update met, due Wed 16 11:10:00, took 20m0s"}},
		{"nor does the answer that says that it is resolved", hourly, `
			2026-09-16 10:00 reported high
			10:30 agent_wrote
			10:30 resolved
			14:00`, []string{}},
		{"what comes back owes news from then on", hourly, `
			2026-09-16 10:00 reported high
			10:30 resolved
			14:00 reopened
			14:10`, []string{"update running, due Wed 16 15:00:00, took 10m0s"}},
		{"an answer that came twice owes one", hourly, `
			2026-09-16 10:00 reported high
			10:10 agent_wrote
			10:10 agent_wrote
			10:20`, []string{"update running, due Wed 16 11:10:00, took 10m0s"}},
		{"a wait that pauses it", contract(utc, 0, 0, 0, also(Update, 60), pausing(ThirdParty, Update)), `
			2026-09-16 10:00 reported high
			10:10 agent_wrote
			10:20 waiting waiting_third_party
			12:20 resumed
			12:30`, []string{"update running, due Wed 16 13:10:00, took 20m0s"}},
		{"in its own calendar", contract(utc, 0, 0, 240, also(Update, 60, countedIn(calW(t)))), `
			2026-09-16 16:00 reported high
			16:30 agent_wrote
			20:00`, []string{
			"update running, due Thu 17 09:30:00, took 30m0s",
			"resolution running, due Wed 16 20:00:00, took 4h0m0s",
		}},
	})
}

func TestWorkarounds(t *testing.T) {
	utc := always(t, "UTC")
	both := contract(utc, 0, 0, 480, also(Workaround, 120))
	checkClocks(t, []clockCase{
		{"a workaround, then the resolution", both, `
			2026-09-16 10:00 reported high
			11:30 workaround
			12:00`, []string{
			"workaround met, due Wed 16 12:00:00, took 1h30m0s",
			"resolution running, due Wed 16 18:00:00, took 2h0m0s",
		}},
		{"a resolution needs no workaround", both, `
			2026-09-16 10:00 reported high
			11:30 resolved`, []string{
			"workaround met, due Wed 16 12:00:00, took 1h30m0s",
			"resolution met, due Wed 16 18:00:00, took 1h30m0s",
		}},
		{"a workaround too late", both, `
			2026-09-16 10:00 reported high
			12:00:01 workaround
			13:00 workaround`, []string{
			"workaround breached, due Wed 16 12:00:00, took 2h0m1s",
			"resolution running, due Wed 16 18:00:00, took 3h0m0s",
		}},
		{"a workaround that was given is there still when it is reopened", both, `
			2026-09-16 10:00 reported high
			11:00 workaround
			12:00 resolved
			13:00 reopened`, []string{
			"workaround met, due Wed 16 12:00:00, took 1h0m0s",
			"resolution met, due Wed 16 18:00:00, took 2h0m0s",
			"resolution #2 running, due Wed 16 19:00:00, took 2h0m0s",
		}},
		{"where none was given, one is owed again", both, `
			2026-09-16 10:00 reported high
			11:00 resolved
			13:00 reopened
			13:30 workaround`, []string{
			"workaround met, due Wed 16 12:00:00, took 1h0m0s",
			"workaround #2 met, due Wed 16 14:00:00, took 1h30m0s",
			"resolution met, due Wed 16 18:00:00, took 1h0m0s",
			"resolution #2 running, due Wed 16 20:00:00, took 1h30m0s",
		}},
		{"a workaround of what is resolved is nothing", both, `
			2026-09-16 10:00 reported high
			11:00 resolved
			11:30 workaround`, []string{
			"workaround met, due Wed 16 12:00:00, took 1h0m0s",
			"resolution met, due Wed 16 18:00:00, took 1h0m0s",
		}},
	})
}

func TestConfirmation(t *testing.T) {
	utc := always(t, "UTC")
	c := contract(utc, 60, 0, 0, also(Resolution, 240, onceConfirmed))
	checkClocks(t, []clockCase{
		{"what waits for it does not run before", c, `
			2026-09-16 10:00 reported high
			10:30`, []string{"first_response running, due Wed 16 11:00:00, took 30m0s"}},
		{"it runs from then on", c, `
			2026-09-16 10:00 reported high
			10:30 confirmed
			11:00 confirmed
			11:30 agent_wrote`, []string{
			"first_response breached, due Wed 16 11:00:00, took 1h30m0s",
			"resolution running, due Wed 16 14:30:00, took 1h0m0s",
		}},
		{"a pause that began before", c, `
			2026-09-16 10:00 reported high
			10:10 waiting waiting_customer
			10:30 confirmed
			10:50 resumed
			11:00`, []string{
			"first_response running, due Wed 16 11:00:00, took 1h0m0s",
			"resolution running, due Wed 16 14:50:00, took 10m0s",
		}},
		{"what is resolved without it never ran", c, `
			2026-09-16 10:00 reported high
			10:30 resolved
			11:00 confirmed`, []string{"first_response met, due Wed 16 11:00:00, took 30m0s"}},
		{"confirmed and resolved at once", c, `
			2026-09-16 10:00 reported high
			10:30 confirmed
			10:30 resolved`, []string{
			"first_response met, due Wed 16 11:00:00, took 30m0s",
			"resolution met, due Wed 16 14:30:00, took 0s",
		}},
		{"it is asked for once, however often it comes back", c, `
			2026-09-16 10:00 reported high
			10:30 confirmed
			11:30 resolved
			12:30 reopened
			13:00`, []string{
			"first_response breached, due Wed 16 11:00:00, took 1h30m0s",
			"resolution met, due Wed 16 14:30:00, took 1h0m0s",
			"resolution #2 running, due Wed 16 15:30:00, took 1h30m0s",
		}},
	})
}

func TestKindsOfRequests(t *testing.T) {
	utc := always(t, "UTC")
	c := contract(utc, 60, 0, 240, func(c *Contract) {
		c.Terms[0].Kinds = map[Request]map[Severity]Level{Question: {High: oneLevel(utc, 120, 0, 0)}}
	})
	checkClocks(t, []clockCase{
		{"a failure, when nobody says otherwise", c, `
			2026-09-16 10:00 reported high`, []string{
			"first_response running, due Wed 16 11:00:00, took 0s",
			"resolution running, due Wed 16 14:00:00, took 0s",
		}},
		{"a question from the start leaves no trace of what a failure would be promised", c, `
			2026-09-16 10:00 reported high
			10:00 request question
			10:30`, []string{"first_response running, due Wed 16 12:00:00, took 30m0s"}},
		{"what turns out to be a question", c, `
			2026-09-16 10:00 reported high
			10:30 request question
			10:40`, []string{
			"first_response running, due Wed 16 12:00:00, took 40m0s",
			"resolution cancelled, due Wed 16 14:00:00, took 30m0s",
		}},
		{"and a failure after all", c, `
			2026-09-16 10:00 reported high
			10:00 request question
			11:30 request failure`, []string{
			"first_response breached, due Wed 16 11:00:00, took 1h30m0s, reclassified, still open",
			"resolution running, due Wed 16 14:00:00, took 1h30m0s",
		}},
		{"at a severity that the kind does not promise anything for", c, `
			2026-09-16 10:00 reported normal
			10:00 request question`, []string{}},
		{"a kind without promises of its own has those of all", c, `
			2026-09-16 10:00 reported high
			10:00 request request
			11:00 agent_wrote`, []string{
			"first_response met, due Wed 16 11:00:00, took 1h0m0s",
			"resolution running, due Wed 16 14:00:00, took 1h0m0s",
		}},
	})
}

func TestReopening(t *testing.T) {
	utc := always(t, "UTC")
	fresh := contract(utc, 60, 30, 120, restarting)
	checkClocks(t, []clockCase{
		{"counted anew where the contract says so", fresh, `
			2026-09-16 10:00 reported high
			10:10 agent_wrote
			11:30 resolved
			15:00 reopened
			15:30 waiting waiting_customer
			16:00 resumed
			16:15`, []string{
			"first_response met, due Wed 16 11:00:00, took 10m0s",
			"resolution met, due Wed 16 12:00:00, took 1h30m0s",
			"resolution #2 running, due Wed 16 17:30:00, took 45m0s",
		}},
		{"again and again", contract(utc, 0, 0, 120, restarting), `
			2026-09-16 10:00 reported high
			13:00 resolved
			14:00 reopened
			15:00 resolved
			16:00 reopened
			18:00:01`, []string{
			"resolution breached, due Wed 16 12:00:00, took 3h0m0s",
			"resolution #2 met, due Wed 16 16:00:00, took 1h0m0s",
			"resolution #3 breached, due Wed 16 18:00:00, took 2h0m1s, still open",
		}},
		{"twice, when it goes on", contract(utc, 0, 0, 120), `
			2026-09-16 10:00 reported high
			11:00 resolved
			12:00 reopened
			12:30 resolved
			14:00 reopened
			14:10`, []string{
			"resolution met, due Wed 16 12:00:00, took 1h0m0s",
			"resolution #2 met, due Wed 16 13:00:00, took 1h30m0s",
			"resolution #3 running, due Wed 16 14:30:00, took 1h40m0s",
		}},
		{"under another severity it is counted from the start, less the solved time", contract(utc, 0, 0, 120, promise(Critical, utc, 0, 0, 90)), `
			2026-09-16 10:00 reported high
			11:00 resolved
			12:00 reopened
			12:10 severity critical`, []string{
			"resolution met, due Wed 16 12:00:00, took 1h0m0s",
			"resolution #2 running, due Wed 16 12:30:00, took 1h10m0s",
		}},
	})
	anew := Reopening{NewAfter: 72 * time.Hour}
	at := time.Date(2026, 9, 16, 10, 0, 0, 0, time.UTC)
	if anew.Anew(at, at.Add(72*time.Hour)) || !anew.Anew(at, at.Add(72*time.Hour+1)) || (Reopening{}).Anew(at, at.AddDate(9, 0, 0)) {
		t.Error("an incident is another one when it comes back later than the contract allows, and never where it does not say")
	}
}

func TestExcuses(t *testing.T) {
	c := contract(always(t, "UTC"), 60, 0, 0)
	checkClocks(t, []clockCase{
		{"an approved excuse", c, `
			2026-09-16 10:00 reported high
			11:30 agent_wrote
			12:00 excused first_response diego`, []string{"first_response excused, due Wed 16 11:00:00, took 1h30m0s"}},
		{"of a clock that is still owed", c, `
			2026-09-16 10:00 reported high
			12:00 excused first_response diego
			13:00`, []string{"first_response excused, due Wed 16 11:00:00, took 3h0m0s"}},
		{"an excuse that nobody approved", c, `
			2026-09-16 10:00 reported high
			11:30 agent_wrote
			12:00 excused first_response`, []string{"first_response breached, due Wed 16 11:00:00, took 1h30m0s"}},
		{"what was met needs none", c, `
			2026-09-16 10:00 reported high
			10:30 agent_wrote
			12:00 excused first_response diego`, []string{"first_response met, due Wed 16 11:00:00, took 30m0s"}},
		{"an excuse taken back", c, `
			2026-09-16 10:00 reported high
			11:30 agent_wrote
			12:00 excused first_response diego
			12:10 excuse_withdrawn first_response`, []string{"first_response breached, due Wed 16 11:00:00, took 1h30m0s"}},
		{"and given again", c, `
			2026-09-16 10:00 reported high
			11:30 agent_wrote
			12:00 excused first_response diego
			12:10 excuse_withdrawn first_response
			12:20 excused first_response vera`, []string{"first_response excused, due Wed 16 11:00:00, took 1h30m0s"}},
		{"of another clock", c, `
			2026-09-16 10:00 reported high
			11:30 agent_wrote
			12:00 excused resolution diego`, []string{"first_response breached, due Wed 16 11:00:00, took 1h30m0s"}},
	})
	facts, now := told(t, always(t, "UTC"), `
		2026-09-16 10:00 reported high
		11:30 agent_wrote
		12:00 excused first_response diego`)
	if got := Compute(c, facts, now)[0]; got.Excuse.ApprovedBy != "diego" || got.Outcome() != WasExcused {
		t.Errorf("the clock says %+v, %s", got.Excuse, got.Outcome())
	}
}

func TestOutcomes(t *testing.T) {
	utc := always(t, "UTC")
	c := contract(utc, 60, 0, 0)
	for _, tt := range []struct {
		name, story string
		want        Outcome
		late        time.Duration
	}{
		{"in time so far", "2026-09-16 10:00 reported high\n11:00", "", 0},
		{"met", "2026-09-16 10:00 reported high\n11:00 agent_wrote", WasMet, 0},
		{"met late", "2026-09-16 10:00 reported high\n11:09 agent_wrote", WasMetLate, 9 * time.Minute},
		{"breached and still owed", "2026-09-16 10:00 reported high\n11:09", WasBreached, 9 * time.Minute},
		{"cancelled", "2026-09-16 10:00 reported high\n10:30 cancelled", WasCancelled, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			facts, now := told(t, utc, tt.story)
			got := Compute(c, facts, now)[0]
			if got.Outcome() != tt.want || got.Late() != tt.late {
				t.Errorf("it is %q, %s late; want %q, %s", got.Outcome(), got.Late(), tt.want, tt.late)
			}
		})
	}
}

// A warning is a share of the target or a time that is left, and each commitment
// can have its own.
func TestWarnings(t *testing.T) {
	m := calM(t)
	c := contract(m, 60, 0, 480, func(c *Contract) {
		c.Terms[0].Warnings = []Warning{{Share: 0.5}, {Left: 30 * time.Minute}, {Left: 90 * time.Minute}}
		high := c.Terms[0].Levels[High]
		high.Resolution.Warnings = []Warning{{Left: time.Hour}, {Share: 0.75}, {Left: 2 * time.Hour}}
		c.Terms[0].Levels[High] = high
	})
	facts, now := told(t, m, "2026-09-16 14:00 reported high")
	clocks := Compute(c, facts, now)
	want := []Mark{{at(t, m, "2026-09-16 14:30").UTC(), 0.5}, {at(t, m, "2026-09-16 15:00").UTC(), 1}}
	if diff := cmp.Diff(want, clocks[0].Marks()); diff != "" {
		t.Errorf("half of an hour is half an hour left, and more than an hour is never left (-want +got):\n%s", diff)
	}
	want = []Mark{
		{at(t, m, "2026-09-17 11:00").UTC(), 0.75}, {at(t, m, "2026-09-17 12:00").UTC(), 0.875}, {at(t, m, "2026-09-17 13:00").UTC(), 1},
	}
	if diff := cmp.Diff(want, clocks[1].Marks()); diff != "" {
		t.Errorf("two hours left of eight is three quarters (-want +got):\n%s", diff)
	}
}
