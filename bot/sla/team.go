package sla

import "time"

// TeamClocks are the clocks of a team's own target, on the same history: only
// time during which the team has the incident counts, and none during which
// anybody else is waited for, unless the terms have Pauses that say otherwise. A
// clock begins when the team gets the incident; there is none of what was over
// before. What is told of Compute holds.
func TeamClocks(ola *Contract, team string, facts []Fact, now time.Time) []Clock {
	clocks, _ := countTeam(ola, team, facts, now, false)
	return clocks
}

// ExplainTeam is TeamClocks with each clock's arithmetic.
func ExplainTeam(ola *Contract, team string, facts []Fact, now time.Time) []Explanation {
	_, how := countTeam(ola, team, facts, now, true)
	return how
}

// countTeam is count for the clocks of a team.
func countTeam(ola *Contract, team string, facts []Fact, now time.Time, explains bool) ([]Clock, []Explanation) {
	known := knownAt(facts, now)
	var r story
	if !r.begin(ola, known) {
		return nil, nil
	}
	if explains {
		r.explain(now)
	}
	r.home, r.team = team, firstTeam(known, team)
	r.tell(withoutContracts(known), now.UTC())
	clocks, how := r.told()
	excuse(clocks, team, known)
	return clocks, how
}

// firstTeam is the team that had the incident at first: as is known, or else it
// was always the given one.
func firstTeam(facts []Fact, otherwise string) string {
	for _, f := range facts {
		if f.Kind == TeamIs {
			return f.Was
		}
	}
	return otherwise
}

// withoutContracts leaves out the customers' contracts, which are not the team's.
func withoutContracts(facts []Fact) []Fact {
	out := make([]Fact, 0, len(facts))
	for _, f := range facts {
		if f.Kind != ContractIs {
			out = append(out, f)
		}
	}
	return out
}

// Holding is how long one party had the incident.
type Holding struct {
	// On is the party waited for; "": it was a team's turn.
	On WaitingOn
	// Team is its key where On is "".
	Team string
	Time time.Duration
}

// Holders tells apart who had the incident, in the hours in which it is to be
// resolved, or else answered, by the contract that it began under, as Compute counts
// them: each team, and the customer, a third party and development while they were
// waited for, in the order in which they first had it. The time in which it was
// resolved is nobody's, nor that in which nothing was promised. team is the one that
// has it where no fact says so.
func Holders(c *Contract, team string, facts []Fact, now time.Time) []Holding {
	known := knownAt(facts, now)
	var r story
	if !r.begin(c, known) {
		return nil
	}
	defer r.release()
	r.team = firstTeam(known, team)
	var parts []holdingPart
	from := r.start
	add := func(to time.Time) {
		p := holdingPart{Holding: Holding{On: r.waiting}, terms: r.eras[r.era].terms, from: from, to: to}
		if p.On == "" {
			p.Team = r.team
		}
		if from.Before(to) && !r.resolved && !r.cancelled {
			parts = append(parts, p)
		}
		from = to
	}
	until := func(at time.Time) {
		for r.changing() && !r.eras[r.era+1].from.After(at) {
			change := r.eras[r.era+1].from
			add(later(from, change))
			r.advance(change)
			if r.cancelled {
				break
			}
		}
		add(at)
	}
	for i := range known {
		f := &known[i]
		if at := f.At.UTC(); !at.Before(r.start) {
			until(at)
			r.apply(f, at)
		}
	}
	until(now.UTC())
	var out []Holding
	for _, p := range parts {
		if c := r.hours(p.terms); c != nil {
			out = hold(out, p.Holding, c.Between(p.from, p.to))
		}
	}
	return out
}

// holdingPart is a time in which one party had the incident, under the same terms.
type holdingPart struct {
	Holding
	terms    *Terms
	from, to time.Time
}

// hours is the calendar in which terms count an incident as it is now; nil when they
// promise nothing. Where all is counted by what is in force, it is that of those.
func (r *story) hours(terms *Terms) *Calendar {
	recompute := r.contract.rule() == Recompute
	if recompute {
		terms = r.eras[r.era].terms
	}
	for _, n := range []Name{Resolution, FirstResponse, NextResponse} {
		if c, ok := terms.Promised(r.request, r.severity, n); ok && recompute {
			return c.Calendar.asOf(r.eras[r.era].from)
		} else if ok {
			return c.Calendar
		}
	}
	return nil
}

func hold(all []Holding, h Holding, d time.Duration) []Holding {
	for i := range all {
		if all[i].On == h.On && all[i].Team == h.Team {
			all[i].Time += d
			return all
		}
	}
	h.Time = d
	return append(all, h)
}
