package notifier

import (
	"time"

	"sereno/bot"
	"sereno/bot/letter"
)

// Document is what a webhook gets that nobody has a template for. Fields are only
// ever added.
type Document struct {
	Version int `json:"version"` // 1
	// Key is the same in every repetition.
	Key string `json:"key"`
	// Kind is "page", which asks somebody to act, or "direct", which tells them something.
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
	// To is the person's identity on this notifier.
	To    string `json:"to"`
	Title string `json:"title"`
	Text  string `json:"text,omitempty"`
	// Quote is somebody's own words.
	Quote    string `json:"quote,omitempty"`
	Incident string `json:"incident,omitempty"`
	Severity string `json:"severity,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Clock    string `json:"clock,omitempty"`
	Due      string `json:"due,omitempty"`
	// Link is where it is acknowledged; whoever has it can.
	Link string `json:"link,omitempty"`
	// Callback takes the word of what became of it.
	Callback string `json:"callback,omitempty"`
}

func documentOf(l letter.Letter, d *bot.Delivery) Document {
	return Document{
		Version: 1, Key: l.Key, Kind: l.Kind, At: d.At.UTC(), To: l.To, Title: l.Title, Text: l.Text, Quote: l.Quote,
		Incident: l.Incident, Severity: l.Severity, Reason: l.Reason, Clock: l.Clock, Due: l.Due, Link: l.Link, Callback: l.Callback,
	}
}
