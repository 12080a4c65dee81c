// Package letter is what a page or a direct message looks like where only text
// goes: its values, and the templates that a notifier of the configuration makes
// a request of. Values are plain text; a template says how each is written
// into its place, so that nobody's words mean anything there.
package letter

// Letter is what can be said of a delivery. Every value is plain text and may be
// empty; what was written by people may hold any character.
type Letter struct {
	// Title is one line: which incident, whose, and why.
	Title string
	// Text is what is to be known, some lines; Quote somebody's own words.
	Text, Quote string
	// To is the person's identity on the notifier: a number, an address.
	To string
	// Link leads to the page on which it is acknowledged, Callback is where the
	// provider reports what became of it. Each is secret, and "" where there is none.
	Link, Callback string
	// Incident is its id ("INC-7"), Severity, Reason ("at_risk") and Clock
	// ("first_response") the words of the configuration; Due is RFC 3339 in UTC.
	Incident, Severity, Reason, Clock, Due string
	// Kind is "page" or "direct".
	Kind string
	// Key is the same in every repetition, and in nothing else ever.
	Key string
}
