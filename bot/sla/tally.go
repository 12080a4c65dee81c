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
	// Unconfirmed: the terms in force then waited for a confirmation.
	Unconfirmed Why = "unconfirmed"
	// Given: somebody said so who tried the arithmetic.
	Given Why = "given"
)

// stretch is a part of a cycle's time that is counted in one way: in a calendar,
// or, where why is set, not at all.
type stretch struct {
	to       time.Time // from the end of the one before; zero: until further notice
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
	// stretches are the time as it is seen in the era in force, in order and
	// without gaps; only the last has no end, and it is counted.
	stretches []stretch
	// elapsed is the business time counted.
	elapsed time.Duration
}

// laid are the first stretches of a track's time: those that no fact to come can
// change, as long as the same terms count them in the same calendar. An incident
// that is reopened often would otherwise be counted from its start each time.
type laid struct {
	origin   time.Time
	terms    *Terms
	calendar *Calendar // nil: nothing was laid
	stretches []stretch
	reach
	// written are how many of the stretches the track's ledger tells already.
	written int
}

// reach is how far a track's time is laid.
type reach struct {
	cursor  time.Time
	elapsed time.Duration // what the stretches up to the cursor count
	blocks  int           // how many of the story's have been laid
}

// tally counts up to the instant.
func (t *track) tally(r *story, rule Changes, origin, at time.Time) tally {
	n := tally{story: r, track: t, rule: rule, origin: origin, at: at}
	l := &t.laid
	terms, calendar := r.eras[r.era].terms, n.calendar(r.era)
	if l.calendar != calendar || l.terms != terms || !l.origin.Equal(origin) {
		*l = laid{
			origin: origin, terms: terms, calendar: calendar,
			reach: reach{cursor: origin, blocks: t.cycle.skip}, stretches: l.stretches[:0],
		}
		n.layPast(l)
	}
	if !n.unconfirmed(r.era) { // else how long it lasts is still to be seen
		n.await(l, r.era, time.Time{})
		n.lay(l, r.era, time.Time{}, r.over())
	}
	settled, reached := len(l.stretches), l.reach
	n.await(l, r.era, time.Time{})
	n.lay(l, r.era, time.Time{}, len(r.blocks))
	n.count(l, calendar, time.Time{})
	n.stretches, n.elapsed = l.stretches, l.elapsed
	l.stretches, l.reach = l.stretches[:settled], reached
	return n
}

// over is how many of the blocks have ended.
func (r *story) over() int {
	n := len(r.blocks)
	if n > 0 && r.blocks[n-1].to.IsZero() {
		n--
	}
	return n
}

// layPast lays the eras before the one in force, where the rule is that they
// count as they did.
func (n *tally) layPast(l *laid) {
	r := n.story
	if n.rule != Recompute {
		n.layEras(l, r.eraOf(n.origin), r.era)
	}
}

// layEras lays the eras from one to another, without that.
func (n *tally) layEras(l *laid, first, last int) {
	for e := first; e < last; e++ {
		to := n.story.eras[e+1].from
		if _, ok := n.track.promisedIn(n.story, e); ok {
			n.await(l, e, to)
			n.lay(l, e, to, len(n.story.blocks))
			n.count(l, n.calendar(e), to)
		} else {
			l.stretches = append(l.stretches, stretch{to: to, why: Unpromised})
		}
		l.cursor = to
	}
}

// calendar is the one in which an era counts: where all is counted by what is in
// force, as its version of then would always have had it.
func (n *tally) calendar(e int) *Calendar {
	r := n.story
	promise, _ := n.track.promisedIn(r, e)
	c := promise.Calendar
	switch {
	case n.rule != Recompute:
		return c
	case r.contract.rule() == Recompute:
		return c.asOf(r.eras[e].from)
	}
	return c.asOf(later(r.eras[e].from, n.at))
}

// unconfirmed reports whether an era still waits for a confirmation. Where all is
// counted by what is in force there is no clock before it.
func (n *tally) unconfirmed(e int) bool {
	promise, ok := n.track.promisedIn(n.story, e)
	return ok && n.rule != Recompute && promise.Start == StartConfirmed && n.story.confirmed.IsZero()
}

// await lays the time for which an era, up to an instant (zero: all of it), waited
// for a confirmation. One that has not come is taken to come when the tally does,
// and under terms to come when those are in force.
func (n *tally) await(l *laid, e int, to time.Time) {
	r := n.story
	promise, _ := n.track.promisedIn(r, e)
	if n.rule == Recompute || promise.Start != StartConfirmed {
		return
	}
	until := r.confirmed
	switch {
	case !until.IsZero():
	case e < r.era:
		until = to
	case e == r.era:
		until = n.at
	}
	if !to.IsZero() {
		until = earlier(until, to)
	}
	if l.cursor.Before(until) {
		l.stretches = append(l.stretches, stretch{to: until, why: Unconfirmed, calendar: n.calendar(e)})
		l.cursor = until
	}
}

