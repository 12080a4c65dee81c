package bot

import (
	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// What a message of ours is, for whoever answers it.
const (
	purposeReceipt = "receipt"
	purposeCard    = "card"
	purposePage    = "page"
	purposeAsked   = "asked"
	purposeRCA     = "rca"
	purposeTold    = "told"
	purposeRelay   = "relay"  // what the customer wrote, under the card
	purposeAnswer  = "answer" // what one of ours says to the customer
	purposeNotice  = "notice" // under the card: an answer went out
	purposeReport  = "report" // a report that was made by form or command
)

// acknowledge tells the customer that we have their message, under which
// commitment, and what may already answer it; and shows it to the team.
func (d *Desk) acknowledge(inc *incident.Incident, c *company.Customer, found []kb.Suggestion) error {
	clocks, err := d.clocks(inc)
	if err != nil {
		return err
	}
	id, err := d.say(d.toCustomer(inc, purposeReceipt, d.receipt(inc, c, clocks, found)))
	if err != nil {
		return err
	}
	inc.Receipt = incident.Place{Delivery: id, Platform: inc.Platform, Channel: inc.Channel}
	return nil
}

// toCustomer is a post in the incident's thread, where the customer reads.
func (d *Desk) toCustomer(inc *incident.Incident, purpose string, m Message) Delivery {
	return Delivery{
		Kind: Post, Platform: inc.Platform, Channel: inc.Channel, Thread: Ref{Message: inc.Root, Delivery: inc.Report},
		Incident: inc.ID(), Purpose: purpose, Message: m,
	}
}

// tellCustomer posts a text of the catalogue in the incident's thread, in the
// customer's language.
func (d *Desk) tellCustomer(inc *incident.Incident, key string, args ...any) error {
	lang := d.customerLang(inc)
	_, err := d.say(d.toCustomer(inc, purposeTold, Message{Text: text.T(lang, key, args...)}))
	return err
}

func (d *Desk) customerLang(inc *incident.Incident) company.Lang {
	if c := d.company.Customer(inc.Customer); c != nil {
		return c.Language
	}
	return d.company.Language
}

// tellCustomerSeverity says what is promised from now on.
func (d *Desk) tellCustomerSeverity(inc *incident.Incident) error {
	c := d.company.Customer(inc.Customer)
	if c == nil {
		return nil
	}
	clocks, err := d.clocks(inc)
	if err != nil {
		return err
	}
	m := Message{Text: text.T(c.Language, "customer.severity",
		"id", inc.ID(), "severity", text.T(c.Language, "severity."+string(inc.Severity)),
		"promises", d.promises(c.Language, c.Zone, inc, clocks))}
	_, err = d.say(d.toCustomer(inc, purposeTold, m))
	return err
}

// askCustomer says what was done and asks whether it is solved.
func (d *Desk) askCustomer(inc *incident.Incident) error {
	id, err := d.say(d.toCustomer(inc, purposeAsked, d.question(inc, "")))
	if err != nil {
		return err
	}
	inc.Asked = incident.Place{Delivery: id, Platform: inc.Platform, Channel: inc.Channel}
	return nil
}

// settleQuestion edits the question to say what came of it.
func (d *Desk) settleQuestion(inc *incident.Incident, outcome string) error {
	if inc.Asked.Delivery == 0 {
		return nil
	}
	return d.edit(inc, inc.Asked, purposeAsked, d.question(inc, outcome))
}

// retractReceipt edits the acknowledgement of what was no incident.
func (d *Desk) retractReceipt(inc *incident.Incident) error {
	if inc.Receipt.Delivery == 0 {
		return nil
	}
	lang := d.customerLang(inc)
	return d.edit(inc, inc.Receipt, purposeReceipt, Message{Text: text.T(lang, "customer.not_incident", "id", inc.ID())})
}

// edit makes a message of ours read differently.
func (d *Desk) edit(inc *incident.Incident, p incident.Place, purpose string, m Message) error {
	_, err := d.say(Delivery{
		Kind: Update, Platform: p.Platform, Channel: p.Channel, User: p.User,
		Target: Ref{Delivery: p.Delivery}, Incident: inc.ID(), Purpose: purpose, Message: m,
	})
	return err
}

// tellTeam posts a text of the catalogue under the incident's card, in the
// team's language.
func (d *Desk) tellTeam(inc *incident.Incident, key string, args ...any) error {
	return d.toTeam(inc, true, func(lang company.Lang) Message {
		return Message{Text: text.T(lang, key, args...)}
	})
}

// tellBreach announces a breach in the team's channel, where everybody sees it.
func (d *Desk) tellBreach(inc *incident.Incident, c sla.Clock) error {
	write := func(lang company.Lang) Message {
		m := Message{Tone: Alarm}
		m.Title = text.T(lang, "team.breached", "id", inc.ID(), "customer", d.customerName(inc),
			"clock", text.T(lang, "clock."+string(c.Name)))
		m.Text = text.T(lang, "team.breached_when", "due", d.when(lang, inc, c.Due), "owner", d.ownerName(lang, inc))
		if c.Reclassified {
			m.Text += " " + text.T(lang, "team.reclassified")
		}
		return m
	}
	if !c.Reclassified && d.wasAway(c.Due) {
		return d.tellMissed(inc, Missed{Clock: c.Name, Cycle: c.Cycle, Due: c.Due}, write)
	}
	return d.toTeam(inc, false, write)
}

func (d *Desk) toTeam(inc *incident.Incident, underCard bool, write func(company.Lang) Message) error {
	_, err := d.toTeamAs(inc, underCard, purposeTold, write)
	return err
}

// toTeamAs posts in the team's channel; 0 when it has none that can be written to.
func (d *Desk) toTeamAs(inc *incident.Incident, underCard bool, purpose string, write func(company.Lang) Message) (int64, error) {
	return d.inChannelOf(d.company.Team(inc.Team), inc, underCard, purpose, write)
}

// inChannelOf posts about an incident in the channel of a team, be it another than
// has it; 0 when that has none that can be written to.
func (d *Desk) inChannelOf(team *company.Team, inc *incident.Incident, underCard bool, purpose string, write func(company.Lang) Message) (int64, error) {
	ch, ok := d.bot.teamChannel(team, inc.Platform)
	if !ok {
		d.bot.Logger.Error("the team has no channel that can be written to", "incident", inc.ID(), "team", inc.Team)
		return 0, nil
	}
	out := Delivery{
		Kind: Post, Platform: ch.Platform, Channel: ch.ID, Incident: inc.ID(), Purpose: purpose,
		Message: write(team.Language),
	}
	if underCard && inc.Card.Delivery != 0 && inc.Card.Platform == ch.Platform && inc.Card.Channel == ch.ID {
		out.Thread = Ref{Delivery: inc.Card.Delivery}
	}
	return d.say(out)
}

// underCard does something in the thread of the incident's card once the card is
// there: a new incident's is posted when all else about it is decided.
func (d *Desk) underCard(inc *incident.Incident, do func() error) {
	d.change(inc)
	d.under[inc.Number] = append(d.under[inc.Number], do)
}

func (d *Desk) sayUnder(inc *incident.Incident) error {
	waiting := d.under[inc.Number]
	delete(d.under, inc.Number)
	for _, do := range waiting {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// showCard posts the card in the team's channel, and edits it whenever it
// would read differently. An incident that went to another team gets a new
// card there, and the old one says where it went.
func (d *Desk) showCard(inc *incident.Incident, s standing, history []incident.Entry) error {
	team := d.company.Team(inc.Team)
	ch, ok := d.bot.teamChannel(team, inc.Platform)
	if !ok || inc.Drill {
		return nil // a drill is told, and has nothing to be worked on
	}
	m := d.card(inc, team, s, history)
	sum := m.sum()
	here := inc.Card.Platform == ch.Platform && inc.Card.Channel == ch.ID
	if here && inc.Card.Delivery != 0 {
		if sum == inc.CardSum {
			return nil
		}
		inc.CardSum = sum
		return d.edit(inc, inc.Card, purposeCard, m)
	}
	if inc.Card.Delivery != 0 {
		lang, _ := d.readerOf(inc.Card.Reader)
		moved := Message{Text: text.T(lang, "card.moved", "id", inc.ID(), "team", team.Name)}
		if err := d.edit(inc, inc.Card, purposeCard, moved); err != nil {
			return err
		}
	}
	id, err := d.say(Delivery{
		Kind: Post, Platform: ch.Platform, Channel: ch.ID, Incident: inc.ID(), Purpose: purposeCard, Message: m,
	})
	if err != nil {
		return err
	}
	inc.Card, inc.CardSum = incident.Place{Delivery: id, Platform: ch.Platform, Channel: ch.ID, Reader: team.Key}, sum
	return nil
}

// done confirms a command to who typed it. Buttons and reactions need no
// words: the card that they were pressed on changes.
func (d *Desk) done(key string, args ...any) error {
	switch d.event.Kind {
	case ButtonPressed, Reacted:
		return nil
	}
	return d.Reply(Message{Text: text.T(d.Lang(), key, args...)})
}
