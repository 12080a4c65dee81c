package bot

import (
	"cmp"
	"context"
	"io"
	"time"
)

// Message is what the bot says, by meaning. Every string in it but Markdown is
// plain text: a platform's adapter escapes all of it and gives it that platform's
// best form, so that nobody's words can inject a mention, a link or formatting.
// Parts are shown in the order of the fields.
type Message struct {
	// Mentions are the platform's ids of the people whom it is for; the adapter
	// puts them first so that they are notified.
	Mentions []string `json:",omitempty"`
	// Groups are the platform's ids of the roles or user groups that it calls.
	Groups []string `json:",omitempty"`
	// Title stands out, one line.
	Title string `json:",omitempty"`
	// From is who says Markdown, Text and Quote, where the bot only passes them on.
	From string `json:",omitempty"`
	Text string `json:",omitempty"`
	// Markdown is what our own people and articles say, in the Markdown of
	// bot/markup: formatting and links are shown, mentions are not.
	Markdown string `json:",omitempty"`
	// Quote is somebody's words, shown as a quotation.
	Quote  string  `json:",omitempty"`
	Fields []Field `json:",omitempty"`
	// Items are entries under the text: articles, timeline lines, incidents.
	Items   []Item   `json:",omitempty"`
	Footer  string   `json:",omitempty"`
	Buttons []Button `json:",omitempty"`
	// Files are uploaded with it.
	Files []Attachment `json:",omitempty"`
	Tone  Tone         `json:",omitempty"`
}

// Attachment is a file that is kept with an incident: Hash is the SHA-256 of its
// content in hexadecimal, Type a media type, Size in bytes.
type Attachment struct {
	Name, Type, Hash string
	Size             int64
}

// Field is a labelled fact of a card.
type Field struct{ Label, Value string }

// Item is one entry of a list.
type Item struct {
	Title string
	Body  string `json:",omitempty"`
	URL   string `json:",omitempty"`
}

// Tone says how a message is meant, for platforms that can colour it.
type Tone string

// The tones.
const (
	Neutral Tone = ""
	Good    Tone = "good"
	Warning Tone = "warning"
	Alarm   Tone = "alarm"
)

// Button is something to press. ID is what it does ("take", "ack", "solved");
// Value travels with it and comes back in the event: the incident's id, with
// further parts after a colon where an action needs them.
type Button struct {
	ID    string
	Label string
	Value string `json:",omitempty"`
	// Primary buttons are what most people will want; Danger ones are hard to undo.
	Primary bool `json:",omitempty"`
	Danger  bool `json:",omitempty"`
}

// Form is a dialogue with inputs, opened in answer to a press or a command.
type Form struct {
	ID     string
	Title  string
	Text   string `json:",omitempty"`
	Submit string
	Value  string
	Inputs []Input
}

// Input is one field of a form.
type Input struct {
	Name, Label string
	Hint        string `json:",omitempty"`
	// Value is what it holds at first.
	Value     string `json:",omitempty"`
	Multiline bool   `json:",omitempty"`
	Optional  bool   `json:",omitempty"`
	// Options make it a choice of one.
	Options []Option `json:",omitempty"`
}

// Option is one choice of an input.
type Option struct{ Value, Label string }

// DeliveryKind says how something is to be handed over.
type DeliveryKind string

// How the bot speaks.
const (
	Post      DeliveryKind = "post"      // a message in Channel, in Thread when set
	Update    DeliveryKind = "update"    // Target now reads Message
	Direct    DeliveryKind = "direct"    // a direct message to User
	Ephemeral DeliveryKind = "ephemeral" // in Channel, for User's eyes only; direct where a platform cannot
	Refused   DeliveryKind = "error"     // as Ephemeral: why something was not done
	Page      DeliveryKind = "page"      // calls User (or Channel) to act, as loudly as the platform can
	OpenForm  DeliveryKind = "form"      // opens Form for User by Trigger
	Withdraw  DeliveryKind = "withdraw"  // Target, one of ours, is removed; Message says what it reads where it cannot be
	React     DeliveryKind = "react"     // Reaction is put on Target, which need not be ours
	Home      DeliveryKind = "home"      // User's own page now reads Message
	Fetch     DeliveryKind = "fetch"     // an errand of the core's own: the attachment File is fetched; no adapter sees it
)

