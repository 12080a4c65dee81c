package slacktest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// What people do. Each has its effect in the workspace and is handed to the app.

// Said is something that a person wrote.
type Said struct {
	Channel, User, Text string
	Thread              string // answer in it
	SubType             string // "", "file_share", "thread_broadcast", "me_message"
	BotID               string // another app wrote it
	Files               []map[string]any
}

// Store writes a message that the app is not told of: it was away.
func (s *Server) Store(said Said) (ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store(said).TS
}

func (s *Server) store(said Said) *Message {
	c := s.channels[said.Channel]
	if c == nil {
		c = &channel{id: said.Channel, member: true}
		s.channels[said.Channel] = c
	}
	m := &Message{
		Channel: said.Channel, TS: s.stamp(), Thread: said.Thread, User: said.User, Text: said.Text,
		SubType: said.SubType, BotID: said.BotID, Files: said.Files,
	}
	c.messages = append(c.messages, m)
	return m
}

// Say writes a message and tells the app.
func (s *Server) Say(said Said) (ts string, e *Envelope) {
	s.mu.Lock()
	m := s.store(said)
	event := s.event(s.channels[said.Channel], m)
	s.mu.Unlock()
	return m.TS, s.Event(event)
}

// event is the message as an event. The lock is held.
func (s *Server) event(c *channel, m *Message) map[string]any {
	event := s.wire(c, m, false)
	event["channel"], event["event_ts"] = m.Channel, m.TS
	event["channel_type"] = "channel"
	if strings.HasPrefix(m.Channel, "D") {
		event["channel_type"] = "im"
	}
	return event
}

// Mention tells the app of a message again, as app_mention.
func (s *Server) Mention(channel, ts string) *Envelope {
	s.mu.Lock()
	c := s.channels[channel]
	event := s.event(c, c.find(ts))
	s.mu.Unlock()
	event["type"] = "app_mention"
	delete(event, "channel_type")
	return s.Event(event)
}

// Edit changes a message's text and tells the app; with the same text it is
// what Slack reports when a link gets its preview.
func (s *Server) Edit(channel, ts, text string) *Envelope {
	s.mu.Lock()
	c := s.channels[channel]
	m := c.find(ts)
	before := s.wire(c, m, false)
	if text != m.Text {
		m.Text, m.EditedTS = text, s.stamp()
	}
	after := s.wire(c, m, false)
	now := s.stamp()
	s.mu.Unlock()
	return s.Event(map[string]any{
		"type": "message", "subtype": "message_changed", "channel": channel, "hidden": true, "ts": now, "event_ts": now,
		"message": after, "previous_message": before,
	})
}

// Delete removes a message and tells the app.
func (s *Server) Delete(channel, ts string) *Envelope {
	s.mu.Lock()
	c := s.channels[channel]
	before := s.wire(c, c.find(ts), false)
	c.remove(ts)
	now := s.stamp()
	s.mu.Unlock()
	return s.Event(map[string]any{
		"type": "message", "subtype": "message_deleted", "channel": channel, "hidden": true, "deleted_ts": ts, "ts": now,
		"event_ts": now, "previous_message": before,
	})
}

// React puts an emoji on a message and tells the app.
func (s *Server) React(channel, ts, user, emoji string) *Envelope {
	s.mu.Lock()
	now, author := s.stamp(), ""
	if c := s.channels[channel]; c != nil && c.find(ts) != nil {
		m := c.find(ts)
		author = m.User
		m.Reactions = append(m.Reactions, emoji)
	}
	s.mu.Unlock()
	return s.Event(map[string]any{
		"type": "reaction_added", "user": user, "reaction": emoji, "item_user": author, "event_ts": now,
		"item": map[string]any{"type": "message", "channel": channel, "ts": ts},
	})
}

// Trigger gives the person a trigger that opens one form.
func (s *Server) Trigger(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.id("trigger.")
	s.triggers[t], s.owners[t] = false, user
	return t
}

// Command types a slash command, "/incident take INC-1".
func (s *Server) Command(channel, user, line string) (trigger string, e *Envelope) {
	name, args, _ := strings.Cut(line, " ")
	trigger = s.Trigger(user)
	return trigger, s.Push("slash_commands", map[string]string{
		"api_app_id": s.o.AppID, "team_id": s.o.Team, "channel_id": channel, "channel_name": strings.ToLower(channel),
		"user_id": user, "user_name": strings.ToLower(s.nameOf(user)), "command": name, "text": args, "trigger_id": trigger,
		"response_url": "http://" + s.addr + "/unused",
	})
}

