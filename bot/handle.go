package bot

import (
	"errors"
	"fmt"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
	"sereno/bot/triage"
)

// handle sends the event to the use case that it is for.
func (d *Desk) handle() error {
	switch d.event.Kind {
	case MessagePosted:
		return d.message()
	case MessageEdited:
		return d.edited()
	case MessageDeleted:
		return d.deleted()
	case CommandTyped:
		return d.bot.Commands.Run(d.ctx, d, d.event.Text)
	case ButtonPressed:
		return d.pressed()
	case FormSent:
		return d.formSent()
	case Reacted:
		return d.reacted()
	case OpenAsked:
		return d.OpenFrom(d.event.Message)
	case HomeOpened:
		return d.showHome()
	case PageDelivered, PageSeen, PageFailed:
		return d.pageFared()
	}
	return fmt.Errorf("no such kind of event: %q", d.event.Kind)
}

// message sends what somebody wrote to the room that it was written in.
func (d *Desk) message() error {
	e := d.event
	if m, err := d.known(); err != nil || m != nil && m.Deleted {
		return err // taken back before we heard of it
	}
	if sent, err := d.sentArticle(); sent || err != nil {
		return err
	}
	if command, err := d.isCommand(); err != nil {
		return err
	} else if command {
		if err := d.remember(0); err != nil {
			return err
		}
		return d.bot.Commands.Run(d.ctx, d, e.Text)
	}
	if c := d.company.CustomerOf(d.here()); c != nil {
		return d.inCustomerChannel(c)
	}
	if asked, err := d.answersQuestion(); asked || err != nil {
		return err
	}
	if d.company.TeamOf(d.here()) != nil {
		return d.inTeamChannel()
	}
	if e.Direct {
		return d.inDirect()
	}
	return nil // a channel that is nobody's: we were invited and serve it not
}

// isCommand reports whether what somebody wrote to the bot is a command. Whoever
// is being asked something answers, be it with a word that is a verb of ours too,
// unless the line begins as none but a command does.
func (d *Desk) isCommand() (bool, error) {
	e, knows := d.event, d.bot.Commands.KnowsForCustomers
	if d.ours() {
		knows = d.bot.Commands.Knows
	}
	if !e.Mentioned && !e.Direct || !knows(e.Text) {
		return false, nil
	}
	words := strings.Fields(e.Text)
	if e.Mentioned || strings.HasPrefix(words[0], "/") {
		return true, nil
	}
	if len(words) > 1 {
		if _, named := incident.ParseID(words[1]); named {
			return true, nil
		}
	}
	x, err := d.exchanging()
	return x == nil, err
}

// remember keeps the message of the event, as belonging to the incident.
func (d *Desk) remember(number int) error {
	e := d.event
	return d.tx.SaveMessage(d.ctx, Said{
		Platform: e.Platform, Channel: e.Channel, ID: e.Message, Thread: e.Thread,
		Author: d.author(), Staff: d.ours(), At: d.at, Text: e.Text, Incident: number,
	})
}

// root finds what the thread of the event hangs on; nil when we never heard
// of it. It may be about to be heard of: a message that another socket brings, or
// one of ours whose id we are about to learn. Then the event is put off.
func (d *Desk) root() (*Said, error) {
	e := d.event
	if e.Thread == "" {
		return nil, nil
	}
	root, err := d.tx.MessageAt(d.ctx, e.Platform, e.Channel, e.Thread)
	if err == nil {
		return root, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	if err := d.tooEarly(); err != nil {
		return nil, err
	}
	unsettled, err := d.tx.Unsettled(d.ctx, e.Platform, e.Channel)
	if err != nil {
		return nil, err
	}
	if unsettled && d.now.Sub(e.At) < settleFor {
		return nil, errTooEarly
	}
	// From before our time: the next answer in the thread need not wait for it.
	return nil, d.tx.SaveMessage(d.ctx, Said{Platform: e.Platform, Channel: e.Channel, ID: e.Thread, At: d.at})
}

// tooEarly puts an event off that names a message which we do not know, while
// that may still be on its way.
func (d *Desk) tooEarly() error {
	if d.now.Sub(d.event.At) < overtaken {
		return errTooEarly
	}
	return nil
}

// inTeamChannel hears our own people among themselves: an answer to a running
// root-cause analysis, or an internal note under a card.
func (d *Desk) inTeamChannel() error {
	if !d.ours() {
		return nil
	}
	root, err := d.root()
	if err != nil {
		return err
	}
	if root == nil || root.Incident == 0 {
		return d.remember(0)
	}
	if err := d.remember(root.Incident); err != nil {
		return err
	}
	if root.Purpose == purposeRCA {
		return d.rcaHeard(root)
	}
	inc, err := d.incident(root.Incident)
	if err != nil {
		return err
	}
	if !d.actor.Has(company.Agent) {
		return d.record(inc, incident.Entry{Kind: incident.ENote, Text: d.event.Text, Message: d.event.Message})
	}
	return d.fromThread(inc, root)
}

// inDirect hears somebody who writes to the bot alone.
func (d *Desk) inDirect() error {
	root, err := d.root()
	if err != nil {
		return err
	}
	if root != nil && root.Incident != 0 && d.outside != nil {
		return d.inOwnThread(root)
	}
	if err := d.remember(0); err != nil {
		return err
	}
	if d.actor == nil {
		return Refuse("refuse.unknown_person")
	}
	if d.ours() {
		return Refuse("refuse.direct_hint")
	}
	if triage.Classify(d.event.Text).SmallTalk() {
		return d.Reply(Message{Text: text.T(d.Lang(), "direct.hello")})
	}
	return d.Search(d.event.Text)
}

// inOwnThread hears a customer's person go on with the incident that they opened
// from their direct conversation.
func (d *Desk) inOwnThread(root *Said) error {
	inc, err := d.living(root.Incident)
	if err != nil {
		return err
	}
	if inc == nil || inc.Customer != d.outside.Key {
		return d.Search(d.event.Text)
	}
	return d.customerWrote(inc, triage.Classify(d.event.Text).SmallTalk() && len(d.event.Files) == 0)
}

// edited follows a message whose words changed.
func (d *Desk) edited() error {
	m, err := d.known()
	switch {
	case err != nil:
		return err
	case m == nil:
		return d.tooEarly()
	case m.Deleted, m.Delivery != 0, m.Text == d.event.Text, d.at.Before(m.EditedAt):
		return nil // of one that was taken back the words stay gone; a later edit stands
	}
	before := m.Text
	m.Text, m.EditedAt = d.event.Text, d.at
	if err := d.tx.SaveMessage(d.ctx, *m); err != nil {
		return err
	}
	if err := d.rewordSearches(m); err != nil {
		return err
	}
	if m.Incident == 0 {
		return d.becameRequest(*m, before)
	}
	inc, began, err := d.incidentOf(m)
	if err != nil {
		return err
	}
	if began {
		inc.Text, inc.Title = m.Text, title(m.Text)
	}
	if err := d.followEdit(m); err != nil {
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EEdited, Text: m.Text, Old: before, Message: m.ID}); err != nil {
		return err
	}
	if m.Staff {
		return nil
	}
	return d.offerAnew(inc)
}

