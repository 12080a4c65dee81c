package discordtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/adapters/adaptertest"
	"sereno/bot/emoji"
)

// Wire is the server as the conformance suite sees it.
type Wire struct {
	*Server
	t testing.TB
}

var _ adaptertest.Wire = Wire{}

// Wire lets the server fail the test.
func (s *Server) Wire(t testing.TB) Wire { return Wire{s, t} }

func (w Wire) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("discordtest: %v", err)
	}
}

// written is a text as Discord's client sends it.
func (s *Server) written(text string) string {
	names := []string{"{bot}", "<@" + Bot + ">", "{everyone}", "@everyone"}
	for _, u := range s.users {
		names = append(names, "{"+strings.ToLower(plainName(u))+"}", "<@"+u.ID+">")
	}
	return strings.NewReplacer(names...).Replace(text)
}

func plainName(u *User) string { return strings.ReplaceAll(u.shown(), "í", "i") }

func (u *User) shown() string { return cmp.Or(u.Nick, u.Global, u.Name) }

// Say implements adaptertest.Wire. In a direct conversation, which has no
// threads, it is a reply.
func (w Wire) Say(user, channel, thread, text string, files ...adaptertest.Upload) string {
	w.t.Helper()
	id, err := w.say(user, channel, thread, text, files)
	w.must(err)
	return id
}

func (s *Server) say(user, channel, thread, text string, files []adaptertest.Upload) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channels[channel]
	if channel == "" {
		ch = s.direct(user)
	}
	if ch == nil || s.users[user] == nil {
		return "", fmt.Errorf("no channel %q or person %q", channel, user)
	}
	m := &message{author: user, content: s.written(text)}
	if thread != "" {
		if t := s.channels[thread]; t != nil {
			ch = t
		} else if root := ch.find(thread); root == nil {
			return "", fmt.Errorf("no message %s in %s", thread, channel)
		} else if ch.person == "" {
			ch = s.begin(ch, root, "un hilo")
		} else {
			m.kind, m.reference = 19, thread
		}
	}
	for _, f := range files {
		m.files = append(m.files, file1{file{f.Name, f.Type, f.Content}, s.id(), secret()})
	}
	s.add(ch, m, true)
	return m.id, nil
}

// Reply writes a reply in the channel itself, without a thread.
func (s *Server) Reply(user, channel, to, text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &message{author: user, content: s.written(text), kind: 19, reference: to}
	s.add(s.channels[channel], m, true)
	return m.id
}

// within finds a message in the channel or one of its threads. The lock is held.
func (s *Server) within(in, id string) (at *channel, m *message, err error) {
	for _, ch := range s.around(in) {
		if m := ch.find(id); m != nil {
			return ch, m, nil
		}
	}
	return nil, nil, fmt.Errorf("no message %s in %s", id, in)
}

// around are the channel and its threads, as they were made. The lock is held.
func (s *Server) around(id string) []*channel {
	var out []*channel
	for _, one := range s.order {
		if ch := s.channels[one]; ch.id == id || ch.parent == id {
			out = append(out, ch)
		}
	}
	return out
}

// Edit implements adaptertest.Wire.
func (w Wire) Edit(channel, id, text string) {
	w.t.Helper()
	s := w.Server
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, err := s.within(channel, id)
	w.must(err)
	m.content, m.edited, m.seen = s.written(text), time.Now(), nil
	s.dispatch("MESSAGE_UPDATE", s.inGuild(ch, s.message(m, true), s.users[m.author]), true)
}

// Delete implements adaptertest.Wire.
func (w Wire) Delete(channel, id string) {
	w.t.Helper()
	s := w.Server
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, _, err := s.within(channel, id)
	w.must(err)
	s.remove(ch, id)
}

// DeleteAll deletes several messages at once.
func (s *Server) DeleteAll(channel string, ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channels[channel]
	ch.messages = slices.DeleteFunc(ch.messages, func(m *message) bool { return slices.Contains(ids, m.id) })
	s.dispatch("MESSAGE_DELETE_BULK", map[string]any{"ids": ids, "channel_id": channel, "guild_id": ch.guild}, true)
}

// React implements adaptertest.Wire.
func (w Wire) React(user, channel, id, name string) {
	w.t.Helper()
	s := w.Server
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, err := s.within(channel, id)
	w.must(err)
	sign, ok := emoji.Unicode(name)
	if !ok {
		w.must(errors.New("no emoji " + name))
	}
	s.react(ch, m, s.users[user], sign)
}

