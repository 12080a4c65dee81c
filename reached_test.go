package main_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/adapters/links"
	"sereno/adapters/mail"
	"sereno/adapters/mail/mailtest"
	"sereno/adapters/notifier"
	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/letter"
	"sereno/commands"
	"sereno/store"
)

// stopped is a clock that stands still: Wednesday 25 November 2026, 10:00 in
// Buenos Aires, when Ana is on call.
type stopped struct{}

func (stopped) Now() time.Time { return time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC) }

// room is a chat that takes everything.
type room struct{ bot.Adapter }

func (room) Platform() string       { return "console" }
func (room) Features() bot.Features { return bot.Features{Edits: true} }
func (room) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	return bot.Receipt{Channel: d.Channel, Message: d.Key}, nil
}

// night is a bot whose people are reached beside the chat: Ana by mail, Luis by
// mail too, Diego by text message.
type night struct {
	*testing.T
	*bot.Bot
	store *store.Store
	mail  *mailtest.Server
	texts chan url.Values // what the provider was sent
	web   http.Handler
}

func newNight(t *testing.T) *night {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	n := &night{T: t, store: s, texts: make(chan url.Values, 10)}
	if n.mail, err = mailtest.New(mailtest.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.mail.Close)
	provider := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		n.texts <- form
	}))
	t.Cleanup(provider.Close)

	given := links.New("https://s.example.com", func(ctx context.Context) (string, error) { return bot.LinkSecret(ctx, s) })
	quiet := slog.New(slog.DiscardHandler)
	post, err := mail.New(mail.Config{Host: "127.0.0.1", Port: n.mail.Port(), From: "s@example.com", TLS: mail.StartTLS},
		mail.Options{Logger: quiet, Links: given, TLSConfig: n.mail.TLS()})
	if err != nil {
		t.Fatal(err)
	}
	field := func(name, text string) notifier.Field {
		parsed, err := letter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return notifier.Field{Name: name, Value: parsed}
	}
	sms, err := notifier.New(notifier.Config{
		Name: "sms", URL: provider.URL, Method: http.MethodPost,
		Fields: []notifier.Field{field("To", "{{.To}}"), field("Body", "{{.Title}} {{.Link}}"), field("StatusCallback", "{{.Callback}}")},
		Status: &notifier.Status{Field: "MessageStatus", Delivered: []string{"delivered"}, Failed: []string{"failed"}},
	}, notifier.Options{Logger: quiet, Client: provider.Client(), Clock: stopped{}, Links: given})
	if err != nil {
		t.Fatal(err)
	}

	c := config.Sample().Company
	c.Person("ana").Identities = map[string]string{"mail": "ana@example.com"}
	c.Person("luis").Identities["mail"] = "luis@example.com"
	c.Person("diego").Identities = map[string]string{"sms": "+5491112345678"}
	if n.Bot, err = bot.New(bot.Options{
		Company: c, Store: s, Adapters: []bot.Adapter{room{}, post, sms}, Clock: stopped{},
		Commands: commands.New(), Articles: noArticles{}, Logger: quiet, Keys: func() string { return rand.Text()[:25] },
	}); err != nil {
		t.Fatal(err)
	}
	for _, a := range []bot.Adapter{post, sms} {
		n.run(a)
	}
	mux := http.NewServeMux()
	mux.Handle(notifier.Path("sms"), sms.Handler(func(ctx context.Context, id int64) (d *bot.Delivery, err error) {
		l, err := n.Linked(ctx, id)
		return l.Delivery, err
	}))
	mux.Handle(links.AckPath, given.Handler(n.Bot, stopped{}, quiet))
	n.web = mux
	return n
}

// run runs the adapter as the bot does, until the test ends.
func (n *night) run(a bot.Adapter) {
	ctx, cancel := context.WithCancel(context.Background())
	in, ended := ready{n.Bot, make(chan struct{})}, make(chan error, 1)
	go func() { ended <- a.Run(ctx, in) }()
	<-in.up
	n.Cleanup(func() { cancel(); <-ended })
}

// ready says when an adapter has caught up.
type ready struct {
	*bot.Bot
	up chan struct{}
}

func (r ready) CaughtUp(string) { close(r.up) }

// proofs are those of the pages of the incident.
func (n *night) proofs() (out []bot.PageRecord) {
	n.Helper()
	err := n.store.View(n.Context(), func(tx bot.Tx) (err error) {
		out, err = tx.PagesOf(n.Context(), 1)
		return err
	})
	if err != nil {
		n.Fatal(err)
	}
	return out
}

// hear accepts what somebody does and does everything that follows.
func (n *night) hear(e bot.Event) {
	n.Helper()
	e.Key, e.Platform, e.At = rand.Text(), "console", stopped{}.Now()
	if err := n.Accept(n.Context(), e); err != nil {
		n.Fatal(err)
	}
	n.settle()
}

func (n *night) settle() {
	n.Helper()
	if err := n.Settle(n.Context()); err != nil {
		n.Fatal(err)
	}
}

