package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// inter is an interaction as the server keeps it.
type inter struct {
	id, token string
	user      string
	channel   *channel
	kind      int
	message   *message // of a press
	typed     string   // of a command
	answered  int      // with which kind of answer; 0 while it is not
	failed    bool     // nobody answered in time
	made      time.Time
	original  *message
	choices   []string
}

// modal is a form that somebody has open.
type modal struct {
	id, title  string
	components []labelled
	from       *inter
}

// labelled is a component at the top of a form.
type labelled struct {
	Type        int    `json:"type"`
	Label       string `json:"label"`
	Description string `json:"description"`
	Content     string `json:"content"`
	Component   *field `json:"component"`
}

type field struct {
	Type     int    `json:"type"`
	ID       string `json:"custom_id"`
	Style    int    `json:"style"`
	Value    string `json:"value"`
	Required bool   `json:"required"`
	Max      int    `json:"max_length"`
	Options  []struct {
		Label   string `json:"label"`
		Value   string `json:"value"`
		Default bool   `json:"default"`
	} `json:"options"`
}

// interact tells of an interaction, and gives it up when nobody answers. The lock is held.
func (s *Server) interact(i *inter, data map[string]any) {
	i.id, i.token, i.made = s.id(), secret(), time.Now()
	s.inters[i.id] = i
	u := s.users[i.user]
	out := map[string]any{
		"id": i.id, "application_id": App, "type": i.kind, "token": i.token, "version": 1, "channel_id": i.channel.id,
		"channel": s.place(i.channel), "data": data, "locale": "es-ES", "entitlements": []any{}, "attachment_size_limit": 10 << 20,
	}
	if i.channel.guild != "" {
		member := s.member(u)
		member["user"] = s.user(u)
		out["guild_id"], out["member"] = i.channel.guild, member
	} else {
		out["user"] = s.user(u)
	}
	if i.message != nil {
		out["message"] = s.message(i.message, true)
	}
	s.wg.Go(func() { s.expire(i) })
	s.dispatch("INTERACTION_CREATE", out, true)
}

func (s *Server) expire(i *inter) {
	err := s.Wait(s.o.AnswerWithin, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return i.answered != 0 || s.closing
	})
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		i.failed = i.answered == 0
		s.change()
	}
}

