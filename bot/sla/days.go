package sla

import (
	"fmt"
	"slices"
	"time"

	"sereno/bot/civil"
)

// AddDays is the same wall time n business days later (earlier when n is
// negative): a business day is a date with opening hours, however few. Where
// that wall time is outside the day's hours, it is the next opening of the day,
// or the day's close when there is none. AddDays(t, 0) is t. In UTC.
// ErrNoOpening when there are not so many days.
func (c *Calendar) AddDays(t time.Time, n int) (time.Time, error) {
	if n == 0 {
		return t.UTC(), nil
	}
	t = within(t)
	from, into := c.dayOf(t)
	day, ok := c.businessDay(from, n)
	if !ok {
		return time.Time{}, fmt.Errorf("calendar %q, %d business days from %s: %w", c.hours.Name, n, from, ErrNoOpening)
	}
	minutes := int(into / time.Minute)
	wall := civil.Resolve(c.hours.Zone, day, minutes).At.Add(into - time.Duration(minutes)*time.Minute)
	windows := c.windowsOf(day)
	for _, w := range windows {
		if wall.Before(w.End) {
			return later(wall, w.Start), nil
		}
	}
	return windows[len(windows)-1].End, nil
}

// maxDays is more business days than the years of a calendar have.
const maxDays = lastYear * 366

// businessDay is the date n business days from another; false when there are
// not so many.
func (c *Calendar) businessDay(day Date, n int) (Date, bool) {
	step := 1
	if n < 0 {
		step = -1
	}
	if n > maxDays || n < -maxDays {
		return day, false
	}
	for idle := 0; n != 0; {
		day = day.AddDays(step)
		if idle++; idle > idleYears*366 || day.Year < firstYear || day.Year > lastYear {
			return day, false
		}
		if len(c.windowsOf(day)) > 0 {
			n, idle = n-step, 0
		}
	}
	return day, true
}

// DayEnd is the close of the business day on which the instant lies: its last
// closing time. False when that day has no hours.
func (c *Calendar) DayEnd(t time.Time) (time.Time, bool) {
	day, _ := c.dayOf(within(t))
	windows := c.windowsOf(day)
	if len(windows) == 0 {
		return time.Time{}, false
	}
	return windows[len(windows)-1].End, true
}

// dayOf is the date to which the instant belongs, and how far its wall clock is
// past that date's midnight: the small hours of a night shift belong to the day
// on which the shift began.
func (c *Calendar) dayOf(t time.Time) (Date, time.Duration) {
	local := t.In(c.hours.Zone)
	day := civil.DateOf(t, c.hours.Zone)
	into := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute +
		time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	contains := func(w Interval) bool { return !t.Before(w.Start) && t.Before(w.End) }
	for _, w := range c.windowsOf(day) {
		if contains(w) {
			return day, into
		}
	}
	for _, w := range c.windowsOf(day.AddDays(-1)) {
		if contains(w) {
			return day.AddDays(-1), into + 24*time.Hour
		}
	}
	return day, into
}

// windowsOf are the times at which the hours of the date are open, in order.
func (c *Calendar) windowsOf(d Date) []Interval {
	hours := c.hours.on(d)
	if len(hours) == 0 {
		return nil
	}
	near := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	offsets := civil.NewOffsets(c.hours.Zone, near, near.AddDate(0, 0, 2))
	if offsets.Skipped(d) {
		return nil
	}
	var out []Interval
	for _, h := range hours {
		if w := (Interval{offsets.Resolve(d, h.From).At, offsets.Resolve(d, h.To).At}); w.Start.Before(w.End) {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b Interval) int { return a.Start.Compare(b.Start) })
	return out
}
