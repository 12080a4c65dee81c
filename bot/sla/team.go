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

// Holders tells apart who had the incident, in business time of the calendar:
// each team, and the customer, a third party and development while they were
// waited for, in the order in which they first had it. The time in which it was
// resolved is nobody's. team is the one that has it where no fact says so.
func Holders(cal *Calendar, team string, facts []Fact, now time.Time) []Holding {
	known := knownAt(facts, now)
	var r story
	if cal == nil || !r.begin(nil, known) {
		return nil
	}
	defer r.release()
	r.team = firstTeam(known, team)
	var out []Holding
	from := r.start
	add := func(to time.Time) {
		h := Holding{On: r.waiting}
		if h.On == "" {
			h.Team = r.team
		}
		if from.Before(to) && !r.resolved && !r.cancelled {
			out = hold(out, h, cal.Between(from, to))
		}
		from = to
	}
	for i := range known {
		f := &known[i]
		if at := f.At.UTC(); !at.Before(r.start) {
			add(at)
			r.apply(f, at)
		}
	}
	add(now.UTC())
	return out
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
