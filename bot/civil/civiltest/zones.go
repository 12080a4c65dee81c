// Package civiltest gives tests every time zone there is.
package civiltest

import (
	_ "embed"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // for machines that have no zones of their own
)

//go:embed zones.txt
var names string

// Zones are the zones of the IANA database (2025c), by name.
func Zones(t testing.TB) []*time.Location {
	t.Helper()
	var out []*time.Location
	for name := range strings.Lines(names) {
		out = append(out, Zone(t, strings.TrimSpace(name)))
	}
	return out
}

// Zone is one of them.
func Zone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
