package links

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sereno/bot"
	"sereno/bot/company"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func secretOf(s string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return s, nil }
}

func pageOf(id int64) *bot.Delivery {
	return &bot.Delivery{
		ID: id, Key: "k7", Kind: bot.Page, Platform: "mail", User: "ana@example.com", Incident: "INC-7", At: noon,
		Message: bot.Message{
			Title: "INC-7 · <Acme>", Text: "vence 11:00", Quote: "<script>alert(1)</script>",
			Buttons: []bot.Button{{ID: "ack", Label: "Recibido", Value: "INC-7:4"}, {ID: "escalate", Label: "Escalar"}},
		},
	}
}

// core is a bot that keeps what it is given.
type core struct {
	linked  map[int64]bot.Linked
	events  []bot.Event
	refused []string
	fails   error
}

func (c *core) Linked(_ context.Context, id int64) (bot.Linked, error) {
	l, ok := c.linked[id]
	if !ok {
		return l, bot.ErrNotFound
	}
	return l, nil
}

func (c *core) Accept(_ context.Context, e bot.Event) error {
	if c.fails != nil {
		return c.fails
	}
	for _, known := range c.events {
		if known.Key == e.Key {
			return nil
		}
	}
	c.events = append(c.events, e)
	return nil
}

func (c *core) Refused(_, reason string) { c.refused = append(c.refused, reason) }

// desk is the page of a link, with who looks at it.
type desk struct {
	*testing.T
	core  *core
	clock *clock
	links *Links
	h     http.Handler
	path  string
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, clock: &clock{noon.Add(time.Minute)}, links: New("https://s.example.com", secretOf("secret"))}
	page := pageOf(300)
	d.core = &core{linked: map[int64]bot.Linked{300: {Delivery: page, Now: page.Message, Lang: company.Spanish}}}
	d.h = d.links.Handler(d.core, d.clock, slog.New(slog.DiscardHandler))
	link, err := d.links.AckURL(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	d.path = strings.TrimPrefix(link, "https://s.example.com")
	return d
}

func (d *desk) ask(method, path, form string) (*http.Response, string) {
	d.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		d.Fatal(err)
	}
	return w.Result(), string(body)
}

var onceField = regexp.MustCompile(`name="once" value="([A-Z0-9]+)"`)

func TestFollowingALinkShowsThePageAndAcknowledgesNothing(t *testing.T) {
	d := open(t)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
		res, body := d.ask(method, d.path, "")
		if res.StatusCode != 200 {
			t.Fatalf("%s: %d %s", method, res.StatusCode, body)
		}
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		if p := res.Header.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") {
			t.Errorf("policy %q", p)
		}
		if method == http.MethodGet {
			_, style, _ := strings.Cut(body, "<style>")
			style, _, _ = strings.Cut(style, "</style>")
			sum := sha256.Sum256([]byte(style))
			if hash := base64.StdEncoding.EncodeToString(sum[:]); !strings.Contains(res.Header.Get("Content-Security-Policy"), hash) {
				t.Error("the policy does not let the page have its style")
			}
			for _, want := range []string{`<html lang="es">`, "INC-7 · &lt;Acme&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;", ">Recibido</button>", "vence 11:00"} {
				if !strings.Contains(body, want) {
					t.Errorf("no %s in\n%s", want, body)
				}
			}
		}
	}
	if len(d.core.events) != 0 {
		t.Errorf("%+v", d.core.events)
	}
}

func TestLookingAtThePageMarksItAsSeenOnce(t *testing.T) {
	d := open(t)
	d.ask(http.MethodHead, d.path+"/seen", "")
	for range 2 {
		if res, _ := d.ask(http.MethodGet, d.path+"/seen", ""); res.Header.Get("Content-Type") != "image/gif" {
			t.Errorf("it is a %s", res.Header.Get("Content-Type"))
		}
	}
	if len(d.core.events) != 1 || d.core.events[0].Kind != bot.PageSeen || d.core.events[0].Delivery != 300 || d.core.events[0].User != "ana@example.com" {
		t.Errorf("%+v", d.core.events)
	}
}

func TestTheButtonAcknowledgesAndItsRepetitionDoesNot(t *testing.T) {
	d := open(t)
	press := func() string {
		_, body := d.ask(http.MethodGet, d.path, "")
		return "once=" + onceField.FindStringSubmatch(body)[1]
	}
	form := press()
	for range 2 {
		res, body := d.ask(http.MethodPost, d.path, form)
		if res.StatusCode != 200 || !strings.Contains(body, "Recibimos tu confirmación") || strings.Contains(body, "<button") {
			t.Fatalf("%d %s", res.StatusCode, body)
		}
	}
	if len(d.core.events) != 1 {
		t.Fatalf("%+v", d.core.events)
	}
	e := d.core.events[0]
	if e.Kind != bot.ButtonPressed || e.Platform != "mail" || e.User != "ana@example.com" || e.Button != "ack" || e.Value != "INC-7:4" || e.Delivery != 300 || !e.Direct {
		t.Errorf("%+v", e)
	}
	d.ask(http.MethodPost, d.path, press()) // looked at anew, pressed anew
	if len(d.core.events) != 2 {
		t.Errorf("a press on the page shown again is not another: %+v", d.core.events)
	}
}

