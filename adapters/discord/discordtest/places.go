package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// place is a channel object. The lock is held.
func (s *Server) place(ch *channel) map[string]any {
	out := map[string]any{"id": ch.id, "type": ch.kind, "name": ch.name}
	if ch.guild != "" {
		out["guild_id"] = ch.guild
	}
	if ch.overwrites != nil {
		out["permission_overwrites"] = ch.overwrites
	}
	if ch.person != "" {
		out["recipients"] = []any{s.user(s.users[ch.person])}
		delete(out, "name")
	}
	for _, m := range ch.messages {
		if m.only == "" {
			out["last_message_id"] = m.id
		}
	}
	if ch.thread() {
		out["parent_id"] = ch.parent
		out["thread_metadata"] = map[string]any{
			"archived": ch.archived, "locked": ch.locked, "auto_archive_duration": 10080,
			"archive_timestamp": ch.archivedAt.UTC().Format("2006-01-02T15:04:05.000000+00:00"),
		}
	}
	return out
}

// guild is the server as GUILD_CREATE and Get Guild give it. The lock is held.
func (s *Server) guild() map[string]any {
	channels, threads, roles := []any{}, []any{}, []any{}
	for _, id := range s.order {
		ch := s.channels[id]
		switch {
		case ch.thread() && !ch.archived:
			threads = append(threads, s.place(ch))
		case ch.guild != "" && !ch.thread():
			channels = append(channels, s.place(ch))
		}
	}
	for _, r := range s.roles {
		one := map[string]any{"id": r.ID, "name": r.Name, "permissions": fmt.Sprint(r.Permissions)}
		if r.BotID != "" {
			one["tags"] = map[string]any{"bot_id": r.BotID}
		}
		roles = append(roles, one)
	}
	return map[string]any{"id": Guild, "name": "Faro", "owner_id": Owner, "channels": channels, "threads": threads, "roles": roles}
}

func (s *Server) active() answer {
	threads := []any{}
	for _, id := range slices.Backward(s.order) {
		if ch := s.channels[id]; ch.thread() && !ch.archived {
			threads = append(threads, s.place(ch))
		}
	}
	return ok(map[string]any{"threads": threads, "members": []any{}})
}

func (s *Server) archived(parent *channel, c *call) answer {
	var found []*channel
	for _, id := range s.order {
		if ch := s.channels[id]; ch.thread() && ch.archived && ch.parent == parent.id {
			found = append(found, ch)
		}
	}
	slices.SortFunc(found, func(x, y *channel) int { return y.archivedAt.Compare(x.archivedAt) })
	if before, err := time.Parse(time.RFC3339Nano, c.query.Get("before")); err == nil {
		found = slices.DeleteFunc(found, func(ch *channel) bool { return !ch.archivedAt.Before(before) })
	}
	threads := []any{}
	for _, ch := range found[:min(len(found), 2)] { // pages are short, so that tests see several
		threads = append(threads, s.place(ch))
	}
	return ok(map[string]any{"threads": threads, "members": []any{}, "has_more": len(found) > 2})
}

func (s *Server) beginThread(ch *channel, m *message, c *call) answer {
	var d struct {
		Name string `json:"name"`
		Auto int    `json:"auto_archive_duration"`
	}
	if json.Unmarshal(c.body, &d) != nil || chars(d.Name) < 1 || chars(d.Name) > 100 || !slices.Contains([]int{60, 1440, 4320, 10080}, d.Auto) {
		return invalid("name: 1 to 100 in length")
	}
	switch {
	case s.channels[m.id] != nil:
		return refusal(http.StatusBadRequest, 160004, "A thread has already been created for this message")
	case ch.kind != 0 || s.noThreads[ch.id]:
		return refusal(http.StatusBadRequest, 50024, "Cannot execute action on this channel type")
	}
	return ok(s.place(s.begin(ch, m, d.Name)))
}

// begin makes a thread of a message. The lock is held.
func (s *Server) begin(ch *channel, m *message, name string) *channel {
	t := &channel{id: m.id, name: name, kind: 11, guild: ch.guild, parent: ch.id}
	s.channels[t.id] = t
	s.order = append(s.order, t.id)
	m.thread = true
	created := s.place(t)
	created["newly_created"] = true
	s.dispatch("THREAD_CREATE", created, false)
	s.dispatch("MESSAGE_UPDATE", s.inGuild(ch, s.message(m, true), s.users[m.author]), false)
	s.add(t, &message{author: m.author, kind: 21}, false)
	return t
}

