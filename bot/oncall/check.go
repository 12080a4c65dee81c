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
	NoLayers      Problem = "has no layer"
	NoPeople      Problem = "nobody takes turns"
	NoName        Problem = "has no name"
	NoUnit        Problem = "must be counted in hours, days or weeks"
	ShiftTooShort Problem = "must be 1 or more"
	ShiftTooLong  Problem = "must be 1000 or less"
	NoSuchTime    Problem = "must be between 00:00 and 23:59"
	NoSuchDate    Problem = "there is no such date"
	NoZone        Problem = "no time zone"
	NeverValid    Problem = "must be after the layer's first day"
	NoDays        Problem = "names no day of the week"
	NoHours       Problem = "must be after the beginning, and at most a day later"
	NoSteps       Problem = "reaches nobody"
	NoTarget      Problem = "must name a schedule, a person, a team, a channel or a lead"
	NegativeWait  Problem = "must not be negative"
	NoWait        Problem = "must be more than nothing when the policy is repeated"
	NoShare       Problem = "must be more than 0 % and less than 100 %"
	SharesFall    Problem = "must not be less than that of an earlier step"
)

// maxEvery bounds the length of a turn in its units.
const maxEvery = 1000

// SpecError is one mistake in a schedule or policy.
type SpecError struct {
	// Path is where it is: "layers", "layers[0].people", "layers[0].people[1]",
	// ….every, ….hand_off, ….start, ….timezone, ….from, ….until,
	// ….restrict[0].days, ….from, ….to; of a policy "steps", "steps[0].targets",
	// "steps[0].targets[1]", ….after, ….share, ….when.hours[0].to, "repeat",
	// "repeat_after", "ack_for", "fallback[0]". Indexes count from 0.
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

// Check answers every mistake in the schedule; see SpecErrors. Whether the
// people exist is not known here.
func (s *Schedule) Check() error {
	m := &Mistakes{Name: s.Name}
	m.add(len(s.Layers) == 0, NoLayers, "layers")
	for i := range s.Layers {
		s.Layers[i].resolved(s.Zone).check(m, fmt.Sprintf("layers[%d]", i))
	}
	return m.err()
}

func (l *Layer) check(m *Mistakes, path string) {
	r := &l.Rotation
	m.add(len(r.People) == 0, NoPeople, "%s.people", path)
	for i, p := range r.People {
		m.add(p == "", NoName, "%s.people[%d]", path, i)
	}
	m.add(r.Unit < Day || r.Unit > Hour, NoUnit, "%s.every", path)
	m.add(r.Every < 1, ShiftTooShort, "%s.every", path)
	m.add(r.Every > maxEvery, ShiftTooLong, "%s.every", path)
	m.add(r.HandOff < 0 || r.HandOff >= civil.MinutesPerDay, NoSuchTime, "%s.hand_off", path)
	m.add(!r.Start.Valid(), NoSuchDate, "%s.start", path)
	m.add(r.Zone == nil, NoZone, "%s.timezone", path)
	from, until := l.From != Date{}, l.Until != Date{}
	m.add(from && !l.From.Valid(), NoSuchDate, "%s.from", path)
	m.add(until && !l.Until.Valid(), NoSuchDate, "%s.until", path)
	m.add(until && (l.Until.Compare(r.Start) <= 0 || from && l.Until.Compare(l.From) <= 0), NeverValid, "%s.until", path)
	for i, x := range l.Restrict {
		x.check(m, fmt.Sprintf("%s.restrict[%d]", path, i))
	}
}

func (r Restriction) check(m *Mistakes, path string) {
	m.add(r.Days == [7]bool{}, NoDays, "%s.days", path)
	m.add(r.From < 0 || r.From >= civil.MinutesPerDay, NoSuchTime, "%s.from", path)
	m.add(r.To <= r.From || r.To > r.From+civil.MinutesPerDay, NoHours, "%s.to", path)
}

// Check answers every mistake in the policy; see SpecErrors. Whether what it
// reaches exists is not known here.
func (p *Policy) Check() error {
	m := &Mistakes{Name: p.Name}
	m.add(len(p.Steps) == 0, NoSteps, "steps")
	share := 0.0
	for i, s := range p.Steps {
		m.add(len(s.Targets) == 0, NoSteps, "steps[%d].targets", i)
		for j, t := range s.Targets {
			m.add(!t.valid(), NoTarget, "steps[%d].targets[%d]", i, j)
		}
		m.add(s.After < 0, NegativeWait, "steps[%d].after", i)
		m.add(s.Share < 0 || s.Share >= 1, NoShare, "steps[%d].share", i)
		m.add(s.Share > 0 && s.Share < share, SharesFall, "steps[%d].share", i)
		share = max(share, s.Share)
		if w := s.When.Hours; w != nil {
			m.add(w.Zone == nil, NoZone, "steps[%d].when.timezone", i)
			m.add(len(w.Hours) == 0, NoDays, "steps[%d].when.hours", i)
			for j, h := range w.Hours {
				h.check(m, fmt.Sprintf("steps[%d].when.hours[%d]", i, j))
			}
		}
	}
	m.add(p.Repeat < 0, NegativeWait, "repeat")
	m.add(p.RepeatAfter < 0, NegativeWait, "repeat_after")
	m.add(p.Repeat > 0 && p.RepeatAfter == 0, NoWait, "repeat_after")
	m.add(p.AckFor < 0, NegativeWait, "ack_for")
	for i, t := range p.Fallback {
		m.add(!t.valid(), NoTarget, "fallback[%d]", i)
	}
	return m.err()
}

// valid reports whether the target can be looked up at all.
func (t Target) valid() bool {
	switch t.Kind {
	case TargetSchedule, TargetTeam, TargetChannel, TargetLead:
		return t.Name != ""
	case TargetPerson:
		return t.Name != "" && t.Name != TeamsOwn
	}
	return false
}