// browse follows an address of ours; a form is posted.
func (n *night) browse(address, form string) (int, string) {
	n.Helper()
	method := http.MethodGet
	if form != "" {
		method = http.MethodPost
	}
	r := httptest.NewRequest(method, strings.TrimPrefix(address, "https://s.example.com"), strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	n.web.ServeHTTP(w, r)
	n.settle()
	return w.Code, w.Body.String()
}

func (n *night) acknowledged() string {
	n.Helper()
	var by string
	err := n.store.View(n.Context(), func(tx bot.Tx) error {
		inc, err := tx.Incident(n.Context(), 1)
		if err == nil {
			by = inc.Escalation.AckedBy
		}
		return err
	})
	if err != nil {
		n.Fatal(err)
	}
	return by
}

var (
	linkInMail = regexp.MustCompile(`https://s\.example\.com/ack/[\w-]+`)
	onceOnPage = regexp.MustCompile(`name="once" value="(\w+)"`)
)

func TestSomebodyWhoHasOnlyMailIsPagedAndAcknowledges(t *testing.T) {
	n := newNight(t)
	n.hear(bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Message: "m1", User: "maria", Text: "La API de pagos devuelve error 500"})
	n.hear(bot.Event{Kind: bot.CommandTyped, Channel: "payments-team", User: "luis", Text: "/incident escalate INC-1"})
	got := n.mail.Mails()
	if len(got) != 1 || got[0].To != "ana@example.com" {
		t.Fatalf("%d mails: %+v", len(got), got)
	}
	// The address is cut over two lines, as quoted-printable does.
	link := linkInMail.FindString(strings.ReplaceAll(got[0].Body, "=\r\n", ""))
	if link == "" {
		t.Fatalf("no link in\n%s", got[0].Body)
	}
	code, page := n.browse(link, "")
	if code != 200 || !strings.Contains(page, "INC-1") || n.acknowledged() != "" {
		t.Fatalf("following the link: %d, acknowledged by %q\n%s", code, n.acknowledged(), page)
	}
	n.browse(link+"/seen", "")
	if p := n.proofs(); len(p) != 1 || p[0].Accepted.IsZero() || p[0].Seen.IsZero() || !p[0].Acted.IsZero() || p[0].Platform != "mail" || p[0].Person != "ana" {
		t.Errorf("proofs %+v", p)
	}
	once := "once=" + onceOnPage.FindStringSubmatch(page)[1]
	if code, page = n.browse(link, once); code != 200 || n.acknowledged() != "ana" {
		t.Fatalf("%d, acknowledged by %q\n%s", code, n.acknowledged(), page)
	}
	if p := n.proofs(); len(p) != 1 || p[0].Acted.IsZero() {
		t.Errorf("proofs %+v", p)
	}
	if _, page = n.browse(link, ""); !strings.Contains(page, "Ana tomó conocimiento") || strings.Contains(page, "<button") {
		t.Errorf("afterwards it shows\n%s", page)
	}
	n.browse(link, "once=again") // is refused, and there is nowhere else to say so
	err := n.store.View(t.Context(), func(tx bot.Tx) error {
		b, err := tx.Backlog(t.Context())
		if b.DeadDeliveries+b.DeadEvents+b.Deliveries+b.Events > 0 {
			t.Errorf("%+v", b)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestATextMessageCarriesItsLinkAndWhereToReport(t *testing.T) {
	n := newNight(t)
	n.hear(bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Message: "m1", User: "maria", Text: "La API de pagos devuelve error 500"})
	for range 2 { // Ana, then Diego
		n.hear(bot.Event{Kind: bot.CommandTyped, Channel: "payments-team", User: "luis", Text: "/incident escalate INC-1"})
	}
	if len(n.texts) != 1 {
		t.Fatalf("%d text messages", len(n.texts))
	}
	text := <-n.texts
	if code, _ := n.browse(text.Get("StatusCallback"), "MessageStatus=delivered"); code != http.StatusNoContent {
		t.Errorf("a report is answered with %d", code)
	}
	if p := n.proofs(); len(p) != 2 || p[1].Delivered.IsZero() || p[1].Platform != "sms" {
		t.Errorf("proofs %+v", p)
	}
	if text.Get("To") != "+5491112345678" || !strings.HasPrefix(text.Get("StatusCallback"), "https://s.example.com/notifiers/sms/status/") {
		t.Errorf("%v", text)
	}
	link := linkInMail.FindString(text.Get("Body"))
	if code, _ := n.browse(link, "once=1"); code != 200 || n.acknowledged() != "diego" {
		t.Errorf("%d, acknowledged by %q", code, n.acknowledged())
	}
}

func TestATestPageIsConfirmedThroughItsLink(t *testing.T) {
	n := newNight(t)
	n.hear(bot.Event{Kind: bot.CommandTyped, Channel: "payments-team", User: "luis", Text: "/oncall test"})
	got := n.mail.Mails()
	if len(got) != 1 || got[0].To != "luis@example.com" {
		t.Fatalf("%d mails", len(got))
	}
	link := linkInMail.FindString(strings.ReplaceAll(got[0].Body, "=\r\n", ""))
	if code, page := n.browse(link, ""); code != 200 || !strings.Contains(page, "<button") {
		t.Fatalf("%d\n%s", code, page)
	}
	if code, page := n.browse(link, "once=1"); code != 200 {
		t.Fatalf("%d\n%s", code, page)
	}
	if _, page := n.browse(link, ""); !strings.Contains(page, "Lo confirmaste") || strings.Contains(page, "<button") {
		t.Errorf("afterwards it shows\n%s", page)
	}
}

// The core never chooses for a conversation what only goes one way.
func TestOneWayPlatformsAreSaidToBeSo(t *testing.T) {
	n := newNight(t)
	var oneWay []string
	for _, a := range n.Adapters {
		if a.Features().OneWay {
			oneWay = append(oneWay, a.Platform())
		}
	}
	if !slices.Equal(oneWay, []string{"mail", "sms"}) {
		t.Errorf("%v", oneWay)
	}
}
