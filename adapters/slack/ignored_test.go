package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"sereno/bot"
)

// offline is an adapter that reaches nobody; it knows Ana, and a bot user.
func offline(t testing.TB) *Adapter {
	t.Helper()
	a, err := New(Config{BotToken: "x", SigningSecret: "x", Mode: HTTP}, Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	a.people.find = func(_ context.Context, id string) (person, error) {
		switch id {
		case "UANA":
			return person{name: "Ana", team: "T1", human: true}, nil
		case "UOTHERBOT":
			return person{name: "other"}, nil
		}
		return nobody(t.Context(), id)
	}
	return a
}

// heard is what an inner event becomes, nil when nothing.
func heard(t testing.TB, a *Adapter, inner string) *bot.Event {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"type": "event_callback", "api_app_id": "A1", "team_id": "T1", "event": json.RawMessage(inner), "is_ext_shared_channel": true,
		"authorizations": []any{map[string]any{"enterprise_id": "E1", "team_id": nil, "is_enterprise_install": true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	it, err := a.decodeEvent(identity{user: "UBOT", bot: "BBOT", team: "T1"}, body)
	if err != nil {
		t.Fatalf("%s is refused: %v", inner, err)
	}
	if it.event == nil {
		return nil
	}
	return it.event(t.Context())
}

// In the form of the samples of github.com/slackapi/java-slack-sdk, all of which
// were put through the decoders.
func TestWhatSlackTellsBesidesDoesNoHarm(t *testing.T) {
	a := offline(t)
	for name, inner := range map[string]string{
		"a join":                      `{"type":"message","subtype":"channel_join","channel":"C1","user":"UANA","text":"joined","ts":"1.000001","inviter":"U2"}`,
		"a topic":                     `{"type":"message","subtype":"channel_topic","channel":"C1","user":"UANA","topic":"x","text":"x","ts":"1.000001"}`,
		"an edited topic":             `{"type":"message","subtype":"message_changed","channel":"C1","ts":"2.0","message":{"subtype":"channel_topic","user":"UANA","text":"y","ts":"1.000001","edited":{"ts":"2.0"}},"previous_message":{"text":"x"}}`,
		"a deleted join":              `{"type":"message","subtype":"message_deleted","channel":"C1","ts":"2.0","deleted_ts":"1.000001","previous_message":{"subtype":"channel_join","user":"UANA","ts":"1.000001"}}`,
		"a huddle":                    `{"type":"message","subtype":"huddle_thread","channel":"C1","user":"USLACKBOT","text":"","ts":"1.000001","room":{"id":"R1"}}`,
		"a mention in a document":     `{"type":"message","subtype":"document_mention","channel":"C1","user":"UANA","text":"x","ts":"1.000001"}`,
		"a new answer, as Slack says": `{"type":"message","subtype":"message_replied","channel":"C1","ts":"1.000002","message":{"user":"UANA","text":"x","ts":"1.000001","reply_count":1}}`,
		"a bot of the old kind":       `{"type":"message","subtype":"bot_message","channel":"C1","bot_id":"B9","username":"x","text":"x","ts":"1.000001"}`,
		"another bot":                 `{"type":"message","channel":"C1","user":"UOTHERBOT","bot_id":"B9","bot_profile":{"id":"B9","name":"x"},"text":"x","ts":"1.000001"}`,
		"an unknown user's app":       `{"type":"message","channel":"C1","user":"UWHO","bot_id":"B9","text":"x","ts":"1.000001"}`,
		"a reaction to a file":        `{"type":"reaction_added","user":"UANA","reaction":"eyes","item":{"type":"file","file":"F1"},"event_ts":"1.000001"}`,
		"a reaction taken off":        `{"type":"reaction_removed","user":"UANA","reaction":"eyes","item":{"type":"message","channel":"C1","ts":"1.000001"},"event_ts":"2.0"}`,
		"a renamed channel":           `{"type":"channel_rename","channel":{"id":"C1","name":"x","created":1}}`,
		"somebody who joined":         `{"type":"team_join","user":{"id":"UANA","profile":{}}}`,
		"a group that changed":        `{"type":"subteam_updated","subteam":{"id":"S1","users":["UANA"]}}`,
		"a group's new members":       `{"type":"subteam_members_changed","subteam_id":"S1","added_users":["UANA"]}`,
		"an event of next year":       `{"type":"hologram_shown","user":{},"channel":[],"ts":7}`,
	} {
		t.Run(name, func(t *testing.T) {
			if e := heard(t, a, inner); e != nil {
				t.Errorf("it became %+v", e)
			}
		})
	}
}

func TestWhoWritesIsJudgedRightly(t *testing.T) {
	a := offline(t)
	for name, c := range map[string]struct {
		inner string
		kind  bot.EventKind
		text  string
	}{
		"somebody through an app that may speak for them": {`{"type":"message","channel":"C1","user":"UANA","bot_id":"B9","app_id":"A9","text":"x","ts":"1.000001"}`, bot.MessagePosted, "x"},
		"an edit of what was broadcast from a thread": {
			`{"type":"message","subtype":"message_changed","channel":"C1","ts":"3.0","message":{"subtype":"thread_broadcast","user":"UANA","text":"y","ts":"2.000001","thread_ts":"1.000001","edited":{"ts":"3.0"}},"previous_message":{"subtype":"thread_broadcast","text":"x"}}`,
			bot.MessageEdited, "y",
		},
		"somebody of an Enterprise organisation": {`{"type":"message","channel":"C1","user":"W012A3CDE","team":"E1","user_team":"E1","source_team":"T7","text":"x","ts":"1.000001"}`, bot.MessagePosted, "x"},
		"a message with what Slack adds":         {`{"type":"message","channel":"C1","user":"UANA","text":"x","ts":"1.000001","blocks":[{"type":"hologram","elements":{"a":[1]}}],"files":[],"attachments":null,"room":{},"bot_profile":{},"metadata":{"event_type":"x"}}`, bot.MessagePosted, "x"},
	} {
		t.Run(name, func(t *testing.T) {
			e := heard(t, a, c.inner)
			if e == nil || e.Kind != c.kind || e.Text != c.text {
				t.Fatalf("it became %+v", e)
			}
			if name == "somebody of an Enterprise organisation" && (e.UserTeam != "E1" || e.User != "W012A3CDE") {
				t.Errorf("they belong to %s", e.UserTeam)
			}
		})
	}
}

func TestAReactionHasTheNameThatTheConfigurationKnows(t *testing.T) {
	for sent, want := range map[string]string{
		"thumbsup": "+1", "+1::skin-tone-4": "+1", "ticket": "ticket", "nuestro_emoji": "nuestro_emoji", "wave::skin-tone-2": "wave", "heavy_check_mark": "heavy_check_mark",
	} {
		a := offline(t)
		e := heard(t, a, `{"type":"reaction_added","user":"UANA","reaction":"`+sent+`","item":{"type":"message","channel":"C1","ts":"1.000001"},"event_ts":"2.000001"}`)
		if e.Reaction != want {
			t.Errorf("%s is told as %s", sent, e.Reaction)
		}
	}
	a := offline(t)
	a.acting = func(r string) bool { return r == "thumbsup" } // an alias, as it stands in the configuration
	a.tune.hold = 0
	e := heard(t, a, `{"type":"reaction_added","user":"UANA","reaction":"thumbsup","item":{"type":"message","channel":"C1","ts":"1.000001"},"event_ts":"2.000001"}`)
	if e.Reaction != "thumbsup" {
		t.Errorf("the alias is told as %s", e.Reaction)
	}
}
