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
	// Update runs, after the first response, from each public answer of ours to the
	// next, whoever wrote last, until the incident is resolved: one cycle for each.
	Update Name = "update"
	// Workaround runs from the report until the customer can work again, however
	// provisionally, or the incident is resolved.
	Workaround Name = "workaround"
	// Resolution runs from the report until the incident is resolved; a
	// reopening opens a new cycle, as the contract's Reopening says.
	Resolution Name = "resolution"
)

// Names lists the commitments in the order in which people read them.
var Names = []Name{FirstResponse, NextResponse, Update, Workaround, Resolution}

// Request is what a customer asks for. The zero Request is a Failure.
type Request string

// The kinds of requests.
const (
	Failure        Request = "failure"
	Question       Request = "question"
	ServiceRequest Request = "request"
)

// Requests lists the kinds of requests.
var Requests = []Request{Failure, Question, ServiceRequest}

// WaitingOn says for whom an incident waits.
type WaitingOn string

// The parties that an incident can wait for.
const (
	Customer   WaitingOn = "waiting_customer"
	ThirdParty WaitingOn = "waiting_third_party"
	// Development: the work goes on in the development tracker.
	Development WaitingOn = "in_development"
)

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

	RequestIs       Kind = "request"          // Request is set
	Confirmed       Kind = "confirmed"        // one of us confirmed the report: see StartConfirmed
	WorkaroundGiven Kind = "workaround"       // the customer can work again
	ContractIs      Kind = "contract"         // Contract is set: from now on the incident is another customer's
	TeamIs          Kind = "team"             // Team is set, and Was
	ExcuseGiven     Kind = "excused"          // Excuse is set
	ExcuseWithdrawn Kind = "excuse_withdrawn" // Excuse.Name and Excuse.Cycle are set
)

// Fact is one thing that happened to an incident. At is the UTC instant at
// which it happened, not the one at which it became known.
type Fact struct {
	At       time.Time
	Kind     Kind
	Severity Severity
	On       WaitingOn
	Request  Request
	// Contract is the one from then on; nil: nothing is promised any more.
	Contract *Contract
	// Team has the incident from then on; Was is the team that had it before, ""
	// where that is not known.
	Team, Was string
	Excuse    Excuse
	// Seq orders messages, changes of state (Waiting, Resumed, Resolved, Reopened) and of
	// severity that happened at the same instant: the order in which they were
	// recorded, 0 where that is not known.
	Seq int64
}

// Excuse is the agreement that a commitment that was broken does not count.
type Excuse struct {
	Name  Name
	Cycle int
	// Team is the key of the team whose own clock it is; "" for the customer's.
	Team string
	// Reason is told in words, By is who asked for it, ApprovedBy who agreed: an
	// excuse that nobody has approved excuses nothing.
	Reason, By, ApprovedBy string
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
	// Origin is the instant from which business time is counted: earlier than
	// Started where an earlier cycle's time counts on, later where one of us had to
	// confirm first.
	Origin time.Time
	// Due is the last instant that is still in time. Of a paused clock: what it
	// would be if it resumed at the instant of the computation. Never when the
	// calendar does not open often enough.
	Due time.Time
	// Elapsed is the business time counted so far.
	Elapsed time.Duration
	State   State
	// Stopped is the zero instant while the clock runs or is paused.
	Stopped time.Time
	// Shares are the shares of the target at which people are warned, ascending; a
	// warning when some time is left is the share that makes that of the target.
	// Warnings are their instants, as Due, of a clock that is open.
	Warnings []time.Time
	Shares   []float64
	// Reclassified: a change of severity put the due instant in the past at
	// the moment of the change.
	Reclassified bool
	// Excuse says why a breach does not count; nil unless the state is Excused.
	Excuse *Excuse
}

// Outcome is what came of a commitment.
type Outcome string

// The outcomes. A clock that is open and in time has none: "".
const (
	WasMet       Outcome = "met"
	WasMetLate   Outcome = "met_late" // done, after it was due
	WasBreached  Outcome = "breached" // was due, and is not done
	WasExcused   Outcome = "excused"
	WasCancelled Outcome = "cancelled"
)

// Outcome is what came of the commitment so far.
func (c Clock) Outcome() Outcome {
	switch c.State {
	case Met:
		return WasMet
	case Breached:
		if c.Open() {
			return WasBreached
		}
		return WasMetLate
	case Excused:
		return WasExcused
	case CancelledOff:
		return WasCancelled
	}
	return ""
}

// Late is the business time that was used beyond the target; zero when there is
// none.
func (c Clock) Late() time.Duration { return max(c.Elapsed-c.Target, 0) }

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
