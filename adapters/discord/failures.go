package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"

	"sereno/adapters/internal/dial"
	"sereno/bot"
)

// politeWait is how long we wait when Discord asks us to without saying how long.
const politeWait = 30 * time.Second

// limited: a limit is used up; the call was not made, or not carried out.
type limited struct{ wait time.Duration }

func (e *limited) Error() string { return fmt.Sprintf("rate limited for %s", e.wait) }

// unsentError: the call was never made.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return e.err.Error() }
func (e *unsentError) Unwrap() error { return e.err }

// Codes of Discord's by what they mean for us, as
// https://docs.discord.com/developers/topics/opcodes-and-status-codes#json names them.
const (
	unknownChannel     = 10003
	unknownMessage     = 10008
	unknownWebhook     = 10015
	unknownInteraction = 10062
	slowmode           = 20016
	channelWriteLimit  = 20028
	serverWriteLimit   = 20029
	oldEditsLimit      = 30046
	requestTooLarge    = 40005
	alreadyAnswered    = 40060
	resourceLimited    = 40062
	systemMessage      = 50021
	wrongChannelType   = 50024
	missingAccess      = 50001
	missingPermission  = 50013
	invalidToken       = 50027 // of an interaction
	invalidForm        = 50035
	archivedThread     = 50083
	overloaded         = 130000
	noHistory          = 160002
	threadExists       = 160004
	lockedThread       = 160005
	tooManyThreads     = 160006
)

// passing are those for which trying again later can help.
var passing = []int{slowmode, channelWriteLimit, serverWriteLimit, oldEditsLimit, resourceLimited, overloaded, tooManyThreads}

// status is the answer's, 0 when there was none.
func status(err error) int {
	var e *discordgo.RESTError
	if errors.As(err, &e) && e.Response != nil {
		return e.Response.StatusCode
	}
	return 0
}

// code is the reason that Discord gave, 0 when it gave none.
func code(err error) int {
	var e *discordgo.RESTError
	if errors.As(err, &e) && e.Message != nil {
		return e.Message.Code
	}
	return 0
}

func refusedToken(err error) bool {
	return status(err) == http.StatusUnauthorized && code(err) != invalidToken
}

// refused reports whether asking again cannot help.
func refused(err error) bool {
	var senseless malformedError
	if errors.As(err, &senseless) {
		return true
	}
	s := status(err)
	return s >= 400 && s < 500 && s != http.StatusRequestTimeout && !refusedToken(err) && !slices.Contains(passing, code(err))
}

// gone reports whether what the call was about does not exist.
func gone(err error) bool { return status(err) == http.StatusNotFound }

// retryAfter is how long Discord asked us to wait, zero when it did not.
func retryAfter(err error) time.Duration {
	var l *limited
	switch {
	case errors.As(err, &l):
		return max(l.wait, time.Millisecond)
	case slices.Contains(passing, code(err)) && status(err) < 500:
		return politeWait
	}
	return 0
}

// notReached reports whether the call surely never left this machine's reach.
func notReached(err error) bool {
	var ours *unsentError
	return dial.Failed(err) || errors.As(err, &ours)
}

// tokenRefused has it looked into whether the token is good for nothing any more.
func (a *Adapter) tokenRefused(err error) {
	select {
	case a.revoked <- err:
	default: // that is being done
	}
}

// failure tells the core what is known of a failed call. A refused token is a
// passing failure with a long wait: the message is still wanted when somebody
// has put the token right; Run ends meanwhile if Discord confirms the refusal.
func (a *Adapter) failure(doing string, err error) error {
	var known *bot.DeliveryError
	if err == nil || errors.As(err, &known) {
		return err
	}
	wrapped := fmt.Errorf("%s: %w", doing, explained(err))
	switch wait := retryAfter(err); {
	case wait > 0:
		return &bot.DeliveryError{NotSent: true, RetryAfter: wait, Err: wrapped}
	case refusedToken(err):
		a.tokenRefused(err)
		return &bot.DeliveryError{NotSent: true, RetryAfter: a.tune.authWait, Err: wrapped}
	case refused(err):
		return &bot.DeliveryError{Permanent: true, NotSent: true, Err: wrapped}
	}
	return &bot.DeliveryError{NotSent: notReached(err), Err: wrapped}
}

// advice says what to do about a refusal.
var advice = map[int]string{
	missingAccess:     "the bot cannot see the channel: give its role “View Channel” there",
	missingPermission: "the bot's role lacks a permission in the channel: “sereno check --online” names it",
	50007:             "the person takes no direct messages from this server's members or has blocked the bot",
	50278:             "the person shares no server with the bot",
	lockedThread:      "the thread is locked",
	requestTooLarge:   "it is larger than the server lets the bot upload",
}

func explained(err error) error {
	if a, ok := advice[code(err)]; ok {
		return fmt.Errorf("%s (%w)", a, err)
	}
	return err
}

func unsendable(err error) error {
	return &bot.DeliveryError{Permanent: true, NotSent: true, Err: err}
}

// stillDoubtful takes back that Discord surely does not have it: this attempt
// failed before anything was sent, but an earlier one may have got through.
func stillDoubtful(err error) error {
	var known *bot.DeliveryError
	if errors.As(err, &known) {
		known.NotSent = false
	}
	return err
}

// unsent: whatever became of the call, the message itself was not sent by it.
func unsent(err error) error {
	var known *bot.DeliveryError
	if errors.As(err, &known) {
		known.NotSent = true
	}
	return err
}

// within makes one step with a deadline.
func within[T any](ctx context.Context, d time.Duration, step func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return step(ctx)
}
