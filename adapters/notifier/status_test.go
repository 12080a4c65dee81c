package notifier

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sereno/bot"
)

// inbox keeps what it is given.
type inbox struct {
	bot.Inbox
	events  []bot.Event
	refused []string
	fails   error
	ready   chan struct{}
}

func (in *inbox) CaughtUp(string) { close(in.ready) }

func (in *inbox) Refused(_, reason string) { in.refused = append(in.refused, reason) }

func (in *inbox) Accept(_ context.Context, e bot.Event) error {
	if in.fails != nil {
		return in.fails
	}
	in.events = append(in.events, e)
	return nil
}

// reporting is a notifier that runs, and the way of its provider to us.
type reporting struct {
	*testing.T
	in   *inbox
	h    http.Handler
	path string
}

func report(t *testing.T) *reporting {
	t.Helper()
	a := adapter(t, twilio(t, "http://127.0.0.1:1"), nil)
	in := &inbox{ready: make(chan struct{})}
	h := a.Handler(func(_ context.Context, id int64) (*bot.Delivery, error) {
		if id != 7 {
			return nil, bot.ErrNotFound
		}
		return page(), nil
	})
	w := httptest.NewRecorder()
	link, err := a.links.StatusURL(t.Context(), a.path(), page())
	if err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(link, "https://s.example.com")
	if h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, nil)); w.Code != http.StatusServiceUnavailable {
		t.Fatalf("before it runs it answers %d", w.Code)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, in) }()
	<-in.ready
	t.Cleanup(func() { cancel(); <-ended })
	return &reporting{t, in, h, path}
}

func (r *reporting) post(path, media, body string) int {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	req.Header.Set("Content-Type", media)
	w := httptest.NewRecorder()
	r.h.ServeHTTP(w, req)
	return w.Code
}

const formType = "application/x-www-form-urlencoded"

func TestAReportSaysWhatBecameOfTheMessage(t *testing.T) {
	for _, tt := range []struct {
		word string
		kind bot.EventKind // "" for nothing
	}{
		{"queued", ""},
		{"sent", ""},
		{"delivered", bot.PageDelivered},
		{"read", bot.PageSeen},
		{"undelivered", bot.PageFailed},
		{"failed", bot.PageFailed},
		{"", ""},
	} {
		t.Run(tt.word, func(t *testing.T) {
			r := report(t)
			form := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {tt.word}, "ErrorCode": {"30003"}}.Encode()
			if code := r.post(r.path, formType, form); code != http.StatusNoContent {
				t.Fatalf("it answers %d", code)
			}
			if code := r.post(r.path, "application/json", `{"MessageStatus": "`+tt.word+`"}`); code != http.StatusNoContent {
				t.Fatalf("to JSON it answers %d", code)
			}
			if tt.kind == "" {
				if len(r.in.events) != 0 {
					t.Errorf("%+v", r.in.events)
				}
				return
			}
			if len(r.in.events) != 2 || r.in.events[0].Key != r.in.events[1].Key {
				t.Fatalf("%+v", r.in.events)
			}
			e := r.in.events[0]
			if e.Kind != tt.kind || e.Delivery != 7 || e.Platform != "sms" || e.User != "+5491112345678" || (e.Text != "") != (tt.kind == bot.PageFailed) {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestOnlyTheAddressOfTheMessageReportsOnIt(t *testing.T) {
	r := report(t)
	token := r.path[strings.LastIndexByte(r.path, '/')+1:]
	ackURL, err := adapter(t, twilio(t, "http://127.0.0.1:1"), nil).links.AckURL(t.Context(), page())
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"a guess": "/notifiers/sms/status/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "nothing": "/notifiers/sms/status/", "another notifier": "/notifiers/voice/status/" + token,
		"the link to acknowledge": "/notifiers/sms/status/" + ackURL[strings.LastIndexByte(ackURL, '/')+1:], "something behind it": r.path + "/x",
	} {
		if code := r.post(path, formType, "MessageStatus=failed"); code != http.StatusNotFound {
			t.Errorf("%s: %d", name, code)
		}
	}
	if len(r.in.events) != 0 || len(r.in.refused) == 0 {
		t.Errorf("%+v, %v", r.in.events, r.in.refused)
	}
}

func TestAReportThatCannotBeKeptIsReportedAgain(t *testing.T) {
	r := report(t)
	r.in.fails = bot.ErrUnavailable
	if code := r.post(r.path, formType, "MessageStatus=failed"); code != http.StatusServiceUnavailable {
		t.Errorf("%d", code)
	}
}

func TestReportsThatAreNone(t *testing.T) {
	r := report(t)
	for _, body := range []string{"{", strings.Repeat("a", maxReport+1), "[]", "null"} {
		if code := r.post(r.path, "application/json", body); code >= 500 {
			t.Errorf("%.10q: %d", body, code)
		}
	}
	if code := r.post(r.path, formType, "%zz"); code != http.StatusBadRequest || len(r.in.events) != 0 {
		t.Errorf("%d, %+v", code, r.in.events)
	}
	w := httptest.NewRecorder()
	if r.h.ServeHTTP(w, httptest.NewRequest(http.MethodDelete, r.path, nil)); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("%d", w.Code)
	}
}
