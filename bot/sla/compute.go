package sla

import (
	"cmp"
	"slices"
	"time"
)

// Compute gives the clocks of one incident at an instant, from what happened
// to it: the first response, the cycles of the next response, and the cycles of
// the resolution, each in order. Facts may come in any order and more than
// once; those after now are ignored. Without a Reported fact there are none.
//
// Peers disagree on much of this; these are our rules:
//
//   - Clocks start at the earliest Reported or CustomerWrote. The severity of
//     the latest Reported is the one that the incident began with: a merge adds
//     earlier ones.
//   - The first public answer, or the resolution, which the customer is told,
//     stops the first response. It is never owed again.
//   - A next response is owed from the oldest unanswered CustomerWrote after the
//     first response; in a resolved incident only once it is reopened.
//   - Waiting stops the clocks that the contract names. It ends with Resumed,
//     Resolved, another Waiting, and, when it was for the customer, with
//     CustomerWrote.
//   - Resolved ends a cycle of the resolution with its verdict. Reopened begins
//     another, which goes on counting where that one stopped.
//   - Another severity is another promise: clocks that run are counted anew with
//     its target and calendar from where they began, less their pauses; those
//     that stopped keep their verdict. Where it promises nothing, the clock is
//     cancelled, and comes back with the promise.
//   - Cancelled ends what is open without a verdict, and ends the story.
//
// Cycles are numbered whether or not anything was promised for them, so that
// a number means the same under every contract.
func Compute(c *Contract, facts []Fact, now time.Time) []Clock {
	if c == nil {
		return nil
	}
	known := make([]Fact, 0, len(facts))
	for _, f := range facts {
		if !f.At.After(now) {
			known = append(known, f)
		}
	}
	slices.SortStableFunc(known, compareFacts)
	r, ok := begin(c.At(now), known)
	if !ok {
		return nil
	}
	for _, f := range known {
		if !f.At.Before(r.start) {
			r.apply(f)
		}
	}
	return r.clocks(now.UTC())
}

// order is which of two facts of the same instant comes first. What people do
// shares a rank: among them the order of recording tells more. Two of them at
// one instant are usual where the clock stands still, as in a replay.
var order = map[Kind]int{
	Reported: 1, SeverityIs: 2,
	CustomerWrote: 3, AgentWrote: 3, Reopened: 3, Resumed: 3, Waiting: 3, Resolved: 3,
	Cancelled: 4,
}

// settles is the order of what was done at one instant of which it is not known
// how it was recorded.
var settles = map[Kind]int{CustomerWrote: 1, AgentWrote: 2, Reopened: 3, Resumed: 4, Waiting: 5, Resolved: 6}

func compareFacts(a, b Fact) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(order[a.Kind], order[b.Kind]),
		cmp.Compare(a.Seq, b.Seq),
		cmp.Compare(settles[a.Kind], settles[b.Kind]),
		cmp.Compare(slices.Index(Severities, b.Severity), slices.Index(Severities, a.Severity)), // the worst last
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.On, b.On),
		cmp.Compare(a.Kind, b.Kind),
	)
}

// story is what is known of an incident while its facts are told in order.
type story struct {
	terms    *Terms
	start    time.Time
	severity Severity
	waiting  WaitingOn // "" while it waits for nobody
	// answered: the customer has had a first response.
	answered bool
	// unanswered is when the oldest message was written that nobody has answered
	// since the first response; zero when there is none.
	unanswered time.Time
	resolved   bool
	cancelled  bool

	first, next, resolution track
}

// begin finds when and how the story starts; false when nothing was reported.
func begin(c *Terms, facts []Fact) (*story, bool) {
	r := &story{
		terms:      c,
		first:      track{name: FirstResponse},
		next:       track{name: NextResponse},
		resolution: track{name: Resolution},
	}
	reported := false
	for _, f := range facts {
		if (f.Kind == Reported || f.Kind == CustomerWrote) && r.start.IsZero() {
			r.start = f.At.UTC()
		}
		if f.Kind == Reported {
			reported, r.severity = true, f.Severity
		}
	}
	if !reported {
		return nil, false
	}
	r.first.open(r.start, r.start)
	r.resolution.open(r.start, r.start)
	return r, true
}

func (r *story) tracks() [3]*track { return [3]*track{&r.first, &r.next, &r.resolution} }

// apply tells the next fact.
func (r *story) apply(f Fact) {
	if r.cancelled {
		return
	}
	at := f.At.UTC()
	switch f.Kind {
	case Reported, CustomerWrote:
		r.customerWrote(at)
	case AgentWrote:
		r.answer(at)
	case SeverityIs:
		r.reclassify(f.Severity, at)
	case Waiting:
		r.wait(f.On, at)
	case Resumed:
		r.resume(at)
	case Resolved:
		r.resolve(at)
	case Reopened:
		r.reopen(at)
	case Cancelled:
		r.cancelled = true
		for _, t := range r.tracks() {
			t.cancel(r, at)
		}
	}
}

func (r *story) customerWrote(at time.Time) {
	if r.waiting == Customer {
		r.resume(at)
	}
	if r.answered && r.unanswered.IsZero() {
		r.unanswered = at
		r.owe()
	}
}

// owe arms the next response for the oldest unanswered message.
func (r *story) owe() {
	if !r.unanswered.IsZero() && !r.resolved {
		r.next.open(r.unanswered, r.unanswered)
	}
}

func (r *story) answer(at time.Time) {
	r.answered, r.unanswered = true, time.Time{}
	r.first.stop(r, at)
	r.next.stop(r, at)
}

func (r *story) wait(on WaitingOn, at time.Time) {
	if r.resolved {
		return
	}
	r.resume(at)
	r.waiting = on
	for _, t := range r.tracks() {
		if r.terms.Stops(on, t.name) {
			t.pause(at)
		}
	}
}

func (r *story) resume(at time.Time) {
	if r.waiting == "" {
		return
	}
	r.waiting = ""
	for _, t := range r.tracks() {
		t.resume(at)
	}
}

func (r *story) resolve(at time.Time) {
	if r.resolved {
		return
	}
	r.answer(at)
	r.resolution.stop(r, at)
	r.resume(at)
	r.resolved = true
	r.resolution.pause(at)
}

func (r *story) reopen(at time.Time) {
	if !r.resolved {
		return
	}
	r.resolved = false
	r.resolution.resume(at)
	r.resolution.open(r.start, at)
	r.owe()
}

func (r *story) reclassify(to Severity, at time.Time) {
	from := r.severity
	if from == to {
		return
	}
	for _, t := range r.tracks() {
		t.reclassify(r.terms, from, to, at)
	}
	r.severity = to
}

// clocks ends the telling.
func (r *story) clocks(now time.Time) []Clock {
	var out []Clock
	for _, t := range r.tracks() {
		out = append(out, t.done...)
		if c, ok := t.current(r.terms, r.severity, now); ok {
			out = append(out, c)
		}
	}
	return out
}
