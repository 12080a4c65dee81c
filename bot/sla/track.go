package sla

import "time"

// track follows one commitment through its cycles.
type track struct {
	name   Name
	pauses []stretch
	cycles int
	cycle  *cycle // nil while nothing is owed
	done   []Clock
}

// cycle is a promise that has not been settled.
type cycle struct {
	number int
	// origin is from where business time is counted; started, when the cycle
	// began: later than origin when an earlier cycle's time counts on.
	origin, started time.Time
	// skip is how many of the track's pauses were over at the origin.
	skip         int
	reclassified bool
	// record is the clock as it was when a severity without a promise last ended it.
	record *Clock
}

// open begins a cycle.
func (t *track) open(origin, started time.Time) {
	t.cycles++
	t.cycle = &cycle{number: t.cycles, origin: origin, started: started}
	for _, p := range t.pauses {
		if p.to.IsZero() || p.to.After(origin) {
			break
		}
		t.cycle.skip++
	}
}

func (t *track) pause(at time.Time) { t.pauses = append(t.pauses, stretch{from: at}) }

func (t *track) paused() bool {
	return len(t.pauses) > 0 && t.pauses[len(t.pauses)-1].to.IsZero()
}

func (t *track) resume(at time.Time) {
	if t.paused() {
		t.pauses[len(t.pauses)-1].to = at
	}
}

// count is the open cycle's time at the instant.
func (t *track) count(l Commitment, at time.Time) count {
	return count{l.Calendar, t.cycle.origin, at, t.pauses[t.cycle.skip:]}
}

// current is the open cycle's clock; false when there is none.
func (t *track) current(c *Terms, s Severity, at time.Time) (Clock, bool) {
	if t.cycle == nil {
		return Clock{}, false
	}
	level, ok := c.Promised(Failure, s, t.name)
	if !ok {
		if t.cycle.record == nil {
			return Clock{}, false
		}
		return *t.cycle.record, true
	}
	n, target := t.count(level, at), level.Within
	clock := Clock{
		Name: t.name, Cycle: t.cycle.number, Target: target, Started: t.cycle.started, Origin: t.cycle.origin,
		Due: n.when(target), Elapsed: n.elapsed(), State: Running, Reclassified: t.cycle.reclassified,
	}
	for _, of := range level.shares() {
		clock.Shares = append(clock.Shares, of)
		clock.Warnings = append(clock.Warnings, n.when(max(share(target, of), 1)))
	}
	switch {
	case clock.Due.Before(at):
		clock.State = Breached
	case t.paused():
		clock.State = Paused
	}
	return clock, true
}

// stop settles the open cycle: met unless its due instant has passed.
func (t *track) stop(r *story, at time.Time) {
	clock, ok := t.current(r.terms, r.severity, at)
	t.cycle = nil
	if !ok {
		return
	}
	if clock.State != CancelledOff {
		clock.Stopped = at
		if clock.State != Breached {
			clock.State = Met
		}
	}
	t.done = append(t.done, clock)
}

// cancel ends the open cycle without a verdict.
func (t *track) cancel(r *story, at time.Time) {
	clock, ok := t.current(r.terms, r.severity, at)
	t.cycle = nil
	if ok {
		t.done = append(t.done, cancelled(clock, at))
	}
}

func cancelled(c Clock, at time.Time) Clock {
	if c.State != CancelledOff {
		c.State, c.Stopped = CancelledOff, at
	}
	return c
}

// reclassify changes the promise of the open cycle. It notes when that, and
// not the time, has put the due instant in the past.
func (t *track) reclassify(c *Terms, from, to Severity, at time.Time) {
	if t.cycle == nil {
		return
	}
	was, had := t.current(c, from, at)
	if _, promised := c.Promised(Failure, to, t.name); !promised {
		if had {
			record := cancelled(was, at)
			t.cycle.record = &record
		}
		return
	}
	is, _ := t.current(c, to, at)
	t.cycle.reclassified = is.State == Breached && (was.State != Breached || was.Reclassified)
}
