package bot

import (
	"fmt"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// maxHome bounds each list of a person's own page.
const maxHome = 20

// showHome gives the person their own page: an agent their incidents with the
// clocks, what is nobody's in their teams, and who is on call; a customer's
// person their open incidents.
func (d *Desk) showHome() error {
	if !d.bot.adapters[d.event.Platform].Features().Home {
		return nil
	}
	m, err := d.home()
	if err != nil {
		return err
	}
	_, err = d.say(Delivery{Kind: Home, Platform: d.event.Platform, User: d.event.User, Message: m})
	return err
}

func (d *Desk) home() (Message, error) {
	lang := d.Lang()
	switch {
	case d.ours():
		return d.homeOurs(lang)
	case d.outside != nil:
		return d.homeCustomer(lang)
	}
	return Message{Text: text.T(lang, "refuse.unknown_person")}, nil
}

func (d *Desk) homeOurs(lang company.Lang) (Message, error) {
	m := Message{Title: text.T(lang, "home.title", "name", d.actor.Name)}
	mine, err := d.tx.Incidents(d.ctx, IncidentQuery{Owner: d.actor.Key, OpenOnly: true, Limit: maxHome})
	if err != nil {
		return m, err
	}
	m.Text = text.T(lang, "home.mine", "n", len(mine))
	if m.Items, err = d.homeItems(lang, mine, d.clockSummary); err != nil {
		return m, err
	}
	for _, t := range d.company.TeamsOf(d.actor) {
		open, err := d.tx.Incidents(d.ctx, IncidentQuery{Team: t.Key, OpenOnly: true, Limit: 10 * maxHome})
		if err != nil {
			return m, err
		}
		free := 0
		for _, inc := range open {
			if inc.Owner == "" {
				free++
			}
		}
		m.Fields = append(m.Fields, Field{t.Name, text.T(lang, "home.team", "open", len(open), "free", free, "oncall", d.onCallNow(lang, t))})
	}
	m.Footer = text.T(lang, "home.footer")
	return m, nil
}

func (d *Desk) onCallNow(lang company.Lang, t *company.Team) string {
	if who, ok := d.onCall(t.Schedule); ok {
		return d.name(who)
	}
	return text.T(lang, "oncall.nobody")
}

func (d *Desk) homeCustomer(lang company.Lang) (Message, error) {
	m := Message{
		Title:   text.T(lang, "home.customer", "customer", d.outside.Name),
		Buttons: []Button{{ID: "new", Label: text.T(lang, "button.new"), Primary: true}},
	}
	open, err := d.tx.Incidents(d.ctx, IncidentQuery{Customer: d.outside.Key, OpenOnly: true, Limit: maxHome})
	if err != nil {
		return m, err
	}
	m.Text = text.T(lang, "home.open", "n", len(open))
	m.Items, err = d.homeItems(lang, open, func(lang company.Lang, inc *incident.Incident, clocks []sla.Clock) string {
		return d.promises(lang, d.zone(), inc, clocks)
	})
	return m, err
}

func (d *Desk) homeItems(lang company.Lang, incidents []*incident.Incident, clocks func(company.Lang, *incident.Incident, []sla.Clock) string) ([]Item, error) {
	var out []Item
	for _, inc := range incidents {
		all, err := d.clocks(inc)
		if err != nil {
			return nil, err
		}
		item := Item{
			Title: fmt.Sprintf("%s · %s · %s", inc.ID(), text.T(lang, "severity."+string(inc.Severity)), text.T(lang, "status."+string(inc.Status))),
			Body:  d.listLine(lang, inc),
		}
		if line := clocks(lang, inc, all); line != "" {
			item.Body += "\n" + line
		}
		out = append(out, item)
	}
	return out, nil
}

// clockSummary is the commitments that still run, in one line.
func (d *Desk) clockSummary(lang company.Lang, _ *incident.Incident, clocks []sla.Clock) string {
	out := ""
	for _, c := range clocks {
		if !c.Stopped.IsZero() {
			continue
		}
		if out != "" {
			out += " · "
		}
		out += text.T(lang, "clock."+string(c.Name)) + " " + d.clockLine(lang, d.zone(), c)
	}
	return out
}
