package discord

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"sereno/bot"
	"sereno/bot/emoji"
)

func messageKey(id string) string { return Platform + ":" + id }

// decodeMessage reads a message that was written or changed. What we wrote
// ourselves is remembered by its nonce: so is a send found again whose answer
// was lost.
func (a *Adapter) decodeMessage(me identity, data raw, edited bool) ([]arrival, error) {
	var m message
	if err := decode(data, &m); err != nil {
		return nil, err
	}
	if !isSnowflake(m.ID) || !isSnowflake(m.Channel) {
		return nil, malformed("a message without its id or channel")
	}
	if m.Author != nil && m.Author.ID == me.user {
		if !edited {
			a.wrote(m.nonce(), m.Channel, m.ID)
		}
		return nil, nil
	}
	if !a.listensTo(m.Guild) {
		return nil, nil
	}
	if edited && m.Author == nil { // only what changed, by an older server
		return one(a.laneOf(m.Channel), func(ctx context.Context) (*bot.Event, error) {
			whole, err := a.fetch(ctx, m.Channel, m.ID)
			if err != nil {
				return nil, err
			}
			return a.edit(ctx, me, whole)
		}), nil
	}
	if !m.byPerson() {
		return nil, nil
	}
	a.watchContent(&m)
	return one(a.laneOf(m.Channel), func(ctx context.Context) (*bot.Event, error) {
		if edited {
			return a.edit(ctx, me, &m)
		}
		return a.posted(ctx, me, &m)
	}), nil
}

// wrote remembers a message of ours.
func (a *Adapter) wrote(nonce, channel, id string) {
	a.mine.Set(id, true)
	a.where.Set(id, channel)
	if nonce != "" {
		a.ours.Set(nonce, id)
	}
}

// watchContent says, once an hour at most, that messages come without their
// text: the intent is granted to the application but not to us, or was withdrawn.
func (a *Adapter) watchContent(m *message) {
	if m.Guild == "" || !m.empty() {
		return
	}
	now := a.clock.Now().Unix()
	if last := a.textless.Load(); now-last > 3600 && a.textless.CompareAndSwap(last, now) {
		a.log.Error("discord sends messages without their text: switch on “Message Content Intent” in the Developer Portal, page “Bot”",
			"channel", m.Channel)
	}
}

// posted puts a message into the core's words. It is the same for live messages
// and for those read from the history.
func (a *Adapter) posted(ctx context.Context, me identity, m *message) (*bot.Event, error) {
	if !m.byPerson() {
		return nil, nil
	}
	e, err := a.about(ctx, me, m)
	if err != nil {
		return nil, err
	}
	e.Kind, e.Key, e.At = bot.MessagePosted, messageKey(m.ID), instant(m.ID)
	return e, nil
}

// about fills in what is the same in everything that concerns a message.
func (a *Adapter) about(ctx context.Context, me identity, m *message) (*bot.Event, error) {
	at, parent, err := a.locate(ctx, m.Channel)
	if err != nil {
		return nil, fmt.Errorf("where message %s is: %w", m.ID, err)
	}
	e := &bot.Event{Platform: Platform, Channel: parent.ID, Direct: at.direct(), Message: m.ID}
	content := m.content()
	switch {
	case at != parent && parent.posts() && m.ID == at.ID: // what the post began with
		content = strings.TrimSpace(escapeText(at.Name) + "\n" + content)
	case at != parent:
		e.Thread = at.ID
		a.where.Set(m.ID, at.ID)
	case m.Type == typeReply && m.Reference != nil && isSnowflake(m.Reference.Message):
		e.Thread = a.root(ctx, m)
		a.roots.Set(m.ID, e.Thread)
	}
	a.author(e, m.Author, m.Member, firstOf(m.Guild, parent.Guild))
	e.Text, e.Markdown, e.Mentioned = a.reader(me, m).read(content)
	for _, f := range m.Files {
		e.Files = append(e.Files, a.file(m.Channel, m.ID, f))
	}
	for _, s := range m.Snapshots {
		for _, f := range s.Message.Files {
			e.Files = append(e.Files, a.file(m.Channel, m.ID, f))
		}
	}
	return e, nil
}

