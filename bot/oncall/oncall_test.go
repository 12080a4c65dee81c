package oncall

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sereno/bot/civil/civiltest"
)

const nine = 9 * 60

func day(y int, m time.Month, d int) Date { return Date{Year: y, Month: m, Day: d} }

// single is a schedule of one layer.
func single(name string, r Rotation) *Schedule {
	return &Schedule{Name: name, Zone: r.Zone, Layers: []Layer{{Rotation: r}}}
}

func payments(t testing.TB) *Schedule {
	return single("payments-oncall", Rotation{
		People: []string{"luis", "ana"}, Unit: Week, Every: 1, Start: day(2026, 11, 2), HandOff: nine,
		Zone: civiltest.Zone(t, "America/Argentina/Buenos_Aires"),
	})
}

func platform(t testing.TB) *Schedule {
	return single("platform-oncall", Rotation{
		People: []string{"sofia", "tom"}, Every: 1, Start: day(2026, 11, 2), HandOff: nine,
		Zone: civiltest.Zone(t, "America/New_York"),
	})
}

func TestOnCallAt(t *testing.T) {
	for _, tt := range []struct {
		name     string
		schedule *Schedule
		at       string // on the clocks of the schedule's zone
		want     string // "" for nobody
	}{
		{"nobody before the first hand-off", payments(t), "2026-11-02 08:59:59", ""},
		{"luis from the first hand-off", payments(t), "2026-11-02 09:00:00", "luis"},
		{"luis until the next Monday", payments(t), "2026-11-09 08:59:59", "luis"},
		{"then ana", payments(t), "2026-11-09 09:00:00", "ana"},
		{"luis again in the third week", payments(t), "2026-11-16 12:00:00", "luis"},
		{"still luis on the morning of the 23rd", payments(t), "2026-11-23 08:59:59", "luis"},
		{"ana from the 23rd", payments(t), "2026-11-23 09:00:00", "ana"},
		{"ana on the holiday's Wednesday", payments(t), "2026-11-25 10:00:00", "ana"},
		{"luis from the 30th", payments(t), "2026-11-30 09:00:00", "luis"},
		{"years later the turns are the same", payments(t), "2036-11-03 09:00:00", "luis"},
		{"sofia on the first day", platform(t), "2026-11-02 09:00:00", "sofia"},
		{"sofia through the night", platform(t), "2026-11-03 08:59:59", "sofia"},
		{"tom on the second", platform(t), "2026-11-03 09:00:00", "tom"},
		{"tom on the 25th", platform(t), "2026-11-25 12:00:00", "tom"},
		{"the hand-off is at nine in summer, too", platform(t), "2027-03-14 08:59:59", "tom"},
		{"and at nine", platform(t), "2027-03-14 09:00:00", "sofia"},
		{"an empty schedule", &Schedule{}, "2026-11-25 12:00:00", ""},
		{"no schedule", nil, "2026-11-25 12:00:00", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			zone := time.UTC
			if tt.schedule != nil && tt.schedule.Zone != nil {
				zone = tt.schedule.Zone
			}
			at, err := time.ParseInLocation(time.DateTime, tt.at, zone)
			if err != nil {
				t.Fatal(err)
			}
			shift, ok := tt.schedule.OnCallAt(at, nil)
			if shift.Person != tt.want || ok != (tt.want != "") {
				t.Errorf("OnCallAt = %v, %v, want %q", shift, ok, tt.want)
			}
			if ok && (at.Before(shift.Start) || !at.Before(shift.End)) {
				t.Errorf("the shift %v does not cover %v", shift, at)
			}
		})
	}
}

