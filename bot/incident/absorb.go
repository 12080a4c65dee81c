package incident

import (
	"cmp"
	"slices"
	"time"

	"sereno/bot/sla"
)

// Side is one of two incidents that become one, and its history.
type Side struct {
	*Incident
	History []Entry
}

// moved is when the present customer got the incident, and the index of the entry
// that says so; the zero instant when it was always theirs.
func (s Side) moved() (at time.Time, index int) {
	for i, e := range s.History {
		if e.Kind == ETransferred {
			at, index = e.At, i
		}
	}
	return at, index
}

// begins is since when the incident is the present customer's.
func (s Side) begins() time.Time {
	at, _ := s.moved()
	return later(s.ReportedAt, at)
}

// Absorbs reports whether the other one can be merged into this one: what its customer
// said before this one was theirs would be lost with what another customer did.
func (s Side) Absorbs(other Side) bool {
	at, _ := s.moved()
	return !other.begins().Before(at)
}

// Absorb makes one incident of two: what happened in the other happened in this
// one, which goes on. stood is how the other stood before. It answers the entries
// that the history of this one gains.
//
// What was said, answered, confirmed or worked around in either is so in both. It
// was solved while all were that had been reported by then, and waited for whom
// either waited for. One that was another customer's begins when the present one
// got it: of what was before only how it stood then goes along.
func (s Side) Absorb(other Side, stood Status) []Entry {
	began := s.ReportedAt
	out := []Entry{{Kind: EAbsorbed, Value: other.ID(), Text: other.ToldText(), Message: ReportOf(other.History).Message}}
	reports := other.reports()
	if since := other.begins(); since.Before(began) {
		// The clocks start when the customer first said it.
		reports[0].Kind, reports[0].Value = EReported, string(s.Severity)
		s.ReportedAt = since
		out = append(out, other.excuses()...)
		out = append(out, teamsBefore(began, other, s)...)
	}
	out = append(out, reports...)
	out = append(out, other.shared()...)
	states, last := alike(s.History, other.states())
	out = append(out, states...)
	switch {
	case last.on != "":
		s.Status = Status(last.on)
	case s.Status.Waiting() || s.Status == New && stood != New:
		s.Status = InProgress
	}
	if s.Owner == "" && other.Owner != "" && s.Team == other.Team {
		s.Owner = other.Owner
		out = append(out, Entry{Kind: ETaken, Value: s.Owner})
	}
	s.LastCustomerAt = later(s.LastCustomerAt, other.LastCustomerAt)
	if v := other.VerifiedAt; !v.IsZero() && (s.VerifiedAt.IsZero() || v.Before(s.VerifiedAt)) {
		s.VerifiedAt = v
	}
	return out
}

// reports are those of the incident, of which there are several where others were
// merged into it, as messages: the earliest first. Of one that was another customer's
// there is what the present one was told.
func (s Side) reports() []Entry {
	if at, i := s.moved(); !at.IsZero() {
		return []Entry{{At: at, Kind: ECustomer, Actor: s.History[i].Actor, Text: s.ToldText()}}
	}
	out := kept(s.History, func(e Entry) bool { return e.Kind == EReported })
	for i := range out {
		out[i].Kind, out[i].Value = ECustomer, ""
	}
	return out
}

// ReportOf is the report that an incident was opened with: a merge adds
// earlier ones.
func ReportOf(history []Entry) (first Entry) {
	for _, e := range history {
		if e.Kind == EReported && (first.Seq == 0 || e.Seq < first.Seq) {
			first = e
		}
	}
	return first
}

// shared are the entries that mean the same in an incident that another goes on in:
// what was said to and by the present customer, and what one of us found.
func (s Side) shared() []Entry {
	at, i := s.moved()
	out := kept(s.History, func(e Entry) bool {
		switch e.Kind {
		case ECustomer, EAgent, ENote, EEdited, EVerified, EWorkaround:
			return !e.At.Before(at)
		}
		return false
	})
	if v := s.VerifiedAt; !v.IsZero() && v.Before(at) {
		out = append(out, Entry{At: at, Kind: EVerified, Actor: s.History[i].Actor})
	}
	return out
}

// excuses are what was asked and decided of clocks of the present customer's.
func (s Side) excuses() []Entry {
	at, _ := s.moved()
	return kept(s.History, func(e Entry) bool {
		switch e.Kind {
		case EExcuseAsked, EExcused, EExcuseDenied, EExcuseUndone:
			return !e.At.Before(at)
		}
		return false
	})
}

