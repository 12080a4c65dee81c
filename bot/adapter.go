package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Adapter connects one platform. It translates, both ways, and decides nothing.
type Adapter interface {
	// Platform is its name: "slack". It never changes.
	Platform() string
	// Run receives until ctx ends and hands every event to the inbox. It
	// acknowledges an event to the platform only after Accept returned nil. When
	// it starts, and after every gap, it fetches what was said meanwhile and
	// calls CaughtUp. It reconnects by itself; an error that it returns is final
	// (a revoked token) and ends the process.
	Run(ctx context.Context, in Inbox) error
	// Deliver hands one delivery to the platform. It may block until ctx ends.
	// A *DeliveryError says more about a failure; any other error is a passing
	// one that may or may not have reached the platform. It is called for several
	// conversations at once, never for two deliveries of one conversation.
	Deliver(ctx context.Context, d *Delivery) (Receipt, error)
}

// Inbox is where an adapter hands over what happened.
type Inbox interface {
	// Accept makes the event durable. After nil it will be handled, exactly once,
	// whatever happens to this process. An event whose key was accepted before is
	// not an error and is not handled again. After an error nothing is promised:
	// do not acknowledge.
	Accept(ctx context.Context, e Event) error
	// Cursor tells where to catch up from: the id of the newest message accepted
	// from the channel, "" when none was.
	Cursor(ctx context.Context, platform, channel string) (string, error)
	// Threads lists the channel's threads in which somebody may still write (the
	// roots of its open incidents and running analyses), with the newest message
	// accepted in each.
	Threads(ctx context.Context, platform, channel string) ([]ThreadCursor, error)
	// Channels lists the ids of the platform's channels that the bot serves.
	Channels(platform string) []string
	// CaughtUp says that everything from before the connection was accepted.
	// Timers wait for it, so that nobody is paged for what was answered while we
	// were away.
	CaughtUp(platform string)
	// Refused counts what was not let in: reason is a short constant such as
	// "signature", "malformed", "stale".
	Refused(platform, reason string)
}

// ThreadCursor is a thread and the newest message accepted in it.
type ThreadCursor struct{ Root, Last string }

// DeliveryError is a failure of which the adapter knows more.
type DeliveryError struct {
	// Permanent: trying again cannot help (no such channel, not allowed).
	Permanent bool
	// NotSent: the platform surely does not have it.
	NotSent bool
	// RetryAfter is how long the platform asked us to wait; zero when it did not.
	RetryAfter time.Duration
	Err        error
}

func (e *DeliveryError) Error() string {
	switch {
	case e.Permanent:
		return fmt.Sprintf("refused by the platform: %v", e.Err)
	case e.RetryAfter > 0:
		return fmt.Sprintf("asked to wait %s: %v", e.RetryAfter, e.Err)
	}
	return e.Err.Error()
}

func (e *DeliveryError) Unwrap() error { return e.Err }

// asDeliveryError reads what is known of a failed delivery.
func asDeliveryError(err error) DeliveryError {
	var de *DeliveryError
	if errors.As(err, &de) {
		return *de
	}
	return DeliveryError{Err: err}
}

// CommandSpec is what a platform must be told about a command that people type.
type CommandSpec struct {
	Name string // without the slash
	// Summary is one line, Usage the arguments, in the company's language.
	Summary, Usage string
}
