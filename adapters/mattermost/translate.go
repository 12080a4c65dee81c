package mattermost

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
	"sereno/bot/emoji"
)

// happened hands over what the socket brought.
func (a *Adapter) happened(ctx context.Context, ev *model.WebSocketEvent) {
	s := a.session.Load()
	if s == nil {
		return
	}
	it, err := a.decode(s.at, ev)
	if err != nil {
		a.refused(s.in, "malformed", err)
		return
	}
	a.live(ctx, s, it)
}

// decode reads an event of the WebSocket
// (api.mattermost.com/#tag/WebSocket). Posts and reactions come as JSON in a string.
func (a *Adapter) decode(at *server, ev *model.WebSocketEvent) (arrival, error) {
	data := ev.GetData()
	switch ev.EventType() {
	case model.WebsocketEventPosted, model.WebsocketEventPostEdited, model.WebsocketEventPostDeleted:
		p, err := decodePost(data["post"])
		if err != nil {
			return arrival{}, err
		}
		if kind, ok := data["channel_type"].(string); ok && kind != "" { // only new posts say so
			team, _ := data["team_id"].(string)
			a.channels.learn(p.ChannelId, placeOf(model.ChannelType(kind), team))
		}
		return arrival{lane: p.ChannelId, event: func(ctx context.Context) *bot.Event {
			switch ev.EventType() {
			case model.WebsocketEventPosted:
				return a.posted(ctx, at, p)
			case model.WebsocketEventPostEdited:
				return a.edited(ctx, at, p)
			}
			return a.deleted(ctx, at, p)
		}}, nil
	case model.WebsocketEventReactionAdded:
		r, err := decodeReaction(data["reaction"])
		if err != nil {
			return arrival{}, err
		}
		channel := r.ChannelId // servers before 6 do not name it there
		if b := ev.GetBroadcast(); channel == "" && b != nil {
			channel = b.ChannelId
		}
		if !model.IsValidId(channel) {
			return arrival{}, malformed("a reaction without its channel")
		}
		return arrival{lane: channel, event: func(ctx context.Context) *bot.Event { return a.reacted(ctx, at, channel, r, nil) }}, nil
	}
	return arrival{}, nil
}

func decodePost(v any) (*model.Post, error) {
	text, ok := v.(string)
	var p model.Post
	if !ok || json.Unmarshal([]byte(text), &p) != nil {
		return nil, malformed("a post that cannot be read")
	}
	if !model.IsValidId(p.Id) || !model.IsValidId(p.ChannelId) || !isInstant(p.CreateAt) {
		return nil, malformed("a post without its id, channel or time")
	}
	return &p, nil
}

func decodeReaction(v any) (*model.Reaction, error) {
	text, ok := v.(string)
	var r model.Reaction
	if !ok || json.Unmarshal([]byte(text), &r) != nil {
		return nil, malformed("a reaction that cannot be read")
	}
	if !model.IsValidId(r.PostId) || !model.IsValidId(r.UserId) || r.EmojiName == "" || !isInstant(r.CreateAt) {
		return nil, malformed("a reaction to nothing, or by nobody")
	}
	return &r, nil
}

// isInstant reports whether the milliseconds are of an age in which posts are written.
func isInstant(ms int64) bool { return ms > 0 && ms < 1<<43 } // until the year 2248

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// posted puts a message into the core's words; nil when a person did not write it.
func (a *Adapter) posted(ctx context.Context, at *server, p *model.Post) *bot.Event {
	e := a.about(ctx, at, p)
	if e == nil {
		return nil
	}
	e.Kind, e.Key, e.At = bot.MessagePosted, postKey(p.Id), instant(p.CreateAt)
	e.Files = a.files(p)
	return e
}

// edited: a message now reads otherwise. The server also reports pins, link
// previews and first replies so: those leave the time of the edit as it was,
// and so give no new key, or none at all.
func (a *Adapter) edited(ctx context.Context, at *server, p *model.Post) *bot.Event {
	if !isInstant(p.EditAt) || p.DeleteAt != 0 {
		return nil
	}
	e := a.about(ctx, at, p)
	if e == nil {
		return nil
	}
	e.Kind, e.At = bot.MessageEdited, instant(p.EditAt)
	e.Key = fmt.Sprintf("%s:edit:%d", postKey(p.Id), p.EditAt)
	e.Files = a.files(p)
	return e
}

