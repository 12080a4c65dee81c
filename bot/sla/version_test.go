package sla

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// version puts another calendar's hours into force from an instant on.
func versionFrom(at time.Time, then *Calendar) func(*CalendarSpec) {
	return func(s *CalendarSpec) {
		s.Versions = append(s.Versions, CalendarVersion{From: at, Spec: then.versions[0].CalendarSpec})
	}
}

func TestVersionsOfACalendar(t *testing.T) {
	midnight := time.Date(2026, 9, 17, 0, 0, 0, 0, time.UTC)
	late := simple(t, "UTC", "12:00-20:00", monToFri)
	c := simple(t, "UTC", "09:00-17:00", monToFri, versionFrom(midnight, late))
	for _, tt := range []struct {
		name, from string
		add        time.Duration
		want       string
	}{
		{"before the change by the old hours", "2026-09-16 16:00", time.Hour, "2026-09-16 17:00"},
		{"over it into the new hours", "2026-09-16 16:00", 2 * time.Hour, "2026-09-17 13:00"},
		{"after it by the new hours", "2026-09-17 09:00", 8 * time.Hour, "2026-09-17 20:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from := at(t, c, tt.from)
			due, err := c.Add(from, tt.add)
			if err != nil || !due.Equal(at(t, c, tt.want)) {
				t.Fatalf("%s and %s is %v, %v; want %s", tt.from, tt.add, due, err, tt.want)
			}
			if back := c.Between(from, due); back != tt.add {
				t.Errorf("between them lie %s", back)
			}
		})
	}
	if due, err := c.AddDays(at(t, c, "2026-09-16 10:00"), 1); err != nil || !due.Equal(at(t, c, "2026-09-17 12:00")) {
		t.Errorf("a day on, at ten, it is not open yet: %v, %v", due, err)
	}
}

// A shift that goes over the change ends with the version that it belongs to.
func TestAVersionThatBeginsWithinTheHours(t *testing.T) {
	noon := time.Date(2026, 9, 16, 12, 0, 0, 0, time.UTC)
	c := simple(t, "UTC", "09:00-17:00", everyDay, versionFrom(noon, simple(t, "UTC", "14:00-16:00", everyDay)))
	want := []Interval{
		{at(t, c, "2026-09-16 09:00"), at(t, c, "2026-09-16 12:00")}, {at(t, c, "2026-09-16 14:00"), at(t, c, "2026-09-16 16:00")},
	}
	if diff := cmp.Diff(want, c.Windows(at(t, c, "2026-09-16 00:00"), at(t, c, "2026-09-17 00:00"))); diff != "" {
		t.Errorf("open (-want +got):\n%s", diff)
	}
	same := simple(t, "UTC", "09:00-17:00", everyDay, versionFrom(noon, simple(t, "UTC", "09:00-18:00", everyDay)))
	if got := same.Windows(at(t, c, "2026-09-16 00:00"), at(t, c, "2026-09-17 00:00")); len(got) != 1 {
		t.Errorf("hours that touch are one window: %v", got)
	}
}

// Row 39: where the schedule moved to another zone while the clock ran, each
// version counts its part.
func TestConformance39InOneCalendar(t *testing.T) {
	chicago := simple(t, "America/Chicago", "07:00-21:00", everyDay)
	changed := at(t, chicago, "2020-09-30 19:01:25Z")
	c := simple(t, "America/Chicago", "07:00-21:00", everyDay, versionFrom(changed, simple(t, "America/Los_Angeles", "07:00-21:00", everyDay)))
	created, replied := at(t, chicago, "2020-09-29 17:01:38Z"), at(t, chicago, "2020-09-30 19:01:46Z")
	if got, want := c.Between(created, replied), 960*time.Minute+8*time.Second; got != want {
		t.Errorf("piecewise it is %v, want %v", got, want)
	}
	if got := c.ZoneAt(created).String() + " " + c.ZoneAt(replied).String(); got != "America/Chicago America/Los_Angeles" {
		t.Errorf("its wall clocks hang in %s", got)
	}
	// At nine in the morning of either zone.
	for wall, want := range map[string]string{"2020-09-30T09:00:00Z": "2020-09-30T14:00:00Z", "2020-10-01T09:00:00Z": "2020-10-01T16:00:00Z"} {
		at, err := time.Parse(time.RFC3339, wall)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Wall(at).Format(time.RFC3339); got != want {
			t.Errorf("the clocks show %s at %s, want %s", wall, got, want)
		}
	}
}

