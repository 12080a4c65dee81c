package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sereno/bot/incident"
	"sereno/bot/text"
)

// Where a form cannot be shown (the platform has none, or nothing came with the
// event that lets one be opened) its questions are asked one by one: in the
// thread where our own people are among themselves, else in a direct message,
// for nobody else is to read the answers.

// exchangePlace is where the actor can be asked: the thread that they are in, or
// "" and "" for their direct conversation.
func (d *Desk) exchangePlace() (channel, thread string) {
	if d.event.Thread != "" && d.company.TeamOf(d.here()) != nil {
		return d.event.Channel, d.event.Thread
	}
	return "", ""
}

// exchangeFor is how long a question waits for its answer. What is written later
// is no answer to it.
const exchangeFor = 30 * time.Minute

// beginExchange asks the first question of a form.
func (d *Desk) beginExchange(number int, f *Form) error {
	channel, thread := d.exchangePlace()
	x := Exchange{
		Platform: d.event.Platform, Channel: channel, Thread: thread, User: d.event.User,
		Form: *f, Incident: number, Answers: map[string]string{},
	}
	if err := d.askNext(x, strings.TrimSpace(f.Title+"\n"+f.Text)); err != nil {
		return err
	}
	if channel == "" && !d.event.Direct {
		return d.Reply(Message{Text: text.T(d.Lang(), "exchange.in_private")})
	}
	return nil
}

// next is the first input without an answer, nil when all have one.
func (x *Exchange) next() *Input {
	for i, in := range x.Form.Inputs {
		if _, answered := x.Answers[in.Name]; !answered {
			return &x.Form.Inputs[i]
		}
	}
	return nil
}

// asking is what the buttons of a question carry: which form, about which incident,
// and which of its inputs.
func (x *Exchange) asking(in *Input) string {
	return fmt.Sprintf("%s/%d:%s", x.Form.ID, x.Incident, in.Name)
}

// askNext stores how far it has come and asks what is missing. before is said
// above the question.
func (d *Desk) askNext(x Exchange, before string) error {
	x.At = d.at
	if err := d.tx.SaveExchange(d.ctx, x); err != nil {
		return err
	}
	in, lang := x.next(), d.Lang()
	m := Message{Title: before, Text: in.Label, Footer: in.Hint}
	if before != "" {
		if title, rest, more := strings.Cut(before, "\n"); more {
			m.Title, m.Text = title, rest+"\n\n"+in.Label
		}
	}
	value := x.asking(in)
	for _, o := range in.Options {
		m.Buttons = append(m.Buttons, Button{ID: "answer_choice", Label: o.Label, Value: value + ":" + o.Value, Primary: o.Value == in.Value})
	}
	if in.Optional {
		m.Buttons = append(m.Buttons, Button{ID: "answer_skip", Label: text.T(lang, "button.answer_skip"), Value: value})
	}
	if in.Value != "" && len(in.Options) == 0 && !in.Optional {
		m.Buttons = append(m.Buttons, Button{ID: "answer_keep", Label: text.T(lang, "button.answer_keep"), Value: value})
	}
	m.Buttons = append(m.Buttons, Button{ID: "answer_stop", Label: text.T(lang, "button.answer_stop"), Value: value})
	if in.Value != "" && len(in.Options) == 0 {
		m.Quote = in.Value
	}
	out := Delivery{
		Kind: Post, Platform: x.Platform, Channel: x.Channel, Thread: Ref{Message: x.Thread},
		Incident: incidentID(x.Incident), Purpose: purposeTold, Message: m,
	}
	if x.Channel == "" {
		out.Kind, out.User = Direct, x.User
	}
	_, err := d.say(out)
	return err
}

// exchangeKey is how the store knows the place where the event happened.
func (d *Desk) exchangeKey() (channel, thread string) {
	if d.event.Direct {
		return "", ""
	}
	return d.event.Channel, d.event.Thread
}

// exchanging is the exchange that the actor has where the event happened; nil when
// they have none, or when they acted before they were asked or too long after.
func (d *Desk) exchanging() (*Exchange, error) {
	channel, thread := d.exchangeKey()
	x, err := d.tx.ExchangeAt(d.ctx, d.event.Platform, channel, thread, d.event.User)
	if errors.Is(err, ErrNotFound) || err == nil && (d.at.Before(x.At) || d.at.Sub(x.At) >= exchangeFor) {
		return nil, nil
	}
	return x, err
}

