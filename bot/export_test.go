package bot

import "sereno/bot/kb"

// Bound lets it hold so many incidents at most.
func (p *Past) Bound(most int) { p.most = most }

// Find is what a question is answered with.
func (p *Past) Find(q kb.Query) []kb.Suggestion { return p.find(q, 0) }

// Held is how many incidents it holds, and Replaced how many left its index since that
// was made.
func (p *Past) Held() (held, replaced int) { return len(p.held), p.replaced }
