package console

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sereno/bot"
)

// Place is where somebody does something: a channel, or "" for their direct
// conversation with the bot, and the thread there: "", a message's id or an
// incident's.
type Place struct{ Channel, Thread string }

// Say writes a message, with what is attached to it, and answers its id.
func (p *Platform) Say(ctx context.Context, user string, at Place, text string, files ...Attachment) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	user, channel, root, err := p.place(user, at)
	if err != nil {
		return "", err
	}
	m := &Message{ID: p.nextID(), At: p.clock.Now().UTC(), Channel: channel, Thread: root, Author: user, Text: text, Kind: bot.Post, Files: files}
	e := p.event(bot.MessagePosted, user, m)
	e.Key = Name + ":" + m.ID
	e.Text, e.Mentioned = unmention(text)
	for n, f := range files {
		e.Files = append(e.Files, bot.File{
			ID: fmt.Sprintf("%s/%d", m.ID, n), Platform: Name, Name: f.Name, Type: f.Type, Size: int64(len(f.Content)),
		})
	}
	if err := p.accept(ctx, e); err != nil {
		return "", err
	}
	p.keep(m)
	return m.ID, nil
}

// Command types a command, with its slash, in a channel, thread or direct
// conversation. Nobody else sees it.
func (p *Platform) Command(ctx context.Context, user string, at Place, line string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	user, channel, root, err := p.place(user, at)
	if err != nil {
		return err
	}
	e := p.event(bot.CommandTyped, user, &Message{Channel: channel, Thread: root})
	e.Text = line
	return p.accept(ctx, e)
}

// Press presses the button on the message.
func (p *Platform) Press(ctx context.Context, user, message, button string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	user, m, err := p.seen(user, message)
	if err != nil {
		return err
	}
	return p.press(ctx, user, m, button)
}

func (p *Platform) press(ctx context.Context, user string, m *Message, button string) error {
	b, ok := m.button(button)
	if !ok {
		return problem(NoButton, button, m.ID, buttonIDs(m))
	}
	e := p.event(bot.ButtonPressed, user, m)
	e.Button, e.Value = b.ID, b.Value
	return p.accept(ctx, e)
}

// PressHidden presses the button on a message that the person may not see.
func (p *Platform) PressHidden(ctx context.Context, user, message, button string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	user, err := p.person(user)
	if err != nil {
		return err
	}
	m := p.byID[message]
	if m == nil {
		return problem(NoButton, button, "", nil)
	}
	return p.press(ctx, user, m, button)
}

// React puts a reaction, by its short name, on the message.
func (p *Platform) React(ctx context.Context, user, message, reaction string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	user, m, err := p.seen(user, message)
	if err != nil {
		return err
	}
	e := p.event(bot.Reacted, user, m)
	e.Reaction = strings.Trim(reaction, ":")
	return p.accept(ctx, e)
}

// Edit changes the words of one's own message.
func (p *Platform) Edit(ctx context.Context, user, message, text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	user, m, err := p.own(user, message)
	if err != nil {
		return err
	}
	e := p.event(bot.MessageEdited, user, m)
	e.Text, e.Mentioned = unmention(text)
	if err := p.accept(ctx, e); err != nil {
		return err
	}
	m.Text, m.Edited = text, true
	return nil
}

// Delete removes one's own message.
func (p *Platform) Delete(ctx context.Context, user, message string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	user, m, err := p.own(user, message)
	if err != nil {
		return err
	}
	if err := p.accept(ctx, p.event(bot.MessageDeleted, user, m)); err != nil {
		return err
	}
	m.Deleted = true
	return nil
}

// OpenIncident is the message action of that name.
func (p *Platform) OpenIncident(ctx context.Context, user, message string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	user, m, err := p.seen(user, message)
	if err != nil {
		return err
	}
	e := p.event(bot.OpenAsked, user, m)
	e.Text, _ = unmention(m.Text)
	return p.accept(ctx, e)
}

// Submit sends the form that the bot opened last for the person under that id,
// for the incident where one is given. Inputs that are left out keep what they
// held at first.
func (p *Platform) Submit(ctx context.Context, user, form, incident string, fields map[string]string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	user, err := p.person(user)
	if err != nil {
		return err
	}
	open, err := p.openForm(user, form, incident)
	if err != nil {
		return err
	}
	filled, err := fill(open.Form, fields)
	if err != nil {
		return err
	}
	p.events++
	e := bot.Event{
		Key: p.eventKey(), Platform: Name, Kind: bot.FormSent, At: p.clock.Now().UTC(),
		User: user, UserName: user, Channel: open.Channel,
		Form: open.Form.ID, Value: open.Form.Value, Fields: filled, Trigger: p.eventKey(),
	}
	_, owner := split(open.Channel)
	e.Direct = owner != ""
	if err := p.accept(ctx, e); err != nil {
		return err
	}
	p.forms = slices.DeleteFunc(p.forms, func(f *OpenForm) bool { return f == open })
	return nil
}

// Dismiss closes the person's form without sending it.
func (p *Platform) Dismiss(user, record string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forms = slices.DeleteFunc(p.forms, func(f *OpenForm) bool { return f.User == user && f.ID == record })
}

// Forms are those that wait for the person, oldest first.
func (p *Platform) Forms(user string) []OpenForm {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []OpenForm
	for _, f := range p.forms {
		if f.User == user {
			out = append(out, *f)
		}
	}
	return out
}

func (p *Platform) accept(ctx context.Context, e bot.Event) error {
	if p.inbox == nil {
		return fmt.Errorf("console: %s before the bot was connected", e.Kind)
	}
	return p.inbox.Accept(ctx, e)
}

// event is what happened at, or to, the message.
func (p *Platform) event(kind bot.EventKind, user string, m *Message) bot.Event {
	p.events++
	_, owner := split(m.Channel)
	return bot.Event{
		Key: p.eventKey(), Platform: Name, Kind: kind, At: p.clock.Now().UTC(),
		Channel: m.Channel, Direct: owner != "", Thread: m.Thread, Message: m.ID,
		User: user, UserName: user, Trigger: p.eventKey(),
	}
}

func (p *Platform) eventKey() string { return fmt.Sprintf("%s:e%d", Name, p.events) }

var mention = regexp.MustCompile(`(?i)(^|\s)@` + BotName + `\b[,:]?`)

// unmention takes the mention of the bot out of the text.
func unmention(text string) (string, bool) {
	if !mention.MatchString(text) {
		return text, false
	}
	return strings.TrimSpace(mention.ReplaceAllString(text, "$1")), true
}

// fill completes and checks a form's fields as a platform's dialogue does.
func fill(f *bot.Form, fields map[string]string) (map[string]string, error) {
	names := make([]string, len(f.Inputs))
	out := map[string]string{}
	for i, in := range f.Inputs {
		names[i] = in.Name
		value, given := fields[in.Name]
		if !given {
			value = in.Value
		}
		if strings.TrimSpace(value) == "" && !in.Optional {
			return nil, &Problem{Kind: MissingField, Name: in.Name, Where: f.ID}
		}
		if len(in.Options) > 0 && value != "" {
			values := make([]string, len(in.Options))
			for j, o := range in.Options {
				values[j] = o.Value
			}
			if !slices.Contains(values, value) {
				return nil, problem(NoOption, value, in.Name, values)
			}
		}
		out[in.Name] = value
	}
	for name := range fields {
		if !slices.Contains(names, name) {
			return nil, problem(NoField, name, f.ID, names)
		}
	}
	return out, nil
}