// Press implements adaptertest.Wire.
func (w Wire) Press(user, channel, id, label string) {
	w.t.Helper()
	s := w.Server
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, err := s.within(channel, id)
	w.must(err)
	for _, r := range m.components {
		for _, b := range r.Components {
			if b.Label == label && (m.only == "" || m.only == user) {
				s.interact(&inter{user: user, channel: ch, kind: 3, message: m}, map[string]any{"custom_id": b.ID, "component_type": 2})
				return
			}
		}
	}
	w.must(fmt.Errorf("no button %q on %s", label, id))
}

// Type implements adaptertest.Wire: the words are given to the arguments of
// the registered command in the order in which people know them.
func (w Wire) Type(user, channel, line string) {
	w.t.Helper()
	w.must(w.command(user, channel, line, 2))
}

// Typing asks for choices of the argument that is typed last in the line.
func (s *Server) Typing(user, channel, line string) error { return s.command(user, channel, line, 4) }

func (s *Server) command(user, channel, line string, kind int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := strings.Fields(strings.TrimPrefix(line, "/"))
	if strings.HasSuffix(line, " ") {
		words = append(words, "")
	}
	spec := s.find(words[0])
	if spec == nil {
		return fmt.Errorf("no command %q is registered", words[0])
	}
	data := map[string]any{"id": s.id(), "name": words[0], "type": 1}
	options, err := arguments(spec, words[1:], kind == 4)
	if err != nil {
		return err
	}
	data["options"] = options
	s.interact(&inter{user: user, channel: s.channels[channel], kind: kind, typed: line}, data)
	return nil
}

// spec is a registered command, verb or argument.
type spec struct {
	Type     int    `json:"type"`
	Name     string `json:"name"`
	Required bool   `json:"required"`
	Options  []spec `json:"options"`
}

func (s *Server) find(name string) *spec {
	var all []spec
	_ = json.Unmarshal(s.commands, &all) // they were checked
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return nil
}

// arguments gives words to arguments: an incident's number is always first
// where there is one, as people type it; the rest follows, the last takes what is left.
func arguments(c *spec, words []string, typing bool) ([]any, error) {
	if len(c.Options) > 0 && c.Options[0].Type <= 2 {
		for i := range c.Options {
			if under := c.Options[i]; under.Type == 2 && len(words) > 0 && slices.ContainsFunc(under.Options, func(v spec) bool { return v.Name == words[0] }) {
				chosen, err := arguments(&under, words, typing)
				return []any{map[string]any{"name": under.Name, "type": 2, "options": chosen}}, err
			}
			if len(words) > 0 && c.Options[i].Type == 1 && c.Options[i].Name == words[0] {
				under, err := arguments(&c.Options[i], words[1:], typing)
				return []any{map[string]any{"name": words[0], "type": 1, "options": under}}, err
			}
		}
		return nil, fmt.Errorf("no verb %v", words)
	}
	all := slices.Clone(c.Options)
	slices.SortStableFunc(all, func(x, y spec) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[x.Name == "incident"], map[bool]int{true: 0, false: 1}[y.Name == "incident"])
	})
	out := []any{}
	for i, o := range all {
		if len(words) == 0 {
			break
		}
		value := words[0]
		words = words[1:]
		if i == len(all)-1 {
			value = strings.Join(append([]string{value}, words...), " ")
			words = nil
		}
		one := map[string]any{"name": o.Name, "type": o.Type, "value": value}
		if typing && len(words) == 0 {
			one["focused"] = true
		}
		out = append(out, one)
	}
	return out, nil
}

// Menu chooses the message command on a message.
func (s *Server) Menu(user, channel, id, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, err := s.within(channel, id)
	if err != nil {
		return err
	}
	s.interact(&inter{user: user, channel: ch, kind: 2}, map[string]any{
		"id": s.id(), "name": name, "type": 3, "target_id": id,
		"resolved": map[string]any{"messages": map[string]any{id: s.message(m, true)}},
	})
	return nil
}

