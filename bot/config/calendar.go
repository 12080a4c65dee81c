package config

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"sereno/bot/civil"
	"sereno/bot/sla"
)

// calendar is a calendar while the document is read; sla is nil when it is an
// impossible one.
type calendar struct{ sla *sla.Calendar }

// places tells where in the document each part of a calendar's specification
// stands, by the path that sla gives to it.
type places map[string]value

// What a calendar may hold: its parts are compared with each other.
const (
	maxIntervals = 24 // of one day
	maxDates     = 1000
	maxSeasons   = 24
)

func (v value) calendar() *calendar {
	c := &calendar{}
	known := len(v.r.problems)
	f, ok := v.fields(calendarKeys)
	if !ok {
		return c
	}
	at := places{}
	spec := sla.CalendarSpec{Name: v.name(), Zone: f["timezone"].zone(time.UTC)}
	spec.Weekly = f["hours"].hours(at, "weekly")
	spec.Holidays = f["holidays"].holidays()
	spec.Exceptions = f["exceptions"].exceptions(at)
	spec.Seasons = f["seasons"].seasons(at)
	built, err := sla.NewCalendar(spec)
	for _, e := range sla.SpecErrors(err) {
		v.impossible(at, e, len(v.r.problems) > known)
	}
	if err == nil {
		c.sla = built
	}
	return c
}

// impossible reports a mistake that the calendar's parts make together. unclear
// says that parts of it could not be read.
func (v value) impossible(at places, e *sla.SpecError, unclear bool) {
	part, other := at[e.Path], at[e.Other]
	switch {
	case e.Problem == sla.NoHours:
		if !unclear {
			v.wants(say(noHours), say(write, "example", "hours: {mon-fri: ['09:00-18:00']}"))
		}
	case !part.present():
		v.wants(say(impossibleCalendar, "detail", e.Error()), say(seeReference))
	case e.Problem == sla.SpansOverlap && other.present():
		if before(part.here(), other.here()) {
			part, other = other, part
		}
		part.wrong(say(overlapping, "text", quoted(part.node.Value), "other", quoted(other.node.Value), "where", other.here()), say(joinThem))
	case e.Problem == sla.SeasonsOverlap && other.present():
		part.wrong(say(seasonsOverlap, "first", other.here()), say(changeOne))
	default:
		part.wrong(say(impossibleCalendar, "detail", e.Error()), say(seeReference))
	}
}

// hours reads the hours of a week: days or ranges of days, each with its list
// of intervals.
func (v value) hours(at places, path string) [7][]sla.Span {
	var week [7][]sla.Span
	first := map[time.Weekday]position{}
	pairs, _ := v.pairs("mon-fri: ['09:00-18:00']")
	for _, p := range pairs {
		days, ok := daysOf(p.name())
		if !ok {
			v.r.report(p.at(), v.path, say(notA, "text", quoted(p.name()), "kind", aDay), say(writeDays))
			continue
		}
		items, spans := p.intervals()
		for _, d := range days {
			if before, twice := first[d]; twice {
				v.r.report(p.at(), v.path, say(dayTwice, "day", weekdays[d], "first", before), say(keepOne))
				continue
			}
			first[d] = p.at()
			week[d] = spans
			at.add(path+"."+weekdays[d], items)
		}
	}
	return week
}

func (at places) add(path string, items []value) {
	for i, item := range items {
		at[fmt.Sprintf("%s[%d]", path, i)] = item
	}
}

// daysOf reads "mon", "mon-fri", "sat-mon".
func daysOf(s string) ([]time.Weekday, bool) {
	a, b, isRange := strings.Cut(strings.ToLower(s), "-")
	from, ok := weekday(strings.TrimSpace(a))
	if !ok {
		return nil, false
	}
	days := []time.Weekday{from}
	if !isRange {
		return days, true
	}
	to, ok := weekday(strings.TrimSpace(b))
	if !ok || to == from {
		return nil, false
	}
	for d := from; d != to; {
		d = (d + 1) % 7
		days = append(days, d)
	}
	return days, true
}

var intervalForm = regexp.MustCompile(`^\s*(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})\s*$`)

