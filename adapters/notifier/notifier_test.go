package notifier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sereno/adapters/links"
	"sereno/bot"
	"sereno/bot/letter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

type clock struct{}

func (clock) Now() time.Time { return noon }

// got is a request that came in.
type got struct {
	*http.Request
	body string
}

// provider is who is called: what it was sent, and what it answers.
type provider struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []got
	answer func(http.ResponseWriter, *http.Request)
}

func newProvider(t testing.TB) *provider {
	p := &provider{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		p.calls = append(p.calls, got{r, string(body)})
		answer := p.answer
		p.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *provider) all() []got {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]got(nil), p.calls...)
}

func template(t testing.TB, s string) *letter.Template {
	t.Helper()
	parsed, err := letter.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

type subject struct {
	*Adapter
	log *bytes.Buffer
}

func adapter(t testing.TB, c Config, client *http.Client) subject {
	t.Helper()
	if c.Name == "" {
		c.Name = "sms"
	}
	if c.Method == "" {
		c.Method = http.MethodPost
	}
	var log bytes.Buffer
	a, err := New(c, Options{
		Logger: slog.New(slog.NewTextHandler(&log, nil)), Client: client, Clock: clock{},
		Links: links.New("https://s.example.com", func(context.Context) (string, error) { return "secret", nil }),
	})
	if err != nil {
		t.Fatal(err)
	}
	return subject{a, &log}
}

func page() *bot.Delivery {
	return &bot.Delivery{
		ID: 7, Key: "k7ABC", Kind: bot.Page, Platform: "sms", User: "+5491112345678", Incident: "INC-7", At: noon, Attempt: 1,
		Severity: "critical", Reason: "at_risk", Clock: "first_response", Due: noon.Add(time.Hour),
		Message: bot.Message{
			Title: "INC-7 · Acme", Text: "Vence hoy 11:00.", Quote: "No anda",
			Buttons: []bot.Button{{ID: "ack", Label: "Recibido", Value: "INC-7"}},
		},
	}
}

func known(err error) bot.DeliveryError {
	var de *bot.DeliveryError
	if errors.As(err, &de) {
		return *de
	}
	return bot.DeliveryError{}
}

// twilio is configured as docs/notifiers.md says.
func twilio(t testing.TB, address string) Config {
	return Config{
		URL: address + "/2010-04-01/Accounts/AC1/Messages.json", Username: "AC1", Password: "token",
		Fields: []Field{
			{"To", template(t, "{{.To}}")},
			{"From", template(t, "+15005550006")},
			{"Body", template(t, "{{cut 300 .Title}} {{.Link}}")},
			{"StatusCallback", template(t, "{{.Callback}}")},
		},
		Status: &Status{Field: "MessageStatus", Delivered: []string{"delivered"}, Seen: []string{"read"}, Failed: []string{"failed", "undelivered"}},
	}
}

func TestATextMessageIsOneFormWithALogin(t *testing.T) {
	p := newProvider(t)
	p.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) }
	a := adapter(t, twilio(t, p.URL), p.Client())
	if _, err := a.Deliver(t.Context(), page()); err != nil {
		t.Fatal(err)
	}
	calls := p.all()
	if len(calls) != 1 {
		t.Fatalf("%d calls", len(calls))
	}
	user, pass, _ := calls[0].BasicAuth()
	form, err := url.ParseQuery(calls[0].body)
	if err != nil || user != "AC1" || pass != "token" || calls[0].Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("%v, %s:%s, %v", err, user, pass, calls[0].Header)
	}
	if form.Get("To") != "+5491112345678" || !strings.HasPrefix(form.Get("Body"), "INC-7 · Acme https://s.example.com/ack/") {
		t.Errorf("%v", form)
	}
	if !strings.HasPrefix(form.Get("StatusCallback"), "https://s.example.com/notifiers/sms/status/") || calls[0].Header.Get(KeyHeader) != "k7ABC" {
		t.Errorf("%v, %v", form, calls[0].Header)
	}
}

// verified is how docs/notifiers.md tells receivers to check a request.
func verified(secret string, r got, now time.Time) bool {
	sent := r.Header.Get(TimeHeader)
	at, err := strconv.ParseInt(sent, 10, 64)
	return err == nil && now.Sub(time.Unix(at, 0)).Abs() < 5*time.Minute && r.Header.Get(SignatureHeader) == Sign(secret, sent, r.body)
}

