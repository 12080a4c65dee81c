package slack

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

// serve makes the workspace post to the adapter's handler.
func (w *world) serve() {
	server := httptest.NewServer(w.a.Handler())
	w.Cleanup(server.Close)
	w.slack.SetRequestURL(server.URL + EventsPath)
}

// post sends one request to the handler, signed unless sign changes that.
func (w *world) post(body, contentType string, at time.Time, change func(http.Header)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, EventsPath, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w.slack.Sign(r.Header, []byte(body), at)
	if change != nil {
		change(r.Header)
	}
	rec := httptest.NewRecorder()
	w.a.Handler().ServeHTTP(rec, r)
	return rec
}

const messageBody = `{"type":"event_callback","api_app_id":"A1","event":{"type":"message","channel":"C1","user":"UMARIA","text":"hola","ts":"1700000000.000100"}}`

func TestRequestsAreLetInOnlyWhenSlackSignedThemLately(t *testing.T) {
	for name, c := range map[string]struct {
		body, contentType string
		age               time.Duration
		change            func(http.Header)
		status            int
		counted           string
	}{
		"signed just now":             {status: 200},
		"signed four minutes ago":     {age: 4 * time.Minute, status: 200},
		"signed six minutes ago":      {age: 6 * time.Minute, status: 401, counted: "stale"},
		"signed in six minutes":       {age: -6 * time.Minute, status: 401, counted: "stale"},
		"not signed":                  {change: func(h http.Header) { h.Del("X-Slack-Signature") }, status: 401, counted: "signature"},
		"signed without a time":       {change: func(h http.Header) { h.Del("X-Slack-Request-Timestamp") }, status: 401, counted: "signature"},
		"signed with a changed time":  {change: func(h http.Header) { h.Set("X-Slack-Request-Timestamp", "1") }, status: 401, counted: "signature"},
		"signed by somebody else":     {change: func(h http.Header) { h.Set("X-Slack-Signature", "v0="+strings.Repeat("ab", 32)) }, status: 401, counted: "signature"},
		"signed with half a hash":     {change: func(h http.Header) { h.Set("X-Slack-Signature", "v0=abcd") }, status: 401, counted: "signature"},
		"signed in another version":   {change: func(h http.Header) { h.Set("X-Slack-Signature", "v1="+strings.Repeat("ab", 32)) }, status: 401, counted: "signature"},
		"not JSON":                    {body: `{"type":`, status: 400, counted: "malformed"},
		"no object":                   {body: `[]`, status: 400, counted: "malformed"},
		"of wrong types":              {body: `{"type":"event_callback","event":{"type":"message","channel":7}}`, status: 400, counted: "malformed"},
		"a message without a channel": {body: `{"type":"event_callback","event":{"type":"message","ts":"1.0","user":"U1"}}`, status: 400, counted: "malformed"},
		"a message without a ts":      {body: `{"type":"event_callback","event":{"type":"message","channel":"C1","user":"U1"}}`, status: 400, counted: "malformed"},
		"no event":                    {body: `{"type":"event_callback"}`, status: 400, counted: "malformed"},
		"another content type":        {contentType: "text/xml", status: 400, counted: "malformed"},
		"no content type":             {contentType: ";", status: 400, counted: "malformed"},
		"a form of nothing":           {body: "a=b", contentType: "application/x-www-form-urlencoded", status: 400, counted: "malformed"},
		"a form that is none":         {body: "payload=%zz", contentType: "application/x-www-form-urlencoded", status: 400, counted: "malformed"},
		"a command without a person":  {body: "command=/incident&trigger_id=1", contentType: "application/x-www-form-urlencoded", status: 400, counted: "malformed"},
		"Slack's own check":           {body: "ssl_check=1&token=x", contentType: "application/x-www-form-urlencoded", status: 200},
		"an unknown kind of event":    {body: `{"type":"event_callback","event":{"type":"team_join"}}`, status: 200},
		"too much":                    {body: strings.Repeat("x", maxBody+1), status: 413, counted: "too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			w := newWorld(t, inHTTP, logTo(&log)).run()
			body, kind := c.body, c.contentType
			if body == "" {
				body = messageBody
			}
			if kind == "" {
				kind = "application/json"
			}
			rec := w.post(body, kind, time.Now().Add(-c.age), c.change)
			if rec.Code != c.status {
				t.Errorf("the answer is %d %q, not %d", rec.Code, rec.Body, c.status)
			}
			w.stop()
			if c.counted != "" && (w.in.refusals[c.counted] != 1 || len(w.in.events) > 0) {
				t.Errorf("refusals are counted as %v, events are %v", w.in.refusals, w.in.events)
			}
			for _, secret := range []string{"signing-test", "xoxb-test", "hola", "v0="} {
				if strings.Contains(log.String(), secret) {
					t.Errorf("the log holds %q: %s", secret, &log)
				}
			}
		})
	}
}

