package sla

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Problem says what is wrong with a part of a calendar or contract.
type Problem string

// The problems of calendars.
const (
	NoZone             Problem = "no time zone"
	NoHours            Problem = "no opening hours at all"
	SpanOutOfDay       Problem = "must begin between 00:00 and 23:59 of its day"
	SpanEmpty          Problem = "ends when or before it begins"
	SpanTooLong        Problem = "must end by midnight of the next day"
	SpansOverlap       Problem = "overlaps"
	NoSuchDate         Problem = "there is no such date"
	SeasonsOverlap     Problem = "share days of the year"
	VersionsUnordered  Problem = "must begin after the version before it"
	VersionSplitSecond Problem = "must begin at a whole second"
	VersionsNested     Problem = "has versions of its own"
)

// The problems of contracts.
const (
	NoCalendar      Problem = "has targets but no calendar"
	NegativeTarget  Problem = "is negative"
	UnknownName     Problem = "is none of the known names"
	ShareOutOfRange Problem = "must be more than 0 and less than 1"
	SharesUnordered Problem = "must be greater than the share before it"
	WarningUnclear  Problem = "must be either a share or a time left"
	WarningTooEarly Problem = "leaves as much time as the target or more"
	TermsUnordered  Problem = "must begin after the terms before it"
	NoTerms         Problem = "has no terms"
	TargetTooLong   Problem = "is longer than its calendar is ever open"
)

// SpecError is one mistake in a calendar or contract.
type SpecError struct {
	// Path is where it is: "zone", "weekly.mon[1]", "holidays[0]",
	// "exceptions.2026-12-24[0]", "every_year.12-24[0]", "seasons[0].to", "seasons[0].weekly.sat[0]",
	// "versions[0]", "versions[0].weekly.mon[1]";
	// "levels.high", "levels.high.resolution", "levels.high.resolution.warnings[0]",
	// "kinds.question.high", "pauses.waiting_customer[0]", "warnings[1]", "reopening",
	// "changes"; in a contract of several terms after "terms[1].". Indexes count from
	// 0. "" is the whole.
	Path    string
	Problem Problem
	// Other is what it collides with, as Path; "" where that does not apply.
	Other string
}

func (e *SpecError) Error() string {
	return strings.TrimSpace(strings.Join([]string{e.Path, string(e.Problem), e.Other}, " "))
}

// SpecErrors lists every mistake that an error of NewCalendar or
// Contract.Check holds, in the order in which they were found.
func SpecErrors(err error) []*SpecError {
	switch e := err.(type) {
	case *SpecError:
		return []*SpecError{e}
	case interface{ Unwrap() error }:
		return SpecErrors(e.Unwrap())
	case interface{ Unwrap() []error }:
		var out []*SpecError
		for _, one := range e.Unwrap() {
			out = append(out, SpecErrors(one)...)
		}
		return out
	}
	return nil
}

// placed is a span somewhere in the specification, in minutes from a midnight
// that all the spans compared with each other share.
type placed struct {
	path     string
	from, to int
	shadow   bool // a copy that belongs to another week or day
}

// checker collects the mistakes of a specification.
type checker struct {
	found  []error
	within string // what every path begins with
}

func (c *checker) add(path string, p Problem, other string) {
	if other != "" {
		other = c.within + other
	}
	c.found = append(c.found, &SpecError{strings.TrimSuffix(c.within+path, "."), p, other})
}

func (c *checker) calendar(s CalendarSpec) {
	c.version(s)
	for i, v := range s.Versions {
		c.within = fmt.Sprintf("versions[%d].", i)
		switch {
		case v.From.Nanosecond() != 0:
			c.add("", VersionSplitSecond, "")
		case i > 0 && !v.From.After(s.Versions[i-1].From):
			c.add("", VersionsUnordered, "")
		}
		if len(v.Spec.Versions) > 0 {
			c.add("", VersionsNested, "")
		}
		c.version(v.Spec)
	}
	c.within = ""
}

// version checks what is in force at one time.
func (c *checker) version(s CalendarSpec) {
	if s.Zone == nil {
		c.add("zone", NoZone, "")
	}
	open := c.week("weekly", s.Weekly)
	for i, h := range s.Holidays {
		year := h.Year
		if year == 0 {
			year = 2000 // any leap year: 29 February may be one
		}
		if !(Date{Year: year, Month: h.Month, Day: h.Day}).Valid() {
			c.add(fmt.Sprintf("holidays[%d]", i), NoSuchDate, "")
		}
	}
	for i, season := range s.Seasons {
		path := fmt.Sprintf("seasons[%d]", i)
		c.monthDay(path+".from", season.From)
		c.monthDay(path+".to", season.To)
		open = c.week(path+".weekly", season.Weekly) || open
		for j := range i {
			if seasonsMeet(season, s.Seasons[j]) {
				c.add(path, SeasonsOverlap, fmt.Sprintf("seasons[%d]", j))
			}
		}
	}
	h := newHours(s)
	for _, d := range slices.SortedFunc(maps.Keys(s.Exceptions), Date.Compare) {
		open = c.exception(&h, d) || open
	}
	open = c.everyYear(s.EveryYear) || open
	if !open {
		c.add("", NoHours, "")
	}
}

