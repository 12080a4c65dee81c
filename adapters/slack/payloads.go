package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"
)

// The payloads as Slack sends them, as far as we read them. Only these fields
// are decoded, so that a new kind of block or an odd field elsewhere in a
// payload never costs us the message.

// callback is the outer frame of an Events API event.
type callback struct {
	Type      string          `json:"type"`
	Challenge string          `json:"challenge"`
	AppID     string          `json:"api_app_id"`
	TeamID    string          `json:"team_id"`
	Event     json.RawMessage `json:"event"`
}

// happening is an inner event of any type that we subscribe to.
type happening struct {
	message
	Channel     string   `json:"channel"`
	ChannelType string   `json:"channel_type"`
	EventTS     string   `json:"event_ts"`
	DeletedTS   string   `json:"deleted_ts"`
	Message     *message `json:"message"`
	Previous    *message `json:"previous_message"`

	// Tab is which one of the app's was opened.
	Tab string `json:"tab"`

	Reaction string `json:"reaction"`
	Item     struct {
		Type    string `json:"type"`
		Channel string `json:"channel"`
		TS      string `json:"ts"`
	} `json:"item"`
}

// message is a message in an event, an interaction or the history.
type message struct {
	Type       string  `json:"type"`
	SubType    string  `json:"subtype"`
	User       string  `json:"user"`
	BotID      string  `json:"bot_id"`
	AppID      string  `json:"app_id"`
	Text       string  `json:"text"`
	TS         string  `json:"ts"`
	ThreadTS   string  `json:"thread_ts"`
	Team       string  `json:"team"`
	UserTeam   string  `json:"user_team"`
	SourceTeam string  `json:"source_team"`
	Edited     *edited `json:"edited"`
	Files      []file  `json:"files"`
	// Blocks are read as far as they are rich text.
	Blocks json.RawMessage `json:"blocks"`
	// Attached is read only when there is no text: a message that was forwarded
	// without a word has its words there.
	Attached json.RawMessage `json:"attachments"`

	replies int    // how many, when it came from the history
	latest  string // and the newest of them
}

type edited struct {
	User string `json:"user"`
	TS   string `json:"ts"`
}

type file struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Title     string `json:"title"`
	Type      string `json:"mimetype"`
	Size      int64  `json:"size"`
	Mode      string `json:"mode"`
	Access    string `json:"file_access"`
	Permalink string `json:"permalink"`
}

// thread is the root of the thread that the message answers in, "" for a root itself.
func (m *message) thread() string {
	if m.ThreadTS == m.TS {
		return ""
	}
	return m.ThreadTS
}

// words are the text, or those of the message that was forwarded without any.
func (m *message) words() string {
	if strings.TrimSpace(m.Text) != "" || len(m.Attached) == 0 {
		return m.Text
	}
	var attached []struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(m.Attached, &attached) != nil {
		return m.Text // some other shape: there are no words in it for us
	}
	var out []string
	for _, x := range attached {
		if x.Text != "" {
			out = append(out, x.Text)
		}
	}
	return strings.Join(out, "\n")
}

// fromHistory reads a message as the client library returns it. The author's
// team does not come along there.
func fromHistory(m slackgo.Message) message {
	out := message{
		Type: "message", SubType: m.SubType, User: m.User, BotID: m.BotID, Text: m.Text, TS: m.Timestamp,
		ThreadTS: m.ThreadTimestamp, Team: m.Team, replies: m.ReplyCount, latest: m.LatestReply,
	}
	if data, err := json.Marshal(m.Attachments); err == nil {
		out.Attached = data
	}
	if data, err := json.Marshal(m.Blocks); err == nil && len(m.Blocks.BlockSet) > 0 {
		out.Blocks = data
	}
	for _, f := range m.Files {
		out.Files = append(out.Files, fromFile(&f))
	}
	return out
}

func fromFile(f *slackgo.File) file {
	return file{
		ID: f.ID, Name: f.Name, Title: f.Title, Type: f.Mimetype, Size: int64(f.Size), Mode: f.Mode, Access: f.FileAccess, Permalink: f.Permalink,
	}
}

// command is a slash command.
type command struct {
	AppID        string `json:"api_app_id"`
	TeamID       string `json:"team_id"`
	EnterpriseID string `json:"enterprise_id"`
	ChannelID    string `json:"channel_id"`
	ChannelName  string `json:"channel_name"`
	UserID       string `json:"user_id"`
	UserName     string `json:"user_name"`
	Command      string `json:"command"`
	Text         string `json:"text"`
	TriggerID    string `json:"trigger_id"`
}

// interaction is a press, a sent form or a shortcut.
type interaction struct {
	Type       string `json:"type"`
	CallbackID string `json:"callback_id"`
	TriggerID  string `json:"trigger_id"`
	MessageTS  string `json:"message_ts"`
	ActionTS   string `json:"action_ts"`
	Team       struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		UserName string `json:"username"`
		TeamID   string `json:"team_id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		MessageTS string `json:"message_ts"`
		ThreadTS  string `json:"thread_ts"`
		ChannelID string `json:"channel_id"`
	} `json:"container"`
	Message *message `json:"message"`
	Actions []struct {
		Type     string `json:"type"`
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
		ActionTS string `json:"action_ts"`
	} `json:"actions"`
	View struct {
		ID         string `json:"id"`
		Type       string `json:"type"`
		CallbackID string `json:"callback_id"`
		Value      string `json:"private_metadata"`
		Hash       string `json:"hash"`
		State      struct {
			Values map[string]map[string]struct {
				Value    string `json:"value"`
				Selected *struct {
					Value string `json:"value"`
				} `json:"selected_option"`
			} `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// errMalformed is the cause of everything that Slack cannot have meant.
var errMalformed = errors.New("malformed")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errMalformed}, args...)...)
}

// decode reads JSON without keeping any of it in the error: payloads hold
// people's words.
func decode(data []byte, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		var typ *json.UnmarshalTypeError
		if errors.As(err, &typ) {
			return malformed("field %s is not a %s", typ.Field, typ.Type)
		}
		return malformed("not JSON")
	}
	return nil
}

// instant reads a ts ("1700000000.000100"): seconds and microseconds since 1970.
func instant(ts string) (time.Time, bool) {
	secs, micros, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(secs, 10, 64)
	if err != nil || s < 0 || s > 1<<40 || len(secs) > 12 {
		return time.Time{}, false
	}
	if len(micros) > 6 {
		micros = micros[:6]
	}
	var us int64
	if micros != "" {
		micros += strings.Repeat("0", 6-len(micros))
		if us, err = strconv.ParseInt(micros, 10, 64); err != nil || us < 0 {
			return time.Time{}, false
		}
	}
	return time.Unix(s, us*1000).UTC(), true
}

// stamp is the ts of an instant.
func stamp(t time.Time) string {
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}

// earlier reports whether the message of ts a is older than that of b.
func earlier(a, b string) bool {
	ta, _ := instant(a)
	tb, _ := instant(b)
	return ta.Before(tb)
}
