package sla

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Check answers every mistake in the contract, joined; see SpecErrors.
func (c *Contract) Check() error {
	var found checker
	if len(c.Terms) == 0 {
		found.add("", NoTerms, "")
	}
	for i := range c.Terms {
		path := ""
		if len(c.Terms) > 1 {
			path = fmt.Sprintf("terms[%d].", i)
		}
		if i > 0 && !c.Terms[i].From.After(c.Terms[i-1].From) {
			found.add(path+"from", TermsUnordered, "")
		}
		found.terms(path, &c.Terms[i])
	}
	if !slices.Contains([]Changes{"", Piecewise, Recompute}, c.Changes) {
		found.add("changes", UnknownName, "")
	}
	if !slices.Contains([]ReopenMode{"", Continue, Restart}, c.Reopening.Mode) {
		found.add("reopening", UnknownName, "")
	}
	if c.Reopening.NewAfter < 0 {
		found.add("reopening", NegativeTarget, "")
	}
	if len(found.found) == 0 {
		return nil
	}
	return fmt.Errorf("contract %q: %w", c.Name, errors.Join(found.found...))
}

func (c *checker) terms(path string, t *Terms) {
	c.levels(path+"levels.", t.Levels)
	for _, r := range slices.Sorted(maps.Keys(t.Kinds)) {
		at := path + "kinds." + string(r)
		if !slices.Contains(Requests, r) {
			c.add(at, UnknownName, "")
		}
		c.levels(at+".", t.Kinds[r])
	}
	waits := []WaitingOn{Customer, ThirdParty, Development}
	for _, on := range waits {
		for i, n := range t.Pauses[on] {
			if !slices.Contains(Names, n) {
				c.add(fmt.Sprintf("%spauses.%s[%d]", path, on, i), UnknownName, "")
			}
		}
	}
	for _, on := range slices.Sorted(maps.Keys(t.Pauses)) {
		if !slices.Contains(waits, on) {
			c.add(path+"pauses."+string(on), UnknownName, "")
		}
	}
	c.warnings(path, t.Warnings, 0)
}

func (c *checker) levels(path string, levels map[Severity]Level) {
	for _, s := range Severities {
		if l, ok := levels[s]; ok {
			c.level(path+string(s), &l)
		}
	}
	for _, s := range slices.Sorted(maps.Keys(levels)) {
		if !slices.Contains(Severities, s) {
			c.add(path+string(s), UnknownName, "")
		}
	}
}

func (c *checker) level(path string, l *Level) {
	homeless := false
	for _, n := range Names {
		promise, at := l.Of(n), path+"."+string(n)
		calendar := promise.Calendar
		if calendar == nil {
			calendar = l.Calendar
		}
		switch {
		case promise.Within < 0:
			c.add(at, NegativeTarget, "")
		case promise.Within == 0:
		case calendar == nil:
			homeless = true
		case !calendar.allows(promise.Within):
			c.add(at, TargetTooLong, "")
		}
		if !slices.Contains([]Start{"", StartReported, StartConfirmed}, promise.Start) {
			c.add(at, UnknownName, "")
		}
		c.warnings(at+".", promise.Warnings, promise.Within)
	}
	if homeless {
		c.add(path, NoCalendar, "")
	}
}

// warnings checks those of a commitment within a target, or, within zero, those
// of many.
func (c *checker) warnings(path string, warnings []Warning, within time.Duration) {
	last := 0.0
	for i, w := range warnings {
		at := fmt.Sprintf("%swarnings[%d]", path, i)
		switch {
		case (w.Share == 0) == (w.Left == 0):
			c.add(at, WarningUnclear, "")
		case w.Left < 0:
			c.add(at, NegativeTarget, "")
		case w.Left > 0:
			if within > 0 && w.Left >= within {
				c.add(at, WarningTooEarly, "")
			}
		case !(w.Share > 0 && w.Share < 1): // also what is no number
			c.add(at, ShareOutOfRange, "")
		case w.Share <= last:
			c.add(at, SharesUnordered, "")
		default:
			last = w.Share
		}
	}
}
