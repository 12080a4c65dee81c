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
	// Amount is the business time that it added to the clock: all of a Counted
	// line, nothing of any other.
	Amount time.Duration
	// Why is set in a Stopped line.
	Why Why
	// Calendar is the name of the one that counted.
	Calendar string
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
	r, ok := begin(c, known)
	if !ok {
		return nil
	}
	r.explain()
	r.tell(known, now.UTC())
	clocks, out := r.told()
	Excuses(clocks, known)
	return out
}

// explain makes room for how the clocks are counted.
func (r *story) explain() {
	r.explains = true
	r.how = make([]Explanation, len(r.clocks))
	free := r.how
	for _, t := range r.tracks() {
		t.how, free = free[:0:cap(t.done)], free[cap(t.done):]
	}
}

// piece is how many lines room is made for at once.
const piece = 100

// lines are those of the stretches up to the instant. An incident that was reopened
// goes on in the lines in which it had been solved.
func (n *tally) lines() []Line {
	r, t := n.story, n.track
	r.draft = n.drafted(r.draft[:0])
	known := len(t.lines)
	switch {
	case known > 0 && known <= len(r.draft) && slices.Equal(t.lines, r.draft[:known]):
		t.lines = append(t.lines, r.draft[known:]...)
	case len(r.draft) > piece/4:
		t.lines = slices.Clone(r.draft)
	default:
		if cap(r.lines)-len(r.lines) < len(r.draft) {
			r.lines = make([]Line, 0, piece)
		}
		from := len(r.lines)
		r.lines = append(r.lines, r.draft...)
		t.lines = slices.Clip(r.lines[from:])
	}
	return slices.Clip(t.lines)
}

// drafted writes them where they are not kept.
func (n *tally) drafted(out []Line) []Line {
	for i := range n.stretches {
		s := &n.stretches[i]
		to := s.to
		if to.IsZero() {
			to = n.at
		}
		if s.why != "" {
			out = append(out, Line{From: s.from, To: to, Kind: Stopped, Why: s.why})
		} else {
			out = s.calendar.lines(s.from, to, out)
		}
	}
	return joined(out)
}

// lines adds those of an uninterrupted time.
func (c *Calendar) lines(from, to time.Time, out []Line) []Line {
	for w := range c.windows(from, to) {
		out = append(out,
			Line{From: from, To: w.Start, Kind: Closed, Calendar: c.name},
			Line{From: w.Start, To: w.End, Kind: Counted, Amount: w.End.Sub(w.Start), Calendar: c.name})
		from = w.End
	}
	return append(out, Line{From: from, To: to, Kind: Closed, Calendar: c.name})
}

// joined leaves out lines of no length, and makes one of two that say the same.
func joined(lines []Line) []Line {
	out := lines[:0]
	for _, l := range lines {
		if !l.From.Before(l.To) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Kind == l.Kind && out[n-1].Why == l.Why && out[n-1].Calendar == l.Calendar {
			out[n-1].To, out[n-1].Amount = l.To, out[n-1].Amount+l.Amount
			continue
		}
		out = append(out, l)
	}
	return out
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
// the same because nothing changed.
func (n *tally) other() *Alternative {
	r := n.story
	if !n.changed() {
		return nil
	}
	rule := Recompute
	if n.rule == Recompute {
		rule = Piecewise
	}
	n.track.laid.calendar = nil
	o := n.track.tally(r, rule, n.origin, n.at)
	n.track.laid.calendar = nil
	return &Alternative{Rule: rule, Due: o.reached(1), Elapsed: o.elapsed}
}

// changed reports whether the terms or the calendar did between the origin and the
// instant.
func (n *tally) changed() bool {
	r := n.story
	if r.eras[r.era].from.After(n.origin) {
		return true
	}
	c := n.track.promise.Calendar
	return c.versionOf(n.origin) != c.versionOf(n.at)
}
