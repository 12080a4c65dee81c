package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/markup"
	"sereno/bot/text"
)

// Answer says something to the customer in the actor's name, in the incident's
// thread, wherever that is. Our own people see under the card that it went out,
// and there its author can edit or withdraw it. Agents.
func (d *Desk) Answer(id, words string) error {
	inc, err := d.answerable(id)
	if err != nil {
		return err
	}
	if strings.TrimSpace(words) == "" {
		return Refuse("refuse.empty_answer")
	}
	if err := d.sendAnswer(inc, Copy{}, words, words, incident.Entry{Kind: incident.EAgent, Text: markup.Plain(words)}); err != nil {
		return err
	}
	return d.done("done.answered", "id", inc.ID())
}

// answerable is an incident in which the customer can still be answered.
func (d *Desk) answerable(id string) (*incident.Incident, error) {
	inc, err := d.find(id)
	if err != nil {
		return nil, err
	}
	if inc.Status == incident.Cancelled || inc.Status == incident.Merged {
		return nil, d.notOpen(inc)
	}
	return inc, nil
}

// AskReply opens the form in which an answer is written. Agents.
func (d *Desk) AskReply(id string) error {
	inc, err := d.answerable(id)
	if err != nil {
		return err
	}
	return d.openForm(inc, d.replyForm(inc))
}

// sendAnswer sends an answer to the customer and records it.
func (d *Desk) sendAnswer(inc *incident.Incident, from Copy, words, markdown string, entry incident.Entry) error {
	_, err := d.sendAnswerAs(inc, from, answerMessage(d.actor.Name, words, markdown), entry)
	return err
}

// sendAnswerAs is sendAnswer of a message that is made already, and answers its delivery.
func (d *Desk) sendAnswerAs(inc *incident.Incident, from Copy, m Message, entry incident.Entry) (int64, error) {
	id, err := d.say(d.toCustomer(inc, purposeAnswer, m))
	if err != nil {
		return 0, err
	}
	from.Delivery, from.Incident, from.Author, from.Customer = id, inc.Number, d.author(), true
	if entry.Message == "" {
		entry.Message = answerKey(id)
	}
	if err := d.tx.AddCopy(d.ctx, from); err != nil {
		return 0, err
	}
	return id, d.answeredWith(inc, entry)
}

// answerMessage is an answer as the customer reads it.
func answerMessage(name, words, markdown string) Message {
	if markdown == "" && address.MatchString(words) {
		markdown = linked(words)
	}
	if markdown != "" {
		return Message{From: name, Markdown: markdown}
	}
	return Message{From: name, Text: words}
}

var address = regexp.MustCompile(`https?://[^\s<>]+`)

// linked is plain text as Markdown in which nothing but its addresses means
// anything: those are there to be followed.
func linked(words string) string {
	var out strings.Builder
	from := 0
	for _, at := range address.FindAllStringIndex(words, -1) {
		end := at[0] + len(strings.TrimRight(words[at[0]:at[1]], ".,;:!?)]}'\""))
		out.WriteString(markup.Escape(words[from:at[0]]) + "<" + words[at[0]:end] + ">")
		from = end
	}
	return out.String() + markup.Escape(words[from:])
}

// said is what a message of ours passes on.
func (m Message) said() string {
	for _, s := range []string{m.Markdown, m.Text, m.Quote} {
		if s != "" {
			return s
		}
	}
	return ""
}

// deliveriesSent settles what platforms took, and does what follows from it.
func (b *Bot) deliveriesSent(ctx context.Context, tx Tx, all []result) error {
	sent := make([]Sent, len(all))
	var paged []int64
	for i, r := range all {
		sent[i] = Sent{Delivery: r.delivery.ID, Receipt: r.receipt, At: r.at}
		if r.delivery.Purpose == purposePage {
			paged = append(paged, pagesOwn(r.delivery))
		}
	}
	if err := tx.DeliveriesSent(ctx, sent...); err != nil {
		return err
	}
	pages, err := tx.PagesFor(ctx, paged...)
	if err != nil {
		return err
	}
	for _, r := range all {
		if err := b.wentOut(ctx, tx, r, pages); err != nil {
			return fmt.Errorf("after a %s went out: %w", r.delivery.Purpose, err)
		}
	}
	return nil
}

