package sla

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/bot/civil/civiltest"
)

// The calendars of the conformance table.
var (
	monToFri = []time.Weekday{1, 2, 3, 4, 5}
	everyDay = []time.Weekday{0, 1, 2, 3, 4, 5, 6}
)

func calB8(t testing.TB) *Calendar  { return simple(t, "Europe/Berlin", "08:00-18:00", monToFri) }
func calU8(t testing.TB) *Calendar  { return simple(t, "UTC", "08:00-18:00", monToFri) }
func calB9d(t testing.TB) *Calendar { return simple(t, "Europe/Berlin", "09:00-18:00", everyDay) }
func calW(t testing.TB) *Calendar   { return simple(t, "UTC", "09:00-17:00", monToFri) }
func calF(t testing.TB) *Calendar   { return simple(t, "UTC", "10:00-18:00", monToFri) }
func calM(t testing.TB) *Calendar   { return simple(t, "Europe/Madrid", "09:00-18:00", monToFri) }
func calNY(t testing.TB) *Calendar  { return simple(t, "America/New_York", "09:00-17:00", monToFri) }

func calBH(t testing.TB) *Calendar {
	return simple(t, "Europe/Berlin", "08:00-20:00", monToFri, holidays("2016-11-01"))
}

func calO(t testing.TB) *Calendar {
	return simple(t, "Europe/Berlin", "08:00-21:00", monToFri,
		holidays("01-01", "05-01", "12-24", "12-25", "12-26", "12-31"))
}

func calG(t testing.TB) *Calendar {
	return simple(t, "Europe/Paris", "08:30-19:00", monToFri, on("10:30-19:00", time.Monday))
}

func calA(t testing.TB, also ...func(*CalendarSpec)) *Calendar {
	return simple(t, "America/Argentina/Buenos_Aires", "09:00-18:00", monToFri, also...)
}

func always(t testing.TB, zone string) *Calendar { return simple(t, zone, "00:00-24:00", everyDay) }

// simple makes a calendar with the same hours on some days of the week.
func simple(t testing.TB, zone, hours string, days []time.Weekday, also ...func(*CalendarSpec)) *Calendar {
	t.Helper()
	spec := CalendarSpec{Name: zone, Zone: civiltest.Zone(t, zone)}
	for _, change := range append([]func(*CalendarSpec){on(hours, days...)}, also...) {
		change(&spec)
	}
	c, err := NewCalendar(spec)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// on sets the hours of some days of the week.
func on(hours string, days ...time.Weekday) func(*CalendarSpec) {
	return func(s *CalendarSpec) {
		for _, d := range days {
			s.Weekly[d] = spans(hours)
		}
	}
}

// except sets the hours of a date; "" closes it.
func except(day, hours string) func(*CalendarSpec) {
	return func(s *CalendarSpec) {
		if s.Exceptions == nil {
			s.Exceptions = map[Date][]Span{}
		}
		s.Exceptions[date(day)] = spans(hours)
	}
}

// holidays closes dates, written 2016-11-01, or 12-25 for every year.
func holidays(days ...string) func(*CalendarSpec) {
	return func(s *CalendarSpec) {
		for _, day := range days {
			if len(day) == len("12-25") {
				day = "0000-" + day
			}
			s.Holidays = append(s.Holidays, Holiday(date(day)))
		}
	}
}

func date(s string) (d Date) {
	if _, err := fmt.Sscanf(s, "%d-%d-%d", &d.Year, &d.Month, &d.Day); err != nil {
		panic(err)
	}
	return d
}

// spans reads "09:00-13:00 22:00-06:00": what ends before it begins goes past
// midnight.
func spans(s string) (out []Span) {
	for part := range strings.FieldsSeq(s) {
		var h, m, hh, mm int
		if _, err := fmt.Sscanf(part, "%d:%d-%d:%d", &h, &m, &hh, &mm); err != nil {
			panic(err)
		}
		span := Span{h*60 + m, hh*60 + mm}
		if span.To < span.From {
			span.To += minutesPerDay
		}
		out = append(out, span)
	}
	return out
}

// at reads "2013-03-21 09:30" or with seconds, in UTC after a Z and in the
// calendar's zone otherwise.
func at(t testing.TB, c *Calendar, s string) time.Time {
	t.Helper()
	zone := time.UTC
	if !strings.HasSuffix(s, "Z") {
		zone = c.Zone()
	}
	s = strings.TrimSuffix(s, "Z")
	if len(s) == len("2013-03-21 09:30") {
		s += ":00"
	}
	v, err := time.ParseInLocation(time.DateTime, s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func minutes(n float64) time.Duration { return time.Duration(n * float64(time.Minute)) }
