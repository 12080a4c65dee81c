package bot

import (
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
)

// AskHandOver opens the form that asks to whom a page goes. Agents.
func (d *Desk) AskHandOver(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	lang := d.Lang()
	f := &Form{
		ID: "hand_over", Value: inc.ID(),
		Title: text.T(lang, "form.hand_over.title", "id", inc.ID()), Submit: text.T(lang, "form.hand_over.submit"),
		Inputs: []Input{{Name: "person", Label: text.T(lang, "form.hand_over.person")}},
	}
	for _, p := range d.company.People {
		if p.Has(company.Agent) && p != d.actor {
			f.Inputs[0].Options = append(f.Inputs[0].Options, Option{p.Key, p.Name})
		}
	}
	return d.openForm(inc, f)
}

// agentNamed finds an agent by what somebody typed.
func (d *Desk) agentNamed(words string) (*company.Person, error) {
	p := d.personNamed(words)
	if p == nil || !p.Has(company.Agent) {
		return nil, Refuse("refuse.not_an_agent", "name", words, "agents", strings.Join(d.agents(), ", "))
	}
	return p, nil
}

// whenHere tells an instant to the actor.
func (d *Desk) whenHere(t time.Time) string { return text.When(d.Lang(), t, d.zone(), d.now) }

// nothingMoreToReach takes the timers of the incident's pages away: those about
// which nobody else must act either.
func (d *Desk) nothingMoreToReach(inc *incident.Incident) error {
	pages, err := d.tx.PagesOf(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	for _, p := range pages {
		if p.Group != 0 {
			continue
		}
		about, err := d.asking(&p, d.peek)
		if err != nil {
			return err
		}
		if len(about) == 0 {
			if err := d.expectNoMore(&p); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellSkipped says under the card that a step reached nobody.
func (d *Desk) tellSkipped(inc *incident.Incident, why, what string) error {
	d.underCard(inc, func() error {
		return d.toTeam(inc, true, func(lang company.Lang) Message {
			return Message{Text: text.T(lang, "team.skipped", "id", inc.ID(), "why", text.T(lang, "skipped."+why)+nameIn(d.name(what)))}
		})
	})
	return nil
}
