package mail

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"sereno/adapters/links"
	"sereno/adapters/mail/mailtest"
	"sereno/bot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func server(t testing.TB, o mailtest.Options) *mailtest.Server {
	t.Helper()
	s, err := mailtest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func adapter(t testing.TB, s *mailtest.Server, change ...func(*Config)) *Adapter {
	t.Helper()
	c := Config{Host: "127.0.0.1", Port: s.Port(), From: "Sereno <sereno@example.com>", TLS: StartTLS}
	for _, f := range change {
		f(&c)
	}
	a, err := New(c, Options{
		Logger: slog.New(slog.DiscardHandler), TLSConfig: s.TLS(),
		Links: links.New("https://s.example.com", func(context.Context) (string, error) { return "secret", nil }),
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func page() *bot.Delivery {
	return &bot.Delivery{
		ID: 7, Key: "k7ABC", Kind: bot.Page, Platform: Platform, User: "ana@example.com", Incident: "INC-7", At: noon, Attempt: 1,
		Message: bot.Message{
			Title: "INC-7 · Acme · compromiso en riesgo", Text: "Vence hoy 11:00.", Quote: "No anda <b>nada</b>",
			Buttons: []bot.Button{{ID: "ack", Label: "Recibido", Value: "INC-7"}},
		},
	}
}

// parts are a mail's bodies by their type.
func parts(t testing.TB, m mailtest.Mail) map[string]string {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for r := multipart.NewReader(strings.NewReader(m.Body), params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		media, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		out[media] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

func subjectOf(t testing.TB, m mailtest.Mail) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAPageIsOneMail(t *testing.T) {
	s := server(t, mailtest.Options{})
	a := adapter(t, s)
	r, err := a.Deliver(t.Context(), page())
	if err != nil || r.Message != "<k7ABC@example.com>" {
		t.Fatalf("%+v, %v", r, err)
	}
	m := s.Mails()
	if len(m) != 1 || m[0].To != "ana@example.com" || m[0].From != "sereno@example.com" {
		t.Fatalf("%+v", m)
	}
	if got := subjectOf(t, m[0]); got != "INC-7 · Acme · compromiso en riesgo" {
		t.Errorf("subject %q", got)
	}
	for name, want := range map[string]string{
		"Message-ID": "<k7ABC@example.com>", "References": "<incident-INC-7@example.com>", "In-Reply-To": "<incident-INC-7@example.com>",
		"Auto-Submitted": "auto-generated", "Importance": "high", "Date": "Wed, 25 Nov 2026 12:00:00 +0000",
	} {
		if got := m[0].Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	link := "https://s.example.com/ack/"
	body := parts(t, m[0])
	for _, want := range []string{"Vence hoy 11:00.", "> No anda <b>nada</b>", "Recibido: " + link} {
		if !strings.Contains(body["text/plain"], want) {
			t.Errorf("no %q in\n%s", want, body["text/plain"])
		}
	}
	for _, want := range []string{"No anda &lt;b&gt;nada&lt;/b&gt;", `<a href="` + link, ">Recibido</a>"} {
		if !strings.Contains(body["text/html"], want) {
			t.Errorf("no %q in\n%s", want, body["text/html"])
		}
	}
}

func TestARepetitionIsTheSameMail(t *testing.T) {
	s := server(t, mailtest.Options{})
	a := adapter(t, s)
	s.Fault(mailtest.LosesAnswer, 1)
	d := page()
	_, err := a.Deliver(t.Context(), d)
	if known := known(err); err == nil || known.NotSent || known.Permanent {
		t.Fatalf("a mail whose answer was lost: %v", err)
	}
	d.Attempt, d.Doubtful = 2, true
	if _, err := a.Deliver(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	m := s.Mails()
	if len(m) != 2 || m[0].Header.Get("Message-ID") != m[1].Header.Get("Message-ID") {
		t.Fatalf("%d mails", len(m))
	}
	if d := cmp.Diff(parts(t, m[0]), parts(t, m[1])); d != "" {
		t.Error(d)
	}
}

func TestPagesOfOneIncidentAreOneThread(t *testing.T) {
	s := server(t, mailtest.Options{})
	a := adapter(t, s)
	for i, incident := range []string{"INC-7", "INC-7", "INC-8", ""} {
		d := page()
		d.Incident, d.Key = incident, d.Key+string(rune('a'+i))
		if _, err := a.Deliver(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, m := range s.Mails() {
		got = append(got, m.Header.Get("References"))
	}
	if d := cmp.Diff([]string{"<incident-INC-7@example.com>", "<incident-INC-7@example.com>", "<incident-INC-8@example.com>", ""}, got); d != "" {
		t.Error(d)
	}
}

func known(err error) bot.DeliveryError {
	var de *bot.DeliveryError
	if errors.As(err, &de) {
		return *de
	}
	return bot.DeliveryError{}
}

func TestWhatTheServerAnswersIsUnderstood(t *testing.T) {
	for _, tt := range []struct {
		fault              mailtest.Fault
		permanent, notSent bool
	}{
		{mailtest.RefusesRecipient, true, true},
		{mailtest.RecipientLater, false, true},
		{mailtest.RefusesSender, true, true},
		{mailtest.RefusesContent, true, true},
		{mailtest.ContentLater, false, true},
		{mailtest.BreaksOff, false, true},
		{mailtest.LosesAnswer, false, false},
	} {
		t.Run(string(tt.fault), func(t *testing.T) {
			s := server(t, mailtest.Options{})
			s.Fault(tt.fault, 1)
			_, err := adapter(t, s).Deliver(t.Context(), page())
			if k := known(err); err == nil || k.Permanent != tt.permanent || k.NotSent != tt.notSent {
				t.Errorf("permanent %v, not sent %v: %v", k.Permanent, k.NotSent, err)
			}
		})
	}
}

func TestAServerThatCannotBeReachedIsWaitedFor(t *testing.T) {
	s, err := mailtest.New(mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := adapter(t, s)
	s.Close()
	_, err = a.Deliver(t.Context(), page())
	if k := known(err); err == nil || k.Permanent || !k.NotSent {
		t.Errorf("got %v", err)
	}
	if p := a.Check(t.Context(), nil, nil); len(p) != 1 || p[0].Code != "unreachable" || p[0].Cause == "" {
		t.Errorf("%+v", p)
	}
}

func TestASilentServerHoldsUpNobodyLongerThanAsked(t *testing.T) {
	s := server(t, mailtest.Options{})
	s.Fault(mailtest.Hangs, 1)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	a := adapter(t, s)
	go func() { _, err := a.Deliver(ctx, page()); ended <- err }()
	<-s.Hung()
	cancel()
	if err := <-ended; err == nil {
		t.Error("it was sent")
	}
}

func TestPasswordsGoOverEncryptedConnections(t *testing.T) {
	login := mailtest.Options{Username: "u", Password: "correct"}
	with := func(o mailtest.Options, change func(*mailtest.Options)) mailtest.Options { change(&o); return o }
	for _, tt := range []struct {
		name   string
		server mailtest.Options
		tls    TLS
		pass   string
		code   string // of the check; "" when it works
	}{
		{"after STARTTLS", login, StartTLS, "correct", ""},
		{"encrypted from the first byte", with(login, func(o *mailtest.Options) { o.Implicit = true }), Implicit, "correct", ""},
		{"in the clear to this machine", with(login, func(o *mailtest.Options) { o.Plain = true }), NoTLS, "correct", ""},
		{"a wrong one", login, StartTLS, "wrong-verysecret", "login"},
		{"a server that does not encrypt", with(login, func(o *mailtest.Options) { o.Plain = true }), StartTLS, "verysecret", "unreachable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := server(t, tt.server)
			a := adapter(t, s, func(c *Config) { c.Username, c.Password, c.TLS = "u", tt.pass, tt.tls })
			_, err := a.Deliver(t.Context(), page())
			problems := a.Check(t.Context(), nil, nil)
			if tt.code == "" {
				if err != nil || len(problems) != 0 || len(s.Mails()) != 1 {
					t.Errorf("%v, %+v", err, problems)
				}
				return
			}
			if k := known(err); err == nil || k.Permanent || !k.NotSent || strings.Contains(err.Error(), "verysecret") {
				t.Errorf("got %v", err)
			}
			if len(problems) != 1 || problems[0].Code != tt.code {
				t.Errorf("%+v", problems)
			}
		})
	}
}

func TestNobodysWordsAreMoreThanWords(t *testing.T) {
	s := server(t, mailtest.Options{})
	a := adapter(t, s)
	for _, words := range []string{
		"a\r\nBcc: eve@example.com\r\n\r\nBody", "\n.\r\nMAIL FROM:<eve@example.com>\r\n", "=?utf-8?q?=0D=0ABcc:eve=40example.com?=",
		"\x00\x01\x7f", "\u202e\u2028", strings.Repeat("ñ", 2000), "{{.Link}}", "-- \n--boundary--",
	} {
		d := page()
		d.Key, d.Message.Title, d.Message.Text, d.Message.Quote = words, words, words, words
		d.Incident = words
		if _, err := a.Deliver(t.Context(), d); err != nil {
			t.Errorf("%q: %v", words, err)
		}
	}
	for _, m := range s.Mails() {
		if m.Header.Get("Bcc") != "" || m.To != "ana@example.com" || m.From != "sereno@example.com" || len(m.Header["Message-Id"]) != 1 {
			t.Errorf("%+v", m.Header)
		}
		if len(parts(t, m)) != 2 {
			t.Errorf("the parts of\n%s", m.Raw)
		}
	}
	if n := len(s.Mails()); n != 8 {
		t.Errorf("%d mails", n)
	}
}

func TestWhatIsNoAddressIsRefusedForGood(t *testing.T) {
	s := server(t, mailtest.Options{})
	a := adapter(t, s)
	for _, to := range []string{"", "ana", "Ana <ana@example.com>", "ana@example.com, eve@example.com", "ana@example.com\r\nRCPT TO:<eve@example.com>"} {
		d := page()
		d.User, d.Channel = to, "C1"
		_, err := a.Deliver(t.Context(), d)
		if k := known(err); !k.Permanent || !k.NotSent {
			t.Errorf("%q: %v", to, err)
		}
	}
	if len(s.Mails()) > 0 {
		t.Errorf("%+v", s.Mails())
	}
}

func TestWhatMailDoesNotCarry(t *testing.T) {
	s := server(t, mailtest.Options{})
	a := adapter(t, s)
	for _, kind := range []bot.DeliveryKind{bot.Post, bot.Ephemeral, bot.Refused, bot.OpenForm, bot.Withdraw, bot.React, bot.Home} {
		d := page()
		d.Kind = kind
		_, err := a.Deliver(t.Context(), d)
		if k := known(err); !k.Permanent {
			t.Errorf("%s: %v", kind, err)
		}
	}
	d := page()
	d.Kind, d.Target = bot.Update, bot.Ref{Message: "<k@example.com>"}
	if _, err := a.Deliver(t.Context(), d); err != nil {
		t.Errorf("an update: %v", err)
	}
	d = page()
	d.Kind, d.Incident, d.Message = bot.Direct, "", bot.Message{Text: "Tu turno empieza mañana 09:00."}
	if _, err := a.Deliver(t.Context(), d); err != nil {
		t.Errorf("a direct message: %v", err)
	}
	m := s.Mails()
	if len(m) != 1 || subjectOf(t, m[0]) != "Tu turno empieza mañana 09:00." || m[0].Header.Get("Importance") != "" {
		t.Errorf("%+v", m)
	}
}

func TestManyMailsAtOnce(t *testing.T) {
	s := server(t, mailtest.Options{})
	a := adapter(t, s)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			d := page()
			d.Key += string(rune('a' + i))
			if _, err := a.Deliver(t.Context(), d); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(s.Mails()); n != 16 {
		t.Errorf("%d mails", n)
	}
}

type inbox struct {
	bot.Inbox
	caughtUp chan string
}

func (i inbox) CaughtUp(platform string) { i.caughtUp <- platform }

func TestNothingIsCaughtUpWith(t *testing.T) {
	a := adapter(t, server(t, mailtest.Options{}))
	ctx, cancel := context.WithCancel(t.Context())
	in, ended := inbox{caughtUp: make(chan string, 1)}, make(chan error, 1)
	go func() { ended <- a.Run(ctx, in) }()
	if got := <-in.caughtUp; got != Platform || !a.Features().OneWay {
		t.Errorf("%s, %+v", got, a.Features())
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func FuzzMessage(f *testing.F) {
	a, err := New(Config{Host: "localhost", Port: 25, From: "s@example.com"}, Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("a\r\nBcc: eve@example.com", "INC-7", "ana@example.com")
	f.Add("\n.\n", "x>\r\n<", "\"a\r\n b\"@example.com")
	f.Fuzz(func(t *testing.T, words, incident, to string) {
		d := page()
		d.Message.Title, d.Message.Text, d.Incident, d.User, d.Key = words, words, incident, to, words
		m, err := a.message(t.Context(), d)
		if err != nil {
			return
		}
		var raw strings.Builder
		if _, err := m.WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		read, err := netmail.ReadMessage(strings.NewReader(raw.String()))
		if err != nil {
			t.Fatalf("%v\n%s", err, raw.String())
		}
		if read.Header.Get("Bcc") != "" || len(read.Header["To"]) != 1 || len(read.Header["Subject"]) > 1 {
			t.Errorf("%v", read.Header)
		}
	})
}
