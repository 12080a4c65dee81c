package bot

import (
	"context"
	"fmt"
	"time"

	"sereno/bot/kb"
)

const (
	// embedEvery is how often it is looked for articles without a vector, and
	// embedAgain how long after the endpoint failed.
	embedEvery = time.Second
	embedAgain = 30 * time.Second
	// embedBatch is how many articles one call is about.
	embedBatch = 16
)

// shelf is what a Suggester must be able to do for its articles to have vectors.
// *Library can.
type shelf interface {
	// Unembedded are at most max published articles without a vector of the space,
	// with their versions.
	Unembedded(in Space, max int) []VersionedArticle
	// Embed gives an article its vector of the space, if it is still as it was.
	// Vectors of another space are forgotten.
	Embed(in Space, a *kb.Article, vector []float32)
}

// Space is where vectors lie: those of two models, or of two dimensions, have nothing
// to do with each other.
type Space struct {
	Model     string
	Dimension int
}

// spaceOf is that of an embedder's vectors.
func spaceOf(e Embedder) Space {
	model, dim := e.Space()
	return Space{model, dim}
}

// VersionedArticle is an article as it was published.
type VersionedArticle struct {
	Article *kb.Article
	Version int
}

// embedAll gives published articles their vectors until ctx ends. Nobody waits for
// it; an article without a vector is found by its words.
func (b *Bot) embedAll(ctx context.Context) {
	for ctx.Err() == nil {
		worked, err := b.embedNext(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			b.Logger.Warn("some articles are found by words alone for now", "error", err)
			pause(ctx, embedAgain)
		case !worked:
			pause(ctx, embedEvery)
		}
	}
}

// embedNext gives some articles that have none their vectors: first, whenever there
// are any, those that the store has, which another process may have kept; then those
// of the endpoint. False when every article has its own.
func (b *Bot) embedNext(ctx context.Context) (bool, error) {
	s, ok := b.Articles.(shelf)
	now := b.engaged.Load()
	if !ok || now.embedder == nil {
		return false, nil
	}
	missing := s.Unembedded(spaceOf(now.embedder), embedBatch)
	if len(missing) == 0 {
		b.vectorsRead.Store(nil)
		return false, nil
	}
	if b.vectorsRead.Load() != now {
		if err := b.embedStored(ctx, s, spaceOf(now.embedder)); err != nil {
			return false, err
		}
		b.vectorsRead.Store(now)
		return true, nil
	}
	return true, b.embedArticles(ctx, s, now.embedder, missing)
}

// embedStored gives articles the vectors that the store has of their present
// versions, and drops those of other models.
func (b *Bot) embedStored(ctx context.Context, s shelf, space Space) error {
	var stored []Embedding
	err := b.Store.Update(ctx, func(tx Tx) (err error) {
		if _, err = tx.ForgetEmbeddings(ctx, space.Model, space.Dimension); err != nil {
			return err
		}
		stored, err = tx.Embeddings(ctx, space.Model, space.Dimension)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the vectors: %w", err)
	}
	by := map[string]Embedding{}
	for _, e := range stored {
		by[e.Article] = e
	}
	for _, x := range s.Unembedded(space, 0) {
		if e, ok := by[x.Article.ID]; ok && e.Version == x.Version {
			s.Embed(space, x.Article, e.Vector)
		}
	}
	return nil
}

// embedArticles asks for vectors and keeps them.
func (b *Bot) embedArticles(ctx context.Context, s shelf, by Embedder, articles []VersionedArticle) error {
	texts := make([]string, len(articles))
	for i, x := range articles {
		texts[i] = x.Article.Title + "\n\n" + x.Article.Text
	}
	asking, cancel := context.WithTimeout(ctx, assistFor)
	defer cancel()
	vectors, calls, err := b.embed(asking, by, Subject{}, texts)
	b.keepCalls(context.WithoutCancel(ctx), calls)
	if err != nil {
		return err
	}
	space := spaceOf(by)
	err = b.Store.Update(ctx, func(tx Tx) error {
		for i, x := range articles {
			e := Embedding{Article: x.Article.ID, Version: x.Version, Model: space.Model, Vector: vectors[i]}
			if err := tx.SaveEmbedding(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep the vectors: %w", err)
	}
	for i, x := range articles {
		s.Embed(space, x.Article, vectors[i])
	}
	return nil
}
