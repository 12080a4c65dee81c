package incident_test

import (
	"testing"
	"time"

	"sereno/bot/incident"
	"sereno/bot/sla"
)

func TestParseID(t *testing.T) {
	for in, want := range map[string]int{
		"INC-7": 7, "inc-7": 7, "inc7": 7, "#7": 7, "7": 7, " INC-12 ": 12,
		"": 0, "INC-": 0, "INC-0": 0, "seven": 0, "INC-7x": 0, "-7": 7, "9999999999": 0,
	} {
		got, ok := incident.ParseID(in)
		if got != want || ok != (want > 0) {
			t.Errorf("%q: got %d, %v; want %d", in, got, ok, want)
		}
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("INC-7")
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := incident.ParseID(s); ok {
			if again, ok := incident.ParseID(incident.FormatID(n)); !ok || again != n {
				t.Errorf("%q reads %d, whose own id reads %d", s, n, again)
			}
		}
	})
}

// The life cycle of the procedure (P16): each row is a sentence.
func TestTransitions(t *testing.T) {
	for _, tc := range []struct {
		from incident.Status
		do   incident.Action
		to   incident.Status // "" when it is refused
	}{
		{incident.New, incident.Take, incident.InProgress},
		{incident.New, incident.Answer, incident.InProgress},
		{incident.WaitingCustomer, incident.Take, incident.WaitingCustomer},
		{incident.InProgress, incident.WaitCustomer, incident.WaitingCustomer},
		{incident.WaitingCustomer, incident.WaitCustomer, ""},
		{incident.WaitingCustomer, incident.Resume, incident.InProgress},
		{incident.InProgress, incident.Resume, ""},
		{incident.New, incident.Resolve, incident.Resolved},
		{incident.Resolved, incident.Resolve, ""},
		{incident.Resolved, incident.Close, incident.Closed},
		{incident.InProgress, incident.Close, ""},
		{incident.Closed, incident.Reopen, incident.InProgress},
		{incident.Resolved, incident.Reopen, incident.InProgress},
		{incident.Resolved, incident.Take, ""},
		{incident.Merged, incident.Reopen, ""},
		{incident.Cancelled, incident.Resolve, ""},
		{incident.New, incident.Cancel, incident.Cancelled},
		{incident.Resolved, incident.Merge, ""},
	} {
		to, ok := tc.from.After(tc.do)
		if ok != (tc.to != "") || ok && to != tc.to {
			t.Errorf("%s, %s: got %s, %v; want %q", tc.from, tc.do, to, ok, tc.to)
		}
	}
}

func TestOnlyWhatMovesClocksIsAFact(t *testing.T) {
	at := time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)
	facts := incident.Facts([]incident.Entry{
		{At: at, Kind: incident.EReported, Value: "high"},
		{At: at, Kind: incident.ESuggested},
		{At: at, Kind: incident.ENote, Text: "internal"},
		{At: at, Kind: incident.EAcked},
		{At: at, Kind: incident.ECustomer, Value: incident.SmallTalk},
		{At: at, Kind: incident.ECustomer},
		{At: at, Kind: incident.EAgent},
	}, nil)
	want := []sla.Kind{sla.Reported, sla.CustomerWrote, sla.AgentWrote}
	if len(facts) != len(want) {
		t.Fatalf("got %v", facts)
	}
	for i, f := range facts {
		if f.Kind != want[i] {
			t.Errorf("fact %d is %s, want %s", i, f.Kind, want[i])
		}
	}
}

func TestNotesAndPagesAreInternal(t *testing.T) {
	for _, k := range []incident.EntryKind{
		incident.ENote, incident.EPaged, incident.EBreached, incident.EOrigin, incident.ERCAStarted,
		incident.EEdited, incident.EUndelivered, incident.EWarned, incident.EntryKind("of a later version"),
	} {
		if !(incident.Entry{Kind: k}).Internal() {
			t.Errorf("%s would be shown to a customer", k)
		}
	}
}
