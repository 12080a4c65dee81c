package demo

import (
	"testing"
	"time"
)

func TestParseInstant(t *testing.T) {
	zone, err := time.LoadLocation("America/Argentina/Buenos_Aires")
	if err != nil {
		t.Fatal(err)
	}
	now := Start(zone)
	for _, tt := range []struct{ typed, want string }{
		{"+45m", "2026-11-25T10:45:00-03:00"},
		{"+1h30m", "2026-11-25T11:30:00-03:00"},
		{"+1d 2h", "2026-11-26T12:00:00-03:00"},
		{"+1w", "2026-12-02T10:00:00-03:00"},
		{"+90s", "2026-11-25T10:01:30-03:00"},
		{"18:00", "2026-11-25T18:00:00-03:00"},
		{"9:30", "2026-11-26T09:30:00-03:00"},
		{"10:00", "2026-11-26T10:00:00-03:00"},
		{"2026-11-26T09:00", "2026-11-26T09:00:00-03:00"},
		{"2026-11-26 09:00", "2026-11-26T09:00:00-03:00"},
		{"2026-11-26T09:00:00Z", "2026-11-26T06:00:00-03:00"},
		{"2026-11-27", "2026-11-27T00:00:00-03:00"},
		{"45m", ""},
		{"+", ""},
		{"+45", ""},
		{"+0m", ""},
		{"-5m", ""},
		{"25:00", ""},
		{"tomorrow", ""},
		{"+9999999h", ""},
	} {
		got, ok := parseInstant(tt.typed, now, zone)
		if ok != (tt.want != "") {
			t.Errorf("%q: %t", tt.typed, ok)
			continue
		}
		if ok && got.In(zone).Format(time.RFC3339) != tt.want {
			t.Errorf("%q is %s, want %s", tt.typed, got.In(zone).Format(time.RFC3339), tt.want)
		}
	}
	if at, ok := parseInstant("+999999w", now, zone); !ok || at.Sub(now) <= farthest {
		t.Errorf("a step beyond all measure must be too far, not around the corner: %s", at)
	}
}