// teamsBefore are the teams that had the earlier incident until the other was
// reported.
func teamsBefore(began time.Time, elder, other Side) []Entry {
	had, out := firstTeam(elder), []Entry(nil)
	for _, e := range elder.History {
		if e.Kind == ETeam && e.At.Before(began) {
			had, out = e.Value, append(out, e)
		}
	}
	if next := firstTeam(other); next != had {
		out = append(out, Entry{At: began, Kind: ETeam, Old: had, Value: next})
	}
	return out
}

func firstTeam(s Side) string {
	for _, e := range s.History {
		if e.Kind == ETeam {
			return e.Old
		}
	}
	return s.Team
}

// states are the entries by which it is known how the incident stood since it is the
// present customer's: at first it may wait for others than the customer.
func (s Side) states() []Entry {
	at, i := s.moved()
	var before stand
	var out []Entry
	for _, e := range s.History {
		switch e.Kind {
		case EReported, ECustomer, EWaiting, EResumed, EResolved, EReopened:
			if e.At.Before(at) {
				before.tell(e)
			} else {
				out = append(out, e)
			}
		}
	}
	if at.IsZero() {
		return out
	}
	begins := []Entry{{At: at, Kind: EReported, Actor: s.History[i].Actor}}
	if before.on != "" && before.on != sla.Customer {
		begins = append(begins, Entry{At: at, Kind: EWaiting, Value: string(before.on), Actor: s.History[i].Actor})
	}
	return append(begins, out...)
}

// stand is how an incident stands: solved, or waiting since an instant, or neither.
type stand struct {
	reported, solved bool
	on               sla.WaitingOn
	since            time.Time
}

func (s *stand) tell(e Entry) {
	switch e.Kind {
	case EReported:
		s.reported = true
	case EWaiting:
		s.on, s.since = sla.WaitingOn(e.Value), e.At
	case EResumed:
		s.on = ""
	case EResolved:
		s.solved, s.on = true, ""
	case EReopened:
		s.solved = false
	}
}

// hear ends a wait for a customer who writes, be it in the other incident.
func (s *stand) hear(e Entry) {
	asks := e.Kind == EReported || e.Kind == ECustomer && e.Value != SmallTalk
	if asks && s.on == sla.Customer {
		s.on = ""
	}
}

// alike are the entries that make a history say of each instant how two incidents
// stood together: its own, and the other; and how they stand in the end.
func alike(own, other []Entry) ([]Entry, stand) {
	type told struct {
		Entry
		side int
	}
	var all []told
	for side, history := range [][]Entry{own, other} {
		for _, e := range history {
			all = append(all, told{e, side})
		}
	}
	slices.SortStableFunc(all, func(a, b told) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq)) })
	var out []Entry
	var sides [2]stand
	var says stand // the own history, with what is added to it
	for i, e := range all {
		sides[e.side].tell(e.Entry)
		if e.side == 0 {
			says.tell(e.Entry)
		}
		for _, s := range []*stand{&sides[0], &sides[1], &says} {
			s.hear(e.Entry)
		}
		if i+1 == len(all) || !all[i+1].At.Equal(e.At) {
			out = append(out, says.become(together(sides), e.Entry)...)
		}
	}
	return out, says
}

// together is how both stand: solved when all are that were reported, and waiting for
// another party rather than for the customer, whose message does not end that; of two
// others as the one that does so since later.
func together(sides [2]stand) stand {
	out := stand{solved: true}
	for _, s := range sides {
		if s.reported && !s.solved {
			out.solved = false
			ours, theirs := s.on == sla.Customer, out.on == sla.Customer
			if s.on != "" && (out.on == "" || theirs && !ours || ours == theirs && s.since.After(out.since)) {
				out.on, out.since = s.on, s.since
			}
		}
	}
	return out
}

// become are the entries that let a history say how things stand from an entry on.
func (s *stand) become(want stand, why Entry) []Entry {
	var out []Entry
	add := func(e Entry) {
		e.At, e.Actor = why.At, why.Actor
		s.tell(e)
		out = append(out, e)
	}
	switch {
	case want.solved && !s.solved:
		add(Entry{Kind: EResolved, Text: why.Text, Value: why.Value})
	case !want.solved && s.solved:
		add(Entry{Kind: EReopened})
	}
	switch {
	case s.solved || want.on == s.on && !want.since.After(s.since):
	case want.on == "" && s.on == "":
	case want.on != "": // also where it is the same wait anew, for a further merge
		add(Entry{Kind: EWaiting, Value: string(want.on)})
	default:
		add(Entry{Kind: EResumed, Old: string(s.on)})
	}
	return out
}

func kept(history []Entry, keep func(e Entry) bool) []Entry {
	var out []Entry
	for _, e := range history {
		if keep(e) {
			out = append(out, e)
		}
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
