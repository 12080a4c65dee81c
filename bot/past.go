package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/kb"
)

// SolvedTx keeps which incidents are to be found as past ones.
type SolvedTx interface {
	// MarkSolved says that an incident is solved, is not any more, or reads differently,
	// and gives that a revision greater than every one that was committed before. Others
	// wait for theirs until the transaction ends.
	MarkSolved(ctx context.Context, number int) error
	// SolvedRevision is the newest revision, 0 before the first.
	SolvedRevision(ctx context.Context) (int64, error)
	// SolvedSince lists at most limit incidents that were marked after the revision, in
	// the order of theirs, and answers the last one's; what was given when it lists none.
	SolvedSince(ctx context.Context, revision int64, limit int) ([]*incident.Incident, int64, error)
	// SolvedBefore lists at most limit incidents that were ever marked, or solved before
	// there were marks, with numbers below, the newest first; all of them for 0.
	SolvedBefore(ctx context.Context, number, limit int) ([]*incident.Incident, error)
}

const (
	// maxSolved is how many of the newest past incidents are searched.
	maxSolved = 20_000
	// solvedAtOnce is how many are read in one go: few enough that nothing waits for it.
	solvedAtOnce = 500
	// maxSymptom bounds what one is found by, in characters.
	maxSymptom = 2000
	// askedPrecision is how many of those shown to who asked should resemble; what is
	// shown unasked has the precision of articles.
	askedPrecision = 0.7
)

// Past finds past incidents by what was reported. It follows the store: the newest
// are read first, a few at a time while everything else goes on, and then what
// changes. It holds what they are found by; all else is read when it is shown. Safe
// for use by several goroutines.
type Past struct {
	store     Store
	index     atomic.Pointer[kb.Index]
	least     atomic.Pointer[float64] // confidence of what is shown unasked
	following sync.Mutex              // one looks at a time
	options   kb.Options
	begun     bool
	revision  int64
	// older is the number below which none was read; 1 when all were.
	older int
	held  map[int]*kb.Article
	// replaced counts what left the index since it was made, and its words not.
	replaced int
	most     int
}

// NewPast knows nothing before a bot runs with it.
func NewPast(s Store, o kb.Options) (*Past, error) {
	p := &Past{store: s, held: map[int]*kb.Article{}, most: maxSolved}
	return p, p.SetOptions(o)
}

// SetOptions puts the synonyms of others in force, and their precision for what is
// shown unasked.
func (p *Past) SetOptions(o kb.Options) error {
	p.following.Lock()
	defer p.following.Unlock()
	p.least.Store(new(cmp.Or(o.Threshold, kb.ThresholdFor(cmp.Or(o.Precision, kb.DefaultPrecision)))))
	if p.index.Load() != nil && reflect.DeepEqual(p.options.Synonyms, o.Synonyms) {
		return nil
	}
	p.options = kb.Options{Threshold: -1, Synonyms: o.Synonyms}
	return p.rebuild()
}

func (p *Past) rebuild() error {
	ix, err := kb.NewIndex(slices.Collect(maps.Values(p.held)), p.options)
	if err == nil {
		p.index.Store(ix)
		p.replaced = 0
	}
	return err
}

// find gives those that resemble the question with at least that confidence, and
// others half as sure.
func (p *Past) find(q kb.Query, least float64) []kb.Suggestion {
	found := p.index.Load().Suggest(q)
	if len(found) == 0 || found[0].Confidence < least {
		return nil
	}
	return slices.DeleteFunc(found, func(f kb.Suggestion) bool { return f.Confidence < least/2 })
}

