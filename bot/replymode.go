package bot

import (
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
)

// Reply mode: what one of our own people writes in the thread of the card goes
// to the customer. It holds for who turned it on, never for their colleagues;
// the card says so in plain sight for as long; it ends by itself when they have
// not used it for a while, and when the incident is over or goes to another team.

// SetReplyMode turns the actor's reply mode on or off. Agents.
func (d *Desk) SetReplyMode(id string, on bool) error {
	inc, err := d.answerable(id)
	if err != nil {
		return err
	}
	if on == (replier(inc, d.actor.Key) != nil) {
		return Refuse(map[bool]string{true: "refuse.reply_mode_on", false: "refuse.reply_mode_off"}[on], "id", inc.ID())
	}
	if on && !inc.Open() {
		return d.notOpen(inc)
	}
	if !on {
		return d.replyModeOff(inc, d.actor.Key, "off")
	}
	inc.Replying = append(inc.Replying, incident.Replier{Person: d.actor.Key, Since: d.at, Used: d.at})
	if err := d.record(inc, incident.Entry{Kind: incident.EReplyMode, Value: "on"}); err != nil {
		return err
	}
	if err := d.watchReplyMode(inc); err != nil {
		return err
	}
	name, customer := d.actor.Name, d.customerName(inc)
	d.underCard(inc, func() error {
		_, err := d.toTeamAs(inc, true, purposeTold, func(lang company.Lang) Message {
			return Message{
				Text: text.T(lang, "replymode.on", "name", name, "customer", customer), Tone: Warning,
				Buttons: []Button{{ID: "reply_mode_off", Label: text.T(lang, "button.reply_mode_off"), Value: inc.ID()}},
			}
		})
		return err
	})
	return d.done("done.reply_mode_on", "id", inc.ID(), "customer", customer)
}

// toggleReplyMode is the card's button.
func (d *Desk) toggleReplyMode(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	return d.SetReplyMode(id, replier(inc, d.actor.Key) == nil)
}

func replier(inc *incident.Incident, person string) *incident.Replier {
	i := slices.IndexFunc(inc.Replying, func(r incident.Replier) bool { return r.Person == person })
	if i < 0 {
		return nil
	}
	return &inc.Replying[i]
}

func (d *Desk) replyModeOff(inc *incident.Incident, person, why string) error {
	inc.Replying = slices.DeleteFunc(inc.Replying, func(r incident.Replier) bool { return r.Person == person })
	err := d.record(inc, incident.Entry{Kind: incident.EReplyMode, Actor: person, Value: why})
	if err != nil {
		return err
	}
	name := d.name(person)
	d.underCard(inc, func() error { return d.tellTeam(inc, "replymode."+why, "name", name) })
	if d.event != nil && d.actor != nil && d.actor.Key == person && why == "off" {
		return d.done("done.reply_mode_off", "id", inc.ID())
	}
	return nil
}

// endReplyModes ends everybody's: what the thread is for has changed.
func (d *Desk) endReplyModes(inc *incident.Incident) error {
	for _, r := range slices.Clone(inc.Replying) {
		if err := d.replyModeOff(inc, r.Person, "ended"); err != nil {
			return err
		}
	}
	return nil
}

// replyModeIdle ends those that nobody has used for long.
func (d *Desk) replyModeIdle(inc *incident.Incident) error {
	for _, r := range slices.Clone(inc.Replying) {
		if d.now.Sub(r.Used) >= d.company.ReplyModeFor {
			if err := d.replyModeOff(inc, r.Person, "idle"); err != nil {
				return err
			}
		}
	}
	return d.watchReplyMode(inc)
}

// watchReplyMode looks again when the first of them will have been idle for too long.
func (d *Desk) watchReplyMode(inc *incident.Incident) error {
	if len(inc.Replying) == 0 {
		return d.tx.CancelTimer(d.ctx, timerReplyMode, inc.Number, "")
	}
	first := inc.Replying[0].Used
	for _, r := range inc.Replying {
		if r.Used.Before(first) {
			first = r.Used
		}
	}
	return d.tx.SetTimer(d.ctx, Timer{
		Due: first.Add(d.company.ReplyModeFor).UTC(), Kind: timerReplyMode, Incident: inc.Number, Priority: LeastPriority,
	})
}

// replying is the reply mode under which what the actor wrote below the root goes
// to the customer, nil when it stays inside.
func (d *Desk) replying(inc *incident.Incident, root *Said) *incident.Replier {
	r := replier(inc, d.actor.Key)
	switch {
	case r == nil, inc.Status == incident.Merged, inc.Status == incident.Cancelled:
		return nil
	case root.Delivery != inc.Card.Delivery:
		return nil // below a notice, a page or a card from before, where nothing says that it goes out
	case d.event.Mentioned:
		return nil // said to the bot: a command that it did not understand
	case d.at.Before(r.Since), d.at.Sub(r.Used) >= d.company.ReplyModeFor:
		return nil // however late it arrives, and however late the timer fires
	}
	return r
}

// fromThread hears one of our own people in a thread about the incident: an answer
// to the customer when they are in reply mode there, else an internal note.
func (d *Desk) fromThread(inc *incident.Incident, root *Said) error {
	r := d.replying(inc, root)
	if r == nil {
		if err := d.attached(inc, false); err != nil {
			return err
		}
		return d.record(inc, incident.Entry{Kind: incident.ENote, Text: d.event.Text, Message: d.event.Message})
	}
	if d.at.After(r.Used) {
		r.Used = d.at
	}
	d.change(inc)
	if err := d.watchReplyMode(inc); err != nil {
		return err
	}
	if err := d.attached(inc, true); err != nil {
		return err
	}
	entry := incident.Entry{Kind: incident.EAgent, Text: d.event.Text, Message: d.event.Message}
	if strings.TrimSpace(d.event.Text) == "" {
		return d.answeredWith(inc, entry) // attachments alone, which follow
	}
	from := Copy{Platform: d.event.Platform, Channel: d.event.Channel, Message: d.event.Message}
	return d.sendAnswer(inc, from, d.event.Text, d.event.Markdown, entry)
}

// replyModeText says on the card whose words go to the customer; "" for nobody's.
func (d *Desk) replyModeText(lang company.Lang, inc *incident.Incident) string {
	if len(inc.Replying) == 0 {
		return ""
	}
	var names []string
	for _, r := range inc.Replying {
		names = append(names, d.name(r.Person))
	}
	return text.T(lang, "card.reply_mode", "names", strings.Join(names, ", "), "customer", d.customerName(inc))
}