// answersQuestion takes what the actor wrote as the answer to what they were
// asked; false when they were asked nothing.
func (d *Desk) answersQuestion() (bool, error) {
	x, err := d.exchanging()
	if err != nil || x == nil {
		return false, err
	}
	if err := d.remember(x.Incident); err != nil {
		return true, err
	}
	in, words := x.next(), strings.TrimSpace(d.event.Text)
	if len(in.Options) > 0 {
		o, ok := chosen(in.Options, words)
		if !ok {
			return true, d.askNext(*x, text.T(d.Lang(), "exchange.choose"))
		}
		words = o.Value
	}
	if words == "" {
		return true, d.askNext(*x, "")
	}
	return true, d.answeredQuestion(*x, in, words)
}

// chosen finds an option by its value, its label, or its number.
func chosen(options []Option, words string) (Option, bool) {
	for i, o := range options {
		if strings.EqualFold(words, o.Value) || strings.EqualFold(words, o.Label) || words == strconv.Itoa(i+1) {
			return o, true
		}
	}
	return Option{}, false
}

// answeredQuestion goes on to the next question, or does what the form is for.
func (d *Desk) answeredQuestion(x Exchange, in *Input, value string) error {
	x.Answers[in.Name] = value
	if x.next() != nil {
		return d.askNext(x, "")
	}
	if err := d.tx.EndExchange(d.ctx, x.Platform, x.Channel, x.Thread, x.User); err != nil {
		return err
	}
	sent := *d.event
	sent.Kind, sent.Form, sent.Value, sent.Fields = FormSent, x.Form.ID, x.Form.Value, x.Answers
	d.event = &sent
	err := d.formSent()
	var refusal *Refusal
	if errors.As(err, &refusal) {
		refusal.over = true // another answer to the last question could not help
	}
	return err
}

// questionPressed is a press on one of the question's buttons: an option, skip or
// stop. One of an earlier question is passed over.
func (d *Desk) questionPressed(button, value string) error {
	x, err := d.exchanging()
	if err != nil {
		return err
	}
	if x == nil {
		return Refuse("refuse.gone")
	}
	in := x.next()
	choice, asked := strings.CutPrefix(value, x.asking(in))
	if !asked {
		return Refuse("refuse.gone") // of an earlier question
	}
	switch button {
	case "answer_stop":
		if err := d.tx.EndExchange(d.ctx, x.Platform, x.Channel, x.Thread, x.User); err != nil {
			return err
		}
		return d.Reply(Message{Text: text.T(d.Lang(), "exchange.stopped")})
	case "answer_keep":
		if in.Value == "" || len(in.Options) > 0 {
			return Refuse("refuse.gone")
		}
		return d.answeredQuestion(*x, in, in.Value)
	case "answer_skip":
		if !in.Optional {
			return Refuse("refuse.gone")
		}
		return d.answeredQuestion(*x, in, "")
	default:
		o, ok := chosen(in.Options, strings.TrimPrefix(choice, ":"))
		if !ok {
			return Refuse("refuse.gone")
		}
		return d.answeredQuestion(*x, in, o.Value)
	}
}

// askInstead asks question by question in a form that came too late to be shown.
func (b *Bot) askInstead(ctx context.Context, tx Tx, out *Delivery, now time.Time) error {
	d := b.desk(ctx, tx, &Event{Platform: out.Platform, User: out.User, Direct: true, At: now}, now)
	if err := d.recognise(); err != nil {
		return err
	}
	return d.beginExchange(mustNumber(out.Incident), out.Form)
}

// openForm asks the actor for more: in a form where the platform has forms and
// has just given us the means, else question by question.
func (d *Desk) openForm(inc *incident.Incident, f *Form) error {
	number, id := 0, ""
	if inc != nil {
		number, id = inc.Number, inc.ID()
	}
	features := d.bot.adapters[d.event.Platform].Features()
	if features.OneWay { // nobody could answer there
		return Refuse("refuse.gone")
	}
	if d.event.Trigger == "" || !features.Forms || features.FormInputs > 0 && len(f.Inputs) > features.FormInputs {
		return d.beginExchange(number, f)
	}
	_, err := d.say(Delivery{
		Kind: OpenForm, Platform: d.event.Platform, Channel: d.event.Channel, User: d.event.User,
		Incident: id, Form: f, Trigger: d.event.Trigger,
	})
	return err
}
