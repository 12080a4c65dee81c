package discord

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// What we read of Discord's payloads
// (https://docs.discord.com/developers/resources/message and /events/gateway-events).
// Fields that we do not name may hold anything.

type user struct {
	ID         string  `json:"id"`
	Username   string  `json:"username"`
	GlobalName string  `json:"global_name"`
	Bot        bool    `json:"bot"`
	System     bool    `json:"system"`
	Member     *member `json:"member"` // of a mention
}

type member struct {
	Nick  string   `json:"nick"`
	Roles []string `json:"roles"`
	User  *user    `json:"user"`
}

// shown is the name by which Discord shows the person in the server.
func (u *user) shown(m *member) string {
	if m == nil {
		m = u.Member
	}
	if m != nil && m.Nick != "" {
		return m.Nick
	}
	return firstOf(u.GlobalName, u.Username)
}

type message struct {
	ID         string          `json:"id"`
	Channel    string          `json:"channel_id"`
	Guild      string          `json:"guild_id"`
	Author     *user           `json:"author"`
	Member     *member         `json:"member"`
	Content    string          `json:"content"`
	Edited     string          `json:"edited_timestamp"`
	Type       int             `json:"type"`
	Webhook    string          `json:"webhook_id"`
	Mentions   []user          `json:"mentions"`
	Files      []attachment    `json:"attachments"`
	Embeds     []embed         `json:"embeds"`
	Components []component     `json:"components"`
	Reference  *reference      `json:"message_reference"`
	Referenced *message        `json:"referenced_message"`
	Snapshots  []snapshot      `json:"message_snapshots"`
	Stickers   []named         `json:"sticker_items"`
	Poll       json.RawMessage `json:"poll"`
	Nonce      json.RawMessage `json:"nonce"` // a string or a number
	Flags      int             `json:"flags"`
}

type attachment struct {
	ID   string `json:"id"`
	Name string `json:"filename"`
	Type string `json:"content_type"`
	Size int64  `json:"size"`
	URL  string `json:"url"`
}

type reference struct {
	Type    int    `json:"type"` // 0 a reply, 1 a forward
	Message string `json:"message_id"`
	Channel string `json:"channel_id"`
}

// snapshot is a forwarded message, without its author.
type snapshot struct {
	Message struct {
		Content string       `json:"content"`
		Files   []attachment `json:"attachments"`
	} `json:"message"`
}

type named struct {
	Name string `json:"name"`
}

// embed is what we compare of our own cards.
type embed struct {
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Color       int          `json:"color,omitempty"`
	Fields      []embedField `json:"fields,omitempty"`
	Footer      *embedFooter `json:"footer,omitempty"`
}

type embedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline,omitempty"`
}

type embedFooter struct {
	Text string `json:"text"`
}

// component is one of a message of ours, or of a form that was sent.
type component struct {
	Type       int         `json:"type"`
	ID         string      `json:"custom_id"`
	Label      string      `json:"label"`
	Value      string      `json:"value"`
	Values     []string    `json:"values"`
	Components []component `json:"components"` // of a row
	Component  *component  `json:"component"`  // of a label
}

type emojiName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type reaction struct {
	User    string    `json:"user_id"`
	Channel string    `json:"channel_id"`
	Message string    `json:"message_id"`
	Guild   string    `json:"guild_id"`
	Member  *member   `json:"member"`
	Emoji   emojiName `json:"emoji"`
}

type deletion struct {
	ID      string   `json:"id"`
	IDs     []string `json:"ids"`
	Channel string   `json:"channel_id"`
	Guild   string   `json:"guild_id"`
}

// malformedError: Discord sent what makes no sense.
type malformedError struct{ what string }

func (e malformedError) Error() string { return e.what }

func malformed(what string) error { return malformedError{what} }

// decode reads a payload.
func decode(data []byte, out any) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return malformed("an empty payload")
	}
	if err := json.Unmarshal(data, out); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) { // its text holds a value, which is somebody's words
			return malformed(fmt.Sprintf("field %q is a %s", wrong.Field, wrong.Value))
		}
		return malformed("no JSON")
	}
	return nil
}

// nonce is what we sent along with a message of ours; "" when none came back.
func (m *message) nonce() string {
	var s string
	if json.Unmarshal(m.Nonce, &s) != nil {
		return ""
	}
	return s
}

// edited is when the text was last changed; false when it never was.
func (m *message) edited() (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, m.Edited)
	return t.UTC(), err == nil
}

// byPerson reports whether a person wrote it: not we, no other bot, no webhook,
// and not Discord itself.
func (m *message) byPerson() bool {
	written := m.Type == typeDefault || m.Type == typeReply
	return written && m.Author != nil && isSnowflake(m.Author.ID) && !m.Author.Bot && !m.Author.System && m.Webhook == ""
}

// The types of messages that people write
// (https://docs.discord.com/developers/resources/message#message-object-message-types).
const (
	typeDefault = 0
	typeReply   = 19
)

// empty reports whether there is nothing in it, which happens only to who may
// not read the content of messages.
func (m *message) empty() bool {
	return m.Content == "" && len(m.Files)+len(m.Embeds)+len(m.Stickers)+len(m.Snapshots)+len(m.Components) == 0 && len(m.Poll) == 0
}
