package sla

import "time"

// stretch is a time during which a clock stands still. A zero end: it still
// does.
type stretch struct{ from, to time.Time }

// count is business time counted from an origin to an instant, less pauses.
type count struct {
	calendar *Calendar
	origin   time.Time
	at       time.Time
	// pauses are in order and apart; none is over by the origin or begins after
	// at, and the last may go on.
	pauses []stretch
}

// elapsed is the business time counted.
func (c count) elapsed() time.Duration {
	var sum time.Duration
	from := c.origin
	for _, p := range c.pauses {
		if from.Before(p.from) {
			sum += c.calendar.Between(from, p.from)
		}
		from = c.end(p)
	}
	return sum + c.calendar.Between(from, c.at)
}

// when is the instant at which d, more than nothing, has been counted: closing
// time rather than the next opening, and the last instant at which no more has.
// A pause that goes on is taken to end at c.at. Never when the calendar does
// not open often enough.
func (c count) when(d time.Duration) time.Time {
	from := c.origin
	for _, p := range c.pauses {
		if from.Before(p.from) {
			active := c.calendar.Between(from, p.from)
			if d <= active {
				at := c.add(from, d)
				if at.Before(p.from) {
					return at
				}
				// All of it is used up at the very instant of the pause, which is
				// still in time, and so is every instant of the pause.
			}
			d -= active
		}
		from = c.end(p)
	}
	if d == 0 {
		return c.opening(from)
	}
	return c.add(from, d)
}

func (c count) end(p stretch) time.Time {
	if p.to.IsZero() {
		return c.at
	}
	return p.to
}

func (c count) add(t time.Time, d time.Duration) time.Time {
	at, err := c.calendar.Add(t, d)
	if err != nil {
		return Never
	}
	return at
}

// opening is t when the calendar is open then, else its next opening.
func (c count) opening(t time.Time) time.Time {
	if at := c.add(t, 1); !at.Equal(Never) {
		return at.Add(-1)
	}
	return Never
}
