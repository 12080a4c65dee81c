package sla

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"
)

// Calendar is the business hours of a service, in which targets are counted.
//
// Wall times that a change of clocks skips or repeats are resolved as RFC 5545
// does (see civil.Moment): opening at a skipped 02:30 is opening at 03:30; of a
// time that comes twice, opening and closing are the first. Hours that lie
// wholly within a skipped stretch vanish with it.
//
// A calendar can have versions: each instant is counted by the one that is in
// force then. Hours that go on over a change of version are those of the old
// one before it and those of the new one after.
//
// A calendar is immutable and safe for use by several goroutines. It answers
// for the years 1 to 9999; instants outside them are taken for the nearest
// inside.
type Calendar struct {
	name     string
	versions []version // in order; each is in force until the next
	// since are the calendar as if each version had been in force from ever.
	since []*Calendar
	years [cachedYears]atomic.Pointer[year]
}

// The years of which the layout is kept once it was made.
const (
	firstCached = 1970
	cachedYears = 200
)

const (
	firstYear = 1
	lastYear  = 9999
	// idleYears is how many whole years without an opening are looked at before
	// a calendar is said to have closed for good.
	idleYears = 5
)

// ErrNoOpening: the calendar does not open often enough to count the duration.
// Five whole years without an opening end the search.
var ErrNoOpening = errors.New("the calendar does not open any more")

// Never is the instant that stands for "not in any foreseeable time": after
// every other.
var Never = time.Date(lastYear, time.December, 31, 23, 59, 59, 0, time.UTC)

// ever is the first instant of which a calendar knows.
var ever = time.Date(firstYear, time.January, 1, 0, 0, 0, 0, time.UTC)

var everSecond, neverSecond = ever.Unix(), Never.Unix()

// NewCalendar checks the specification and makes the calendar. Its error joins
// every mistake that was found; see SpecErrors. Overlapping spans are refused
// within a day, between days that follow each other in a week, and around
// exceptions; where seasons meet, what two days cover counts once.
func NewCalendar(spec CalendarSpec) (*Calendar, error) {
	var c checker
	c.calendar(spec)
	if len(c.found) > 0 {
		return nil, fmt.Errorf("calendar %q: %w", spec.Name, errors.Join(c.found...))
	}
	made := &Calendar{name: spec.Name, versions: newVersions(spec)}
	for i := range made.versions {
		later := slices.Clone(made.versions[i:])
		later[0].from = math.MinInt64
		made.since = append(made.since, &Calendar{name: spec.Name, versions: later})
	}
	return made, nil
}

// Name is the calendar's name in the configuration.
func (c *Calendar) Name() string { return c.name }

// Zone is where its wall clocks hang at first; see ZoneAt.
func (c *Calendar) Zone() *time.Location { return c.versions[0].Zone }

// ZoneAt is where its wall clocks hang at the instant: versions may differ.
func (c *Calendar) ZoneAt(t time.Time) *time.Location { return c.versionAt(t).Zone }

// year gives the layout of a year of UTC.
func (c *Calendar) year(y int) *year {
	i := y - firstCached
	if i < 0 || i >= cachedYears {
		return newYear(c.versions, y)
	}
	if known := c.years[i].Load(); known != nil {
		return known
	}
	made := newYear(c.versions, y) // two at once make the same
	c.years[i].Store(made)
	return made
}

// within brings an instant into the years that the calendar answers for.
func within(t time.Time) time.Time {
	switch sec := t.Unix(); {
	case sec < everSecond:
		return ever
	case sec >= neverSecond:
		return Never
	}
	return t.UTC()
}

// OpenAt reports whether the calendar is open at the instant. It is at its
// opening time and no longer at its closing time.
func (c *Calendar) OpenAt(t time.Time) bool {
	t = within(t)
	ahead := c.year(yearOf(t.Unix())).from(t.Unix())
	return len(ahead) > 0 && ahead[0].start <= t.Unix()
}

// place is an instant in a calendar, looked up once for all that is asked of it.
type place struct {
	of   *Calendar
	year *year
	y    int
	used time.Duration // what the year was open before it
	n    int           // how many windows of the year have begun
}

// find looks an instant up: first in the year of the one that it was before.
func (p *place) find(c *Calendar, t time.Time) {
	t = within(t)
	if sec := t.Unix(); p.of != c || sec < p.year.start || sec >= p.year.end {
		p.of, p.y = c, yearOf(sec)
		p.year = c.year(p.y)
	}
	p.used, p.n = p.year.used(t)
}

