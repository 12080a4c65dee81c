// Package oncall answers who is on call at an instant and whom an escalation
// policy reaches at each step. It is pure: schedules are values and the
// instant is an argument.
package oncall

import (
	"time"

	"sereno/bot/civil"
)

// Rotation is a list of people who take turns.
type Rotation struct {
	// People in turn order; names of the configuration.
	People []string
	// Every is the length of a shift in civil days: 1 daily, 7 weekly.
	Every int
	// Start is the civil date (year, month, day) of the first hand-off; nobody
	// is on call before it.
	Start Date
	// HandOff is the local wall time of the change, in minutes after midnight,
	// 0..1439. Where clocks skip it, the change is at the first instant after;
	// where they show it twice, at the first.
	HandOff int
	Zone    *time.Location
}

// Date is a civil date: a day of the calendar, without a zone.
type Date = civil.Date

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
