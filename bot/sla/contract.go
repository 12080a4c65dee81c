package sla

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Promised is the level that the contract holds for the severity, when it
// promises the named commitment there: a calendar and a target above zero.
func (c *Contract) Promised(s Severity, n Name) (Level, bool) {
	level, ok := c.Levels[s]
	return level, ok && level.Calendar != nil && level.Target(n) > 0
}

// Stops reports whether the named clocks stand still while the incident waits.
func (c *Contract) Stops(on WaitingOn, n Name) bool { return slices.Contains(c.Pauses[on], n) }

// Check answers every mistake in the contract, joined; see SpecErrors.
func (c *Contract) Check() error {
	var found checker
	for _, s := range Severities {
		found.level("levels."+string(s), c.Levels[s])
	}
	for s := range c.Levels {
		if !slices.Contains(Severities, s) {
			found.add("levels."+string(s), UnknownName, "")
		}
	}
	waits := []WaitingOn{Customer, ThirdParty, Development}
	for _, on := range waits {
		for i, n := range c.Pauses[on] {
			if !slices.Contains(Names, n) {
				found.add(fmt.Sprintf("pauses.%s[%d]", on, i), UnknownName, "")
			}
		}
	}
	for on := range c.Pauses {
		if !slices.Contains(waits, on) {
			found.add("pauses."+string(on), UnknownName, "")
		}
	}
	for i, share := range c.Warnings {
		path := fmt.Sprintf("warnings[%d]", i)
		switch {
		case !(share > 0 && share < 1): // also what is no number
			found.add(path, ShareOutOfRange, "")
		case i > 0 && share <= c.Warnings[i-1]:
			found.add(path, SharesUnordered, "")
		}
	}
	if len(found.found) == 0 {
		return nil
	}
	return fmt.Errorf("contract %q: %w", c.Name, errors.Join(found.found...))
}

func (c *checker) level(path string, l Level) {
	promises := false
	for _, n := range Names {
		target := l.Target(n)
		promises = promises || target > 0
		if target < 0 {
			c.add(path+"."+string(n), NegativeTarget, "")
		}
	}
	if promises && l.Calendar == nil {
		c.add(path, NoCalendar, "")
	}
}

// share is the given part of a target, to the nanosecond.
func share(target time.Duration, of float64) time.Duration {
	return time.Duration(float64(target)*of + 0.5)
}
