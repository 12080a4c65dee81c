package sla

import (
	"testing"
	"time"

	"sereno/bot/civil"
)

// The rows of the conformance table that ask when a target is due, by their
// numbers there.
func TestConformanceAdd(t *testing.T) {
	eightOrder := func(t testing.TB) *Calendar {
		return simple(t, "Europe/Berlin", "08:00-17:00", everyDay, holidays("2015-09-22"))
	}
	satAllDay := func(t testing.TB) *Calendar {
		return simple(t, "UTC", "09:00-17:00", monToFri, on("00:00-24:00", time.Saturday))
	}
	lateTuesday := func(t testing.TB) *Calendar {
		return simple(t, "UTC", "09:00-17:00", monToFri, on("09:00-20:00", time.Tuesday))
	}
	thursdayFridayOff := func(t testing.TB) *Calendar {
		return simple(t, "UTC", "10:00-18:00", monToFri, holidays("2026-03-05", "2026-03-06"))
	}
	threeDays := func(t testing.TB) *Calendar {
		return simple(t, "UTC", "", nil, on("09:00-17:00", time.Monday), on("09:00-16:00", time.Tuesday), on("08:00-17:00", time.Thursday))
	}
	lunch := func(t testing.TB) *Calendar { return simple(t, "Europe/Madrid", "09:00-14:00 16:00-19:00", monToFri) }
	christmas := func(t testing.TB) *Calendar {
		return simple(t, "Europe/Madrid", "09:00-18:00", monToFri, except("2026-12-24", "09:00-13:00"), holidays("2026-12-25"))
	}
	bridge := func(t testing.TB) *Calendar { return calA(t, holidays("2026-11-23")) }
	utc := func(t testing.TB) *Calendar { return always(t, "UTC") }
	madrid := func(t testing.TB) *Calendar { return always(t, "Europe/Madrid") }
	berlin9 := func(t testing.TB) *Calendar { return simple(t, "Europe/Berlin", "09:00-18:00", monToFri) }
	ba := func(t testing.TB) *Calendar { return calA(t) }

	for _, tt := range []struct {
		row      string
		calendar func(testing.TB) *Calendar
		from     string
		minutes  float64
		want     string
	}{
		{"1", calB8, "2013-03-21 09:30Z", 60, "2013-03-21 10:30Z"},
		{"1", calB8, "2013-03-21 09:30Z", 120, "2013-03-21 11:30Z"},
		{"1", calB8, "2013-03-21 09:30Z", 180, "2013-03-21 12:30Z"},
		{"2", calU8, "2012-12-17 08:00", 600, "2012-12-17 18:00"},
		{"2", calU8, "2012-12-17 08:00", 630, "2012-12-18 08:30"},
		{"2", calU8, "2012-12-17 08:00", 1200, "2012-12-18 18:00"},
		{"2", calU8, "2012-12-17 08:00", 3005, "2012-12-24 08:05"},
		{"2", calU8, "2012-12-17 08:00", 6330, "2012-12-31 13:30"},
		{"3", calU8, "2013-04-12 21:20:15", 120, "2013-04-15 10:00:00"},
		{"3", calU8, "2013-04-12 21:20:15", 0, "2013-04-12 21:20:15"},
		{"4 winter", calB8, "2013-03-08 21:20:15Z", 120, "2013-03-11 09:00Z"},
		{"4 summer", calB8, "2013-09-06 21:20:15Z", 120, "2013-09-09 08:00Z"},
		{"5", berlin9, "2013-10-21 07:00:15Z", 120, "2013-10-21 09:00:15Z"},
		{"5", berlin9, "2013-10-20 22:34:15Z", 120, "2013-10-21 09:00:00Z"},
		{"6", calBH, "2016-11-01 13:56:21Z", 120, "2016-11-02 09:00Z"},
		{"6", calBH, "2016-11-01 13:56:21Z", 1200, "2016-11-03 15:00Z"},
		{"7", calBH, "2016-11-07 13:26:36Z", 1200, "2016-11-09 09:26:36Z"},
		{"8", eightOrder, "2015-09-21 14:30Z", 120, "2015-09-23 07:30Z"},
		{"8", eightOrder, "2015-09-21 14:30Z", 240, "2015-09-23 09:30Z"},
		{"9", calO, "2006-12-29 10:15", 660, "2007-01-02 08:15"},
		{"9", calO, "2006-12-31 10:15", 660, "2007-01-02 19:00"},
		{"9", calO, "2006-11-13 10:15", 660, "2006-11-14 08:15"},
		{"9", calO, "2007-01-16 20:15", 75, "2007-01-17 08:30"},
		{"10 autumn", calO, "2007-10-26 18:12:23", 330, "2007-10-29 10:42:23"},
		{"10 autumn", calO, "2007-10-26 18:12:23", 1110, "2007-10-30 10:42:23"},
		{"10 spring", calO, "2007-03-23 18:12:23", 330, "2007-03-26 10:42:23"},
		{"10 spring", calO, "2007-03-23 18:12:23", 1110, "2007-03-27 10:42:23"},
		{"13", calW, "2024-01-19 16:00", 120, "2024-01-22 10:00"},
		{"13", calW, "2024-01-17 07:00", 120, "2024-01-17 11:00"},
		{"13", calW, "2024-01-17 18:00", 120, "2024-01-18 11:00"},
		{"13", calW, "2024-01-20 10:00", 120, "2024-01-22 11:00"},
		{"13", calW, "2024-01-15 16:00", 600, "2024-01-17 10:00"},
		{"14 open all Saturday", satAllDay, "2024-01-20 00:00", 1440, "2024-01-21 00:00"},
		{"14 closing time", lateTuesday, "2024-01-15 16:00", 720, "2024-01-16 20:00"},
		{"14 New York", calNY, "2024-01-19 16:00", 120, "2024-01-22 10:00"},
		{"15", calF, "2026-03-02 20:00", 30, "2026-03-03 10:30"},
		{"15", calF, "2026-03-02 20:00", 120, "2026-03-03 12:00"},
		{"15", calF, "2026-03-07 15:00", 24 * 60, "2026-03-11 18:00"},
		{"15", calF, "2026-03-07 15:00", 72 * 60, "2026-03-19 18:00"},
		{"15", calF, "2026-03-06 17:00", 120, "2026-03-09 11:00"},
		{"15 two holidays", thursdayFridayOff, "2026-03-05 15:00", 30, "2026-03-09 10:30"},
		{"16", threeDays, "2026-03-02 11:00", 16 * 60, "2026-03-05 11:00"},
		{"42 spring", madrid, "2026-03-28 20:00", 720, "2026-03-29 09:00"},
		{"42 autumn", madrid, "2026-10-24 20:00", 720, "2026-10-25 07:00"},
		{"44 spring", calM, "2026-03-27 17:00", 240, "2026-03-30 10:00Z"},
		{"44 autumn", calM, "2026-10-23 17:00", 240, "2026-10-26 11:00Z"},
		{"45 before the US changed", calNY, "2026-03-02 13:00Z", 60, "2026-03-02 15:00Z"},
		{"45 after the US changed", calNY, "2026-03-09 13:00Z", 60, "2026-03-09 14:00Z"},
		{"47", lunch, "2026-09-16 13:30", 60, "2026-09-16 16:30"},
		{"47", lunch, "2026-09-16 15:00", 60, "2026-09-16 17:00"},
		{"47", lunch, "2026-09-18 18:30", 240, "2026-09-21 12:30"},
		{"49", christmas, "2026-12-24 12:00", 120, "2026-12-28 10:00"},
		{"51 before the holiday was known", ba, "2026-11-20 17:00", 240, "2026-11-23 12:00"},
		{"51 after", bridge, "2026-11-20 17:00", 240, "2026-11-24 15:00Z"},
		{"52", calM, "2026-11-20 18:00Z", 60, "2026-11-23 09:00Z"},
		{"64", utc, "2028-02-28 12:00", 1440, "2028-02-29 12:00"},
	} {
		t.Run(tt.row+" "+tt.from, func(t *testing.T) {
			c := tt.calendar(t)
			got, err := c.Add(at(t, c, tt.from), minutes(tt.minutes))
			if want := at(t, c, tt.want); err != nil || !got.Equal(want) {
				t.Errorf("Add(%s, %v min) = %v, %v, want %v", tt.from, tt.minutes, got, err, want.UTC())
			}
			if back := c.Between(at(t, c, tt.from), got); back != minutes(tt.minutes) {
				t.Errorf("Between says %v, want %v min", back, tt.minutes)
			}
		})
	}
}

