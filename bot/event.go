package bot

import "time"

// EventKind says what happened on a platform.
type EventKind string

// What can happen on a platform.
const (
	// MessagePosted: somebody wrote. Text, Message, and Thread when it is a reply.
	MessagePosted EventKind = "message"
	// MessageEdited: Message now reads Text.
	MessageEdited EventKind = "edited"
	// MessageDeleted: Message is gone.
	MessageDeleted EventKind = "deleted"
	// CommandTyped: Text is the whole command as typed, "/incident take INC-1".
	CommandTyped EventKind = "command"
	// ButtonPressed: Button on Message, with the Value that the bot gave it.
	ButtonPressed EventKind = "press"
	// FormSent: Form with Fields, and the Value that the bot gave it.
	FormSent EventKind = "form"
	// Reacted: Reaction (a short name: "ticket") was put on Message.
	Reacted EventKind = "reaction"
	// OpenAsked: the message action "Open an incident" on Message.
	OpenAsked EventKind = "open"
	// HomeOpened: User looks at their own page with the bot.
	HomeOpened EventKind = "home"
	// PageDelivered: what the platform took, Delivery, has reached User's device.
	PageDelivered EventKind = "delivered"
	// PageSeen: User has looked at Delivery.
	PageSeen EventKind = "seen"
	// PageFailed: the platform took Delivery and says later that it did not reach
	// User; Text is its reason, for people who look into it.
	PageFailed EventKind = "failed"
)

// Event is one thing that a platform said happened, in the core's words.
type Event struct {
	// Key is unique per happening and the same in every repetition of it: made
	// from the platform's ids, prefixed with the platform's name. A message met
	// live and again while catching up has one key.
	Key      string
	Platform string
	Kind     EventKind
	// At is when it happened, by the platform's clock, in UTC.
	At time.Time
	// Channel is the platform's id of the channel or direct conversation; Direct
	// says that it is a direct conversation with the bot.
	Channel string
	Direct  bool `json:",omitempty"`
	// Thread is the id of the message at the root, "" outside threads.
	Thread string `json:",omitempty"`
	// Message is the id of the message concerned.
	Message string `json:",omitempty"`
	// User is who did it: the platform's id. UserName is what the platform shows
	// for them, when it came along. UserTeam is the workspace or server that they
	// belong to, where platforms share channels.
	User     string
	UserName string `json:",omitempty"`
	UserTeam string `json:",omitempty"`
	// Groups are the platform's ids of the roles or user groups of User, of those
	// that the configuration names.
	Groups []string `json:",omitempty"`
	// Text is plain text: mentions as names, links as addresses, emoji as
	// :short_names:. Without the mention of the bot, which Mentioned reports.
	Text      string `json:",omitempty"`
	Mentioned bool   `json:",omitempty"`
	// Markdown is Text with its formatting, in the Markdown of bot/markup; "" when
	// it has none.
	Markdown string `json:",omitempty"`
	Button   string `json:",omitempty"`
	// Value is what the bot attached to the button or form.
	Value    string            `json:",omitempty"`
	Form     string            `json:",omitempty"`
	Fields   map[string]string `json:",omitempty"`
	Reaction string            `json:",omitempty"`
	// Delivery is the one of ours that a PageDelivered, a PageSeen or a PageFailed
	// is about, or whose link was used for a ButtonPressed; 0 elsewhere.
	Delivery int64 `json:",omitempty"`
	// Author is set when the event is about a message that may be unknown here
	// (OpenAsked, Reacted); Text, Thread and Files are then that message's.
	Author *Author `json:",omitempty"`
	// Trigger comes with a command, a press or a form: it lets a form be opened for a
	// few seconds and a private reply be given for some minutes (Features); ""
	// where none came. It is the adapter's to read.
	Trigger string `json:",omitempty"`
	// Files are what was attached.
	Files []File `json:",omitempty"`
}

// Author is who wrote the message that an event is about, and when.
type Author struct {
	User, Name, Team string
	At               time.Time
}

// File is an attachment as the platform names it. Size is in bytes and, like
// Type (a media type), what the platform says of it, which need not be true. URL
// is for people, where the platform has one. ID is what OpenFile needs.
type File struct {
	Name, URL string
	ID        string `json:",omitempty"`
	Platform  string `json:",omitempty"`
	Type      string `json:",omitempty"`
	Size      int64  `json:",omitempty"`
}

// Conversation is the unit of order: events of one conversation are handled
// one after the other.
func (e *Event) Conversation() string {
	if e.Channel == "" {
		return e.Platform + ":@" + e.User
	}
	return e.Platform + ":" + e.Channel
}