// content is what the person said in it: their words, else those that they
// forward, else the name of a sticker.
func (m *message) content() string {
	if m.Content != "" {
		return m.Content
	}
	var parts []string
	for _, s := range m.Snapshots {
		parts = append(parts, s.Message.Content)
	}
	for _, s := range m.Stickers {
		parts = append(parts, ":"+escapeText(s.Name)+":")
	}
	return strings.Join(parts, "\n")
}

// author says who did it, as the server shows them.
func (a *Adapter) author(e *bot.Event, u *user, m *member, guild string) {
	if u == nil && m != nil {
		u = m.User
	}
	if u != nil {
		e.User, e.UserName = u.ID, u.shown(m)
	}
	e.UserTeam = guild
	if m == nil {
		return
	}
	for _, r := range m.Roles {
		if a.groups == nil || a.groups[r] {
			e.Groups = append(e.Groups, r)
		}
	}
}

// replyHops bounds how far a reply to a reply is followed.
const replyHops = 10

// root is the message that a conversation of replies began with.
func (a *Adapter) root(ctx context.Context, m *message) string {
	ctx, cancel := context.WithTimeout(ctx, a.tune.lookup)
	defer cancel()
	id, next := m.Reference.Message, m.Referenced
	for range replyHops {
		if known, ok := a.roots.Get(id); ok {
			return known
		}
		if next == nil || next.ID != id {
			var err error
			if next, err = a.fetch(ctx, m.Channel, id); err != nil {
				return id
			}
		}
		if next.Type != typeReply || next.Reference == nil || !isSnowflake(next.Reference.Message) {
			return id
		}
		id, next = next.Reference.Message, next.Referenced
	}
	return id
}

// edit: a message now reads otherwise. Discord also reports link previews, pins
// and new threads so: only when the text was changed does it say when.
func (a *Adapter) edit(ctx context.Context, me identity, m *message) (*bot.Event, error) {
	at, changed := m.edited()
	if !changed || !m.byPerson() {
		return nil, nil
	}
	e, err := a.about(ctx, me, m)
	if err != nil {
		return nil, err
	}
	e.Kind, e.At = bot.MessageEdited, at
	e.Key = messageKey(m.ID) + ":edit:" + strconv.FormatInt(at.UnixMicro(), 10)
	return e, nil
}

// decodeDeletion reads that messages are gone. Discord says neither who wrote
// them nor who deleted them.
func (a *Adapter) decodeDeletion(data raw) ([]arrival, error) {
	var d deletion
	if err := decode(data, &d); err != nil {
		return nil, err
	}
	if d.ID != "" {
		d.IDs = []string{d.ID}
	}
	if len(d.IDs) == 0 || !isSnowflake(d.Channel) {
		return nil, malformed("a deletion without its message or channel")
	}
	if !a.listensTo(d.Guild) {
		return nil, nil
	}
	now := a.clock.Now().UTC()
	var out []arrival
	for _, id := range d.IDs {
		if mine, _ := a.mine.Get(id); mine || !isSnowflake(id) {
			continue
		}
		out = append(out, one(a.laneOf(d.Channel), func(ctx context.Context) (*bot.Event, error) {
			return a.deleted(ctx, d, id, now)
		})...)
	}
	return out, nil
}

func (a *Adapter) deleted(ctx context.Context, d deletion, id string, now time.Time) (*bot.Event, error) {
	at, parent, err := a.locate(ctx, d.Channel)
	if err != nil {
		return nil, fmt.Errorf("where message %s was: %w", id, err)
	}
	e := &bot.Event{
		Key: messageKey(id) + ":delete", Platform: Platform, Kind: bot.MessageDeleted, At: now,
		Channel: parent.ID, Direct: at.direct(), Message: id, UserTeam: firstOf(d.Guild, parent.Guild),
	}
	if at != parent && (!parent.posts() || id != at.ID) {
		e.Thread = at.ID
	} else if root, ok := a.roots.Get(id); ok {
		e.Thread = root
	}
	return e, nil
}

