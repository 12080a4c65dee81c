package mattermost

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/adapters/internal/dial"
	"sereno/bot"
)

// failure is a call that the server did not carry out, as far as we know.
type failure struct {
	status int    // of the answer, 0 when none came
	id     string // names the reason ("api.context.permissions.app_error"), "" when something before the server answered
	wait   time.Duration
	err    error
}

func (f *failure) Error() string {
	s := f.err.Error()
	if len(s) > maxCause { // some proxies answer with whole pages
		s = s[:maxCause] + "…"
	}
	if f.status == 0 {
		return s
	}
	return fmt.Sprintf("%d %s: %s", f.status, http.StatusText(f.status), s)
}

func (f *failure) Unwrap() error { return f.err }

// maxCause bounds what is kept of an answer that makes no sense.
const maxCause = 300

// call makes one call with a deadline. An error of it is a *failure.
func call[T any](ctx context.Context, a *Adapter, do func(context.Context) (T, *model.Response, error)) (T, error) {
	return within(ctx, a, a.tune.call, do)
}

func within[T any](ctx context.Context, a *Adapter, d time.Duration, do func(context.Context) (T, *model.Response, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	out, r, err := do(ctx)
	return out, a.told(r, err)
}

// told reads what the library knows of a failed call.
func (a *Adapter) told(r *model.Response, err error) error {
	if err == nil {
		return nil
	}
	f := &failure{err: err}
	var app *model.AppError
	if errors.As(err, &app) {
		f.id = app.Id
	}
	if r != nil {
		f.status = r.StatusCode
		if f.status == http.StatusTooManyRequests {
			f.wait = a.askedToWait(r.Header)
		}
		if f.status == http.StatusServiceUnavailable && r.Header.Get("Retry-After") != "" {
			f.wait = a.askedToWait(r.Header)
		}
	}
	return f
}

// askedToWait reads when to come back: Retry-After, else when the limit is
// filled up again, both in seconds.
func (a *Adapter) askedToWait(h http.Header) time.Duration {
	for _, name := range []string{"Retry-After", "X-RateLimit-Reset"} {
		if secs, err := strconv.Atoi(h.Get(name)); err == nil && secs >= 0 && secs < 24*60*60 {
			return max(time.Duration(secs)*time.Second, time.Second)
		}
	}
	return a.tune.limited
}

func asFailure(err error) failure {
	var f *failure
	if errors.As(err, &f) {
		return *f
	}
	return failure{err: err}
}

func refusedToken(err error) bool { return asFailure(err).status == http.StatusUnauthorized }

// retryAfter is how long the server asked us to wait, zero when it did not.
func retryAfter(err error) time.Duration { return asFailure(err).wait }

// refusedBy reports whether the server itself, not something before it, said no
// with one of the statuses.
func refusedBy(err error, statuses ...int) bool {
	f := asFailure(err)
	for _, s := range statuses {
		if f.status == s && f.id != "" {
			return true
		}
	}
	return false
}

// barred: the server will not let us do it, however often we ask.
func barred(err error) bool {
	return refusedBy(err, http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusNotImplemented,
		http.StatusRequestEntityTooLarge)
}

// tokenRefused has it looked into whether the token is good for nothing any more.
func (a *Adapter) tokenRefused(err error) {
	select {
	case a.revoked <- err:
	default: // that is being done
	}
}

// failed tells the core what is known of a failed call. A refused token is a
// passing failure with a long wait: the message is still wanted when somebody
// has put the token right; Run ends meanwhile if the server confirms it.
func (a *Adapter) failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("%s: %w", doing, err)
	f := asFailure(err)
	switch {
	case f.wait > 0:
		return &bot.DeliveryError{NotSent: f.status == http.StatusTooManyRequests, RetryAfter: f.wait, Err: wrapped}
	case f.status == http.StatusUnauthorized:
		a.tokenRefused(err)
		return &bot.DeliveryError{NotSent: true, RetryAfter: a.tune.authWait, Err: wrapped}
	case barred(err):
		return &bot.DeliveryError{Permanent: true, NotSent: true, Err: wrapped}
	case f.status == http.StatusRequestEntityTooLarge:
		return &bot.DeliveryError{Permanent: true, NotSent: true, Err: wrapped}
	case f.status >= 400 && f.status < 500: // a proxy's word, or a passing clash
		return &bot.DeliveryError{NotSent: true, Err: wrapped}
	}
	return &bot.DeliveryError{NotSent: dial.Failed(err), Err: wrapped}
}

func unsendable(err error) error {
	return &bot.DeliveryError{Permanent: true, NotSent: true, Err: err}
}

// unsent: whatever became of the call, the message itself was not sent by it.
func unsent(err error) error {
	var known *bot.DeliveryError
	if errors.As(err, &known) {
		known.NotSent = true
	}
	return err
}

// stillDoubtful takes back that the server surely does not have it: this
// attempt failed before anything was sent, but an earlier one may have got through.
func stillDoubtful(err error) error {
	var known *bot.DeliveryError
	if errors.As(err, &known) {
		known.NotSent = false
	}
	return err
}
