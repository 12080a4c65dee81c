package cli

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot"
)

// The rows of the conformance table of SLA semantics that have messages and
// states in them, played through the command line: what is due when, what has
// been counted, how it stands, and who is paged.
func TestSLARows(t *testing.T) {
	for _, tt := range []struct {
		row   string
		file  string
		want  []string // the clocks of each incident, in order
		pages []string
	}{
		{"18: a clock that pauses once", "18a", []string{
			"INC-1 first_response running, due 2013-06-04T11:15:00Z, took 1h45m0s",
		}, nil},
		{"18: and twice", "18b", []string{
			"INC-1 first_response running, due 2013-06-04T11:45:00Z, took 1h15m0s",
		}, nil},
		{"19: due at closing time", "19", []string{
			"INC-1 first_response running, due 2013-06-04T16:00:00Z, took 1h0m0s",
		}, nil},
		{"20: three goals and one pause", "20", []string{
			"INC-1 first_response met, due 2013-06-04T11:30:00Z, took 1h15m0s",
			"INC-1 resolution met, due 2013-06-04T13:40:00Z, took 2h30m0s",
		}, nil},
		{"21: waiting all the time", "21a", []string{"INC-1 resolution met, due 2013-06-04T14:00:00Z, took 0s"}, nil},
		{"21: open for half an hour", "21b", []string{"INC-1 resolution met, due 2013-06-04T13:30:00Z, took 30m0s"}, nil},
		{"21: open for two", "21c", []string{"INC-1 resolution met, due 2013-06-04T13:00:00Z, took 1h0m0s"}, nil},
		{"22: the whole life, and no more", "22a", []string{"INC-1 resolution met, due 2026-09-16T14:30:00Z, took 1h30m0s"}, nil},
		{"22: started in the middle", "22b", []string{
			"INC-1 first_response met, due 2026-09-16T18:00:00Z, took 1m0s",
			"INC-1 next_response running, due 2026-09-16T12:15:00Z, took 16m0s",
		}, nil},
		{"24: three short pauses, of which the first response knows nothing", "24", []string{
			"INC-1 first_response breached, due 2034-06-09T07:16:12Z, took 2h43m5s, 2h13m5s late",
			"INC-1 resolution running, due 2034-06-09T09:45:25Z, took 13m52s",
		}, []string{"2034-06-09T07:16:12Z ana first_response breached"}},
		{"28: on hold while the customer thinks", "28", []string{
			"INC-1 first_response met, due 2026-03-02T13:00:00Z, took 30m0s",
			"INC-1 resolution met, due 2026-03-02T16:30:00Z, took 1h0m0s",
		}, nil},
		{"29: a pause over a holiday", "29", []string{"INC-1 resolution met, due 2026-03-09T16:10:00Z, took 50m0s"}, nil},
		{"30: a pause that ends at the last moment", "30a", []string{"INC-1 resolution running, due 2026-03-05T18:00:00Z, took 30m0s"}, nil},
		{"30: a second more and it is tomorrow", "30b", []string{"INC-1 resolution running, due 2026-03-06T10:00:01Z, took 30m0s"}, nil},
		{
			"31: late by nine minutes", "31a",
			[]string{"INC-1 first_response met_late, due 2026-03-02T10:30:00Z, took 39m0s, 9m0s late"},
			[]string{"2026-03-02T10:30:00Z ana first_response breached"},
		},
		{"31: an answer outside hours", "31b", []string{"INC-1 first_response met, due 2026-03-03T10:25:00Z, took 5m0s"}, nil},
		{"32: closing changes nothing", "32", []string{"INC-1 resolution met, due 2026-03-02T16:00:00Z, took 30m0s"}, nil},
		{"33: the next response is owed", "33a", []string{
			"INC-1 first_response met_late, due 2013-03-21T10:30:00Z, took 2h30m0s, 1h30m0s late",
			"INC-1 next_response running, due 2013-03-21T14:05:00Z, took 2m0s",
			"INC-1 resolution running, due 2013-03-21T12:30:00Z, took 2h37m0s",
		}, []string{"2013-03-21T10:30:00Z ana first_response breached"}},
		{"33: until it is over", "33b", []string{
			"INC-1 first_response met_late, due 2013-03-21T10:30:00Z, took 2h30m0s, 1h30m0s late",
			"INC-1 next_response met, due 2013-03-21T14:05:00Z, took 5m0s",
			"INC-1 resolution met_late, due 2013-03-21T12:30:00Z, took 3h30m0s, 30m0s late",
		}, []string{"2013-03-21T10:30:00Z ana first_response breached", "2013-03-21T12:30:00Z ana resolution breached"}},
		{"34: one clock, from the oldest message", "34", []string{
			"INC-1 first_response met, due 2026-09-16T17:00:00Z, took 1m0s",
			"INC-1 next_response met, due 2026-09-16T10:30:00Z, took 20m0s",
		}, nil},
		{"35: who writes unasked owes nothing", "35", []string{
			"INC-1 first_response met, due 2026-09-16T17:00:00Z, took 1m0s",
		}, nil},
		{"36: each exchange is a cycle", "36", []string{
			"INC-1 first_response met, due 2026-09-16T17:00:00Z, took 1m0s",
			"INC-1 next_response met, due 2026-09-16T10:30:00Z, took 10m0s",
			"INC-1 next_response met, due 2026-09-16T11:30:00Z, took 5m0s",
		}, nil},
		{"37: a severity that promises nothing", "37", []string{
			"INC-1 first_response cancelled, due 2026-09-16T09:00:00Z, took 30m0s",
			"INC-1 resolution cancelled, due 2026-09-16T16:00:00Z, took 30m0s",
		}, nil},
		{"52: the contract's calendar rules, on a holiday of the customer's too", "52", []string{
			"INC-1 first_response running, due 2026-11-23T09:00:00Z, took 1h0m0s",
		}, []string{"2026-11-23T08:45:00Z ana first_response at_risk"}},
		{"55: the customer's message ends the pause", "55", []string{"INC-1 resolution running, due 2026-09-14T11:30:00Z, took 2h30m0s"}, nil},
		{"56: low becomes high", "56a", []string{"INC-1 resolution running, due 2026-09-16T12:00:00Z, took 2h0m0s"}, nil},
		{"56: with a pause before", "56b", []string{"INC-1 resolution running, due 2026-09-16T13:00:00Z, took 1h0m0s"}, nil},
		{
			"56: and lands in the past: one page", "56c",
			[]string{"INC-1 resolution breached, due 2026-09-16T09:00:00Z, took 2h5m0s, 1h5m0s late"},
			[]string{"2026-09-16T10:00:00Z ana resolution reclassified"},
		},
		{"58: marks are in the calendar", "58", []string{"INC-1 resolution running, due 2026-09-17T11:00:00Z, took 0s"}, nil},
		{"61: a merge takes the earliest message", "61", []string{
			"INC-1 first_response cancelled, due 2026-09-16T08:00:00Z, took 45m0s",
			"INC-2 first_response running, due 2026-09-16T08:00:00Z, took 50m0s",
		}, nil},
		{"62: what is no public answer stops nothing", "62a", []string{"INC-1 first_response running, due 2026-09-16T08:30:00Z, took 15m0s"}, nil},
		{
			"62: a call counts from when it was made", "62b",
			[]string{"INC-1 first_response met, due 2026-09-16T08:30:00Z, took 30m0s"},
			[]string{"2026-09-16T08:30:00Z ana first_response breached"}, // nobody knew yet
		},
		{"63: answered before it was due", "63", []string{"INC-1 first_response met, due 2026-09-16T09:00:00Z, took 50m0s"}, nil},
	} {
		t.Run(tt.row, func(t *testing.T) {
			lines, end := play(t, rowFile(tt.file+".jsonl"), "--config", rowFile("company.yaml"))
			if diff := cmp.Diff(tt.want, clocksRead(end)); diff != "" {
				t.Errorf("clocks (-want +got):\n%s", diff)
			}
			var pages []string
			for _, p := range lines {
				// Whom the paging goes on to is no matter of these rows.
				if p.Kind == "page" && p.To == "ana" && p.Reason != "unattended" {
					pages = append(pages, fmt.Sprintf("%s %s %s %s", p.At, p.To, p.Clock, p.Reason))
				}
			}
			if diff := cmp.Diff(tt.pages, pages); diff != "" {
				t.Errorf("pages (-want +got):\n%s", diff)
			}
		})
	}
}

