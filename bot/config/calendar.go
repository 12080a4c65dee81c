package config

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"time"

	"sereno/bot/civil"
	"sereno/bot/sla"
)

// calendar is a calendar while the document is read; sla is nil when it is an
// impossible one.
type calendar struct {
	at  value
	sla *sla.Calendar
	// ends is the list of the holidays of its last version, if it ends some day.
	ends dateList
}

// dateList is a list of holidays that ends some day.
type dateList struct {
	path string
	last civil.Date
}

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
	c := &calendar{at: v}
	known := len(v.r.problems)
	f, ok := v.fields(calendarKeys)
	if !ok {
		return c
	}
	at := places{}
	spec := c.spec(f, at, "")
	spec.Name = v.name()
	spec.Versions = c.versions(f, at)
	built, err := sla.NewCalendar(spec)
	for _, e := range sla.SpecErrors(err) {
		v.impossible(at, e, len(v.r.problems) > known)
	}
	if err == nil {
		c.sla = built
		if len(v.r.problems) == known {
			c.opens(at)
		}
	}
	return c
}

// opens reports what never opens while it is in force: no commitment in it would
// ever come due, so that it is no calendar to judge them by.
func (c *calendar) opens(at places) {
	never := c.sla.Closed()
	if len(never) > 0 {
		c.sla = nil
	}
	for _, i := range never {
		v := c.at
		if version := at[fmt.Sprintf("versions[%d]", i)]; version.present() {
			v = version
		}
		v.wants(say(neverOpens), say(openSomeDay, "example", "hours: {mon-fri: ['09:00-18:00']}"))
	}
}

// spec reads what a calendar is at one time.
func (c *calendar) spec(f map[string]value, at places, path string) sla.CalendarSpec {
	spec := sla.CalendarSpec{Zone: f["timezone"].zone(time.UTC)}
	spec.Weekly = f["hours"].hours(at, path+"weekly")
	closed := f["holidays"].holidays(spec.Zone)
	spec.Holidays = closed.are
	if c.ends = (dateList{}); closed.listed && !closed.endless {
		c.ends = dateList{f["holidays"].path, closed.last}
	}
	spec.Exceptions, spec.EveryYear = f["exceptions"].exceptions(at, path)
	spec.Seasons = f["seasons"].seasons(at, path)
	return spec
}

// versions reads what the calendar is from later days on; what a version leaves
// out is as it was.
func (c *calendar) versions(f map[string]value, at places) []sla.CalendarVersion {
	var out []sla.CalendarVersion
	var last civil.Date
	var lastAt value
	held := maps.Clone(f)
	for _, item := range f["versions"].atMost(maxVersions).items() {
		own, ok := item.fields(calendarVersionKeys)
		if !ok {
			continue
		}
		maps.Copy(held, own)
		from, ok := own["from"].date(false)
		if !ok || !own["from"].follows(from, last, lastAt) {
			continue
		}
		last, lastAt = from, own["from"]
		path := fmt.Sprintf("versions[%d]", len(out))
		at[path] = item
		spec := c.spec(held, at, path+".")
		out = append(out, sla.CalendarVersion{From: civil.Resolve(spec.Zone, from, 0).Reached(), Spec: spec})
	}
	return out
}

// impossible reports a mistake that the calendar's parts make together. unclear
// says that parts of it could not be read.
func (v value) impossible(at places, e *sla.SpecError, unclear bool) {
	part, other := at[e.Path], at[e.Other]
	switch {
	case e.Problem == sla.NoHours:
		if !unclear {
			if part.present() { // a version
				v = part
			}
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
		nextDay, isNext := pastMidnight(m[1])
		switch {
		case isNext && (ok2 || isPastMidnight(m[2])):
			item.wrong(say(beginsAtEnd, "text", quoted(s)), intervalInstead(nextDay, m[2]))
			continue
		case !ok1 || !ok2:
			item.wrong(say(noSuchTime, "text", quoted(s)), intervalInstead(m[1], m[2]))
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

// intervalInstead is the interval that was probably meant with an end such as 26:00.
func intervalInstead(from, to string) phrase {
	if end, ok := pastMidnight(to); ok && to != "24:00" {
		to = end
	}
	_, ok1 := parseTime(from)
	_, ok2 := parseTime(to)
	if !ok1 || !ok2 || from == to {
		return say(writeInterval)
	}
	return say(write, "example", from+"-"+to)
}

func before(a, b position) bool {
	return a.line < b.line || a.line == b.line && a.col < b.col
}

// exceptions reads the days with hours of their own, of one date or of every year.
func (v value) exceptions(at places, path string) (dates map[civil.Date][]sla.Span, yearly map[sla.MonthDay][]sla.Span) {
	if !v.present() {
		return nil, nil
	}
	dates, yearly = map[civil.Date][]sla.Span{}, map[sla.MonthDay][]sla.Span{}
	first := map[civil.Date]position{}
	pairs, _ := v.atMost(maxDates).pairs("'2026-12-24': ['09:00-13:00']")
	for _, p := range pairs {
		key := value{r: p.r, node: p.key, path: v.path, key: p.key}
		on, ok := key.dateIn(p.name(), true)
		items, spans := p.intervals()
		if !ok {
			continue
		}
		if before, twice := first[on]; twice {
			key.wrong(say(duplicateKey, "key", quoted(p.name()), "first", before), say(keepOne))
			continue
		}
		first[on] = p.at()
		if on.Year == 0 {
			yearly[sla.MonthDay{Month: on.Month, Day: on.Day}] = spans
			at.add(fmt.Sprintf("%severy_year.%02d-%02d", path, on.Month, on.Day), items)
			continue
		}
		dates[on] = spans
		at.add(path+"exceptions."+on.String(), items)
	}
	return dates, yearly
}

// seasons reads the parts of the year that have a week of their own.
func (v value) seasons(at places, within string) []sla.Season {
	var out []sla.Season
	for _, item := range v.atMost(maxSeasons).items() {
		f, ok := item.fields(seasonKeys)
		if !ok {
			continue
		}
		from, ok1 := f["from"].yearDay()
		to, ok2 := f["to"].yearDay()
		path := fmt.Sprintf("%sseasons[%d]", within, len(out))
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

// dateLists are the lists of holidays that end some day.
func (r *reader) dateLists() []dateList {
	var out []dateList
	for _, c := range r.calendars.all() {
		if c.ends.path != "" {
			out = append(out, c.ends)
		}
	}
	return out
}