// Row 10 gives its instants as seconds since 1970, too.
func TestConformance10(t *testing.T) {
	for from, want := range map[int64]int64{1193415143: 1193650943, 1174669943: 1174898543} {
		got, err := calO(t).Add(time.Unix(from, 0), minutes(330))
		if err != nil || got.Unix() != want {
			t.Errorf("Add(%d, 5.5 h) = %d, %v, want %d", from, got.Unix(), err, want)
		}
	}
}

// The rows that ask how much business time lies between two instants.
func TestConformanceBetween(t *testing.T) {
	christmas := func(t testing.TB) *Calendar {
		return simple(t, "UTC", "08:00-18:00", monToFri, holidays("2012-12-24", "2012-12-25", "2012-12-26"))
	}
	eightToFive := func(t testing.TB) *Calendar { return simple(t, "UTC", "08:00-17:00", monToFri) }
	utc := func(t testing.TB) *Calendar { return always(t, "UTC") }
	for _, tt := range []struct {
		row      string
		calendar func(testing.TB) *Calendar
		from, to string
		want     time.Duration
	}{
		{"11", calO, "2005-12-21 10:00", "2005-12-31 10:00", 89 * time.Hour},
		{"11", calO, "2003-12-21 10:00", "2003-12-31 10:00", 52 * time.Hour},
		{"11", calO, "2006-12-06 07:50", "2006-12-07 08:54", minutes(13.9 * 60)},
		{"12", calU8, "2012-12-17 08:00", "2012-12-18 08:00", minutes(600)},
		{"12", calU8, "2012-02-28 17:00", "2013-03-08 23:59:59", minutes(160_860)},
		{"12", christmas, "2012-12-23 08:00", "2012-12-27 10:30:42", 150*time.Minute + 42*time.Second},
		{"12 where the peer's suite errs", calU8, "2013-02-28 17:01", "2013-02-28 18:10:59", minutes(59)},
		{"17 business", eightToFive, "2014-12-12 21:00", "2014-12-15 09:30", minutes(90)},
		{"17 actual", utc, "2014-12-12 21:00", "2014-12-15 09:30", minutes(60*60 + 30)},
	} {
		t.Run(tt.row+" "+tt.from, func(t *testing.T) {
			c := tt.calendar(t)
			if got := c.Between(at(t, c, tt.from), at(t, c, tt.to)); got != tt.want {
				t.Errorf("Between(%s, %s) = %v, want %v", tt.from, tt.to, got, tt.want)
			}
		})
	}
}

