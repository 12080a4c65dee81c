package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/bwmarrin/discordgo"

	"sereno/adapters/internal/gaps"
	"sereno/bot"
)

// arrival is a payload that was understood but not yet put into the core's
// words: that may need Discord to be asked, and so waits for its turn.
type arrival struct {
	// lane is the order that it keeps to.
	lane string
	// event answers nil when there is nothing in it for the bot, and an error
	// when Discord must be asked again.
	event func(ctx context.Context) (*bot.Event, error)
}

// dispatch takes one event of the gateway. What concerns our knowledge of the
// server is noted at once, before what is said there is read.
func (a *Adapter) dispatch(ctx context.Context, e *discordgo.Event) {
	s := a.session.Load()
	if s == nil {
		return
	}
	if e.Type == "INTERACTION_CREATE" {
		if err := a.interaction(ctx, s, e.RawData); err != nil {
			a.malformed(e.Type, err)
		}
		return
	}
	it, err := a.understand(s, e)
	if err != nil {
		a.malformed(e.Type, err)
		return
	}
	for _, one := range it {
		a.take(ctx, s, one)
	}
}

// understand reads one event.
func (a *Adapter) understand(s *session, e *discordgo.Event) ([]arrival, error) {
	switch e.Type {
	case "MESSAGE_CREATE":
		return a.decodeMessage(s.me, e.RawData, false)
	case "MESSAGE_UPDATE":
		return a.decodeMessage(s.me, e.RawData, true)
	case "MESSAGE_DELETE", "MESSAGE_DELETE_BULK":
		return a.decodeDeletion(e.RawData)
	case "MESSAGE_REACTION_ADD":
		return a.decodeReaction(s.me, e)
	}
	return nil, a.learn(e)
}

// learn notes what the gateway says of servers, channels, threads and roles.
func (a *Adapter) learn(e *discordgo.Event) error {
	switch e.Type {
	case "GUILD_CREATE":
		var g guild
		if err := decode(e.RawData, &g); err != nil {
			return err
		}
		a.places.learn(g.ID, g.Channels...)
		a.places.learn(g.ID, g.Threads...)
		a.places.learnRoles(g.Roles...)
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE":
		var p place
		if err := decode(e.RawData, &p); err != nil {
			return err
		}
		a.places.learn(p.Guild, p)
	case "CHANNEL_DELETE", "THREAD_DELETE", "GUILD_ROLE_DELETE":
		var gone struct {
			ID   string `json:"id"`
			Role string `json:"role_id"`
		}
		if err := decode(e.RawData, &gone); err != nil {
			return err
		}
		a.places.forget(firstOf(gone.Role, gone.ID))
	case "THREAD_LIST_SYNC":
		var sync struct {
			Guild   string  `json:"guild_id"`
			Threads []place `json:"threads"`
		}
		if err := decode(e.RawData, &sync); err != nil {
			return err
		}
		a.places.learn(sync.Guild, sync.Threads...)
	case "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE":
		var r struct {
			Role role `json:"role"`
		}
		if err := decode(e.RawData, &r); err != nil {
			return err
		}
		a.places.learnRoles(r.Role)
	}
	return nil
}

// laneOf is the order that what happens in a channel keeps to: its parent's, if
// it is a thread that is known.
func (a *Adapter) laneOf(channel string) string {
	if p := a.places.cached(channel); p != nil && p.thread() && p.Parent != "" {
		return p.Parent
	}
	return channel
}

// acceptAgain is the longest wait before an event is offered to the inbox again.
const acceptAgain = 5 * time.Second

// take hands one arrival to the inbox, in its turn. What the inbox does not
// take is offered until it does or we stop: Discord will not bring it again.
func (a *Adapter) take(ctx context.Context, s *session, it arrival) {
	a.lanes.Run(it.lane, func() {
		wait := a.waits()
		wait.Max = min(wait.Max, acceptAgain)
		for {
			e, err := it.event(ctx)
			if err == nil && e == nil {
				return
			}
			if err == nil {
				err = a.accept(ctx, s.in, *e)
			}
			if err == nil {
				return
			}
			if refused(err) { // asked about, and we may not know
				a.log.Warn("passing over what discord will not explain", "err", err)
				return
			}
			if ctx.Err() == nil {
				a.log.Warn("not accepted yet", "err", err)
			}
			if wait.Pause(ctx, retryAfter(err)) != nil {
				return
			}
		}
	})
}

// accept makes a live event durable. A message waits for those before it, and
// its edit or deletion for the message; what has no place in the order of the
// history does not.
func (a *Adapter) accept(ctx context.Context, in bot.Inbox, e bot.Event) error {
	switch e.Kind {
	case bot.MessagePosted, bot.MessageEdited, bot.MessageDeleted:
		if err := a.history.Wait(ctx, e.Channel, gaps.Forever); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, a.tune.accept)
	defer cancel()
	if err := in.Accept(ctx, e); err != nil {
		return fmt.Errorf("accept %s: %w", e.Key, err)
	}
	if e.Kind == bot.MessagePosted {
		a.history.Met(e.Channel, e.Message)
	}
	return nil
}

// malformed counts and logs what is not let in. The payload is not logged: it
// holds people's words and what answers interactions.
func (a *Adapter) malformed(what string, err error) {
	a.log.Warn("refused what came in", "what", what, "err", err)
	if s := a.session.Load(); s != nil {
		s.in.Refused(Platform, "malformed")
	}
}

// one is a single arrival.
func one(lane string, event func(context.Context) (*bot.Event, error)) []arrival {
	return []arrival{{lane, event}}
}

// raw is a payload as it came.
type raw = json.RawMessage
