// Package console is a chat platform in memory: channels, threads and direct
// messages with the bot, as the demo, the replay and the tests need them. What
// people do there is a method call; what the bot does is handed, structured,
// to a sink. Nothing is drawn here and nothing is decided.
//
// Messages of people and of the bot are numbered in one sequence, m1, m2, …;
// forms, refusals and messages for one person's eyes take part in it. A direct
// conversation with the bot is a channel named after the person: "@luis".
package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"sereno/bot"
	"sereno/bot/company"
)

// Name is the platform's name.
const Name = "console"

// BotName is what people write to address the bot: "@sereno".
const BotName = "sereno"

// Record is one thing that the bot did, as it happened.
type Record struct {
	// ID is the message's; of an Update, that of the message which was edited.
	ID   string
	At   time.Time
	Kind bot.DeliveryKind
	// Channel is where everybody there sees it, "" in a direct conversation; To is
	// the one person who sees it, "" when all in the channel do.
	Channel, Thread, To string
	Incident, Purpose   string
	Message             bot.Message
	Form                *bot.Form
	// Reaction is the short name of an emoji, of a React.
	Reaction string
	// Of a page: which commitment, why, and by when.
	Clock, Reason string
	Due           time.Time
}

// Message is one message as the platform keeps it.
type Message struct {
	ID string
	At time.Time
	// Channel includes direct conversations: "@luis". Thread is the id of the
	// message at the root, "" outside threads.
	Channel, Thread string
	// Author is a person, "" for the bot.
	Author string
	// Text is a person's words; Body what the bot says.
	Text string
	Body bot.Message
	// Only is who alone can see it, in a channel where others are; "" for all.
	Only              string
	Kind              bot.DeliveryKind
	Incident, Purpose string
	Edited, Deleted   bool
	// Reactions are the bot's.
	Reactions []string
	Files     []Attachment
}

// Attachment is a file that somebody attaches.
type Attachment struct {
	Name, Type string
	Content    []byte
}

// OpenForm is a form that waits for its person.
type OpenForm struct {
	ID       string // of the form's record
	User     string
	Incident string
	Channel  string
	Form     *bot.Form
}

// Platform is the platform. Its methods may be called by several goroutines.
type Platform struct {
	clock bot.Clock
	sink  func(Record)
	ready chan struct{} // closed by Connect

	mu        sync.Mutex
	inbox     bot.Inbox
	directory *directory
	messages  []*Message
	byID      map[string]*Message
	forms     []*OpenForm
	receipts  map[string]bot.Receipt // by delivery key: a repetition is recognised
	ids       int
	events    int
}

// New makes a platform with the people and channels that the company has on
// the console. The sink is called for each thing that the bot does, one at a
// time and in order; it must not call the platform.
func New(c *company.Company, clock bot.Clock, sink func(Record)) *Platform {
	return &Platform{
		clock: clock, sink: sink, ready: make(chan struct{}),
		directory: newDirectory(c),
		byID:      map[string]*Message{},
		receipts:  map[string]bot.Receipt{},
	}
}

// Platform is the platform's name.
func (p *Platform) Platform() string { return Name }

// Connect names the inbox to which events go. There is no past to fetch.
func (p *Platform) Connect(in bot.Inbox) {
	p.mu.Lock()
	fresh := p.inbox == nil
	p.inbox = in
	p.mu.Unlock()
	if fresh {
		close(p.ready)
	}
	in.CaughtUp(Name)
}

// Run connects and waits for ctx to end.
func (p *Platform) Run(ctx context.Context, in bot.Inbox) error {
	p.Connect(in)
	<-ctx.Done()
	return nil
}

// Connected is closed once people can be heard.
func (p *Platform) Connected() <-chan struct{} { return p.ready }

// Features is what a terminal shows.
func (p *Platform) Features() bot.Features {
	return bot.Features{PrivateReply: true, Forms: true, Edits: true, Deletes: true, Reactions: true, Files: true}
}

// Deliver takes what the bot says. A key that was delivered before gets its
// first receipt again and is not shown twice.
func (p *Platform) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, ok := p.receipts[d.Key]; ok && d.Key != "" {
		return r, nil
	}
	receipt, record, err := p.take(d)
	if err != nil {
		return bot.Receipt{}, &bot.DeliveryError{Permanent: true, NotSent: true, Err: err}
	}
	if d.Key != "" {
		p.receipts[d.Key] = receipt
	}
	p.sink(record)
	return receipt, nil
}

func (p *Platform) take(d *bot.Delivery) (bot.Receipt, Record, error) {
	rec := Record{
		At: p.clock.Now().UTC(), Kind: d.Kind, Incident: d.Incident, Purpose: d.Purpose,
		Message: d.Message, Clock: d.Clock, Reason: d.Reason, Due: d.Due,
	}
	switch d.Kind {
	case bot.Update:
		return p.update(d, rec)
	case bot.Withdraw:
		return p.withdraw(d, rec)
	case bot.React:
		return p.mark(d, rec)
	}
	channel, err := p.destination(d)
	if err != nil {
		return bot.Receipt{}, rec, err
	}
	root, err := p.root(d.Thread.Message)
	if err != nil {
		return bot.Receipt{}, rec, err
	}
	rec.ID, rec.Thread = p.nextID(), root
	rec.Channel, rec.To = split(channel)
	if d.Kind == bot.OpenForm {
		if d.Form == nil {
			return bot.Receipt{}, rec, errors.New("a form without inputs to show")
		}
		rec.Form, rec.To = d.Form, d.User
		p.forms = append(p.forms, &OpenForm{ID: rec.ID, User: d.User, Incident: d.Incident, Channel: d.Channel, Form: d.Form})
		return bot.Receipt{Channel: channel}, rec, nil
	}
	m := &Message{
		ID: rec.ID, At: rec.At, Channel: channel, Thread: root, Body: d.Message,
		Kind: d.Kind, Incident: d.Incident, Purpose: d.Purpose,
	}
	if (d.Kind == bot.Ephemeral || d.Kind == bot.Refused) && d.User != "" {
		m.Only, rec.To = d.User, d.User
	}
	p.keep(m)
	return bot.Receipt{Channel: channel, Message: m.ID}, rec, nil
}

