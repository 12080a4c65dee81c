package ical

import (
	"time"

	"sereno/bot/civil"
)

// place is where an occurrence of an event would begin, in seconds since 1970.
type place struct {
	uid   string
	start int64
}

// occurrences are those that lie in [from, to) at least in part; moved are those
// that have an event of their own (RECURRENCE-ID), which says what became of them.
func (s *series) occurrences(from, to time.Time, moved map[place]bool) ([]Event, error) {
	if s.cancelled {
		return nil, nil
	}
	if s.set == nil {
		if e := s.at(s.Start); e.in(from, to) {
			return []Event{e}, nil
		}
		return nil, nil
	}
	var out []Event
	next := s.set.Iterator()
	for looked := 0; ; looked++ {
		start, ok := next()
		if !ok || !start.Before(to) {
			return out, nil
		}
		if looked > maxLooked {
			return nil, wrong(s.line, "ical.many_times", "n", maxLooked)
		}
		if moved[place{s.UID, start.Unix()}] {
			continue
		}
		if e := s.at(start); e.in(from, to) {
			out = append(out, e)
		}
	}
}

// maxLooked is daily for two centuries.
const maxLooked = 75_000

// at is the occurrence that begins then.
func (s *series) at(start time.Time) Event {
	e := s.Event
	if !s.AllDay {
		e.Start, e.End = start.UTC(), start.Add(s.length).UTC()
		return e
	}
	e.First = civil.DateOf(start, s.zone)
	e.Last = e.First.AddDays(int(s.length/day) - 1)
	e.Start = civil.Resolve(s.zone, e.First, 0).Reached()
	e.End = civil.Resolve(s.zone, e.Last, civil.MinutesPerDay).Reached()
	return e
}

// in reports whether any part of the event lies in [from, to); one without length
// is where it begins.
func (e *Event) in(from, to time.Time) bool {
	return e.Start.Before(to) && (from.Before(e.End) || !e.Start.Before(from))
}
