package sla

import (
	"fmt"
	"testing"
	"time"
)

var sink any

// tenYears is a calendar with ten years of holidays, twenty each.
func tenYears(t testing.TB) *Calendar {
	return calA(t, func(s *CalendarSpec) {
		for i := range 200 {
			d := Date{Year: 2020 + i/20, Month: time.January, Day: 1}.AddDays(i % 20 * 18)
			s.Holidays = append(s.Holidays, Holiday(d))
		}
	})
}

func BenchmarkNewYear(b *testing.B) {
	c := calA(b)
	for b.Loop() {
		sink = newYear(c.versions, 2026)
	}
}

func BenchmarkAdd(b *testing.B) {
	for _, bb := range []struct {
		name string
		d    time.Duration
	}{{"hours", 8 * time.Hour}, {"month", 170 * time.Hour}, {"years", 10_000 * time.Hour}} {
		b.Run(bb.name, func(b *testing.B) {
			c := tenYears(b)
			from := at(b, c, "2026-11-20 17:00")
			var due time.Time
			for b.Loop() {
				var err error
				if due, err = c.Add(from, bb.d); err != nil {
					b.Fatal(err)
				}
			}
			sink = due
		})
	}
}

func BenchmarkBetween(b *testing.B) {
	for name, to := range map[string]string{"days": "2026-11-25 12:00", "years": "2036-11-25 12:00"} {
		b.Run(name, func(b *testing.B) {
			c := tenYears(b)
			from, until := at(b, c, "2026-11-20 17:00"), at(b, c, to)
			var d time.Duration
			for b.Loop() {
				d = c.Between(from, until)
			}
			sink = d
		})
	}
}

// busy is an incident of n facts: messages and waits, every fiftieth another
// severity, and two resolutions in a hundred that did not hold.
func busy(n int) (facts []Fact, now time.Time) {
	start := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	facts = append(facts, Fact{At: start, Kind: Reported, Severity: High, Seq: 1})
	cycle := []Fact{
		{Kind: AgentWrote},
		{Kind: Waiting, On: Customer},
		{Kind: CustomerWrote},
		{Kind: AgentWrote},
		{Kind: Waiting, On: ThirdParty},
		{Kind: Resumed},
		{Kind: CustomerWrote},
		{Kind: AgentWrote},
		{Kind: CustomerWrote},
		{Kind: AgentWrote},
	}
	for len(facts) < n {
		f := cycle[len(facts)%len(cycle)]
		switch len(facts) % 50 {
		case 30:
			f = Fact{Kind: SeverityIs, Severity: Severities[len(facts)/50%2]}
		case 48:
			f = Fact{Kind: Resolved}
		case 49:
			f = Fact{Kind: Reopened}
		}
		f.At, f.Seq = start.Add(time.Duration(len(facts))*47*time.Minute), int64(len(facts)+1)
		facts = append(facts, f)
	}
	return facts, facts[n-1].At.Add(time.Hour)
}

// everything promises all commitments, each with warnings.
func everything(c *Calendar) *Contract {
	within := func(h time.Duration) Commitment { return Commitment{Within: h * time.Hour} }
	level := Level{
		Calendar: c, FirstResponse: within(1), NextResponse: within(2), Update: within(4),
		Workaround: within(8), Resolution: within(40),
	}
	return &Contract{Name: "everything", Terms: []Terms{{
		Levels:   map[Severity]Level{Critical: level, High: level, Normal: level, Low: level},
		Pauses:   map[WaitingOn][]Name{Customer: {NextResponse, Resolution, Workaround}, ThirdParty: {Resolution}},
		Warnings: []Warning{{Share: 0.5}, {Share: 0.75}, {Left: 30 * time.Minute}},
	}}}
}

func BenchmarkCompute(b *testing.B) {
	c := everything(tenYears(b))
	for _, n := range []int{2, 20, 200} {
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) {
			facts, now := busy(n)
			b.ReportAllocs()
			for b.Loop() {
				sink = Compute(c, facts, now)
			}
		})
	}
}

func BenchmarkExplain(b *testing.B) {
	c := everything(tenYears(b))
	facts, now := busy(200)
	b.ReportAllocs()
	for b.Loop() {
		sink = Explain(c, facts, now)
	}
}

// To explain is one thing, to read all 633 lines of it another.
func BenchmarkExplainAndRead(b *testing.B) {
	c := everything(tenYears(b))
	facts, now := busy(200)
	b.ReportAllocs()
	for b.Loop() {
		var lines int
		for _, e := range Explain(c, facts, now) {
			for range e.Lines() {
				lines++
			}
		}
		b.ReportMetric(float64(lines), "lines")
	}
}

// A change of a calendar counts every open incident anew.
func BenchmarkRecompute100000(b *testing.B) {
	facts, now := busy(20)
	for b.Loop() {
		c := everything(tenYears(b)) // nothing is laid out yet
		for range 100_000 {
			sink = Compute(c, facts, now)
		}
	}
}