// decodeReaction reads that somebody put an emoji on a message. It happens
// once for its place in the session: a resumed session gives it the same place.
func (a *Adapter) decodeReaction(me identity, ev *discordgo.Event) ([]arrival, error) {
	var r reaction
	if err := decode(ev.RawData, &r); err != nil {
		return nil, err
	}
	if r.User == me.user || !a.listensTo(r.Guild) || (r.Member != nil && r.Member.User != nil && r.Member.User.Bot) {
		return nil, nil
	}
	if !isSnowflake(r.User) || !isSnowflake(r.Channel) || !isSnowflake(r.Message) || r.Emoji.Name+r.Emoji.ID == "" {
		return nil, malformed("a reaction to nothing")
	}
	session, _, _ := a.link.state()
	key := fmt.Sprintf("%s:reaction:%s:%s:%s.%d", messageKey(r.Message), firstOf(r.Emoji.ID, r.Emoji.Name), r.User, session, ev.Sequence)
	now := a.clock.Now().UTC()
	return one(a.laneOf(r.Channel), func(ctx context.Context) (*bot.Event, error) {
		return a.reacted(ctx, me, r, key, now)
	}), nil
}

// reacted: for the emoji that stand for an action, the message is fetched, so
// that it can be acted on even if it was written before the bot came. When it
// cannot be had in time the event goes without.
func (a *Adapter) reacted(ctx context.Context, me identity, r reaction, key string, now time.Time) (*bot.Event, error) {
	at, parent, err := a.locate(ctx, r.Channel)
	if err != nil {
		return nil, fmt.Errorf("where message %s is: %w", r.Message, err)
	}
	e := &bot.Event{
		Key: key, Platform: Platform, Kind: bot.Reacted, At: now,
		Channel: parent.ID, Direct: at.direct(), Message: r.Message, Reaction: shortName(r.Emoji),
	}
	a.author(e, nil, r.Member, firstOf(r.Guild, parent.Guild))
	e.User = r.User
	switch {
	case at != parent && (!parent.posts() || r.Message != at.ID):
		e.Thread = at.ID
	case at == parent:
		e.Thread, _ = a.roots.Get(r.Message)
	}
	if !a.acting(e.Reaction) {
		return e, nil
	}
	m, err := within(ctx, a.tune.lookup, func(ctx context.Context) (*message, error) { return a.fetch(ctx, r.Channel, r.Message) })
	if err != nil {
		a.log.Warn("cannot read the message that was reacted to", "channel", r.Channel, "message", r.Message, "err", err)
		return e, nil
	}
	m.Guild = r.Guild
	about, err := a.about(ctx, me, m)
	if err != nil {
		return e, nil
	}
	e.Thread, e.Text, e.Markdown, e.Files = about.Thread, about.Text, about.Markdown, about.Files
	e.Author = &bot.Author{User: about.User, Name: about.UserName, Team: about.UserTeam, At: instant(m.ID)}
	return e, nil
}

// shortName is the emoji's common short name, or the name of a server's own emoji.
func shortName(e emojiName) string {
	if e.ID == "" {
		if name, ok := emoji.Name(e.Name); ok {
			return name
		}
	}
	return emoji.Common(e.Name)
}

// fetch reads one message.
func (a *Adapter) fetch(ctx context.Context, channel, id string) (*message, error) {
	var m message
	if err := a.get(ctx, "/channels/"+channel+"/messages/"+id, &m); err != nil {
		return nil, err
	}
	m.Channel = firstOf(m.Channel, channel)
	return &m, nil
}

// reader reads the text of a message, knowing the people whom it mentions.
func (a *Adapter) reader(me identity, m *message) reader {
	return reader{
		me: me.user,
		user: func(id string) string {
			for i := range m.Mentions {
				if m.Mentions[i].ID == id {
					return m.Mentions[i].shown(nil)
				}
			}
			return ""
		},
		role: func(id string) (string, bool) {
			r, _ := a.places.role(id)
			return r.Name, r.Tags != nil && r.Tags.Bot == me.user
		},
		channel: func(id string) string {
			if p := a.places.cached(id); p != nil {
				return p.Name
			}
			return ""
		},
	}
}
