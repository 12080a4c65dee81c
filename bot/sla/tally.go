package sla

import "time"

// Why says why a clock stood still: for whom the incident waited (a WaitingOn),
// or one of these.
type Why string

// The reasons that are no waits.
const (
	// Solved: the incident was resolved, and reopened later.
	Solved Why = "solved"
	// Elsewhere: another team had it. Of a team's own clocks only.
	Elsewhere Why = "other_team"
	// Unpromised: the terms in force then promised nothing.
	Unpromised Why = "unpromised"
)

// stretch is a part of a cycle's time that is counted in one way: in a calendar,
// or, where why is set, not at all.
type stretch struct {
	from, to time.Time // a zero end: until further notice
	calendar *Calendar
	why      Why
	counted  time.Duration
}

// tally counts the time of a track's open cycle from an origin to an instant.
type tally struct {
	story  *story
	track  *track
	rule   Changes
	origin time.Time
	at     time.Time
	// stretches of the era in force, in order and without gaps; only the last has
	// no end, and it is counted.
	stretches []stretch
}

// clock is the cycle's clock, but for its state.
func (n *tally) clock(promise Commitment) Clock {
	c := n.track.cycle
	n.stretches = n.lay(n.story.era, n.story.scratch[:0])
	n.story.scratch = n.stretches
	out := Clock{
		Name: n.track.name, Cycle: c.number, Target: promise.Within, Origin: n.origin,
		Started: later(c.started, n.origin), Elapsed: n.elapsed(),
		Due: n.reached(promise, 1), Reclassified: c.reclassified,
	}
	if shares := promise.shares(); len(shares) > 0 {
		out.Shares, out.Warnings = shares, make([]time.Time, len(shares))
		for i, of := range shares {
			out.Warnings[i] = n.reached(promise, of)
		}
	}
	return out
}

// lay gives the stretches as they are seen in an era: what was before it counts
// as it did then, or as the era would have it, by the rule. What stops the clock
// at the instant is taken to end then. into is used where it has room.
func (n *tally) lay(now int, into []stretch) []stretch {
	first := now
	if n.rule != Recompute {
		for first > 0 && n.story.eras[first].from.After(n.origin) {
			first--
		}
	}
	out, from, blocks := into, n.origin, n.story.blocks[n.track.cycle.skip:]
	for e := first; e <= now; e++ {
		var to time.Time
		if e < now {
			to = n.story.eras[e+1].from
		}
		out, blocks = n.layEra(e, from, to, blocks, out)
		from = to
	}
	return out
}

// layEra gives the stretches of one era between two instants, and the blocks that
// go on after it.
func (n *tally) layEra(e int, from, to time.Time, blocks []block, out []stretch) ([]stretch, []block) {
	promise, ok := n.story.promised(e, n.track.name)
	if !ok {
		return append(out, stretch{from: from, to: to, why: Unpromised}), blocks
	}
	count := func(until time.Time) {
		if until.IsZero() || from.Before(until) {
			s := stretch{from: from, to: until, calendar: promise.Calendar}
			if until.IsZero() {
				until = n.at
			}
			s.counted = s.calendar.Between(from, until)
			out = append(out, s)
		}
	}
	terms := n.story.eras[e].terms
	for ; len(blocks) > 0; blocks = blocks[1:] {
		b := blocks[0]
		if b.to.IsZero() {
			b.to = n.at
		} else if !b.to.After(from) {
			continue
		}
		if !to.IsZero() && !b.from.Before(to) {
			break
		}
		beyond := !to.IsZero() && b.to.After(to)
		if n.story.stops(terms, b.why, n.track.name) && !b.to.Before(from) {
			count(b.from)
			begun := later(from, b.from)
			from = b.to
			if beyond {
				from = to
			}
			out = append(out, stretch{from: begun, to: from, why: b.why, calendar: promise.Calendar})
		}
		if beyond {
			break
		}
	}
	count(to)
	return out, blocks
}

// paused reports whether the clock stands still at the instant.
func (n *tally) paused() bool {
	blocks := n.story.blocks
	if len(blocks) == 0 || !blocks[len(blocks)-1].to.IsZero() {
		return false
	}
	return n.story.stops(n.story.eras[n.story.era].terms, blocks[len(blocks)-1].why, n.track.name)
}

// elapsed is the business time counted.
func (n *tally) elapsed() time.Duration {
	var sum time.Duration
	for _, s := range n.stretches {
		sum += s.counted
	}
	return sum
}

// reached is the last instant at which no more than the share of the target has
// been counted. Terms that will be in force by then count from when they are.
func (n *tally) reached(promise Commitment, of float64) time.Time {
	r := n.story
	at := when(n.stretches, part(promise.Within, of))
	for e := r.era + 1; e < len(r.eras) && !at.Before(r.eras[e].from); e++ {
		next, ok := r.promised(e, n.track.name)
		if !ok {
			break // then it will be cancelled
		}
		at = later(when(n.lay(e, nil), part(next.Within, of)), r.eras[e].from)
	}
	return at
}

// part is a share of a target, but not nothing.
func part(target time.Duration, of float64) time.Duration {
	if of == 1 {
		return target
	}
	return max(share(target, of), 1)
}

// when is the instant at which d, more than nothing, has been counted: closing
// time rather than the next opening, and the last instant at which no more has.
// Never when the calendars do not open often enough.
func when(stretches []stretch, d time.Duration) time.Time {
	for i, s := range stretches {
		switch {
		case s.why != "":
			continue
		case d == 0:
			// All of it was used up at the very instant at which the clock stopped,
			// which is in time, and so is every instant until it goes on.
			if at := opening(s.calendar, s.from); s.to.IsZero() || at.Before(s.to) {
				return at
			}
			continue
		case s.to.IsZero():
			return add(s.calendar, s.from, d)
		case d <= s.counted:
			at := add(s.calendar, s.from, d)
			if why := stretches[i+1].why; at.Before(s.to) || why == "" || why == Unpromised {
				return at
			}
		}
		d -= s.counted
	}
	return Never
}

func add(c *Calendar, t time.Time, d time.Duration) time.Time {
	at, err := c.Add(t, d)
	if err != nil {
		return Never
	}
	return at
}

// opening is t when the calendar is open then, else its next opening.
func opening(c *Calendar, t time.Time) time.Time {
	if at := add(c, t, 1); !at.Equal(Never) {
		return at.Add(-1)
	}
	return Never
}