func (p *Platform) update(d *bot.Delivery, rec Record) (bot.Receipt, Record, error) {
	m := p.byID[d.Target.Message]
	if m == nil || m.Author != "" {
		return bot.Receipt{}, rec, fmt.Errorf("no message %q of the bot to edit", d.Target.Message)
	}
	m.Body, m.Edited = d.Message, true
	if d.Incident != "" {
		m.Incident = d.Incident
	}
	rec.ID, rec.Thread, rec.Incident, rec.Purpose = m.ID, m.Thread, m.Incident, m.Purpose
	rec.Channel, rec.To = split(m.Channel)
	if m.Only != "" {
		rec.To = m.Only
	}
	return bot.Receipt{Channel: m.Channel, Message: m.ID}, rec, nil
}

// withdraw removes a message of the bot's.
func (p *Platform) withdraw(d *bot.Delivery, rec Record) (bot.Receipt, Record, error) {
	m := p.byID[d.Target.Message]
	if m == nil || m.Author != "" {
		return bot.Receipt{}, rec, fmt.Errorf("no message %q of the bot to withdraw", d.Target.Message)
	}
	m.Deleted = true
	rec.ID, rec.Thread, rec.Incident, rec.Purpose, rec.Message = m.ID, m.Thread, m.Incident, m.Purpose, bot.Message{}
	rec.Channel, rec.To = split(m.Channel)
	return bot.Receipt{Channel: m.Channel}, rec, nil
}

// mark puts the bot's reaction on anybody's message.
func (p *Platform) mark(d *bot.Delivery, rec Record) (bot.Receipt, Record, error) {
	m := p.byID[d.Target.Message]
	if m == nil {
		return bot.Receipt{}, rec, fmt.Errorf("no message %q to react to", d.Target.Message)
	}
	if !slices.Contains(m.Reactions, d.Reaction) {
		m.Reactions = append(m.Reactions, d.Reaction)
	}
	rec.ID, rec.Thread, rec.Reaction = m.ID, m.Thread, d.Reaction
	rec.Channel, rec.To = split(m.Channel)
	return bot.Receipt{Channel: m.Channel}, rec, nil
}

// OpenFile hands out what somebody attached: its ID is the message's and its
// place there.
func (p *Platform) OpenFile(_ context.Context, f bot.File) (io.ReadCloser, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	message, place, _ := strings.Cut(f.ID, "/")
	n, err := strconv.Atoi(place)
	m := p.byID[message]
	if err != nil || m == nil || m.Deleted || n < 0 || n >= len(m.Files) {
		return nil, &bot.DeliveryError{Permanent: true, Err: fmt.Errorf("no file %q", f.ID)}
	}
	return io.NopCloser(bytes.NewReader(m.Files[n].Content)), nil
}

// destination is the channel, or the direct conversation "@user", of a delivery.
func (p *Platform) destination(d *bot.Delivery) (string, error) {
	switch {
	case d.Channel == "" && d.User == "":
		return "", errors.New("neither a channel nor a person to deliver to")
	case d.Channel == "", d.Kind == bot.Direct && d.User != "":
		if !p.directory.people[d.User] {
			return "", fmt.Errorf("no person %q", d.User)
		}
		return direct(d.User), nil
	}
	if _, user := split(d.Channel); user != "" && p.directory.people[user] || p.directory.channels[d.Channel] {
		return d.Channel, nil
	}
	return "", fmt.Errorf("no channel %q", d.Channel)
}

// root is the message at the root of the thread in which the message stands.
func (p *Platform) root(id string) (string, error) {
	if id == "" {
		return "", nil
	}
	m := p.byID[id]
	if m == nil {
		return "", fmt.Errorf("no message %q to answer in the thread of", id)
	}
	if m.Thread != "" {
		return m.Thread, nil
	}
	return m.ID, nil
}

func (p *Platform) nextID() string {
	p.ids++
	return fmt.Sprintf("m%d", p.ids)
}

func (p *Platform) keep(m *Message) {
	p.messages = append(p.messages, m)
	p.byID[m.ID] = m
}

func direct(user string) string { return "@" + user }

// split tells a channel from a direct conversation.
func split(channel string) (name, user string) {
	if user, ok := strings.CutPrefix(channel, "@"); ok {
		return "", user
	}
	return channel, ""
}

// Messages are those that the person sees in the channel (or in their direct
// conversation, channel "@luis"), oldest first; the deleted ones are left out.
func (p *Platform) Messages(channel, user string) []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Message
	for _, m := range p.messages {
		if m.Channel == channel && !m.Deleted && m.visible(user) {
			c := *m
			c.Body.Buttons = slices.Clone(m.Body.Buttons)
			out = append(out, c)
		}
	}
	return out
}

// Message finds a message by its id.
func (p *Platform) Message(id string) (Message, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.byID[id]
	if m == nil {
		return Message{}, false
	}
	return *m, true
}

// visible reports whether the person could press or answer the message:
// whoever is let into a channel sees all of it, but for what is another's alone.
func (m *Message) visible(user string) bool {
	if m.Only != "" && m.Only != user {
		return false
	}
	_, owner := split(m.Channel)
	return owner == "" || owner == user
}