func (s *Server) changeThread(ch *channel, c *call) answer {
	var d struct {
		Archived *bool `json:"archived"`
	}
	if json.Unmarshal(c.body, &d) != nil || d.Archived == nil || !ch.thread() {
		return invalid("archived")
	}
	if ch.locked {
		return refusal(http.StatusForbidden, 50013, "Missing Permissions")
	}
	ch.archived = *d.Archived
	return ok(s.place(ch))
}

// NoThreads lets nobody begin a thread in the channel.
func (s *Server) NoThreads(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.noThreads == nil {
		s.noThreads = map[string]bool{}
	}
	s.noThreads[channel] = true
}

// Archive puts a thread away, and locks it if asked to.
func (s *Server) Archive(thread string, lock bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.channels[thread]
	t.archived, t.locked, t.archivedAt = true, lock, time.Now()
	s.dispatch("THREAD_UPDATE", s.place(t), false)
}

// Thread is the name of a thread, "" when there is none.
func (s *Server) Thread(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.channels[id]; t != nil && t.thread() {
		return t.name
	}
	return ""
}

// Start begins a thread without a message in the channel, or a post in a forum
// with one, and answers its id.
func (s *Server) Start(user, in, name, text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &channel{id: s.id(), name: name, kind: 11, guild: Guild, parent: in}
	s.channels[t.id] = t
	s.order = append(s.order, t.id)
	created := s.place(t)
	created["newly_created"] = true
	s.dispatch("THREAD_CREATE", created, false)
	if s.channels[in].kind != 15 {
		return t.id
	}
	m := &message{id: t.id, channel: t.id, author: user, content: s.written(text)}
	t.messages = append(t.messages, m)
	s.dispatch("MESSAGE_CREATE", s.inGuild(t, s.message(m, true), s.users[user]), true)
	return t.id
}

// openDirect is Create DM.
func (s *Server) openDirect(c *call) answer {
	var d struct {
		User string `json:"recipient_id"`
	}
	if json.Unmarshal(c.body, &d) != nil || s.users[d.User] == nil {
		return unknownUser
	}
	if s.users[d.User].Bot {
		return refusal(http.StatusBadRequest, 50007, "Cannot send messages to this user")
	}
	return ok(s.place(s.direct(d.User)))
}

// direct is the person's conversation with the bot. The lock is held.
func (s *Server) direct(user string) *channel {
	for _, ch := range s.channels {
		if ch.person == user {
			return ch
		}
	}
	ch := &channel{id: s.id(), kind: 1, person: user}
	s.channels[ch.id] = ch
	s.order = append(s.order, ch.id)
	return ch
}

// register is Bulk Overwrite Application Commands.
func (s *Server) register(c *call) answer {
	var all []map[string]any
	if json.Unmarshal(c.body, &all) != nil {
		return invalid("not a list of commands")
	}
	for _, one := range all {
		if wrong := wrongCommand(one, 0); wrong != "" {
			return invalid(wrong)
		}
		one["id"], one["application_id"], one["version"] = s.id(), App, s.id()
		if one["description"] == nil {
			one["description"] = ""
		}
		one["default_member_permissions"], one["nsfw"] = nil, false
	}
	s.commands = encode(all)
	s.puts++
	return answer{status: http.StatusOK, body: s.commands}
}

// wrongCommand finds what the documentation says is refused.
func wrongCommand(c map[string]any, depth int) string {
	name, _ := c["name"].(string)
	about, _ := c["description"].(string)
	kind, _ := c["type"].(float64)
	if n := len([]rune(name)); n < 1 || n > 32 {
		return "name: 1 to 32 in length: " + name
	}
	if depth == 0 && kind == 3 {
		if about != "" {
			return "description: not for message commands"
		}
		return ""
	}
	if strings.ToLower(name) != name || strings.Contains(name, " ") {
		return "name: lower case and without blanks: " + name
	}
	if n := len([]rune(about)); n < 1 || n > 100 {
		return "description: 1 to 100 in length, of " + name
	}
	options, _ := c["options"].([]any)
	if len(options) > 25 {
		return "options: more than 25"
	}
	optional := false
	for _, o := range options {
		one, _ := o.(map[string]any)
		if wrong := wrongCommand(one, depth+1); wrong != "" {
			return wrong
		}
		if under := one["type"].(float64); under <= 2 {
			if under == 2 && depth > 0 || under == 1 && depth > 0 && kind != 2 {
				return "options: a group is no part of another, nor a verb of a verb, in " + name
			}
			continue
		} else if kind == 2 {
			return "options: only verbs stand in the group " + name
		}
		required, _ := one["required"].(bool)
		if required && optional {
			return "options: required ones come first, in " + name
		}
		optional = optional || !required
		if choices, _ := one["choices"].([]any); len(choices) > 0 && one["autocomplete"] == true || len(choices) > 25 {
			return "choices: more than 25, or with autocomplete"
		}
	}
	return ""
}
