package sla

import (
	"slices"
	"time"
)

// LineKind says what became of the time of a line.
type LineKind string

// The kinds of lines.
const (
	Counted LineKind = "counted"
	Closed  LineKind = "closed" // the calendar was
	Stopped LineKind = "paused" // the clock stood still: see Why
)

// Line is a part of a clock's time of which one thing is true. The lines of a
// clock follow each other without gaps.
type Line struct {
	From, To time.Time
	Kind     LineKind
	// Why is set in a Stopped line.
	Why Why
	// Calendar is the name of the one that counted.
	Calendar string
}

// Amount is the business time that it added to the clock: all of a Counted line,
// nothing of any other.
func (l Line) Amount() time.Duration {
	if l.Kind != Counted {
		return 0
	}
	return l.To.Sub(l.From)
}

// Explanation is a clock and its arithmetic: the amounts of the lines are what
// has elapsed, to the nanosecond.
type Explanation struct {
	*Clock
	Lines []Line
	// Other is set where the terms or the contract changed within the lines: what
	// the rule that does not hold would have said.
	Other *Alternative
}

// Left is the business time that is left, zero when none is.
func (e Explanation) Left() time.Duration { return max(e.Target-e.Elapsed, 0) }

// Alternative is a clock under another rule for changes.
type Alternative struct {
	Rule    Changes
	Due     time.Time
	Elapsed time.Duration
}

// Explain is Compute with each clock's arithmetic.
func Explain(c *Contract, facts []Fact, now time.Time) []Explanation {
	known := knownAt(facts, now)
	var r story
	if !r.begin(c, known) {
		return nil
	}
	r.explain(now)
	r.tell(known, now.UTC())
	clocks, out := r.told()
	Excuses(clocks, known)
	return out
}

// explain makes room for how the clocks are counted until now: about a line for each
// clock and stretch, and more where the calendar closes.
func (r *story) explain(now time.Time) {
	r.explains = true
	r.how = make([]Explanation, len(r.clocks))
	free := r.how
	nights := min(int(now.Sub(r.start)/(24*time.Hour)), 16)
	for _, t := range r.tracks() {
		most := cap(t.done)
		t.how, free = free[:0:most], free[most:]
		t.ledger.lines = make([]Line, 0, most+cap(t.laid.stretches)+nights)
	}
}

// ledger holds the lines of a track's clocks, those of one after those of another.
// An incident that was reopened goes on in the lines in which it had been solved, so
// what a clock has in common with the one before is written once.
type ledger struct {
	lines []Line
	first int // where the lines of the clock begin that is written
	page
	laid page // as it was when the laid stretches had been told
}

// page is how far the lines of a clock are written.
type page struct {
	n    int       // how many there are
	last Line      // the next one, which may yet grow; of no length: none
	at   time.Time // until when they tell
}

// add tells the time that follows, until an instant. Lines of no length are left out,
// and of two that say the same one is made.
func (l *ledger) add(to time.Time, kind LineKind, why Why, calendar string) {
	if !l.at.Before(to) {
		return
	}
	if last := &l.last; last.Kind == kind && last.Why == why && last.Calendar == calendar {
		last.To = to
	} else {
		l.write()
		last.From, last.To, last.Kind, last.Why, last.Calendar = l.at, to, kind, why, calendar
	}
	l.at = to
}

// write writes the last line, unless it is there already.
func (l *ledger) write() {
	if l.last.Kind == "" {
		return
	}
	at := l.first + l.n
	if at < len(l.lines) && l.lines[at] != l.last { // here the two clocks part
		l.first, l.lines = len(l.lines), append(l.lines, l.lines[l.first:at]...)
		at = len(l.lines)
	}
	if at == len(l.lines) {
		l.lines = append(l.lines, l.last)
	}
	l.n++
}

// told are the lines of the clock.
func (l *ledger) told() []Line {
	l.write()
	end := l.first + l.n
	return l.lines[l.first:end:end]
}

// lines are those of the stretches up to the instant.
func (t *track) lines() []Line {
	l, out := &t.laid, &t.ledger
	if l.written == 0 {
		out.page = page{at: l.origin}
	} else {
		out.page = out.laid
	}
	for i := l.written; i < len(t.stretches); i++ {
		if i == len(l.stretches) && i > l.written {
			l.written, out.laid = i, out.page
		}
		s := &t.stretches[i]
		to := s.to
		if to.IsZero() {
			to = t.at
		}
		if s.why != "" {
			out.add(to, Stopped, s.why, "")
		} else {
			out.count(s.calendar, to)
		}
	}
	return out.told()
}

// count tells an uninterrupted time.
func (l *ledger) count(c *Calendar, to time.Time) {
	from, end := within(l.at), within(to)
	for y := yearOf(from); y <= yearOf(end); y++ {
		now := c.year(y)
		for _, w := range now.from(max(from.Unix(), now.start)) {
			if w.start > end.Unix() {
				break
			}
			l.add(earlier(time.Unix(w.start, 0).UTC(), end), Closed, "", c.name)
			l.add(earlier(time.Unix(w.end, 0).UTC(), end), Counted, "", c.name)
		}
	}
	l.add(to, Closed, "", c.name)
}

// unpromised adds the time in which a clock that was broken is promised no more.
func unpromised(lines []Line, to time.Time) []Line {
	n := len(lines)
	if n == 0 || !lines[n-1].To.Before(to) {
		return lines
	}
	return append(slices.Clip(lines), Line{From: lines[n-1].To, To: to, Kind: Stopped, Why: Unpromised})
}

// other is the clock under the rule that does not hold; nil where the rules say
// the same because nothing changed. By a rule under which it has not begun it is
// due Never.
func (t *track) other(r *story) *Alternative {
	rule := Recompute
	if t.rule == Recompute {
		rule = Piecewise
	}
	origin, begun := t.begins(r, rule)
	switch {
	case !begun:
		return &Alternative{Rule: rule, Due: Never}
	case origin.Equal(t.laid.origin) && !t.changes(r):
		return nil
	}
	t.laid.calendar = nil
	t.count(r, rule, origin, t.at)
	t.laid.calendar = nil
	return &Alternative{Rule: rule, Due: t.reached(r, 1), Elapsed: t.elapsed}
}

// changes reports whether the terms or the calendar did between the origin and the
// instant.
func (t *track) changes(r *story) bool {
	if r.eras[r.era].from.After(t.laid.origin) {
		return true
	}
	c := t.promise.Calendar
	return c.versionOf(t.laid.origin) != c.versionOf(t.at)
}