// lay lays the blocks before the given one, as far as they begin before an
// instant (zero: all), by the terms of an era. A block that has not ended is
// taken to end when the tally does.
func (n *tally) lay(l *laid, e int, to time.Time, before int) {
	r := n.story
	calendar := n.calendar(e)
	for ; l.blocks < before; l.blocks++ {
		b := r.blocks[l.blocks]
		if !to.IsZero() && !b.from.Before(to) {
			return
		}
		beyond := !to.IsZero() && b.to.After(to)
		switch {
		case beyond:
			b.to = to
		case !b.to.IsZero():
			if !b.to.After(l.cursor) {
				continue
			}
		case !to.IsZero() && !n.at.Before(to):
			beyond, b.to = true, to
		default:
			b.to = later(n.at, b.from)
		}
		if r.stops(r.eras[e].terms, b.why, n.track.name) && !b.to.Before(l.cursor) {
			if l.cursor.Before(b.from) {
				n.count(l, calendar, b.from)
			}
			l.stretches = append(l.stretches, stretch{to: b.to, why: b.why, calendar: calendar})
			l.cursor = b.to
		}
		if beyond {
			return // it goes on in the next era
		}
	}
}

// count lays the time from the cursor on, up to an instant, or the last of it.
func (n *tally) count(l *laid, c *Calendar, to time.Time) {
	until := to
	if until.IsZero() {
		until = later(n.at, l.cursor)
	} else if !l.cursor.Before(until) {
		return
	}
	s := stretch{to: to, calendar: c, counted: c.Between(l.cursor, until)}
	l.stretches, l.elapsed, l.cursor = append(l.stretches, s), l.elapsed+s.counted, until
}

// paused reports whether the clock stands still at the instant.
func (n *tally) paused() bool {
	r := n.story
	return n.unconfirmed(r.era) || r.over() < len(r.blocks) && r.stops(r.eras[r.era].terms, r.blocks[len(r.blocks)-1].why, n.track.name)
}

// used is the last instant at which no more than the share of the target has been
// counted, as if the terms in force stayed.
func (n *tally) used(of float64) time.Time {
	d, l := part(n.track.promise.Within, of), &n.track.laid
	if d > l.elapsed {
		return when(l.cursor, n.stretches[len(l.stretches):], d-l.elapsed)
	}
	return when(n.origin, n.stretches, d)
}

// reached is used, but that terms that will be in force by then count from when
// they are.
func (n *tally) reached(of float64) time.Time {
	r := n.story
	at := n.used(of)
	for e := r.era + 1; e < len(r.eras) && !at.Before(r.eras[e].from); e++ {
		promise, ok := n.track.promisedIn(r, e)
		if !ok {
			break // then it will be cancelled
		}
		at = later(when(n.origin, n.ahead(e), part(promise.Within, of)), r.eras[e].from)
	}
	return at
}

// ahead are the stretches as they will be seen in an era to come, if nothing
// happens.
func (n *tally) ahead(e int) []stretch {
	l := laid{reach: reach{cursor: n.origin, blocks: n.track.cycle.skip}}
	if n.rule != Recompute {
		n.layEras(&l, n.story.eraOf(n.origin), e)
	}
	n.await(&l, e, time.Time{})
	n.lay(&l, e, time.Time{}, len(n.story.blocks))
	n.count(&l, n.calendar(e), time.Time{})
	return l.stretches
}

// part is a share of a target, but not nothing.
func part(target time.Duration, of float64) time.Duration {
	if of == 1 {
		return target
	}
	return max(share(target, of), 1)
}

// when is the instant at which d, more than nothing, has been counted in stretches
// from an instant on: closing time rather than the next opening, and the last
// instant at which no more has. Never when the calendars do not open often enough.
func when(from time.Time, stretches []stretch, d time.Duration) time.Time {
	for i := range stretches {
		s := &stretches[i]
		switch {
		case s.why != "":
		case d == 0:
			// All of it was used up at the very instant at which the clock stopped,
			// which is in time, and so is every instant until it goes on.
			if at := opening(s.calendar, from); s.to.IsZero() || at.Before(s.to) {
				return at
			}
		case s.to.IsZero():
			return add(s.calendar, from, d)
		default:
			if d <= s.counted {
				at := add(s.calendar, from, d)
				if why := stretches[i+1].why; at.Before(s.to) || why == "" || why == Unpromised {
					return at
				}
			}
			d -= s.counted
		}
		from = s.to
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
