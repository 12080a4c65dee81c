package bot

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/text"

	"sereno/bot/incident"
	"sereno/bot/sla"
)

// outcomes are what came of every commitment so far.
func (s standing) outcomes(team string) []incident.Outcome {
	var out []incident.Outcome
	s.all(team, func(of incident.Of, c sla.Clock) { out = append(out, incident.OutcomeOf(c, of.Team)) })
	return out
}

// recordOutcomes writes down what came of commitments, each once. What was
// recorded stays: where the history, as it is known now, says otherwise, a
// correction follows that names both.
func (d *Desk) recordOutcomes(inc *incident.Incident, history []incident.Entry, s standing) error {
	was := incident.Outcomes(history)
	for _, is := range s.outcomes(inc.Team) {
		before := was[is.Of()]
		delete(was, is.Of())
		if err := d.recordOutcome(inc, before, is); err != nil {
			return err
		}
	}
	gone := slices.SortedFunc(maps.Values(was), func(a, b incident.Outcome) int {
		return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(a.Clock, b.Clock), cmp.Compare(a.Cycle, b.Cycle))
	})
	for _, before := range gone {
		if before.Team != "" && before.Team != inc.Team {
			continue // another team had it then, and has no target any more: that was theirs
		}
		is := incident.Outcome{Clock: before.Clock, Cycle: before.Cycle, Team: before.Team, Is: incident.Nothing}
		if err := d.recordOutcome(inc, before, is); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) recordOutcome(inc *incident.Incident, was, is incident.Outcome) error {
	if is.Is == "" {
		is.Is = incident.StillOpen
	}
	if same(was, is) {
		return nil
	}
	if is.Follows(was) {
		if is.Is == incident.StillOpen || is.Is == incident.Nothing {
			return nil // nothing has come of it
		}
		at := is.At
		if at.IsZero() {
			at = is.Due // of a breach
		}
		if is.Is == sla.WasExcused {
			at = d.now
		}
		return d.record(inc, incident.Entry{At: at, Kind: incident.EOutcome, Actor: botActor, Value: is.String()})
	}
	return d.record(inc, incident.Entry{At: d.now, Kind: incident.ECorrected, Actor: botActor, Old: was.String(), Value: is.String()})
}

// same reports whether the two outcomes say the same, to the second: the store
// keeps no more of an instant than it needs.
func same(a, b incident.Outcome) bool {
	if a.Is != b.Is {
		return false
	}
	if a.Is == incident.StillOpen || a.Is == incident.Nothing || a.Is == sla.WasCancelled {
		return true
	}
	if a.Is == sla.WasExcused {
		return true // be it done meanwhile or not
	}
	near := func(x, y time.Time) bool { return x.Sub(y).Abs() < time.Second }
	return near(a.Due, b.Due) && near(a.At, b.At)
}

// outcomeWords is a recorded outcome as people read it.
func (d *Desk) outcomeWords(lang company.Lang, zone *time.Location, value string) string {
	o, ok := incident.ParseOutcome(value)
	if !ok {
		return d.entryValue(lang, value) // as it was written before there were outcomes
	}
	clock := d.cycleWords(lang, o.Of().String())
	due := text.T(lang, "moves.none")
	if !o.Due.IsZero() {
		due = d.stampIn(lang, o.Due, zone)
	}
	return clock + ": " + text.T(lang, "outcome."+string(o.Is), "due", due, "late", text.Duration(o.Late))
}

// excuseValue is the clock that an entry about an excuse names, or a person.
func (d *Desk) excuseValue(lang company.Lang, value string) string {
	if strings.Contains(value, "/") {
		return d.cycleWords(lang, value)
	}
	return d.name(value)
}

// SLAHistory tells what was recorded of an incident's commitments: outcomes,
// corrections and excuses, in the order in which they became known. Agents,
// leads and quality.
func (d *Desk) SLAHistory(id string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	inc, err := d.lookup(id)
	if err != nil {
		return err
	}
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	var told []incident.Entry
	for _, e := range incident.AsRecorded(history) {
		switch e.Kind {
		case incident.EOutcome, incident.EBreached, incident.ECorrected,
			incident.EExcuseAsked, incident.EExcused, incident.EExcuseDenied, incident.EExcuseUndone:
			told = append(told, e)
		}
	}
	m := Message{
		Title: text.T(d.Lang(), "slahistory.title", "id", inc.ID()),
		Items: d.timeline(told, nil, d.Lang(), d.zone()),
	}
	if len(told) == 0 {
		m.Text = text.T(d.Lang(), "slahistory.none")
	}
	return d.Reply(m)
}
