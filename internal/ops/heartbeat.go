package ops

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Heartbeat tells an address outside, again and again, that all is well. When
// something is not, or this process is gone, it falls silent, and whoever listens
// there alarms (a dead man's switch: healthchecks.io, Dead Man's Snitch, Uptime
// Kuma and others).
type Heartbeat struct {
	// URL is called every Every while no check finds anything.
	URL   string
	Every time.Duration
	// FailURL is told what was found, as plain text; "" for nobody.
	FailURL string
	Checks  []Check
	// Client makes the calls; one of its own when nil.
	Client *http.Client
	Log    *slog.Logger
}

// callTime bounds one call, checkTime the checks before it: a heartbeat that
// waits is none.
const (
	callTime  = 10 * time.Second
	checkTime = 10 * time.Second
)

// Run beats until ctx ends. It blocks nothing else; nobody waits for it.
func (h *Heartbeat) Run(ctx context.Context) {
	var was pulse
	ticker := time.NewTicker(h.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			now := h.beat(ctx)
			if ctx.Err() == nil && !now.same(was) {
				now.log(h.Log)
			}
			was = now
		}
	}
}

// pulse is how one beat went.
type pulse struct {
	reasons []string
	err     error // of the call
}

func (p pulse) same(other pulse) bool {
	return slices.Equal(p.reasons, other.reasons) && (p.err == nil) == (other.err == nil)
}

func (p pulse) log(log *slog.Logger) {
	switch {
	case len(p.reasons) > 0:
		log.Error("the heartbeat stops until this is put right", "reasons", p.reasons)
	case p.err == nil:
		log.Info("the heartbeat goes out")
	}
	if p.err != nil {
		log.Error("the heartbeat did not arrive", "error", p.err)
	}
}

// beat looks once, and says what it saw.
func (h *Heartbeat) beat(ctx context.Context) pulse {
	p := pulse{reasons: Ask(ctx, checkTime, h.Checks)}
	switch {
	case ctx.Err() != nil:
	case len(p.reasons) == 0:
		p.err = h.call(ctx, http.MethodGet, h.URL, "")
	case h.FailURL != "":
		p.err = h.call(ctx, http.MethodPost, h.FailURL, strings.Join(p.reasons, "\n")+"\n")
	}
	return p
}

// call calls an address, which is a secret and is never shown.
func (h *Heartbeat) call(ctx context.Context, method, address, body string) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return errors.New("its address is none")
	}
	r.Header.Set("User-Agent", "sereno")
	if body != "" {
		r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	client := h.Client
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(r)
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 4<<10)) // so that the connection serves again
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("it is answered with %s", answer.Status)
	}
	return nil
}

// Ask runs the checks, side by side and within the time. One that does not answer
// is a reason itself: it is not waited for.
func Ask(ctx context.Context, within time.Duration, checks []Check) []string {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	answers := make([]chan []string, len(checks))
	for i, check := range checks {
		answers[i] = make(chan []string, 1) // so that one that comes too late goes away
		go func() { answers[i] <- check(ctx) }()
	}
	var reasons []string
	for _, a := range answers {
		select {
		case r := <-a:
			reasons = append(reasons, r...)
		case <-ctx.Done():
			select {
			case r := <-a: // both were ready
				reasons = append(reasons, r...)
			default:
				return append(reasons, "a check did not answer in time")
			}
		}
	}
	return reasons
}
