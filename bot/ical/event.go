package ical

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	rfc "github.com/emersion/go-ical"
	"github.com/teambition/rrule-go"

	"sereno/bot/civil"
)

// series is an event with its recurrence, as written.
type series struct {
	Event
	line   int
	zone   *time.Location // of its start
	length time.Duration  // of the wall clock when AllDay
	set    *rrule.Set     // nil when it does not recur
	// instead is the start of the occurrence that this one replaces.
	instead   time.Time
	cancelled bool
}

// event reads the component.
func (c *component) event(zone *time.Location) (*series, error) {
	start := c.one(rfc.PropDateTimeStart)
	if start == nil {
		return nil, wrong(c.line, "ical.no_start")
	}
	s := &series{line: start.line, cancelled: strings.EqualFold(c.value(rfc.PropStatus), "CANCELLED")}
	s.Event = c.marks
	var err error
	if s.Start, s.AllDay, err = start.time(zone); err != nil {
		return nil, err
	}
	s.zone = s.Start.Location()
	if s.length, err = c.length(s, zone); err != nil {
		return nil, err
	}
	if p := c.one(rfc.PropRecurrenceID); p != nil {
		if s.instead, _, err = p.time(zone); err != nil {
			return nil, err
		}
	}
	return s, c.recurrence(s, zone)
}

// named is the event without its times.
func (c *component) named() Event {
	e := Event{UID: c.value(rfc.PropUID), Summary: c.text(rfc.PropSummary)}
	for _, p := range c.props[rfc.PropCategories] {
		e.Categories = append(e.Categories, categories(p)...)
	}
	e.OutOfOffice = strings.EqualFold(strings.TrimSpace(c.value("X-MICROSOFT-CDO-BUSYSTATUS")), "OOF")
	return e
}

// text is what people wrote under the name, such as the event's title; what is
// not escaped as it should be is taken as it is.
func (c *component) text(name string) string {
	p := c.one(name)
	if p == nil {
		return ""
	}
	if text, err := p.Text(); err == nil {
		return text
	}
	return p.Value
}

// categories are the words of a list, which may hold several in a line.
func categories(p *property) []string {
	if words, err := p.TextList(); err == nil {
		return words
	}
	return []string{p.Value}
}

// length is how long the event lasts: by DTEND, by DURATION, or else a day when
// it is all day and nothing when not (RFC 5545, 3.6.1).
func (c *component) length(s *series, zone *time.Location) (time.Duration, error) {
	if p := c.one(rfc.PropDateTimeEnd); p != nil {
		end, allDay, err := p.time(zone)
		switch {
		case err != nil:
			return 0, err
		case allDay != s.AllDay:
			return 0, wrong(p.line, "ical.mixed_ends")
		case end.Before(s.Start):
			return 0, wrong(p.line, "ical.backwards")
		}
		if s.AllDay {
			days := civil.DateOf(end, end.Location()).Sub(civil.DateOf(s.Start, s.zone))
			return time.Duration(max(days, 1)) * day, nil
		}
		return end.Sub(s.Start), nil
	}
	if p := c.one(rfc.PropDuration); p != nil {
		length, ok := parseDuration(p.Value)
		if !ok || length > maxLength || s.AllDay && (length%day != 0 || length == 0) {
			return 0, wrong(p.line, "ical.length", "text", shorten(p.Value))
		}
		return length, nil
	}
	if s.AllDay {
		return day, nil
	}
	return 0, nil
}

const (
	day       = 24 * time.Hour
	maxLength = 20_000 * day
)

var durationForm = regexp.MustCompile(`^\+?P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$`)

func parseDuration(s string) (time.Duration, bool) {
	m := durationForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	var sum time.Duration
	for i, unit := range []time.Duration{7 * day, day, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+1])
		sum += time.Duration(n) * unit
	}
	return sum, true
}

// time reads DATE, DATE-TIME in UTC, with TZID, or floating.
func (p *property) time(zone *time.Location) (at time.Time, allDay bool, err error) {
	if id := p.Params.Get(rfc.ParamTimezoneID); id != "" {
		named, err := time.LoadLocation(id)
		if err != nil || strings.EqualFold(id, "local") {
			return at, false, wrong(p.line, "ical.zone", "text", shorten(id))
		}
		zone = named
	}
	value := strings.TrimSpace(p.Value)
	layout := "20060102T150405"
	switch {
	case len(value) == len("20060102"):
		layout, allDay = "20060102", true
	case strings.HasSuffix(value, "Z"):
		value, zone = strings.TrimSuffix(value, "Z"), time.UTC
	}
	wall, err := time.Parse(layout, value)
	if err != nil || wall.Year() < 1900 || wall.Year() > 2200 {
		return at, false, wrong(p.line, "ical.time", "text", shorten(p.Value))
	}
	date := civil.DateOf(wall, time.UTC)
	at = civil.Resolve(zone, date, wall.Hour()*60+wall.Minute()).At
	return at.Add(time.Duration(wall.Second()) * time.Second).In(zone), allDay, nil
}

// recurrence reads RRULE, RDATE and EXDATE.
func (c *component) recurrence(s *series, zone *time.Location) error {
	rule, dates := c.one(rfc.PropRecurrenceRule), c.props[rfc.PropRecurrenceDates]
	if rule == nil && len(dates) == 0 {
		return nil
	}
	s.set = &rrule.Set{}
	s.set.DTStart(s.Start)
	if rule != nil {
		r, err := rule.rule(s)
		if err != nil {
			return err
		}
		s.set.RRule(r)
	} else {
		s.set.RDate(s.Start)
	}
	if err := each(dates, zone, s.set.RDate); err != nil {
		return err
	}
	return each(c.props[rfc.PropExceptionDates], zone, s.set.ExDate)
}

// rule reads the RRULE. Rules of hours and less are no holidays, no vacations,
// and no end of work.
func (p *property) rule(s *series) (r *rrule.RRule, err error) {
	defer func() {
		if recover() != nil { // the library's reader is not made for every input
			r, err = nil, p.noRule()
		}
	}()
	option, err := rrule.StrToROptionInLocation(p.Value, s.zone)
	if err != nil || option.Freq > rrule.DAILY || option.Interval < 0 || option.Interval > 1000 ||
		len(option.Byhour)+len(option.Byminute)+len(option.Bysecond) > 0 {
		return nil, p.noRule()
	}
	option.Dtstart = s.Start
	if r, err = rrule.NewRRule(*option); err != nil {
		return nil, p.noRule()
	}
	return r, nil
}

func (p *property) noRule() error {
	return wrong(p.line, "ical.rule", "text", shorten(p.Value))
}

// each gives every time of a list, which may hold several in a line.
func each(all []*property, zone *time.Location, take func(time.Time)) error {
	for _, p := range all {
		for value := range strings.SplitSeq(p.Value, ",") {
			one := *p.Prop
			one.Value = value
			at, _, err := (&property{&one, p.line}).time(zone)
			if err != nil {
				return err
			}
			take(at)
		}
	}
	return nil
}
