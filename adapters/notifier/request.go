package notifier

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sereno/bot"
	"sereno/bot/letter"
)

// Headers of ours.
const (
	// KeyHeader is the same in every repetition of a request
	// (draft-ietf-httpapi-idempotency-key-header).
	KeyHeader = "Idempotency-Key"
	// TimeHeader is when the request was made, in seconds of Unix time;
	// SignatureHeader is "v1=" and the HMAC-SHA256, in hexadecimal, of that, a
	// point, and the body.
	TimeHeader      = "Sereno-Timestamp"
	SignatureHeader = "Sereno-Signature"
)

// letterOf is what can be said of the delivery.
func (a *Adapter) letterOf(ctx context.Context, d *bot.Delivery) (letter.Letter, error) {
	m := d.Message
	l := letter.Letter{
		Title: m.Title, Quote: m.Quote, To: d.User, Incident: d.Incident, Severity: d.Severity, Reason: d.Reason,
		Clock: d.Clock, Kind: string(d.Kind), Key: d.Key,
	}
	if !d.Due.IsZero() {
		l.Due = d.Due.UTC().Format(time.RFC3339)
	}
	m.Title, m.Quote = "", ""
	l.Text = m.Plain()
	if l.Title == "" {
		l.Title, _, _ = strings.Cut(l.Text, "\n")
	}
	var err error
	if l.Link, err = a.links.AckURL(ctx, d); err != nil {
		return l, err
	}
	if a.config.Status != nil {
		l.Callback, err = a.links.StatusURL(ctx, a.path(), d)
	}
	return l, err
}

// request is the delivery as the notifier takes it.
func (a *Adapter) request(ctx context.Context, d *bot.Delivery) (*http.Request, error) {
	l, err := a.letterOf(ctx, d)
	if err != nil {
		return nil, &bot.DeliveryError{NotSent: true, Err: err}
	}
	body, media, err := a.body(l, d)
	if err != nil {
		return nil, &bot.DeliveryError{Permanent: true, NotSent: true, Err: fmt.Errorf("fill in the template: %w", err)}
	}
	address := a.config.URL
	if a.config.Method == http.MethodGet {
		address, body = withQuery(address, body), ""
	}
	r, err := http.NewRequestWithContext(ctx, a.config.Method, address, strings.NewReader(body))
	if err != nil {
		return nil, &bot.DeliveryError{Permanent: true, NotSent: true, Err: fmt.Errorf("%s: its address or method is none", a.config.Name)}
	}
	if a.config.Method != http.MethodGet {
		r.Header.Set("Content-Type", media)
	}
	for _, h := range a.config.Headers {
		r.Header.Set(h.Name, h.Value)
	}
	r.Header.Set("User-Agent", "sereno")
	r.Header.Set(KeyHeader, d.Key)
	if a.config.Username != "" {
		r.SetBasicAuth(a.config.Username, a.config.Password)
	}
	if a.config.Signing != "" {
		now := strconv.FormatInt(a.clock.Now().Unix(), 10)
		r.Header.Set(TimeHeader, now)
		r.Header.Set(SignatureHeader, Sign(a.config.Signing, now, body))
	}
	return r, nil
}

// withQuery adds a form to an address.
func withQuery(address, form string) string {
	switch {
	case form == "":
		return address
	case strings.Contains(address, "?"):
		return address + "&" + form
	}
	return address + "?" + form
}

// Sign is what SignatureHeader holds for a body that is sent at the time.
func Sign(secret, timestamp, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "." + body))
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

// body is what is sent, and its media type.
func (a *Adapter) body(l letter.Letter, d *bot.Delivery) (body, media string, err error) {
	switch {
	case len(a.config.Fields) > 0:
		form := url.Values{}
		for _, f := range a.config.Fields {
			value, err := f.Value.Render(l)
			if err != nil {
				return "", "", err
			}
			form.Add(f.Name, value)
		}
		return form.Encode(), "application/x-www-form-urlencoded", nil
	case a.config.Body != nil:
		body, err := a.config.Body.Render(l)
		return body, a.config.ContentType, err
	}
	out, err := json.Marshal(documentOf(l, d))
	return string(out), "application/json", err
}
