package notifier

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"sereno/bot"
)

// unanswered is what is known of a request without an answer. Where there was no
// connection, nothing was sent. The address is not shown: it may hold a secret.
func unanswered(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	var op *net.OpError
	var name *net.DNSError
	notSent := errors.As(err, &op) && op.Op == "dial" || errors.As(err, &name)
	if name != nil {
		err = errors.New("the name of the host is not known")
	}
	return &bot.DeliveryError{NotSent: notSent, Err: fmt.Errorf("no answer: %w", err)}
}

// waitOf is how long the answer asks us to wait (RFC 9110, Retry-After: seconds or
// a date); def where it does not say.
func waitOf(answer *http.Response, now time.Time, def time.Duration) time.Duration {
	s := answer.Header.Get("Retry-After")
	wait := def
	if n, err := strconv.Atoi(s); err == nil && n >= 0 {
		wait = time.Duration(min(n, int(maxWait/time.Second))) * time.Second
	} else if at, err := http.ParseTime(s); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxWait)
}
