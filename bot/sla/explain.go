package sla

import (
	"iter"
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

// Explanation is a clock and its arithmetic.
type Explanation struct {
	*Clock
	// Other is set where the terms or the contract changed within the lines: what
	// the rule that does not hold would have said.
	Other *Alternative
	// Ahead is set of an open clock when the terms in force will be others by the due
	// instant, which are reckoned with already.
	Ahead *Ahead

	edges []edge
	words *words
}

// Lines are the clock's time from its origin on, in order: their amounts are what
// has elapsed, to the nanosecond.
func (e Explanation) Lines() iter.Seq[Line] { return e.words.lines(e.Origin, e.edges) }

// Left is the business time that is left, zero when none is.
func (e Explanation) Left() time.Duration { return max(e.Target-e.Elapsed, 0) }

// Alternative is a clock under another rule for changes.
type Alternative struct {
	Rule    Changes
	Due     time.Time
	Elapsed time.Duration
}

// Ahead are terms that are to come.
type Ahead struct {
	// From is when they come into force, Target the business time that they allow.
	From   time.Time
	Target time.Duration
}

// Explain is Compute with each clock's arithmetic.
func Explain(c *Contract, facts []Fact, now time.Time) []Explanation {
	_, how := count(c, facts, now, true)
	return how
}

// explain makes room for how the clocks are counted until now: about a line for each
// clock, and more where it is stopped or the calendar closes.
func (r *story) explain(now time.Time) {
	r.words = &words{}
	r.how = make([]Explanation, len(r.clocks))
	how := r.how
	nights := min(int(now.Sub(r.start)/(24*time.Hour)), 16)
	for _, t := range r.tracks() {
		most := cap(t.done)
		t.how, how = how[:0:most], how[most:]
		if t == &r.workaround || t == &r.resolution {
			most += r.most // these go on over all the waits, the others end with each answer
		}
		t.ledger = ledger{words: r.words, edges: make([]edge, 0, most+nights)}
	}
}

// instant is a time.Time without its zone, in two thirds of the room.
type instant struct {
	sec  int64 // since 1970
	nsec int32
}

func instantOf(t time.Time) instant { return instant{t.Unix(), int32(t.Nanosecond())} }

func (i instant) time() time.Time { return time.Unix(i.sec, int64(i.nsec)).UTC() }

func (i instant) before(o instant) bool { return i.sec < o.sec || i.sec == o.sec && i.nsec < o.nsec }

// within brings it into the years that calendars answer for.
func (i instant) within() instant {
	switch {
	case i.sec < everSecond:
		return instant{sec: everSecond}
	case i.sec >= neverSecond:
		return instant{sec: neverSecond}
	}
	return i
}

// edge is where a line ends and the next one begins. An incident has many lines, of
// which few are ever read.
type edge struct {
	sec        int64 // an instant; within one, this would be half as long again
	nsec, word int32 // the latter of the words: what the line tells
}

func (e *edge) at() instant { return instant{e.sec, e.nsec} }

func (e *edge) move(to instant) { e.sec, e.nsec = to.sec, to.nsec }

// words are what the lines of an incident tell, each once.
type words []word

type word struct {
	calendar string // its name, where why is not set
	open     bool
	why      Why
}

// stopped is the word for a time that was not counted.
func (w *words) stopped(why Why) int32 {
	for i := range *w {
		if (*w)[i].why == why {
			return int32(i)
		}
	}
	*w = append(*w, word{why: why})
	return int32(len(*w) - 1)
}

// opened is the word for a time that a calendar counted. That for one in which it
// was closed is the next.
func (w *words) opened(c *Calendar) int32 {
	for i := range *w {
		if is := &(*w)[i]; is.calendar == c.name && is.why == "" {
			return int32(i)
		}
	}
	*w = append(*w, word{calendar: c.name, open: true}, word{calendar: c.name})
	return int32(len(*w) - 2)
}

// lines are those that the edges end, the first from the instant on.
func (w *words) lines(from time.Time, edges []edge) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		l := Line{To: from.UTC()}
		for i := range edges {
			e := &edges[i]
			l.From, l.To = l.To, e.at().time()
			(*w)[e.word].tell(&l)
			if !yield(l) {
				return
			}
		}
	}
}

