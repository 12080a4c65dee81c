package sla

import (
	"math"
	"slices"
	"time"
)

// The years by which it is judged whether hours come again: leap years fall on
// each weekday in them, and one that would be a leap year is none (2100).
const (
	firstJudged = 2000
	lastJudged  = 2127
)

// Closed are the versions of the calendar that never open while they are in
// force, by what is laid out for them: the week, seasons, holidays and exceptions.
// -1 is what is in force at first, others are indexes of CalendarSpec.Versions.
// The last one is in force for ever: days of a single date do not keep it open.
func (c *Calendar) Closed() []int {
	var out []int
	for i := range c.versions {
		v := &c.versions[i]
		if !v.recurs() && (v.to == math.MaxInt64 || !v.opensOnce()) {
			out = append(out, i-1)
		}
	}
	return out
}

// recurs reports whether the hours open again and again, without what is laid
// out for single dates: more often than a search for the next opening gives up.
func (h *hours) recurs() bool {
	if !h.weekly() {
		return false
	}
	yearly := *h
	yearly.Exceptions = nil
	yearly.Holidays = slices.DeleteFunc(slices.Clone(h.Holidays), func(d Holiday) bool { return d.Year != 0 })
	yearly = newHours(yearly.CalendarSpec)
	for y, idle := firstJudged, 0; y <= lastJudged; y++ {
		if idle++; yearly.opensIn(y) {
			idle = 0
		}
		if idle > idleYears {
			return false
		}
	}
	return true
}

// opensIn reports whether some hours begin in the year.
func (h *hours) opensIn(y int) bool {
	for d := (Date{Year: y, Month: time.January, Day: 1}); d.Year == y; d = d.AddDays(1) {
		if len(h.on(d)) > 0 {
			return true
		}
	}
	return false
}

// opensOnce reports whether some day of a single date opens the version while it
// is in force.
func (v *version) opensOnce() bool {
	for day := range v.Exceptions {
		for _, w := range v.windowsOf(day) {
			if w.Start.Unix() < v.to && w.End.Unix() > v.from {
				return true
			}
		}
	}
	return false
}