func (s *Server) nameOf(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.users[user].Name
}

// Press presses the button that does what id says on a message of the bot's.
func (s *Server) Press(channel, ts, user, id string) (*Envelope, error) {
	button, thread, err := s.button(channel, ts, id)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	now := s.stamp()
	name := s.users[user].Name
	s.mu.Unlock()
	msg := map[string]any{"type": "message", "ts": ts, "user": s.o.BotUser, "bot_id": s.o.BotID}
	box := map[string]any{"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": false}
	if thread != "" {
		msg["thread_ts"], box["thread_ts"] = thread, thread
	}
	return s.Push("interactive", map[string]any{
		"type": "block_actions", "team": map[string]any{"id": s.o.Team}, "api_app_id": s.o.AppID, "trigger_id": s.Trigger(user),
		"user":    map[string]any{"id": user, "name": strings.ToLower(name), "username": strings.ToLower(name), "team_id": s.o.Team},
		"channel": map[string]any{"id": channel}, "container": box, "message": msg,
		"actions": []any{map[string]any{
			"type": "button", "action_id": button.ActionID, "value": button.Value, "block_id": "b", "action_ts": now,
		}},
	}), nil
}

func (s *Server) button(channel, ts, id string) (element, string, error) {
	for _, m := range s.Messages(channel) {
		if m.TS != ts {
			continue
		}
		for _, b := range Buttons(m) {
			if b.ActionID == id {
				return element{ActionID: b.ActionID, Value: b.Value}, m.Thread, nil
			}
		}
	}
	return element{}, "", fmt.Errorf("slacktest: no button %q on %s in %s", id, ts, channel)
}

// Button is a button on a message.
type Button struct{ ActionID, Value, Label, Style string }

// Buttons lists those of a message.
func Buttons(m Message) []Button {
	var blocks []struct {
		Type     string `json:"type"`
		Elements []struct {
			ActionID string `json:"action_id"`
			Value    string `json:"value"`
			Style    string `json:"style"`
			Text     text   `json:"text"`
		} `json:"elements"`
	}
	var out []Button
	// Other blocks have elements of other shapes, which leave the fields empty.
	_ = json.Unmarshal(m.Blocks, &blocks)
	for _, b := range blocks {
		if b.Type != "actions" {
			continue
		}
		for _, e := range b.Elements {
			out = append(out, Button{e.ActionID, e.Value, e.Text.Text, e.Style})
		}
	}
	return out
}

// Submit sends an opened form with the fields given.
func (s *Server) Submit(v View, user string, fields map[string]string) *Envelope {
	values := map[string]any{}
	for name, value := range fields {
		values[name] = map[string]any{name: map[string]any{"type": "plain_text_input", "value": value}}
		if strings.HasPrefix(value, "option:") {
			values[name] = map[string]any{name: map[string]any{
				"type": "static_select", "selected_option": map[string]any{"value": strings.TrimPrefix(value, "option:")},
			}}
		}
	}
	return s.Push("interactive", map[string]any{
		"type": "view_submission", "team": map[string]any{"id": s.o.Team}, "api_app_id": s.o.AppID, "trigger_id": s.Trigger(user),
		"user": map[string]any{"id": user, "name": strings.ToLower(s.nameOf(user)), "team_id": s.o.Team},
		"view": map[string]any{
			"id": v.ID, "type": "modal", "callback_id": v.CallbackID, "private_metadata": v.Value, "hash": "1.abc",
			"state": map[string]any{"values": values},
		},
	})
}

// Shortcut uses a message shortcut on a message.
func (s *Server) Shortcut(channel, ts, user, callback string) *Envelope {
	s.mu.Lock()
	c := s.channels[channel]
	msg := s.wire(c, c.find(ts), false)
	now := s.stamp()
	s.mu.Unlock()
	return s.Push("interactive", map[string]any{
		"type": "message_action", "callback_id": callback, "trigger_id": s.Trigger(user), "message_ts": ts, "action_ts": now,
		"team": map[string]any{"id": s.o.Team}, "channel": map[string]any{"id": channel, "name": strings.ToLower(channel)},
		"user":    map[string]any{"id": user, "name": strings.ToLower(s.nameOf(user)), "team_id": s.o.Team},
		"message": msg,
	})
}