// wentOut does what follows from a delivery that was settled as sent. pages are
// those that such deliveries are about.
func (b *Bot) wentOut(ctx context.Context, tx Tx, r result, pages []PageRecord) error {
	out := r.delivery
	d := b.desk(ctx, tx, nil, r.at)
	var err error
	switch {
	case out.Kind == Post && out.Purpose == purposeAnswer:
		err = d.answerWentOut(out)
	case out.Kind == Post && out.Purpose == purposeReport:
		err = d.reportWentOut(out, r.receipt)
	case out.Purpose == purposePage:
		err = d.pageAccepted(out, pages)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return d.finish()
}

// answerWentOut marks, for our own people, an answer that the customer's
// platform has: by an emoji on the message that it was written in, else by a
// notice under the card.
func (d *Desk) answerWentOut(out *Delivery) error {
	c, err := d.tx.CopyBy(d.ctx, out.ID)
	if errors.Is(err, ErrNotFound) || err == nil && c.Notice != 0 {
		return nil
	}
	if err != nil {
		return err
	}
	inc, err := d.incident(c.Incident)
	if err != nil {
		return err
	}
	if c.Message != "" && d.bot.usable(c.Platform) && d.bot.adapters[c.Platform].Features().Reactions {
		c.Notice, err = d.say(Delivery{
			Kind: React, Platform: c.Platform, Channel: c.Channel, Target: Ref{Message: c.Message},
			Incident: inc.ID(), Purpose: purposeNotice, Reaction: wentOut,
		})
	} else {
		c.Notice, err = d.toTeamAs(inc, true, purposeNotice, func(lang company.Lang) Message {
			return d.notice(lang, inc, *c, out.Message, "")
		})
	}
	if err != nil || c.Notice == 0 {
		return err
	}
	return d.tx.AddCopy(d.ctx, *c)
}

// wentOut is the emoji on a message that the customer has been given.
const wentOut = "incoming_envelope"

// notice shows our own people an answer and what became of it: outcome is a key
// of the catalogue, "" when it is out and stands.
func (d *Desk) notice(lang company.Lang, inc *incident.Incident, c Copy, said Message, outcome string) Message {
	m := Message{
		From: d.name(c.Author), Text: text.T(lang, "notice.answered", "customer", d.customerName(inc)), Markdown: said.Markdown,
	}
	if said.Markdown == "" {
		m.Quote = said.said()
	}
	zone := d.company.Zone
	if t := d.company.Team(inc.Team); t != nil {
		zone = t.Zone
	}
	if outcome != "" {
		m.Footer = text.T(lang, outcome, "name", d.name(d.author()), "when", text.When(lang, d.at, zone, d.now))
	} else {
		m.Footer = text.T(lang, "notice.went_out", "when", text.When(lang, d.at, zone, d.now))
	}
	if outcome == "notice.withdrawn" {
		return m
	}
	value := fmt.Sprintf("%s:%d", inc.ID(), c.Delivery)
	m.Buttons = []Button{
		{ID: "edit_answer", Label: text.T(lang, "button.edit_answer"), Value: value},
		{ID: "withdraw_answer", Label: text.T(lang, "button.withdraw_answer"), Value: value, Danger: true},
	}
	return m
}

// ownAnswer finds an answer by what a button carries, whatever became of its
// incident: only its author and a lead may change it.
func (d *Desk) ownAnswer(value string) (*incident.Incident, *Copy, *Delivery, error) {
	id, number, _ := strings.Cut(value, ":")
	inc, err := d.find(id)
	if err != nil {
		return nil, nil, nil, err
	}
	n, _ := strconv.ParseInt(number, 10, 64) // what is no number names no answer
	c, err := d.tx.CopyBy(d.ctx, n)
	if errors.Is(err, ErrNotFound) || err == nil && (!c.Customer || c.Incident != inc.Number) {
		return nil, nil, nil, Refuse("refuse.gone")
	}
	if err != nil {
		return nil, nil, nil, err
	}
	if c.Author != d.author() && !d.actor.Has(company.Lead) {
		return nil, nil, nil, d.leadsOnly("refuse.not_your_answer", "name", d.name(c.Author))
	}
	out, err := d.tx.DeliveryAt(d.ctx, c.Delivery)
	if errors.Is(err, ErrNotFound) || err == nil && out.Purpose != purposeAnswer {
		return nil, nil, nil, Refuse("refuse.gone")
	}
	if err != nil {
		return nil, nil, nil, err
	}
	history, err := d.tx.History(d.ctx, inc.Number)
	for _, e := range history {
		if e.Kind == incident.EWithdrawn && e.Message == answerKey(c.Delivery) {
			return nil, nil, nil, Refuse("refuse.withdrawn", "id", inc.ID())
		}
	}
	return inc, c, out, err
}

// askEdit opens the form in which an answer that went out is changed.
func (d *Desk) askEdit(value string) error {
	inc, _, out, err := d.ownAnswer(value)
	if err != nil {
		return err
	}
	now, err := d.reads(out)
	if err != nil {
		return err
	}
	f := d.replyForm(inc)
	f.ID, f.Value, f.Inputs[0].Value = "edit_answer", value, now
	f.Title, f.Submit = text.T(d.Lang(), "form.edit.title"), text.T(d.Lang(), "form.edit.submit")
	return d.openForm(inc, f)
}

// reads is what an answer reads now: the words of its newest edit.
func (d *Desk) reads(out *Delivery) (string, error) {
	history, err := d.tx.History(d.ctx, mustNumber(out.Incident))
	if err != nil {
		return "", err
	}
	words := out.Message.said()
	for _, e := range history {
		if e.Message == answerKey(out.ID) && e.Kind == incident.EEdited {
			words = e.Text
		}
	}
	return words, nil
}

// answerKey is how the history names an answer that no message of a person's
// stands for.
func answerKey(delivery int64) string { return fmt.Sprintf("answer:%d", delivery) }

func mustNumber(id string) int { n, _ := incident.ParseID(id); return n }

// editAnswer changes an answer that went out.
func (d *Desk) editAnswer(value, words string) error {
	inc, c, out, err := d.ownAnswer(value)
	if err != nil {
		return err
	}
	if strings.TrimSpace(words) == "" {
		return Refuse("refuse.empty_answer")
	}
	before, err := d.reads(out)
	if err != nil || before == words {
		return err
	}
	buttons := out.Message.Buttons
	out.Message = answerMessage(d.name(c.Author), words, words)
	out.Message.Buttons = buttons
	if err := d.renew(inc, out); err != nil {
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EEdited, Text: words, Old: before, Message: answerKey(c.Delivery)}); err != nil {
		return err
	}
	if err := d.renewNotice(inc, *c, out.Message, "notice.edited"); err != nil {
		return err
	}
	return d.done("done.answer_edited", "id", inc.ID())
}