// becameRequest opens an incident of a customer's small talk that was edited
// into a request.
func (d *Desk) becameRequest(m Said, before string) error {
	c, author := d.company.CustomerOf(d.here()), d.person(m.Author)
	if c == nil || author == nil || m.Staff || !triage.Classify(before).SmallTalk() || triage.Classify(m.Text).SmallTalk() {
		return nil
	}
	_, err := d.open(c, m)
	return err
}

// deleted follows a message that was taken back: its words are erased here
// too, and the fact is kept.
func (d *Desk) deleted() error {
	m, err := d.known()
	if err != nil || m != nil && (m.Deleted || m.Delivery != 0) {
		return err
	}
	if m == nil { // should its words come after all, they are not to be heard
		m = &Said{Platform: d.event.Platform, Channel: d.event.Channel, ID: d.event.Message, At: d.at}
	}
	m.Text, m.Deleted = "", true
	if err := d.tx.SaveMessage(d.ctx, *m); err != nil {
		return err
	}
	if err := d.rewordSearches(m); err != nil {
		return err
	}
	if m.Incident == 0 {
		return nil
	}
	inc, began, err := d.incidentOf(m)
	if err != nil {
		return err
	}
	if began {
		inc.Text, inc.Title = "", ""
	}
	if err := d.erase(inc, m.ID); err != nil {
		return err
	}
	if err := d.eraseFiles(m); err != nil {
		return err
	}
	if err := d.followDeletion(m); err != nil {
		return err
	}
	return d.record(inc, incident.Entry{Kind: incident.EDeleted, Message: m.ID})
}

// incidentOf is the incident that the message belongs to, and whether it was
// opened from it.
func (d *Desk) incidentOf(m *Said) (inc *incident.Incident, began bool, err error) {
	if inc, err = d.incident(m.Incident); err != nil {
		return nil, false, err
	}
	began, err = d.beganWith(inc, m.ID)
	return inc, began, err
}

// beganWith reports whether the message is the one that the incident was opened
// from. Its words would not tell: people send the same twice.
func (d *Desk) beganWith(inc *incident.Incident, message string) (bool, error) {
	history, err := d.tx.History(d.ctx, inc.Number)
	return err == nil && incident.ReportOf(history).Message == message, err
}

// erase takes a message's words out of the incident that it belongs to and out
// of those that absorbed it.
func (d *Desk) erase(inc *incident.Incident, message string) error {
	if err := d.tx.EraseEntries(d.ctx, inc.Number, message); err != nil {
		return err
	}
	last, err := d.survivor(inc.Number)
	for next := inc; err == nil && next.Number != last.Number; {
		n, _ := incident.ParseID(next.MergedInto) // survivor has read it
		if next, err = d.incident(n); err == nil {
			d.change(next) // its card may show them
			err = d.tx.EraseEntries(d.ctx, n, message)
		}
	}
	return err
}

// known is the remembered message of the event, nil when we never heard of it;
// one of the bot's own has no words that people could change.
func (d *Desk) known() (*Said, error) {
	m, err := d.tx.MessageAt(d.ctx, d.event.Platform, d.event.Channel, d.event.Message)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return m, err
}

// reacted gives a reaction the meaning that the configuration has for it.
func (d *Desk) reacted() error {
	switch d.company.Reactions[d.event.Reaction] {
	case "open":
		return d.OpenFrom(d.event.Message)
	case "take":
		return d.reactedOn(d.takeFree)
	case "resolve":
		return d.reactedOn(func(id string) error { return d.AskResolution(id) })
	}
	return nil
}

// reactedOn acts on the incident of the message; only our own people's
// reactions change anything, and on other messages they mean nothing.
func (d *Desk) reactedOn(act func(id string) error) error {
	if !d.ours() || !d.actor.Has(company.Agent) {
		return nil
	}
	m, err := d.tx.MessageAt(d.ctx, d.event.Platform, d.event.Channel, d.event.Message)
	if errors.Is(err, ErrNotFound) || err == nil && m.Incident == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return act(incident.FormatID(m.Incident))
}
