package sla

import (
	"math"
	"time"

	"sereno/bot/civil"
)

// version is the hours of a calendar while they are in force: from the second
// from, included, to the second to, not included.
type version struct {
	hours
	from, to int64
}

// newVersions are those of a specification that was checked.
func newVersions(spec CalendarSpec) []version {
	out := []version{{hours: newHours(spec.clone()), from: math.MinInt64, to: math.MaxInt64}}
	for _, v := range spec.Versions {
		from := v.From.Unix()
		out[len(out)-1].to = from
		out = append(out, version{hours: newHours(v.Spec.clone()), from: from, to: math.MaxInt64})
	}
	return out
}

// versionAt is the version in force at the instant.
func (c *Calendar) versionAt(t time.Time) *version { return &c.versions[c.versionOf(t)] }

func (c *Calendar) versionOf(t time.Time) int {
	i, sec := len(c.versions)-1, t.Unix()
	for c.versions[i].from > sec {
		i--
	}
	return i
}

// asOf is the calendar as if the version in force at the instant had been so from
// ever; those that come later are still to come.
func (c *Calendar) asOf(t time.Time) *Calendar {
	if len(c.versions) == 1 {
		return c
	}
	return c.since[c.versionOf(t)]
}

// changes are the instants at which its versions come into force.
func (c *Calendar) changes() []time.Time {
	var out []time.Time
	for _, v := range c.versions[1:] {
		out = append(out, time.Unix(v.from, 0).UTC())
	}
	return out
}

// Changes reports whether another version comes into force after one instant and by
// another.
func (c *Calendar) Changes(after, by time.Time) bool { return c.versionOf(after) < c.versionOf(by) }

// Wall is the instant at which the calendar's wall clocks show the date and time
// of day of t, whatever t's own zone: a time that they skip is read with the offset
// before the gap, and of one that they show twice it is the first. Where a change of
// version has moved the clocks to another zone, the one then in force is read.
func (c *Calendar) Wall(t time.Time) time.Time {
	y, m, d := t.Date()
	minutes := t.Hour()*60 + t.Minute()
	rest := time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	var at time.Time
	for i := range c.versions {
		v := &c.versions[i]
		at = civil.Resolve(v.Zone, Date{Year: y, Month: m, Day: d}, minutes).At.Add(rest)
		if at.Unix() < v.to {
			break
		}
	}
	return at
}

// allows reports whether the calendar is open for so long, ever: one that ends
// with nothing but some single days may not be.
func (c *Calendar) allows(d time.Duration) bool {
	last := len(c.versions) - 1
	if c.versions[last].recurs() {
		_, err := c.since[last].Add(time.Unix(yearStart(firstJudged), 0), d)
		return err == nil
	}
	var sum time.Duration
	for i := range c.versions {
		v := &c.versions[i]
		if i < last && v.recurs() {
			return true // for as long as it was in force: how long that is depends on the start
		}
		for day := range v.Exceptions {
			for _, w := range v.windowsOf(day) {
				from, to := max(w.Start.Unix(), v.from), min(w.End.Unix(), v.to)
				sum += time.Duration(max(to-from, 0)) * time.Second
			}
		}
	}
	return sum >= d
}

// hours answers which spans begin on a date.
type hours struct {
	CalendarSpec
	closed map[Date]bool // the holidays; those of every year have the year 0
}

func newHours(s CalendarSpec) hours {
	h := hours{CalendarSpec: s, closed: make(map[Date]bool, len(s.Holidays))}
	for _, day := range s.Holidays {
		h.closed[Date(day)] = true
	}
	return h
}

// on are the spans that begin on the date.
func (h *hours) on(d Date) []Span {
	if spans, ok := h.Exceptions[d]; ok {
		return spans
	}
	if spans, ok := h.EveryYear[MonthDay{d.Month, d.Day}]; ok {
		return spans
	}
	if h.closed[d] || h.closed[Date{Month: d.Month, Day: d.Day}] {
		return nil
	}
	if i, ok := h.season(d); ok {
		return h.Seasons[i].Weekly[d.Weekday()]
	}
	return h.Weekly[d.Weekday()]
}

// season is the index of the season in which the date lies.
func (h *hours) season(d Date) (int, bool) {
	for i, season := range h.Seasons {
		if season.contains(d) {
			return i, true
		}
	}
	return 0, false
}
