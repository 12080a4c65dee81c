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
	y, n     int // where it begins, as in a place
}

// tally is the time of a track's open cycle, counted from the origin of what is laid
// of it to an instant.
type tally struct {
	rule Changes
	at   time.Time
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
	origin    time.Time
	terms     *Terms
	calendar  *Calendar // nil: nothing was laid
	stretches []stretch
	reach
	// tail is the place of the last stretch's beginning.
	tail place
	// written are how many of the stretches the track's ledger tells already.
	written int
}

// reach is how far a track's time is laid.
type reach struct {
	cursor  time.Time
	elapsed time.Duration // what the stretches up to the cursor count
	blocks  int           // how many of the story's have been laid
}

// count counts from the origin up to the instant.
func (t *track) count(r *story, rule Changes, origin, at time.Time) {
	t.rule, t.at = rule, at
	l := &t.laid
	terms, calendar := r.eras[r.era].terms, t.calendar(r, r.era)
	if l.calendar != calendar || l.terms != terms || !l.origin.Equal(origin) {
		l.origin, l.terms, l.calendar, l.stretches, l.written = origin, terms, calendar, l.stretches[:0], 0
		l.cursor, l.elapsed, l.blocks = origin, 0, t.cycle.skip
		t.layPast(r, l)
	}
	if !t.unconfirmed(r, r.era) { // else how long it lasts is still to be seen
		t.await(r, l, r.era, time.Time{})
		t.lay(r, l, r.era, time.Time{}, r.over())
	}
	settled, reached := len(l.stretches), l.reach
	t.await(r, l, r.era, time.Time{})
	t.lay(r, l, r.era, time.Time{}, len(r.blocks))
	t.add(l, calendar, time.Time{})
	t.stretches, t.elapsed = l.stretches, l.elapsed
	l.stretches, l.reach = l.stretches[:settled], reached
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
func (t *track) layPast(r *story, l *laid) {
	if t.rule != Recompute {
		t.layEras(r, l, r.eraOf(t.laid.origin), r.era)
	}
}

// layEras lays the eras from one to another, without that.
func (t *track) layEras(r *story, l *laid, first, last int) {
	for e := first; e < last; e++ {
		to := r.eras[e+1].from
		if _, ok := t.promisedIn(r, e); ok {
			t.await(r, l, e, to)
			t.lay(r, l, e, to, len(r.blocks))
			t.add(l, t.calendar(r, e), to)
		} else {
			l.skip(to, Unpromised, nil)
		}
		l.cursor = to
	}
}

// calendar is the one in which an era counts: where all is counted by what is in
// force, as its version of then would always have had it.
func (t *track) calendar(r *story, e int) *Calendar {
	promise, _ := t.promisedIn(r, e)
	c := promise.Calendar
	switch {
	case t.rule != Recompute:
		return c
	case r.contract.rule() == Recompute:
		return c.asOf(r.eras[e].from)
	}
	return c.asOf(later(r.eras[e].from, t.at))
}

// unconfirmed reports whether an era still waits for a confirmation. Where all is
// counted by what is in force there is no clock before it.
func (t *track) unconfirmed(r *story, e int) bool {
	promise, ok := t.promisedIn(r, e)
	return ok && t.rule != Recompute && promise.Start == StartConfirmed && r.confirmed.IsZero()
}

// await lays the time for which an era, up to an instant (zero: all of it), waited
// for a confirmation. One that has not come is taken to come when the tally does,
// and under terms to come when those are in force.
func (t *track) await(r *story, l *laid, e int, to time.Time) {
	promise, _ := t.promisedIn(r, e)
	if t.rule == Recompute || promise.Start != StartConfirmed {
		return
	}
	until := r.confirmed
	switch {
	case !until.IsZero():
	case e < r.era:
		until = to
	case e == r.era:
		until = t.at
	}
	if !to.IsZero() {
		until = earlier(until, to)
	}
	if l.cursor.Before(until) {
		l.skip(until, Unconfirmed, t.calendar(r, e))
	}
}

// lay lays the blocks before the given one, as far as they begin before an
// instant (zero: all), by the terms of an era. A block that has not ended is
// taken to end when the tally does.
func (t *track) lay(r *story, l *laid, e int, to time.Time, before int) {
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
		case !to.IsZero() && !t.at.Before(to):
			beyond, b.to = true, to
		default:
			b.to = later(t.at, b.from)
		}
		if r.stops(r.eras[e].terms, b.why, t.name) && !b.to.Before(l.cursor) {
			calendar := t.calendar(r, e)
			if l.cursor.Before(b.from) {
				t.add(l, calendar, b.from)
			}
			l.skip(b.to, b.why, calendar)
		}
		if beyond {
			return // it goes on in the next era
		}
	}
}

