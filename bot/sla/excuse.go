package sla

import "cmp"

// Excuses marks the broken commitments to the customer that the facts, in any
// order, excuse. The last word on a clock's cycle holds. It is for clocks whose
// verdict was recorded before it was excused; Compute has done it for its own.
func Excuses(clocks []Clock, facts []Fact) { excuse(clocks, "", facts) }

// excuse does so for the clocks of a team, or with "" for the customer's.
func excuse(clocks []Clock, team string, facts []Fact) {
	said := excusing(facts, team)
	for i := range clocks {
		c := &clocks[i]
		if c.State != Breached && c.State != Excused {
			continue
		}
		switch last := lastExcuse(c, said); {
		case last == nil:
		case last.Kind == ExcuseGiven && last.Excuse.ApprovedBy != "":
			agreed := last.Excuse
			c.State, c.Excuse = Excused, &agreed
		default:
			c.State, c.Excuse = Breached, nil
		}
	}
}

// excusing are the facts that are about excuses of such clocks.
func excusing(facts []Fact, team string) []*Fact {
	var out []*Fact
	for i := range facts {
		if f := &facts[i]; (f.Kind == ExcuseGiven || f.Kind == ExcuseWithdrawn) && f.Excuse.Team == team {
			out = append(out, f)
		}
	}
	return out
}

// lastExcuse is what was said last of the clock's excuse, nil when nothing was.
func lastExcuse(c *Clock, said []*Fact) *Fact {
	var last *Fact
	for _, f := range said {
		if f.Excuse.Name == c.Name && f.Excuse.Cycle == c.Cycle && (last == nil || compareFacts(f, last) > 0) {
			last = f
		}
	}
	return last
}

func (e Excuse) compare(o Excuse) int {
	return cmp.Or(
		cmp.Compare(e.Name, o.Name), cmp.Compare(e.Cycle, o.Cycle), cmp.Compare(e.Reason, o.Reason),
		cmp.Compare(e.By, o.By), cmp.Compare(e.ApprovedBy, o.ApprovedBy), cmp.Compare(e.Team, o.Team),
	)
}
