package bot

import (
	"cmp"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
)

// Move is a promise of an open incident that falls due at another instant than
// it did: under another configuration, or because a contract's next terms began.
type Move struct {
	Incident *incident.Incident
	Of       incident.Of
	// Old and New are when it was and is due; the zero instant: there was or is no
	// such promise, or it never falls due.
	Old, New time.Time
}

// By is how much later it is due, negative when earlier; zero where it was or is
// not promised.
func (m Move) By() time.Duration {
	if m.Old.IsZero() || m.New.IsZero() {
		return 0
	}
	return m.New.Sub(m.Old)
}

// Past reports whether it is due before the instant, and was not.
func (m Move) Past(now time.Time) bool {
	return !m.New.IsZero() && m.New.Before(now) && (m.Old.IsZero() || !m.Old.Before(now))
}

// Moves are the promises of an incident that the configuration puts elsewhere
// than the other one did, at the instant.
func Moves(was, is *company.Company, inc *incident.Incident, history []incident.Entry, now time.Time) []Move {
	return moved(inc, stand(was, inc, history, now), stand(is, inc, history, now))
}

// moved compares where an incident stood and stands. What had an outcome keeps it.
func moved(inc *incident.Incident, was, is standing) []Move {
	before, after := was.due(inc.Team), is.due(inc.Team)
	var out []Move
	for of, old := range before {
		if at := after[of]; at.Sub(old).Abs() >= time.Second {
			out = append(out, Move{inc, of, old, at})
		}
		delete(after, of)
	}
	settled := was.settledAlready(inc.Team)
	for of, at := range after {
		if !settled[of] && !at.IsZero() {
			out = append(out, Move{Incident: inc, Of: of, New: at})
		}
	}
	slices.SortFunc(out, func(a, b Move) int {
		return cmp.Or(cmp.Compare(a.Of.Team, b.Of.Team),
			cmp.Compare(slices.Index(sla.Names, a.Of.Clock), slices.Index(sla.Names, b.Of.Clock)), cmp.Compare(a.Of.Cycle, b.Of.Cycle))
	})
	return out
}

// due is when each promise falls due that is open.
func (s standing) due(team string) map[incident.Of]time.Time {
	out := map[incident.Of]time.Time{}
	s.each(team, func(of incident.Of, c sla.Clock) {
		switch {
		case !c.Open():
		case c.Due.Before(sla.Never):
			out[of] = c.Due
		default:
			out[of] = time.Time{}
		}
	})
	return out
}

func (s standing) settledAlready(team string) map[incident.Of]bool {
	out := map[incident.Of]bool{}
	s.each(team, func(of incident.Of, c sla.Clock) { out[of] = !c.Open() && c.State != sla.CancelledOff })
	return out
}

// each is every clock that runs for somebody who has the incident; team is who does.
func (s standing) each(team string, do func(incident.Of, sla.Clock)) {
	for _, c := range s.clocks {
		do(incident.Of{Clock: c.Name, Cycle: c.Cycle}, c)
	}
	for _, c := range s.team {
		do(incident.Of{Clock: c.Name, Cycle: c.Cycle, Team: team}, c)
	}
}

// all is each, and then those of the teams that have handed it on.
func (s standing) all(team string, do func(incident.Of, sla.Clock)) {
	s.each(team, do)
	for _, t := range s.handedOn {
		standing{team: t.clocks}.each(t.team, do)
	}
}
