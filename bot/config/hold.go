package config

import (
	"iter"
	"slices"
	"time"

	"sereno/bot/sla"
)

// A policy must be able to end before the breach that it is to prevent. Its
// delays are wall time and a commitment's is business time, so the worst case
// is within business hours, where both go by alike. Steps by delay come so long
// after the paging began: with the first warning, or at best, when somebody
// escalates at once, with the report. Steps by share come at that share of the
// commitment. A check refuses what can never work, each of these:
//
//   - The first step comes after the breach: nobody is told in time.
//   - A step that reaches people comes after the breach even when the paging began
//     with the report.
//   - A policy with steps by share, so set backwards from the breach, ends after it.
//   - At some severity every commitment is broken before the steps have ended.
//
// A later step that comes too late only for the shortest commitments, and only
// because the warning came late, is no mistake: it may be the last resort.
// Ahead tells of those.

// rescue is a policy with a commitment that it is to keep from being broken.
type rescue struct {
	policy   *policy
	customer *customer
	promise  promise
	hours    []bool // of each step, whether its hours hold; nil: all
}

// maxRescues is how many are looked at: far more than any company has.
const maxRescues = 500_000

// rescues are all of the document, by severity: those of one contract and policy,
// version, kind of request, severity and hours together.
func (r *reader) rescues() iter.Seq[[]rescue] {
	return func(yield func([]rescue) bool) {
		left := maxRescues
		for _, x := range r.differing() {
			for _, group := range x.contract.groups() {
				for _, out := range x.team.policy.byHours(x, group) {
					if left -= len(out); left < 0 || !yield(out) {
						return
					}
				}
			}
		}
	}
}

// differing are one customer for each contract and policy, and beside them those
// whom a step of the policy names.
func (r *reader) differing() []*customer {
	type pair struct {
		policy   *policy
		contract *contract
		named    string
	}
	seen := map[pair]bool{}
	var out []*customer
	for _, x := range r.customers.all() {
		if x.team == nil || x.team.policy == nil || x.contract == nil {
			continue
		}
		at := pair{x.team.policy, x.contract, ""}
		if at.policy.named[x.is.Key] {
			at.named = x.is.Key
		}
		if !seen[at] {
			seen[at] = true
			out = append(out, x)
		}
	}
	return out
}

// groups are the promises of the contract, those of one version, kind of request
// and severity together; a version that changes none of them is left out.
func (c *contract) groups() [][]promise {
	type group struct {
		terms    int
		request  sla.Request
		severity sla.Severity
	}
	var out [][]promise
	var last group
	for _, p := range c.promises {
		at := group{p.terms, p.request, p.severity}
		switch {
		case p.again:
			continue
		case len(out) == 0 || at != last:
			out = append(out, nil)
		}
		last = at
		out[len(out)-1] = append(out[len(out)-1], p)
	}
	return out
}

// never is when a step comes that does not count.
const never time.Duration = -1

// times are how much of the commitment is used when each step comes, when the
// paging began with so much of it used. A step that does not count costs no time,
// and where none has counted before, the next comes when the first would have.
func (d rescue) times(begun time.Duration) []time.Duration {
	out := make([]time.Duration, len(d.policy.steps))
	reached := false
	for i, s := range d.policy.steps {
		out[i] = never
		counts := d.counts(i)
		switch {
		case !counts && i > 0:
			continue
		case s.is.Share > 0:
			begun = max(begun, time.Duration(s.is.Share*float64(d.promise.is.Within)))
		case i == 0 || reached:
			begun += s.is.After
		}
		if counts {
			out[i], reached = begun, true
		}
	}
	return out
}

// counts reports whether the step counts for the commitment at these hours.
func (d rescue) counts(i int) bool {
	w := d.policy.steps[i].is.When
	return (d.hours == nil || d.hours[i]) && (len(w.Severities) == 0 || slices.Contains(w.Severities, d.promise.severity)) &&
		(len(w.Customers) == 0 || slices.Contains(w.Customers, d.customer.is.Key))
}

