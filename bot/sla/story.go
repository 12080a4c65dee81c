package sla

import (
	"slices"
	"sync"
	"time"
)

// story is what is known of an incident while its facts are told in order.
type story struct {
	standing

	start   time.Time
	now     time.Time
	waiting WaitingOn // "" while it waits for nobody
	// confirmed is when one of us first confirmed it, zero while nobody has.
	confirmed time.Time
	// answered: the customer has had a first response.
	answered bool
	// unanswered is when the oldest message was written that nobody has answered
	// since the first response; zero when there is none.
	unanswered time.Time
	// eased: the customer was given a workaround.
	eased     bool
	resolved  bool
	cancelled bool

	// team has the incident. Where home is a team, only its time counts.
	team, home string

	// blocks are the times at which clocks may stand still, in order and apart; the
	// last may go on.
	blocks []block

	first, next, update, workaround, resolution track
	clocks                                      []Clock // room for those of all tracks

	// words are set where how each clock was counted is kept.
	words *words
	how   []Explanation // room for those of all tracks

	scratch *scratch
	most    int // stretches of a cycle, about
}

// standing is what the promises depend on.
type standing struct {
	// contract is the one in force; eras are the terms that have been and, as far
	// as is known, will be in force, and era is which of them is.
	contract *Contract
	eras     []era
	era      int
	severity Severity
	request  Request
}

// era is a time with the same terms: from an instant to the next era. Nil terms
// promise nothing.
type era struct {
	from  time.Time
	terms *Terms
}

// block is a time for whose length something was so that may stop clocks. A zero
// end: it still is.
type block struct {
	from, to time.Time
	why      Why
}

// begin finds when and how the story starts; false when nothing was reported.
func (r *story) begin(c *Contract, facts []Fact) bool {
	r.request = Failure
	for i, t := range r.tracks() {
		t.name = Names[i]
	}
	reported := false
	var n counts
	for i := range facts {
		f := &facts[i]
		if (f.Kind == Reported || f.Kind == CustomerWrote) && r.start.IsZero() {
			r.start = f.At.UTC()
		}
		if f.Kind == Reported {
			reported, r.severity = true, f.Severity
		}
		n.add(f.Kind)
	}
	if reported {
		r.room(n)
		r.under(c, r.start)
	}
	return reported
}

// counts are how often the facts end cycles and stop clocks, at most.
type counts struct {
	answers, solutions, waits, moves int

	asked   bool // by the customer, since the last answer
	replies int  // answers and solutions to what was asked
}

func (n *counts) add(k Kind) {
	switch k {
	case Reported, CustomerWrote:
		n.asked = true
	case AgentWrote:
		n.answers++
		n.reply()
	case Resolved:
		n.solutions++
		n.reply()
	case Waiting, TeamIs:
		n.waits++
	case ContractIs:
		n.moves++
	}
}

func (n *counts) reply() {
	if n.asked {
		n.asked = false
		n.replies++
	}
}

// room makes room for the clocks: no track ends more cycles than that, and one
// may be open.
func (r *story) room(n counts) {
	most := [...]int{1, n.replies + n.moves + 1, n.answers + n.solutions + n.moves + 1, n.solutions + 1, n.solutions + 1}
	r.clocks = make([]Clock, most[0]+most[1]+most[2]+most[3]+most[4])
	r.most = 2*(n.solutions+n.waits+1) + 2
	r.scratch = scratches.Get().(*scratch)
	r.blocks = r.scratch.blocks[:0]
	free := r.clocks
	for i, t := range r.tracks() {
		t.done, free = free[:0:most[i]], free[most[i]:]
		t.laid.stretches = r.scratch.stretches[i][:0]
	}
}

