package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/adapters/adaptertest"
	"sereno/bot/emoji"
)

type channel struct {
	id, name, guild, parent string
	kind                    int
	messages                []*message // those of everybody, and private ones
	person                  string     // of a direct conversation
	overwrites              []map[string]any
	archived, locked        bool
	archivedAt              time.Time
}

func (ch *channel) thread() bool { return ch.kind == 11 }

func (ch *channel) find(id string) *message {
	i := slices.IndexFunc(ch.messages, func(m *message) bool { return m.id == id })
	if i < 0 {
		return nil
	}
	return ch.messages[i]
}

// message is one as the server keeps it.
type message struct {
	id, channel, author string
	kind                int
	content             string
	embeds              []embed
	components          []row
	files               []file1
	reactions           []string // Unicode, each once
	reference           string
	nonce               string
	edited              time.Time
	flags               int
	notifies            []string
	only                string // who alone sees it
	loading             bool
	thread              bool
	seen                *adaptertest.Shown // as people see it; nil when that must be made out anew
}

type file1 struct {
	file
	id, sign string
}

type embed struct {
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Color       int          `json:"color,omitempty"`
	Fields      []embedField `json:"fields,omitempty"`
	Footer      *struct {
		Text string `json:"text"`
	} `json:"footer,omitempty"`
}

type embedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

type row struct {
	Type       int      `json:"type"`
	Components []button `json:"components"`
}

type button struct {
	Type  int    `json:"type"`
	Style int    `json:"style"`
	ID    string `json:"custom_id"`
	Label string `json:"label"`
}

// draft is a message as a bot sends it. What is not here is refused.
type draft struct {
	Content  string  `json:"content"`
	Nonce    string  `json:"nonce"`
	Enforce  bool    `json:"enforce_nonce"`
	Embeds   []embed `json:"embeds"`
	Rows     []row   `json:"components"`
	Flags    int     `json:"flags"`
	Mentions *struct {
		Parse   []string `json:"parse"`
		Users   []string `json:"users"`
		Roles   []string `json:"roles"`
		Replied bool     `json:"replied_user"`
	} `json:"allowed_mentions"`
	Reference *struct {
		Message string `json:"message_id"`
		Fail    *bool  `json:"fail_if_not_exists"`
	} `json:"message_reference"`
	Attachments []struct {
		ID   any    `json:"id"`
		Name string `json:"filename"`
	} `json:"attachments"`
}

func chars(s string) int { return len([]rune(strings.TrimSpace(s))) }

// readDraft reads a message and checks it against the documented limits.
func (c *call) readDraft() (draft, string) {
	var d draft
	r := json.NewDecoder(strings.NewReader(string(c.body)))
	r.DisallowUnknownFields()
	if err := r.Decode(&d); err != nil {
		return d, err.Error()
	}
	return d, d.wrong(len(c.files))
}

func (d *draft) wrong(files int) string {
	sum := 0
	for _, e := range d.Embeds {
		sum += chars(e.Title) + chars(e.Description)
		if chars(e.Title) > 256 || chars(e.Description) > 4096 || len(e.Fields) > 25 {
			return "an embed is too long"
		}
		for _, f := range e.Fields {
			sum += chars(f.Name) + chars(f.Value)
			if chars(f.Name) == 0 || chars(f.Value) == 0 || chars(f.Name) > 256 || chars(f.Value) > 1024 {
				return "a field of an embed is empty or too long"
			}
		}
		if e.Footer != nil {
			sum += chars(e.Footer.Text)
			if chars(e.Footer.Text) > 2048 {
				return "a footer is too long"
			}
		}
		if e.Title+e.Description == "" && len(e.Fields) == 0 && e.Footer == nil {
			return "an embed is empty"
		}
	}
	switch {
	case len([]rune(d.Content)) > 2000:
		return "content: must be 2000 or fewer in length"
	case len(d.Embeds) > 10 || sum > 6000:
		return "embeds: more than 10, or 6000 characters together"
	case len(d.Nonce) > 25:
		return "nonce: must be 25 or fewer in length"
	case d.Mentions == nil || d.Mentions.Parse == nil:
		return "this test wants allowed_mentions with every message"
	case len(d.Mentions.Users) > 100 || len(d.Mentions.Roles) > 100:
		return "allowed_mentions: more than 100"
	case slices.Contains(d.Mentions.Parse, "users") && len(d.Mentions.Users) > 0:
		return "allowed_mentions: parse and users exclude each other"
	case d.Flags&^(1<<2|1<<6) != 0:
		return "flags: not allowed"
	case len(d.Attachments) != files:
		return "attachments: not as many as files"
	case chars(d.Content) == 0 && len(d.Embeds)+len(d.Rows)+files == 0:
		return "Cannot send an empty message"
	}
	return wrongRows(d.Rows)
}