func TestWhatCouldNotBeKeptIsSaid(t *testing.T) {
	d := open(t)
	d.core.fails = bot.ErrUnavailable
	res, body := d.ask(http.MethodPost, d.path, "once=A")
	if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "no se pudo guardar") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestALinkShowsHowThingsStandNow(t *testing.T) {
	d := open(t)
	l := d.core.linked[300]
	l.Now.Title = "INC-7 · compromiso incumplido"
	d.core.linked[300] = l
	_, body := d.ask(http.MethodGet, d.path, "")
	if !strings.Contains(body, "compromiso incumplido") || !strings.Contains(body, "<button") {
		t.Error(body)
	}
}

func TestAPageThatIsSettledHasNoButton(t *testing.T) {
	d := open(t)
	for _, l := range []bot.Linked{
		{Delivery: pageOf(300), Lang: company.English, Settled: "Luis acknowledged (10:00).", Over: true},
		{Delivery: pageOf(300), Lang: company.English, Over: true},
	} {
		d.core.linked[300] = l
		_, body := d.ask(http.MethodGet, d.path, "")
		if strings.Contains(body, "<button") || !strings.Contains(body, `role="status"`) {
			t.Error(body)
		}
	}
}

func TestWhatIsNoLinkOfOursIsRefused(t *testing.T) {
	d := open(t)
	token := strings.TrimPrefix(d.path, AckPath)
	data, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	flip := func(i int) string {
		other := append([]byte(nil), data...)
		other[i] ^= 1
		return base64.RawURLEncoding.EncodeToString(other)
	}
	other, err := New("https://s.example.com", secretOf("another")).Token(t.Context(), Ack, pageOf(300))
	if err != nil {
		t.Fatal(err)
	}
	status, err := d.links.Token(t.Context(), Status, pageOf(300))
	if err != nil {
		t.Fatal(err)
	}
	gone, err := d.links.Token(t.Context(), Ack, pageOf(301))
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"another proof": flip(0), "another minute": flip(proofLen), "another delivery": flip(len(data) - 1),
		"another secret": other, "for another purpose": status, "a delivery that is not there": gone,
		"too short": token[:20], "longer": token + "AA", "nothing much": "A", "a line break": token[:5] + "%0A" + token[5:],
		"very long": strings.Repeat("A", 5000), "no base64": "***",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			res, body := d.ask(method, AckPath+path, "")
			if res.StatusCode != http.StatusNotFound || strings.Contains(body, "INC-7") {
				t.Errorf("%s: %s answers %d", name, method, res.StatusCode)
			}
		}
	}
	if len(d.core.events) > 0 || len(d.core.refused) == 0 {
		t.Errorf("%+v, refused %v", d.core.events, d.core.refused)
	}
}

func TestALinkIsGoodForTwoDays(t *testing.T) {
	d := open(t)
	d.clock.now = noon.Add(Good)
	if res, _ := d.ask(http.MethodGet, d.path, ""); res.StatusCode != 200 {
		t.Errorf("at its end: %d", res.StatusCode)
	}
	d.clock.now = noon.Add(Good + time.Second)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if res, body := d.ask(method, d.path, ""); res.StatusCode != http.StatusGone || strings.Contains(body, "INC-7") {
			t.Errorf("%s after it: %d %s", method, res.StatusCode, body)
		}
	}
}

func TestAFormThatIsTooLargeIsRefused(t *testing.T) {
	d := open(t)
	if res, _ := d.ask(http.MethodPost, d.path, "once="+strings.Repeat("a", 2*maxForm)); res.StatusCode != http.StatusBadRequest || len(d.core.events) > 0 {
		t.Errorf("%d", res.StatusCode)
	}
}

func TestThereIsNoLinkWithoutAnAddressOrAButton(t *testing.T) {
	if link, err := New("", secretOf("s")).AckURL(t.Context(), pageOf(1)); link != "" || err != nil {
		t.Errorf("%q, %v", link, err)
	}
	plain := pageOf(1)
	plain.Message.Buttons = nil
	if link, err := New("https://s", secretOf("s")).AckURL(t.Context(), plain); link != "" || err != nil {
		t.Errorf("%q, %v", link, err)
	}
}

func TestTheSecretIsAskedForUntilItIsKnown(t *testing.T) {
	away := errors.New("away")
	fails := true
	l := New("https://s", func(context.Context) (string, error) {
		if fails {
			return "", away
		}
		return "s", nil
	})
	if _, err := l.AckURL(t.Context(), pageOf(1)); !errors.Is(err, away) {
		t.Errorf("got %v", err)
	}
	fails = false
	first, err := l.AckURL(t.Context(), pageOf(1))
	if err != nil {
		t.Fatal(err)
	}
	again := pageOf(1)
	again.Attempt, again.Doubtful = 2, true
	if second, err := l.AckURL(t.Context(), again); err != nil || first != second {
		t.Errorf("a repetition has another link: %q, %q, %v", first, second, err)
	}
	if len(first) > 60 {
		t.Errorf("%d characters are many for a text message: %s", len(first), first)
	}
}

func FuzzRead(f *testing.F) {
	l := New("https://s", secretOf("s"))
	token, err := l.Token(context.Background(), Ack, pageOf(300))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Add("")
	f.Add(token + "=")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := l.Read(t.Context(), Ack, s, noon)
		if err == nil && (s != token || id != 300) {
			t.Errorf("%q opens %d", s, id)
		}
		if err != nil && !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrExpired) {
			t.Error(err)
		}
		_ = url.PathEscape(fmt.Sprint(id))
	})
}
