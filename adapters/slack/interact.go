package slack

import (
	"context"
	"net/url"
	"strings"

	"sereno/bot"
)

// The callback ids of the shortcuts: the one in a message's menu opens an
// incident about it, the one beside the message field opens a form for one.
const (
	Shortcut       = "open_incident"
	GlobalShortcut = "report_incident"
)

// reportLine is what somebody would have typed instead of using the global shortcut.
const reportLine = "/incident new"

// decodeCommand reads a slash command that came as JSON, over a socket.
func (a *Adapter) decodeCommand(me identity, payload []byte) (arrival, error) {
	var c command
	if err := decode(payload, &c); err != nil {
		return arrival{}, err
	}
	return a.typed(c)
}

// commandForm reads a slash command that came as a form, over HTTP.
func commandForm(v url.Values) command {
	return command{
		AppID: v.Get("api_app_id"), TeamID: v.Get("team_id"), ChannelID: v.Get("channel_id"), ChannelName: v.Get("channel_name"),
		EnterpriseID: v.Get("enterprise_id"),
		UserID:       v.Get("user_id"), UserName: v.Get("user_name"), Command: v.Get("command"), Text: v.Get("text"), TriggerID: v.Get("trigger_id"),
	}
}

// typed: Slack gives a command no time and no id but the trigger, which is
// new each time that somebody presses enter.
func (a *Adapter) typed(c command) (arrival, error) {
	if c.UserID == "" || c.TriggerID == "" || !strings.HasPrefix(c.Command, "/") {
		return arrival{}, malformed("a command without its person, name or trigger")
	}
	at := a.clock.Now().UTC()
	return arrival{lane: "by:" + c.UserID, event: func(ctx context.Context) *bot.Event {
		a.people.learn(c.UserID, c.UserName, c.TeamID)
		args, _ := a.reader(ctx, identity{}).plain(c.Text)
		who := a.people.get(ctx, c.UserID)
		return &bot.Event{
			Key:      Platform + ":command:" + c.TriggerID,
			Platform: Platform,
			Kind:     bot.CommandTyped,
			At:       at,
			Channel:  c.ChannelID,
			Direct:   strings.HasPrefix(c.ChannelID, "D"),
			User:     c.UserID,
			UserName: who.name,
			UserTeam: a.belongs(who, c.TeamID, c.EnterpriseID),
			Groups:   a.groups.of(c.UserID),
			Text:     strings.TrimSpace(c.Command + " " + args),
			Trigger:  c.TriggerID,
		}
	}}, nil
}

// decodeInteraction reads a press, a sent form or a shortcut.
func (a *Adapter) decodeInteraction(me identity, payload []byte) (arrival, error) {
	var i interaction
	if err := decode(payload, &i); err != nil {
		return arrival{}, err
	}
	if i.Type == "" || i.User.ID == "" {
		return arrival{}, malformed("an interaction without its type or person")
	}
	switch i.Type {
	case "block_actions":
		return a.press(i)
	case "view_submission":
		return a.form(i)
	case "message_action":
		return a.shortcut(me, i)
	case "shortcut":
		return a.globalShortcut(i)
	}
	return arrival{}, nil
}

// by fills in who did it, and what the shortest-lived part of it is: the trigger.
func (a *Adapter) by(ctx context.Context, i *interaction) *bot.Event {
	a.people.learn(i.User.ID, firstOf(i.User.Name, i.User.UserName), i.User.TeamID)
	who := a.people.get(ctx, i.User.ID)
	return &bot.Event{
		Platform: Platform,
		User:     i.User.ID,
		UserName: firstOf(who.name, i.User.Name, i.User.UserName),
		UserTeam: firstOf(a.belongs(who, i.User.TeamID), i.Team.ID),
		Groups:   a.groups.of(i.User.ID),
		Trigger:  i.TriggerID,
	}
}

