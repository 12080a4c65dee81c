// Package incident is the life cycle of what a customer reported: its
// states, the transitions that are allowed, and the history from which
// everything else about it is computed. Pure values; nothing is stored or
// sent here.
package incident

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"sereno/bot/sla"
)

// Origin says whose failure caused the incident.
type Origin string

// The origins. Undetermined until somebody who may says otherwise.
const (
	Undetermined   Origin = "undetermined"
	Ours           Origin = "ours"
	CustomerOrigin Origin = "customer"
	ThirdParty     Origin = "third_party"
)

// Origins lists them in the order in which people choose.
var Origins = []Origin{Ours, CustomerOrigin, ThirdParty, Undetermined}

// Incident is one report of a customer and its present state.
type Incident struct {
	// Number is counted from 1 without gaps; ID shows it.
	Number   int
	Customer string // a customer's key in the configuration
	Team     string // a team's key
	Severity sla.Severity
	Status   Status
	Owner    string // a person's key, "" while nobody has taken it
	Origin   Origin
	// Kind is what the customer asks for; "" is a failure, see KindOf.
	Kind sla.Request
	// VerifiedAt is when one of us confirmed that it is as reported.
	VerifiedAt time.Time
	// Title is the first line of what was reported, shortened; Text all of it.
	Title, Text string
	// Told is what the present customer reads in the place of Text, where another
	// customer reported it; "" where they did themselves.
	Told string
	// Reporter is the person's key, or their name on the platform.
	Reporter string
	// Where the customer talks about it: platform, channel and the message
	// that is the root of the thread.
	Platform, Channel, Root string
	// Report is the message of ours that is the root, where it was reported by form
	// or command; Root is "" until the platform has it.
	Report     int64
	ReportedAt time.Time
	// LastCustomerAt is when the reporter's side last wrote.
	LastCustomerAt time.Time
	ResolvedAt     time.Time
	// Resolution is what was done, in the words of who resolved it.
	Resolution string
	// SelfService: an article solved it and no agent had to answer.
	SelfService bool
	// Rating from 1 to 5; 0 while the customer gave none.
	Rating int
	// MergedInto is the id of the surviving incident, "" unless merged.
	MergedInto string
	// Follows is the id of the incident that came back in this one, FollowedBy of
	// the one in which this one did; "" when none.
	Follows, FollowedBy string
	// Suggested are the articles that the customer was shown.
	Suggested []string
	// Aid is what our own people are shown to answer with.
	Aid Aid `json:",omitzero"`
	// Receipt is the acknowledgement in the customer's thread, Card the card in
	// the team's channel, Asked the question to the customer whether it is
	// solved; each is edited later. Stored as one document with the rest of the
	// incident that is never searched for.
	Receipt, Card, Asked Place
	// CardSum tells the card that was sent last from the one that would be sent
	// now, so that it is edited only when it would read differently.
	CardSum string
	// SolvedSum tells what it is found by as a past one, "" while it is not to be found.
	SolvedSum string `json:",omitempty"`
	// Replying are our own people whose words in the card's thread go to the customer.
	Replying []Replier
	// Escalation is the paging that is going on, if any.
	Escalation Escalation
	// Verdicts are the clocks that have stopped, as they were then.
	Verdicts []Verdict
	// Product that it is about, as articles name theirs; "" while nobody has said so.
	Product string `json:",omitempty"`
	// Proposed is how the assistant read the report; Draft an answer of its that
	// nobody has sent yet.
	Proposed Proposal `json:",omitzero"`
	Draft    Draft    `json:",omitzero"`
	// Drill: a rehearsal. It is in no report and has no commitments.
	Drill bool
	// Announced are the marks of clocks that people were already told of.
	Announced []string
}

// Replier is one of our own people in reply mode: what they write in the thread
// of the card from Since on goes to the customer. Used is when they last wrote so.
type Replier struct {
	Person      string
	Since, Used time.Time
}

// Verdict is a clock that has stopped, and what tells the facts that it was
// computed from.
type Verdict struct {
	Clock sla.Clock
	Facts string
}

// Place is where a message of ours went: to a channel, or to a user directly.
// The zero Place is nowhere.
type Place struct {
	Delivery                int64
	Platform, Channel, User string
	// Reader is whose language it is in: a person's or a team's key.
	Reader string
	// Page is the proof of the page that it is, 0 of anything else.
	Page int64 `json:",omitempty"`
}

// ID is how people name the incident: INC-7.
func (i *Incident) ID() string { return FormatID(i.Number) }

// FormatID gives the id of an incident number.
func FormatID(n int) string { return fmt.Sprintf("INC-%d", n) }

// ParseID reads an incident id as people type it ("INC-7", "inc7", "#7", "7").
// It answers false for anything else.
func ParseID(s string) (int, bool) {
	t := strings.ToUpper(strings.TrimSpace(s))
	t = strings.TrimPrefix(t, "#")
	t = strings.TrimPrefix(t, "INC")
	t = strings.TrimPrefix(t, "-")
	if t == "" || len(t) > 9 {
		return 0, false
	}
	n := 0
	for _, r := range t {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, n > 0
}

// KindOf is what the customer asks for.
func (i *Incident) KindOf() sla.Request { return cmp.Or(i.Kind, sla.Failure) }

// ToldText is what the customer reads of what was reported.
func (i *Incident) ToldText() string { return cmp.Or(i.Told, i.Text) }

// ToldTitle is the first line of that.
func (i *Incident) ToldTitle() string {
	if i.Told == "" {
		return i.Title
	}
	line, _, _ := strings.Cut(i.Told, "\n")
	return line
}

// Open reports whether work on the incident is still owed.
func (i *Incident) Open() bool { return i.Status.Open() }

// Proposal is how a report may be read. At is the delivery that shows it.
type Proposal struct {
	Title, Product string
	Severity       sla.Severity
	At             int64
}

// Draft is an answer and the titles of the articles that it is from. At is the
// delivery that shows it, 0 when there is none.
type Draft struct {
	Words   string
	Sources []string `json:",omitempty"`
	At      int64
}
