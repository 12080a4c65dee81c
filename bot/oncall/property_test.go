package oncall

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sereno/bot/civil/civiltest"
)

// The changes of clocks of 2020–2035, in every zone there is.
func changesOfClocks(t testing.TB) (zones []*time.Location, at map[*time.Location][]time.Time) {
	from, to := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)
	zones, at = civiltest.Zones(t), map[*time.Location][]time.Time{}
	for _, zone := range zones {
		for t := from; ; {
			_, change := t.In(zone).ZoneBounds()
			if change.IsZero() || change.After(to) {
				break
			}
			at[zone] = append(at[zone], change)
			t = change
		}
	}
	return zones, at
}

var people = []string{"a", "b", "c", "d"}

// drawRotation is any rotation.
func drawRotation(t *rapid.T, zones []*time.Location, near time.Time) Rotation {
	return Rotation{
		People:  people[:rapid.IntRange(1, len(people)).Draw(t, "people")],
		Unit:    rapid.SampledFrom([]Unit{Day, Week, Hour}).Draw(t, "unit"),
		Every:   rapid.SampledFrom([]int{1, 2, 3, 5, 8, 12}).Draw(t, "every"),
		Start:   day(near.Year(), near.Month(), near.Day()).AddDays(-rapid.IntRange(-3, 400).Draw(t, "started")),
		HandOff: rapid.OneOf(rapid.IntRange(0, 1439), rapid.IntRange(0, 240)).Draw(t, "hand-off"),
		Zone:    rapid.SampledFrom(zones).Draw(t, "zone"),
	}
}

func drawLayer(t *rapid.T, zones []*time.Location, near time.Time) Layer {
	l := Layer{Name: "layer", Rotation: drawRotation(t, zones, near)}
	for range rapid.IntRange(0, 2).Draw(t, "restrictions") {
		r := Restriction{From: rapid.IntRange(0, 1439).Draw(t, "from")}
		r.To = r.From + rapid.IntRange(1, 1440).Draw(t, "length")
		for d := range r.Days {
			r.Days[d] = rapid.Bool().Draw(t, "day")
		}
		l.Restrict = append(l.Restrict, r)
	}
	if rapid.IntRange(0, 3).Draw(t, "bounded") == 0 {
		l.From = l.Rotation.Start.AddDays(rapid.IntRange(-5, 300).Draw(t, "valid from"))
		l.Until = l.From.AddDays(rapid.IntRange(1, 300).Draw(t, "valid until"))
	}
	return l
}

func drawChanges(t *rapid.T, near time.Time) *Changes {
	c := &Changes{}
	span := func() (start, end time.Time) {
		start = near.Add(time.Duration(rapid.IntRange(-72*60, 72*60).Draw(t, "start")) * time.Minute)
		return start, start.Add(time.Duration(rapid.IntRange(1, 96*60).Draw(t, "length")) * time.Minute)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "overrides") {
		o := Override{ID: int64(i + 1), Schedule: "any", Person: rapid.SampledFrom(append([]string{"x"}, people...)).Draw(t, "who")}
		o.For = rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "for")
		o.Start, o.End = span()
		c.Overrides = append(c.Overrides, o)
	}
	for range rapid.IntRange(0, 3).Draw(t, "absences") {
		a := Absence{Person: rapid.SampledFrom(people).Draw(t, "away")}
		a.Start, a.End = span()
		c.Absences = append(c.Absences, a)
	}
	return c
}

