package ops

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sereno/bot"
)

// listener is who would alarm: the calls that it got.
type listener struct {
	*httptest.Server
	calls chan string
	code  atomic.Int32
}

func listening(t *testing.T) *listener {
	l := &listener{calls: make(chan string, 1000)} // more than any test makes
	l.code.Store(200)
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(int(l.code.Load()))
		l.calls <- r.Method + " " + r.URL.Path + " " + string(body)
	}))
	t.Cleanup(l.Close)
	return l
}

// until waits for a call that begins so.
func (l *listener) until(begin string) string {
	for c := range l.calls {
		if strings.HasPrefix(c, begin) {
			return c
		}
	}
	return ""
}

func TestTheHeartbeatStopsWhenSomethingIsWrongAndGoesOnAfterwards(t *testing.T) {
	l := listening(t)
	var wrong atomic.Pointer[[]string]
	wrong.Store(&[]string{})
	ctx, cancel := context.WithCancel(t.Context())
	h := &Heartbeat{
		URL: l.URL + "/beat", FailURL: l.URL + "/beat/fail", Every: time.Millisecond, Log: quiet, Client: l.Client(),
		Checks: []Check{func(context.Context) []string { return nil }, func(context.Context) []string { return *wrong.Load() }},
	}
	done := make(chan struct{})
	go func() { h.Run(ctx); close(done) }()
	l.until("GET /beat ")
	wrong.Store(&[]string{"INC-7: nothing follows", "store: disk full"})
	if got := l.until("POST /beat/fail "); got != "POST /beat/fail INC-7: nothing follows\nstore: disk full\n" {
		t.Errorf("it says %q", got)
	}
	if got := <-l.calls; !strings.HasPrefix(got, "POST") {
		t.Errorf("it beats on while something is wrong: %s", got)
	}
	wrong.Store(&[]string{})
	l.until("GET /beat ")
	cancel()
	<-done
}

func TestTheHeartbeatIsSilentWhereNobodyIsToldWhy(t *testing.T) {
	l := listening(t)
	h := &Heartbeat{URL: l.URL, Every: time.Hour, Log: quiet, Client: l.Client(), Checks: []Check{func(context.Context) []string { return []string{"x"} }}}
	if p := h.beat(t.Context()); p.err != nil || len(l.calls) != 0 {
		t.Errorf("%v, %d calls", p.err, len(l.calls))
	}
}

func TestACheckThatHangsStopsTheHeartbeat(t *testing.T) {
	release := make(chan struct{})
	var gone sync.WaitGroup
	gone.Add(1)
	hangs := func(context.Context) []string { defer gone.Done(); <-release; return nil }
	got := Ask(t.Context(), time.Millisecond, []Check{hangs})
	if !slices.Equal(got, []string{"a check did not answer in time"}) {
		t.Errorf("%v", got)
	}
	close(release)
	gone.Wait()
}

func TestTheAddressOfTheHeartbeatIsNotShown(t *testing.T) {
	l := listening(t)
	var log bytes.Buffer
	h := &Heartbeat{URL: l.URL + "/verysecret", Every: time.Hour, Log: slog.New(slog.NewTextHandler(&log, nil)), Client: l.Client()}
	l.code.Store(500)
	h.beat(t.Context()).log(h.Log)
	l.Close()
	h.beat(t.Context()).log(h.Log)
	if n := strings.Count(log.String(), "did not arrive"); n != 2 || strings.Contains(log.String(), "verysecret") {
		t.Errorf("logged\n%s", log.String())
	}
}

func TestCalendarsAreServedToWhoHasTheSecret(t *testing.T) {
	calendar := []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
	var fails error
	h := Feed("/oncall/", func(_ context.Context, secret string) ([]byte, error) {
		if fails != nil {
			return nil, fails
		}
		if secret != "ABC" {
			return nil, bot.ErrNotFound
		}
		return calendar, nil
	}, quiet)
	ask := func(path, tag string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	res := ask("/oncall/ABC.ics", "")
	body, _ := io.ReadAll(res.Body)
	tag := res.Header.Get("ETag")
	if res.StatusCode != 200 || !bytes.Equal(body, calendar) || res.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || tag == "" || res.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	for _, again := range []string{tag, "W/" + tag, `"x", ` + tag} {
		if res := ask("/oncall/ABC.ics", again); res.StatusCode != http.StatusNotModified {
			t.Errorf("with %s: %d", again, res.StatusCode)
		}
	}
	if res := ask("/oncall/ABC.ics", `"x"`); res.StatusCode != 200 {
		t.Errorf("with another tag: %d", res.StatusCode)
	}
	for _, path := range []string{"/oncall/ABD.ics", "/oncall/ABC", "/oncall/.ics", "/oncall/", "/oncall/" + strings.Repeat("A", 100) + ".ics", "/oncall/ABC.ics/x"} {
		if res := ask(path, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	fails = errors.New("away")
	if res := ask("/oncall/ABC.ics", ""); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%d", res.StatusCode)
	}
}
