package oncall

import "time"

// Step is one rung of an escalation policy. Exactly one of Schedule, Person,
// and Channel says whom it reaches; "team" in each stands for the incident's team.
type Step struct {
	Schedule string // a schedule's name; TeamSchedule is the incident's team's own
	Person   string
	Channel  bool // the incident's team's channel
	// After is how long the step before it may stay without acknowledgement
	// (wall time); of the first step it is how long after the cause.
	After time.Duration
}

// TeamSchedule as a Step's Schedule stands for the schedule of the incident's team.
const TeamSchedule = "team"

// Policy is an escalation policy: its steps in order, the whole run through
// 1+Repeat times.
type Policy struct {
	Name   string
	Steps  []Step
	Repeat int
	// RepeatAfter is the wait between the last step and the first of the next round.
	RepeatAfter time.Duration
}

// Position is a place in the run of a policy: the index of a step and the
// round, both from 0.
type Position struct{ Step, Round int }

// Start is where every run begins. The first step's After is the wait for it.
func (p *Policy) Start() Position { return Position{} }

// Step is the step at the position; false when the policy has none there.
func (p *Policy) Step(pos Position) (Step, bool) {
	if p == nil || pos.Step < 0 || pos.Step >= len(p.Steps) || pos.Round < 0 || pos.Round > p.Repeat {
		return Step{}, false
	}
	return p.Steps[pos.Step], true
}

// Next is the position after pos and how long pos may stay without
// acknowledgement before it. After the last step of the last round there is
// none, and so it is for a position that the policy does not have: it may have
// been shortened while it ran.
func (p *Policy) Next(pos Position) (next Position, wait time.Duration, ok bool) {
	if _, ok := p.Step(pos); !ok {
		return Position{}, 0, false
	}
	if pos.Step+1 < len(p.Steps) {
		next = Position{pos.Step + 1, pos.Round}
		return next, p.Steps[next.Step].After, true
	}
	if pos.Round < p.Repeat {
		return Position{0, pos.Round + 1}, p.RepeatAfter, true
	}
	return Position{}, 0, false
}