// Whatever the layers, zones and changes: shifts and gaps tile the time, and
// OnCallAt says the same at every boundary, a second before and a second after.
func TestShiftsAndGapsTileTheTimeAndOnCallAtAgrees(t *testing.T) {
	zones, clocks := changesOfClocks(t)
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "near a change of")
		near := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 15*365*24*60).Draw(t, "near")) * time.Minute)
		if all := clocks[zone]; len(all) > 0 {
			near = rapid.SampledFrom(all).Draw(t, "change")
		}
		mixed := []*time.Location{zone, zone, rapid.SampledFrom(zones).Draw(t, "another zone")}
		s := &Schedule{Name: "any", Zone: zone}
		for range rapid.IntRange(1, 3).Draw(t, "layers") {
			s.Layers = append(s.Layers, drawLayer(t, mixed, near))
		}
		if err := s.Check(); err != nil && !onlyNeverValid(err) {
			t.Fatal(err)
		}
		c := drawChanges(t, near)
		from, to := near.Add(-60*time.Hour), near.Add(60*time.Hour)
		shifts := s.Shifts(from, to, c)
		for i, x := range shifts {
			if !x.Start.Before(x.End) || i > 0 && x.Start.Before(shifts[i-1].End) {
				t.Fatalf("shift %d overlaps or is empty: %v", i, shifts)
			}
			for _, at := range []time.Time{x.Start, x.Start.Add(time.Second), x.End.Add(-time.Second), x.End.Add(-1)} {
				if got, ok := s.OnCallAt(at, c); x.Interval().Contains(at) && (!ok || got != x) {
					t.Fatalf("OnCallAt(%v) = %v, want %v", at, got, x)
				}
			}
			if got, ok := s.OnCallAt(x.End, c); ok && got == x || ok && x.End.Before(to) && (i+1 == len(shifts) || shifts[i+1] != got) {
				t.Fatalf("at the end of %v: %v, %v", x, got, ok)
			}
			for _, a := range c.Absences {
				if a.Person == x.Person && (Interval{a.Start, a.End}).Overlaps(x.Interval()) {
					t.Fatalf("%v is on call while away: %v", x, a)
				}
			}
		}
		gaps := s.Gaps(from, to, c)
		var sum time.Duration
		for _, g := range gaps {
			sum += g.End.Sub(g.Start)
			for _, at := range []time.Time{g.Start, g.End.Add(-time.Second), g.End.Add(-1)} {
				if got, ok := s.OnCallAt(at, c); ok && g.Contains(at) {
					t.Fatalf("in the gap %v: %v", g, got)
				}
			}
		}
		for _, x := range shifts {
			sum += earliest(x.End, to).Sub(latest(x.Start, from))
		}
		if sum != to.Sub(from) {
			t.Fatalf("shifts and gaps make %v of %v", sum, to.Sub(from))
		}
		if again := s.Shifts(from, to, c); len(again) != len(shifts) {
			t.Fatal("asked twice it answers differently")
		}
	})
}

func onlyNeverValid(err error) bool {
	for _, e := range SpecErrors(err) {
		if e.Problem != NeverValid && e.Problem != NoDays {
			return false
		}
	}
	return true
}

// In every zone, across every change of its clocks in 2020–2035, a rotation
// without restrictions leaves no gap, and its hand-offs stay on the wall clock.
func TestEveryChangeOfClocksInEveryZone(t *testing.T) {
	zones, clocks := changesOfClocks(t)
	changes, seen := 0, map[string]bool{}
	for i, zone := range zones {
		_, offset := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).In(zone).Zone()
		if clock := fmt.Sprint(offset, clocks[zone]); seen[clock] {
			changes += len(clocks[zone])
			continue // another name of the same clock
		} else {
			seen[clock] = true
		}
		for j, change := range clocks[zone] {
			changes++
			r := Rotation{
				People: people, Unit: []Unit{Day, Hour, Week}[(i+j)%3], Every: 1 + (i+j)%3,
				Start: day(2019, 12, 30), HandOff: []int{0, 90, 120, 150, 180, 1439}[(i+j)%6], Zone: zone,
			}
			s := single("any", r)
			from, to := change.Add(-30*time.Hour), change.Add(30*time.Hour)
			if gaps := s.Gaps(from, to, nil); gaps != nil {
				t.Fatalf("%v %v: gaps %v", zone, r, gaps)
			}
			for k, x := range s.Shifts(from, to, nil) {
				wall := x.Start.In(zone).Hour()*60 + x.Start.In(zone).Minute()
				if r.Unit != Hour && wall != r.HandOff && x.Start.Sub(change).Abs() > 2*time.Hour {
					t.Fatalf("%v: shift %d begins at %v", zone, k, x.Start.In(zone))
				}
			}
		}
	}
	if changes < 5000 {
		t.Errorf("only %d changes of clocks were looked at", changes)
	}
}

// The whole of a restriction in a zone without changes of clocks is what the wall
// clock shows.
func TestRestrictionsAreWallTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLayer(t, []*time.Location{time.UTC}, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
		l.From, l.Until = Date{}, Date{}
		l.Rotation.Start = day(2020, 1, 1)
		s := &Schedule{Name: "any", Zone: time.UTC, Layers: []Layer{l}}
		at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 14*24*60*60).Draw(t, "at")) * time.Second)
		want := len(l.Restrict) == 0
		second := at.Hour()*3600 + at.Minute()*60 + at.Second()
		for _, r := range l.Restrict {
			yesterday := (at.Weekday() + 6) % 7
			want = want || r.Days[at.Weekday()] && second >= r.From*60 && second < r.To*60 ||
				r.Days[yesterday] && second+86400 < r.To*60 && second+86400 >= r.From*60
		}
		if shift, ok := s.OnCallAt(at, nil); ok != want {
			t.Fatalf("OnCallAt(%v) = %v, %v with %v", at, shift, ok, l.Restrict)
		}
	})
}
