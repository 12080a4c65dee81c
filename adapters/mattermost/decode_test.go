package mattermost

import (
	"context"
	"strings"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"
)

// Whatever the socket brings, nothing panics, and what is let in has its key, place and author.
func FuzzDecode(f *testing.F) {
	a, at := idle(f)
	a.channels.find = func(context.Context, string) (place, error) { return place{}, nil }
	for _, seed := range []string{
		"", "{}", `{"event":"posted","data":{}}`, `{"event":"posted","data":{"post":"{}"}}`, `{"event":"post_deleted","data":{"post":null}}`,
		`{"event":"reaction_added","data":{"reaction":"{\"user_id\":1}"}}`, string(posted(f, "hola @ana")),
		strings.Replace(string(posted(f, "x")), "posted", "post_edited", 1), strings.Replace(string(posted(f, "x")), "1795548028614", "-1", 1),
		`{"event":"reaction_added","data":{"reaction":"{\"user_id\":\"abcdefghijklmnopqrstuvwxyz\",\"post_id\":\"abcdefghijklmnopqrstuvwxyz\",\"emoji_name\":\"eyes\",\"create_at\":1}"},"broadcast":{"channel_id":"abcdefghijklmnopqrstuvwxyz"}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, frame string) {
		ev, err := model.WebSocketEventFromJSON(strings.NewReader(frame))
		if err != nil { // the client's library hands on nothing then
			return
		}
		it, err := a.decode(at, ev)
		if err != nil || it.event == nil {
			return
		}
		e := it.event(t.Context())
		if e == nil {
			return
		}
		if !strings.HasPrefix(e.Key, Platform+":") || !model.IsValidId(e.Channel) || !model.IsValidId(e.Message) || e.User == "" || e.At.IsZero() {
			t.Errorf("%q was let in as %+v", frame, e)
		}
	})
}

// Nothing that anybody may post to us is let in, for none of it is signed.
func FuzzCalls(f *testing.F) {
	a, _ := idle(f)
	for _, seed := range []string{"", "{}", `{"context":{"sereno":"e30.AAAA"}}`, `{"state":"e30.AAAA"}`, `{"context":null,"state":7}`, "token=x&command=/incident", "%zz"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if _, p, err := a.decodePress([]byte(body)); err == nil {
			t.Errorf("a press was let in: %+v", p)
		}
		if _, d, err := a.decodeDialog([]byte(body)); err == nil {
			t.Errorf("a dialog was let in: %+v", d)
		}
		if c, err := decodeCommand([]byte(body)); err == nil && (!model.IsValidId(c.Get("user_id")) || c.Get("trigger_id") == "") {
			t.Errorf("a command without its person or trigger was read: %v", c)
		}
		_ = readTrigger(body).String()
	})
}

func TestTriggers(t *testing.T) {
	id := strings.Repeat("a", 26)
	for _, want := range []trigger{{}, {dialog: "d&=%"}, {dialog: "d", hook: id}, {dialog: "d", reply: "R"}} {
		if got := readTrigger(want.String()); got != want {
			t.Errorf("%+v came back as %+v", want, got)
		}
	}
	if got := readTrigger("hook=../../x"); got.hook != "" {
		t.Errorf("a hook that is none was taken: %+v", got)
	}
	for address, want := range map[string]string{
		"https://chat.example.com/hooks/commands/" + id: id, "http://evil.example/x": "", "/hooks/commands/short": "", "": "",
		"https://evil.example/hooks/commands/" + id: id, // only the id is used, with our own server
	} {
		if got := hookOf(address); got != want {
			t.Errorf("of %q the hook is %q", address, got)
		}
	}
}
