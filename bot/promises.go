package bot

import (
	"fmt"
	"slices"

	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// promiseLine is an open promise of an incident.
type promiseLine struct {
	inc   *incident.Incident
	clock sla.Clock
}

// Promises lists the open promises of the actor's teams by when they fall due,
// or, with an id, those of one incident. Customers: those of their own incidents.
func (d *Desk) Promises(id string) error {
	incidents, err := d.promised(id)
	if err != nil {
		return err
	}
	var lines []promiseLine
	for _, inc := range incidents {
		s, err := d.standing(inc)
		if err != nil {
			return err
		}
		for _, c := range s.clocks {
			if !d.ours() {
				c, _ = knownHere(c, s.clocks, s.begun)
			}
			if c.Open() && c.State != sla.CancelledOff && c.State != sla.Excused {
				lines = append(lines, promiseLine{inc, c})
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b promiseLine) int { return a.clock.Due.Compare(b.clock.Due) })
	lang := d.Lang()
	m := Message{Title: text.T(lang, "promises.title", "n", len(lines))}
	if len(lines) == 0 {
		m.Title = text.T(lang, "promises.none")
	}
	if id != "" {
		if next, err := d.goesOn(incidents[0]); err != nil {
			return err
		} else if next != nil {
			m.Text = text.T(lang, "done.merged", "id", incidents[0].ID(), "into", next.ID())
		}
	}
	for i, l := range lines {
		if i == maxListed {
			m.Footer = text.T(lang, "moves.more", "n", len(lines)-i)
			break
		}
		m.Items = append(m.Items, Item{
			Title: fmt.Sprintf("%s · %s · %s", l.inc.ID(), d.cycleWords(lang, cycleOf(l.clock)), d.clockLine(lang, d.zone(), l.clock)),
			Body:  d.listLine(lang, l.inc),
		})
	}
	return d.Reply(m)
}

// maxPromising bounds how many incidents of a team are looked at.
const maxPromising = 1000

func (d *Desk) promised(id string) ([]*incident.Incident, error) {
	if id != "" {
		inc, err := d.readable(id)
		return []*incident.Incident{inc}, err
	}
	if !d.ours() {
		if d.outside == nil {
			return nil, Refuse("refuse.unknown_person")
		}
		return d.tx.Incidents(d.ctx, IncidentQuery{Customer: d.outside.Key, OpenOnly: true, Limit: maxPromising})
	}
	if err := d.Staff(); err != nil {
		return nil, err
	}
	teams := d.company.TeamsOf(d.actor)
	if len(teams) == 0 { // quality has none, and looks at all
		teams = d.company.Teams
	}
	var out []*incident.Incident
	for _, t := range teams {
		found, err := d.tx.Incidents(d.ctx, IncidentQuery{Team: t.Key, OpenOnly: true, Limit: maxPromising})
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}
