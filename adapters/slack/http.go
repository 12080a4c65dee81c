package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	// maxBody bounds a request. Slack's largest (a message of 40,000 characters
	// with blocks, twice in an edit) stay under it.
	maxBody = 2 << 20
	// freshFor is how far a request's time may be from ours.
	freshFor = 5 * time.Minute
)

// Handler takes what Slack posts to us in HTTP mode: events, slash commands
// and interactions, all at one address or each at its own; it tells them apart
// by their bodies. An answer of 200 means that the event is durable; 503 makes
// Slack send it again. It can be mounted before Run and answers 503 until then.
func (a *Adapter) Handler() http.Handler { return http.HandlerFunc(a.serveHTTP) }

func (a *Adapter) serveHTTP(w http.ResponseWriter, r *http.Request) {
	s := a.session.Load()
	if s == nil || a.config.SigningSecret == "" {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			a.refused(s.in, "too_large", err)
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		a.refused(s.in, "malformed", errors.New("the body broke off"))
		http.Error(w, "incomplete", http.StatusBadRequest)
		return
	}
	if reason, err := a.verify(r.Header, body); err != nil {
		a.refused(s.in, reason, err)
		http.Error(w, "not signed by Slack", http.StatusUnauthorized)
		return
	}
	it, challenge, err := a.decodeRequest(s.me, r.Header.Get("Content-Type"), body)
	if err != nil {
		a.refused(s.in, "malformed", err)
		http.Error(w, "malformed", http.StatusBadRequest)
		return
	}
	if challenge != "" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		io.WriteString(w, challenge)
		return
	}
	outcome := make(chan error, 1)
	a.take(r.Context(), s, it, func(err error) { outcome <- err })
	if err := <-outcome; err != nil {
		a.unaccepted(err)
		http.Error(w, "not taken", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// decodeRequest reads a body whose signature was good. A challenge is what
// Slack wants to hear back when the address is entered in the app's settings.
func (a *Adapter) decodeRequest(me identity, contentType string, body []byte) (it arrival, challenge string, err error) {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return arrival{}, "", malformed("content type")
	}
	switch media {
	case "application/json":
		var c callback
		if err := decode(body, &c); err != nil {
			return arrival{}, "", err
		}
		if c.Type == "url_verification" {
			if c.Challenge == "" {
				return arrival{}, "", malformed("a verification without a challenge")
			}
			return arrival{}, c.Challenge, nil
		}
		it, err = a.decodeEvent(me, body)
	case "application/x-www-form-urlencoded":
		var v url.Values
		if v, err = url.ParseQuery(string(body)); err != nil {
			return arrival{}, "", malformed("form encoding")
		}
		switch {
		case v.Has("payload"):
			it, err = a.decodeInteraction(me, []byte(v.Get("payload")))
		case v.Has("command"):
			it, err = a.typed(commandForm(v))
		case v.Has("ssl_check"):
		default:
			err = malformed("neither an event, a command nor an interaction")
		}
	default:
		err = malformed("content type")
	}
	return it, "", err
}

// verify checks that Slack signed the body, and lately. The reason is what the
// refusal is counted as.
func (a *Adapter) verify(h http.Header, body []byte) (reason string, err error) {
	ts := h.Get("X-Slack-Request-Timestamp")
	secs, err := strconv.ParseInt(ts, 10, 64)
	if err != nil {
		return "signature", errors.New("no readable timestamp")
	}
	given, err := hex.DecodeString(trimVersion(h.Get("X-Slack-Signature")))
	if err != nil || len(given) != sha256.Size {
		return "signature", errors.New("no readable signature")
	}
	mac := hmac.New(sha256.New, []byte(a.config.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:", ts)
	mac.Write(body)
	if !hmac.Equal(mac.Sum(nil), given) {
		return "signature", errors.New("the signature does not fit")
	}
	if age := a.clock.Now().Sub(time.Unix(secs, 0)); age.Abs() > freshFor {
		return "stale", fmt.Errorf("signed %s ago", age.Round(time.Second))
	}
	return "", nil
}

// trimVersion takes "v0=" off; what does not begin so is no signature.
func trimVersion(s string) string {
	if len(s) < 3 || s[:3] != "v0=" {
		return ""
	}
	return s[3:]
}
