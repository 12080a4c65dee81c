package bot

import (
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
)

// AskNew opens the form in which an incident is reported. The customer's side,
// and agents for whoever called or wrote elsewhere.
func (d *Desk) AskNew() error {
	if !d.ours() && d.outside == nil {
		return Refuse("refuse.unknown_person")
	}
	lang := d.Lang()
	f := &Form{
		ID: "new", Title: text.T(lang, "form.new.title"), Submit: text.T(lang, "form.new.submit"),
	}
	if d.ours() {
		if err := d.must(company.Agent); err != nil {
			return err
		}
		f.Inputs = append(f.Inputs, d.customerInput(lang))
	}
	f.Inputs = append(f.Inputs, Input{
		Name: "words", Label: text.T(lang, "form.new.words"), Hint: text.T(lang, "form.new.hint"), Multiline: true,
	})
	return d.openForm(nil, f)
}

// maxChoices is how many options every platform can show in one input.
const maxChoices = 25

func (d *Desk) customerInput(lang company.Lang) Input {
	in := Input{Name: "customer", Label: text.T(lang, "form.new.customer")}
	if here := d.company.CustomerOf(d.here()); here != nil {
		in.Value = here.Key
	}
	if len(d.company.Customers) > maxChoices {
		in.Hint = text.T(lang, "form.new.customer_hint")
		return in
	}
	for _, c := range d.company.Customers {
		in.Options = append(in.Options, Option{Value: c.Key, Label: c.Name})
	}
	return in
}

// OpenNew opens an incident of words that are no message in the customer's
// channel: they are posted there in the name of who reports, and the thread
// hangs on that. customer is its key or name, "" for the actor's own or that of
// the channel. The customer's side, and agents.
func (d *Desk) OpenNew(customer, words string) error {
	c, err := d.customerNamed(customer)
	if err != nil {
		return err
	}
	if strings.TrimSpace(words) == "" {
		return Refuse("refuse.empty_report")
	}
	ch, ok := d.reportPlace(c)
	if !ok {
		return Refuse("refuse.no_customer_channel", "customer", c.Name)
	}
	inc, err := d.open(c, Said{Platform: ch.Platform, Channel: ch.ID, Author: d.author(), At: d.at, Text: words})
	if err != nil {
		return err
	}
	return d.done("done.opened", "id", inc.ID())
}

func (d *Desk) customerNamed(words string) (*company.Customer, error) {
	if !d.ours() {
		if d.outside == nil {
			return nil, Refuse("refuse.unknown_person")
		}
		return d.outside, nil
	}
	if err := d.must(company.Agent); err != nil {
		return nil, err
	}
	if words == "" {
		if here := d.company.CustomerOf(d.here()); here != nil {
			return here, nil
		}
	}
	var keys []string
	for _, c := range d.company.Customers {
		if strings.EqualFold(c.Key, words) || strings.EqualFold(c.Name, words) {
			return c, nil
		}
		keys = append(keys, c.Key)
	}
	return nil, Refuse("refuse.customer", "value", words, "customers", strings.Join(keys, ", "))
}

// reportPlace is the customer's channel in which a report appears: the one that
// the actor is in, else the first on their platform, else the first of all.
func (d *Desk) reportPlace(c *company.Customer) (company.ChannelID, bool) {
	best, found := company.ChannelID{}, false
	for _, ch := range c.Channels {
		switch {
		case !d.bot.talks(ch.Platform):
		case ch == d.here():
			return ch, true
		case !found, best.Platform != d.event.Platform && ch.Platform == d.event.Platform:
			best, found = ch, true
		}
	}
	return best, found
}

// postReport shows the report where the customer reads.
func (d *Desk) postReport(inc *incident.Incident, m Said) (err error) {
	inc.Report, err = d.say(Delivery{
		Kind: Post, Platform: m.Platform, Channel: m.Channel, Incident: inc.ID(), Purpose: purposeReport,
		Message: Message{From: d.fullName(m.Author), Quote: m.Text},
	})
	return err
}

// reportWentOut learns the root of the thread that a report is.
func (d *Desk) reportWentOut(out *Delivery, r Receipt) error {
	n, _ := incident.ParseID(out.Incident)
	inc, err := d.incident(n)
	if err != nil || inc.Report != out.ID || inc.Root != "" { // told again: the first counts
		return err
	}
	inc.Root = r.Message
	if r.Channel != "" {
		inc.Channel = r.Channel
	}
	return d.tx.SaveIncident(d.ctx, inc)
}