func (a *Adapter) press(i interaction) (arrival, error) {
	channel := firstOf(i.Channel.ID, i.Container.ChannelID)
	if channel == "" && i.View.Type != "home" { // in a form: none of its inputs acts on its own
		return arrival{}, nil
	}
	if len(i.Actions) == 0 {
		return arrival{}, malformed("a press of nothing")
	}
	act := i.Actions[0] // Slack sends one at a time
	if act.Type != "button" {
		return arrival{}, nil
	}
	m := message{TS: i.Container.MessageTS, ThreadTS: i.Container.ThreadTS}
	if i.Message != nil {
		m.TS, m.ThreadTS = firstOf(m.TS, i.Message.TS), firstOf(m.ThreadTS, i.Message.ThreadTS)
	}
	if channel == "" {
		return a.pressAtHome(i)
	}
	if act.ActionID == "" || act.ActionTS == "" || !isTS(m.TS) {
		return arrival{}, malformed("a press without its button, message or time")
	}
	return arrival{lane: "by:" + i.User.ID, event: func(ctx context.Context) *bot.Event {
		e := a.by(ctx, &i)
		e.Kind = bot.ButtonPressed
		e.Key = messageKey(channel, m.TS) + ":press:" + act.ActionID + ":" + i.User.ID + ":" + act.ActionTS
		e.At = a.at(act.ActionTS)
		e.Channel, e.Direct = channel, strings.HasPrefix(channel, "D")
		e.Message, e.Thread = m.TS, m.thread()
		e.Button, e.Value = buttonID(act.ActionID), act.Value
		return e
	}}, nil
}

// pressAtHome: a button on the person's own page, which is in no channel.
func (a *Adapter) pressAtHome(i interaction) (arrival, error) {
	act := i.Actions[0]
	if act.ActionID == "" || act.ActionTS == "" {
		return arrival{}, malformed("a press without its button or time")
	}
	return arrival{lane: "by:" + i.User.ID, event: func(ctx context.Context) *bot.Event {
		e := a.by(ctx, &i)
		e.Kind = bot.ButtonPressed
		e.Key = Platform + ":home:" + i.User.ID + ":press:" + act.ActionID + ":" + act.ActionTS
		e.At = a.at(act.ActionTS)
		e.Button, e.Value = buttonID(act.ActionID), act.Value
		return e
	}}, nil
}

// globalShortcut: somebody wants to report an incident, wherever they are. It
// comes with no channel, and is to the core as if it had been typed.
func (a *Adapter) globalShortcut(i interaction) (arrival, error) {
	if i.CallbackID != GlobalShortcut {
		return arrival{}, nil
	}
	if i.TriggerID == "" {
		return arrival{}, malformed("a shortcut without its trigger")
	}
	return arrival{lane: "by:" + i.User.ID, event: func(ctx context.Context) *bot.Event {
		e := a.by(ctx, &i)
		e.Kind = bot.CommandTyped
		e.Key = Platform + ":shortcut:" + i.TriggerID
		e.At = a.at(i.ActionTS)
		e.Text = reportLine
		return e
	}}, nil
}

func (a *Adapter) form(i interaction) (arrival, error) {
	if i.View.ID == "" || firstOf(i.TriggerID, i.View.Hash) == "" {
		return arrival{}, malformed("a form without its id")
	}
	at := a.clock.Now().UTC()
	return arrival{lane: "by:" + i.User.ID, event: func(ctx context.Context) *bot.Event {
		e := a.by(ctx, &i)
		e.Kind = bot.FormSent
		e.Key = Platform + ":form:" + i.View.ID + ":" + firstOf(i.TriggerID, i.View.Hash)
		e.At = at
		e.Form, e.Value = i.View.CallbackID, i.View.Value
		e.Fields = map[string]string{}
		for _, inputs := range i.View.State.Values {
			for name, v := range inputs {
				e.Fields[name] = v.Value
				if v.Selected != nil {
					e.Fields[name] = v.Selected.Value
				}
			}
		}
		return e
	}}, nil
}

// shortcut: somebody, perhaps an agent, asks for an incident about a message
// that somebody, perhaps a customer, wrote. User is the first, Fields name the
// second, Text is the message's.
func (a *Adapter) shortcut(me identity, i interaction) (arrival, error) {
	if i.CallbackID != Shortcut {
		return arrival{}, nil
	}
	if i.Message == nil || i.Channel.ID == "" || i.TriggerID == "" || !isTS(firstOf(i.MessageTS, i.Message.TS)) {
		return arrival{}, malformed("a shortcut without its message")
	}
	m := *i.Message
	m.TS = firstOf(i.MessageTS, m.TS)
	return arrival{lane: "by:" + i.User.ID, event: func(ctx context.Context) *bot.Event {
		e := a.by(ctx, &i)
		e.Kind = bot.OpenAsked
		e.Key = messageKey(i.Channel.ID, m.TS) + ":open:" + i.TriggerID
		e.At = a.at(i.ActionTS)
		e.Channel, e.Direct = i.Channel.ID, strings.HasPrefix(i.Channel.ID, "D")
		e.Message, e.Thread = m.TS, m.thread()
		e.Text, e.Markdown, _ = a.reader(ctx, me).read(&m)
		e.Author, e.Files = a.author(ctx, &m), a.attached(ctx, m.Files)
		return e
	}}, nil
}