// Ref points at a message: one of the platform's, by Message, or one of ours
// that may not have been sent yet, by Delivery. The zero Ref points at nothing.
type Ref struct {
	Message  string `json:",omitempty"`
	Delivery int64  `json:",omitempty"`
}

// IsZero reports whether the reference points at nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// Delivery is one thing to be handed to a platform, at least once, in order
// within its conversation.
type Delivery struct {
	// ID is given by the store when it is enqueued.
	ID int64 `json:"-"`
	// Key is unique for ever: what a platform can recognise a repetition by.
	Key      string
	Kind     DeliveryKind
	Platform string
	// Channel or User, or both for Ephemeral.
	Channel string `json:",omitempty"`
	User    string `json:",omitempty"`
	// Thread to answer in; Target to edit. By the time an adapter sees them the
	// Message of each is filled in.
	Thread Ref `json:",omitzero"`
	Target Ref `json:",omitzero"`
	// Incident is the id it concerns ("INC-7"), "" when none.
	Incident string `json:",omitempty"`
	// Purpose tells what the message is to the core ("receipt", "card", "page",
	// "rca", …): a reply to it is understood by it.
	Purpose string `json:",omitempty"`
	Message Message
	Form    *Form `json:",omitempty"`
	// Trigger is the event's that this answers: a form needs it, and on some
	// platforms a private reply; one that is too old is passed over for a direct message.
	Trigger string `json:",omitempty"`
	// Reaction is the short name of an emoji, of a React.
	Reaction string `json:",omitempty"`
	// File is the KeptFile of a Fetch, Article the file that is to become an article.
	File    int64        `json:",omitempty"`
	Article *SentArticle `json:",omitempty"`
	// Priority of a page: 0, which is critical, goes first, LeastPriority last.
	Priority int `json:",omitempty"`
	// Of a page: which commitment, why, and by when.
	Clock    string    `json:",omitempty"`
	Severity string    `json:",omitempty"`
	Reason   string    `json:",omitempty"`
	Due      time.Time `json:",omitzero"`
	// At is when the bot decided to say it.
	At time.Time

	// Attempt counts from 1. Doubtful: an earlier attempt may have reached the
	// platform without our learning of it; look for Key before sending again.
	Attempt  int  `json:"-"`
	Doubtful bool `json:"-"`
	// Open streams the content of one of Message.Files; the caller closes it. Set
	// where there are any.
	Open func(ctx context.Context, a Attachment) (io.ReadCloser, error) `json:"-"`
}

// Conversation is the unit of order among deliveries. What one person must
// see at once does not queue behind a busy channel.
func (d *Delivery) Conversation() string {
	switch d.Kind {
	case OpenForm:
		return d.Platform + ":form:" + d.User
	case Ephemeral, Refused:
		return d.Platform + ":only:" + d.User
	case Home:
		return d.Platform + ":home:" + d.User
	case Fetch: // one that takes long holds up nothing but those of its channel
		return d.Platform + ":fetch:" + d.Channel
	case Page:
		if d.Priority == 0 {
			return d.Platform + ":critical:" + cmp.Or(d.Channel, "@"+d.User)
		}
	}
	if d.Channel == "" {
		return d.Platform + ":@" + d.User
	}
	return d.Platform + ":" + d.Channel
}

// Receipt is the platform's word that it has a delivery: where it went and
// the id of the message there ("" for what has none, such as a form).
type Receipt struct{ Channel, Message string }
