package bot

import (
	"context"
	"time"
)

// PageRecord proves one page: one person (or channel) asked to act, through one
// platform.
type PageRecord struct {
	ID int64 // given by AddPage
	// Incident is its number; 0 for a page that concerns none.
	Incident int
	// Person is a person's key, or a team's for its channel.
	Person string
	// Platform and Address are the way that was used: a user's id, a channel's, an
	// address of mail.
	Platform, Address string
	// Clock is the commitment concerned, "" when none; Reason why they were paged.
	Clock, Reason string
	Severity      string
	// Step and Round are the place in the policy, Rule the index in the person's reach.
	Step, Round, Rule int
	// Drill: a rehearsal.
	Drill bool
	// Group is the page into whose message this one was put; 0 when it has its own.
	Group int64
	// Delivery is the message that carries it; 0 while none does.
	Delivery int64
	// At is when it was decided; then, as far as it is known, when the platform
	// accepted it, when it reached the person's device, when they saw it, when they
	// acted, and when it failed, with the Cause.
	At, Accepted, Delivered, Seen, Acted, Failed time.Time
	Cause                                        string
}

// PageTx keeps the proofs of pages.
type PageTx interface {
	// AddPage stores a new one and gives it its ID.
	AddPage(ctx context.Context, p *PageRecord) error
	// SavePage stores what became of it. ErrNotFound.
	SavePage(ctx context.Context, p PageRecord) error
	// PageAt reads one and, in an Update, keeps others from changing it until the
	// transaction ends. ErrNotFound.
	PageAt(ctx context.Context, id int64) (*PageRecord, error)
	// PageBy finds the one whose own message the delivery is, locked as PageAt
	// does. ErrNotFound.
	PageBy(ctx context.Context, delivery int64) (*PageRecord, error)
	// PagesFor finds those whose own messages the deliveries are, each followed by
	// those that were put into it, oldest first; the former locked as PageAt does.
	PagesFor(ctx context.Context, deliveries ...int64) ([]PageRecord, error)
	// PagesIn lists those that were put into the message of the page, oldest first,
	// at most limit; 0 is all.
	PagesIn(ctx context.Context, page int64, limit int) ([]PageRecord, error)
	// PagesOf lists an incident's, oldest first.
	PagesOf(ctx context.Context, incident int) ([]PageRecord, error)
	// PagesBetween lists those decided in [from, to), oldest first.
	PagesBetween(ctx context.Context, from, to time.Time) ([]PageRecord, error)
	// OpenPage is the person's newest page with a message of its own, not decided
	// before since, that nobody acted on and that did not fail; locked as PageAt
	// does. ErrNotFound.
	OpenPage(ctx context.Context, person string, since time.Time) (*PageRecord, error)
}
