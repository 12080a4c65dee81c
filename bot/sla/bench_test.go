package sla

import (
	"testing"
	"time"
)

var sink any

func BenchmarkNewYear(b *testing.B) {
	c := calA(b)
	for b.Loop() {
		sink = newYear(c.versions, 2026)
	}
}

func BenchmarkAdd(b *testing.B) {
	for name, d := range map[string]time.Duration{"hours": 8 * time.Hour, "years": 10_000 * time.Hour} {
		b.Run(name, func(b *testing.B) {
			c := calA(b)
			from := at(b, c, "2026-11-20 17:00")
			for b.Loop() {
				due, err := c.Add(from, d)
				if err != nil {
					b.Fatal(err)
				}
				sink = due
			}
		})
	}
}

func BenchmarkBetween(b *testing.B) {
	for name, to := range map[string]string{"days": "2026-11-25 12:00", "years": "2036-11-25 12:00"} {
		b.Run(name, func(b *testing.B) {
			c := calA(b)
			from, until := at(b, c, "2026-11-20 17:00"), at(b, c, to)
			for b.Loop() {
				sink = c.Between(from, until)
			}
		})
	}
}

func BenchmarkCompute(b *testing.B) {
	c := contract(calA(b), 60, 120, 480, warning(0.75))
	for _, bb := range []struct{ name, story string }{
		{"new incident", `
			2026-11-20 10:00 reported high
			10:01`},
		{"a day's work", `
			2026-11-20 10:00 reported high
			10:05 agent_wrote
			10:06 severity critical
			10:20 customer_wrote
			10:30 agent_wrote
			10:30 waiting waiting_customer
			13:00 customer_wrote
			13:10 agent_wrote
			17:00 resolved
			2026-11-24 10:00 customer_wrote
			10:00 reopened
			10:10 agent_wrote
			11:00`},
	} {
		b.Run(bb.name, func(b *testing.B) {
			facts, now := told(b, calA(b), bb.story)
			for b.Loop() {
				sink = Compute(c, facts, now)
			}
		})
	}
}
