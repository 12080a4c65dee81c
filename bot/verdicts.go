package bot

import (
	"cmp"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
)

// standing is where an incident stands with what was promised: to the customer,
// and by its team within our own house.
type standing struct {
	clocks, team []sla.Clock
	// handedOn are the targets of the teams that have had it before.
	handedOn []ownTargets
	told     fingerprint
	// begun is when the present customer got it; zero when it was always theirs.
	begun time.Time
}

// ownTargets are the clocks of a team's own target.
type ownTargets struct {
	team   string
	clocks []sla.Clock
}

// stand computes it at the instant from what happened: the verdicts that were
// recorded when clocks stopped, and for everything else the computation under
// the contracts in force. A contract that changes later does not rewrite a
// verdict; facts that become known later do, for then it was passed on another
// history.
func stand(c *company.Company, inc *incident.Incident, history []incident.Entry, now time.Time) standing {
	now = present(history, now)
	facts := incident.Facts(history, c.ContractOf)
	s := standing{begun: begunWith(history)}
	if c.ContractOf(inc.Customer) != nil {
		s.clocks = sla.Compute(c.ContractOf(incident.FirstCustomer(inc.Customer, history)), facts, now)
	} // else nothing is promised to them any more
	s.told = tell(facts)
	s.clocks = settled(inc, facts, s.told, s.clocks)
	if t := c.Team(inc.Team); t != nil && t.OLA != nil {
		s.team = sla.TeamClocks(t.OLA, t.Key, facts, now)
	}
	for _, t := range handedOn(c, inc, facts) {
		if clocks := sla.TeamClocks(t.OLA, t.Key, facts, now); len(clocks) > 0 {
			s.handedOn = append(s.handedOn, ownTargets{t.Key, clocks})
		}
	}
	return s
}

// present is now, or the end of what was recorded by a replica whose clock is ahead of
// ours.
func present(history []incident.Entry, now time.Time) time.Time {
	if n := len(history); n > 0 && history[n-1].At.After(now) {
		return history[n-1].At
	}
	return now
}

// handedOn are the teams with targets of their own that had the incident and have
// handed it on, the latest first.
func handedOn(c *company.Company, inc *incident.Incident, facts []sla.Fact) []*company.Team {
	var out []*company.Team
	for i := len(facts) - 1; i >= 0; i-- { // a Fact is large, and there are many that are none of this
		f := &facts[i]
		if f.Kind != sla.TeamIs || f.Was == inc.Team {
			continue
		}
		if t := c.Team(f.Was); t != nil && t.OLA != nil && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// computeClocks gives the incident's commitments to the customer; see stand.
func computeClocks(c *company.Company, inc *incident.Incident, history []incident.Entry, now time.Time) []sla.Clock {
	return stand(c, inc, history, now).clocks
}

// settled puts the recorded verdicts in the place of what would be computed now,
// and adds those of which the contract knows nothing any more.
func settled(inc *incident.Incident, facts []sla.Fact, told fingerprint, clocks []sla.Clock) []sla.Clock {
	for _, v := range inc.Verdicts {
		if v.Facts != told.until(v.Clock.Stopped) {
			continue
		}
		i := slices.IndexFunc(clocks, func(c sla.Clock) bool { return c.Name == v.Clock.Name && c.Cycle == v.Clock.Cycle })
		switch {
		case v.Clock.State == sla.CancelledOff && (i < 0 || !clocks[i].Stopped.Equal(v.Clock.Stopped)):
			// What was called off may have come back since.
		case i < 0:
			clocks = append(clocks, v.Clock)
		default:
			clocks[i] = v.Clock
		}
	}
	sla.Excuses(clocks, facts)
	slices.SortStableFunc(clocks, func(a, b sla.Clock) int {
		return cmp.Or(cmp.Compare(slices.Index(sla.Names, a.Name), slices.Index(sla.Names, b.Name)), cmp.Compare(a.Cycle, b.Cycle))
	})
	return clocks
}

// plain is the clock without its excuse.
func plain(c sla.Clock) sla.Clock {
	if c.State == sla.Excused {
		c.State, c.Excuse = sla.Breached, nil
	}
	return c
}

// recordVerdicts keeps the clocks that have stopped, each with what tells the
// facts that it was computed from.
func recordVerdicts(inc *incident.Incident, s standing) {
	inc.Verdicts = nil
	for _, c := range s.clocks {
		if !c.Open() {
			inc.Verdicts = append(inc.Verdicts, incident.Verdict{Clock: plain(c), Facts: s.told.until(c.Stopped)})
		}
	}
}