// deleted: a message is gone. The event names the author, for the server does
// not tell everybody who did it.
func (a *Adapter) deleted(ctx context.Context, at *server, p *model.Post) *bot.Event {
	e := a.about(ctx, at, p)
	if e == nil {
		return nil
	}
	e.Kind, e.Key = bot.MessageDeleted, postKey(p.Id)+":delete"
	e.Text, e.Markdown, e.Mentioned = "", "", false
	e.At = a.clock.Now().UTC()
	if isInstant(p.DeleteAt) {
		e.At = instant(p.DeleteAt)
	}
	return e
}

// about fills in what is the same in everything that concerns a message; nil
// when a person did not write it.
func (a *Adapter) about(ctx context.Context, at *server, p *model.Post) *bot.Event {
	if !mayBePersons(at, p) {
		return nil
	}
	who := a.people.get(ctx, p.UserId)
	if who.bot {
		return nil
	}
	where := a.channels.get(ctx, p.ChannelId)
	e := &bot.Event{
		Platform: Platform,
		Channel:  p.ChannelId,
		Direct:   where.direct,
		Thread:   p.RootId,
		Message:  p.Id,
		User:     p.UserId,
		UserName: who.name,
		UserTeam: a.home(at, who, where, p),
		Groups:   a.groupsOf(ctx, p.UserId),
	}
	e.Text, e.Markdown, e.Mentioned = a.reader(ctx, at).read(p.Message)
	return e
}

// mayBePersons reports whether the post, by what it says of itself, was written
// by a person: not by us, a bot, a webhook, a plugin or the server. A post with
// an original is the old text of one that was edited.
func mayBePersons(at *server, p *model.Post) bool {
	if p.UserId == "" || p.UserId == at.me || p.OriginalId != "" {
		return false
	}
	switch p.Type {
	case model.PostTypeDefault, model.PostTypeMe:
	default:
		return false
	}
	for _, prop := range []string{model.PostPropsFromBot, model.PostPropsFromWebhook, model.PostPropsFromPlugin} {
		if v := p.GetProp(prop); v == "true" || v == true {
			return false
		}
	}
	return true
}

// home is where a person belongs: the server of a shared channel's other side,
// else the team.
func (a *Adapter) home(at *server, who person, where place, p *model.Post) string {
	remote := ""
	if p != nil {
		remote = p.GetRemoteID()
	}
	return firstOf(who.remote, remote, where.team, at.team())
}

// reacted: for the emoji that stand for an action, the message is fetched unless
// it is at hand, so that it can be acted on even if it was written before the
// bot came. When it cannot be had in time the event goes without.
func (a *Adapter) reacted(ctx context.Context, at *server, channel string, r *model.Reaction, p *model.Post) *bot.Event {
	if r.UserId == at.me || r.DeleteAt != 0 {
		return nil
	}
	who := a.people.get(ctx, r.UserId)
	if who.bot {
		return nil
	}
	where := a.channels.get(ctx, channel)
	name := emoji.Common(r.EmojiName)
	e := &bot.Event{
		Key:      fmt.Sprintf("%s:reaction:%s:%s:%d", postKey(r.PostId), r.EmojiName, r.UserId, r.CreateAt),
		Platform: Platform,
		Kind:     bot.Reacted,
		At:       instant(r.CreateAt),
		Channel:  channel,
		Direct:   where.direct,
		Message:  r.PostId,
		User:     r.UserId,
		UserName: who.name,
		UserTeam: a.home(at, who, where, nil),
		Groups:   a.groupsOf(ctx, r.UserId),
		Reaction: name,
	}
	if a.acting(name) {
		if p == nil {
			p = a.fetch(ctx, r.PostId)
		}
		if p != nil && p.ChannelId == channel {
			author := a.people.get(ctx, p.UserId)
			e.Thread = p.RootId
			e.Text, e.Markdown, _ = a.reader(ctx, at).read(p.Message)
			e.Author = &bot.Author{User: p.UserId, Name: author.name, Team: a.home(at, author, where, p), At: instant(p.CreateAt)}
		}
	}
	return e
}

// fetch reads one post; nil when it cannot be had in time.
func (a *Adapter) fetch(ctx context.Context, id string) *model.Post {
	p, err := within(ctx, a, a.tune.lookup, func(ctx context.Context) (*model.Post, *model.Response, error) {
		return a.api.GetPost(ctx, id, "")
	})
	if err != nil {
		a.log.Warn("cannot read the message that was reacted to", "message", id, "err", err)
		return nil
	}
	return p
}

func postKey(id string) string { return Platform + ":" + id }
