package sla

import (
	"fmt"
	"iter"
	"slices"
	"time"
)

// Without is a calendar less some pauses: business time during which, as a rule,
// somebody else was waited for.
type Without struct {
	calendar *Calendar
	pauses   []Interval // in order and apart
}

// Without leaves time out. The pauses may come in any order and overlap; those
// that end where or before they begin are none.
func (c *Calendar) Without(pauses ...Interval) Without {
	var out []Interval
	for _, p := range pauses {
		if p.Start.Before(p.End) {
			out = append(out, Interval{within(p.Start), within(p.End)})
		}
	}
	slices.SortFunc(out, func(a, b Interval) int { return a.Start.Compare(b.Start) })
	apart := out[:0]
	for _, p := range out {
		if n := len(apart); n > 0 && !p.Start.After(apart[n-1].End) {
			apart[n-1].End = later(apart[n-1].End, p.End)
		} else {
			apart = append(apart, p)
		}
	}
	return Without{c, apart}
}

// Between is the business time from a to b outside the pauses, negative when b
// is before a.
func (w Without) Between(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -w.Between(b, a)
	}
	sum := w.calendar.Between(a, b)
	for _, p := range w.pauses {
		if from, to := later(a, p.Start), earlier(b, p.End); from.Before(to) {
			sum -= w.calendar.Between(from, to)
		}
	}
	return sum
}

// Add is as the calendar's: the earliest instant at which d has gone by outside
// the pauses. What is used up when a pause begins is used up then.
func (w Without) Add(t time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return w.Sub(t, negated(d))
	}
	from := t
	for _, p := range w.pauses {
		if !p.End.After(from) {
			continue
		}
		if open := w.calendar.Between(from, later(from, p.Start)); d <= open {
			break
		} else {
			d -= open
		}
		from = p.End
	}
	return w.calendar.Add(from, d)
}

// Sub is as the calendar's: the latest instant from which d has gone by at t
// outside the pauses.
func (w Without) Sub(t time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return w.Add(t, negated(d))
	}
	to := t
	for _, p := range slices.Backward(w.pauses) {
		if !p.Start.Before(to) {
			continue
		}
		if open := w.calendar.Between(earlier(to, p.End), to); d <= open {
			break
		} else {
			d -= open
		}
		to = p.Start
	}
	return w.calendar.Sub(to, d)
}

// AddDays is as the calendar's, put off by the business time of the pauses that
// begin before it is reached.
func (w Without) AddDays(t time.Time, n int) (time.Time, error) {
	due, err := w.calendar.AddDays(t, n)
	if err != nil || n < 0 && len(w.pauses) > 0 {
		if err == nil {
			err = fmt.Errorf("calendar %q: days are not counted back over pauses", w.calendar.name)
		}
		return time.Time{}, err
	}
	for _, p := range w.pauses {
		if !p.End.After(t) || !p.Start.Before(due) {
			continue
		}
		if due, err = w.calendar.Add(due, w.calendar.Between(later(t, p.Start), p.End)); err != nil {
			return time.Time{}, err
		}
	}
	return due, nil
}

// Lines tells the time from a to b, which is not before it, line by line.
func (w Without) Lines(a, b time.Time) iter.Seq[Line] {
	from, to := instantOf(a), instantOf(b)
	out := ledger{words: &words{}}
	out.begin(from)
	count := func(to instant) {
		var begins place
		begins.find(w.calendar, out.last.at().time())
		out.count(w.calendar, begins.y, begins.n, to)
	}
	for _, p := range w.pauses {
		start, end := instantOf(p.Start), instantOf(p.End)
		if start.before(out.last.at()) {
			start = out.last.at()
		}
		if to.before(end) {
			end = to
		}
		if !start.before(end) {
			continue
		}
		count(start)
		out.add(end, out.words.stopped(Given))
	}
	count(to)
	return out.words.lines(a, out.told())
}
