package bot

import (
	"fmt"

	"sereno/bot/incident"
	"sereno/bot/text"
)

// anew reports whether what the customer says now of an incident that was
// resolved is, under their contract, another incident.
func (d *Desk) anew(inc *incident.Incident) bool {
	contract := d.company.ContractOf(inc.Customer)
	return !inc.Open() && !inc.ResolvedAt.IsZero() && contract != nil && contract.Reopening.Anew(inc.ResolvedAt, d.at)
}

// openAgain opens the incident in which one that was resolved too long ago goes
// on. What is said in the thread of the old one is the new one's from then on.
func (d *Desk) openAgain(old *incident.Incident, m Said) error {
	c := d.company.Customer(old.Customer) // it has a contract, so it is there
	inc, err := d.open(c, m)
	if err != nil {
		return err
	}
	inc.Follows, old.FollowedBy = old.ID(), inc.ID()
	if err := d.record(inc, incident.Entry{Kind: incident.EFollows, Actor: botActor, Value: old.ID()}); err != nil {
		return err
	}
	if err := d.record(old, incident.Entry{Kind: incident.EFollowed, Actor: botActor, Value: inc.ID()}); err != nil {
		return err
	}
	return d.tellCustomer(inc, "customer.followed", "id", old.ID(), "into", inc.ID())
}

// pressedAgain is the customer's word, by a button, that what was resolved too
// long ago is not: the new incident says which.
func (d *Desk) pressedAgain(old *incident.Incident) error {
	words := text.T(d.customerLang(old), "again.text", "id", old.ID(), "title", old.ToldTitle())
	return d.openAgain(old, Said{
		Platform: old.Platform, Channel: old.Channel, Author: d.author(), At: d.at, Text: words,
	})
}

// follower is the incident in which the conversation goes on.
func (d *Desk) follower(inc *incident.Incident) (*incident.Incident, error) {
	for hops := 0; inc.FollowedBy != ""; hops++ {
		n, ok := incident.ParseID(inc.FollowedBy)
		if !ok || hops > 1000 {
			return nil, fmt.Errorf("%s is followed by %q", inc.ID(), inc.FollowedBy)
		}
		next, err := d.survivor(n)
		if err != nil {
			return nil, err
		}
		inc = next
	}
	return inc, nil
}