func wrongRows(rows []row) string {
	seen := map[string]bool{}
	if len(rows) > 5 {
		return "components: more than 5 rows"
	}
	for _, r := range rows {
		if r.Type != 1 || len(r.Components) == 0 || len(r.Components) > 5 {
			return "components: a row has 1 to 5 buttons"
		}
		for _, b := range r.Components {
			n := len([]rune(b.ID))
			if b.Type != 2 || b.Style < 1 || b.Style > 4 || n == 0 || n > 100 || seen[b.ID] || chars(b.Label) == 0 || chars(b.Label) > 80 {
				return fmt.Sprintf("components: a button %+v", b)
			}
			seen[b.ID] = true
		}
	}
	return ""
}

// post is Create Message. The lock is held.
func (s *Server) post(ch *channel, c *call) answer {
	d, wrong := c.readDraft()
	switch {
	case wrong != "":
		return invalid(wrong)
	case ch.kind == 15:
		return refusal(http.StatusBadRequest, 50008, "Cannot send messages in a non-text channel")
	case ch.locked:
		return refusal(http.StatusBadRequest, 160005, "Thread is locked")
	case ch.person != "" && s.users[ch.person].Closed:
		return refusal(http.StatusForbidden, 50007, "Cannot send messages to this user")
	}
	if d.Enforce && d.Nonce != "" {
		for _, m := range ch.messages {
			if m.author == Bot && m.nonce == d.Nonce && time.Since(stamp(m.id)) < s.nonceTime() {
				return ok(s.message(m, true))
			}
		}
	}
	m := &message{channel: ch.id, author: Bot, nonce: d.Nonce}
	if d.Reference != nil {
		if ch.find(d.Reference.Message) == nil {
			if d.Reference.Fail == nil || *d.Reference.Fail {
				return invalid("message_reference: Unknown message")
			}
		} else {
			m.kind, m.reference = 19, d.Reference.Message
		}
	}
	s.fill(m, d, c.files)
	s.add(ch, m, false)
	out := s.message(m, true)
	out["nonce"] = m.nonce
	return ok(out)
}

// nonceTime is how long a nonce is known: the few minutes of the documentation.
func (s *Server) nonceTime() time.Duration {
	if s.forgetful {
		return 0
	}
	return 3 * time.Minute
}

// ForgetNonces makes the server know no nonce any more, as after a few minutes.
func (s *Server) ForgetNonces() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetful = true
}

// fill makes the message read as the draft. The lock is held.
func (s *Server) fill(m *message, d draft, files []file) {
	m.seen = nil
	m.content, m.embeds, m.components, m.flags = strings.TrimSpace(d.Content), d.Embeds, d.Rows, d.Flags
	m.notifies = s.calling(m.content, d)
	if d.Flags&(1<<2) != 0 {
		m.embeds = nil
	}
	for i, f := range files {
		f.name = d.Attachments[i].Name
		m.files = append(m.files, file1{f, s.id(), secret()})
	}
}

