package config

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot/oncall"
)

func TestACalendarSaysWhenItsPersonIsAway(t *testing.T) {
	for _, tt := range []struct {
		name, away string
		want       []string
	}{
		{"by the usual words, a category, or the program's mark; what touches is one time", "{ical: testdata/ana.ics}", []string{
			"2026-11-30 10:00 – 2026-11-30 12:00", "2026-12-21 00:00 – 2027-01-05 00:00",
		}},
		{"by words of one's own", "{ical: testdata/ana.ics, words: [Evacation Plan]}", []string{
			"2026-11-30 10:00 – 2026-11-30 12:00", "2026-12-01 00:00 – 2026-12-02 00:00",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := edited(t, edit{"  luis: {}", "  luis: {away: " + tt.away + "}"})
			var got []string
			for _, i := range c.Company.Person("luis").Away {
				got = append(got, i.Start.In(c.Company.Zone).Format("2006-01-02 15:04")+" – "+i.End.In(c.Company.Zone).Format("2006-01-02 15:04"))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWhoeverIsAwayByTheirCalendarIsNotOnCall(t *testing.T) {
	c := edited(t, edit{"  luis: {}", "  luis: {away: {ical: testdata/ana.ics}}"})
	roster := c.Company.Roster(&oncall.Changes{Absences: []oncall.Absence{{ID: 7, Person: "ana"}}})
	if len(roster.Absences) != 3 || !roster.Away("luis", time.Date(2026, 12, 25, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("got %+v", roster.Absences)
	}
	for _, s := range c.Company.Schedules {
		for _, shift := range s.Shifts(time.Date(2026, 12, 21, 3, 0, 0, 0, time.UTC), time.Date(2027, 1, 5, 3, 0, 0, 0, time.UTC), roster) {
			if shift.Person == "luis" {
				t.Errorf("luis is on call %v – %v", shift.Start, shift.End)
			}
		}
	}
}

func TestAChangeOfAPersonsCalendarIsAChangeOfTheDocument(t *testing.T) {
	old := edited(t, edit{"  luis: {}", "  luis: {away: {ical: testdata/ana.ics}}"})
	next := edited(t, edit{"  luis: {}", "  luis: {away: {ical: testdata/ana.ics}}"})
	if all := Diff(old, next); len(all) != 0 {
		t.Errorf("nothing changed: %q", all)
	}
	old.leaves = replaced(old.leaves, "testdata/ana.ics (", "testdata/ana.ics (0000")
	if all := Diff(old, next); len(all) != 1 || !strings.Contains(all[0], "people.luis.away.ical") {
		t.Errorf("got %q", all)
	}
}