// callback is Create Interaction Response. The lock is held.
func (s *Server) callback(c *call) answer {
	i := s.inters[c.parts[1]]
	switch {
	case i == nil || i.token != c.parts[2] || i.failed:
		return unknownInter
	case i.answered != 0:
		return refusal(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
	}
	var b struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if json.Unmarshal(c.body, &b) != nil {
		return invalid("not an answer")
	}
	switch {
	case b.Type == 4 && i.kind != 4:
		inner := &call{body: b.Data, files: c.files}
		d, wrong := inner.readDraft()
		if wrong != "" {
			return invalid(wrong)
		}
		i.original = s.reply(i, d, c.files)
	case b.Type == 5 && i.kind != 4:
		var d struct{ Flags int }
		_ = json.Unmarshal(b.Data, &d) // without data it is for everybody
		i.original = &message{author: Bot, loading: true, flags: d.Flags}
		if d.Flags&64 != 0 {
			i.original.only = i.user
		}
		s.add(i.channel, i.original, false)
	case b.Type == 6 && (i.kind == 3 || i.kind == 5 && i.message != nil):
	case b.Type == 8 && i.kind == 4:
		return s.offer(i, b.Data)
	case b.Type == 9 && (i.kind == 2 || i.kind == 3):
		if wrong := s.open(i, b.Data); wrong != "" {
			return invalid(wrong)
		}
	default:
		return invalid(fmt.Sprintf("type: %d is no answer to an interaction of type %d", b.Type, i.kind))
	}
	i.answered = b.Type
	return noContent
}

// reply is a message in answer to an interaction. The lock is held.
func (s *Server) reply(i *inter, d draft, files []file) *message {
	m := &message{author: Bot}
	if d.Flags&64 != 0 {
		m.only = i.user
	}
	s.fill(m, d, files)
	s.add(i.channel, m, false)
	return m
}

func (s *Server) offer(i *inter, data json.RawMessage) answer {
	var d struct {
		Choices []struct{ Name, Value string }
	}
	if json.Unmarshal(data, &d) != nil || d.Choices == nil || len(d.Choices) > 25 {
		return invalid("choices: at most 25")
	}
	i.choices = []string{}
	for _, c := range d.Choices {
		if n := chars(c.Name); n < 1 || n > 100 || len([]rune(c.Value)) > 100 {
			return invalid("choices: a name or value")
		}
		i.choices = append(i.choices, c.Value)
	}
	i.answered = 8
	return noContent
}

// open shows a form. The lock is held.
func (s *Server) open(i *inter, data json.RawMessage) string {
	var d struct {
		ID         string     `json:"custom_id"`
		Title      string     `json:"title"`
		Components []labelled `json:"components"`
	}
	r := json.NewDecoder(strings.NewReader(string(data)))
	r.DisallowUnknownFields()
	if err := r.Decode(&d); err != nil {
		return err.Error()
	}
	n := len([]rune(d.ID))
	if n < 1 || n > 100 || chars(d.Title) < 1 || chars(d.Title) > 45 || len(d.Components) < 1 || len(d.Components) > 5 {
		return "custom_id, title or components"
	}
	seen := map[string]bool{}
	for _, l := range d.Components {
		if l.Type == 10 && chars(l.Content) > 0 {
			continue
		}
		f := l.Component
		if l.Type != 18 || f == nil || chars(l.Label) < 1 || chars(l.Label) > 45 || chars(l.Description) > 100 {
			return fmt.Sprintf("a label %+v", l)
		}
		if n := len([]rune(f.ID)); n < 1 || n > 100 || seen[f.ID] {
			return "custom_id of an input"
		}
		seen[f.ID] = true
		switch f.Type {
		case 4:
			if f.Style < 1 || f.Style > 2 || len([]rune(f.Value)) > 4000 || f.Max > 4000 || f.Style == 1 && strings.Contains(f.Value, "\n") {
				return "a text input"
			}
		case 3:
			if len(f.Options) < 1 || len(f.Options) > 25 {
				return "options: 1 to 25"
			}
			for _, o := range f.Options {
				if chars(o.Label) < 1 || chars(o.Label) > 100 || len([]rune(o.Value)) > 100 {
					return "an option"
				}
			}
		default:
			return "a component of a form"
		}
	}
	s.forms[i.user] = &modal{d.ID, d.Title, d.Components, i}
	return ""
}

// webhook carries out what follows the first answer. The lock is held.
func (s *Server) webhook(c *call) answer {
	var i *inter
	for _, one := range s.inters {
		if one.token == c.parts[2] && c.parts[1] == App {
			i = one
		}
	}
	switch {
	case i == nil || i.answered == 0 || i.failed:
		return unknownWebhook
	case time.Since(i.made) > 15*time.Minute || s.oldTokens:
		return refusal(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
	}
	if c.method == http.MethodPost {
		d, wrong := c.readDraft()
		if wrong != "" {
			return invalid(wrong)
		}
		if i.original != nil && i.original.loading { // it fills that in
			return s.fillIn(i, d, c.files)
		}
		return ok(s.message(s.reply(i, d, c.files), true))
	}
	if c.parts[4] != "@original" || i.original == nil {
		return unknownMessage
	}
	if c.method == http.MethodDelete {
		i.channel.messages = slices.DeleteFunc(i.channel.messages, func(m *message) bool { return m == i.original })
		i.original = nil
		return noContent
	}
	d, wrong := c.readDraft()
	if wrong != "" {
		return invalid(wrong)
	}
	return s.fillIn(i, d, c.files)
}

func (s *Server) fillIn(i *inter, d draft, files []file) answer {
	s.fill(i.original, d, files)
	i.original.loading = false
	return ok(s.message(i.original, true))
}

// ExpireTokens makes every token of an interaction too old to answer with.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.oldTokens = true
}

// Answered is the kind of the first answer to the newest interaction of the
// person, 0 while there is none; failed when nobody answered in time.
func (s *Server) Answered(user string) (kind int, failed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.newest(user); i != nil {
		return i.answered, i.failed
	}
	return 0, false
}

// Thinking reports whether the person sees an answer that is still to come.
func (s *Server) Thinking(user string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ch := range s.channels {
		for _, m := range ch.messages {
			if m.loading && m.only == user {
				return true
			}
		}
	}
	return false
}

// Choices are those that the person is offered; nil while there are none.
func (s *Server) Choices(user string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.newest(user); i != nil {
		return i.choices
	}
	return nil
}

// newest is the person's newest interaction. The lock is held.
func (s *Server) newest(user string) *inter {
	var out *inter
	for _, i := range s.inters {
		if i.user == user && (out == nil || older(out.id, i.id)) {
			out = i
		}
	}
	return out
}
