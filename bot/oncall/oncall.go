// Package oncall answers who is on call at an instant and whom an escalation
// policy reaches at each step. It is pure: schedules are values and the
// instant is an argument.
package oncall

import "time"

// Rotation is a list of people who take turns.
type Rotation struct {
	// People in turn order; names of the configuration.
	People []string
	// Every is the length of a shift in civil days: 1 daily, 7 weekly.
	Every int
	// Start is the civil date (year, month, day) of the first hand-off; nobody
	// is on call before it.
	Start Date
	// HandOff is the local wall time of the change, in minutes after midnight.
	HandOff int
	Zone    *time.Location
}

// Date is a civil date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Schedule is a named rotation.
type Schedule struct {
	Name     string
	Rotation Rotation
}

// Shift is a stretch of duty: Start is included, End is not.
type Shift struct {
	Person     string
	Start, End time.Time
}

// Step is one rung of an escalation policy. Exactly one of Schedule, Person,
// and Channel says whom it reaches; "team" in each stands for the incident's team.
type Step struct {
	Schedule string // a schedule's name; TeamSchedule is the incident's team's own
	Person   string
	Channel  bool // the incident's team's channel
	// After is how long the step before it may stay without acknowledgement
	// (wall time); of the first step it is how long after the cause.
	After time.Duration
}

// TeamSchedule as a Step's Schedule stands for the schedule of the incident's team.
const TeamSchedule = "team"

// Policy is an escalation policy: its steps in order, the whole run through
// 1+Repeat times.
type Policy struct {
	Name   string
	Steps  []Step
	Repeat int
	// RepeatAfter is the wait between the last step and the first of the next round.
	RepeatAfter time.Duration
}
