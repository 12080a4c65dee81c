package sla

import "cmp"

// Excuses marks the broken commitments that the facts, in any order, excuse. The
// last word on a clock's cycle holds. It is for clocks whose verdict was recorded
// before it was excused; Compute has done it for its own.
func Excuses(clocks []Clock, facts []Fact) {
	for i := range clocks {
		c := &clocks[i]
		if c.State != Breached && c.State != Excused {
			continue
		}
		said, ok := lastExcuse(*c, facts)
		switch {
		case !ok:
		case said.Kind == ExcuseGiven && said.Excuse.ApprovedBy != "":
			c.State, c.Excuse = Excused, said.Excuse
		default:
			c.State, c.Excuse = Breached, Excuse{}
		}
	}
}

// lastExcuse is what was said last of the clock's excuse.
func lastExcuse(c Clock, facts []Fact) (last Fact, found bool) {
	for _, f := range facts {
		if f.Kind != ExcuseGiven && f.Kind != ExcuseWithdrawn || f.Excuse.Name != c.Name || f.Excuse.Cycle != c.Cycle {
			continue
		}
		if !found || compareFacts(f, last) > 0 {
			last, found = f, true
		}
	}
	return last, found
}

func (e Excuse) compare(o Excuse) int {
	return cmp.Or(
		cmp.Compare(e.Name, o.Name), cmp.Compare(e.Cycle, o.Cycle), cmp.Compare(e.Reason, o.Reason),
		cmp.Compare(e.By, o.By), cmp.Compare(e.ApprovedBy, o.ApprovedBy),
	)
}
