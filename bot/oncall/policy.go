package oncall

import (
	"slices"
	"time"

	"sereno/bot/sla"
)

// TargetKind is what a step of a policy reaches.
type TargetKind string

// The kinds of targets.
const (
	TargetSchedule TargetKind = "schedule" // whoever is on call there
	TargetPerson   TargetKind = "person"
	TargetTeam     TargetKind = "team"    // every agent of the team
	TargetChannel  TargetKind = "channel" // a team's channel
	TargetLead     TargetKind = "lead"    // a team's lead
)

// TeamsOwn as a target's name stands for the incident's team: its schedule, its
// agents, its channel, its lead.
const TeamsOwn = "team"

// Target is whom or what a step reaches.
type Target struct {
	Kind TargetKind
	// Name is a schedule's, a person's, or for the other kinds a team's key;
	// TeamsOwn is the incident's team's own (not for a person).
	Name string
}

// Condition narrows when a step counts; the zero Condition always holds. Parts
// that are given must all hold.
type Condition struct {
	Severities []sla.Severity // any of these; none given: all
	Customers  []string       // keys
	// Hours are when it holds, or with Outside when it does not; nil: always.
	Hours   *Window
	Outside bool
	// Calendar is as Hours, for whom its holidays matter; nil: always.
	Calendar *sla.Calendar
}

// Holds reports whether the step counts for an incident of the severity and
// customer at the instant.
func (c *Condition) Holds(s sla.Severity, customer string, t time.Time) bool {
	return (len(c.Severities) == 0 || slices.Contains(c.Severities, s)) &&
		(len(c.Customers) == 0 || slices.Contains(c.Customers, customer)) &&
		(c.Hours == nil || c.Hours.Contains(t) != c.Outside) &&
		(c.Calendar == nil || c.Calendar.OpenAt(t) != c.Outside)
}

// Step is one rung of an escalation policy: everybody whom it reaches is paged
// at once.
type Step struct {
	Targets []Target
	// After is how long the step before it may stay without acknowledgement
	// (wall time); of the first step it is how long after the cause.
	After time.Duration
	// Share makes the step due when this share of the commitment is used, in
	// (0, 1): set backwards from the breach; 0: due by After. In the rounds after
	// the first, where the share is long past, it waits After, or else the
	// policy's RepeatAfter.
	Share float64
	When  Condition
}

// Policy is an escalation policy: its steps in order, the whole run through
// 1+Repeat times.
type Policy struct {
	Name   string
	Steps  []Step
	Repeat int
	// RepeatAfter is the wait between the last step and the first of the next round.
	RepeatAfter time.Duration
	// AckFor is how long an acknowledgement lasts; 0: in proportion to the time
	// that is left of the commitment.
	AckFor time.Duration
	// Fallback is reached when the policy ended and nobody acknowledged; nil: the
	// company's.
	Fallback []Target
}

// Same reports whether the two policies call the same at the same times: those of
// two readings of one document do.
func (p *Policy) Same(o *Policy) bool {
	if p == o {
		return true
	}
	return p != nil && o != nil && p.Name == o.Name && p.Repeat == o.Repeat && p.RepeatAfter == o.RepeatAfter && p.AckFor == o.AckFor &&
		slices.Equal(p.Fallback, o.Fallback) && (p.Fallback == nil) == (o.Fallback == nil) && slices.EqualFunc(p.Steps, o.Steps, sameStep)
}

func sameStep(a, b Step) bool {
	return slices.Equal(a.Targets, b.Targets) && a.After == b.After && a.Share == b.Share && a.When.same(&b.When)
}

func (c *Condition) same(o *Condition) bool {
	return c.Hours.same(o.Hours) && slices.Equal(c.Severities, o.Severities) && slices.Equal(c.Customers, o.Customers) &&
		c.Outside == o.Outside && c.Calendar.Same(o.Calendar)
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
// acknowledgement before it: 0 for a step by Share in the first round, see Due.
// After the last step of the last round there is none, and so it is for a
// position that the policy does not have: it may have been shortened while it ran.
func (p *Policy) Next(pos Position) (next Position, wait time.Duration, ok bool) {
	if _, ok := p.Step(pos); !ok {
		return Position{}, 0, false
	}
	next = Position{pos.Step + 1, pos.Round}
	if next.Step == len(p.Steps) {
		next = Position{0, pos.Round + 1}
		if next.Round > p.Repeat {
			return Position{}, 0, false
		}
	}
	return next, p.wait(next), true
}

// wait is how long after the step before it the position is due.
func (p *Policy) wait(pos Position) time.Duration {
	step := p.Steps[pos.Step]
	switch {
	case pos.Round > 0 && pos.Step == 0:
		return p.RepeatAfter
	case step.Share > 0 && pos.Round == 0:
		return 0
	case step.Share > 0 && step.After == 0:
		return p.RepeatAfter
	}
	return step.After
}

// Due is when the position is to be reached, when the one before it was reached
// (or, of the first, the cause came about) at the instant since. used answers
// when a share of the commitment is used, the zero instant where there is none
// to share; a step by Share is never due before the step that precedes it.
func (p *Policy) Due(pos Position, since time.Time, used func(share float64) time.Time) time.Time {
	step, ok := p.Step(pos)
	if !ok {
		return since
	}
	if step.Share > 0 && pos.Round == 0 && used != nil {
		if at := used(step.Share); !at.IsZero() {
			return latest(since, at)
		}
	}
	if step.Share > 0 && pos.Round == 0 { // no commitment: as in the later rounds
		if pos.Step == 0 {
			return since.Add(step.After)
		}
		return since.Add(p.wait(Position{pos.Step, 1}))
	}
	return since.Add(p.wait(pos))
}

// Length is how long all rounds take by their delays, from the cause to the last
// step of the last round; steps by Share count as no delay in the first.
func (p *Policy) Length() time.Duration {
	var sum time.Duration
	pos := p.Start()
	if _, ok := p.Step(pos); !ok {
		return 0
	}
	sum = p.wait(pos)
	for {
		next, wait, ok := p.Next(pos)
		if !ok {
			return sum
		}
		sum += wait
		pos = next
	}
}

// FirstRound is how much of a commitment of the length target is used when the
// first round has reached its last step, when the paging begins with begun of it
// used and every step counts.
func (p *Policy) FirstRound(target, begun time.Duration) time.Duration {
	at := begun
	for i, step := range p.Steps {
		if step.Share > 0 {
			at = max(at, time.Duration(step.Share*float64(target)))
		} else {
			at += p.wait(Position{Step: i})
		}
	}
	return at
}
