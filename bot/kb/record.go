package kb

import "time"

// State says where an article is in its life.
type State string

// The states of an article's newest version. A published version stands, whatever
// the state of a newer one, until that is published or the article archived.
const (
	Draft     State = "draft"
	InReview  State = "in_review" // somebody who may publish it is to look at it
	Published State = "published"
	Archived  State = "archived" // found no more; kept with its history
)

// States in the order of a life.
var States = []State{Draft, InReview, Published, Archived}

// Record is an article in the store: what is true of it whatever its version.
type Record struct {
	ID string
	// State of the newest version.
	State State
	// Latest is the number of the newest version, from 1; Public that of the version
	// that is published and found, 0 when none is.
	Latest, Public int
	// Head is the newest version without its text.
	Head Article
	// Source is the mirrored folder it comes from, "" for what is edited in chat.
	Source string
	// Incident is the number of the one that it was made from, 0 for none.
	Incident int
	// PublicAt is when Public became what is found.
	PublicAt time.Time `json:",omitzero"`
	// ReviewBy is the day by which somebody must say that the published version is
	// still true: its own, or a later one that somebody has set since.
	ReviewBy time.Time `json:",omitzero"`
	// ReviewedBy said last that it is still true, at ReviewedAt.
	ReviewedBy string    `json:",omitempty"`
	ReviewedAt time.Time `json:",omitzero"`
	// Asked is why people who were given it put it up for review; nil while they have not.
	Asked *Evidence `json:",omitempty"`
	// Weighed is the id of the last answer that says nothing about what is published: it
	// was given before that was published, or confirmed.
	Weighed int64 `json:",omitempty"`
	// TranslatedFrom is the version of the original that was published when this
	// translation was; 0 where none was.
	TranslatedFrom int `json:",omitempty"`
	// Last is what can be undone; nil when nothing can.
	Last *Step `json:",omitempty"`
	// Proposed is what the assistant would write instead, while nobody has taken it,
	// left it or written another version; nil for nothing.
	Proposed *Proposal `json:",omitempty"`
	// Revision grows with every change, over all articles. Given by the store.
	Revision int64
}

// Version is one state of an article's words.
type Version struct {
	Article string
	N       int // from 1, without gaps
	Content Article
	// By is who made it, as the history of an incident names people, or the source
	// that it was read from; Why is in their words.
	By, Why string
	At      time.Time
}

// Evidence is what those who were given a published article made of it.
type Evidence struct {
	// At is when it was enough to ask for a review, Answer the last answer then.
	At     time.Time
	Answer int64
	// Refused is how often it did not help, Accepted how often it did or was sent.
	Refused, Accepted int
	// Recent is how many incidents it was given in within the time that the rule looks back.
	Recent int
	Within time.Duration
	// Incidents are those that it was given in, first where it did not help, the newest
	// first, and not all of many.
	Incidents []int `json:",omitempty"`
}

// Stale reports whether a translation is older than what it translates: another
// version of the original was published since.
func (r *Record) Stale(orig *Record) bool {
	return r.Public > 0 && orig.Public > 0 && orig.Public > r.TranslatedFrom
}

// Step is what somebody did to an article last, and what was true before it.
type Step struct {
	Verb string // "new", "edit", "review", "publish", "archive", "restore"
	By   string
	At   time.Time
	// Latest is the newest version then; State, Public, PublicAt, ReviewBy, Asked, Weighed
	// and TranslatedFrom are as in the record.
	Latest         int
	State          State
	Public         int
	PublicAt       time.Time `json:",omitzero"`
	ReviewBy       time.Time `json:",omitzero"`
	Asked          *Evidence `json:",omitempty"`
	Weighed        int64     `json:",omitempty"`
	TranslatedFrom int       `json:",omitempty"`
}

// Proposal is an article in other words, which change nothing until somebody takes
// them.
type Proposal struct {
	// On is the number of the version that it would follow.
	On      int
	Content Article
}
