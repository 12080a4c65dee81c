package sla

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// contract promises the same at every severity that a row does not name.
func contract(c *Calendar, first, next, resolution float64, also ...func(*Contract)) *Contract {
	level := oneLevel(c, first, next, resolution)
	out := &Contract{Name: "test", Terms: []Terms{{
		Levels: map[Severity]Level{Critical: level, High: level, Normal: level, Low: level},
		Pauses: map[WaitingOn][]Name{Customer: {NextResponse, Resolution}},
	}}}
	for _, change := range also {
		change(out)
	}
	return out
}

// oneLevel promises within some minutes.
func oneLevel(c *Calendar, first, next, resolution float64) Level {
	within := func(n float64) Commitment { return Commitment{Within: minutes(n)} }
	return Level{Calendar: c, FirstResponse: within(first), NextResponse: within(next), Resolution: within(resolution)}
}

func promise(s Severity, c *Calendar, first, next, resolution float64) func(*Contract) {
	return func(out *Contract) { out.Terms[0].Levels[s] = oneLevel(c, first, next, resolution) }
}

func pausing(on WaitingOn, names ...Name) func(*Contract) {
	return func(c *Contract) { c.Terms[0].Pauses[on] = names }
}

func warning(shares ...float64) func(*Contract) {
	return func(c *Contract) {
		for _, of := range shares {
			c.Terms[0].Warnings = append(c.Terms[0].Warnings, Warning{Share: of})
		}
	}
}

// also promises one commitment more at every severity.
func also(n Name, within float64, change ...func(*Commitment)) func(*Contract) {
	return func(c *Contract) {
		promise := Commitment{Within: minutes(within)}
		for _, f := range change {
			f(&promise)
		}
		levels := map[Severity]Level{}
		for s, l := range c.Terms[0].Levels {
			switch n {
			case FirstResponse:
				l.FirstResponse = promise
			case NextResponse:
				l.NextResponse = promise
			case Update:
				l.Update = promise
			case Workaround:
				l.Workaround = promise
			case Resolution:
				l.Resolution = promise
			}
			levels[s] = l
		}
		c.Terms[0].Levels = levels
	}
}

func onceConfirmed(c *Commitment) { c.Start = StartConfirmed }

func countedIn(calendar *Calendar) func(*Commitment) {
	return func(c *Commitment) { c.Calendar = calendar }
}

// from gives a contract other terms from an instant on: those of another one.
func from(at time.Time, then *Contract, rule Changes) func(*Contract) {
	return func(c *Contract) {
		terms := then.Terms[0]
		terms.From = at
		c.Terms, c.Changes = append(c.Terms, terms), rule
	}
}

func restarting(c *Contract) { c.Reopening.Mode = Restart }

func named(name string) func(*Contract) { return func(c *Contract) { c.Name = name } }

// told reads a story, a fact a line: "2026-11-25 10:00 reported high". A line
// without a date is on the day of the one before. The last line may be only an
// instant: the present. Contracts that it is moved to are told by their names.
func told(t testing.TB, c *Calendar, story string, contracts ...*Contract) (facts []Fact, now time.Time) {
	t.Helper()
	day := ""
	for line := range strings.Lines(strings.TrimSpace(story)) {
		words := strings.Fields(line)
		if strings.Contains(words[0], "-") {
			day, words = words[0], words[1:]
		}
		now = at(t, c, day+" "+words[0])
		if len(words) == 1 {
			continue
		}
		f := Fact{At: now, Kind: Kind(words[1])}
		switch f.Kind {
		case Reported, SeverityIs:
			f.Severity = Severity(words[2])
		case Waiting:
			f.On = WaitingOn(words[2])
		case RequestIs:
			f.Request = Request(words[2])
		case TeamIs:
			f.Team, f.Was = words[2], words[4] // "team payments after platform"
		case ContractIs:
			for _, other := range contracts {
				if other.Name == words[2] {
					f.Contract = other
				}
			}
		case ExcuseGiven, ExcuseWithdrawn:
			f.Excuse = Excuse{Name: Name(words[2]), Cycle: 1, Reason: "a flood", By: "ana"}
			if len(words) > 3 {
				f.Excuse.ApprovedBy = words[3]
			}
		}
		facts = append(facts, f)
	}
	return facts, now
}

// read writes clocks down, an instant as the wall clock of the calendar shows it.
func read(clocks []Clock, zone *time.Location) []string {
	out := []string{}
	for _, c := range clocks {
		name := string(c.Name)
		if c.Cycle != 1 {
			name += fmt.Sprintf(" #%d", c.Cycle)
		}
		line := fmt.Sprintf("%s %s, due %s, took %s", name, c.State, c.Due.In(zone).Format("Mon 02 15:04:05"), c.Elapsed)
		if c.Reclassified {
			line += ", reclassified"
		}
		if c.State == Breached && c.Open() {
			line += ", still open"
		}
		out = append(out, line)
	}
	return out
}