func TestAWebhookIsASignedDocument(t *testing.T) {
	p := newProvider(t)
	a := adapter(t, Config{Name: "hook", URL: p.URL + "/in?x=1", Signing: "a secret of our own", Headers: []Header{{"Authorization", "Bearer t"}}}, p.Client())
	for range 2 { // a doubtful one is repeated
		if _, err := a.Deliver(t.Context(), page()); err != nil {
			t.Fatal(err)
		}
	}
	calls := p.all()
	if len(calls) != 2 || calls[0].body != calls[1].body || calls[1].Header.Get(KeyHeader) != "k7ABC" {
		t.Fatalf("a repetition is another document: %+v", calls)
	}
	if !verified("a secret of our own", calls[0], noon) || verified("another", calls[0], noon) {
		t.Errorf("signature %s", calls[0].Header.Get(SignatureHeader))
	}
	var doc Document
	if err := json.Unmarshal([]byte(calls[0].body), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Version != 1 || doc.Key != "k7ABC" || doc.Kind != "page" || doc.To != "+5491112345678" || doc.Title != "INC-7 · Acme" || doc.Text != "Vence hoy 11:00." ||
		doc.Quote != "No anda" || doc.Severity != "critical" || doc.Due != "2026-11-25T13:00:00Z" || !strings.HasPrefix(doc.Link, "https://s.example.com/ack/") || doc.Callback != "" {
		t.Errorf("%+v", doc)
	}
	if calls[0].Header.Get("Authorization") != "Bearer t" || calls[0].URL.RawQuery != "x=1" {
		t.Errorf("%v", calls[0].Header)
	}
}

func TestAGetCarriesItsFieldsInTheAddress(t *testing.T) {
	p := newProvider(t)
	a := adapter(t, Config{URL: p.URL + "/send?key=1", Method: http.MethodGet, Fields: []Field{{"text", template(t, "{{.Title}}")}}}, p.Client())
	if _, err := a.Deliver(t.Context(), page()); err != nil {
		t.Fatal(err)
	}
	if q := p.all()[0].URL.Query(); q.Get("key") != "1" || q.Get("text") != "INC-7 · Acme" || p.all()[0].body != "" {
		t.Errorf("%v", q)
	}
}

func TestWhatTheProviderAnswersIsUnderstood(t *testing.T) {
	for _, tt := range []struct {
		name               string
		code               int
		after              string
		success            []int
		fine               bool
		permanent, notSent bool
		wait               time.Duration
	}{
		{name: "taken", code: 201, fine: true},
		{name: "one of the statuses that count", code: 202, success: []int{200, 202}, fine: true},
		{name: "none of them", code: 204, success: []int{200, 202}, permanent: true},
		{name: "sent elsewhere", code: 302, permanent: true, notSent: true},
		{name: "a bad request", code: 400, permanent: true, notSent: true},
		{name: "not allowed", code: 401, permanent: true, notSent: true},
		{name: "took too long", code: 408, notSent: true},
		{name: "too early", code: 425, notSent: true},
		{name: "too many", code: 429, after: "7", notSent: true, wait: 7 * time.Second},
		{name: "too many, until an instant", code: 429, after: noon.Add(time.Minute).Format(http.TimeFormat), notSent: true, wait: time.Minute},
		{name: "too many, for how long it does not say", code: 429, notSent: true, wait: limited},
		{name: "too many, for a year", code: 429, after: "31536000", notSent: true, wait: maxWait},
		{name: "an error of theirs", code: 500},
		{name: "a gateway without an answer", code: 504},
		{name: "not now", code: 503, after: "3", notSent: true, wait: 3 * time.Second},
		{name: "not now, for how long it does not say", code: 503, notSent: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newProvider(t)
			p.answer = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", p.URL+"/elsewhere")
				if tt.after != "" {
					w.Header().Set("Retry-After", tt.after)
				}
				w.WriteHeader(tt.code)
				if tt.code != 204 {
					_, _ = io.WriteString(w, "verysecret words of theirs")
				}
			}
			_, err := adapter(t, Config{URL: p.URL, Success: tt.success}, p.Client()).Deliver(t.Context(), page())
			if tt.fine {
				if err != nil {
					t.Error(err)
				}
				return
			}
			k := known(err)
			if err == nil || k.Permanent != tt.permanent || k.NotSent != tt.notSent || k.RetryAfter != tt.wait || strings.Contains(err.Error(), "verysecret") {
				t.Errorf("%+v", k)
			}
			if len(p.all()) != 1 {
				t.Errorf("%d calls: a secret may have gone elsewhere", len(p.all()))
			}
		})
	}
}

