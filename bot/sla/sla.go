// Package sla is the arithmetic of commitments: calendars of business hours,
// contracts with their targets, and the clocks of one incident computed from
// what happened to it. It is pure: no clock of its own, no storage, no
// configuration file. The same facts always give the same answer, in
// whatever order they became known.
package sla

import "time"

// Severity is how badly the customer is hurt: critical, high, normal or low.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Normal   Severity = "normal"
	Low      Severity = "low"
)

// Severities lists every severity, worst first.
var Severities = []Severity{Critical, High, Normal, Low}

// Name names one commitment of a contract.
type Name string

// The commitments that a contract can hold.
const (
	// FirstResponse runs from the report to the first public answer of an agent.
	FirstResponse Name = "first_response"
	// NextResponse runs, after the first response, from the oldest unanswered
	// customer message to an agent's public answer: one cycle for each.
	NextResponse Name = "next_response"
	// Resolution runs from the report until the incident is resolved; a
	// reopening opens a new cycle in which the solved time is a pause.
	Resolution Name = "resolution"
)

// Names lists the commitments in the order in which people read them.
var Names = []Name{FirstResponse, NextResponse, Resolution}

// WaitingOn says for whom an incident waits.
type WaitingOn string

// The parties that an incident can wait for.
const (
	Customer   WaitingOn = "waiting_customer"
	ThirdParty WaitingOn = "waiting_third_party"
	// Development: the work goes on in the development tracker.
	Development WaitingOn = "in_development"
)

// Level is what a contract promises at one severity. A target of zero is
// "none": no such clock.
type Level struct {
	Calendar      *Calendar
	FirstResponse time.Duration
	NextResponse  time.Duration
	Resolution    time.Duration
}

// Target is the business time that the level allows for the named commitment;
// zero means that nothing is promised.
func (l Level) Target(n Name) time.Duration {
	switch n {
	case FirstResponse:
		return l.FirstResponse
	case NextResponse:
		return l.NextResponse
	case Resolution:
		return l.Resolution
	}
	return 0
}

// Contract is the service level agreed with a customer.
type Contract struct {
	Name string
	// Levels holds the promises per severity; a severity that is absent has none.
	Levels map[Severity]Level
	// Pauses says which clocks stand still while the incident waits.
	Pauses map[WaitingOn][]Name
	// Warnings are the shares of a target, each in (0, 1), at which people are
	// warned, ascending.
	Warnings []float64
}

// Kind says what a fact states.
type Kind string

// The kinds of facts that move clocks. Whatever is not in this list (notes,
// reactions, the bot's own messages) moves none.
const (
	Reported      Kind = "reported"       // Severity is set
	CustomerWrote Kind = "customer_wrote" // a message that asks for an answer
	AgentWrote    Kind = "agent_wrote"    // a public answer by a person
	SeverityIs    Kind = "severity"       // Severity is set
	Waiting       Kind = "waiting"        // On is set
	Resumed       Kind = "resumed"
	Resolved      Kind = "resolved"
	Reopened      Kind = "reopened"
	Cancelled     Kind = "cancelled" // cancelled, merged, not an incident: open clocks end without a verdict
)

// Fact is one thing that happened to an incident. At is the UTC instant at
// which it happened, not the one at which it became known.
type Fact struct {
	At       time.Time
	Kind     Kind
	Severity Severity
	On       WaitingOn
	// Seq orders messages, changes of state (Waiting, Resumed, Resolved, Reopened) and of
	// severity that happened at the same instant: the order in which they were
	// recorded, 0 where that is not known.
	Seq int64
}

// State of a clock.
type State string

// The states. A breached clock with no StoppedAt runs on after its breach.
const (
	Running      State = "running"
	Paused       State = "paused"
	Met          State = "met"
	Breached     State = "breached"
	CancelledOff State = "cancelled"
	Excused      State = "excused"
)

// Clock is one commitment's state at an instant.
type Clock struct {
	Name Name
	// Cycle counts from 1 within its name.
	Cycle int
	// Target is the business time allowed by the severity in force (for a
	// stopped clock: in force when it stopped).
	Target time.Duration
	// Started is the instant at which the cycle began.
	Started time.Time
	// Due is the last instant that is still in time. Of a paused clock: what it
	// would be if it resumed at the instant of the computation. Never when the
	// calendar does not open often enough.
	Due time.Time
	// Elapsed is the business time counted so far.
	Elapsed time.Duration
	State   State
	// Stopped is the zero instant while the clock runs or is paused.
	Stopped time.Time
	// Warnings are the instants of the contract's warning shares, as Due; Shares
	// are those shares.
	Warnings []time.Time
	Shares   []float64
	// Reclassified: a change of severity put the due instant in the past at
	// the moment of the change.
	Reclassified bool
}

// Open reports whether the clock has not been stopped: it runs, is paused, or
// runs on after its breach.
func (c Clock) Open() bool { return c.Stopped.IsZero() }

// Mark is an instant at which something about a running clock has to be looked
// at: a share of its target, or at 1 all of it, has been used up. At the mark
// of 1 itself the clock is still in time; it is breached at any instant after.
type Mark struct {
	At    time.Time
	Share float64
}

// Marks are the marks of a clock that runs, ascending, those already passed
// included. A clock that is paused, stopped, or breached has none, nor has a
// mark that never comes.
func (c Clock) Marks() []Mark {
	if c.State != Running {
		return nil
	}
	var out []Mark
	for i, at := range c.Warnings {
		if i < len(c.Shares) && at.Before(Never) {
			out = append(out, Mark{at, c.Shares[i]})
		}
	}
	if c.Due.Before(Never) {
		out = append(out, Mark{c.Due, 1})
	}
	return out
}