// scratch is room that only the telling of a story needs.
type scratch struct {
	blocks    []block
	stretches [5][]stretch // of the tracks
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// release gives back what only the telling needed.
func (r *story) release() {
	r.scratch.blocks = r.blocks
	for i, t := range r.tracks() {
		r.scratch.stretches[i] = t.laid.stretches
	}
	scratches.Put(r.scratch)
}

// under puts the incident under a contract from the instant on. Where everything is
// counted by what is in force, another version of a calendar is an era of its own.
func (r *standing) under(c *Contract, from time.Time) {
	r.contract = c
	r.eras = append(r.eras, era{from, c.At(from)})
	if c == nil {
		return
	}
	var changes []time.Time
	for i := range c.Terms {
		t := &c.Terms[i]
		changes = append(changes, t.From.UTC())
		if c.rule() == Recompute {
			changes = t.calendars(changes)
		}
	}
	slices.SortFunc(changes, time.Time.Compare)
	for _, at := range changes {
		if at.After(r.eras[len(r.eras)-1].from) {
			r.eras = append(r.eras, era{at, c.At(at)})
		}
	}
}

// calendars adds the instants at which the calendars of the terms change.
func (t *Terms) calendars(changes []time.Time) []time.Time {
	add := func(levels map[Severity]Level) {
		for _, l := range levels {
			for _, n := range Names {
				if c := l.Of(n).Calendar; c != nil {
					changes = append(changes, c.changes()...)
				}
			}
			if l.Calendar != nil {
				changes = append(changes, l.Calendar.changes()...)
			}
		}
	}
	add(t.Levels)
	for _, levels := range t.Kinds {
		add(levels)
	}
	return changes
}

// tell tells the facts, which are in order, and what time brings until now.
func (r *story) tell(facts []Fact, now time.Time) {
	r.now = now
	r.block(r.start)
	r.revise()
	r.first.open(r, r.start, r.start)
	r.workaround.open(r, r.start, r.start)
	r.resolution.open(r, r.start, r.start)
	for i := range facts {
		if f := &facts[i]; !f.At.Before(r.start) {
			at := f.At.UTC()
			r.advance(at)
			r.apply(f, at)
		}
	}
	r.advance(now)
}

// advance brings the terms into force that begin by the instant.
func (r *story) advance(to time.Time) {
	for !r.cancelled && r.era+1 < len(r.eras) && !r.eras[r.era+1].from.After(to) {
		is := r.standing
		is.era++
		r.change(is.eras[is.era].from, is, agreed)
	}
}

// tracks are those of the commitments, in the order of Names.
func (r *story) tracks() [5]*track {
	return [5]*track{&r.first, &r.next, &r.update, &r.workaround, &r.resolution}
}

// told ends the story. It gives the clocks, in the order of their names and cycles,
// and how they were counted where the story explains it.
func (r *story) told() ([]Clock, []Explanation) {
	out, how := r.clocks[:0], r.how[:0] // no track begins before its own room
	for _, t := range r.tracks() {
		if c := t.reads(r, r.now); c != nil {
			t.warn(r, c)
		}
		if r.words != nil {
			how = append(how, t.how[:len(t.done)]...)
		}
		out = append(out, t.done...)
	}
	for i := range how {
		how[i].Clock = &out[i]
	}
	r.release()
	return out, how
}

// promised is what the terms of an era promise for the incident as it is.
func (r *standing) promised(e int, n Name) (Commitment, bool) {
	return r.eras[e].terms.Promised(r.request, r.severity, n)
}

// changing reports whether other terms are known to come into force.
func (r *standing) changing() bool { return r.era+1 < len(r.eras) }

// apply tells the next fact.
func (r *story) apply(f *Fact, at time.Time) {
	if r.cancelled {
		return
	}
	switch f.Kind {
	case Reported, CustomerWrote:
		r.customerWrote(at)
	case AgentWrote:
		r.answer(at)
	case SeverityIs:
		if f.Severity != r.severity {
			is := r.standing
			is.severity = f.Severity
			r.change(at, is, decided)
		}
	case RequestIs:
		if f.Request != r.request {
			is := r.standing
			is.request = f.Request
			r.change(at, is, decided)
		}
	case ContractIs:
		r.move(f.Contract, at)
	case Confirmed:
		if r.confirmed.IsZero() {
			r.confirmed = at
		}
	case TeamIs:
		r.team = f.Team
		r.block(at)
	case Waiting:
		r.wait(f.On, at)
	case Resumed:
		r.wait("", at)
	case WorkaroundGiven:
		r.ease(at)
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

// reason is why something else is promised.
type reason int

const (
	decided reason = iota // that it is of another severity or kind, and always was
	agreed                // upon other terms, from a day on
	moved                 // to another customer
)

// change makes other promises of the same incident.
func (r *story) change(at time.Time, to standing, why reason) {
	tracks := r.tracks()
	var was [len(tracks)]Clock
	var how [len(tracks)]Explanation
	var same [len(tracks)]bool
	for i, t := range tracks {
		if same[i] = t.goesOn(r, to); same[i] {
			continue
		}
		tells := &how[i]
		if p, ok := to.promised(to.era, t.name); r.words == nil || ok && (p.Start != StartConfirmed || !r.confirmed.IsZero()) {
			tells = nil // how it was counted until then is part of how it will be
		}
		t.read(r, at, &was[i], tells)
	}
	r.standing = to
	r.revise()
	for i, t := range tracks {
		if !same[i] {
			t.changed(r, &was[i], how[i], at, why)
		}
	}
}

// revise looks up what is promised now.
func (r *story) revise() {
	for _, t := range r.tracks() {
		was := t.promise
		t.promise, t.promised = r.promised(r.era, t.name)
		if was.Within != t.promise.Within || !slices.Equal(was.Warnings, t.promise.Warnings) {
			t.shares = t.promise.shares()
		}
		if r.era > 0 {
			t.laid.calendar = nil // what was before may have been promised otherwise
		}
	}
}

// transferred is how it stands with a customer who has another contract.
func (r standing) transferred(c *Contract, at time.Time) standing {
	now := r.eras[r.era]
	switch {
	case r.contract.rule() == Recompute: // by which the latest terms have counted it all
		r.eras, r.era = []era{{r.eras[0].from, now.terms}}, 1
	case now.from.Equal(at):
		r.eras = slices.Clone(r.eras[:r.era])
	default:
		r.eras, r.era = slices.Clone(r.eras[:r.era+1]), r.era+1
	}
	r.under(c, at)
	return r
}

// move gives the incident to another customer. What was owed to whom we talked with
// is owed no more, nor is what the other contract does not promise, broken or not.
func (r *story) move(to *Contract, at time.Time) {
	r.unanswered = time.Time{}
	r.next.cancel(r, at)
	r.update.cancel(r, at)
	if r.waiting == Customer {
		r.wait("", at)
	}
	if to == r.contract {
		return
	}
	r.change(at, r.transferred(to, at), moved)
	for _, t := range r.tracks() {
		if record := t.cycle.record; t.owed && !t.promised && record != nil {
			record.cancel(at)
		}
	}
}

func (r *story) customerWrote(at time.Time) {
	if r.waiting == Customer {
		r.wait("", at)
	}
	if r.answered && r.unanswered.IsZero() {
		r.unanswered = at
		r.owe()
	}
}

// owe arms the next response for the oldest unanswered message.
func (r *story) owe() {
	if !r.unanswered.IsZero() && !r.resolved {
		r.next.open(r, r.unanswered, r.unanswered)
	}
}

func (r *story) answer(at time.Time) {
	r.reply(at)
	if !r.resolved && !r.update.begunAt(at) {
		r.update.stop(r, at)
		r.update.open(r, at, at)
	}
}

// reply is what the customer hears of us.
func (r *story) reply(at time.Time) {
	r.answered, r.unanswered = true, time.Time{}
	r.first.stop(r, at)
	r.next.stop(r, at)
}

// wait is the beginning of a wait, or the end of the one there is.
func (r *story) wait(on WaitingOn, at time.Time) {
	if !r.resolved {
		r.waiting = on
		r.block(at)
	}
}

func (r *story) ease(at time.Time) {
	if !r.resolved {
		r.eased = true
		r.workaround.stop(r, at)
	}
}

func (r *story) resolve(at time.Time) {
	if r.resolved {
		return
	}
	r.reply(at)
	if r.update.begunAt(at) {
		r.update.owed = false // the answer that resolved it promised no other
	}
	r.update.stop(r, at)
	r.workaround.stop(r, at)
	r.resolution.stop(r, at)
	r.waiting, r.resolved = "", true
	r.block(at)
}

func (r *story) reopen(at time.Time) {
	if !r.resolved {
		return
	}
	r.resolved = false
	r.block(at)
	if r.contract.restarts() {
		r.workaround.open(r, at, at)
		r.resolution.open(r, at, at)
	} else {
		if !r.eased {
			r.workaround.open(r, r.workaround.cycle.origin, at)
		}
		r.resolution.open(r, r.resolution.cycle.origin, at)
	}
	r.update.open(r, at, at)
	r.owe()
}

// block begins and ends what may stop clocks, as things stand.
func (r *story) block(at time.Time) {
	why := Why(r.waiting)
	switch {
	case r.resolved:
		why = Solved
	case r.home != "" && r.team != r.home:
		why = Elsewhere
	}
	if n := len(r.blocks); n > 0 && r.blocks[n-1].to.IsZero() {
		last := &r.blocks[n-1]
		switch {
		case last.why == why:
			return
		case last.from.Equal(at): // it was nothing
			r.blocks = r.blocks[:n-1]
		default:
			last.to = at
		}
	}
	if why != "" {
		r.blocks = append(r.blocks, block{from: at, why: why})
	}
}

// stops reports whether a clock stands still while a block lasts.
func (r *story) stops(t *Terms, why Why, n Name) bool {
	switch why {
	case Elsewhere:
		return true
	case Solved:
		return n == Resolution || n == Workaround
	}
	if r.home != "" && t.Pauses == nil {
		return true // what others take is not the team's time
	}
	return t.Stops(WaitingOn(why), n)
}