// backwards reports whether the policy is set backwards from the breach.
func (d rescue) backwards() bool {
	for i, s := range d.policy.steps {
		if s.is.Share > 0 && d.counts(i) {
			return true
		}
	}
	return false
}

// late is how long after the breach a step comes that comes at the time; less
// than nothing before it, nothing at the very instant.
func (d rescue) late(at time.Duration) time.Duration { return at - d.promise.is.Within }

// warned is how much of the commitment is used at its first warning: all of it
// where there is none.
func (p promise) warned() time.Duration {
	first := p.is.Within
	for _, w := range p.is.Warnings {
		at := time.Duration(w.Share * float64(p.is.Within))
		if w.Left > 0 {
			at = p.is.Within - w.Left
		}
		if at > 0 {
			first = min(first, at)
		}
	}
	return first
}

// left is how much of the commitment its first warning leaves.
func (p promise) left() time.Duration { return p.is.Within - p.warned() }

// tooLate is a step that comes after a breach.
type tooLate struct {
	rescue rescue
	step   int
	why    msg
	late   time.Duration
}

// unworkable are the policies that can never end before a breach: each step
// once, of the breaches after which it comes the one that is longest ago.
func (r *reader) unworkable() Problems {
	worst := map[*step]tooLate{}
	for group := range r.rescues() {
		for _, found := range tooLateIn(group) {
			at := &found.rescue.policy.steps[found.step]
			if before, twice := worst[at]; !twice || found.late > before.late {
				worst[at] = found
			}
		}
	}
	out := *r
	out.problems = nil
	for _, found := range worst {
		found.tell(&out)
	}
	return out.problems.sorted()
}

// tooLateIn finds the steps that can never work for the commitments of one severity.
func tooLateIn(group []rescue) []tooLate {
	var out []tooLate
	ends := false // some commitment is not broken before the steps have ended
	for _, d := range group {
		late := d.tooLate()
		out = append(out, late...)
		last := slices.Max(append(d.times(d.promise.warned()), never))
		ends = ends || len(late) > 0 || d.promise.left() == 0 || d.late(last) < 0
	}
	if ends || len(group) == 0 {
		return out
	}
	most := slices.MaxFunc(group, func(a, b rescue) int { return int(a.promise.left() - b.promise.left()) })
	times := most.times(most.promise.warned())
	i := slices.IndexFunc(times, func(at time.Duration) bool { return most.late(at) >= 0 })
	return append(out, tooLate{most, i, neverEnds, most.late(slices.Max(times))})
}

// tooLate finds the steps that can never work for the commitment.
func (d rescue) tooLate() []tooLate {
	var out []tooLate
	add := func(i int, why msg, at time.Duration) { out = append(out, tooLate{d, i, why, d.late(at)}) }
	warned, reported := d.times(d.promise.warned()), d.times(0)
	first, backwards := true, d.backwards()
	for i := range d.policy.steps {
		switch {
		case warned[i] == never:
			continue
		case d.policy.steps[i].reaches.somebody() && d.late(reported[i]) >= 0:
			add(i, lateAnyway, reported[i])
		case d.promise.left() == 0: // paged at the breach, as the contract wants it
		case first && d.late(warned[i]) >= 0:
			add(i, lateFirst, warned[i])
		case backwards && d.late(warned[i]) >= 0:
			add(i, lateBackwards, warned[i])
		}
		first = false
	}
	return out
}

// tell reports the step at its delay.
func (t tooLate) tell(r *reader) {
	s, p := t.rescue.policy.steps[t.step], t.rescue.promise
	at := s.at
	if s.after.present() {
		at = s.after
	}
	instead := say(writeSooner, "left", spelled(p.left()))
	if t.why == lateAnyway {
		instead = say(writeSooner, "left", spelled(p.is.Within))
	}
	at.r = r
	at.wrong(say(t.why, "late", spelled(t.late), "commitment", p.at.path, "within", spelled(p.is.Within), "left", spelled(p.left()), "where", p.at.within().here()), instead)
}