// Submit implements adaptertest.Wire.
func (w Wire) Submit(user string, values map[string]string) {
	w.t.Helper()
	s := w.Server
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.forms[user]
	if f == nil {
		w.must(errors.New("no form is open"))
		return
	}
	delete(s.forms, user)
	var components []any
	for i, l := range f.components {
		if l.Component == nil {
			components = append(components, map[string]any{"type": 10, "id": i + 1})
			continue
		}
		in := map[string]any{"type": l.Component.Type, "id": 2*i + 1, "custom_id": l.Component.ID}
		value, given := values[l.Component.ID]
		if l.Component.Type == 3 {
			in["values"] = []string{}
			if given {
				in["values"] = []string{value}
			}
		} else {
			in["value"] = value
		}
		if !given && l.Component.Required {
			w.must(fmt.Errorf("input %q is required", l.Component.ID))
		}
		components = append(components, map[string]any{"type": 18, "id": 2 * i, "component": in})
	}
	s.interact(&inter{user: user, channel: f.from.channel, kind: 5, message: f.from.message},
		map[string]any{"custom_id": f.id, "components": components})
}

// Away implements adaptertest.Wire.
func (w Wire) Away(on bool) {
	w.mu.Lock()
	w.away = on
	w.mu.Unlock()
	if on {
		w.Cut()
	}
}

// Fault implements adaptertest.Wire.
func (w Wire) Fault(f adaptertest.Fault, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n == 0 {
		w.faults = nil
	}
	for range n {
		w.faults = append(w.faults, f)
	}
}

// Revoke implements adaptertest.Wire.
func (w Wire) Revoke() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.revoked = true
	for _, n := range w.sessions {
		if n.conn != nil {
			n.conn.close(4004)
		}
	}
}

// Calls implements adaptertest.Wire.
func (w Wire) Calls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls
}

// Channel implements adaptertest.Wire.
func (w Wire) Channel(id string) []adaptertest.Shown {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []adaptertest.Shown
	for _, ch := range w.around(id) {
		out = append(out, w.shown(ch, func(m *message) bool { return m.only == "" })...)
	}
	slices.SortStableFunc(out, func(x, y adaptertest.Shown) int {
		if older(x.ID, y.ID) {
			return -1
		}
		return 1
	})
	return out
}

// Direct implements adaptertest.Wire.
func (w Wire) Direct(user string) []adaptertest.Shown {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.shown(w.direct(user), func(*message) bool { return true })
}

// Private implements adaptertest.Wire.
func (w Wire) Private(user string) []adaptertest.Shown {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []adaptertest.Shown
	for _, id := range w.order {
		out = append(out, w.shown(w.channels[id], func(m *message) bool { return m.only == user && !m.loading })...)
	}
	return out
}

// Form implements adaptertest.Wire.
func (w Wire) Form(user string) *adaptertest.Form {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.forms[user]
	if f == nil {
		return nil
	}
	out := &adaptertest.Form{Title: f.title, Values: map[string][]string{}, Holds: map[string]string{}}
	for _, l := range f.components {
		if l.Component == nil {
			continue
		}
		out.Inputs = append(out.Inputs, l.Component.ID)
		if l.Component.Value != "" {
			out.Holds[l.Component.ID] = l.Component.Value
		}
		for _, o := range l.Component.Options {
			out.Values[l.Component.ID] = append(out.Values[l.Component.ID], o.Value)
		}
	}
	return out
}

// shown is the channel as people see it. The lock is held.
func (s *Server) shown(ch *channel, which func(*message) bool) []adaptertest.Shown {
	var out []adaptertest.Shown
	for _, m := range ch.messages {
		if !which(m) || m.kind == 21 {
			continue
		}
		v := s.view(m)
		v.ID, v.Notifies, v.Edited = m.id, slices.Clone(m.notifies), !m.edited.IsZero()
		if m.author != Bot {
			v.User = m.author
		}
		switch {
		case ch.thread() && (s.channels[ch.parent].kind != 15 || m.id != ch.id):
			v.Thread = ch.id
		case m.reference != "":
			v.Thread = m.reference
		}
		for _, r := range m.components {
			for _, b := range r.Components {
				v.Buttons = append(v.Buttons, b.Label)
			}
		}
		for _, f := range m.files {
			v.Files = append(v.Files, adaptertest.Upload{Name: f.name, Type: f.kind, Content: f.content})
		}
		for _, sign := range m.reactions {
			name, _ := emoji.Name(sign)
			v.Reactions = append(v.Reactions, name)
		}
		out = append(out, v)
	}
	return out
}
