package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"sereno/bot/incident"
	"sereno/bot/sla"
)

// plan sets the timers of what runs, and takes the others away.
func (d *Desk) plan(inc *incident.Incident, s standing) error {
	want := d.wanted(inc, s)
	have, err := d.tx.Timers(d.ctx, inc.Number, 0)
	if err != nil {
		return err
	}
	for _, t := range have {
		if !clockTimers[t.Kind] {
			continue
		}
		t.ID, t.Due = 0, t.Due.UTC()
		if want[t] {
			delete(want, t)
			continue
		}
		if planned(want, t) {
			continue // it is moved
		}
		if err := d.tx.CancelTimer(d.ctx, t.Kind, t.Incident, t.Subject); err != nil {
			return err
		}
	}
	for _, t := range sortedTimers(want) {
		if err := d.tx.SetTimer(d.ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// clockTimers are the kinds of timers that follow from the clocks.
var clockTimers = map[string]bool{
	timerWarning: true, timerBreach: true, timerTeamWarning: true, timerTeamBreach: true, timerTerms: true,
}

// planned reports whether a timer of the same kind, incident and subject is wanted.
func planned(want map[Timer]bool, t Timer) bool {
	for w := range want {
		if w.Kind == t.Kind && w.Subject == t.Subject {
			return true
		}
	}
	return false
}

// wanted are the timers of an incident's clocks: of each mark that is ahead, of
// the instant after each due one, and of the next terms of a contract.
func (d *Desk) wanted(inc *incident.Incident, s standing) map[Timer]bool {
	want := map[Timer]bool{}
	set := func(c sla.Clock, warning, breach string, priority int) {
		for _, m := range c.Marks() {
			t := Timer{Incident: inc.Number, Priority: priority, Kind: breach, Subject: fmt.Sprintf("%s/%d", c.Name, c.Cycle)}
			switch {
			case m.Share == 1:
				t.Due = m.At.Add(instant).UTC()
			case m.At.After(d.now):
				t.Kind, t.Subject, t.Due = warning, fmt.Sprintf("%s/%g", t.Subject, m.Share), m.At.UTC()
			default:
				continue
			}
			want[t] = true
		}
	}
	for _, c := range s.clocks {
		set(c, timerWarning, timerBreach, priority(inc))
	}
	for _, c := range s.team {
		set(c, timerTeamWarning, timerTeamBreach, LeastPriority)
	}
	if at, ok := d.nextTerms(inc); ok && inc.Open() { // they may promise what is not promised now
		want[Timer{Due: at.UTC(), Kind: timerTerms, Incident: inc.Number, Priority: priority(inc)}] = true
	}
	return want
}

// priority orders what is due at once by how badly the customer is hurt.
func priority(inc *incident.Incident) int {
	if i := slices.Index(sla.Severities, inc.Severity); i >= 0 {
		return i
	}
	return LeastPriority
}

// nextTerms is when other terms begin for the incident: those of the customer's
// contract or of its team's; false when none are to come.
func (d *Desk) nextTerms(inc *incident.Incident) (first time.Time, ok bool) {
	contracts := []*sla.Contract{d.company.ContractOf(inc.Customer)}
	if t := d.company.Team(inc.Team); t != nil {
		contracts = append(contracts, t.OLA)
	}
	for _, c := range contracts {
		if c == nil {
			continue
		}
		for _, terms := range c.Terms {
			if terms.From.After(d.now) && (!ok || terms.From.Before(first)) {
				first, ok = terms.From, true
			}
		}
	}
	return first, ok
}

func sortedTimers(set map[Timer]bool) []Timer {
	var out []Timer
	for t := range set {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b Timer) int {
		return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.Kind+a.Subject, b.Kind+b.Subject))
	})
	return out
}