// everyYear checks the exceptions of every year, each alone: its neighbours are
// others in each year, and what two days cover counts once.
func (c *checker) everyYear(all map[MonthDay][]Span) bool {
	open := false
	byDay := func(a, b MonthDay) int { return cmp.Compare(ordinal(a.Month, a.Day), ordinal(b.Month, b.Day)) }
	for _, d := range slices.SortedFunc(maps.Keys(all), byDay) {
		path := fmt.Sprintf("every_year.%02d-%02d", d.Month, d.Day)
		c.monthDay(path, d)
		spans := c.day(path, all[d], 0)
		c.overlaps(spans)
		open = open || len(spans) > 0
	}
	return open
}

func (c *checker) monthDay(path string, m MonthDay) {
	if !(Date{Year: 2000, Month: m.Month, Day: m.Day}).Valid() {
		c.add(path, NoSuchDate, "")
	}
}

func seasonsMeet(a, b Season) bool {
	for d := (Date{Year: 2000, Month: time.January, Day: 1}); d.Year == 2000; d = d.AddDays(1) {
		if a.contains(d) && b.contains(d) {
			return true
		}
	}
	return false
}

// week checks a week's hours and reports whether there are any.
func (c *checker) week(path string, week [7][]Span) bool {
	var spans []placed
	for day, hours := range week {
		spans = append(spans, c.day(weekdayPath(path, time.Weekday(day)), hours, day*minutesPerDay)...)
	}
	// Saturday's night reaches into the Sunday of the next week.
	for _, s := range slices.Clone(spans) {
		s.from, s.to, s.shadow = s.from+7*minutesPerDay, s.to+7*minutesPerDay, true
		spans = append(spans, s)
	}
	c.overlaps(spans)
	return len(spans) > 0
}

func weekdayPath(path string, day time.Weekday) string {
	return path + "." + strings.ToLower(day.String()[:3])
}

// exception checks the hours of a date, also against those of its neighbours,
// and reports whether there are any.
func (c *checker) exception(h *hours, d Date) bool {
	path := "exceptions." + d.String()
	if !d.Valid() {
		c.add(path, NoSuchDate, "")
		return false
	}
	spans := c.day(path, h.Exceptions[d], 0)
	open := len(spans) > 0
	for _, days := range []int{-1, 1} {
		near := d.AddDays(days)
		if _, too := h.Exceptions[near]; too && days > 0 {
			continue // compared when its turn comes
		}
		var silent checker // what is wrong within the neighbour is reported there
		for _, n := range silent.day(h.pathOf(near), h.on(near), days*minutesPerDay) {
			n.shadow = true
			spans = append(spans, n)
		}
	}
	c.overlaps(spans)
	return open
}

// pathOf is where the date's hours are written.
func (h *hours) pathOf(d Date) string {
	if _, ok := h.Exceptions[d]; ok {
		return "exceptions." + d.String()
	}
	if _, ok := h.EveryYear[MonthDay{d.Month, d.Day}]; ok {
		return fmt.Sprintf("every_year.%02d-%02d", d.Month, d.Day)
	}
	if i, ok := h.season(d); ok {
		return weekdayPath(fmt.Sprintf("seasons[%d].weekly", i), d.Weekday())
	}
	return weekdayPath("weekly", d.Weekday())
}

// day checks the spans of one day, each alone, and gives the good ones, moved
// to the day's place among others.
func (c *checker) day(path string, hours []Span, midnight int) []placed {
	var out []placed
	for i, h := range hours {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case h.From < 0 || h.From >= minutesPerDay:
			c.add(at, SpanOutOfDay, "")
		case h.To <= h.From:
			c.add(at, SpanEmpty, "")
		case h.To > 2*minutesPerDay:
			c.add(at, SpanTooLong, "")
		default:
			out = append(out, placed{path: at, from: midnight + h.From, to: midnight + h.To})
		}
	}
	return out
}

// overlaps reports each span that begins before an earlier one has ended,
// unless both are shadows.
func (c *checker) overlaps(spans []placed) {
	slices.SortStableFunc(spans, func(a, b placed) int { return cmp.Compare(a.from, b.from) })
	for i, s := range spans {
		for _, earlier := range spans[:i] {
			if s.from < earlier.to && !(s.shadow && earlier.shadow) {
				c.add(s.path, SpansOverlap, earlier.path)
				break
			}
		}
	}
}
