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
		return time.Time{}, fmt.Errorf("calendar %q, %d business days from %s: %w", c.name, n, from, ErrNoOpening)
	}
	minutes := int(into / time.Minute)
	windows := c.windowsOf(day)
	for _, w := range windows {
		// The wall clock is the one that hangs in the version's zone.
		wall := civil.Resolve(w.zone, day, minutes).At.Add(into - time.Duration(minutes)*time.Minute)
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
	zone := c.ZoneAt(t)
	local := t.In(zone)
	day := civil.DateOf(t, zone)
	into := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute +
		time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	contains := func(w dayWindow) bool { return !t.Before(w.Start) && t.Before(w.End) }
	if !slices.ContainsFunc(c.windowsOf(day), contains) && slices.ContainsFunc(c.windowsOf(day.AddDays(-1)), contains) {
		return day.AddDays(-1), into + 24*time.Hour
	}
	return day, into
}

// dayWindow is a time during which the hours of a date are open, and the zone
// by whose clocks they are.
type dayWindow struct {
	Interval
	zone *time.Location
}

// windowsOf are the times at which the hours of the date are open, in order:
// those of each version as far as it is in force then.
func (c *Calendar) windowsOf(d Date) []dayWindow {
	var out []dayWindow
	for i := range c.versions {
		v := &c.versions[i]
		for _, w := range v.windowsOf(d) {
			from, to := max(w.Start.Unix(), v.from), min(w.End.Unix(), v.to)
			if from < to {
				out = append(out, dayWindow{Interval{time.Unix(from, 0).UTC(), time.Unix(to, 0).UTC()}, v.Zone})
			}
		}
	}
	return out
}

// windowsOf are the times at which the hours of the date are open, in order.
func (h *hours) windowsOf(d Date) []Interval {
	spans := h.on(d)
	if len(spans) == 0 {
		return nil
	}
	near := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	offsets := civil.NewOffsets(h.Zone, near, near.AddDate(0, 0, 2))
	if offsets.Skipped(d) {
		return nil
	}
	var out []Interval
	for _, s := range spans {
		if w := (Interval{offsets.Resolve(d, s.From).At, offsets.Resolve(d, s.To).At}); w.Start.Before(w.End) {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b Interval) int { return a.Start.Compare(b.Start) })
	return out
}
