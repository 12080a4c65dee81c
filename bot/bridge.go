package bot

import (
	"errors"
	"fmt"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
)

// The bridge joins the customer's thread and that of the incident's card,
// wherever each is. Inwards everything goes: what the customer writes, edits and
// takes back, and what one of ours answers there. Outwards nothing goes unless
// somebody says so (answer.go, replymode.go).

// relays reports whether what is said in front of the customer is shown under
// the incident's card too.
func (d *Desk) relays(inc *incident.Incident) bool {
	if d.company.Relay != company.RelayAcross {
		return true
	}
	ch, ok := d.bot.teamChannel(d.company.Team(inc.Team), inc.Platform)
	return !ok || ch.Platform != inc.Platform || d.company.CustomerOf(company.ChannelID{Platform: inc.Platform, ID: inc.Channel}) == nil
}

// relayEvent shows under the card what the event's author has written in front
// of the customer, and sees to its attachments.
func (d *Desk) relayEvent(inc *incident.Incident) error {
	e := d.event
	if err := d.attached(inc, true); err != nil || e.Text == "" || !d.relays(inc) {
		return err
	}
	copied := Copy{
		Platform: e.Platform, Channel: e.Channel, Message: e.Message, Incident: inc.Number, Author: d.author(),
	}
	d.underCard(inc, func() error { return d.relay(inc, copied, e.Text) })
	return nil
}

// relayReport shows under a new incident's card what the card itself leaves out.
func (d *Desk) relayReport(inc *incident.Incident, m Said) error {
	if d.event.Message == m.ID {
		if err := d.attached(inc, true); err != nil {
			return err
		}
	}
	if len([]rune(m.Text)) <= maxQuote {
		return nil
	}
	copied := Copy{Platform: m.Platform, Channel: m.Channel, Message: m.ID, Incident: inc.Number, Author: m.Author}
	d.underCard(inc, func() error { return d.relay(inc, copied, m.Text) })
	return nil
}

func (d *Desk) relay(inc *incident.Incident, c Copy, words string) (err error) {
	c.Delivery, err = d.toTeamAs(inc, true, purposeRelay, func(lang company.Lang) Message {
		return d.relayed(lang, inc, c.Author, words)
	})
	if err != nil || c.Delivery == 0 {
		return err
	}
	return d.tx.AddCopy(d.ctx, c)
}

// maxRelay bounds what is shown under a card of one message, in characters: more
// than that is read where it was written.
const maxRelay = 20_000

// relayed is what somebody said in front of the customer, as the team reads it.
func (d *Desk) relayed(lang company.Lang, inc *incident.Incident, author, words string) Message {
	m := Message{From: d.fullName(author)}
	m.quote(lang, words)
	if p := d.person(author); p == nil || p.Customer != nil {
		m.Buttons = []Button{{ID: "reply", Label: text.T(lang, "button.reply"), Value: inc.ID(), Primary: true}}
		return m
	}
	m.Text = text.T(lang, "relay.answered", "customer", d.customerName(inc))
	return m
}

// quote repeats somebody's words, and says so when it leaves some out.
func (m *Message) quote(lang company.Lang, words string) {
	m.Quote, m.Footer = shorten(words, maxRelay), ""
	if m.Quote != words {
		m.Footer = text.T(lang, "relay.cut")
	}
}

// teamLang is the language of the incident's team.
func (d *Desk) teamLang(inc *incident.Incident) company.Lang {
	if t := d.company.Team(inc.Team); t != nil {
		return t.Language
	}
	return d.company.Language
}

// fullName is somebody's name with that of the customer whose person they are.
func (d *Desk) fullName(author string) string {
	if p := d.person(author); p != nil && p.Customer != nil {
		return d.name(author) + " · " + p.Customer.Name
	}
	return d.name(author)
}

// followEdit lets the copies of a message read what it reads now.
func (d *Desk) followEdit(m *Said) error {
	if strings.TrimSpace(m.Text) == "" {
		return nil // attachments alone are left, and those follow by themselves
	}
	copies, err := d.tx.CopiesOf(d.ctx, m.Platform, m.Channel, m.ID)
	if err != nil {
		return err
	}
	for _, c := range copies {
		inc, out, err := d.copied(c)
		if err != nil {
			return err
		}
		if out == nil || len(out.Message.Files) > 0 {
			continue
		}
		if c.Customer {
			out.Message = answerMessage(d.name(c.Author), m.Text, d.event.Markdown)
		} else {
			out.Message.quote(d.teamLang(inc), m.Text)
		}
		if err := d.renew(inc, out); err != nil {
			return err
		}
	}
	return nil
}

// followDeletion takes the copies of a message away with it. Our own people
// learn that there was one.
func (d *Desk) followDeletion(m *Said) error {
	copies, err := d.tx.CopiesOf(d.ctx, m.Platform, m.Channel, m.ID)
	if err != nil {
		return err
	}
	for _, c := range copies {
		inc, out, err := d.copied(c)
		if err != nil {
			return err
		}
		switch {
		case out == nil:
		case c.Customer || len(out.Message.Files) > 0:
			err = d.withdrawCopy(inc, c, out)
		default:
			lang := d.company.Language
			if t := d.company.Team(inc.Team); t != nil {
				lang = t.Language
			}
			out.Message = Message{Text: text.T(lang, "team.deleted", "name", d.fullName(c.Author))}
			err = d.renew(inc, out)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copied is the delivery that carries a copy, nil when it never came to be, and
// its incident.
func (d *Desk) copied(c Copy) (*incident.Incident, *Delivery, error) {
	inc, err := d.incident(c.Incident)
	if err != nil {
		return nil, nil, err
	}
	out, err := d.tx.DeliveryAt(d.ctx, c.Delivery)
	if errors.Is(err, ErrNotFound) {
		return inc, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the copy in delivery %d: %w", c.Delivery, err)
	}
	return inc, out, nil
}

// renew makes a message of ours read differently.
func (d *Desk) renew(inc *incident.Incident, out *Delivery) error {
	return d.edit(inc, incident.Place{
		Delivery: out.ID, Platform: out.Platform, Channel: out.Channel, User: out.User,
	}, out.Purpose, out.Message)
}
