package when

import (
	"strings"
	"testing"
	"time"

	"sereno/bot/civil/civiltest"
)

// It is Wednesday 25 November 2026, 10:00 in Buenos Aires.
func TestBeginningsAndEnds(t *testing.T) {
	zone := civiltest.Zone(t, "America/Argentina/Buenos_Aires")
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, zone)
	for _, tt := range []struct{ typed, begin, end string }{ // the end of what begins now
		{"mon 09:00", "2026-11-30 09:00", "2026-11-30 09:00"},
		{"lun 9:00", "2026-11-30 09:00", "2026-11-30 09:00"},
		{"Miércoles 18.30", "2026-11-25 18:30", "2026-11-25 18:30"},
		{"wed 10:00", "2026-12-02 10:00", "2026-12-02 10:00"},
		{"wednesday", "2026-11-25 00:00", "2026-11-26 00:00"},
		{"sáb", "2026-11-28 00:00", "2026-11-29 00:00"},
		{"2026-12-01", "2026-12-01 00:00", "2026-12-02 00:00"},
		{"2026-12-01 09:00", "2026-12-01 09:00", "2026-12-01 09:00"},
		{"2026-12-01T09:00", "2026-12-01 09:00", "2026-12-01 09:00"},
		{"2026-12-01T09:00Z", "2026-12-01 06:00", ""},
		{"2026-12-01T09:00:00Z", "2026-12-01 06:00", "2026-12-01 06:00"},
		{"2026-12-01T09:00:00+01:00", "2026-12-01 05:00", "2026-12-01 05:00"},
		{"tomorrow 18:00", "2026-11-26 18:00", "2026-11-26 18:00"},
		{"mañana 18:00", "2026-11-26 18:00", "2026-11-26 18:00"},
		{"hoy", "2026-11-25 00:00", "2026-11-26 00:00"},
		{"today 24:00", "2026-11-26 00:00", "2026-11-26 00:00"},
		{"18:00", "2026-11-25 18:00", "2026-11-25 18:00"},
		{"09:00", "2026-11-26 09:00", "2026-11-26 09:00"},
		{"now", "2026-11-25 10:00", "2026-11-25 10:00"},
		{"2h", "2026-11-25 12:00", "2026-11-25 12:00"},
		{"+1h30m", "2026-11-25 11:30", "2026-11-25 11:30"},
		{"ayer 09:00", "2026-11-24 09:00", "2026-11-24 09:00"},
	} {
		t.Run(tt.typed, func(t *testing.T) {
			m, ok := Parse(tt.typed)
			if !ok {
				if tt.end != "" {
					t.Fatal("not read")
				}
				return
			}
			const layout = "2006-01-02 15:04"
			if got := m.Begin(zone, now).In(zone).Format(layout); got != tt.begin {
				t.Errorf("begins %s, want %s", got, tt.begin)
			}
			if got := m.End(zone, now, now).In(zone).Format(layout); got != tt.end {
				t.Errorf("ends %s, want %s", got, tt.end)
			}
		})
	}
}

func TestAnEndCountsFromItsBeginning(t *testing.T) {
	zone := civiltest.Zone(t, "Europe/Madrid")
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, zone)
	begin := time.Date(2026, 12, 4, 18, 0, 0, 0, zone) // a Friday
	for typed, want := range map[string]string{
		"mon 09:00": "2026-12-07 09:00", "20:00": "2026-12-04 20:00", "08:00": "2026-12-05 08:00", "8h": "2026-12-05 02:00", "vie": "2026-12-05 00:00",
	} {
		m, ok := Parse(typed)
		if got := m.End(zone, now, begin).In(zone).Format("2006-01-02 15:04"); !ok || got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}

func TestWhatIsNoMoment(t *testing.T) {
	for _, typed := range []string{"", "ana", "25:00", "24:01", "12:60", "2026-02-30", "2026-13-01", "9", "1999-01-01", "mon ana", "lun 9", "0h", "m", "2026-11-25 10:00 x", "99999-01-01"} {
		if m, ok := Parse(typed); ok {
			t.Errorf("%q is read as %+v", typed, m)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("mon 09:00")
	f.Add("2026-12-01T09:00:00+14:00")
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		m, n := Read(strings.Fields(s))
		if n < 0 || n > 2 || n > len(strings.Fields(s)) {
			t.Errorf("%q takes %d words", s, n)
		}
		if n > 0 && m.End(time.UTC, now, now).Before(m.Begin(time.UTC, now)) {
			t.Errorf("%q ends before it begins", s)
		}
	})
}