// tell says it of a line.
func (w *word) tell(l *Line) {
	l.Kind, l.Why, l.Calendar = Closed, w.why, w.calendar
	switch {
	case w.why != "":
		l.Kind = Stopped
	case w.open:
		l.Kind = Counted
	}
}

// ledger holds the edges of a track's clocks, those of one after those of another.
// An incident that was reopened goes on in the lines in which it had been solved, so
// what a clock has in common with the one before is written once.
type ledger struct {
	edges []edge
	words *words
	first int // where the edges of the clock begin that is written
	page
	laid page // as it was when the laid stretches had been told
}

// page is how far the edges of a clock are written.
type page struct {
	n    int  // how many there are
	last edge // the next one, which may yet grow
	some bool // there is one; else last is where the clock begins
}

// begin begins another clock.
func (l *ledger) begin(at instant) {
	l.n, l.some = 0, false
	l.last.move(at)
}

// add tells the time that follows, until an instant. Lines of no length are left out,
// and of two that say the same one is made.
func (l *ledger) add(to instant, word int32) {
	if !l.last.at().before(to) {
		return
	}
	if !l.some || l.last.word != word {
		l.write()
		l.some, l.last.word = true, word
	}
	l.last.move(to)
}

// write writes the last edge, unless it is there already.
func (l *ledger) write() {
	if !l.some {
		return
	}
	at := l.first + l.n
	if at < len(l.edges) && l.edges[at] != l.last { // here the two clocks part
		l.first, l.edges = len(l.edges), append(l.edges, l.edges[l.first:at]...)
		at = len(l.edges)
	}
	if at == len(l.edges) {
		l.edges = append(l.edges, l.last)
	}
	l.n++
}

// told are the edges of the clock.
func (l *ledger) told() []edge {
	l.write()
	end := l.first + l.n
	return l.edges[l.first:end:end]
}

// edges are those of the stretches up to the instant.
func (t *track) edges() []edge {
	l, out := &t.laid, &t.ledger
	if l.written == 0 {
		out.begin(instantOf(l.origin))
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
			out.add(instantOf(to), out.words.stopped(s.why))
		} else {
			out.count(s.calendar, s.y, s.n, instantOf(to))
		}
	}
	return out.told()
}

// count tells an uninterrupted time, which begins in the n-th window of a year, from
// 1, or after it.
func (l *ledger) count(c *Calendar, y, n int, to instant) {
	end := to.within()
	opened := l.words.opened(c)
	closed := opened + 1
	for ; to.sec >= everSecond; y, n = y+1, 0 {
		now := c.year(y)
		for _, w := range now.windows[max(n-1, 0):] {
			if w.start > end.sec {
				break
			}
			l.add(instant{sec: w.start}, closed)
			if closes := (instant{sec: w.end}); closes.before(end) {
				l.add(closes, opened)
			} else {
				l.add(end, opened)
			}
		}
		if now.end > end.sec {
			break
		}
	}
	l.add(to, closed)
}

// unpromised adds the time in which a clock that was broken is promised no more.
func (e *Explanation) unpromised(to time.Time) {
	n := len(e.edges)
	if n == 0 || !e.edges[n-1].at().before(instantOf(to)) {
		return
	}
	last := edge{word: e.words.stopped(Unpromised)}
	last.move(instantOf(to))
	e.edges = append(slices.Clip(e.edges), last)
}

// other is the clock under the rule that does not hold; nil where the rules say
// the same because nothing changed. By a rule under which it has not begun it is
// due Never.
func (t *track) other(r *story) *Alternative {
	if r.era == 0 && t.promise.Start != StartConfirmed && len(t.promise.Calendar.versions) == 1 {
		return nil
	}
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
	return &Alternative{Rule: rule, Due: t.due(r), Elapsed: t.elapsed}
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