func TestAProviderThatIsAwayIsWaitedForAndItsAddressIsNotShown(t *testing.T) {
	p := newProvider(t)
	address := p.URL + "/hooks/verysecret"
	p.Close()
	_, err := adapter(t, Config{URL: address}, nil).Deliver(t.Context(), page())
	if k := known(err); err == nil || k.Permanent || !k.NotSent || strings.Contains(err.Error(), "verysecret") {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerThatIsLostLeavesADoubt(t *testing.T) {
	p := newProvider(t)
	p.answer = func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			conn.Close()
		}
	}
	_, err := adapter(t, Config{URL: p.URL}, p.Client()).Deliver(t.Context(), page())
	if k := known(err); err == nil || k.Permanent || k.NotSent {
		t.Errorf("got %v", err)
	}
}

func TestASilentProviderHoldsUpNobodyLongerThanAsked(t *testing.T) {
	p := newProvider(t)
	asked := make(chan struct{})
	p.answer = func(_ http.ResponseWriter, r *http.Request) { close(asked); <-r.Context().Done() }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	a := adapter(t, Config{URL: p.URL}, p.Client())
	go func() { _, err := a.Deliver(ctx, page()); ended <- err }()
	<-asked
	cancel()
	if err := <-ended; err == nil {
		t.Error("it was sent")
	}
}

func TestWhatANotifierDoesNotCarry(t *testing.T) {
	p := newProvider(t)
	a := adapter(t, Config{URL: p.URL}, p.Client())
	for _, kind := range []bot.DeliveryKind{bot.Post, bot.Ephemeral, bot.Refused, bot.OpenForm, bot.Withdraw, bot.React, bot.Home} {
		d := page()
		d.Kind = kind
		if _, err := a.Deliver(t.Context(), d); !known(err).Permanent {
			t.Errorf("%s: %v", kind, err)
		}
	}
	d := page()
	d.User, d.Channel = "", "C1"
	if _, err := a.Deliver(t.Context(), d); !known(err).Permanent {
		t.Errorf("to a channel: %v", err)
	}
	d = page()
	d.Kind = bot.Update
	if _, err := a.Deliver(t.Context(), d); err != nil || len(p.all()) != 0 {
		t.Errorf("an update: %v, %d calls", err, len(p.all()))
	}
}

func TestNobodysWordsAreMoreThanWords(t *testing.T) {
	p := newProvider(t)
	sms := adapter(t, twilio(t, p.URL), p.Client())
	hook := adapter(t, Config{Name: "hook", URL: p.URL, Body: template(t, `{"text": {{json .Title}}}`), ContentType: "application/json"}, p.Client())
	for _, words := range []string{"a&To=+666&From=x", "\"},{\"text\":\"", "{{.To}}", "\r\nX: y", "\x00\xff", strings.Repeat("ñ", 5000)} {
		d := page()
		d.Message.Title, d.Message.Text, d.Message.Quote, d.Incident = words, words, words, words
		for _, a := range []subject{sms, hook} {
			if _, err := a.Deliver(t.Context(), d); err != nil {
				t.Errorf("%q: %v", words, err)
			}
		}
	}
	for _, c := range p.all() {
		if c.Header.Get("Content-Type") == "application/json" {
			var doc map[string]string
			if err := json.Unmarshal([]byte(c.body), &doc); err != nil || len(doc) != 1 {
				t.Errorf("%q: %v", c.body, err)
			}
			continue
		}
		form, err := url.ParseQuery(c.body)
		if err != nil || len(form) != 4 || form.Get("To") != "+5491112345678" || len(form["To"]) != 1 {
			t.Errorf("%q: %v", c.body, err)
		}
	}
}

func TestTheCheckSendsNothing(t *testing.T) {
	p := newProvider(t)
	a := adapter(t, Config{URL: p.URL, Username: "u", Password: "p"}, p.Client())
	code := http.StatusMethodNotAllowed
	p.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	if got := a.Check(t.Context(), nil, nil); len(got) != 0 || p.all()[0].Method != http.MethodOptions {
		t.Errorf("%+v", got)
	}
	code = http.StatusUnauthorized
	if got := a.Check(t.Context(), nil, nil); len(got) != 1 || got[0].Code != "login" {
		t.Errorf("%+v", got)
	}
	p.Close()
	if got := a.Check(t.Context(), nil, nil); len(got) != 1 || got[0].Code != "unreachable" || strings.Contains(got[0].Cause, "http://") {
		t.Errorf("%+v", got)
	}
}