// Row 58: a mark outside hours fires at its instant, never in the night.
func TestSLARow58TheMarksOfAClockAreItsTimers(t *testing.T) {
	_, end := play(t, rowFile("58.jsonl"), "--config", rowFile("company.yaml"))
	var got []string
	for _, timer := range end.Timers {
		got = append(got, timer.At.UTC().Format(time.RFC3339)+" "+timer.Kind+" "+timer.Subject)
	}
	want := []string{
		"2026-09-16T16:00:00Z warning resolution/1/0.5",
		"2026-09-17T09:00:00Z warning resolution/1/0.75",
		"2026-09-17T10:12:00Z warning resolution/1/0.9",
		"2026-09-17T11:00:00Z breach resolution/1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("timers (-want +got):\n%s", diff)
	}
}

func rowFile(name string) string { return filepath.Join("testdata", "sla", name) }

// clocksRead tells every clock of every incident, with its outcome where it has one.
func clocksRead(s bot.State) []string {
	var out []string
	for _, inc := range s.Incidents {
		for _, c := range inc.Clocks {
			state := c.State
			if c.Outcome != "" {
				state = c.Outcome
			}
			line := fmt.Sprintf("%s %s %s, due %s, took %s", inc.ID, c.Name, state, c.Due.UTC().Format(time.RFC3339), time.Duration(c.ElapsedS)*time.Second)
			if c.LateS > 0 {
				line += fmt.Sprintf(", %s late", time.Duration(c.LateS)*time.Second)
			}
			out = append(out, line)
		}
	}
	return out
}
