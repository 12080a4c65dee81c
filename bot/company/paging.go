package company

import (
	"slices"
	"time"

	"sereno/bot/oncall"
)

// Reach is one channel in which a person is paged.
type Reach struct {
	// Platform is one of the person's identities: a chat, "mail", or a notifier.
	Platform string
	// After is how long the channel before it may stay without acknowledgement.
	// One that does not accept the page is passed over at once.
	After time.Duration
}

// What holds where the configuration says nothing about paging.
const (
	DefaultPatience    = 5 * time.Second
	DefaultStormWithin = 5 * time.Minute
	DefaultReachAfter  = 2 * time.Minute
)

// Paging is how people are reached, whoever they are.
type Paging struct {
	// Patience is how long a channel may take to accept a page before the next one
	// is used.
	Patience time.Duration
	// GroupWithin: pages to one person for the same reason within this time are
	// told in one message.
	GroupWithin time.Duration
	// WeeklyGaps is when the leads are warned of the gaps ahead, on their own clocks.
	WeeklyGaps WeekTime
	// RemindBefore is how long before a shift its person is reminded of it, 0 never;
	// before one of less than a day it is an hour at most.
	RemindBefore time.Duration
	// Fallback is reached when a policy without one of its own has ended and nobody
	// has acknowledged.
	Fallback []oncall.Target
}

// WeekTime is a time of every week, on a wall clock.
type WeekTime struct {
	Day time.Weekday
	// Minute counts from midnight, 0 to 1439.
	Minute int
}

// DefaultPaging is what holds where the configuration says nothing.
func DefaultPaging() Paging {
	return Paging{
		Patience: DefaultPatience, GroupWithin: DefaultStormWithin,
		WeeklyGaps: WeekTime{Day: time.Monday, Minute: 9 * 60}, RemindBefore: 12 * time.Hour,
	}
}

// CanBeReachedOn reports whether pages to the person may go through the
// platform: they have an identity there, and where they say how they are
// reached, it is named.
func (p *Person) CanBeReachedOn(platform string) bool {
	if p.Identities[platform] == "" {
		return false
	}
	return p.Reach == nil || slices.ContainsFunc(p.Reach, func(r Reach) bool { return r.Platform == platform })
}
