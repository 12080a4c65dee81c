package civil_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"sereno/bot/civil"
	"sereno/bot/civil/civiltest"
)

func TestResolve(t *testing.T) {
	for _, tt := range []struct {
		name, zone  string
		date        civil.Date
		minutes     int
		at, reached string // UTC
	}{
		{"an ordinary morning", "America/Argentina/Buenos_Aires", civil.Date{2026, 11, 23}, 9 * 60, "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"},
		{"half past two is skipped in Los Angeles", "America/Los_Angeles", civil.Date{2014, 3, 9}, 150, "2014-03-09T10:30:00Z", "2014-03-09T10:00:00Z"},
		{"half past two is skipped in New York", "America/New_York", civil.Date{2026, 3, 8}, 150, "2026-03-08T07:30:00Z", "2026-03-08T07:00:00Z"},
		{"half past two is skipped in Madrid", "Europe/Madrid", civil.Date{2026, 3, 29}, 150, "2026-03-29T01:30:00Z", "2026-03-29T01:00:00Z"},
		{"half past one comes twice in Los Angeles: the first", "America/Los_Angeles", civil.Date{2014, 11, 2}, 90, "2014-11-02T08:30:00Z", "2014-11-02T08:30:00Z"},
		{"half past two comes twice in Madrid: the first", "Europe/Madrid", civil.Date{2026, 10, 25}, 150, "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z"},
		{"midnight is skipped in Santiago and its day begins at one", "America/Santiago", civil.Date{2026, 9, 6}, 0, "2026-09-06T04:00:00Z", "2026-09-06T04:00:00Z"},
		{"midnight is skipped in São Paulo", "America/Sao_Paulo", civil.Date{2018, 11, 4}, 0, "2018-11-04T03:00:00Z", "2018-11-04T03:00:00Z"},
		{"24:00 in São Paulo after an evening hour that came twice", "America/Sao_Paulo", civil.Date{2018, 2, 17}, 1440, "2018-02-18T03:00:00Z", "2018-02-18T03:00:00Z"},
		{"half an hour is skipped on Lord Howe", "Australia/Lord_Howe", civil.Date{2026, 10, 4}, 130, "2026-10-03T15:40:00Z", "2026-10-03T15:30:00Z"},
		{"half an hour comes twice on Lord Howe", "Australia/Lord_Howe", civil.Date{2026, 4, 5}, 105, "2026-04-04T14:45:00Z", "2026-04-04T14:45:00Z"},
		{"a day that Samoa skipped", "Pacific/Apia", civil.Date{2011, 12, 30}, 540, "2011-12-30T19:00:00Z", "2011-12-30T10:00:00Z"},
		{"six in the morning after a short night", "Europe/Madrid", civil.Date{2026, 3, 28}, 1800, "2026-03-29T04:00:00Z", "2026-03-29T04:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := civil.Resolve(civiltest.Zone(t, tt.zone), tt.date, tt.minutes)
			if at := got.At.Format(time.RFC3339); at != tt.at {
				t.Errorf("At = %s, want %s", at, tt.at)
			}
			if reached := got.Reached().Format(time.RFC3339); reached != tt.reached {
				t.Errorf("Reached = %s, want %s", reached, tt.reached)
			}
		})
	}
}

func TestSkipped(t *testing.T) {
	zone := civiltest.Zone(t, "Pacific/Apia")
	o := civil.NewOffsets(zone, time.Date(2011, 12, 1, 0, 0, 0, 0, time.UTC), time.Date(2012, 1, 31, 0, 0, 0, 0, time.UTC))
	for day, want := range map[int]bool{29: false, 30: true, 31: false} {
		if got := o.Skipped(civil.Date{2011, 12, day}); got != want {
			t.Errorf("Skipped(December %d) = %v, want %v", day, got, want)
		}
	}
}

// What the clock shows at the instant is the wall time asked for, unless it
// was skipped; and no earlier instant shows it.
func TestResolveShowsTheWallTimeInEveryZone(t *testing.T) {
	zones := civiltest.Zones(t)
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		date := civil.Date{Year: rapid.IntRange(1970, 2100).Draw(t, "year"), Month: time.January, Day: 1}.
			AddDays(rapid.IntRange(0, 365).Draw(t, "day"))
		minutes := rapid.IntRange(0, 1439).Draw(t, "minutes")
		m := civil.Resolve(zone, date, minutes)
		shown := m.At.In(zone)
		shows := civil.DateOf(shown, zone) == date && shown.Hour()*60+shown.Minute() == minutes && shown.Second() == 0
		if shows != m.GapEnd.IsZero() {
			t.Fatalf("%v %v+%d: the clock shows %v, gap end %v", zone, date, minutes, shown, m.GapEnd)
		}
		before := m.Reached().Add(-time.Second).In(zone)
		wall := func(t time.Time) int {
			return civil.DateOf(t, zone).Sub(date)*86400 + t.Hour()*3600 + t.Minute()*60 + t.Second()
		}
		if wall(before) >= minutes*60 {
			t.Fatalf("%v %v+%d: reached at %v, but the clock showed %v a second earlier", zone, date, minutes, m.Reached(), before)
		}
		if next := civil.Resolve(zone, date, minutes+1); next.Reached().Before(m.Reached()) {
			t.Fatalf("%v %v+%d: a minute later is reached earlier", zone, date, minutes)
		}
	})
}

func TestDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-1<<36, 1<<36).Draw(t, "at"), 0).UTC()
		d := civil.DateOf(at, time.UTC)
		n := rapid.IntRange(-100_000, 100_000).Draw(t, "n")
		e := d.AddDays(n)
		if want := civil.DateOf(at.AddDate(0, 0, n), time.UTC); e != want {
			t.Fatalf("%v + %d days = %v, want %v", d, n, e, want)
		}
		if e.Sub(d) != n || !e.Valid() || d.Weekday() != at.Weekday() || e.Compare(d) != sign(n) {
			t.Fatalf("%v and %v are %d days apart", d, e, n)
		}
	})
	for _, d := range []civil.Date{{2026, 2, 29}, {2026, 13, 1}, {2026, 4, 31}, {2026, 0, 1}, {2026, 1, 0}, {}} {
		if d.Valid() {
			t.Errorf("%v is said to be a day", d)
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
