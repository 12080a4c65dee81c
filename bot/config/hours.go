package config

import (
	"slices"
	"time"

	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// The year by which the hours of a policy's steps are looked at, and how closely.
var hoursFrom = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

const (
	hoursFor  = 366 * 24 * time.Hour
	hoursStep = 30 * time.Minute
)

// hours are the sets of steps whose hours hold together at some time at which the
// calendar is open, so that a commitment counted by it may be paged about: once
// each, in the order in which they come first.
func (p *policy) hours(c *sla.Calendar) [][]bool {
	timed := func(s step) bool { return s.is.When.Hours != nil || s.is.When.Calendar != nil }
	if !slices.ContainsFunc(p.steps, timed) {
		return [][]bool{nil}
	}
	if known, ok := p.held[c]; ok {
		return known
	}
	var out [][]bool
	seen := map[string]bool{}
	for t := hoursFrom; t.Before(hoursFrom.Add(hoursFor)); t = t.Add(hoursStep) {
		if c != nil && !c.OpenAt(t) {
			continue
		}
		set, key := make([]bool, len(p.steps)), make([]byte, len(p.steps))
		for i, s := range p.steps {
			w := oncall.Condition{Hours: s.is.When.Hours, Calendar: s.is.When.Calendar, Outside: s.is.When.Outside}
			if set[i] = w.Holds("", "", t); set[i] {
				key[i] = 1
			}
		}
		if !seen[string(key)] {
			seen[string(key)] = true
			out = append(out, set)
		}
	}
	if p.held == nil {
		p.held = map[*sla.Calendar][][]bool{}
	}
	p.held[c] = out
	return out
}

// byHours are the promises of one severity for each set of steps that holds
// together at some time at which they are counted.
func (p *policy) byHours(x *customer, group []promise) [][]rescue {
	var sets [][]bool
	of := map[int][]rescue{}
	for _, promised := range group {
		for _, set := range p.hours(promised.is.Calendar) {
			i := slices.IndexFunc(sets, func(known []bool) bool { return slices.Equal(known, set) })
			if i < 0 {
				i, sets = len(sets), append(sets, set)
			}
			of[i] = append(of[i], rescue{p, x, promised, set})
		}
	}
	out := make([][]rescue, len(sets))
	for i := range sets {
		out[i] = of[i]
	}
	return out
}