func TestTheAddressIsVerifiedByItsChallenge(t *testing.T) {
	w := newWorld(t, inHTTP).run()
	rec := w.post(`{"type":"url_verification","challenge":"3eZbrw1a"}`, "application/json", time.Now(), nil)
	if rec.Code != 200 || rec.Body.String() != "3eZbrw1a" {
		t.Errorf("the answer is %d %q", rec.Code, rec.Body)
	}
	rec = w.post(`{"type":"url_verification","challenge":"x"}`, "application/json", time.Now(), func(h http.Header) { h.Del("X-Slack-Signature") })
	if rec.Code != 401 {
		t.Errorf("an unsigned challenge is answered with %d", rec.Code)
	}
}

func TestNothingIsTakenBeforeRunOrByOtherMethods(t *testing.T) {
	w := newWorld(t, inHTTP)
	if rec := w.post(messageBody, "application/json", time.Now(), nil); rec.Code != 503 {
		t.Errorf("before Run the answer is %d", rec.Code)
	}
	w.run()
	rec := httptest.NewRecorder()
	w.a.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, EventsPath, nil))
	if rec.Code != 405 {
		t.Errorf("GET is answered with %d", rec.Code)
	}
}

func TestWhatTheInboxDoesNotTakeIsNotAcknowledgedAndComesAgain(t *testing.T) {
	for _, mode := range []Mode{Socket, HTTP} {
		t.Run(string(mode), func(t *testing.T) {
			w := newWorld(t, func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.Mode = mode })
			if mode == HTTP {
				w.serve()
			}
			w.run()
			failures := 2
			w.in.setRefuse(func(bot.Event) error {
				if failures--; failures >= 0 {
					return errors.New("disk full")
				}
				return nil
			})
			_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "hola"})
			w.acked(e)
			// What was refused is offered to the inbox meanwhile too: Slack may find it taken.
			if n, status := e.Attempts(); n < 2 || n > 3 || (mode == HTTP && status != 200) {
				t.Errorf("it came %d times, last answered %d", n, status)
			}
			if got := w.in.texts(); len(got) != 1 {
				t.Errorf("accepted: %q", got)
			}
		})
	}
}

func TestARetryOfWhatIsKnownIsAcknowledgedAndOneEvent(t *testing.T) {
	w := newWorld(t, inHTTP).run()
	for try := range 3 {
		rec := w.post(messageBody, "application/json", time.Now(), func(h http.Header) { h.Set("X-Slack-Retry-Num", string(rune('0'+try))) })
		if rec.Code != 200 {
			t.Errorf("try %d is answered with %d", try, rec.Code)
		}
	}
	if got := w.in.all(); len(got) != 1 || w.in.offered("slack:C1:1700000000.000100") != 3 {
		t.Errorf("events %+v, keys %v", got, w.in.keys)
	}
}

func TestABodyThatBreaksOffIsRefused(t *testing.T) {
	w := newWorld(t, inHTTP).run()
	r := httptest.NewRequest(http.MethodPost, EventsPath, io.MultiReader(strings.NewReader("{"), broken{}))
	rec := httptest.NewRecorder()
	w.a.Handler().ServeHTTP(rec, r)
	if rec.Code != 400 {
		t.Errorf("it is answered with %d", rec.Code)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
