package discord

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sereno/bot"
)

// The types of interactions
// (https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-type).
const (
	interactionCommand  = 2
	interactionPress    = 3
	interactionComplete = 4
	interactionForm     = 5
)

// interaction is what somebody did with a command, button or form of ours.
type interaction struct {
	ID      string   `json:"id"`
	App     string   `json:"application_id"`
	Type    int      `json:"type"`
	Token   string   `json:"token"`
	Guild   string   `json:"guild_id"`
	Channel string   `json:"channel_id"`
	At      *place   `json:"channel"`
	Member  *member  `json:"member"`
	User    *user    `json:"user"`
	Message *message `json:"message"`
	Data    struct {
		Name       string      `json:"name"`
		Type       int         `json:"type"` // of the command
		Target     string      `json:"target_id"`
		Options    []option    `json:"options"`
		ID         string      `json:"custom_id"`
		Component  int         `json:"component_type"`
		Values     []string    `json:"values"`
		Components []component `json:"components"`
		Resolved   struct {
			Messages map[string]message `json:"messages"`
		} `json:"resolved"`
	} `json:"data"`
}

// option is a verb or an argument.
type option struct {
	Name    string   `json:"name"`
	Type    int      `json:"type"`
	Value   any      `json:"value"`
	Options []option `json:"options"`
	Focused bool     `json:"focused"`
}

func (o *option) text() string {
	if o.Value == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(o.Value))
}

func (i *interaction) who() *user {
	if i.Member != nil && i.Member.User != nil {
		return i.Member.User
	}
	return i.User
}

func (i *interaction) trigger() trigger {
	t := trigger{id: i.ID, app: i.App, token: i.Token, kind: byCommand}
	switch {
	case i.Type == interactionPress:
		t.kind = byButton
	case i.Type == interactionForm && i.Message != nil:
		t.kind = byButtonsForm
	case i.Type == interactionForm:
		t.kind = byForm
	}
	return t
}

// interaction takes a command, press, form or question for choices. It is
// accepted within the time that Discord gives, or not at all: the person then
// sees that it failed, and does it again.
func (a *Adapter) interaction(ctx context.Context, s *session, data raw) error {
	came := time.Now()
	var i interaction
	if err := decode(data, &i); err != nil {
		return err
	}
	who := i.who()
	if !isSnowflake(i.ID) || !isSnowflake(i.App) || !isToken(i.Token) || who == nil || !isSnowflake(who.ID) || !isSnowflake(i.Channel) {
		return malformed("an interaction without its id, token, person or channel")
	}
	if !a.listensTo(i.Guild) {
		return nil
	}
	if i.At != nil && i.At.ID == i.Channel && a.places.cached(i.Channel) == nil {
		a.places.learn(i.Guild, *i.At)
	}
	if i.Type == interactionComplete {
		a.lanes.Run("complete:"+i.ID, func() { a.complete(ctx, s, &i) })
		return nil
	}
	fill, err := a.meaning(s.me, &i)
	if fill == nil || err != nil {
		return err
	}
	a.lanes.Run("by:"+who.ID, func() {
		w := a.pending.begin(i.ID)
		if err := a.acceptNow(ctx, s.in, &i, fill, came); err != nil {
			a.pending.end(i.ID)
			a.log.Error("somebody's command, press or form was not taken; discord tells them that it failed", "err", err)
			return
		}
		a.await(ctx, w, i.trigger(), came)
	})
	return nil
}

// acceptNow makes it durable in the time that is left for the first answer.
func (a *Adapter) acceptNow(ctx context.Context, in bot.Inbox, i *interaction, fill filler, came time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, a.tune.hold-time.Since(came)+a.tune.hold/3)
	defer cancel()
	e, err := a.byWhom(ctx, i)
	if err != nil {
		return err
	}
	if err := fill(ctx, e); err != nil {
		return err
	}
	if err := in.Accept(ctx, *e); err != nil {
		return fmt.Errorf("accept %s: %w", e.Key, err)
	}
	return nil
}

// byWhom fills in who did it, where and when, and what answers it.
func (a *Adapter) byWhom(ctx context.Context, i *interaction) (*bot.Event, error) {
	at, parent, err := a.locate(ctx, i.Channel)
	if err != nil {
		return nil, fmt.Errorf("where somebody did it: %w", err)
	}
	e := &bot.Event{
		Key: Platform + ":interaction:" + i.ID, Platform: Platform, At: instant(i.ID),
		Channel: parent.ID, Direct: i.Guild == "", Trigger: i.trigger().String(),
	}
	if at != parent {
		e.Thread = at.ID
	}
	a.author(e, i.who(), i.Member, i.Guild)
	return e, nil
}