// Row 51: the holiday that is decreed while a clock runs moves it, at once.
func TestConformance51AsAVersion(t *testing.T) {
	decreed := time.Date(2026, 11, 20, 21, 30, 0, 0, time.UTC)
	c := calA(t, versionFrom(decreed, calA(t, holidays("2026-11-23"))))
	due, err := c.Add(at(t, c, "2026-11-20 17:00"), 4*time.Hour)
	if err != nil || !due.Equal(at(t, c, "2026-11-24 15:00Z")) {
		t.Errorf("it is due %v, %v", due, err)
	}
}

func TestImpossibleVersions(t *testing.T) {
	day := time.Date(2026, 9, 17, 0, 0, 0, 0, time.UTC)
	w := calW(t).versions[0].CalendarSpec
	bad := w
	bad.Weekly[1] = []Span{{600, 700}, {650, 800}}
	nested := w
	nested.Versions = []CalendarVersion{{From: day, Spec: w}}
	w.Versions = []CalendarVersion{{From: day, Spec: bad}, {From: day, Spec: CalendarSpec{}}, {From: day.Add(1), Spec: nested}}
	var got []string
	_, err := NewCalendar(w)
	for _, e := range SpecErrors(err) {
		got = append(got, e.Error())
	}
	want := []string{
		"versions[0].weekly.mon[1] overlaps versions[0].weekly.mon[0]",
		"versions[1] must begin after the version before it",
		"versions[1].zone no time zone",
		"versions[1] no opening hours at all",
		"versions[2] must begin at a whole second",
		"versions[2] has versions of its own",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

// Business time without pauses, as the command line counts it.
func TestWithout(t *testing.T) {
	w := calW(t)
	span := func(from, to string) Interval { return Interval{at(t, w, from), at(t, w, to)} }
	night := span("2026-09-16 16:30", "2026-09-17 09:30")
	for _, tt := range []struct {
		name   string
		pauses []Interval
		from   string
		add    time.Duration
		want   string
	}{
		{"none", nil, "2026-09-16 10:00", time.Hour, "2026-09-16 11:00"},
		{"one in the middle", []Interval{span("2026-09-16 10:30", "2026-09-16 12:00")}, "2026-09-16 10:00", time.Hour, "2026-09-16 12:30"},
		{"one that has begun before", []Interval{span("2026-09-16 09:30", "2026-09-16 12:00")}, "2026-09-16 10:00", time.Hour, "2026-09-16 13:00"},
		{"one that was over before", []Interval{span("2026-09-16 09:30", "2026-09-16 10:00")}, "2026-09-16 10:00", time.Hour, "2026-09-16 11:00"},
		{"one that begins when it is due", []Interval{span("2026-09-16 11:00", "2026-09-16 12:00")}, "2026-09-16 10:00", time.Hour, "2026-09-16 11:00"},
		{"one over the night", []Interval{night}, "2026-09-16 16:00", time.Hour, "2026-09-17 10:00"},
		{"one while it is closed anyway", []Interval{span("2026-09-16 17:00", "2026-09-17 09:00")}, "2026-09-16 16:00", 2 * time.Hour, "2026-09-17 10:00"},
		{"some that overlap, the later first", []Interval{span("2026-09-16 11:00", "2026-09-16 13:00"), span("2026-09-16 10:30", "2026-09-16 12:00"), span("2026-09-16 11:30", "2026-09-16 11:40")}, "2026-09-16 10:00", time.Hour, "2026-09-16 13:30"},
		{"back over one", []Interval{night}, "2026-09-17 10:00", -time.Hour, "2026-09-16 16:00"},
		{"back from within one", []Interval{night}, "2026-09-17 09:15", -time.Hour, "2026-09-16 15:30"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := w.Without(tt.pauses...)
			got, err := c.Add(at(t, w, tt.from), tt.add)
			if err != nil || !got.Equal(at(t, w, tt.want)) {
				t.Errorf("%s and %s is %v, %v; want %s", tt.from, tt.add, got, err, tt.want)
			}
			if back := c.Between(at(t, w, tt.from), got); back != tt.add {
				t.Errorf("between them lie %s", back)
			}
			if tt.add > 0 {
				var sum time.Duration
				for l := range c.Lines(at(t, w, tt.from), got) {
					sum += l.Amount()
				}
				if sum != tt.add {
					t.Errorf("the lines are %s", sum)
				}
			}
		})
	}
}

// Row 27, with its pauses.
func TestConformance27WithPauses(t *testing.T) {
	g := calG(t)
	c := g.Without(
		Interval{at(t, g, "2034-06-14 07:00"), at(t, g, "2034-06-14 18:00")},
		Interval{at(t, g, "2034-06-07 11:00"), at(t, g, "2034-06-13 11:00")},
	)
	if due, err := c.AddDays(at(t, g, "2034-06-07 10:00"), 5); err != nil || !due.Equal(at(t, g, "2034-06-21 09:00")) {
		t.Errorf("it is due %v, %v", due, err)
	}
}
