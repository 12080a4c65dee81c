package slack

import (
	"context"
	"slices"
	"strings"
	"time"

	"sereno/bot"
	"sereno/bot/emoji"
)

// arrival is a payload that was understood but not yet put into the core's
// words: that may need a person's name, and so waits for its turn.
type arrival struct {
	// lane is the order that it keeps to; "" for what concerns nobody.
	lane string
	// event is nil when there is nothing in it for the bot.
	event func(ctx context.Context) *bot.Event
}

func (a *Adapter) reader(ctx context.Context, me identity) reader {
	return reader{me: me.user, name: func(user string) string { return a.people.get(ctx, user).name }}
}

// decodeEvent reads an Events API payload.
func (a *Adapter) decodeEvent(me identity, payload []byte) (arrival, error) {
	var c callback
	if err := decode(payload, &c); err != nil {
		return arrival{}, err
	}
	switch c.Type {
	case "event_callback":
	case "app_rate_limited": // more than 30,000 an hour: Slack kept some from us
		a.log.Warn("slack withholds events; reading the history instead")
		a.history.Ask()
		return arrival{}, nil
	default: // what Slack may add
		return arrival{}, nil
	}
	var kind struct {
		Type string `json:"type"`
	}
	if err := decode(c.Event, &kind); err != nil {
		return arrival{}, err
	}
	if !slices.ContainsFunc(Subscriptions, func(s Subscription) bool { return s.kind() == kind.Type }) {
		return arrival{}, nil // subscribed to by somebody else's hand; its fields are other ones
	}
	var h happening
	if err := decode(c.Event, &h); err != nil {
		return arrival{}, err
	}
	switch h.Type {
	case "message", "app_mention":
		return a.decodeMessage(me, c, h)
	case "reaction_added":
		return a.decodeReaction(me, h)
	case "app_home_opened":
		return a.decodeHome(h)
	case "subteam_members_changed", "subteam_updated":
		a.groups.changed()
	}
	return arrival{}, nil
}

func (a *Adapter) decodeMessage(me identity, c callback, h happening) (arrival, error) {
	if h.Channel == "" {
		return arrival{}, malformed("a message without a channel")
	}
	var event func(context.Context) *bot.Event
	switch h.SubType {
	case "message_changed":
		if h.Message == nil || !isTS(h.Message.TS) {
			return arrival{}, malformed("an edit without the message")
		}
		event = func(ctx context.Context) *bot.Event { return a.edit(ctx, me, c, h) }
	case "message_deleted":
		ts := h.DeletedTS
		if ts == "" && h.Previous != nil {
			ts = h.Previous.TS
		}
		if !isTS(ts) {
			return arrival{}, malformed("a deletion without the message")
		}
		event = func(ctx context.Context) *bot.Event { return a.deletion(ctx, me, c, h, ts) }
	default:
		if !isTS(h.TS) {
			return arrival{}, malformed("a message without its ts")
		}
		event = func(ctx context.Context) *bot.Event { return a.posted(ctx, me, c.AppID, h.Channel, h.message) }
	}
	return arrival{lane: h.Channel, event: event}, nil
}

func isTS(ts string) bool { _, ok := instant(ts); return ok }

// posted puts a message into the core's words; nil when a person did not write
// it. It is the same for live messages and for those read from the history.
func (a *Adapter) posted(ctx context.Context, me identity, app, channel string, m message) *bot.Event {
	if !a.byPerson(ctx, me, app, &m) {
		return nil
	}
	e := a.about(ctx, me, channel, &m)
	e.Kind = bot.MessagePosted
	e.Key = messageKey(channel, m.TS)
	e.At, _ = instant(m.TS)
	return e
}

// byPerson reports whether a person wrote the message: not we, no other app,
// no workflow, and not Slack, which tells of joins, topics, huddles and the like
// as messages too. What somebody wrote through an app that may speak for them
// bears the app's bot_id beside their name, as the app's own messages bear it
// beside its bot user's; in doubt it is the app's.
func (a *Adapter) byPerson(ctx context.Context, me identity, app string, m *message) bool {
	switch m.SubType {
	case "", "file_share", "thread_broadcast", "me_message":
	default:
		return false
	}
	if m.User == "" || m.User == me.user || m.User == "USLACKBOT" || (m.AppID != "" && m.AppID == app) {
		return false
	}
	return m.BotID == "" || (m.BotID != me.bot && a.people.get(ctx, m.User).human)
}

// about fills in what is the same in everything that concerns a message.
func (a *Adapter) about(ctx context.Context, me identity, channel string, m *message) *bot.Event {
	who := a.people.get(ctx, m.User)
	e := &bot.Event{
		Platform: Platform,
		Channel:  channel,
		Direct:   strings.HasPrefix(channel, "D"),
		Thread:   m.thread(),
		Message:  m.TS,
		User:     m.User,
		UserName: who.name,
		UserTeam: a.belongs(who, m.UserTeam, m.SourceTeam),
		Groups:   a.groups.of(m.User),
	}
	e.Text, e.Markdown, e.Mentioned = a.reader(ctx, me).read(m)
	if e.UserTeam == "" {
		e.UserTeam = m.Team
	}
	e.Files = a.attached(ctx, m.Files)
	return e
}

