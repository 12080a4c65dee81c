package bot

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sereno/bot/kb"
)

// Library finds the published articles of a store. It follows the store: what
// another process publishes is found once Follow has looked again. Safe for use by
// several goroutines; a question never waits for a change.
type Library struct {
	store Store
	log   *slog.Logger
	index atomic.Pointer[kb.Index]

	learned   learned
	following sync.Mutex // one looks at a time
	revision  int64
	feedback  int64 // the revision of what was learned
	articles  map[string]*kb.Article
	// versions are those of the articles; embedded are the articles that have a vector.
	versions map[string]int
	embedded map[string]*kb.Article
	// space is that of the vectors, until the first the zero value.
	space Space
}

// NewLibrary makes a library that knows nothing before it follows for the first time.
func NewLibrary(s Store, o kb.Options, log *slog.Logger) *Library {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	l := &Library{store: s, log: log, articles: map[string]*kb.Article{}, versions: map[string]int{}, embedded: map[string]*kb.Article{}}
	o.Adjust = l.learned.adjust
	ix, err := kb.NewIndex(nil, o)
	if err != nil { // of no articles: it cannot
		log.Error("the knowledge base finds nothing", "error", err)
	}
	l.index.Store(ix)
	return l
}

// Suggest implements Suggester.
func (l *Library) Suggest(q kb.Query) []kb.Suggestion { return l.index.Load().Suggest(q) }

// Search implements Suggester.
func (l *Library) Search(q kb.Query) []kb.Suggestion { return l.index.Load().Search(q) }

// Products are those that published articles name, in order.
func (l *Library) Products() []string { return l.index.Load().Products() }

// Synonyms are the words that stand for each other in this company.
func (l *Library) Synonyms() [][]string { return l.index.Load().Synonyms() }

// SetOptions puts other options in force. The articles keep their vectors.
func (l *Library) SetOptions(o kb.Options) error {
	l.following.Lock()
	defer l.following.Unlock()
	o.Adjust = l.learned.adjust
	ix, err := l.index.Load().With(o)
	if err == nil {
		l.index.Store(ix)
	}
	return err
}

// Unembedded are at most max published articles without a vector of the space, by
// id, with their versions; all of them for 0.
func (l *Library) Unembedded(in Space, max int) []VersionedArticle {
	l.following.Lock()
	defer l.following.Unlock()
	l.enter(in)
	var out []VersionedArticle
	for _, id := range slices.Sorted(maps.Keys(l.articles)) {
		if a := l.articles[id]; l.embedded[id] != a && (max == 0 || len(out) < max) {
			out = append(out, VersionedArticle{a, l.versions[id]})
		}
	}
	return out
}

// Embed gives an article its vector of the space, if it is still as it was.
func (l *Library) Embed(in Space, a *kb.Article, vector []float32) {
	l.following.Lock()
	defer l.following.Unlock()
	l.enter(in)
	if l.index.Load().Embed(a, vector) {
		l.embedded[a.ID] = a
	}
}

// enter forgets the vectors of any other space: they have nothing to do with those
// of this one.
func (l *Library) enter(in Space) {
	if l.space == in {
		return
	}
	l.index.Load().Forget()
	l.embedded, l.space = map[string]*kb.Article{}, in
}

// Follow takes in what was published, changed or archived since it last looked, and
// what people made of articles.
func (l *Library) Follow(ctx context.Context) error {
	l.following.Lock()
	defer l.following.Unlock()
	var changes []ArticleChange
	var said []KBFeedback
	revision, feedback := l.revision, l.feedback
	err := l.store.View(ctx, func(tx Tx) (err error) {
		if changes, revision, err = tx.ArticlesSince(ctx, l.revision); err != nil {
			return err
		}
		said, feedback, err = tx.FeedbackSince(ctx, l.feedback)
		return err
	})
	if err != nil {
		return fmt.Errorf("follow the articles: %w", err)
	}
	if len(changes) > 0 {
		l.take(changes)
	}
	if len(said) > 0 {
		l.learned.take(said)
	}
	l.revision, l.feedback = revision, feedback
	return nil
}

// take puts what is published into the index and takes out what is not any more.
func (l *Library) take(changes []ArticleChange) {
	ix := l.index.Load()
	var put []*kb.Article
	var gone []string
	for _, c := range changes {
		id := c.Record.ID
		switch {
		case c.Public == nil:
			delete(l.articles, id)
			delete(l.embedded, id)
			gone = append(gone, id)
		case !unfindable(c.Public):
			l.articles[id], l.versions[id] = c.Public, c.Record.Public
			put = append(put, c.Public)
		default:
			l.log.Error("an article is found by nobody: it has no id, no language, or neither title nor text", "article", id)
		}
	}
	ix.Remove(gone...)
	if err := ix.Put(put...); err != nil { // which unfindable has ruled out
		l.log.Error("articles are not found", "error", err)
	}
}

// unfindable reports whether an index would refuse the article.
func unfindable(a *kb.Article) bool {
	return a.ID == "" || a.Language == "" || a.Title == "" && a.Text == ""
}

// followEvery is how often a running bot looks whether another has published
// something.
const followEvery = 300 * time.Millisecond

// follower is a Suggester that is told when articles may have changed.
type follower interface {
	Follow(ctx context.Context) error
}

// follow keeps the library up to date until ctx ends.
func (b *Bot) follow(ctx context.Context) {
	f, ok := b.Articles.(follower)
	if !ok {
		return
	}
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := f.Follow(ctx); err != nil && ctx.Err() == nil {
			b.outage.failed(b.Logger, b.Clock.Now(), "articles are found as they were", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-b.articles:
		}
	}
}

// followed takes in what changed of the articles, if anything did here.
func (b *Bot) followed(ctx context.Context) error {
	f, ok := b.Articles.(follower)
	if !ok {
		return nil
	}
	select {
	case <-b.articles:
		return f.Follow(ctx)
	default:
		return nil
	}
}
