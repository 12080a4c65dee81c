package sla

import (
	"slices"
	"time"
)

// track follows one commitment through its cycles.
type track struct {
	name  Name
	owed  bool  // there is a cycle
	cycle cycle // one at a time: the last

	// promise is what the terms in force promise, and shares when they warn.
	promise  Commitment
	promised bool
	shares   []float64

	laid laid
	tally

	done []Clock
	// how the clocks of done were counted, where the story explains it, in
	// the lines of the ledger.
	how    []Explanation
	ledger ledger
}

// cycle is a promise that has not been settled.
type cycle struct {
	number int
	// origin is from where business time is counted; started, when the cycle
	// began: later than origin when an earlier cycle's time counts on.
	origin, started time.Time
	// skip is how many of the story's blocks were over at the origin.
	skip         int
	reclassified bool
	// broken is when the cycle was broken at the earliest, where that was a change of
	// terms, or before one; zero where it follows from the terms in force alone.
	broken time.Time
	// record is the clock as it was when terms without a promise last ended it.
	record *Explanation
}

// open begins a cycle.
func (t *track) open(r *story, origin, started time.Time) {
	c := &t.cycle
	t.owed, c.number = true, c.number+1
	c.origin, c.started, c.reclassified, c.broken, c.record = origin, started, false, time.Time{}, nil
	for c.skip = len(r.blocks); c.skip > 0; c.skip-- {
		if last := &r.blocks[c.skip-1]; !last.to.IsZero() && !last.to.After(origin) {
			break
		}
	}
}

// promisedIn is what an era promises. That of the era in force is known.
func (t *track) promisedIn(r *story, e int) (*Commitment, bool) {
	if e == r.era {
		return &t.promise, t.promised
	}
	promise, ok := r.promised(e, t.name)
	return &promise, ok
}

// begunAt reports whether the open cycle began at the instant.
func (t *track) begunAt(at time.Time) bool { return t.owed && t.cycle.started.Equal(at) }

// read gives the open cycle's clock at the instant, and how it was counted where
// that is asked for; false when there is none.
func (t *track) read(r *story, at time.Time, out *Clock, how *Explanation) bool {
	if !t.owed {
		return false
	}
	origin, begun := t.begins(r, r.contract.rule())
	if !t.promised || !begun {
		record := t.cycle.record
		if record == nil {
			return t.promised && r.changing() && t.readAhead(r, at, out, how)
		}
		*out = *record.Clock
		if how != nil {
			*how = *record
			if out.Open() {
				how.unpromised(at)
			}
		}
		return true
	}
	t.count(r, r.contract.rule(), origin, at)
	// Field by field: to copy a whole Clock would cost as much as half of its counting.
	out.Name, out.Cycle, out.Target = t.name, t.cycle.number, t.promise.Within
	out.Started, out.Origin = later(t.cycle.started, origin), origin
	out.Due, out.Elapsed, out.State = t.due(r), t.elapsed, Running
	out.Shares, out.Reclassified = t.shares, t.cycle.reclassified
	if out.Due.Before(t.cycle.broken) {
		out.Due = t.cycle.broken
	}
	switch {
	case out.Due.Before(at), out.Due.Equal(t.cycle.broken): // at the instant of a change the later terms hold
		out.State = Breached
	case t.paused(r):
		out.State = Paused
	}
	if how != nil {
		how.edges, how.words = t.edges(), r.words
		if r.changing() && out.State != Breached {
			if o, ok := t.ahead(r, t.used(1)); ok {
				how.Ahead = &Ahead{From: o.from, Target: o.promise.Within}
			}
		}
		how.Other = t.other(r)
	}
	return true
}

// readAhead gives a clock that does not run as yet, but will by terms that are known to
// come into force, whatever happens; false when it will not.
func (t *track) readAhead(r *story, at time.Time, out *Clock, how *Explanation) bool {
	t.rule, t.at = r.contract.rule(), at
	o, ok := t.ahead(r, Never)
	if !ok {
		return false
	}
	*out = Clock{
		Name: t.name, Cycle: t.cycle.number, Target: t.promise.Within,
		Started: t.cycle.started, Origin: at, Due: o.due, State: Running, Shares: o.promise.shares(),
	}
	if how != nil {
		*how = Explanation{Ahead: &Ahead{From: o.from, Target: o.promise.Within}, words: r.words}
	}
	return true
}

// warn adds the instants at which people are warned to a clock that is open. Where
// other terms will be in force when it is due, it is by those.
func (t *track) warn(r *story, c *Clock) {
	if c.State == CancelledOff || !t.promised {
		return
	}
	used, due := t.used, Never
	switch _, begun := t.begins(r, r.contract.rule()); {
	case !begun && t.cycle.record != nil:
		return // it was broken, and is not counted any more
	case begun:
		t.count(r, r.contract.rule(), c.Origin, r.now)
		due = t.used(1)
	}
	if r.changing() {
		if o, ok := t.ahead(r, due); ok {
			c.Shares, used = o.promise.shares(), o.used
		}
	}
	if len(c.Shares) == 0 {
		return
	}
	c.Warnings = make([]time.Time, len(c.Shares))
	for i, of := range c.Shares {
		c.Warnings[i] = used(of)
	}
}

// begins is from when the open cycle's time is counted, by a rule for changes; false
// while it is not.
func (t *track) begins(r *story, rule Changes) (time.Time, bool) {
	origin, ok := t.handed(r, t.cycle.origin)
	if ok {
		origin, ok = t.counts(r, rule, origin)
	}
	if !ok {
		return origin, false
	}
	return t.handed(r, origin)
}

