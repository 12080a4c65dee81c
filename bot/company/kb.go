package company

import (
	"slices"
	"time"
)

// KB is how articles of the knowledge base live.
type KB struct {
	// Publishers are the roles that may publish, archive and restore.
	Publishers []Role
	// ReviewEvery is how long after its publication an article that names no day of
	// its own must be looked at again; 0 never.
	ReviewEvery time.Duration
	// RemindEvery is how long a reminder to review or to read waits for somebody
	// before more people hear of it, and before it is repeated.
	RemindEvery time.Duration
	// Review is what puts a published article up for review before its day.
	Review ReviewRule
}

// ReviewRule says which answers of those who were given an article, since its version was
// published or somebody said that it is still true, put it up for review.
type ReviewRule struct {
	// Refusals is how often it must not have helped, 0 for never, and Share which part
	// of all answers that must be at least, above 0 and at most 1.
	Refusals int
	Share    float64
	// Incidents is how many incidents within the time it must have been given in,
	// whatever came of it; 0 for never.
	Incidents int
	Within    time.Duration
}

// DefaultKB is what holds where the configuration says nothing.
func DefaultKB() KB {
	return KB{Publishers: []Role{Lead, Quality}, ReviewEvery: 180 * 24 * time.Hour, RemindEvery: 7 * 24 * time.Hour, Review: ReviewRule{
		Refusals: 3, Share: 0.5, Incidents: 10, Within: 30 * 24 * time.Hour,
	}}
}

// MayPublish reports whether the person may publish articles.
func (c *Company) MayPublish(p *Person) bool {
	return p != nil && p.Customer == nil && slices.ContainsFunc(c.KB.Publishers, p.Has)
}

// Supports reports whether the team answers for one of the products. One that
// names none answers for all, and what concerns no product concerns all.
func (t *Team) Supports(products []string) bool {
	if len(t.Products) == 0 || len(products) == 0 {
		return true
	}
	return slices.ContainsFunc(products, func(p string) bool { return slices.Contains(t.Products, p) })
}