// Row 27: five days are five days with hours, and the time of day stays.
func TestConformance27(t *testing.T) {
	c := calG(t)
	due, err := c.AddDays(at(t, c, "2034-06-09 08:46:12"), 5)
	if want := at(t, c, "2034-06-16 08:46:12"); err != nil || !due.Equal(want) {
		t.Fatalf("five days later is %v, %v, want %v", due, err, want)
	}
	if end, ok := c.DayEnd(due); !ok || !end.Equal(at(t, c, "2034-06-16 19:00")) {
		t.Errorf("the end of that day is %v, %v", end, ok)
	}
	if alarm, err := c.Sub(due, 8*time.Hour); err != nil || !alarm.Equal(at(t, c, "2034-06-15 11:16:12")) {
		t.Errorf("eight hours before is %v, %v", alarm, err)
	}
	waited := c.Between(at(t, c, "2034-06-07 11:00"), at(t, c, "2034-06-13 11:00")) +
		c.Between(at(t, c, "2034-06-14 07:00"), at(t, c, "2034-06-14 18:00"))
	if waited != 178_200*time.Second {
		t.Errorf("waited %v", waited)
	}
	due, err = c.AddDays(at(t, c, "2034-06-07 10:00"), 5)
	if err != nil {
		t.Fatal(err)
	}
	if late, err := c.Add(due, waited); err != nil || !late.Equal(at(t, c, "2034-06-21 09:00")) {
		t.Errorf("after the waits it is due %v, %v", late, err)
	}
}

