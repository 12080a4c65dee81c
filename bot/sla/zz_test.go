package sla

import "testing"

func TestZZ(t *testing.T) {
	c := everything(tenYears(t))
	f, now := busy(200)
	n := 0
	m := map[Name][2]int{}
	for _, e := range Explain(c, f, now) {
		n += len(e.Lines)
		x := m[e.Name]
		m[e.Name] = [2]int{x[0] + 1, x[1] + len(e.Lines)}
	}
	t.Log(n, m)
}