// intervals reads the intervals of one day, each alone.
func (v value) intervals() (items []value, spans []sla.Span) {
	for _, item := range v.atMost(maxIntervals).items() {
		s, ok := item.plain()
		if !ok {
			continue
		}
		m := intervalForm.FindStringSubmatch(s)
		if m == nil {
			item.wrong(say(notA, "text", quoted(s), "kind", anInterval), say(writeInterval))
			continue
		}
		from, ok1 := parseTime(m[1])
		to, ok2 := parseTime(m[2])
		switch {
		case !ok1 || !ok2:
			item.wrong(say(noSuchTime, "text", quoted(s)), say(writeInterval))
			continue
		case from == civil.MinutesPerDay:
			item.wrong(say(beginsAtEnd, "text", quoted(s)), say(write, "example", "00:00-"+m[2]))
			continue
		case from == to:
			item.wrong(say(endsAtBegin, "text", quoted(s)), say(writeWholeDay))
			continue
		case to < from:
			to += civil.MinutesPerDay
		}
		items, spans = append(items, item), append(spans, sla.Span{From: from, To: to})
	}
	return items, spans
}

func before(a, b position) bool {
	return a.line < b.line || a.line == b.line && a.col < b.col
}

// holidays reads the days without hours; one that is there twice is a mistake,
// for one of the two was probably meant to be another day.
func (v value) holidays() []sla.Holiday {
	var out []sla.Holiday
	// By date, and by day of the year: "12-25" and "2026-12-25" meet.
	first, yearly := map[civil.Date]position{}, map[civil.Date]position{}
	for _, item := range v.atMost(maxDates).items() {
		d, ok := item.date(true)
		if !ok {
			continue
		}
		every := civil.Date{Month: d.Month, Day: d.Day}
		at, twice := first[d]
		if !twice {
			at, twice = first[every]
		}
		if !twice && d == every {
			at, twice = yearly[every]
		}
		if twice {
			item.wrong(say(holidayTwice, "text", quoted(item.node.Value), "first", at), say(keepOne))
			continue
		}
		first[d], yearly[every] = item.here(), item.here()
		out = append(out, sla.Holiday{Year: d.Year, Month: d.Month, Day: d.Day})
	}
	return out
}

// exceptions reads the dates with hours of their own.
func (v value) exceptions(at places) map[civil.Date][]sla.Span {
	if !v.present() {
		return nil
	}
	out := map[civil.Date][]sla.Span{}
	first := map[civil.Date]position{}
	pairs, _ := v.atMost(maxDates).pairs("'2026-12-24': ['09:00-13:00']")
	for _, p := range pairs {
		key := value{r: p.r, node: p.key, path: v.path, key: p.key}
		on, ok := key.dateIn(p.name(), false)
		items, spans := p.intervals()
		if !ok {
			continue
		}
		if before, twice := first[on]; twice {
			key.wrong(say(duplicateKey, "key", quoted(p.name()), "first", before), say(keepOne))
			continue
		}
		first[on] = p.at()
		out[on] = spans
		at.add("exceptions."+on.String(), items)
	}
	return out
}

// seasons reads the parts of the year that have a week of their own.
func (v value) seasons(at places) []sla.Season {
	var out []sla.Season
	for _, item := range v.atMost(maxSeasons).items() {
		f, ok := item.fields(seasonKeys)
		if !ok {
			continue
		}
		from, ok1 := f["from"].yearDay()
		to, ok2 := f["to"].yearDay()
		path := fmt.Sprintf("seasons[%d]", len(out))
		if !ok1 || !ok2 {
			f["hours"].hours(places{}, path) // each interval is still looked at
			continue
		}
		at[path] = item
		out = append(out, sla.Season{From: from, To: to, Weekly: f["hours"].hours(at, path+".weekly")})
	}
	return out
}

// yearDay reads a day of every year.
func (v value) yearDay() (sla.MonthDay, bool) {
	d, ok := v.date(true)
	if ok && d.Year != 0 {
		v.wrong(say(yearHere, "text", quoted(v.node.Value)), say(write, "example", fmt.Sprintf("%02d-%02d", d.Month, d.Day)))
		return sla.MonthDay{}, false
	}
	return sla.MonthDay{Month: d.Month, Day: d.Day}, ok
}
