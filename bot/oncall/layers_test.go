package oncall

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/civil/civiltest"
)

const stampLayout = "Mon 02 15:04"

func at(t testing.TB, zone *time.Location, s string) time.Time {
	t.Helper()
	out, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func told(shifts []Shift, zone *time.Location) []string {
	var out []string
	for _, s := range shifts {
		line := s.Person + " " + s.Start.In(zone).Format(stampLayout) + " – " + s.End.In(zone).Format(stampLayout)
		if s.Cause != "" {
			line += " " + string(s.Cause)
		}
		if s.For != "" {
			line += " for " + s.For
		}
		out = append(out, line)
	}
	return out
}

// weekdays are Monday to Friday.
var weekdays = [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}

func TestSchedulesWithLayersAndChanges(t *testing.T) {
	ba, ny, madrid := civiltest.Zone(t, "America/Argentina/Buenos_Aires"), civiltest.Zone(t, "America/New_York"), civiltest.Zone(t, "Europe/Madrid")
	daily := Rotation{People: []string{"a", "b", "c"}, Every: 1, Start: day(2026, 11, 2), HandOff: nine}
	over := func(person, forWhom, from, to string) Override {
		return Override{Schedule: "s", Person: person, For: forWhom, Start: at(t, ba, from), End: at(t, ba, to)}
	}
	away := func(person, from, to string) Absence {
		return Absence{Person: person, Start: at(t, ba, from), End: at(t, ba, to)}
	}
	for _, tt := range []struct {
		name     string
		zone     *time.Location
		layers   []Layer
		changes  *Changes
		from, to string
		want     []string
	}{
		{
			"office hours by turns, nights by another layer", ba,
			[]Layer{{Rotation: daily, Restrict: []Restriction{{Days: weekdays, From: nine, To: 18 * 60}}}, {Rotation: Rotation{People: []string{"n"}, Unit: Week, Every: 1, Start: day(2026, 11, 2), HandOff: nine}}},
			nil, "2026-11-05 12:00", "2026-11-09 12:00",
			[]string{"a Thu 05 09:00 – Thu 05 18:00", "n Thu 05 18:00 – Fri 06 09:00", "b Fri 06 09:00 – Fri 06 18:00", "n Fri 06 18:00 – Mon 09 09:00", "b Mon 09 09:00 – Mon 09 18:00"},
		},
		{
			"the same without the night layer has gaps", ba,
			[]Layer{{Rotation: daily, Restrict: []Restriction{{Days: weekdays, From: nine, To: 18 * 60}}}},
			nil, "2026-11-05 12:00", "2026-11-06 12:00",
			[]string{"a Thu 05 09:00 – Thu 05 18:00", "b Fri 06 09:00 – Fri 06 18:00"},
		},
		{
			"a restriction past midnight belongs to the day on which it begins", ba,
			[]Layer{{Rotation: daily, Restrict: []Restriction{{Days: [7]bool{5: true}, From: 22 * 60, To: 30 * 60}}}},
			nil, "2026-11-05 12:00", "2026-11-09 12:00",
			[]string{"b Fri 06 22:00 – Sat 07 06:00"},
		},
		{
			"following the sun: each layer on the clock of its zone", time.UTC,
			[]Layer{
				{Rotation: Rotation{People: []string{"madrid"}, Every: 1, Start: day(2026, 1, 1), Zone: madrid}, Restrict: []Restriction{{Days: [7]bool{true, true, true, true, true, true, true}, From: nine, To: 17 * 60}}},
				{Rotation: Rotation{People: []string{"newyork"}, Every: 1, Start: day(2026, 1, 1), Zone: ny}, Restrict: []Restriction{{Days: [7]bool{true, true, true, true, true, true, true}, From: 0, To: 1440}}},
			},
			nil, "2026-10-25 10:00", "2026-10-25 20:00",
			[]string{"madrid Sun 25 08:00 – Sun 25 16:00", "newyork Sun 25 16:00 – Mon 26 04:00"},
		},
		{
			"twelve hours each, through the longest day", madrid,
			[]Layer{{Rotation: Rotation{People: []string{"day", "night"}, Unit: Hour, Every: 12, Start: day(2026, 10, 1), HandOff: 8 * 60}}},
			nil, "2026-10-24 21:00", "2026-10-25 21:00",
			[]string{"night Sat 24 20:00 – Sun 25 08:00", "day Sun 25 08:00 – Sun 25 20:00", "night Sun 25 20:00 – Mon 26 08:00"},
		},
		{
			"every other week", ba,
			[]Layer{{Rotation: Rotation{People: []string{"a", "b"}, Unit: Week, Every: 2, Start: day(2026, 11, 2), HandOff: nine}}},
			nil, "2026-11-15 12:00", "2026-11-17 12:00",
			[]string{"a Mon 02 09:00 – Mon 16 09:00", "b Mon 16 09:00 – Mon 30 09:00"},
		},
		{
			"one layer ends at its hand-off and another begins", ba,
			[]Layer{{Rotation: daily, Until: day(2026, 11, 6)}, {Rotation: Rotation{People: []string{"z"}, Every: 1, Start: day(2026, 11, 1), HandOff: nine}, From: day(2026, 11, 6)}},
			nil, "2026-11-05 12:00", "2026-11-06 12:00",
			[]string{"a Thu 05 09:00 – Fri 06 09:00", "z Fri 06 09:00 – Sat 07 09:00"},
		},
		{
			"an override cuts into two shifts", ba,
			[]Layer{{Rotation: daily}},
			&Changes{Overrides: []Override{over("x", "", "2026-11-05 18:00", "2026-11-06 12:00"), {Schedule: "another", Person: "y", Start: at(t, ba, "2026-11-05 00:00"), End: at(t, ba, "2026-11-07 00:00")}}},
			"2026-11-05 12:00", "2026-11-06 13:00",
			[]string{"a Thu 05 09:00 – Thu 05 18:00", "x Thu 05 18:00 – Fri 06 12:00 override", "b Fri 06 12:00 – Sat 07 09:00"},
		},
		{
			"an override for one person leaves the others alone", ba,
			[]Layer{{Rotation: daily}},
			&Changes{Overrides: []Override{over("x", "a", "2026-11-05 18:00", "2026-11-06 12:00")}},
			"2026-11-05 12:00", "2026-11-06 13:00",
			[]string{"a Thu 05 09:00 – Thu 05 18:00", "x Thu 05 18:00 – Fri 06 09:00 override for a", "b Fri 06 09:00 – Sat 07 09:00"},
		},
		{
			"of two overrides the later made counts", ba,
			[]Layer{{Rotation: daily}},
			&Changes{Overrides: []Override{over("x", "", "2026-11-05 10:00", "2026-11-05 20:00"), over("y", "x", "2026-11-05 12:00", "2026-11-05 14:00")}},
			"2026-11-05 11:00", "2026-11-05 15:00",
			[]string{"x Thu 05 10:00 – Thu 05 12:00 override", "y Thu 05 12:00 – Thu 05 14:00 override for x", "x Thu 05 14:00 – Thu 05 20:00 override"},
		},
		{
			"an override fills a gap", ba,
			[]Layer{{Rotation: daily, Restrict: []Restriction{{Days: weekdays, From: nine, To: 18 * 60}}}},
			&Changes{Overrides: []Override{over("x", "", "2026-11-05 17:00", "2026-11-05 20:00")}},
			"2026-11-05 12:00", "2026-11-05 23:00",
			[]string{"a Thu 05 09:00 – Thu 05 17:00", "x Thu 05 17:00 – Thu 05 20:00 override"},
		},
		{
			"who is away is passed over by the next", ba,
			[]Layer{{Rotation: daily}},
			&Changes{Absences: []Absence{away("a", "2026-11-05 18:00", "2026-11-08 00:00"), away("b", "2026-11-06 00:00", "2026-11-06 03:00")}},
			"2026-11-05 12:00", "2026-11-06 10:00",
			[]string{"a Thu 05 09:00 – Thu 05 18:00", "b Thu 05 18:00 – Fri 06 00:00 absence for a", "c Fri 06 00:00 – Fri 06 03:00 absence for a", "b Fri 06 03:00 – Fri 06 09:00 absence for a", "b Fri 06 09:00 – Sat 07 09:00"},
		},
		{
			"where all of a layer are away the next layer serves", ba,
			[]Layer{{Rotation: Rotation{People: []string{"a"}, Every: 1, Start: day(2026, 11, 2), HandOff: nine}}, {Rotation: Rotation{People: []string{"n"}, Unit: Week, Every: 1, Start: day(2026, 11, 2), HandOff: nine}}},
			&Changes{Absences: []Absence{away("a", "2026-11-05 18:00", "2026-11-06 00:00")}},
			"2026-11-05 12:00", "2026-11-06 08:00",
			[]string{"a Thu 05 09:00 – Thu 05 18:00", "n Thu 05 18:00 – Fri 06 00:00", "a Fri 06 00:00 – Fri 06 09:00"},
		},
		{
			"who took it over and is away is not on call", ba,
			[]Layer{{Rotation: daily}},
			&Changes{Overrides: []Override{over("x", "a", "2026-11-05 10:00", "2026-11-05 20:00")}, Absences: []Absence{away("x", "2026-11-05 12:00", "2026-11-05 13:00")}},
			"2026-11-05 11:00", "2026-11-05 14:00",
			[]string{"x Thu 05 10:00 – Thu 05 12:00 override for a", "a Thu 05 12:00 – Thu 05 13:00", "x Thu 05 13:00 – Thu 05 20:00 override for a"},
		},
		{
			"a swap holds though the one who gave it away is on vacation then", ba,
			[]Layer{{Rotation: daily}},
			&Changes{Overrides: []Override{over("x", "a", "2026-11-05 10:00", "2026-11-05 20:00")}, Absences: []Absence{away("a", "2026-11-05 00:00", "2026-11-06 00:00")}},
			"2026-11-05 11:00", "2026-11-05 12:00",
			[]string{"x Thu 05 10:00 – Thu 05 20:00 override for a"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &Schedule{Name: "s", Zone: tt.zone, Layers: tt.layers}
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
			got := told(s.Shifts(at(t, tt.zone, tt.from), at(t, tt.zone, tt.to), tt.changes), tt.zone)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("shifts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGapsAndDoubleBookings(t *testing.T) {
	office := &Schedule{Name: "office", Zone: time.UTC, Layers: []Layer{{
		Rotation: Rotation{People: []string{"ana", "luis"}, Every: 1, Start: day(2026, 11, 2), HandOff: nine},
		Restrict: []Restriction{{Days: weekdays, From: nine, To: 18 * 60}},
	}}}
	other := single("other", Rotation{People: []string{"luis"}, Every: 1, Start: day(2026, 11, 2), Zone: time.UTC})
	from, to := at(t, time.UTC, "2026-11-02 00:00"), at(t, time.UTC, "2026-11-04 00:00")
	var gaps []string
	for _, g := range office.Gaps(from, to, nil) {
		gaps = append(gaps, g.Start.Format(stampLayout)+" – "+g.End.Format(stampLayout))
	}
	if diff := cmp.Diff([]string{"Mon 02 00:00 – Mon 02 09:00", "Mon 02 18:00 – Tue 03 09:00", "Tue 03 18:00 – Wed 04 00:00"}, gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	double := DoubleBookings([]*Schedule{office, other}, from, to, nil)
	want := []Double{{"luis", [2]string{"office", "other"}, at(t, time.UTC, "2026-11-03 09:00"), at(t, time.UTC, "2026-11-03 18:00")}}
	if diff := cmp.Diff(want, double); diff != "" {
		t.Errorf("double bookings (-want +got):\n%s", diff)
	}
	if gaps := (&Schedule{}).Gaps(from, to, nil); len(gaps) != 1 || gaps[0] != (Interval{from, to}) {
		t.Errorf("a schedule without layers: %v", gaps)
	}
}
