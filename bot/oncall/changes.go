package oncall

import (
	"cmp"
	"slices"
	"time"
)

// Away reports whether the person is absent at the instant.
func (c *Changes) Away(person string, t time.Time) bool {
	if c == nil {
		return false
	}
	for i := range c.Absences {
		a := &c.Absences[i]
		if a.Person == person && (Interval{a.Start, a.End}).Contains(t) {
			return true
		}
	}
	return false
}

// of is what matters to the schedule: its own overrides in the order in which
// they were made, and the absences.
func (c *Changes) of(schedule string) *Changes {
	if c == nil {
		return nil
	}
	own := &Changes{Absences: c.Absences}
	for _, o := range c.Overrides {
		if o.Schedule == schedule {
			own.Overrides = append(own.Overrides, o)
		}
	}
	slices.SortStableFunc(own.Overrides, func(a, b Override) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	return own
}

// edges adds where overrides and absences begin and end.
func (c *Changes) edges(near *nearest) {
	if c == nil {
		return
	}
	for i := range c.Overrides {
		near.add(c.Overrides[i].Start)
		near.add(c.Overrides[i].End)
	}
	for i := range c.Absences {
		near.add(c.Absences[i].Start)
		near.add(c.Absences[i].End)
	}
}

// nearest keeps, of the instants added, the latest at or before t and the
// earliest after it; zero instants are none.
type nearest struct{ t, before, after time.Time }

func (n *nearest) add(at time.Time) {
	switch {
	case at.IsZero():
	case at.After(n.t):
		if n.after.IsZero() || at.Before(n.after) {
			n.after = at
		}
	case n.before.IsZero() || at.After(n.before):
		n.before = at
	}
}
