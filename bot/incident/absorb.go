package incident

import (
	"cmp"
	"slices"
	"time"

	"sereno/bot/sla"
)

// Absorb makes one incident of two: what happened in the other happened in this
// one, which goes on. own and theirs are their histories, at the instant of the
// merge, and stood is how the other stood then. It answers the entries that the
// history of this one gains.
//
// What this one stood like stays true from its report on. Before it, the other
// tells how things stood; afterwards the other adds what it waited for while this
// one waited for nobody, what was said in it, and whether one of us had confirmed
// it or given a workaround.
func (i *Incident) Absorb(other *Incident, stood Status, own, theirs []Entry, at time.Time) []Entry {
	began := i.ReportedAt
	reports := reportsOf(theirs)
	out := []Entry{{Kind: EAbsorbed, Value: other.ID(), Text: other.Text, Message: ReportOf(theirs).Message}}
	if other.ReportedAt.Before(began) {
		// The clocks start when the customer first said it.
		reports[0].Kind, reports[0].Value = EReported, string(i.Severity)
		i.ReportedAt = other.ReportedAt
		out = append(out, before(began, theirs)...)
		out = append(out, teamsBefore(began, other.Team, theirs, i.Team, own)...)
	}
	out = append(out, reports...)
	out = append(out, shared(theirs)...)
	waited, on := waits(theirs, own, at, i.Status == New)
	out = append(out, waited...)
	if back, ok := i.heard(own, theirs); ok {
		out, i.Status = append(out, back), InProgress
	}
	if i.Status == New && stood != New {
		i.Status = Status(cmp.Or(on, sla.WaitingOn(InProgress)))
	}
	if i.Owner == "" && other.Owner != "" && i.Team == other.Team {
		i.Owner = other.Owner
		out = append(out, Entry{Kind: ETaken, Value: i.Owner})
	}
	i.LastCustomerAt = later(i.LastCustomerAt, other.LastCustomerAt)
	if v := other.VerifiedAt; !v.IsZero() && (i.VerifiedAt.IsZero() || v.Before(i.VerifiedAt)) {
		i.VerifiedAt = v
	}
	return out
}

// reportsOf are the reports of a history, of which there are several where others
// were merged into it, as messages: the earliest first.
func reportsOf(history []Entry) []Entry {
	out := kept(history, func(e Entry) bool { return e.Kind == EReported })
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

// shared are the entries that mean the same in an incident that another goes on in.
func shared(history []Entry) []Entry {
	return kept(history, func(e Entry) bool {
		switch e.Kind {
		case ECustomer, EAgent, ENote, EEdited, EVerified, EWorkaround:
			return true
		}
		return false
	})
}

// before are those that tell how an incident stood until another went on in its
// place: solved, it came back with that.
func before(began time.Time, history []Entry) []Entry {
	solved := false
	out := kept(history, func(e Entry) bool {
		switch e.Kind {
		case EResolved, EReopened:
			if e.At.Before(began) {
				solved = e.Kind == EResolved
				return true
			}
		case EExcuseAsked, EExcused, EExcuseDenied, EExcuseUndone:
			return true
		}
		return false
	})
	if solved {
		out = append(out, Entry{At: began, Kind: EReopened})
	}
	return out
}

// teamsBefore are the teams that had the earlier incident until the other was
// reported. now and then are the teams that have them at the merge.
func teamsBefore(began time.Time, then string, theirs []Entry, now string, own []Entry) []Entry {
	had, out := firstTeam(theirs, then), []Entry(nil)
	for _, e := range theirs {
		if e.Kind == ETeam && e.At.Before(began) {
			had, out = e.Value, append(out, e)
		}
	}
	if next := firstTeam(own, now); next != had {
		out = append(out, Entry{At: began, Kind: ETeam, Old: had, Value: next})
	}
	return out
}

func firstTeam(history []Entry, otherwise string) string {
	for _, e := range history {
		if e.Kind == ETeam {
			return e.Old
		}
	}
	return otherwise
}

// stop is a time in which an incident waited for somebody, or, where that is
// nobody, was solved. A zero end: it still does.
type stop struct {
	on       sla.WaitingOn
	by       string
	from, to time.Time
}

// stops are the times in which clocks could stand still. A customer who is waited
// for may answer in another incident.
func stops(history, elsewhere []Entry) []stop {
	var out []stop
	open := func() *stop {
		if n := len(out); n > 0 && out[n-1].to.IsZero() {
			return &out[n-1]
		}
		return nil
	}
	end := func(at time.Time) {
		if s := open(); s != nil {
			s.to = at
		}
	}
	all := append(slices.Clone(history), kept(elsewhere, asks)...)
	slices.SortStableFunc(all, func(a, b Entry) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq)) })
	for _, e := range all {
		switch s := open(); {
		case e.Kind == EWaiting:
			end(e.At)
			out = append(out, stop{on: sla.WaitingOn(e.Value), by: e.Actor, from: e.At})
		case e.Kind == EResolved && (s == nil || s.on != ""):
			end(e.At)
			out = append(out, stop{from: e.At})
		case e.Kind == EReopened, e.Kind == EResumed, asks(e) && s != nil && s.on == sla.Customer:
			end(e.At)
		}
	}
	return out
}

// asks reports whether the entry is a customer's message that asks for something.
func asks(e Entry) bool {
	return e.Kind == EReported || e.Kind == ECustomer && e.Value != SmallTalk
}

// waits are the waits of an incident in the time in which another stood still for
// nobody, and for whom it still waits at the instant. Where the other goes on as
// this one stood, such a wait goes on as well.
func waits(history, other []Entry, at time.Time, goesOn bool) ([]Entry, sla.WaitingOn) {
	var out []Entry
	still := sla.WaitingOn("")
	busy := stops(other, history)
	for _, w := range stops(history, other) {
		if w.on == "" {
			continue
		}
		for _, free := range without(w, busy, at) {
			out = append(out, Entry{At: free.from, Kind: EWaiting, Value: string(w.on), Actor: w.by})
			switch {
			case slices.ContainsFunc(busy, func(b stop) bool { return b.from.Equal(free.to) }): // that ends it
			case goesOn && w.to.IsZero() && free.to.Equal(at):
				still = w.on
			default:
				out = append(out, Entry{At: free.to, Kind: EResumed, Old: string(w.on)})
			}
		}
	}
	return out, still
}

// without is what is left of a wait until the instant when the other stops, which
// are in order, are taken out of it.
func without(w stop, busy []stop, at time.Time) []stop {
	var out []stop
	end := w.to
	if end.IsZero() {
		end = at
	}
	add := func(to time.Time) {
		if w.from.Before(to) {
			out = append(out, stop{from: w.from, to: to})
		}
	}
	for _, b := range busy {
		if !b.from.Before(end) {
			break
		}
		add(b.from)
		if b.to.IsZero() {
			return out
		}
		w.from = later(w.from, b.to)
	}
	add(end)
	return out
}

// heard is the end of this incident's wait for a customer who wrote in the other;
// false when it does not wait so.
func (i *Incident) heard(own, theirs []Entry) (Entry, bool) {
	if i.Status != WaitingCustomer {
		return Entry{}, false
	}
	all := stops(own, theirs)
	if n := len(all); n > 0 && !all[n-1].to.IsZero() {
		return Entry{At: all[n-1].to, Kind: EResumed, Old: string(sla.Customer)}, true
	}
	return Entry{}, false
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
