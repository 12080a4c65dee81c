package sla_test

import (
	"slices"
	"testing"
	"time"

	"sereno/bot/sla"
)

// closedWhen are the versions of a calendar on Mondays that never open, after the change.
func closedWhen(t *testing.T, change func(*sla.CalendarSpec)) []int {
	t.Helper()
	s := sla.CalendarSpec{Zone: time.UTC}
	s.Weekly[time.Monday] = []sla.Span{{From: 540, To: 1080}}
	change(&s)
	c, err := sla.NewCalendar(s)
	if err != nil {
		t.Fatal(err)
	}
	return c.Closed()
}

func TestACalendarThatNeverOpensIsKnown(t *testing.T) {
	everyDay := func(do func(sla.MonthDay)) {
		for d := (sla.Date{Year: 2000, Month: 1, Day: 1}); d.Year == 2000; d = d.AddDays(1) {
			do(sla.MonthDay{Month: d.Month, Day: d.Day})
		}
	}
	whole := sla.Season{From: sla.MonthDay{Month: 1, Day: 1}, To: sla.MonthDay{Month: 12, Day: 31}}
	december := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	shut := func(s *sla.CalendarSpec) sla.CalendarSpec {
		v := *s
		v.Versions, v.Seasons = nil, []sla.Season{whole}
		return v
	}
	for _, tt := range []struct {
		name   string
		change func(*sla.CalendarSpec)
		want   []int
	}{
		{"open on Mondays", func(*sla.CalendarSpec) {}, nil},
		{"a season that closes the whole year", func(s *sla.CalendarSpec) { s.Seasons = []sla.Season{whole} }, []int{-1}},
		{"every day is a holiday of every year", func(s *sla.CalendarSpec) {
			everyDay(func(d sla.MonthDay) { s.Holidays = append(s.Holidays, sla.Holiday{Month: d.Month, Day: d.Day}) })
		}, []int{-1}},
		{"every day is closed by an exception of every year", func(s *sla.CalendarSpec) {
			s.EveryYear = map[sla.MonthDay][]sla.Span{}
			everyDay(func(d sla.MonthDay) { s.EveryYear[d] = nil })
		}, []int{-1}},
		{"holidays of one year do not close the others", func(s *sla.CalendarSpec) {
			everyDay(func(d sla.MonthDay) {
				s.Holidays = append(s.Holidays, sla.Holiday{Year: 2028, Month: d.Month, Day: d.Day})
			})
		}, nil},
		{"one day of one year alone", func(s *sla.CalendarSpec) {
			s.Weekly[time.Monday] = nil
			s.Exceptions = map[sla.Date][]sla.Span{{Year: 2020, Month: 1, Day: 6}: {{From: 540, To: 1080}}}
		}, []int{-1}},
		{"one day of every year", func(s *sla.CalendarSpec) {
			s.Weekly[time.Monday] = nil
			s.EveryYear = map[sla.MonthDay][]sla.Span{{Month: 1, Day: 6}: {{From: 540, To: 1080}}}
		}, nil},
		{"29 February alone: eight years can lie between two", func(s *sla.CalendarSpec) {
			s.Weekly[time.Monday] = nil
			s.EveryYear = map[sla.MonthDay][]sla.Span{{Month: 2, Day: 29}: {{From: 540, To: 1080}}}
		}, []int{-1}},
		{"a version that closes for good", func(s *sla.CalendarSpec) {
			s.Versions = []sla.CalendarVersion{{From: december, Spec: shut(s)}}
		}, []int{0}},
		{"closed until a version opens", func(s *sla.CalendarSpec) {
			open := *s
			*s = shut(s)
			s.Versions = []sla.CalendarVersion{{From: december, Spec: open}}
		}, []int{-1}},
		{"closed but for a day before a version opens", func(s *sla.CalendarSpec) {
			open := *s
			*s = shut(s)
			s.Exceptions = map[sla.Date][]sla.Span{{Year: 2026, Month: 1, Day: 6}: {{From: 540, To: 1080}}}
			s.Versions = []sla.CalendarVersion{{From: december, Spec: open}}
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := closedWhen(t, tt.change); !slices.Equal(got, tt.want) {
				t.Errorf("never open: %v, want %v", got, tt.want)
			}
		})
	}
}