var (
	calledUser = regexp.MustCompile(`<@!?(\d+)>`)
	calledRole = regexp.MustCompile(`<@&(\d+)>`)
)

// calling is whom the content calls, of those that it may.
func (s *Server) calling(content string, d draft) []string {
	var out []string
	if slices.Contains(d.Mentions.Parse, "everyone") && (strings.Contains(content, "@everyone") || strings.Contains(content, "@here")) {
		out = append(out, "everyone")
	}
	for _, m := range calledUser.FindAllStringSubmatch(content, -1) {
		if slices.Contains(d.Mentions.Users, m[1]) && !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	for _, m := range calledRole.FindAllStringSubmatch(content, -1) {
		if slices.Contains(d.Mentions.Roles, m[1]) && !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// add puts a message into a channel and tells whoever listens. The lock is held.
func (s *Server) add(ch *channel, m *message, byPeople bool) {
	m.id, m.channel = s.id(), ch.id
	ch.messages = append(ch.messages, m)
	if ch.archived && m.only == "" {
		ch.archived = false
		s.dispatch("THREAD_UPDATE", s.place(ch), false)
	}
	if m.only != "" {
		return
	}
	out := s.message(m, m.author == Bot || !s.o.Silent)
	if m.author == Bot {
		out["nonce"] = m.nonce
	}
	s.dispatch("MESSAGE_CREATE", s.inGuild(ch, out, s.users[m.author]), byPeople)
}

// inGuild adds what events have besides the message.
func (s *Server) inGuild(ch *channel, out map[string]any, author *User) map[string]any {
	if ch.guild != "" {
		out["guild_id"] = ch.guild
		if author != nil {
			out["member"] = s.member(author)
		}
	}
	out["channel_type"] = ch.kind
	return out
}

func (s *Server) edit(ch *channel, m *message, c *call) answer {
	d, wrong := c.readDraft()
	switch {
	case wrong != "":
		return invalid(wrong)
	case m.author != Bot:
		return refusal(http.StatusForbidden, 50005, "Cannot edit a message authored by another user")
	case ch.archived:
		return refusal(http.StatusBadRequest, 50083, "Thread is archived")
	}
	s.fill(m, d, c.files)
	m.edited = time.Now()
	s.dispatch("MESSAGE_UPDATE", s.inGuild(ch, s.message(m, true), s.users[m.author]), false)
	return ok(s.message(m, true))
}

// remove takes a message away. The lock is held.
func (s *Server) remove(ch *channel, id string) {
	byPeople := ch.find(id) != nil && ch.find(id).author != Bot
	ch.messages = slices.DeleteFunc(ch.messages, func(m *message) bool { return m.id == id })
	out := map[string]any{"id": id, "channel_id": ch.id}
	if ch.guild != "" {
		out["guild_id"] = ch.guild
	}
	s.dispatch("MESSAGE_DELETE", out, byPeople)
}

func (s *Server) putReaction(ch *channel, m *message, sign string) answer {
	if _, known := emoji.Name(sign); !known {
		return refusal(http.StatusBadRequest, 10014, "Unknown Emoji")
	}
	if ch.archived {
		return refusal(http.StatusBadRequest, 50083, "Thread is archived")
	}
	s.react(ch, m, s.users[Bot], sign)
	return noContent
}

// react puts an emoji on a message. The lock is held.
func (s *Server) react(ch *channel, m *message, by *User, sign string) {
	if !slices.Contains(m.reactions, sign) {
		m.reactions = append(m.reactions, sign)
	}
	out := map[string]any{
		"user_id": by.ID, "channel_id": ch.id, "message_id": m.id, "emoji": map[string]any{"id": nil, "name": sign},
		"message_author_id": m.author, "burst": false, "type": 0,
	}
	if ch.guild != "" {
		member := s.member(by)
		member["user"] = s.user(by)
		out["guild_id"], out["member"] = ch.guild, member
	}
	s.dispatch("MESSAGE_REACTION_ADD", out, !by.Bot)
}

// history is Get Channel Messages: the newest first, after or before one.
func (s *Server) history(ch *channel, c *call) answer {
	limit, err := strconv.Atoi(c.query.Get("limit"))
	if c.query.Get("limit") == "" {
		limit, err = 50, nil
	}
	if err != nil || limit < 1 || limit > 100 {
		return invalid("limit: 1 to 100")
	}
	var found []*message
	after, before := c.query.Get("after"), c.query.Get("before")
	for _, m := range ch.messages {
		if m.only == "" && (after == "" || older(after, m.id)) && (before == "" || older(m.id, before)) {
			found = append(found, m)
		}
	}
	if after != "" {
		found = found[:min(limit, len(found))]
	} else {
		found = found[max(0, len(found)-limit):]
	}
	out := []any{}
	for _, m := range slices.Backward(found) {
		out = append(out, s.message(m, m.author == Bot || !s.o.Silent))
	}
	return ok(out)
}

func older(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

func stamp(id string) time.Time {
	n, _ := strconv.ParseUint(id, 10, 64)
	return time.UnixMilli(int64(n>>22) + 1420070400000)
}

// message is a message object. The lock is held.
func (s *Server) message(m *message, content bool) map[string]any {
	author := s.users[m.author]
	out := map[string]any{
		"id": m.id, "channel_id": m.channel, "author": s.user(author), "type": m.kind, "tts": false, "pinned": false,
		"timestamp": stamp(m.id).UTC().Format(time.RFC3339Nano), "edited_timestamp": nil, "flags": m.flags,
		"mention_everyone": false, "mentions": []any{}, "mention_roles": []any{},
		"content": "", "attachments": []any{}, "embeds": []any{}, "components": []any{},
	}
	if m.thread {
		out["flags"] = m.flags | 1<<5
	}
	if !m.edited.IsZero() {
		out["edited_timestamp"] = m.edited.UTC().Format("2006-01-02T15:04:05.000000+00:00")
	}
	if m.reference != "" {
		out["message_reference"] = map[string]any{"type": 0, "message_id": m.reference, "channel_id": m.channel}
		if ref := s.channels[m.channel].find(m.reference); ref != nil && ref.reference == "" {
			out["referenced_message"] = s.message(ref, content)
		}
	}
	if !content {
		return out
	}
	out["content"] = m.content
	if len(m.embeds) > 0 {
		out["embeds"] = m.embeds
	}
	if len(m.components) > 0 {
		out["components"] = m.components
	}
	var people, attached []any
	for _, id := range calledUser.FindAllStringSubmatch(m.content, -1) {
		if u := s.users[id[1]]; u != nil {
			p := s.user(u)
			p["member"] = s.member(u)
			people = append(people, p)
		}
	}
	if people != nil {
		out["mentions"] = people
	}
	for _, f := range m.files {
		attached = append(attached, map[string]any{
			"id": f.id, "filename": f.name, "content_type": f.kind, "size": len(f.content),
			"url": fmt.Sprintf("http://%s/cdn/attachments/%s/%s/%s?ex=%x&is=0&hm=%s", s.addr, m.channel, f.id, url.PathEscape(f.name),
				time.Now().Add(24*time.Hour).Unix(), f.sign),
		})
	}
	if attached != nil {
		out["attachments"] = attached
	}
	return out
}

func (s *Server) user(u *User) map[string]any {
	out := map[string]any{"id": u.ID, "username": u.Name, "discriminator": "0", "global_name": nil, "avatar": nil}
	if u.Global != "" {
		out["global_name"] = u.Global
	}
	if u.Bot {
		out["bot"] = true
	}
	return out
}

func (s *Server) member(u *User) map[string]any {
	out := map[string]any{"nick": nil, "roles": append([]string{}, u.Roles...), "joined_at": "2024-01-01T00:00:00.000000+00:00"}
	if u.Nick != "" {
		out["nick"] = u.Nick
	}
	return out
}