// Between is the business time from a to b, negative when b is before a. What
// does not fit into a Duration is the greatest one (292 years).
func (c *Calendar) Between(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -c.Between(b, a)
	}
	var from, to place
	from.find(c, a)
	to.of, to.year, to.y = c, from.year, from.y
	to.find(c, b)
	return from.until(&to)
}

// until is the business time to a place of the calendar that is not before.
func (p *place) until(to *place) time.Duration {
	if p.y == to.y {
		return to.used - p.used
	}
	sum := time.Duration(p.year.total)*time.Second - p.used
	for y := p.y + 1; y < to.y && sum < math.MaxInt64; y++ {
		sum = addSaturated(sum, time.Duration(p.of.year(y).total)*time.Second)
	}
	return addSaturated(sum, to.used)
}

func addSaturated(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// Add is the earliest instant at which d of business time has gone by since t:
// exactly at closing time it is the closing time, not the next opening.
// Add(t, 0) is t. A negative d is Sub. Between(t, Add(t, d)) is d. In UTC.
// ErrNoOpening when the calendar does not open often enough.
func (c *Calendar) Add(t time.Time, d time.Duration) (time.Time, error) {
	switch {
	case d == 0:
		return t.UTC(), nil
	case d < 0:
		return c.Sub(t, negated(d))
	}
	var p place
	p.find(c, t)
	if at, ok := p.after(d); ok {
		return at, nil
	}
	return time.Time{}, fmt.Errorf("calendar %q after %s: %w", c.name, within(t).Format(time.RFC3339), ErrNoOpening)
}

// after is the earliest instant at which d, more than nothing, has gone by; false
// when the calendar does not open often enough.
func (p *place) after(d time.Duration) (time.Time, bool) {
	used, n := p.used, p.n
	for y, now, idle := p.y, p.year, 0; ; now = p.of.year(y) {
		left := time.Duration(now.total)*time.Second - used
		if left >= d {
			return now.firstAt(used+d, n), true
		}
		d, used, n = d-left, 0, 0
		idle = idleAfter(idle, left)
		if y++; y > lastYear || idle > idleYears {
			return time.Time{}, false
		}
	}
}

// Sub is the latest instant from which d of business time has gone by at t:
// exactly at opening time it is the opening time. Sub(t, 0) is t. A negative d
// is Add. Between(Sub(t, d), t) is d. In UTC. ErrNoOpening when the calendar
// was not open often enough.
func (c *Calendar) Sub(t time.Time, d time.Duration) (time.Time, error) {
	switch {
	case d == 0:
		return t.UTC(), nil
	case d < 0:
		return c.Add(t, negated(d))
	}
	t = within(t)
	used, _ := c.year(yearOf(t.Unix())).used(t)
	for y, idle := yearOf(t.Unix()), 0; y >= firstYear && idle <= idleYears; y-- {
		now := c.year(y)
		if y != yearOf(t.Unix()) {
			used = time.Duration(now.total) * time.Second
		}
		if used >= d {
			return now.lastAt(used - d), nil
		}
		d -= used
		idle = idleAfter(idle, used)
	}
	return time.Time{}, fmt.Errorf("calendar %q before %s: %w", c.name, t.Format(time.RFC3339), ErrNoOpening)
}

// negated is -d, for every negative d.
func negated(d time.Duration) time.Duration {
	if d == math.MinInt64 {
		return math.MaxInt64
	}
	return -d
}

// idleAfter counts the years that went by without an opening.
func idleAfter(idle int, open time.Duration) int {
	if open > 0 {
		return 0
	}
	return idle + 1
}

// Interval is the time from Start, included, to End, not included.
type Interval struct{ Start, End time.Time }

// Windows are the times within [from, to) at which the calendar is open, in
// order and apart from each other. In UTC. Hours that touch are one window: a
// calendar that never closes has one, however long.
func (c *Calendar) Windows(from, to time.Time) []Interval {
	var out []Interval
	from, to = within(from), within(to)
	for y := yearOf(from.Unix()); y <= yearOf(to.Unix()); y++ {
		now := c.year(y)
		for _, w := range now.from(max(from.Unix(), now.start)) {
			start, end := later(time.Unix(w.start, 0).UTC(), from), earlier(time.Unix(w.end, 0).UTC(), to)
			if !start.Before(end) {
				break
			}
			if n := len(out); n > 0 && out[n-1].End.Equal(start) {
				out[n-1].End = end
				continue
			}
			out = append(out, Interval{start, end})
		}
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
