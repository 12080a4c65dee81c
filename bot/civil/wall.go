package civil

import (
	"math"
	"time"
)

// Moment is where a wall time lies among the instants.
type Moment struct {
	// At is the instant, by the rule of RFC 5545, 3.3.5: a wall time that the
	// zone's clocks skip is read with the offset in force before the gap (02:30 in
	// a gap of one hour from 02:00 is 03:30); of one that they show twice, it is
	// the first.
	At time.Time
	// GapEnd is the first instant after the gap in which the wall time lies, zero
	// when clocks do show it.
	GapEnd time.Time
}

// Reached is the first instant at which the zone's clocks show the wall time
// or a later one: of a skipped wall time the end of the gap. Unlike At it
// never puts a later wall time of the same day before an earlier one.
func (m Moment) Reached() time.Time {
	if m.GapEnd.IsZero() {
		return m.At
	}
	return m.GapEnd
}

// Resolve finds the wall time that lies the given number of minutes after the
// date's midnight; 1440 and more lie on the days that follow, negative ones on
// those before.
func Resolve(zone *time.Location, d Date, minutes int) Moment {
	day := time.Unix(d.number()*secondsPerDay+int64(minutes)*60, 0)
	return NewOffsets(zone, day, day).Resolve(d, minutes)
}

// farthest is more than any zone's wall clock has ever been away from UTC.
const farthest = 36 * 60 * 60 // seconds

// Offsets are the offsets of a zone over some time. Asking them for many wall
// times of that time is far cheaper than asking the zone. Safe for use by
// several goroutines.
type Offsets struct{ periods []period }

// period is a time with one offset: start is included, end is not. Seconds
// since 1970; an end without limit is the greatest int64.
type period struct{ start, end, offset int64 }

// NewOffsets reads the offsets for wall times within [from, to], both taken as
// if they were UTC.
func NewOffsets(zone *time.Location, from, to time.Time) Offsets {
	last := to.Unix() + farthest
	var periods []period
	for at := from.Unix() - farthest; ; {
		t := time.Unix(at, 0).In(zone)
		_, offset := t.Zone()
		_, bound := t.ZoneBounds()
		p := period{start: at, end: math.MaxInt64, offset: int64(offset)}
		if !bound.IsZero() && bound.Unix() > at {
			p.end = bound.Unix()
		}
		periods = append(periods, p)
		if p.end > last {
			return Offsets{periods}
		}
		at = p.end
	}
}

// Resolve is as the function of that name, for wall times within the bounds
// that NewOffsets was given; outside them the nearest offset is used.
func (o Offsets) Resolve(d Date, minutes int) Moment {
	wall := d.number()*secondsPerDay + int64(minutes)*60
	return o.resolve(wall)
}

func (o Offsets) resolve(wall int64) Moment {
	i := 0
	for i < len(o.periods)-1 && wall-o.periods[i].offset >= o.periods[i].end {
		i++
	}
	p := o.periods[i]
	at := wall - p.offset
	if i == 0 || at >= p.start {
		return Moment{At: time.Unix(at, 0).UTC()}
	}
	return Moment{
		At:     time.Unix(wall-o.periods[i-1].offset, 0).UTC(),
		GapEnd: time.Unix(p.start, 0).UTC(),
	}
}

// Skipped reports whether the zone's calendars never showed the date: Samoa had
// no 30 December 2011.
func (o Offsets) Skipped(d Date) bool {
	first, last := o.Resolve(d, 0).GapEnd, o.Resolve(d, MinutesPerDay-1).GapEnd
	return !first.IsZero() && first.Equal(last)
}

// Last is the last instant at which the zone's clocks show the wall time: of one
// that they show twice the second, of a skipped one the end of the gap. Minutes
// are as Resolve takes them.
func Last(zone *time.Location, d Date, minutes int) time.Time {
	first := Resolve(zone, d, minutes).Reached()
	_, bound := first.In(zone).ZoneBounds()
	if bound.IsZero() {
		return first
	}
	_, before := first.In(zone).Zone()
	_, after := bound.In(zone).Zone()
	if again := first.Add(time.Duration(before-after) * time.Second); before > after && !again.Before(bound) {
		return again.UTC()
	}
	return first
}
