package sla
import ("testing";"time")
func BenchmarkExplainRead(b *testing.B) {
	c := everything(tenYears(b))
	facts, now := busy(200)
	b.ReportAllocs()
	for b.Loop() {
		var sum time.Duration
		n := 0
		out := Explain(c, facts, now)
		for _, e := range out {
			for l := range e.Lines() { sum += l.Amount(); n++ }
		}
		sink = sum
		b.ReportMetric(float64(n),"lines")
	}
}
