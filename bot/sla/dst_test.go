package sla

import (
	"fmt"
	"testing"
	"time"

	"sereno/bot/civil/civiltest"
)

// Around every change of the clocks from 2020 to 2035, in every zone, time is
// counted exactly: what never closes counts as a stopwatch does, and what is added
// is what is measured and taken away again.
func TestEveryChangeOfTheClocks(t *testing.T) {
	known := map[string]bool{}
	seen := 0
	for _, zone := range civiltest.Zones(t) {
		changes, signature := changesOf(zone)
		if len(changes) == 0 || known[signature] {
			continue // another name of the same clocks
		}
		known[signature] = true
		always := simple(t, zone.String(), "00:00-24:00", everyDay)
		nights := simple(t, zone.String(), "01:30-02:30 22:00-24:00", everyDay)
		office := simple(t, zone.String(), "00:30-09:00", []time.Weekday{0, 1, 5, 6})
		for _, at := range changes {
			seen++
			from := at.Add(-30*time.Hour - 17*time.Second)
			if got := always.Between(from, from.Add(60*time.Hour)); got != 60*time.Hour {
				t.Fatalf("%s, %v: around it lie %v, not 60 h", zone, at, got)
			}
			for _, c := range []*Calendar{always, nights, office} {
				for d := 53 * time.Minute; d < 12*time.Hour; d *= 2 {
					checkAround(t, c, from, d)
					checkAround(t, c, at, d)
				}
			}
		}
	}
	if seen < 1000 {
		t.Errorf("only %d changes were looked at", seen)
	}
}

func checkAround(t *testing.T, c *Calendar, from time.Time, d time.Duration) {
	t.Helper()
	due, err := c.Add(from, d)
	if err != nil || c.Between(from, due) != d || !c.OpenAt(due.Add(-1)) {
		t.Fatalf("%s: %v and %v is %v, %v; between them lie %v", c.Name(), from, d, due, err, c.Between(from, due))
	}
	back, err := c.Sub(due, d)
	if err != nil || back.Before(from) || c.Between(from, back) != 0 {
		t.Fatalf("%s: %v less %v is %v, %v, not %v", c.Name(), due, d, back, err, from)
	}
	day, err := c.AddDays(from, 1)
	if err != nil || !day.After(from) || day.Sub(from) > 8*24*time.Hour {
		t.Fatalf("%s: a day from %v is %v, %v", c.Name(), from, day, err)
	}
}

// changesOf are the changes of the zone's clocks from 2020 to 2035, and what
// tells them from those of other zones.
func changesOf(zone *time.Location) (changes []time.Time, signature string) {
	end := time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)
	for at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC); ; {
		_, offset := at.In(zone).Zone()
		_, next := at.In(zone).ZoneBounds()
		signature += fmt.Sprint(offset, next.Unix(), " ")
		if next.IsZero() || !next.Before(end) {
			return changes, signature
		}
		at = next.UTC()
		changes = append(changes, at)
	}
}