// add lays the time from the cursor on, up to an instant, or the last of it.
func (t *track) add(l *laid, c *Calendar, to time.Time) {
	until := to
	if until.IsZero() {
		until = later(t.at, l.cursor)
	} else if !l.cursor.Before(until) {
		return
	}
	l.tail.find(c, l.cursor)
	end := place{of: c, year: l.tail.year, y: l.tail.y}
	end.find(c, until)
	counted := l.tail.until(&end)
	l.stretches = append(l.stretches, stretch{to: to, calendar: c, counted: counted, y: l.tail.y, n: l.tail.n})
	l.elapsed, l.cursor = l.elapsed+counted, until
}

// skip lays time that is not counted.
func (l *laid) skip(to time.Time, why Why, c *Calendar) {
	l.stretches = append(l.stretches, stretch{to: to, why: why, calendar: c})
	l.cursor = to
}

// paused reports whether the clock stands still at the instant.
func (t *track) paused(r *story) bool {
	return t.unconfirmed(r, r.era) || r.over() < len(r.blocks) && r.stops(r.eras[r.era].terms, r.blocks[len(r.blocks)-1].why, t.name)
}

// used is the last instant at which no more than the share of the target has been
// counted, as if the terms in force stayed.
func (t *track) used(of float64) time.Time {
	d, l := part(t.promise.Within, of), &t.laid
	if d > l.elapsed {
		return when(l.cursor, t.stretches[len(l.stretches):], &l.tail, d-l.elapsed)
	}
	return when(l.origin, t.stretches, &l.tail, d)
}

// due is used of the whole target, but that terms that will be in force by then
// count from when they are.
func (t *track) due(r *story) time.Time {
	at := t.used(1)
	if r.changing() {
		if o, ok := t.ahead(r, at); ok {
			return o.due
		}
	}
	return at
}

// outlook is how an open cycle is counted by terms that are to come, if nothing
// happens until then.
type outlook struct {
	from    time.Time // when they come into force
	promise *Commitment
	origin  time.Time
	laid    laid
	due     time.Time
}

// ahead is how the cycle, which would be due at an instant by the terms in force (Never
// of one that has not begun), is counted by those that will be when it is due; false
// when these are the same.
func (t *track) ahead(r *story, at time.Time) (out outlook, ok bool) {
	_, begun := t.begins(r, t.rule)
	idle := !begun // by the terms in force
	for e := r.era + 1; e < len(r.eras) && !at.Before(r.eras[e].from); e++ {
		promise, promised := t.promisedIn(r, e)
		origin := t.laid.origin
		switch {
		case promised && t.rule == Recompute:
			origin, promised = t.beginsBy(r, promise)
		case promised && idle:
			origin, promised = r.begun(promise, later(t.cycle.origin, r.eras[e].from))
		}
		if !promised && idle {
			continue
		}
		if !promised {
			break // then it will be cancelled
		}
		idle = false
		out = outlook{from: r.eras[e].from, promise: promise, origin: origin, laid: t.layAhead(r, e, origin)}
		at = later(out.used(1), out.from)
		out.due, ok = at, true
	}
	return out, ok
}

// used is the last instant at which no more than the share of the target will have
// been counted.
func (o *outlook) used(of float64) time.Time {
	return when(o.origin, o.laid.stretches, &o.laid.tail, part(o.promise.Within, of))
}

// layAhead is what will be laid from the origin on in an era to come, if nothing
// happens.
func (t *track) layAhead(r *story, e int, origin time.Time) laid {
	l := laid{reach: reach{cursor: origin, blocks: t.cycle.skip}}
	if t.rule != Recompute {
		t.layEras(r, &l, r.eraOf(origin), e)
	}
	t.await(r, &l, e, time.Time{})
	t.lay(r, &l, e, time.Time{}, len(r.blocks))
	t.add(&l, t.calendar(r, e), time.Time{})
	return l
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
// instant at which no more has. The last of them has no end, and begins at the tail.
// Never when the calendars do not open often enough.
func when(from time.Time, stretches []stretch, tail *place, d time.Duration) time.Time {
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
			if at, ok := tail.after(d); ok {
				return at
			}
			return Never
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
