package bot

// Bound lets it hold so many incidents at most.
func (p *Past) Bound(most int) { p.most = most }

// Held is how many incidents it holds, and Replaced how many left its index since that
// was made.
func (p *Past) Held() (held, replaced int) { return len(p.held), p.replaced }
