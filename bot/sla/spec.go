package sla

import (
	"maps"
	"slices"
	"time"

	"sereno/bot/civil"
)

// Date is a civil date: a day of the calendar, without a zone.
type Date = civil.Date

// Span is a stretch of opening hours, in minutes of wall time after the
// midnight with which its day begins. From is in 0..1439 and included, To is
// not and is at most 2880: more than 1440 reaches into the next day, but the
// span belongs to the day on which it begins. 00:00–24:00 is {0, 1440}.
type Span struct{ From, To int }

// Holiday is a day without opening hours. A Year of 0 means every year.
type Holiday struct {
	Year  int
	Month time.Month
	Day   int
}

// MonthDay is a day of every year.
type MonthDay struct {
	Month time.Month
	Day   int
}

// Season replaces the weekly hours from one day of the year to another, both
// included; From after To goes over the end of the year.
type Season struct {
	From, To MonthDay
	Weekly   [7][]Span
}

func (s Season) contains(d Date) bool {
	day, from, to := ordinal(d.Month, d.Day), ordinal(s.From.Month, s.From.Day), ordinal(s.To.Month, s.To.Day)
	if from <= to {
		return from <= day && day <= to
	}
	return day >= from || day <= to
}

// ordinal orders the days of a year; it is no count.
func ordinal(m time.Month, day int) int { return int(m)*100 + day }

// CalendarSpec is what a calendar is made of. Exceptions come first, then
// holidays, then seasons, then the week.
type CalendarSpec struct {
	Name   string
	Zone   *time.Location
	Weekly [7][]Span // indexed by time.Weekday
	// Holidays have no hours.
	Holidays []Holiday
	// Exceptions replace a day's hours, even on a holiday; none at all closes it.
	Exceptions map[Date][]Span
	// EveryYear are exceptions of every year; one of a single date comes before.
	EveryYear map[MonthDay][]Span
	Seasons   []Season
	// Versions are those that take the place of the above, each from an instant on,
	// ascending.
	Versions []CalendarVersion
}

// CalendarVersion is what a calendar is from an instant on.
type CalendarVersion struct {
	// From is the first instant at which it is in force, in whole seconds.
	From time.Time
	// Spec is all of it, the zone included; it has no name and no versions of its own.
	Spec CalendarSpec
}

// clone shares nothing with s that could be changed later.
func (s CalendarSpec) clone() CalendarSpec {
	s.Weekly = cloneWeek(s.Weekly)
	s.Holidays = slices.Clone(s.Holidays)
	s.Seasons = slices.Clone(s.Seasons)
	for i := range s.Seasons {
		s.Seasons[i].Weekly = cloneWeek(s.Seasons[i].Weekly)
	}
	s.Versions = nil // each stands for itself
	s.Exceptions = maps.Clone(s.Exceptions)
	for d, spans := range s.Exceptions {
		s.Exceptions[d] = slices.Clone(spans)
	}
	s.EveryYear = maps.Clone(s.EveryYear)
	for d, spans := range s.EveryYear {
		s.EveryYear[d] = slices.Clone(spans)
	}
	return s
}

func cloneWeek(w [7][]Span) [7][]Span {
	for i := range w {
		w[i] = slices.Clone(w[i])
	}
	return w
}

// weekly reports whether there are hours that come again every year.
func (s *CalendarSpec) weekly() bool {
	opens := func(week [7][]Span) bool {
		return slices.ContainsFunc(week[:], func(day []Span) bool { return len(day) > 0 })
	}
	for _, spans := range s.EveryYear {
		if len(spans) > 0 {
			return true
		}
	}
	return opens(s.Weekly) || slices.ContainsFunc(s.Seasons, func(season Season) bool { return opens(season.Weekly) })
}
