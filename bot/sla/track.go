package sla

import "time"

// track follows one commitment through its cycles.
type track struct {
	name   Name
	cycles int
	cycle  *cycle    // nil while nothing is owed
	origin time.Time // of the last cycle
	done   []reading
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
	// record is the clock as it was when terms without a promise last ended it.
	record *reading
}

// reading is a clock, and how it was counted where the story explains it.
type reading struct {
	Clock
	lines []Line
	other *Alternative
}

// open begins a cycle.
func (t *track) open(r *story, origin, started time.Time) {
	t.cycles++
	t.origin = origin
	t.cycle = &cycle{number: t.cycles, origin: origin, started: started, skip: len(r.blocks)}
	for c := t.cycle; c.skip > 0; c.skip-- {
		if last := r.blocks[c.skip-1]; !last.to.IsZero() && !last.to.After(origin) {
			break
		}
	}
}

// begunAt reports whether the open cycle began at the instant.
func (t *track) begunAt(at time.Time) bool { return t.cycle != nil && t.cycle.started.Equal(at) }

// read is the open cycle's clock at the instant; false when there is none.
func (t *track) read(r *story, at time.Time) (reading, bool) {
	if t.cycle == nil {
		return reading{}, false
	}
	promise, ok := r.promised(r.era, t.name)
	origin, begun := t.begins(r, promise, at)
	if !ok || !begun {
		if t.cycle.record == nil {
			return reading{}, false
		}
		return *t.cycle.record, true
	}
	n := tally{story: r, track: t, rule: r.contract.rule(), origin: origin, at: at}
	clock := n.clock(promise)
	switch {
	case clock.Due.Before(at):
		clock.State = Breached
	case n.paused():
		clock.State = Paused
	default:
		clock.State = Running
	}
	out := reading{Clock: clock}
	if r.explains {
		out.lines, out.other = n.lines(), n.other(promise)
	}
	return out, true
}

// begins is from when the open cycle's time is counted; false while it is not.
func (t *track) begins(r *story, promise Commitment, at time.Time) (time.Time, bool) {
	origin := t.cycle.origin
	if promise.Start == StartConfirmed {
		if r.confirmed.IsZero() {
			return at, false
		}
		origin = later(origin, r.confirmed)
	}
	// A team's clock begins when the team gets it.
	for _, b := range r.blocks[t.cycle.skip:] {
		if b.why != Elsewhere || b.from.After(origin) {
			continue
		}
		if b.to.IsZero() {
			return at, false
		}
		origin = later(origin, b.to)
	}
	return origin, true
}

// stop settles the open cycle: met unless its due instant has passed.
func (t *track) stop(r *story, at time.Time) {
	clock, ok := t.read(r, at)
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
	clock, ok := t.read(r, at)
	t.cycle = nil
	if ok {
		t.done = append(t.done, cancelled(clock, at))
	}
}

func cancelled(c reading, at time.Time) reading {
	if c.State != CancelledOff {
		c.State, c.Stopped = CancelledOff, at
	}
	return c
}

// changed follows a change of what is promised. It notes when that, and not the
// time, has put the due instant in the past. What was promised and taken back in
// the same instant was never promised.
func (t *track) changed(r *story, was reading, had bool, at time.Time) {
	if t.cycle == nil {
		return
	}
	if _, promised := r.promised(r.era, t.name); !promised {
		if had && at.After(t.cycle.started) {
			record := cancelled(was, at)
			t.cycle.record = &record
		}
		return
	}
	is, _ := t.read(r, at)
	t.cycle.reclassified = is.State == Breached && (was.State != Breached || was.Reclassified)
}