// withdrawAnswer takes an answer back that went out.
func (d *Desk) withdrawAnswer(value string) error {
	inc, c, out, err := d.ownAnswer(value)
	if err != nil {
		return err
	}
	said, err := d.reads(out)
	if err != nil {
		return err
	}
	if err := d.withdrawCopy(inc, *c, out); err != nil {
		return err
	}
	if err := d.erase(inc, answerKey(c.Delivery)); err != nil { // the customer reads the history too
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EWithdrawn, Old: said, Message: answerKey(c.Delivery)}); err != nil {
		return err
	}
	if err := d.renewNotice(inc, *c, Message{Markdown: said}, "notice.withdrawn"); err != nil {
		return err
	}
	if err := d.unsend(inc, c.Delivery); err != nil {
		return err
	}
	return d.done("done.answer_withdrawn", "id", inc.ID())
}

// withdrawCopy removes a copy; where the platform cannot, it says that it was
// withdrawn.
func (d *Desk) withdrawCopy(inc *incident.Incident, c Copy, out *Delivery) error {
	lang := d.customerLang(inc)
	if !c.Customer {
		lang = d.company.Language
	}
	_, err := d.say(Delivery{
		Kind: Withdraw, Platform: out.Platform, Channel: out.Channel, User: out.User, Target: Ref{Delivery: out.ID},
		Incident: inc.ID(), Purpose: out.Purpose,
		Message: Message{Text: text.T(lang, "answer.withdrawn", "name", d.name(c.Author))},
	})
	return err
}

func (d *Desk) renewNotice(inc *incident.Incident, c Copy, said Message, outcome string) error {
	if c.Notice == 0 || c.Message != "" {
		return nil // an emoji on the author's own message, which says it all
	}
	out, err := d.tx.DeliveryAt(d.ctx, c.Notice)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	lang := d.company.Language
	if t := d.company.Team(inc.Team); t != nil {
		lang = t.Language
	}
	out.Message = d.notice(lang, inc, c, said, outcome)
	return d.renew(inc, out)
}

func (d *Desk) replyForm(inc *incident.Incident) *Form {
	lang := d.Lang()
	return &Form{
		ID: "reply", Value: inc.ID(),
		Title: text.T(lang, "form.reply.title", "id", inc.ID()), Submit: text.T(lang, "form.reply.submit"),
		Text: text.T(lang, "form.reply.text", "customer", d.customerName(inc)),
		Inputs: []Input{
			{Name: "words", Label: text.T(lang, "form.reply.words"), Multiline: true},
		},
	}
}
