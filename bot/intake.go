package bot

import (
	"errors"
	"fmt"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/triage"
)

// title shortens what was said to one line.
func title(s string) string { return triage.Title(s) }

// inCustomerChannel hears what is said where a customer reads.
func (d *Desk) inCustomerChannel(c *company.Customer) error {
	root, err := d.root()
	if err != nil {
		return err
	}
	if d.ours() {
		return d.weWrote(c, root)
	}
	if d.actor == nil {
		return d.remember(0) // a guest: neither the customer's nor ours
	}
	small := triage.Classify(d.event.Text).SmallTalk() && len(d.event.Files) == 0
	inc, err := d.belongsTo(root)
	if err != nil {
		return err
	}
	if inc != nil && inc.Customer == c.Key {
		return d.customerWrote(inc, small)
	}
	if small {
		return d.remember(0)
	}
	_, err = d.open(c, Said{
		Platform: d.event.Platform, Channel: d.event.Channel, ID: d.event.Message, Thread: d.event.Thread,
		Author: d.author(), At: d.at, Text: d.event.Text,
	})
	return err
}

// weWrote hears one of our own people in front of a customer: in the thread of
// an incident it is the answer; elsewhere it opens nothing.
func (d *Desk) weWrote(c *company.Customer, root *Said) error {
	if root == nil || root.Incident == 0 {
		return d.remember(0)
	}
	inc, err := d.survivor(root.Incident)
	if err != nil {
		return err
	}
	if inc, err = d.follower(inc); err != nil {
		return err
	}
	if inc.Customer != c.Key { // it went to another customer, who is not here
		return d.remember(0)
	}
	if err := d.remember(inc.Number); err != nil {
		return err
	}
	if err := d.answered(inc); err != nil {
		return err
	}
	return d.relayEvent(inc)
}

// answered records a public answer of ours. Who answers an incident that is
// nobody's has it from now on.
func (d *Desk) answered(inc *incident.Incident) error {
	return d.answeredWith(inc, incident.Entry{Kind: incident.EAgent, Text: d.event.Text, Message: d.event.Message})
}

func (d *Desk) answeredWith(inc *incident.Incident, answer incident.Entry) error {
	if _, ok := inc.Status.After(incident.Answer); ok {
		if err := d.move(inc, incident.Answer); err != nil {
			return err
		}
	}
	if err := d.record(inc, answer); err != nil {
		return err
	}
	if inc.Owner == "" && inc.Open() && d.actor.Has(company.Agent) {
		inc.Owner = d.actor.Key
		if err := d.record(inc, incident.Entry{Kind: incident.ETaken, Value: d.actor.Key}); err != nil {
			return err
		}
	}
	return d.handled(inc)
}

// belongsTo finds the incident that a customer's message goes on with: the one
// of its thread, or, outside threads, the one that the same person wrote to a
// moment ago (or a moment later, when this message was held up on its way). Nil
// when it is none.
func (d *Desk) belongsTo(root *Said) (*incident.Incident, error) {
	if d.event.Thread != "" {
		if root == nil || root.Incident == 0 {
			return nil, nil
		}
		return d.living(root.Incident)
	}
	since := d.at.Add(-d.company.GroupWithin)
	m, err := d.tx.LastIncidentMessageBy(d.ctx, d.event.Platform, d.event.Channel, d.author(), since)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil || m.At.Sub(d.at) > d.company.GroupWithin { // that one was said long after this
		return nil, err
	}
	return d.living(m.Incident)
}

// living is the incident in which the conversation goes on; nil when it was
// called off, so that a new request there opens a new one.
func (d *Desk) living(number int) (*incident.Incident, error) {
	inc, err := d.survivor(number)
	if err == nil {
		inc, err = d.follower(inc)
	}
	if err != nil || inc.Status == incident.Cancelled {
		return nil, err
	}
	return inc, nil
}

// survivor follows merges to the incident that goes on.
func (d *Desk) survivor(number int) (*incident.Incident, error) {
	inc, err := d.incident(number)
	for hops := 0; err == nil && inc.MergedInto != ""; hops++ {
		next, ok := incident.ParseID(inc.MergedInto)
		if !ok || hops > 100 {
			return nil, fmt.Errorf("%s was merged into %q", inc.ID(), inc.MergedInto)
		}
		inc, err = d.incident(next)
	}
	return inc, err
}

// goesOn is the incident in which a merged one goes on; nil when it was not merged,
// and for a customer whose the other is not any more.
func (d *Desk) goesOn(inc *incident.Incident) (*incident.Incident, error) {
	if inc.MergedInto == "" {
		return nil, nil
	}
	next, err := d.survivor(inc.Number)
	if err != nil || !d.ours() && (d.outside == nil || d.outside.Key != next.Customer) {
		return nil, err
	}
	return next, nil
}

