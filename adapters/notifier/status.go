package notifier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"sereno/adapters/links"
	"sereno/bot"
)

// maxReport bounds what a provider reports, in bytes.
const maxReport = 64 << 10

// maxCause bounds what is kept of its words.
const maxCause = 200

// Path is where the notifier of that name is called, under our address.
func Path(name string) string { return "/notifiers/" + url.PathEscape(name) + "/" }

func (a *Adapter) path() string { return Path(a.config.Name) + "status/" }

// Lookup finds a delivery of ours by its id. bot.ErrNotFound.
type Lookup func(ctx context.Context, delivery int64) (*bot.Delivery, error)

// Handler takes a provider's reports under Path. The address that it was given
// for one message proves that it may; an answer of 204 means that the report is
// kept. It answers 503 until Run.
func (a *Adapter) Handler(find Lookup) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ours := cutPath(r.URL, a.path())
		in := a.in.Load()
		switch {
		case !ours || a.config.Status == nil:
			http.NotFound(w, r)
			return
		case r.Method != http.MethodPost && r.Method != http.MethodGet:
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		case in == nil:
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		status, reason, err := a.report(w, r, *in, token, find)
		if reason != "" {
			(*in).Refused(a.config.Name, reason)
		}
		if err != nil {
			a.log.Warn("a report was not taken", "notifier", a.config.Name, "error", err)
		}
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
	})
}

func cutPath(u *url.URL, prefix string) (string, bool) {
	path := u.EscapedPath()
	if len(path) <= len(prefix) || path[:len(prefix)] != prefix {
		return "", false
	}
	return path[len(prefix):], true
}

// report takes one report. reason counts what was not let in.
func (a *Adapter) report(w http.ResponseWriter, r *http.Request, in bot.Inbox, token string, find Lookup) (status int, reason string, err error) {
	id, err := a.links.Read(r.Context(), links.Status, token, a.clock.Now())
	switch {
	case errors.Is(err, links.ErrUnknown):
		return http.StatusNotFound, "signature", nil
	case errors.Is(err, links.ErrExpired):
		return http.StatusGone, "stale", nil
	case err != nil:
		return http.StatusServiceUnavailable, "", err
	}
	words, err := a.read(w, r)
	if err != nil {
		return http.StatusBadRequest, "malformed", nil
	}
	word := words(a.config.Status.Field)
	kind, known := a.config.Status.kind(word)
	if !known {
		return http.StatusNoContent, "", nil // on its way: nothing that anybody waits for
	}
	d, err := find(r.Context(), id)
	if errors.Is(err, bot.ErrNotFound) || err == nil && d.Platform != a.config.Name {
		return http.StatusNotFound, "signature", nil
	}
	if err != nil {
		return http.StatusServiceUnavailable, "", err
	}
	e := bot.Event{
		Key: fmt.Sprintf("%s:%s:%d", a.config.Name, kind, id), Platform: a.config.Name, Kind: kind,
		At: a.clock.Now(), User: d.User, Delivery: id,
	}
	if kind == bot.PageFailed {
		e.Text = fmt.Sprintf("%s: %.*s", a.config.Name, maxCause, word)
	}
	if err := in.Accept(r.Context(), e); err != nil {
		return http.StatusServiceUnavailable, "", err
	}
	return http.StatusNoContent, "", nil
}

// kind is what the provider's word means.
func (s *Status) kind(word string) (bot.EventKind, bool) {
	switch {
	case slices.Contains(s.Delivered, word):
		return bot.PageDelivered, true
	case slices.Contains(s.Seen, word):
		return bot.PageSeen, true
	case slices.Contains(s.Failed, word):
		return bot.PageFailed, true
	}
	return "", false
}

// read answers how the report's fields are asked for: of a form, a JSON object or
// the address.
func (a *Adapter) read(w http.ResponseWriter, r *http.Request) (func(string) string, error) {
	if r.Method == http.MethodGet {
		return r.URL.Query().Get, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxReport))
	if err != nil {
		return nil, err
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == "application/json" {
		var object map[string]any
		if err := json.Unmarshal(body, &object); err != nil {
			return nil, err
		}
		return func(name string) string { s, _ := object[name].(string); return s }, nil
	}
	form, err := url.ParseQuery(string(body))
	return form.Get, err
}
