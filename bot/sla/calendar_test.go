package sla

import (
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/civil/civiltest"
)

func TestNewCalendarRefuses(t *testing.T) {
	madrid := civiltest.Zone(t, "Europe/Madrid")
	for _, tt := range []struct {
		name    string
		zone    *time.Location
		changes []func(*CalendarSpec)
		want    []string
	}{
		{"a good one", madrid, []func(*CalendarSpec){
			on("09:00-13:00 14:00-18:00", monToFri...), on("22:00-06:00", time.Saturday),
			holidays("2026-11-23", "12-25", "02-29"), except("2026-12-24", "09:00-13:00"), except("2026-12-26", ""),
		}, nil},
		{"no zone and no hours", nil, nil, []string{"zone no time zone", "no opening hours at all"}},
		{
			"overlapping hours of a day", madrid,
			[]func(*CalendarSpec){on("09:00-13:00 12:00-18:00", time.Monday)},
			[]string{"weekly.mon[1] overlaps weekly.mon[0]"},
		},
		{
			"hours within others", madrid,
			[]func(*CalendarSpec){on("09:00-18:00 10:00-11:00 12:00-13:00", time.Monday)},
			[]string{"weekly.mon[1] overlaps weekly.mon[0]", "weekly.mon[2] overlaps weekly.mon[0]"},
		},
		{
			"a night into the next day's hours", madrid,
			[]func(*CalendarSpec){on("22:00-06:00", time.Monday), on("05:00-09:00", time.Tuesday)},
			[]string{"weekly.tue[0] overlaps weekly.mon[0]"},
		},
		{
			"Saturday's night into Sunday", madrid,
			[]func(*CalendarSpec){on("22:00-06:00", time.Saturday), on("05:00-09:00", time.Sunday)},
			[]string{"weekly.sun[0] overlaps weekly.sat[0]"},
		},
		{"hours that touch are fine", madrid, []func(*CalendarSpec){on("00:00-24:00", everyDay...), except("2026-01-01", "00:00-12:00 12:00-24:00")}, nil},
		{
			"a night into an exception", madrid,
			[]func(*CalendarSpec){on("22:00-06:00", everyDay...), except("2026-09-16", "05:00-08:00")},
			[]string{"exceptions.2026-09-16[0] overlaps weekly.tue[0]"},
		},
		{
			"an exception's night into the next day", madrid,
			[]func(*CalendarSpec){on("05:00-09:00", everyDay...), except("2026-09-16", "22:00-06:00")},
			[]string{"weekly.thu[0] overlaps exceptions.2026-09-16[0]"},
		},
		{
			"two exceptions, told once", madrid,
			[]func(*CalendarSpec){except("2026-09-16", "22:00-06:00"), except("2026-09-17", "05:00-06:00")},
			[]string{"exceptions.2026-09-17[0] overlaps exceptions.2026-09-16[0]"},
		},
		{"spans that are none", madrid, []func(*CalendarSpec){func(s *CalendarSpec) {
			s.Weekly[time.Monday] = []Span{{540, 540}, {600, 540}, {-1, 5}, {1440, 1500}, {60, 2881}, {0, 480}}
		}}, []string{
			"weekly.mon[0] ends when or before it begins", "weekly.mon[1] ends when or before it begins",
			"weekly.mon[2] must begin between 00:00 and 23:59 of its day", "weekly.mon[3] must begin between 00:00 and 23:59 of its day",
			"weekly.mon[4] must end by midnight of the next day",
		}},
		{"dates that there are not", madrid, []func(*CalendarSpec){
			on("09:00-18:00", monToFri...), holidays("2026-02-29", "02-30"), except("2026-04-31", "09:00-10:00"),
			season("06-31", "08-00", "09:00-10:00"),
		}, []string{
			"holidays[0] there is no such date", "holidays[1] there is no such date",
			"seasons[0].from there is no such date", "seasons[0].to there is no such date",
			"exceptions.2026-04-31 there is no such date",
		}},
		{"seasons that share days", madrid, []func(*CalendarSpec){
			season("12-15", "01-15", "09:00-10:00"), season("01-10", "02-10", "09:00-10:00"),
		}, []string{"seasons[1] share days of the year seasons[0]"}},
		{
			"bad hours of a season", madrid,
			[]func(*CalendarSpec){season("07-01", "08-31", "10:00-12:00 11:00-13:00")},
			[]string{"seasons[0].weekly.mon[1] overlaps seasons[0].weekly.mon[0]", "seasons[0].weekly.tue[1] overlaps seasons[0].weekly.tue[0]"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			spec := CalendarSpec{Name: "test", Zone: tt.zone}
			for _, change := range tt.changes {
				change(&spec)
			}
			c, err := NewCalendar(spec)
			if (c == nil) != (err != nil) {
				t.Errorf("NewCalendar = %v, %v", c, err)
			}
			var got []string
			for _, e := range SpecErrors(err) {
				got = append(got, e.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

// season opens on Mondays and Tuesdays from one day of the year to another.
func season(from, to, hours string) func(*CalendarSpec) {
	return func(s *CalendarSpec) {
		f, u := date("0000-"+from), date("0000-"+to)
		season := Season{From: MonthDay{f.Month, f.Day}, To: MonthDay{u.Month, u.Day}}
		season.Weekly[time.Monday], season.Weekly[time.Tuesday] = spans(hours), spans(hours)
		s.Seasons = append(s.Seasons, season)
	}
}

// A calendar is not changed by what happens to its specification later.
func TestCalendarKeepsItsHours(t *testing.T) {
	spec := CalendarSpec{Name: "x", Zone: time.UTC, Exceptions: map[Date][]Span{date("2026-09-16"): {{540, 600}}}}
	spec.Weekly[time.Monday] = []Span{{540, 600}}
	c, err := NewCalendar(spec)
	if err != nil {
		t.Fatal(err)
	}
	spec.Weekly[time.Monday][0] = Span{0, 1}
	spec.Exceptions[date("2026-09-16")][0] = Span{0, 1}
	spec.Exceptions[date("2026-09-17")] = []Span{{0, 1}}
	if got := c.Between(at(t, c, "2026-09-14 00:00"), at(t, c, "2026-09-21 00:00")); got != 2*time.Hour {
		t.Errorf("the week has %v", got)
	}
}

func TestWindows(t *testing.T) {
	madrid := func(changes ...func(*CalendarSpec)) *Calendar {
		return simple(t, "Europe/Madrid", "", nil, changes...)
	}
	for _, tt := range []struct {
		name     string
		calendar *Calendar
		from, to string
		want     []string // start and end on the zone's clocks
	}{
		{
			"two stretches a day", madrid(on("09:00-14:00 16:00-19:00", time.Wednesday)), "2026-09-16 00:00", "2026-09-17 00:00",
			[]string{"16 09:00–16 14:00", "16 16:00–16 19:00"},
		},
		{
			"cut at the bounds", madrid(on("09:00-14:00 16:00-19:00", time.Wednesday)), "2026-09-16 10:00", "2026-09-16 17:00",
			[]string{"16 10:00–16 14:00", "16 16:00–16 17:00"},
		},
		{
			"a night belongs to the day on which it begins", madrid(on("22:00-06:00", time.Saturday)), "2026-09-19 00:00", "2026-09-21 00:00",
			[]string{"19 22:00–20 06:00"},
		},
		{
			"a holiday has no night, but the night before goes on into it",
			madrid(on("22:00-06:00", everyDay...), holidays("2026-09-16")), "2026-09-15 12:00", "2026-09-17 23:00",
			[]string{"15 22:00–16 06:00", "17 22:00–17 23:00"},
		},
		{
			"an exception opens a holiday", madrid(on("09:00-18:00", everyDay...), holidays("12-25"), except("2026-12-25", "10:00-12:00")),
			"2026-12-25 00:00", "2026-12-26 00:00",
			[]string{"25 10:00–25 12:00"},
		},
		{"an empty exception closes", madrid(on("09:00-18:00", everyDay...), except("2026-12-26", "")), "2026-12-26 00:00", "2026-12-27 00:00", nil},
		{
			"a season over the end of the year", madrid(on("09:00-18:00", everyDay...), season("12-28", "01-05", "10:00-11:00")),
			"2026-12-27 00:00", "2026-12-30 00:00",
			[]string{"27 09:00–27 18:00", "28 10:00–28 11:00", "29 10:00–29 11:00"},
		},
		{
			"and its end", madrid(on("09:00-18:00", everyDay...), season("12-28", "01-05", "10:00-11:00")),
			"2027-01-04 00:00", "2027-01-07 00:00",
			[]string{"04 10:00–04 11:00", "05 10:00–05 11:00", "06 09:00–06 18:00"},
		},
		{
			"never closed, over the end of the year", always(t, "Europe/Madrid"), "2026-12-30 00:00", "2027-01-02 00:00",
			[]string{"30 00:00–02 00:00"},
		},
		{"a night shift in spring", madrid(on("22:00-06:00", time.Saturday)), "2026-03-28 12:00", "2026-03-29 12:00", []string{"28 22:00–29 06:00"}},
		{"hours within the gap vanish", madrid(on("02:15-03:10", time.Sunday)), "2026-03-28 12:00", "2026-03-29 12:00", nil},
		{
			"a season of one day", madrid(on("09:00-18:00", everyDay...), season("09-14", "09-14", "10:00-11:00")),
			"2026-09-13 12:00", "2026-09-16 00:00",
			[]string{"13 12:00–13 18:00", "14 10:00–14 11:00", "15 09:00–15 18:00"},
		},
		{
			"a night that reaches over a season's first hours", madrid(on("22:00-08:00", time.Sunday), season("09-14", "09-14", "05:00-06:00")),
			"2026-09-13 12:00", "2026-09-16 00:00",
			[]string{"13 22:00–14 08:00"},
		},
		{
			"a Friday that Samoa skipped gives Saturday no hours", simple(t, "Pacific/Apia", "09:00-18:00", monToFri),
			"2011-12-29 00:00", "2012-01-02 12:00",
			[]string{"29 09:00–29 18:00", "02 09:00–02 12:00"},
		},
		{"upside down", always(t, "UTC"), "2026-12-30 00:00", "2026-12-29 00:00", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, w := range tt.calendar.Windows(at(t, tt.calendar, tt.from), at(t, tt.calendar, tt.to)) {
				zone := tt.calendar.Zone()
				got = append(got, w.Start.In(zone).Format("02 15:04–")+w.End.In(zone).Format("02 15:04"))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("windows (-want +got):\n%s", diff)
			}
		})
	}
}

// A night shift is an hour short in spring and an hour long in autumn.
func TestNightsWhenClocksChange(t *testing.T) {
	c := simple(t, "Europe/Madrid", "22:00-06:00", []time.Weekday{time.Saturday})
	for day, want := range map[string]time.Duration{"2026-03-28": 7 * time.Hour, "2026-09-19": 8 * time.Hour, "2026-10-24": 9 * time.Hour} {
		from := at(t, c, day+" 12:00")
		if got := c.Between(from, from.Add(24*time.Hour)); got != want {
			t.Errorf("the night of %s is %v, want %v", day, got, want)
		}
	}
}

func TestOpenAt(t *testing.T) {
	c := calM(t)
	for when, want := range map[string]bool{
		"2026-09-16 08:59:59": false, "2026-09-16 09:00": true, "2026-09-16 17:59:59": true,
		"2026-09-16 18:00": false, "2026-09-19 12:00": false,
	} {
		if got := c.OpenAt(at(t, c, when)); got != want {
			t.Errorf("OpenAt(%s) = %v", when, got)
		}
	}
}

func TestSub(t *testing.T) {
	c := calM(t)
	for _, tt := range []struct {
		from string
		d    time.Duration
		want string
	}{
		{"2026-09-16 12:00", 0, "2026-09-16 12:00"},
		{"2026-09-16 12:00", time.Hour, "2026-09-16 11:00"},
		{"2026-09-16 12:00", 3 * time.Hour, "2026-09-16 09:00"},
		{"2026-09-14 10:00", 2 * time.Hour, "2026-09-11 17:00"},
		{"2026-09-12 10:00", 9 * time.Hour, "2026-09-11 09:00"},
		{"2027-01-01 09:30", time.Hour, "2026-12-31 17:30"},
		{"2026-09-16 12:00", -time.Hour, "2026-09-16 13:00"},
	} {
		if got, err := c.Sub(at(t, c, tt.from), tt.d); err != nil || !got.Equal(at(t, c, tt.want)) {
			t.Errorf("Sub(%s, %v) = %v, %v, want %s", tt.from, tt.d, got.In(c.Zone()), err, tt.want)
		}
	}
}

func TestAddDays(t *testing.T) {
	c := simple(t, "Europe/Madrid", "09:00-14:00 16:00-19:00", monToFri, on("22:00-06:00", time.Saturday), holidays("2026-09-17"))
	for _, tt := range []struct {
		name, from string
		n          int
		want       string
	}{
		{"none", "2026-09-16 12:00", 0, "2026-09-16 12:00"},
		{"over a holiday", "2026-09-16 12:00:30", 1, "2026-09-18 12:00:30"},
		{"back over it", "2026-09-18 12:00", -1, "2026-09-16 12:00"},
		{"from the small hours of Saturday's night to the next one's", "2026-09-20 02:00", 6, "2026-09-27 02:00"},
		{"in the break it waits for the opening", "2026-09-20 15:00", 1, "2026-09-21 16:00"},
		{"before hours too", "2026-09-20 07:00", 1, "2026-09-21 09:00"},
		{"after hours it is the close", "2026-09-20 23:00", 1, "2026-09-21 19:00"},
	} {
		if got, err := c.AddDays(at(t, c, tt.from), tt.n); err != nil || !got.Equal(at(t, c, tt.want)) {
			t.Errorf("%s: AddDays(%s, %d) = %v, %v, want %s", tt.name, tt.from, tt.n, got.In(c.Zone()), err, tt.want)
		}
	}
	samoa := simple(t, "Pacific/Apia", "09:00-18:00", monToFri)
	if got, err := samoa.AddDays(at(t, samoa, "2011-12-29 12:00"), 1); err != nil || !got.Equal(at(t, samoa, "2012-01-02 12:00")) {
		t.Errorf("after Samoa's skipped Friday comes %v, %v", got, err)
	}
	if end, ok := c.DayEnd(at(t, c, "2026-09-20 02:00")); !ok || !end.Equal(at(t, c, "2026-09-20 06:00")) {
		t.Errorf("Saturday's night ends %v, %v", end, ok)
	}
	if end, ok := c.DayEnd(at(t, c, "2026-09-17 12:00")); ok {
		t.Errorf("a holiday ends %v", end)
	}
}

// Many goroutines may ask a calendar that nobody has asked before.
func TestCalendarIsShared(t *testing.T) {
	c := calM(t)
	from, to := at(t, c, "2020-01-01 00:00"), at(t, c, "2030-01-01 00:00")
	want := calM(t).Between(from, to)
	var g sync.WaitGroup
	for range 8 {
		g.Go(func() {
			if got := c.Between(from, to); got != want {
				t.Errorf("Between = %v, want %v", got, want)
			}
		})
	}
	g.Wait()
}

// However far the question, there is an answer, and soon.
func TestFarAway(t *testing.T) {
	c := calM(t)
	once := simple(t, "UTC", "", nil, except("2026-09-16", "09:00-10:00"))
	first, last := time.Time{}, time.Unix(math.MaxInt64/4, 0)
	from := at(t, c, "2026-09-16 12:00")
	for name, add := range map[string]func() (time.Time, error){
		"after its last day":         func() (time.Time, error) { return once.Add(from, time.Hour) },
		"before its first day":       func() (time.Time, error) { return once.Sub(from, 2*time.Hour) },
		"after all years":            func() (time.Time, error) { return c.Add(last, time.Hour) },
		"before all years":           func() (time.Time, error) { return c.Sub(first, time.Hour) },
		"days after its last":        func() (time.Time, error) { return once.AddDays(from, 1) },
		"days before its first":      func() (time.Time, error) { return once.AddDays(from.AddDate(-1, 0, 0), -1) },
		"more days than there are":   func() (time.Time, error) { return c.AddDays(from, math.MaxInt) },
		"fewer days than there were": func() (time.Time, error) { return c.AddDays(from, math.MinInt) },
	} {
		if got, err := add(); !errors.Is(err, ErrNoOpening) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if got, err := c.Sub(from, math.MinInt64); err != nil || got.Year() < 2200 {
		t.Errorf("the longest time from now is %v, %v", got, err)
	}
	if got := always(t, "UTC").Between(first, last); got != math.MaxInt64 {
		t.Errorf("between the first and last instant: %v", got)
	}
	if got := c.Between(last, last); got != 0 {
		t.Errorf("between the last instant and itself: %v", got)
	}
	if c.OpenAt(first) || c.OpenAt(last) {
		t.Error("open at the ends of time")
	}
	if got := c.Windows(last, last.Add(time.Hour)); got != nil {
		t.Errorf("windows at the end of time: %v", got)
	}
}
