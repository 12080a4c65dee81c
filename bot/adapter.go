package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Adapter connects one platform. It translates, both ways, and decides nothing.
type Adapter interface {
	// Platform is its name: "slack". It never changes.
	Platform() string
	// Features is what the platform has, and its limits. It does no IO and answers
	// the same each time.
	Features() Features
	// Run receives until ctx ends and hands every event to the inbox. It
	// acknowledges an event to the platform only after Accept returned nil. When
	// it starts, and after every gap, it fetches what was said meanwhile and
	// calls CaughtUp. It reconnects by itself; an error that it returns is final
	// (a revoked token): the platform is given up, and the others go on.
	Run(ctx context.Context, in Inbox) error
	// Deliver hands one delivery to the platform. It may block until ctx ends.
	// A *DeliveryError says more about a failure; any other error is a passing
	// one that may or may not have reached the platform. It is called for several
	// conversations at once, never for two deliveries of one conversation.
	Deliver(ctx context.Context, d *Delivery) (Receipt, error)
}

// Features is what a platform has. The core asks for meaning; where the
// platform lacks the means, the adapter or the core has another way, named at
// each field.
type Features struct {
	// OneWay: people can be called there (Page, Direct) and not talked with, such as
	// by mail or a text message. It is never chosen for a channel, a form, a private
	// reply or a person's own page. All that comes from there are presses of links
	// and what became of deliveries. An Update of what was sent changes nothing.
	OneWay bool
	// PrivateReply: an Ephemeral is shown in the channel to one person alone. Else
	// the adapter writes to them directly.
	PrivateReply bool
	// Forms: OpenForm shows a dialogue. Else the core asks question by question.
	Forms bool
	// FormInputs is how many inputs a form may have; 0 when any number.
	FormInputs int
	// Edits and Deletes: our own messages can be changed (Update) and removed
	// (Withdraw). What cannot be edited is posted anew; what cannot be removed is
	// edited to say that it was withdrawn.
	Edits, Deletes bool
	// Reactions: React puts an emoji on a message. Else nothing is shown.
	Reactions bool
	// Files: messages carry attachments, both ways; the adapter is a FileSource.
	// FileBytes is the largest that it takes, 0 when not known.
	Files     bool
	FileBytes int64
	// Home: each person has a page of their own with the bot (Home).
	Home bool
	// Completion: the platform asks what a half-typed argument could be.
	Completion bool
	// MessageChars is how long one message may be; the adapter cuts longer ones
	// into several. Buttons is how many one message may carry.
	MessageChars, Buttons int
	// AnswerWithin is how soon a command or a press must be acknowledged, FollowUpFor
	// how long its Trigger serves private replies.
	AnswerWithin, FollowUpFor time.Duration
}

// FileSource is an adapter whose platform has attachments.
type FileSource interface {
	// OpenFile streams what somebody attached; the caller closes it. A
	// *DeliveryError says more about a failure: Permanent when it is gone or not
	// ours to see. It never reads more than the caller does.
	OpenFile(ctx context.Context, f File) (io.ReadCloser, error)
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
	// Complete lists what a half-typed argument of a command could be, best first,
	// at most 25. It answers within a second or not at all, and only what the
	// person may see.
	Complete(ctx context.Context, q Completion) ([]Option, error)
}

// Completion asks for the choices of an argument that somebody is typing.
type Completion struct {
	Platform, Channel, Thread, User string
	// UserName, UserTeam and Groups as in an Event.
	UserName, UserTeam string
	Groups             []string
	Kind               ArgKind
	// Typed is what is there so far, "" at first.
	Typed string
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

// CommandSpec is what a platform must be told about a command that people
// type. Words are in the language that it was asked for.
type CommandSpec struct {
	Name string // without the slash
	// Summary is one line; Usage shows the verbs or the arguments.
	Summary, Usage string
	// Verbs are what it does: "/incident take". A command has verbs, or Args of its own.
	Verbs []VerbSpec
	Args  []ArgSpec
	// Groups are those of its verbs, each with at least one.
	Groups []GroupSpec
}

// GroupSpec is a group of kindred verbs, for platforms that bound how many stand
// side by side. Nobody types its name.
type GroupSpec struct{ Name, Summary string }

// VerbSpec is one verb of a command.
type VerbSpec struct {
	Name, Summary string
	Args          []ArgSpec
	// Group is the name of one of the command's Groups; "" for a verb that stands by itself.
	Group string
	// Customers: customers may use it too.
	Customers bool
}

// ArgSpec is one argument. In a line that is typed, arguments stand in their
// order after the verb, each one word, but for ArgWords, which is the rest.
type ArgSpec struct {
	// Name is lower case and of one word; Summary is one line.
	Name, Summary string
	Kind          ArgKind
	Optional      bool
	// Choices, for an ArgChoice.
	Choices []Option
}

// ArgKind says what an argument is, and so how it is asked for.
type ArgKind string

// The kinds of arguments.
const (
	ArgWord      ArgKind = "word"
	ArgIncident  ArgKind = "incident" // INC-7; optional inside its own thread
	ArgChoice    ArgKind = "choice"
	ArgPerson    ArgKind = "person"
	ArgTeam      ArgKind = "team"
	ArgArticle   ArgKind = "article"    // words to search for, completed with articles' titles
	ArgArticleID ArgKind = "article_id" // the id of an article, whatever its state
	ArgMoment    ArgKind = "moment"     // a date, a time of day, or both, as people type them
	ArgWords     ArgKind = "words"      // everything that is left
)
