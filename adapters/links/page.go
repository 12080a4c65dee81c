package links

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/text"
)

// AckPath is where links to acknowledge lead, under our address.
const AckPath = "/ack/"

// maxForm bounds what the page's button sends.
const maxForm = 4 << 10

// Pages is the core as the page needs it.
type Pages interface {
	// Linked finds a page. bot.ErrNotFound.
	Linked(ctx context.Context, delivery int64) (bot.Linked, error)
	// Accept makes an event durable; see bot.Inbox.
	Accept(ctx context.Context, e bot.Event) error
	// Refused counts what was not let in; see bot.Inbox.
	Refused(platform, reason string)
}

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var page = template.Must(template.New("page").Parse(pageHTML))

// policy lets the page have its own style, one picture and one form, and nothing else.
var policy = func() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

// handler serves the links.
type handler struct {
	links *Links
	pages Pages
	log   *slog.Logger
	clock bot.Clock
}

// Handler answers under AckPath: GET shows a page, which with its picture says
// that somebody looks at it; POST acknowledges, and is answered with 200 once that
// is durable.
func (l *Links) Handler(pages Pages, clock bot.Clock, log *slog.Logger) http.Handler {
	h := &handler{l, pages, log, clock}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+AckPath+"{token}", h.opening(h.show))
	mux.HandleFunc("GET "+AckPath+"{token}/seen", h.opening(h.seen))
	mux.HandleFunc("POST "+AckPath+"{token}", h.opening(h.acknowledge))
	return mux
}

// opening finds the page that the link leads to.
func (h *handler) opening(then func(http.ResponseWriter, *http.Request, bot.Linked)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Cache-Control", "no-store")
		head.Set("Content-Security-Policy", policy)
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("X-Robots-Tag", "noindex, nofollow")
		id, err := h.links.Read(r.Context(), Ack, r.PathValue("token"), h.clock.Now())
		var linked bot.Linked
		if err == nil {
			linked, err = h.pages.Linked(r.Context(), id)
		}
		lang := company.Lang(spoken(r))
		switch {
		case errors.Is(err, ErrExpired):
			h.pages.Refused("link", "stale")
			h.write(w, http.StatusGone, view{Lang: string(lang), Title: text.T(lang, "link.expired"), Note: text.T(lang, "link.expired_hint")})
		case errors.Is(err, ErrUnknown), errors.Is(err, bot.ErrNotFound):
			h.pages.Refused("link", "signature")
			h.write(w, http.StatusNotFound, view{Lang: string(lang), Title: text.T(lang, "link.unknown"), Note: text.T(lang, "link.unknown_hint")})
		case err != nil:
			h.log.Error("a link could not be followed", "error", err)
			h.write(w, http.StatusServiceUnavailable, view{Lang: string(lang), Title: text.T(lang, "link.later"), Note: text.T(lang, "link.later_hint")})
		default:
			then(w, r, linked)
		}
	}
}

// show shows the page. It changes nothing.
func (h *handler) show(w http.ResponseWriter, r *http.Request, l bot.Linked) {
	v := viewOf(l)
	// Relative, so that it holds whatever stands before our paths.
	v.Picture = url.PathEscape(r.PathValue("token")) + "/seen"
	switch button := l.Delivery.Message.Ack(); {
	case l.Settled != "":
		v.Note = l.Settled
	case button == nil || l.Over:
		v.Note = text.T(l.Lang, "link.over")
	default:
		// What one showing of the page sends twice is one press.
		v.Button, v.Once = button.Label, rand.Text()
	}
	h.write(w, http.StatusOK, v)
}

// pixel is a transparent picture of one point.
var pixel = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

// seen answers the page's picture: what only follows links does not ask for it.
func (h *handler) seen(w http.ResponseWriter, r *http.Request, l bot.Linked) {
	if r.Method == http.MethodGet { // not HEAD
		e := h.event(l, bot.PageSeen)
		e.Key = fmt.Sprintf("%s:seen:%d", e.Platform, e.Delivery)
		if err := h.pages.Accept(r.Context(), e); err != nil {
			h.log.Warn("it was not kept that a page was seen", "error", err)
		}
	}
	w.Header().Set("Content-Type", "image/gif")
	_, _ = w.Write(pixel) // whoever asked for it need not have waited
}

// acknowledge takes the press of the button.
func (h *handler) acknowledge(w http.ResponseWriter, r *http.Request, l bot.Linked) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		h.pages.Refused(l.Delivery.Platform, "malformed")
		h.write(w, http.StatusBadRequest, view{Lang: string(l.Lang), Title: text.T(l.Lang, "link.later"), Note: text.T(l.Lang, "link.later_hint")})
		return
	}
	v, button := viewOf(l), l.Delivery.Message.Ack()
	if button == nil {
		v.Note = text.T(l.Lang, "link.over")
		h.write(w, http.StatusOK, v)
		return
	}
	e := h.event(l, bot.ButtonPressed)
	e.Key = fmt.Sprintf("%s:ack:%d:%.32s", e.Platform, e.Delivery, r.PostForm.Get("once"))
	e.Button, e.Value, e.Direct = button.ID, button.Value, true
	if err := h.pages.Accept(r.Context(), e); err != nil {
		h.log.Error("an acknowledgement was not taken: its page says so", "error", err)
		v.Alarm, v.Note = true, text.T(l.Lang, "link.not_taken")
		h.write(w, http.StatusServiceUnavailable, v)
		return
	}
	v.Done = true
	v.Note = text.T(l.Lang, "link.taken")
	if l.Settled != "" {
		v.Note = l.Settled
	}
	h.write(w, http.StatusOK, v)
}

// event is what the person of the page does now.
func (h *handler) event(l bot.Linked, kind bot.EventKind) bot.Event {
	return bot.Event{
		Platform: l.Delivery.Platform, Kind: kind, At: h.clock.Now(), User: l.Delivery.User, Delivery: l.Delivery.ID,
	}
}

// view is what the page shows.
type view struct {
	Lang  string
	Style template.CSS
	// Title is the heading, Lines what is to be known, Quote somebody's words.
	Title string
	Lines []string
	Quote string
	// Note says how it stands; Done, that it was just acknowledged; Alarm, that it
	// was not. Button is what to press, "" for nothing.
	Note        string
	Done, Alarm bool
	Button      string
	Once        string
	Picture     string
}

func viewOf(l bot.Linked) view {
	m := l.Now
	v := view{Lang: string(l.Lang), Title: m.Title, Quote: m.Quote}
	m.Title, m.Quote, m.Footer = "", "", ""
	if lines := m.Plain(); lines != "" {
		v.Lines = strings.Split(lines, "\n")
	}
	if v.Title == "" {
		v.Title = l.Delivery.Incident
	}
	return v
}

func (h *handler) write(w http.ResponseWriter, status int, v view) {
	v.Style = template.CSS(pageCSS)
	var out bytes.Buffer
	if err := page.Execute(&out, v); err != nil {
		h.log.Error("a page could not be shown", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // whoever asked need not have waited
}

// spoken is the language of somebody of whom nothing is known but their browser.
func spoken(r *http.Request) string {
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), string(company.Spanish)) {
		return string(company.Spanish)
	}
	return string(company.English)
}