// beginsBy is begins as if a promise had always held.
func (t *track) beginsBy(r *story, promise *Commitment) (time.Time, bool) {
	origin, ok := t.handed(r, t.cycle.origin)
	if ok {
		origin, ok = r.begun(promise, origin)
	}
	if !ok {
		return origin, false
	}
	return t.handed(r, origin)
}

// counts is when the time from an instant on begins to be counted. Terms that wait
// for a confirmation count nothing before it; where what was counted stays counted,
// the first terms that count anything say when.
func (t *track) counts(r *story, rule Changes, origin time.Time) (time.Time, bool) {
	if rule == Recompute || r.era == 0 {
		return r.begun(&t.promise, origin)
	}
	waited := false
	for e := r.eraOf(origin); e <= r.era; e++ {
		promise, ok := t.promisedIn(r, e)
		if !ok {
			continue
		}
		from, begun := r.begun(promise, later(origin, r.eras[e].from))
		switch {
		case !begun || e < r.era && !from.Before(r.eras[e+1].from):
			waited = true
		case waited || promise.Start == StartConfirmed:
			return from, true
		default:
			return origin, true
		}
	}
	return origin, false
}

// begun is when a promise begins to be counted that could be from the instant on;
// false while it waits for a confirmation.
func (r *story) begun(promise *Commitment, from time.Time) (time.Time, bool) {
	if promise.Start != StartConfirmed {
		return from, true
	}
	return later(from, r.confirmed), !r.confirmed.IsZero()
}

// eraOf is the era of the instant, of those up to the one in force.
func (r *story) eraOf(at time.Time) int {
	e := r.era
	for e > 0 && r.eras[e].from.After(at) {
		e--
	}
	return e
}

// handed is the first instant from the given one on at which the team whose clock
// it is has the incident; false while another has. Of the customer's it is any.
func (t *track) handed(r *story, origin time.Time) (time.Time, bool) {
	if r.home == "" {
		return origin, true
	}
	for _, b := range r.blocks[t.cycle.skip:] {
		if b.why != Elsewhere || b.from.After(origin) {
			continue
		}
		if b.to.IsZero() {
			return origin, false
		}
		origin = later(origin, b.to)
	}
	return origin, true
}

// stop settles the open cycle: met unless its due instant has passed.
func (t *track) stop(r *story, at time.Time) {
	if c := t.end(r, at); c != nil && c.State != CancelledOff {
		c.Stopped = at
		if c.State != Breached {
			c.State = Met
		}
	}
}

// cancel ends the open cycle without a verdict.
func (t *track) cancel(r *story, at time.Time) {
	if c := t.end(r, at); c != nil {
		c.cancel(at)
	}
}

// end is the clock with which the open cycle ends, nil when there is none. What was
// to change after it is no part of its verdict.
func (t *track) end(r *story, at time.Time) *Clock {
	eras := r.eras
	r.eras = eras[:r.era+1]
	c := t.reads(r, at)
	t.owed, r.eras = false, eras
	return c
}

// reads adds what it reads to what is done; nil when there is nothing to read.
func (t *track) reads(r *story, at time.Time) *Clock {
	if !t.owed {
		return nil
	}
	n := len(t.done)
	done := slices.Grow(t.done, 1)[:n+1]
	var how *Explanation
	if r.words != nil {
		t.how = slices.Grow(t.how[:n], 1)[:n+1]
		how = &t.how[n]
	}
	if !t.read(r, at, &done[n], how) {
		return nil
	}
	t.done = done
	return &done[n]
}

func (c *Clock) cancel(at time.Time) {
	if c.State != CancelledOff {
		c.State, c.Stopped = CancelledOff, at
	}
}

// goesOn reports whether a change is none to the track: under the same terms, and
// with no others before or after, it is promised the same.
func (t *track) goesOn(r *story, to standing) bool {
	if len(r.eras) > 1 || len(to.eras) > 1 || r.eras[0].terms != to.eras[0].terms {
		return false
	}
	is, ok := to.promised(0, t.name)
	was := &t.promise
	return ok && t.promised && is.Within == was.Within && is.Calendar == was.Calendar && is.Start == was.Start
}

// changed follows a change of what is promised. It notes when that, and not the
// time, has broken it. What was promised and taken back in the same instant was never
// promised. Other terms or another contract break nothing before they come into force,
// and what had been broken under the same contract was so when it was.
func (t *track) changed(r *story, was *Clock, how Explanation, at time.Time, why reason) {
	if !t.owed {
		return
	}
	_, begun := t.begins(r, r.contract.rule())
	if waits := t.promise.Start == StartConfirmed && r.confirmed.IsZero() && !begun; !t.promised || waits {
		if was.Name != "" && was.Origin.Before(at) {
			clock := *was                // a copy of its own: most clocks are never kept so
			if clock.State != Breached { // a promise that is broken stays so
				clock.cancel(at)
			}
			t.cycle.record = &Explanation{Clock: &clock, Other: how.Other, edges: how.edges, words: how.words}
		}
		return
	}
	var is Clock
	t.cycle.broken = time.Time{}
	t.read(r, at, &is, nil)
	if is.State == Breached && why != decided {
		t.cycle.broken = at
		if was.State == Breached && why == agreed {
			t.cycle.broken = was.Due
		}
	}
	t.cycle.reclassified = is.State == Breached && (was.State != Breached || was.Reclassified)
}
