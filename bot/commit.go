package bot

import (
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// SetKind says what the customer asks for: a failure, a question or a request
// for something, for each of which a contract may promise something else. Agents.
func (d *Desk) SetKind(id string, kind sla.Request) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	label := text.T(d.Lang(), "kind."+string(kind))
	if inc.KindOf() == kind {
		return Refuse("refuse.same_kind", "id", inc.ID(), "kind", label)
	}
	old := inc.KindOf()
	inc.Kind = kind
	err = d.record(inc, incident.Entry{Kind: incident.EKind, Old: string(old), Value: string(kind)})
	if err != nil {
		return err
	}
	if err := d.tellPromises(inc, func(lang company.Lang, promises string) string {
		return text.T(lang, "customer.kind", "id", inc.ID(), "kind", text.T(lang, "kind."+string(kind)), "promises", promises)
	}); err != nil {
		return err
	}
	return d.done("done.kind", "id", inc.ID(), "kind", label)
}

// Confirm says that it is as the customer reports. Commitments that count only
// from then on begin. Taking or answering an incident confirms nothing: one has
// to look at it first. Agents.
func (d *Desk) Confirm(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	if !inc.VerifiedAt.IsZero() {
		return Refuse("refuse.confirmed", "id", inc.ID())
	}
	inc.VerifiedAt = d.at
	if err := d.record(inc, incident.Entry{Kind: incident.EVerified}); err != nil {
		return err
	}
	if err := d.handled(inc); err != nil {
		return err
	}
	if d.waitsForUs(inc) { // else nothing begins, and there is nothing to tell
		err = d.tellPromises(inc, func(lang company.Lang, promises string) string {
			return text.T(lang, "customer.confirmed", "id", inc.ID(), "promises", promises)
		})
	}
	if err != nil {
		return err
	}
	return d.done("done.confirmed", "id", inc.ID())
}

// waitsForUs reports whether some commitment of the incident counts only once
// one of us has confirmed it.
func (d *Desk) waitsForUs(inc *incident.Incident) bool {
	terms := d.company.ContractOf(inc.Customer).At(d.now)
	return slices.ContainsFunc(sla.Names, func(n sla.Name) bool {
		c, ok := terms.Promised(inc.KindOf(), inc.Severity, n)
		return ok && c.Start == sla.StartConfirmed
	})
}

// Workaround tells the customer how to go on until it is resolved, which keeps
// the commitment of that name. Agents.
func (d *Desk) Workaround(id, words string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	switch {
	case !inc.Open():
		return d.notOpen(inc)
	case strings.TrimSpace(words) == "":
		return Refuse("refuse.empty_workaround", "id", inc.ID())
	}
	told := text.T(d.customerLang(inc), "customer.workaround") + "\n" + words
	if err := d.sendAnswer(inc, Copy{}, told, told, incident.Entry{Kind: incident.EAgent, Text: words}); err != nil {
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EWorkaround, Text: words}); err != nil {
		return err
	}
	return d.done("done.workaround", "id", inc.ID())
}

// AskWorkaround opens the form in which a workaround is written. Agents.
func (d *Desk) AskWorkaround(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	f := d.replyForm(inc)
	f.ID, f.Title = "workaround", text.T(d.Lang(), "form.workaround.title", "id", inc.ID())
	f.Inputs[0].Label = text.T(d.Lang(), "form.workaround.words")
	return d.openForm(inc, f)
}

// tellPromises posts to the customer what is promised from now on.
func (d *Desk) tellPromises(inc *incident.Incident, write func(lang company.Lang, promises string) string) error {
	c := d.company.Customer(inc.Customer)
	if c == nil {
		return nil
	}
	clocks, err := d.clocks(inc)
	if err != nil {
		return err
	}
	words := write(c.Language, d.promises(c.Language, c.Zone, inc, clocks))
	_, err = d.say(d.toCustomer(inc, purposeTold, Message{Text: words}))
	return err
}
