package bot

import (
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
)

// Transfer gives the incident to another customer, whose contract counts from
// now on. What was said with the first stays with them: the new customer reads
// the words given here and what is said from now on, and the first one nothing
// more. Leads.
func (d *Desk) Transfer(id, customer, words string) error {
	if err := d.must(company.Lead); err != nil {
		return err
	}
	inc, err := d.lookup(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	to, err := d.customerNamed(customer)
	if err != nil {
		return err
	}
	if to.Key == inc.Customer {
		return Refuse("refuse.same_customer", "id", inc.ID(), "customer", to.Name)
	}
	place, ok := d.reportPlace(to)
	if !ok {
		return Refuse("refuse.no_customer_channel", "customer", to.Name)
	}
	if err := d.endReplyModes(inc); err != nil {
		return err
	}
	if err := d.tellCustomer(inc, "customer.left", "id", inc.ID()); err != nil {
		return err
	}
	if err := d.moves(inc, to); err != nil {
		return err
	}
	if err := d.received(inc, to, place, words); err != nil {
		return err
	}
	return d.done("done.transferred", "id", inc.ID(), "customer", to.Name)
}

// moves makes the incident the other customer's: nobody waits for the first, or is
// paged for what was promised to them alone, and who looks after the other has it.
func (d *Desk) moves(inc *incident.Incident, to *company.Customer) error {
	if inc.Status == incident.WaitingCustomer { // it waited for the first
		if err := d.resumed(inc); err != nil {
			return err
		}
	}
	was := d.company.Customer(inc.Customer)
	entry := incident.Entry{Kind: incident.ETransferred, Old: inc.Customer, Value: to.Key}
	inc.Customer = to.Key
	if err := d.record(inc, entry); err != nil {
		return err
	}
	if err := d.leaveFormer(inc); err != nil {
		return err
	}
	if was != nil && was.Team != nil && inc.Team == was.Team.Key && to.Team != was.Team {
		if err := d.toNewTeam(inc, to.Team); err != nil { // whoever looks after the customer
			return err
		}
	}
	return nil
}

// leaveFormer ends the paging for what is not owed to the present customer, or is not
// at risk for them.
func (d *Desk) leaveFormer(inc *incident.Incident) error {
	c, found, err := d.concerned(inc, nil)
	switch {
	case err != nil || !found:
		return err
	case !c.Open():
		err = d.over(inc, c)
	default:
		err = d.relieved(inc, c)
	}
	d.showPages(inc)
	if esc := &inc.Escalation; !esc.Active {
		esc.Pages = nil
	}
	return err
}

// received shows the incident to the customer whose it is now: a message of
// ours is the root of its thread.
func (d *Desk) received(inc *incident.Incident, to *company.Customer, place company.ChannelID, words string) error {
	inc.Told = strings.TrimSpace(words)
	if inc.Told == "" {
		inc.Told = text.T(to.Language, "received.text", "id", inc.ID())
	}
	inc.Platform, inc.Channel, inc.Root, inc.Report = place.Platform, place.ID, "", 0
	inc.Receipt, inc.Asked, inc.Suggested = incident.Place{}, incident.Place{}, nil
	inc.Aid.Offers = nil // what is for the one need not be for the other
	err := d.postReport(inc, Said{Platform: place.Platform, Channel: place.ID, Author: d.author(), Text: inc.Told})
	if err != nil {
		return err
	}
	if err := d.offer(inc, inc.Text); err != nil {
		return err
	}
	return d.acknowledge(inc, to, nil)
}

// sinceTransfer is the history with the present customer.
func sinceTransfer(history []incident.Entry) []incident.Entry {
	var last int64
	for _, e := range history {
		if e.Kind == incident.ETransferred {
			last = max(last, e.Seq)
		}
	}
	var out []incident.Entry
	for _, e := range history {
		if e.Seq >= last {
			out = append(out, e)
		}
	}
	return out
}
