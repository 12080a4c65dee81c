package sla

import (
	"slices"
	"time"
)

// Warning is a moment before a commitment is broken at which people are told:
// exactly one of its fields is set.
type Warning struct {
	// Share of the target that has gone by, in (0, 1).
	Share float64
	// Left is how much business time is left.
	Left time.Duration
}

// Start says from when a commitment is counted.
type Start string

// The starts of commitments. The zero Start is StartReported.
const (
	StartReported Start = "reported"
	// StartConfirmed: not before one of us has confirmed the report.
	StartConfirmed Start = "confirmed"
)

// Commitment is one promise of a level.
type Commitment struct {
	// Within is the business time allowed; zero: nothing is promised.
	Within time.Duration
	// Calendar in which it is counted; nil: the level's.
	Calendar *Calendar
	// Warnings, ascending; nil: those of the terms.
	Warnings []Warning
	Start    Start
}

// Level is what a contract promises at one severity.
type Level struct {
	// Calendar of the commitments that name none.
	Calendar                                                    *Calendar
	FirstResponse, NextResponse, Update, Workaround, Resolution Commitment
}

// Of is the commitment of the name.
func (l *Level) Of(n Name) Commitment {
	switch n {
	case FirstResponse:
		return l.FirstResponse
	case NextResponse:
		return l.NextResponse
	case Update:
		return l.Update
	case Workaround:
		return l.Workaround
	case Resolution:
		return l.Resolution
	}
	return Commitment{}
}

// Target is the business time that the level allows for the named commitment;
// zero means that nothing is promised.
func (l *Level) Target(n Name) time.Duration { return l.Of(n).Within }

// Terms is what a contract says from a day on.
type Terms struct {
	// From is the first instant at which they are in force; zero: from ever.
	From time.Time
	// Levels holds the promises per severity; a severity that is absent has none.
	Levels map[Severity]Level
	// Kinds holds the promises for kinds of requests that have their own: for
	// those, in the place of Levels.
	Kinds map[Request]map[Severity]Level
	// Pauses says which clocks stand still while the incident waits.
	Pauses map[WaitingOn][]Name
	// Warnings of the commitments that name none, ascending.
	Warnings []Warning
}

// Promised is the commitment that the terms hold, with its calendar and
// warnings; false when they promise nothing there.
func (t *Terms) Promised(r Request, s Severity, n Name) (Commitment, bool) {
	if t == nil {
		return Commitment{}, false
	}
	levels := t.Levels
	if own, ok := t.Kinds[r]; ok {
		levels = own
	}
	level, ok := levels[s]
	if !ok {
		return Commitment{}, false
	}
	c := level.Of(n)
	if c.Calendar == nil {
		c.Calendar = level.Calendar
	}
	if c.Warnings == nil {
		c.Warnings = t.Warnings
	}
	return c, c.Calendar != nil && c.Within > 0
}

// Stops reports whether the named clocks stand still while the incident waits.
func (t *Terms) Stops(on WaitingOn, n Name) bool {
	return t != nil && slices.Contains(t.Pauses[on], n)
}

// Changes says what becomes of clocks that run when a contract changes.
type Changes string

// The rules for changes. The zero Changes is Piecewise.
const (
	// Piecewise: what was counted stays counted as it was; from the change on it is
	// counted by the new terms, towards the new target.
	Piecewise Changes = "from_now"
	// Recompute: everything is counted by the new terms, from the start.
	Recompute Changes = "from_start"
)

// ReopenMode says what becomes of the resolution of a reopened incident.
type ReopenMode string

// The modes of reopening. The zero ReopenMode is Continue.
const (
	Continue ReopenMode = "continue" // it goes on counting; the solved time is a pause
	Restart  ReopenMode = "restart"  // it is counted anew, from the reopening
)

// Reopening is what a contract says of incidents that come back.
type Reopening struct {
	Mode ReopenMode
	// NewAfter is how long after its resolution an incident can be reopened; later
	// it is another incident. Zero: always.
	NewAfter time.Duration
}

// Anew reports whether what comes back now is another incident than the one
// that was resolved then.
func (r Reopening) Anew(resolved, now time.Time) bool {
	return r.NewAfter > 0 && now.Sub(resolved) > r.NewAfter
}

// Contract is the service level agreed with a customer, or the internal target
// of a team.
type Contract struct {
	Name string
	// Terms are those that have been and will be in force, ascending.
	Terms     []Terms
	Changes   Changes
	Reopening Reopening
}

// At is what is in force at the instant; nil when nothing is yet.
func (c *Contract) At(t time.Time) *Terms {
	if c == nil {
		return nil
	}
	for i := len(c.Terms) - 1; i >= 0; i-- {
		if !c.Terms[i].From.After(t) {
			return &c.Terms[i]
		}
	}
	return nil
}

// name is the contract's, "" of none.
func (c *Contract) name() string {
	if c == nil {
		return ""
	}
	return c.Name
}

// rule is what becomes of clocks that run when it comes into force.
func (c *Contract) rule() Changes {
	if c != nil && c.Changes == Recompute {
		return Recompute
	}
	return Piecewise
}

// restarts reports whether a reopened incident is counted anew.
func (c *Contract) restarts() bool { return c != nil && c.Reopening.Mode == Restart }

// shares are the shares of the target at which people are warned, ascending. A
// time left that is not within the target warns of nothing.
func (c Commitment) shares() []float64 {
	out := make([]float64, 0, len(c.Warnings))
	for _, w := range c.Warnings {
		of := w.Share
		if w.Left > 0 {
			of = 1 - float64(w.Left)/float64(c.Within)
		}
		if of > 0 && of < 1 {
			out = append(out, of)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// share is the given part of a target, to the nanosecond.
func share(target time.Duration, of float64) time.Duration {
	return time.Duration(float64(target)*of + 0.5)
}