// filler puts what an interaction means into an event.
type filler func(ctx context.Context, e *bot.Event) error

// meaning answers what the interaction is for the bot; nil when it is nothing.
func (a *Adapter) meaning(me identity, i *interaction) (filler, error) {
	switch {
	case i.Type == interactionCommand && i.Data.Type == messageCommand:
		return a.openAsked(me, i)
	case i.Type == interactionCommand && i.Data.Type == chatCommand && i.Data.Name != "":
		line := a.specs.line(i.Data.Name, i.Data.Options)
		return func(_ context.Context, e *bot.Event) error {
			e.Kind, e.Text = bot.CommandTyped, line
			return nil
		}, nil
	case i.Type == interactionPress:
		return a.pressed(i)
	case i.Type == interactionForm:
		id, value := readCustomID(i.Data.ID)
		if id == "" {
			return nil, malformed("a form without its id")
		}
		return func(_ context.Context, e *bot.Event) error {
			e.Kind, e.Form, e.Value, e.Fields = bot.FormSent, id, value, fields(i.Data.Components)
			return nil
		}, nil
	}
	return nil, nil
}

// pressed: a button, or a choice from a menu, whose choice is its value.
func (a *Adapter) pressed(i *interaction) (filler, error) {
	if i.Message == nil || !isSnowflake(i.Message.ID) || i.Data.ID == "" {
		return nil, malformed("a press without its message or button")
	}
	id, value := readCustomID(i.Data.ID)
	if len(i.Data.Values) > 0 {
		value = i.Data.Values[0]
	}
	return func(_ context.Context, e *bot.Event) error {
		e.Kind, e.Message, e.Button, e.Value = bot.ButtonPressed, i.Message.ID, id, value
		if e.Thread == "" && i.Message.Reference != nil && i.Message.Reference.Type == 0 {
			e.Thread = i.Message.Reference.Message
		}
		return nil
	}, nil
}

// openAsked: somebody, perhaps an agent, asks for an incident about a message
// that somebody, perhaps a customer, wrote.
func (a *Adapter) openAsked(me identity, i *interaction) (filler, error) {
	m, ok := i.Data.Resolved.Messages[i.Data.Target]
	if !ok || !isSnowflake(m.ID) {
		return nil, malformed("a message command without its message")
	}
	m.Channel, m.Guild = firstOf(m.Channel, i.Channel), i.Guild
	return func(ctx context.Context, e *bot.Event) error {
		about, err := a.about(ctx, me, &m)
		if err != nil {
			return err
		}
		e.Kind, e.Message, e.Thread = bot.OpenAsked, m.ID, about.Thread
		e.Text, e.Markdown, e.Files = about.Text, about.Markdown, about.Files
		if about.User != "" {
			e.Author = &bot.Author{User: about.User, Name: about.UserName, Team: about.UserTeam, At: instant(m.ID)}
		}
		return nil
	}, nil
}

// complete answers what a half-typed argument could be. When it cannot in time,
// nothing is offered, and what the person types is taken as it is.
func (a *Adapter) complete(ctx context.Context, s *session, i *interaction) {
	choices := []any{}
	kind, typed, ok := a.specs.focused(i.Data.Name, i.Data.Options)
	if e, err := a.byWhom(ctx, i); ok && err == nil {
		found, err := within(ctx, a.tune.complete, func(ctx context.Context) ([]bot.Option, error) {
			return s.in.Complete(ctx, bot.Completion{
				Platform: Platform, Channel: e.Channel, Thread: e.Thread, User: e.User, UserName: e.UserName, UserTeam: e.UserTeam,
				Groups: e.Groups, Kind: kind, Typed: typed,
			})
		})
		if err != nil {
			a.log.Warn("no choices for what is being typed", "err", err)
		}
		for _, o := range found {
			if length(o.Value) <= maxChoice && o.Value != "" && len(choices) < maxChoices {
				choices = append(choices, map[string]any{"name": cut(firstOf(oneLine(o.Label), o.Value), maxChoice), "value": o.Value})
			}
		}
	}
	if err := a.respond(ctx, i.trigger(), callbackChoices, map[string]any{"choices": choices}, nil); err != nil && ctx.Err() == nil {
		a.log.Debug("cannot offer choices", "err", err)
	}
}
