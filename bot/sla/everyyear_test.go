package sla

import (
	"testing"
	"time"
)

func TestExceptionsOfEveryYear(t *testing.T) {
	half := func(s *CalendarSpec) {
		s.EveryYear = map[MonthDay][]Span{{time.December, 24}: {{9 * 60, 13 * 60}}, {time.February, 29}: nil}
		s.Exceptions = map[Date][]Span{{Year: 2027, Month: time.December, Day: 24}: {{9 * 60, 11 * 60}}}
		s.Holidays = []Holiday{{Month: time.December, Day: 24}}
	}
	c := simple(t, "Europe/Madrid", "09:00-18:00", everyDay, half)
	for _, tt := range []struct {
		name, from string
		want       time.Duration
	}{
		{"a half day, though it is a holiday", "2026-12-24", 4 * time.Hour},
		{"an exception of the date comes before", "2027-12-24", 2 * time.Hour},
		{"again the year after the next", "2029-12-24", 4 * time.Hour},
		{"closed on a day that only leap years have", "2028-02-29", 0},
		{"the day before it as always", "2028-02-28", 9 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from, err := time.ParseInLocation(time.DateOnly, tt.from, c.Zone())
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Between(from, from.AddDate(0, 0, 1)); got != tt.want {
				t.Errorf("it is open for %s, want %s", got, tt.want)
			}
		})
	}
	_, err := NewCalendar(CalendarSpec{Zone: time.UTC, EveryYear: map[MonthDay][]Span{{2, 30}: nil, {12, 24}: {{600, 700}, {650, 800}}}})
	var got string
	for _, e := range SpecErrors(err) {
		got += e.Error() + "\n"
	}
	want := "every_year.02-30 there is no such date\nevery_year.12-24[1] overlaps every_year.12-24[0]\n"
	if got != want {
		t.Errorf("the mistakes are\n%s, want\n%s", got, want)
	}
}