// Row 23: a wait over midnight is as long as the clock on the wall says, in
// pieces of a day or whole.
func TestConformance23(t *testing.T) {
	for _, tt := range []struct {
		name, zone, from, to string
		days                 int
	}{
		{"over local midnight", "Europe/Berlin", "2026-09-16 23:45", "2026-09-17 00:45", 2},
		{"over five days from noon", "Europe/Berlin", "2026-09-14 12:00", "2026-09-19 12:00", 6},
		{"over midnight in UTC", "Europe/Berlin", "2026-01-14 23:45Z", "2026-01-15 00:15Z", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := always(t, tt.zone)
			from, to := at(t, c, tt.from), at(t, c, tt.to)
			var sum time.Duration
			pieces := 0
			for d := civil.DateOf(from, c.Zone()); d.Compare(civil.DateOf(to, c.Zone())) <= 0; d = d.AddDays(1) {
				start, end := civil.Resolve(c.Zone(), d, 0).At, civil.Resolve(c.Zone(), d, minutesPerDay).At
				sum += c.Between(later(start, from), earlier(end, to))
				pieces++
			}
			if whole := c.Between(from, to); sum != whole || whole != to.Sub(from) || pieces != tt.days {
				t.Errorf("%d pieces of %v in all, the whole is %v", pieces, sum, whole)
			}
		})
	}
}

// Row 39: where the schedule changed while the clock ran, each counts its part.
// (The peer does not print the hours; these give its number.)
func TestConformance39(t *testing.T) {
	chicago := simple(t, "America/Chicago", "07:00-21:00", everyDay)
	sanFrancisco := simple(t, "America/Los_Angeles", "07:00-21:00", everyDay)
	created, changed, replied := at(t, chicago, "2020-09-29 17:01:38Z"), at(t, chicago, "2020-09-30 19:01:25Z"), at(t, chicago, "2020-09-30 19:01:46Z")
	got := chicago.Between(created, changed) + sanFrancisco.Between(changed, replied)
	if want := 960*time.Minute + 8*time.Second; got != want {
		t.Errorf("piecewise it is %v, want %v", got, want)
	}
}

// Row 40: a skipped opening is shifted by the gap; of a time that comes twice
// it is the first.
func TestConformance40(t *testing.T) {
	c := simple(t, "America/Los_Angeles", "02:30-05:00", everyDay)
	gap := c.Windows(at(t, c, "2014-03-09 08:00Z"), at(t, c, "2014-03-10 00:00Z"))
	if len(gap) != 1 || !gap[0].Start.Equal(at(t, c, "2014-03-09 03:30")) || !gap[0].End.Equal(at(t, c, "2014-03-09 05:00")) {
		t.Errorf("on the day of the gap it is open %v", gap)
	}
	c = simple(t, "America/Los_Angeles", "01:30-05:00", everyDay)
	twice := c.Windows(at(t, c, "2014-11-02 07:00Z"), at(t, c, "2014-11-03 00:00Z"))
	if len(twice) != 1 || !twice[0].Start.Equal(at(t, c, "2014-11-02 08:30Z")) || !twice[0].End.Equal(at(t, c, "2014-11-02 13:00Z")) {
		t.Errorf("on the day of the overlap it is open %v", twice)
	}
}
