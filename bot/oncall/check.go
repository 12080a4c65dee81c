package oncall

import (
	"errors"
	"fmt"
	"strings"

	"sereno/bot/civil"
)

// Problem says what is wrong with a part of a schedule or policy.
type Problem string

// The problems.
const (
	NoPeople      Problem = "nobody takes turns"
	NoName        Problem = "has no name"
	ShiftTooShort Problem = "must be one day or more"
	NoSuchTime    Problem = "must be between 00:00 and 23:59"
	NoSuchDate    Problem = "there is no such date"
	NoZone        Problem = "no time zone"
	NoSteps       Problem = "reaches nobody"
	OneTarget     Problem = "must reach exactly one of a schedule, a person, and the channel"
	NegativeWait  Problem = "must not be negative"
	NoWait        Problem = "must be more than nothing when the policy is repeated"
)

// SpecError is one mistake in a schedule or policy.
type SpecError struct {
	// Path is where it is: "people", "people[1]", "every", "hand_off", "start",
	// "timezone"; "steps", "steps[0]", "steps[0].after", "repeat", "repeat_after".
	// Indexes count from 0.
	Path    string
	Problem Problem
}

func (e *SpecError) Error() string { return e.Path + " " + string(e.Problem) }

// Mistakes is everything that Check found.
type Mistakes struct {
	Name string // of the schedule or policy
	All  []*SpecError
}

func (m *Mistakes) Error() string {
	var all []string
	for _, e := range m.All {
		all = append(all, e.Error())
	}
	return fmt.Sprintf("%q: %s", m.Name, strings.Join(all, "; "))
}

// Unwrap gives the mistakes one by one.
func (m *Mistakes) Unwrap() []error {
	var out []error
	for _, e := range m.All {
		out = append(out, e)
	}
	return out
}

func (m *Mistakes) add(bad bool, p Problem, path string, args ...any) {
	if bad {
		m.All = append(m.All, &SpecError{fmt.Sprintf(path, args...), p})
	}
}

func (m *Mistakes) err() error {
	if len(m.All) == 0 {
		return nil
	}
	return m
}

// SpecErrors lists every mistake that an error of Check holds.
func SpecErrors(err error) []*SpecError {
	var m *Mistakes
	if errors.As(err, &m) {
		return m.All
	}
	return nil
}

// Check answers every mistake in the schedule; see SpecErrors.
func (s *Schedule) Check() error {
	m, r := &Mistakes{Name: s.Name}, s.Rotation
	m.add(len(r.People) == 0, NoPeople, "people")
	for i, p := range r.People {
		m.add(p == "", NoName, "people[%d]", i)
	}
	m.add(r.Every < 1, ShiftTooShort, "every")
	m.add(r.HandOff < 0 || r.HandOff >= civil.MinutesPerDay, NoSuchTime, "hand_off")
	m.add(!r.Start.Valid(), NoSuchDate, "start")
	m.add(r.Zone == nil, NoZone, "timezone")
	return m.err()
}

// Check answers every mistake in the policy; see SpecErrors. Whether the
// schedules and people exist is not known here.
func (p *Policy) Check() error {
	m := &Mistakes{Name: p.Name}
	m.add(len(p.Steps) == 0, NoSteps, "steps")
	for i, s := range p.Steps {
		targets := 0
		for _, has := range []bool{s.Schedule != "", s.Person != "", s.Channel} {
			if has {
				targets++
			}
		}
		m.add(targets != 1, OneTarget, "steps[%d]", i)
		m.add(s.After < 0, NegativeWait, "steps[%d].after", i)
	}
	m.add(p.Repeat < 0, NegativeWait, "repeat")
	m.add(p.RepeatAfter < 0, NegativeWait, "repeat_after")
	m.add(p.Repeat > 0 && p.RepeatAfter == 0, NoWait, "repeat_after")
	return m.err()
}