// customerWrote adds a customer's message to the incident: it ends a wait for
// the customer, and unless it is small talk it reopens what was resolved.
func (d *Desk) customerWrote(inc *incident.Incident, small bool) error {
	if !small && d.anew(inc) {
		return d.openAgain(inc, Said{
			Platform: d.event.Platform, Channel: d.event.Channel, ID: d.event.Message, Thread: d.event.Thread,
			Author: d.author(), At: d.at, Text: d.event.Text,
		})
	}
	if err := d.remember(inc.Number); err != nil {
		return err
	}
	entry := incident.Entry{Kind: incident.ECustomer, Text: d.event.Text, Message: d.event.Message}
	if small {
		entry.Value = incident.SmallTalk
	}
	if err := d.record(inc, entry); err != nil {
		return err
	}
	if err := d.relayEvent(inc); err != nil {
		return err
	}
	if d.at.After(inc.LastCustomerAt) {
		inc.LastCustomerAt = d.at
	}
	if !small {
		if err := d.offerAnew(inc); err != nil {
			return err
		}
	}
	switch {
	case inc.Status == incident.WaitingCustomer:
		return d.resumed(inc)
	case !inc.Open() && !small:
		return d.reopened(inc)
	}
	return nil
}

// open makes an incident of what a customer said, acknowledges it to them and
// shows it to the team. What was said by form or command has no ID, and is posted
// for them to be the root of the thread.
func (d *Desk) open(c *company.Customer, m Said) (*incident.Incident, error) {
	inc := &incident.Incident{
		Customer: c.Key, Team: c.Team.Key, Severity: c.Severity, Kind: c.Kind, Status: incident.New,
		Origin: incident.Undetermined, Title: title(m.Text), Text: m.Text, Reporter: m.Author,
		Platform: m.Platform, Channel: m.Channel, Root: m.Thread,
		ReportedAt: m.At, LastCustomerAt: m.At,
	}
	if inc.Root == "" {
		inc.Root = m.ID
	}
	if err := d.tx.AddIncident(d.ctx, inc); err != nil {
		return nil, fmt.Errorf("open incident: %w", err)
	}
	m.Incident = inc.Number
	take := d.claimThread
	if m.ID == "" {
		take = d.postReport
	}
	if err := take(inc, m); err != nil {
		return nil, err
	}
	err := d.record(inc, incident.Entry{
		At: m.At, Actor: m.Author, Kind: incident.EReported,
		Text: m.Text, Value: string(inc.Severity), Message: m.ID,
	})
	if err != nil {
		return nil, err
	}
	if inc.KindOf() != sla.Failure {
		err := d.record(inc, incident.Entry{At: m.At, Actor: botActor, Kind: incident.EKind, Old: string(sla.Failure), Value: string(inc.Kind)})
		if err != nil {
			return nil, err
		}
	}
	found, err := d.suggestTo(inc, c, m)
	if err != nil {
		return nil, err
	}
	d.bot.Metrics.IncidentOpened(c.Key)
	d.bot.Logger.Info("incident opened", "incident", inc.ID(), "customer", c.Key, "severity", inc.Severity)
	if err := d.relayReport(inc, m); err != nil {
		return nil, err
	}
	if err := d.acknowledge(inc, c, found); err != nil {
		return nil, err
	}
	if err := d.offer(inc, m.Text); err != nil {
		return nil, err
	}
	if err := d.beside(inc); err != nil {
		return nil, err
	}
	if err := d.wish(jobTriage, inc.ID(), inc); err != nil {
		return nil, err
	}
	return inc, d.wish(jobAnswer, inc.ID(), inc)
}

// claimThread makes the message belong to the incident, and its thread too
// unless another incident goes on there: what is taken out of that is answered
// in the same place, with /incident reply.
func (d *Desk) claimThread(inc *incident.Incident, m Said) error {
	if err := d.tx.SaveMessage(d.ctx, m); err != nil {
		return err
	}
	if m.Thread == "" {
		return nil
	}
	root, err := d.tx.MessageAt(d.ctx, m.Platform, m.Channel, m.Thread)
	if errors.Is(err, ErrNotFound) {
		// Said before we were here: only its place is known.
		root, err = &Said{Platform: m.Platform, Channel: m.Channel, ID: m.Thread, At: m.At}, nil
	}
	if err != nil {
		return err
	}
	if root.Incident != 0 {
		if other, err := d.living(root.Incident); err != nil || other != nil && other.Customer == inc.Customer {
			return err
		}
	}
	root.Incident = inc.Number
	return d.tx.SaveMessage(d.ctx, *root)
}

// botActor is how the history names the bot itself.
const botActor = "sereno"
