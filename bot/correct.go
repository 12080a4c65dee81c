package bot

import (
	"errors"

	"sereno/bot/company"
	"sereno/bot/incident"
)

// OpenFrom opens an incident from a message that was taken for small talk, or
// that went to another incident by mistake. The message's author's side and
// our own people may.
func (d *Desk) OpenFrom(message string) error {
	m, err := d.tx.MessageAt(d.ctx, d.event.Platform, d.event.Channel, message)
	unheard := errors.Is(err, ErrNotFound) || err == nil && m.Author == "" && !m.Deleted && m.Delivery == 0
	if unheard && d.event.Author != nil && d.event.Text != "" {
		m, err = d.quoted(message)
	}
	if errors.Is(err, ErrNotFound) {
		return Refuse("refuse.unknown_message")
	}
	if err != nil {
		return err
	}
	c, err := d.customerFor(m)
	if err != nil {
		return err
	}
	if m.Delivery != 0 || m.Deleted || m.Text == "" {
		return Refuse("refuse.nothing_to_open")
	}
	if m.Incident != 0 {
		return d.split(c, *m)
	}
	m.Incident = 0
	_, err = d.open(c, *m)
	return err
}

// quoted is a message from before the bot was there, as the platform tells it
// with an event about it.
func (d *Desk) quoted(message string) (*Said, error) {
	a := d.event.Author
	m := &Said{
		Platform: d.event.Platform, Channel: d.event.Channel, ID: message, Thread: d.event.Thread,
		Author: identity{d.event.Platform, a.User}.key(), At: a.At.UTC(), Text: d.event.Text,
	}
	if m.At.IsZero() || m.At.After(d.now) {
		m.At = d.at
	}
	if p := d.company.PersonAt(d.event.Platform, a.User); p != nil {
		m.Author, m.Staff = p.Key, p.Customer == nil
		return m, nil
	}
	return m, d.metElsewhere(a)
}

// customerFor is the customer for whom an incident may be opened from the
// message.
func (d *Desk) customerFor(m *Said) (*company.Customer, error) {
	c := d.company.CustomerOf(company.ChannelID{Platform: m.Platform, ID: m.Channel})
	if c == nil {
		if p := d.person(m.Author); p != nil {
			c = p.Customer
		}
	}
	switch {
	case c == nil:
		return nil, Refuse("refuse.no_customer_here")
	case d.ours() && !d.actor.Has(company.Agent), !d.ours() && d.outside != c:
		return nil, Refuse("refuse.not_allowed")
	}
	return c, nil
}

// split takes a message out of the incident that it went to and opens one of
// its own. The message that an incident began with cannot be taken out.
func (d *Desk) split(c *company.Customer, m Said) error {
	from, err := d.survivor(m.Incident)
	if err != nil {
		return err
	}
	if m.ID == from.Root || m.Incident != from.Number {
		return Refuse("refuse.already_open", "id", from.ID())
	}
	if began, err := d.beganWith(from, m.ID); err != nil {
		return err
	} else if began {
		return Refuse("refuse.already_open", "id", from.ID())
	}
	if m.Staff {
		return Refuse("refuse.nothing_to_open")
	}
	inc, err := d.open(c, m)
	if err != nil {
		return err
	}
	if err := d.tx.DropEntries(d.ctx, from.Number, m.ID); err != nil {
		return err
	}
	if err := d.moveFiles(m, inc); err != nil {
		return err
	}
	return d.record(from, incident.Entry{Kind: incident.EMoved, Value: inc.ID()})
}

// NotIncident calls an incident off that should not have been one. Agents.
func (d *Desk) NotIncident(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if err := d.move(inc, incident.Cancel); err != nil {
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.ECancelled, Value: "not_incident"}); err != nil {
		return err
	}
	if err := d.endReplyModes(inc); err != nil {
		return err
	}
	if err := d.handled(inc); err != nil {
		return err
	}
	if err := d.retractReceipt(inc); err != nil {
		return err
	}
	return d.done("done.not_incident", "id", inc.ID())
}