// Follow takes in some of what changed, and some of what is older; more is false
// when nothing is left.
func (p *Past) Follow(ctx context.Context, c *company.Company) (more bool, err error) {
	p.following.Lock()
	defer p.following.Unlock()
	var changed, old []*incident.Incident
	revision, older := p.revision, p.older
	err = p.store.View(ctx, func(tx Tx) (err error) {
		if !p.begun {
			if revision, err = tx.SolvedRevision(ctx); err != nil {
				return err
			}
		}
		if changed, revision, err = tx.SolvedSince(ctx, revision, solvedAtOnce); err != nil {
			return err
		}
		if older != 1 && len(p.held) < p.most {
			old, err = tx.SolvedBefore(ctx, older, solvedAtOnce)
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("follow what is solved: %w", err)
	}
	switch {
	case older == 1 || len(p.held) >= p.most:
	case len(old) == 0:
		older = 1
	default:
		older = old[len(old)-1].Number
	}
	p.begun, p.revision, p.older = true, revision, older
	return len(changed) > 0 || len(old) > 0, p.take(c, append(old, changed...))
}

// take puts incidents into the index, and takes out those that are not to be found
// any more and the oldest of too many.
func (p *Past) take(c *company.Company, all []*incident.Incident) error {
	var put []*kb.Article
	var gone []string
	for _, inc := range all {
		if p.held[inc.Number] != nil {
			p.replaced++
		}
		a := asArticle(c, inc)
		if a == nil {
			delete(p.held, inc.Number)
			gone = append(gone, inc.ID())
			continue
		}
		p.held[inc.Number] = a
		put = append(put, a)
	}
	if n := len(p.held) - p.most; n > 0 {
		for _, number := range slices.Sorted(maps.Keys(p.held))[:n] {
			delete(p.held, number)
			gone = append(gone, incident.FormatID(number))
			p.replaced++
		}
	}
	if p.replaced > p.most { // the index keeps the words of what left it
		return p.rebuild()
	}
	ix := p.index.Load()
	if len(put) > 0 {
		if err := ix.Put(put...); err != nil {
			return err
		}
	}
	if len(gone) > 0 {
		ix.Remove(gone...)
	}
	return nil
}

// asArticle is what a past incident is found by; nil for one that is not to be
// found: nobody has solved it, its words were taken back, or nothing is known of how.
func asArticle(c *company.Company, inc *incident.Incident) *kb.Article {
	done := inc.Status == incident.Resolved || inc.Status == incident.Closed
	if !done || inc.Drill || strings.TrimSpace(inc.Text) == "" || !toldHow(inc) {
		return nil
	}
	a := &kb.Article{ID: inc.ID(), Title: inc.Title, Language: c.Language, Text: shorten(inc.Text, maxSymptom)}
	if customer := c.Customer(inc.Customer); customer != nil {
		a.Language = customer.Language
	}
	if inc.Product != "" {
		a.Products = []string{inc.Product}
	}
	return a
}

// toldHow reports whether it is known what solved the incident.
func toldHow(inc *incident.Incident) bool { return inc.Resolution != "" || solvingArticle(inc) != "" }

// solvingArticle is the article of which the customer said that it solved it; "" when none did.
func solvingArticle(inc *incident.Incident) string {
	for _, o := range inc.Aid.Offers {
		if o.Sent != 0 && o.Outcome == string(KBSolved) {
			return o.Article
		}
	}
	if inc.SelfService && len(inc.Suggested) > 0 {
		return inc.Suggested[0]
	}
	return ""
}

// noteSolved notes that the incident is to be found as a past one, as it reads now, or
// not any more; it is marked when all else is decided.
func (d *Desk) noteSolved(inc *incident.Incident) {
	sum := ""
	if a := asArticle(d.company, inc); a != nil {
		h := sha256.Sum256([]byte(strings.Join(append(a.Products, a.Title, a.Text), "\x00")))
		sum = hex.EncodeToString(h[:8])
	}
	if sum != inc.SolvedSum {
		inc.SolvedSum = sum
		d.solved = append(d.solved, inc.Number)
	}
}

// markSolved is last in a transaction: from then on others wait that solve something.
func (d *Desk) markSolved() error {
	if len(d.solved) > 0 {
		d.bot.past.raise()
	}
	slices.Sort(d.solved)
	for _, n := range slices.Compact(d.solved) {
		if err := d.tx.MarkSolved(d.ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// pastFollowed takes in what there is to take in of past incidents, if anything
// changed here.
func (b *Bot) pastFollowed(ctx context.Context) error {
	select {
	case <-b.past:
	default:
		return nil
	}
	for {
		more, err := b.Past.Follow(ctx, b.company.Load())
		if err != nil || !more {
			return err
		}
	}
}

// followPast keeps what finds past incidents up to date until ctx ends.
func (b *Bot) followPast(ctx context.Context) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		if _, err := b.Past.Follow(ctx, b.company.Load()); err != nil && ctx.Err() == nil {
			b.outage.failed(b.Logger, b.Clock.Now(), "past incidents are found as they were", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}