func TestShifts(t *testing.T) {
	daily := func(zone string, handOff int, start Date) *Schedule {
		return single("daily", Rotation{People: []string{"a", "b", "c"}, Every: 1, Start: start, HandOff: handOff, Zone: civiltest.Zone(t, zone)})
	}
	for _, tt := range []struct {
		name     string
		schedule *Schedule
		from, to string // UTC
		want     []string
	}{
		{"a fortnight, whole shifts", payments(t), "2026-11-20 00:00", "2026-12-01 00:00", []string{
			"luis 2026-11-16 12:00 – 2026-11-23 12:00", "ana 2026-11-23 12:00 – 2026-11-30 12:00", "luis 2026-11-30 12:00 – 2026-12-07 12:00",
		}},
		{"nothing before the first", payments(t), "2026-10-01 00:00", "2026-11-02 12:00", nil},
		{"from the first on", payments(t), "2026-10-01 00:00", "2026-11-02 12:01", []string{"luis 2026-11-02 12:00 – 2026-11-09 12:00"}},
		{"upside down", payments(t), "2026-12-01 00:00", "2026-11-20 00:00", nil},
		{"a short day in spring", daily("America/New_York", nine, day(2026, 3, 7)), "2026-03-07 14:00", "2026-03-08 15:00", []string{
			"a 2026-03-07 14:00 – 2026-03-08 13:00", "b 2026-03-08 13:00 – 2026-03-09 13:00",
		}},
		{"a long day in autumn", daily("America/New_York", nine, day(2026, 10, 31)), "2026-10-31 13:00", "2026-11-01 14:00", []string{
			"a 2026-10-31 13:00 – 2026-11-01 14:00",
		}},
		{"a skipped hand-off is at the first instant after", daily("Europe/Madrid", 150, day(2026, 3, 28)), "2026-03-28 12:00", "2026-03-29 12:00", []string{
			"a 2026-03-28 01:30 – 2026-03-29 01:00", "b 2026-03-29 01:00 – 2026-03-30 00:30",
		}},
		{"half an hour is skipped on Lord Howe", daily("Australia/Lord_Howe", 135, day(2026, 10, 3)), "2026-10-03 12:00", "2026-10-03 16:00", []string{
			"a 2026-10-02 15:45 – 2026-10-03 15:30", "b 2026-10-03 15:30 – 2026-10-04 15:15",
		}},
		{"of one that comes twice it is the first", daily("Europe/Madrid", 150, day(2026, 10, 24)), "2026-10-24 12:00", "2026-10-25 12:00", []string{
			"a 2026-10-24 00:30 – 2026-10-25 00:30", "b 2026-10-25 00:30 – 2026-10-26 01:30",
		}},
		{"a midnight that Santiago skipped", daily("America/Santiago", 0, day(2026, 9, 5)), "2026-09-05 12:00", "2026-09-06 12:00", []string{
			"a 2026-09-05 04:00 – 2026-09-06 04:00", "b 2026-09-06 04:00 – 2026-09-07 03:00",
		}},
		{"clocks that go back over midnight do not bring yesterday's person back", daily("America/St_Johns", 0, day(2010, 11, 6)), "2010-11-07 03:15", "2010-11-07 12:00", []string{
			"b 2010-11-07 02:30 – 2010-11-08 03:30",
		}},
		{"a day that Samoa skipped leaves its person out", daily("Pacific/Apia", 0, day(2011, 12, 29)), "2011-12-29 12:00", "2011-12-30 12:00", []string{
			"a 2011-12-29 10:00 – 2011-12-30 10:00", "c 2011-12-30 10:00 – 2011-12-31 10:00",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const layout = "2006-01-02 15:04"
			from, err := time.Parse(layout, tt.from)
			if err != nil {
				t.Fatal(err)
			}
			to, err := time.Parse(layout, tt.to)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range tt.schedule.Shifts(from, to, nil) {
				got = append(got, s.Person+" "+s.Start.Format(layout)+" – "+s.End.Format(layout))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("shifts (-want +got):\n%s", diff)
			}
		})
	}
}

// In every zone somebody is on call at every instant from the first hand-off
// on, and it is one person.
func TestNoGapAndNoDouble(t *testing.T) {
	zones := civiltest.Zones(t)
	rapid.Check(t, func(t *rapid.T) {
		r := Rotation{
			People:  []string{"a", "b", "c", "d", "e"}[:rapid.IntRange(1, 5).Draw(t, "people")],
			Every:   rapid.SampledFrom([]int{1, 2, 7, 14, 30}).Draw(t, "every"),
			Start:   day(2010, 1, 1).AddDays(rapid.IntRange(0, 10_000).Draw(t, "start")),
			HandOff: rapid.OneOf(rapid.IntRange(0, 1439), rapid.IntRange(0, 240)).Draw(t, "hand-off"),
			Zone:    rapid.SampledFrom(zones).Draw(t, "zone"),
		}
		s := single("any", r)
		first := r.begin(0)
		if shift, ok := s.OnCallAt(first.Add(-1), nil); ok {
			t.Fatalf("%v is on call before the first hand-off", shift)
		}
		from := first.Add(time.Duration(rapid.IntRange(0, 20*365*24*60).Draw(t, "from")) * time.Minute)
		if rapid.Bool().Draw(t, "near a change") {
			if _, change := from.In(r.Zone).ZoneBounds(); !change.IsZero() {
				from = change.Add(-36 * time.Hour)
			}
		}
		if from.Before(first) {
			from = first
		}
		to := from.Add(90 * 24 * time.Hour)
		shifts := s.Shifts(from, to, nil)
		if len(shifts) == 0 || shifts[0].Start.After(from) || shifts[len(shifts)-1].End.Before(to) {
			t.Fatalf("%v to %v is not covered: %v", from, to, shifts)
		}
		for i, shift := range shifts {
			if i > 0 && !shift.Start.Equal(shifts[i-1].End) {
				t.Fatalf("%v does not begin when %v ends", shift, shifts[i-1])
			}
			middle := shift.Start.Add(shift.End.Sub(shift.Start) / 2)
			for _, at := range []time.Time{shift.Start, middle, shift.End.Add(-1)} {
				if got, ok := s.OnCallAt(at, nil); !ok || got != shift {
					t.Fatalf("OnCallAt(%v) = %v, %v, want %v", at, got, ok, shift)
				}
			}
		}
	})
}

func TestFarAway(t *testing.T) {
	s := payments(t)
	if shift, ok := s.OnCallAt(time.Time{}, nil); ok {
		t.Errorf("%v is on call in the year 1", shift)
	}
	far := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	if shift, ok := s.OnCallAt(far, nil); !ok || far.Before(shift.Start) || !far.Before(shift.End) {
		t.Errorf("in the year 9999: %v, %v", shift, ok)
	}
}

func BenchmarkOnCallAt(b *testing.B) {
	s := payments(b)
	at := time.Date(2030, 6, 1, 12, 0, 0, 0, time.UTC)
	for b.Loop() {
		if _, ok := s.OnCallAt(at, nil); !ok {
			b.Fatal("nobody")
		}
	}
}
