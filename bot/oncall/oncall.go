// Package oncall answers who is on call at an instant, where schedules leave
// gaps, and whom an escalation policy reaches at each step. It is pure:
// schedules and what people changed in them are values, and the instant is an
// argument.
package oncall

import (
	"time"

	"sereno/bot/civil"
)

// Date is a civil date: a day of the calendar, without a zone.
type Date = civil.Date

// Interval is a stretch of time: Start is included, End is not.
type Interval struct{ Start, End time.Time }

// Contains reports whether the instant lies in the interval.
func (i Interval) Contains(t time.Time) bool { return !t.Before(i.Start) && t.Before(i.End) }

// Overlaps reports whether the two share any instant.
func (i Interval) Overlaps(o Interval) bool { return i.Start.Before(o.End) && o.Start.Before(i.End) }

// Unit is what the length of a turn is counted in.
type Unit int

// The units. Days and weeks are civil ones, hours are those of the wall clock.
const (
	Day Unit = iota
	Week
	Hour
)

// Rotation is a list of people who take turns.
type Rotation struct {
	// People in turn order; names of the configuration.
	People []string
	// Every is the length of a turn in Units: 1 Day daily, 1 Week weekly, 12 Hour
	// twice a day. Turns stay on the wall clock when clocks change: the turn in
	// which they do is shorter or longer by that much.
	Unit  Unit
	Every int
	// Start is the civil date of the first hand-off; nobody is on call before it.
	Start Date
	// HandOff is the local wall time of the change (with Hour: of the first
	// change), in minutes after midnight, 0..1439. Where clocks skip it, the change
	// is at the first instant after; where they show it twice, at the first.
	HandOff int
	// Zone of Start and HandOff, and of the layer's restrictions; nil is the schedule's.
	Zone *time.Location
}

// Restriction limits a layer to hours of some days. The turns go on underneath:
// who has the turn is on call in these hours of it.
type Restriction struct {
	// Days on which the hours begin, by time.Weekday.
	Days [7]bool
	// From and To are wall times in minutes after the day's midnight: From 0..1439,
	// To greater than From and at most a day later; above 1440 it is the day after.
	// Where clocks show a time twice, hours begin at the first and end at the last.
	From, To int
}

// Layer is one rotation of a schedule, with the hours in which it serves.
type Layer struct {
	Name     string
	Rotation Rotation
	// Restrict is when it serves: in any of these; always when there are none.
	Restrict []Restriction
	// From and Until bound its validity, each at the rotation's hand-off time of
	// that date: on Until it is over. Zero is open.
	From, Until Date
}

// Schedule is a named list of layers. At each instant the first layer that has
// somebody who is not away says who is on call.
type Schedule struct {
	Name   string
	Zone   *time.Location
	Layers []Layer
}

// Override puts a person on call for a time.
type Override struct {
	ID               int64
	Schedule, Person string
	Start, End       time.Time
	// By is who made it; For whom it replaces: only while that person would be on
	// call. "" is whoever is, and nobody too.
	By, For string
	// Swap is the request by which it came about; 0 for none.
	Swap int64 `json:",omitempty"`
	// At is when it was made: of two that overlap the later one counts.
	At time.Time
}

// Absence is a time in which a person is not on call anywhere: the next of the
// rotation who is there takes it. It goes before overrides in their favour.
type Absence struct {
	ID         int64
	Person     string
	Start, End time.Time
	Why, By    string
	At         time.Time
}

// Changes is what people changed in schedules. The nil Changes is none.
type Changes struct {
	Overrides []Override
	Absences  []Absence
}

// Cause says why somebody is on call who has not the turn.
type Cause string

// The causes; "" is their own turn.
const (
	ByOverride Cause = "override"
	ByAbsence  Cause = "absence"
)

// Shift is a stretch of duty: Start is included, End is not. Two shifts of one
// person that touch are one when they are of one turn or override.
type Shift struct {
	Person     string
	Start, End time.Time
	Layer      string // "" of an override
	// Cause is why it is not the person's own turn; For is then who is away or
	// replaced: "" of an override that replaces whoever would be on call.
	Cause Cause
	For   string
	// Override is the ID of the override that made it, 0 when none did.
	Override int64
}

// Interval is when it is.
func (s Shift) Interval() Interval { return Interval{s.Start, s.End} }
