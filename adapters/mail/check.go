package mail

import (
	"context"
	"errors"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// Problem is something that keeps mail from going out: Code is "unreachable" or
// "login", Cause what the server or the network said.
type Problem struct{ Code, Subject, Cause string }

// Check connects and logs in, and sends nothing. Whether an address exists is not
// told by any server that can be relied on.
func (a *Adapter) Check(ctx context.Context, _, _ []string) []Problem {
	ctx, cancel := context.WithTimeout(ctx, session)
	defer cancel()
	t, err := a.dial(ctx)
	if err == nil {
		t.quit()
		t.close()
		return nil
	}
	cause := err
	for next := errors.Unwrap(cause); next != nil; next = errors.Unwrap(cause) {
		cause = next
	}
	if strings.Contains(err.Error(), "AUTH") || errors.Is(err, smtp.ErrNonTLSConnection) {
		return []Problem{{Code: "login", Subject: a.config.Username, Cause: cause.Error()}}
	}
	return []Problem{{Code: "unreachable", Subject: a.config.Host, Cause: cause.Error()}}
}
