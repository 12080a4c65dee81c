package sla

import (
	"maps"
	"reflect"
	"slices"
)

// Same reports whether the two calendars open and close at the same times: those
// of two readings of one document are.
func (c *Calendar) Same(o *Calendar) bool {
	if c == o {
		return true
	}
	return c != nil && o != nil && c.name == o.name && slices.EqualFunc(c.versions, o.versions, func(a, b version) bool {
		return a.from == b.from && a.to == b.to && sameSpec(a.CalendarSpec, b.CalendarSpec)
	})
}

func sameSpec(a, b CalendarSpec) bool {
	if a.Zone.String() != b.Zone.String() {
		return false
	}
	a.Zone, b.Zone = nil, nil
	return reflect.DeepEqual(a, b)
}

// Same reports whether the two contracts promise the same; their names aside.
func (c *Contract) Same(o *Contract) bool {
	if c == o {
		return true
	}
	return c != nil && o != nil && c.Changes == o.Changes && c.Reopening == o.Reopening &&
		slices.EqualFunc(c.Terms, o.Terms, sameTerms)
}

func sameTerms(a, b Terms) bool {
	return a.From.Equal(b.From) && slices.Equal(a.Warnings, b.Warnings) && sameLevels(a.Levels, b.Levels) &&
		maps.EqualFunc(a.Kinds, b.Kinds, sameLevels) && (a.Pauses == nil) == (b.Pauses == nil) &&
		maps.EqualFunc(a.Pauses, b.Pauses, func(x, y []Name) bool { return slices.Equal(x, y) })
}

func sameLevels(a, b map[Severity]Level) bool { return maps.EqualFunc(a, b, sameLevel) }

func sameLevel(a, b Level) bool {
	return a.Calendar.Same(b.Calendar) && !slices.ContainsFunc(Names, func(n Name) bool {
		x, y := a.Of(n), b.Of(n)
		return x.Within != y.Within || x.Start != y.Start || !x.Calendar.Same(y.Calendar) ||
			(x.Warnings == nil) != (y.Warnings == nil) || !slices.Equal(x.Warnings, y.Warnings)
	})
}
