package slack

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sereno/bot"
)

func TestAnInstantIsReadFromATs(t *testing.T) {
	for in, want := range map[string]string{
		"1700000000.000100": "2023-11-14T22:13:20.0001Z",
		"1700000000":        "2023-11-14T22:13:20Z",
		"1700000000.5":      "2023-11-14T22:13:20.5Z",
		"":                  "", "x": "", "-1.0": "", "1.-1": "", "9999999999999.0": "", "1e9": "",
	} {
		got, ok := instant(in)
		if ok != (want != "") || (ok && got.Format(time.RFC3339Nano) != want) {
			t.Errorf("%q is %s, %v", in, got, ok)
		}
	}
	at := time.Date(2026, 11, 25, 13, 0, 0, 123456000, time.UTC)
	if back, _ := instant(stamp(at)); !back.Equal(at) {
		t.Errorf("%s came back as %s", at, back)
	}
}

// Whatever a payload holds, it becomes a whole event, nothing, or an error that
// does not repeat it; and never a panic.
func FuzzPayloads(f *testing.F) {
	for _, seed := range []string{
		messageBody, `{}`, `null`, `[]`, `{"type":"event_callback","event":{"type":"message","subtype":"message_changed","channel":"C1"}}`,
		`{"type":"event_callback","event":{"type":"message","subtype":"message_changed","channel":"C1","message":{"ts":"1.1","text":"<@UBOT","user":"U1","edited":{}}}}`,
		`{"type":"event_callback","event":{"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"1.1"}}`,
		`{"type":"event_callback","event":{"type":"reaction_added","user":"U1","reaction":"x","item":{"type":"message","channel":"C1","ts":"1.1"}}}`,
		`{"type":"block_actions","user":{"id":"U1"},"channel":{"id":"C1"},"actions":[{"type":"button","action_id":"#","action_ts":"1.1"}],"container":{"message_ts":"1.1"}}`,
		`{"type":"view_submission","user":{"id":"U1"},"trigger_id":"1","view":{"id":"V1","state":{"values":{"a":{"b":{"selected_option":null}}}}}}`,
		`{"type":"message_action","callback_id":"open_incident","trigger_id":"1","user":{"id":"U1"},"channel":{"id":"C1"},"message":{"ts":"1.1"}}`,
		`{"type":"event_callback","event":{"type":"app_home_opened","user":"U1","tab":"home","event_ts":"1.1","view":{"blocks":[]}}}`,
		`{"type":"event_callback","event":{"type":"message","channel":"C1","user":"U1","ts":"1.1","files":[{"id":"F1","size":-1,"file_access":"check_file_info"}],` +
			`"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"bold":true}}]}]}]}}`,
		`{"type":"event_callback","event":{"type":"message","channel":"C1","user":"U1","bot_id":"B1","ts":"1.1"}}`,
		`{"type":"shortcut","callback_id":"report_incident","trigger_id":"1","user":{"id":"U1"}}`,
		`{"type":"block_actions","user":{"id":"U1"},"view":{"type":"home"},"actions":[{"type":"button","action_id":"a","action_ts":"1.1"}]}`,
		`{"command":"/incident","user_id":"U1","trigger_id":"1","text":"<"}`, strings.Repeat(`{"event":`, 2000),
	} {
		f.Add(seed)
	}
	a, err := New(Config{BotToken: "x", SigningSecret: "x", Mode: HTTP}, Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	a.people.find = nobody
	me := identity{user: "UBOT", bot: "BBOT", team: "T1"}
	f.Fuzz(func(t *testing.T, body string) {
		for _, read := range []func(identity, []byte) (arrival, error){a.decodeEvent, a.decodeCommand, a.decodeInteraction} {
			it, err := read(me, []byte(body))
			if err != nil {
				if !errors.Is(err, errMalformed) || len(err.Error()) > 200 {
					t.Fatalf("the error is %v", err)
				}
				continue
			}
			if it.event == nil {
				continue
			}
			e := it.event(t.Context())
			if e == nil {
				continue
			}
			if e.Key == "" || e.Platform != Platform || e.Kind == "" || e.At.IsZero() || it.lane == "" || (e.User == "" && e.Kind != bot.MessageDeleted) {
				t.Fatalf("half an event: %+v", e)
			}
			if _, err := json.Marshal(e); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// No request, signed or not, makes the handler panic or answer 5xx.
func FuzzRequests(f *testing.F) {
	for _, kind := range []string{"application/json", "application/x-www-form-urlencoded", "", "multipart/form-data; boundary=x"} {
		for _, body := range []string{messageBody, `{"type":"url_verification","challenge":"x"}`, "payload=%7B%7D", "command=/x&user_id=U1&trigger_id=1", "a=%"} {
			f.Add(kind, body, "v0=00", "1", true)
		}
	}
	a, err := New(Config{BotToken: "x", SigningSecret: "s", Mode: HTTP}, Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	a.people.find = nobody
	in := newInbox()
	a.session.Store(&session{in: in, me: identity{user: "UBOT"}})
	f.Fuzz(func(t *testing.T, kind, body, signature, ts string, signed bool) {
		r := httptest.NewRequest(http.MethodPost, EventsPath, strings.NewReader(body))
		r.Header["Content-Type"] = []string{kind}
		r.Header["X-Slack-Signature"], r.Header["X-Slack-Request-Timestamp"] = []string{signature}, []string{ts}
		if signed {
			signWith(r.Header, "s", body)
		}
		rec := httptest.NewRecorder()
		a.Handler().ServeHTTP(rec, r)
		if rec.Code >= 500 || (!signed && rec.Code == 200) {
			t.Fatalf("answered %d %q", rec.Code, rec.Body)
		}
	})
}

// A request that was signed and of which then one byte was changed, anywhere,
// is let in by nobody.
func FuzzSignatures(f *testing.F) {
	for i := range 8 {
		f.Add(messageBody, uint16(37*i), byte(1<<i))
	}
	f.Add("", uint16(0), byte(1))
	a, err := New(Config{BotToken: "x", SigningSecret: "s", Mode: HTTP}, Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string, at uint16, flip byte) {
		h := http.Header{}
		signWith(h, "s", body)
		if _, err := a.verify(h, []byte(body)); err != nil {
			t.Fatalf("what was signed is refused: %v", err)
		}
		ts, sig := h.Get("X-Slack-Request-Timestamp"), h.Get("X-Slack-Signature")
		all := []byte(body + ts + sig)
		all[int(at)%len(all)] ^= flip
		changed := all[:len(body)]
		h.Set("X-Slack-Request-Timestamp", string(all[len(body):len(body)+len(ts)]))
		h.Set("X-Slack-Signature", string(all[len(body)+len(ts):]))
		// A hexadecimal digit means the same as a capital.
		same := string(changed) == body && h.Get("X-Slack-Request-Timestamp") == ts && strings.EqualFold(h.Get("X-Slack-Signature"), sig)
		if _, err := a.verify(h, changed); (err == nil) != same && !strings.HasPrefix(h.Get("X-Slack-Signature"), "V0=") {
			t.Fatalf("changed at %d by %x: %v", at, flip, err)
		}
	})
}
