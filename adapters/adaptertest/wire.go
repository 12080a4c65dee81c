// Package adaptertest is the conformance suite that every adapter passes. It
// drives the adapter, and with it the platform's real client library, against
// a wire-level server: an HTTP and WebSocket server of the test that speaks
// the platform's protocol.
package adaptertest

import (
	"testing"
	"time"

	"sereno/bot"
)

// Setup makes a fresh platform and an adapter that is configured for it and
// does not run yet, with durations shortened for tests. All ends with the test.
type Setup func(t testing.TB) *Subject

// Subject is an adapter under test on its platform. Support and Team are
// channels in which the bot is, Maria and Ana people who are in both, shown as
// "María" and "Ana": the platform's ids. Only those two channels are served.
type Subject struct {
	Adapter bot.Adapter
	// Restart makes another adapter for the same platform, as the next process
	// would, after Run of the one before has returned.
	Restart       func() bot.Adapter
	Wire          Wire
	Support, Team string
	Maria, Ana    string
	// Log is what the adapter logs: it writes to Log.Logger().
	Log *Log
	// Secrets are the tokens and the like that must show up nowhere.
	Secrets []string
	// KeepsChanges: the platform tells later what was edited and deleted while we
	// were away.
	KeepsChanges bool
	// Retries is the function of the platform, as goroutine dumps name it, that
	// hands over again what nobody acknowledged; "" when it has none. It goes on
	// after the adapter has ended, and is not what the adapter left behind.
	Retries string
}

// Wire is the platform as its people and its weather: what the suite does to
// it and sees on it. Everything that the bot is to hear goes over the network
// in the platform's own form. A call that cannot be carried out fails the test.
type Wire interface {
	// Say writes a message in the channel, in the thread when that is not "", and
	// answers its id. Channel "" is the person's direct conversation with the bot.
	// A mention in the text is written {maria}, {ana}, {bot} or, of everybody,
	// {everyone}; emoji are Unicode, as people type them.
	Say(user, channel, thread, text string, files ...Upload) string
	Edit(channel, message, text string)
	Delete(channel, message string)
	// React puts an emoji, by its common short name ("ticket"), on the message.
	React(user, channel, message, name string)
	// Press presses the button that bears the label on a message that the person sees.
	Press(user, channel, message, label string)
	// Type types a command with its slash.
	Type(user, channel, line string)
	// Submit fills in and sends the form that the person has open.
	Submit(user string, fields map[string]string)

	// Again hands over once more what was handed over last, as the platform does
	// when it does not know that it arrived.
	Again()
	// Reverse hands the next n things over in the reverse order, all when the nth is there.
	Reverse(n int)
	// Cut ends every live connection. New ones are welcome.
	Cut()
	// Away makes the platform unreachable, or reachable again. What people do
	// meanwhile is kept as the platform keeps it.
	Away(bool)
	// Fault lets the next n calls that send (a form and a private reply too), edit,
	// remove or react fail so; n = 0 takes back those that are left.
	Fault(f Fault, n int)
	// Revoke makes the bot's token worthless.
	Revoke()

	// Channel, Direct and Private are what can be read in a channel with its
	// threads, in the person's direct conversation with the bot, and by that person
	// alone in channels, in the order of arrival.
	Channel(channel string) []Shown
	Direct(user string) []Shown
	Private(user string) []Shown
	// Form is the form that the person has open, nil when none.
	Form(user string) *Form
	// Calls is how many calls came in that Fault can let fail, failed ones included.
	Calls() int
}

// Fault is a way in which a call fails.
type Fault struct {
	// Status is that of the answer: 429, 500, 503; 0 cuts the connection instead.
	Status int
	// RetryAfter comes with a 429.
	RetryAfter time.Duration
	// Done: the call has its effect all the same, and only the answer is a lie.
	Done bool
}

// Upload is an attachment.
type Upload struct {
	Name, Type string
	Content    []byte
}

// Shown is a message as people see it: markup is interpreted by the platform's
// own rules, mentions are names with an @, emoji short names between colons.
type Shown struct {
	ID, Thread string
	// User is who wrote it, "" for the bot.
	User string
	Text string
	// Notifies are the ids of the people whom it calls, and "everyone" when it
	// calls all of a channel. Links are the addresses that can be followed.
	Notifies, Links []string
	Buttons         []string // labels
	Files           []Upload
	Reactions       []string
	Edited          bool
}

// Form is a form as somebody sees it: its inputs' names, the values of those that
// offer a choice, and what those that are written into hold at first.
type Form struct {
	Title  string
	Inputs []string
	Values map[string][]string
	Holds  map[string]string
}
