// Package civil is the calendar on the wall: civil dates, and the instants at
// which a zone's clocks show a wall time. The standard library resolves wall
// times that a change of clocks skips or repeats differently from zone to
// zone, and can answer with the day before; here it is one rule everywhere.
package civil

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a day of the (proleptic Gregorian) calendar, without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// MinutesPerDay is how many minutes a wall clock counts from one midnight to
// the next, whatever the day's real length.
const MinutesPerDay = 24 * 60

const secondsPerDay = 24 * 60 * 60

// DateOf is the date that the zone's wall calendars show at the instant.
func DateOf(t time.Time, zone *time.Location) Date {
	y, m, d := t.In(zone).Date()
	return Date{y, m, d}
}

// Valid reports whether there is such a day: 29 February only in leap years.
func (d Date) Valid() bool {
	return d.Month >= time.January && d.Month <= time.December &&
		d.Day >= 1 && d == dateAt(d.number())
}

// AddDays is the date n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return dateAt(d.number() + int64(n)) }

// Sub is the number of days from e to d.
func (d Date) Sub(e Date) int { return int(d.number() - e.number()) }

// Compare is negative, zero or positive as d is before, the same as, or after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday {
	const epoch = int64(time.Thursday) // 1970-01-01
	return time.Weekday(((d.number()+epoch)%7 + 7) % 7)
}

// String is the date as ISO 8601 writes it: 2026-11-23.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// number counts days from 1970-01-01.
func (d Date) number() int64 {
	return floorDiv(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix(), secondsPerDay)
}

func dateAt(number int64) Date {
	y, m, d := time.Unix(number*secondsPerDay, 0).UTC().Date()
	return Date{y, m, d}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
