package bot

import (
	"context"
	"time"

	"sereno/bot/oncall"
)

// SwapState says what became of a request to swap.
type SwapState string

// What becomes of a request to swap.
const (
	SwapAsked     SwapState = "asked"
	SwapAccepted  SwapState = "accepted"
	SwapDeclined  SwapState = "declined"
	SwapWithdrawn SwapState = "withdrawn"
	SwapExpired   SwapState = "expired" // nobody answered before its time began, or soon after it was asked where that went on
	SwapUndone    SwapState = "undone"  // an exchange that one of the two took back
)

// Swap is one person's request that another take their time on call.
type Swap struct {
	ID       int64 // given by AddSwap
	Schedule string
	// From asks To, by their keys, to be on call in [Start, End).
	From, To   string
	Start, End time.Time
	State      SwapState
	// Back is what From takes of To's in return; nil when nothing is.
	Back *SwapBack `json:",omitempty"`
	// At is when it was asked.
	At time.Time
}

// SwapBack is the time that is taken in return, [Start, End).
type SwapBack struct {
	Schedule   string
	Start, End time.Time
}

// Told is who was told last that they are on call.
type Told struct {
	Schedule string
	// Person is their key; "" where it was told that nobody is.
	Person string
	// Since is the beginning of the time that was told; the zero instant of nobody's.
	Since time.Time
}

// RosterTx keeps what people change of the schedules of the configuration, and
// the secret addresses of their calendars.
type RosterTx interface {
	// AddOverride stores a new one and gives it its ID.
	AddOverride(ctx context.Context, o *oncall.Override) error
	// Overrides lists those that have a part in [from, to), in the order in which
	// they were made; the zero instant is no bound.
	Overrides(ctx context.Context, from, to time.Time) ([]oncall.Override, error)
	// DropOverride removes it. ErrNotFound.
	DropOverride(ctx context.Context, id int64) error
	// AddAbsence stores a new one and gives it its ID.
	AddAbsence(ctx context.Context, a *oncall.Absence) error
	// Absences lists as Overrides does.
	Absences(ctx context.Context, from, to time.Time) ([]oncall.Absence, error)
	// DropAbsence removes it. ErrNotFound.
	DropAbsence(ctx context.Context, id int64) error
	// AddSwap stores a new request and gives it its ID.
	AddSwap(ctx context.Context, s *Swap) error
	// SwapAt reads one and, in an Update, keeps others from changing it until the
	// transaction ends. ErrNotFound.
	SwapAt(ctx context.Context, id int64) (*Swap, error)
	// SwapsAsked lists a person's own requests that nobody has answered, in the order in
	// which they were made.
	SwapsAsked(ctx context.Context, from string) ([]Swap, error)
	// SaveSwap stores what became of it. ErrNotFound.
	SaveSwap(ctx context.Context, s Swap) error
	// ToldOnCall lists who was told last on each schedule that anybody was told of
	// and, in an Update, keeps others from changing it until the transaction ends.
	ToldOnCall(ctx context.Context) ([]Told, error)
	// TellOnCall notes who is told now. It answers false, and notes nothing, when
	// another has told the same person of that time or of a later one meanwhile.
	TellOnCall(ctx context.Context, t Told) (fresh bool, err error)
	// ForgetOnCall forgets the schedule. ErrNotFound.
	ForgetOnCall(ctx context.Context, schedule string) error
	// PutRosterInForce says that a document, as Company.Duties names it, is in force
	// from now on. Of one that was in force before, only where that is wanted again.
	PutRosterInForce(ctx context.Context, document string, again bool) error
	// RosterInForce is the document that was put in force last, "" when none was.
	RosterInForce(ctx context.Context) (string, error)
	// Feed is the secret in the address of the person's calendar: 26 letters and
	// digits, made when it is first asked for, which takes an Update.
	Feed(ctx context.Context, person string) (secret string, err error)
	// NewFeed makes another; the address from before is void.
	NewFeed(ctx context.Context, person string) (secret string, err error)
	// FeedOwner is the person whose secret it is. ErrNotFound.
	FeedOwner(ctx context.Context, secret string) (person string, err error)
}