// edit: a message now reads otherwise. Slack also reports link previews, pins
// and new replies so, with the text unchanged: those are nothing to us. A root
// with replies that was deleted stays as a tombstone.
func (a *Adapter) edit(ctx context.Context, me identity, c callback, h happening) *bot.Event {
	m := *h.Message
	if m.SubType == "tombstone" {
		return a.deletion(ctx, me, c, h, m.TS)
	}
	if !a.byPerson(ctx, me, c.AppID, &m) || (h.Previous != nil && h.Previous.Text == m.Text) || (h.Previous == nil && m.Edited == nil) {
		return nil
	}
	when := h.EventTS
	if m.Edited != nil && isTS(m.Edited.TS) {
		when = m.Edited.TS
	}
	e := a.about(ctx, me, h.Channel, &m)
	e.Kind = bot.MessageEdited
	e.Key = messageKey(h.Channel, m.TS) + ":edit:" + when
	e.At = a.at(when)
	return e
}

// deletion: a message is gone. Slack does not say who did it; the event names
// the author.
func (a *Adapter) deletion(ctx context.Context, me identity, c callback, h happening, ts string) *bot.Event {
	m := message{TS: ts}
	if h.Previous != nil {
		m = *h.Previous
		m.TS = ts
		if !a.byPerson(ctx, me, c.AppID, &m) {
			return nil
		}
	}
	e := a.about(ctx, me, h.Channel, &m)
	e.Kind, e.Text, e.Markdown, e.Mentioned, e.Files = bot.MessageDeleted, "", "", false, nil
	e.Key = messageKey(h.Channel, ts) + ":delete"
	e.At = a.at(firstOf(h.EventTS, h.TS))
	return e
}

func (a *Adapter) decodeReaction(me identity, h happening) (arrival, error) {
	if h.Item.Type != "message" || h.User == "" || h.User == me.user {
		return arrival{}, nil
	}
	if h.Item.Channel == "" || !isTS(h.Item.TS) || h.Reaction == "" {
		return arrival{}, malformed("a reaction to nothing")
	}
	return arrival{lane: h.Item.Channel, event: func(ctx context.Context) *bot.Event { return a.reaction(ctx, me, h) }}, nil
}

// reaction: for the emoji that stand for an action, the message is fetched, so
// that it can be acted on even if it was written before the bot came. When it
// cannot be had in time the event goes without.
func (a *Adapter) reaction(ctx context.Context, me identity, h happening) *bot.Event {
	name, _, _ := strings.Cut(h.Reaction, "::") // without the skin tone
	if c := emoji.Common(name); !a.acting(name) {
		name = c // the configuration may know it by an alias
	}
	who := a.people.get(ctx, h.User)
	e := &bot.Event{
		Key:      messageKey(h.Item.Channel, h.Item.TS) + ":reaction:" + h.Reaction + ":" + h.User + ":" + h.EventTS,
		Platform: Platform,
		Kind:     bot.Reacted,
		At:       a.at(h.EventTS),
		Channel:  h.Item.Channel,
		Direct:   strings.HasPrefix(h.Item.Channel, "D"),
		Message:  h.Item.TS,
		User:     h.User,
		UserName: who.name,
		UserTeam: a.belongs(who, h.UserTeam),
		Groups:   a.groups.of(h.User),
		Reaction: name,
	}
	if a.acting(name) {
		if m, ok := a.fetch(ctx, h.Item.Channel, h.Item.TS); ok {
			e.Thread = m.thread()
			e.Text, e.Markdown, _ = a.reader(ctx, me).read(m)
			e.Author, e.Files = a.author(ctx, m), a.attached(ctx, m.Files)
		}
	}
	return e
}

// author is who wrote the message that an event is about; nil when Slack does
// not say.
func (a *Adapter) author(ctx context.Context, m *message) *bot.Author {
	if m.User == "" {
		return nil
	}
	who := a.people.get(ctx, m.User)
	return &bot.Author{
		User: m.User, Name: who.name, Team: firstOf(a.belongs(who, m.UserTeam, m.SourceTeam), m.Team), At: a.at(m.TS),
	}
}

func messageKey(channel, ts string) string { return Platform + ":" + channel + ":" + ts }

// at reads a ts; the present when Slack gave none.
func (a *Adapter) at(ts string) time.Time {
	if t, ok := instant(ts); ok {
		return t
	}
	return a.clock.Now().UTC()
}

func firstOf(options ...string) string {
	for _, o := range options {
		if o != "" {
			return o
		}
	}
	return ""
}
