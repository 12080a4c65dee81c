package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"sereno/bot/kb"
)

// mirrorAtOnce is how many articles of a source one transaction takes in: few, so
// that no message waits for it noticeably.
const mirrorAtOnce = 50

// ext ends the name of an article's file.
const ext = ".md"

// mirrorTries is how often a source is taken in that another process takes in at
// the same time.
const mirrorTries = 5

// Reading is what was read from a source of articles.
type Reading struct {
	// Source names it, for ever.
	Source   string
	Articles []*kb.Article
	// Mistakes are of the files that are wrong.
	Mistakes kb.Mistakes
	// Skipped are pages of a wiki that are no articles, and why: its lists of pages, and
	// those of talk, users, files and the like.
	Skipped kb.Mistakes
	// Files are where articles were read, by id, from the source on.
	Files map[string]string
	// Changed says, by id, who changed an article last and why, where the source
	// knows it.
	Changed map[string]Authorship
}

// Authorship is who made a version, and why, in their own words.
type Authorship struct{ By, Why string }

// ErrEmptied: a source that had articles has none any more.
var ErrEmptied = errors.New("it has no articles any more")

// Applied says what taking in a source has changed.
type Applied struct {
	Published, Archived []string // ids
	// Refused are articles whose id another article has, and why.
	Refused kb.Mistakes
	// Strays are translations of what is no article.
	Strays kb.Mistakes
}

// ApplySource makes the store's articles of the source what was read from it: what
// changed is published as a new version, what is gone is archived. An article whose
// file is among the mistakes stays as it is; so do all of them, with ErrEmptied,
// where no article at all was read, which is a source that is away rather than one
// that is empty. Two processes may take in the same source at once.
func (b *Bot) ApplySource(ctx context.Context, from Reading) (done Applied, err error) {
	for range mirrorTries {
		var some Applied
		some, err = b.applySource(ctx, from)
		done.Published, done.Archived = append(done.Published, some.Published...), append(done.Archived, some.Archived...)
		done.Refused, done.Strays = some.Refused, some.Strays
		if err == nil || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrEmptied) || ctx.Err() != nil {
			break // else another process may have been faster
		}
	}
	if len(done.Published)+len(done.Archived) > 0 {
		b.articles.raise()
		b.raiseAll()
	}
	if err != nil {
		return done, fmt.Errorf("take in the articles of %s: %w", from.Source, err)
	}
	return done, b.followed(ctx)
}

func (b *Bot) applySource(ctx context.Context, from Reading) (Applied, error) {
	var done Applied
	// An original before its translations, which are made of it as it is then.
	articles := slices.SortedStableFunc(slices.Values(from.Articles), func(x, y *kb.Article) int { return cmp.Compare(x.Translates, y.Translates) })
	changed, gone, err := b.differences(ctx, from.Source, articles, from.Mistakes)
	if err != nil {
		return done, err
	}
	if len(articles) == 0 && len(gone) > 0 {
		return done, ErrEmptied
	}
	for some := range slices.Chunk(changed, mirrorAtOnce) {
		var now Applied
		err := b.Store.Update(ctx, func(tx Tx) error {
			now = Applied{}
			d := b.desk(ctx, tx, nil, b.Clock.Now())
			for _, a := range some {
				if err := d.mirror(from, a, &now); err != nil {
					return err
				}
			}
			return d.finish()
		})
		if err != nil {
			return done, err
		}
		done.Published, done.Refused = append(done.Published, now.Published...), append(done.Refused, now.Refused...)
	}
	for some := range slices.Chunk(gone, mirrorAtOnce) {
		if err := b.archiveAll(ctx, from.Source, some); err != nil {
			return done, err
		}
		done.Archived = append(done.Archived, some...)
	}
	done.Strays, err = b.strays(ctx, from)
	return done, err
}

// strays are the source's translations whose original is nowhere in the store.
func (b *Bot) strays(ctx context.Context, from Reading) (out kb.Mistakes, err error) {
	err = b.Store.View(ctx, func(tx Tx) error {
		out = nil
		for _, a := range from.Articles {
			if a.Translates == "" {
				continue
			}
			_, err := tx.Article(ctx, a.Translates)
			switch {
			case errors.Is(err, ErrNotFound):
				out = append(out, kb.Stray(cmp.Or(from.Files[a.ID], a.ID+ext), a))
			case err != nil:
				return err
			}
		}
		return nil
	})
	return out, err
}

// differences finds, without holding anybody up, which articles are not in the
// store as they were read, and which of the store were not read.
func (b *Bot) differences(ctx context.Context, source string, articles []*kb.Article, mistakes kb.Mistakes) (changed []*kb.Article, gone []string, err error) {
	err = b.Store.View(ctx, func(tx Tx) error {
		changed, gone = nil, nil
		have, err := tx.Articles(ctx, ArticleQuery{Source: source})
		if err != nil {
			return err
		}
		records := map[string]*kb.Record{}
		for i := range have {
			records[have[i].ID] = &have[i]
		}
		for _, a := range articles {
			r := records[a.ID]
			delete(records, a.ID)
			if r != nil && r.State == kb.Published && r.Public == r.Latest {
				v, err := tx.ArticleVersion(ctx, r.ID, r.Public)
				if err != nil {
					return err
				}
				if sameArticle(v.Content, *a) {
					continue
				}
			}
			changed = append(changed, a)
		}
		for _, m := range mistakes {
			delete(records, m.Article)
		}
		for _, r := range have {
			if records[r.ID] != nil && r.State != kb.Archived {
				gone = append(gone, r.ID)
			}
		}
		return nil
	})
	return changed, gone, err
}

// mirror takes one article of a source in.
func (d *Desk) mirror(from Reading, a *kb.Article, done *Applied) error {
	source := from.Source
	r, err := d.article(a.ID)
	if err != nil {
		return err
	}
	if r == nil {
		r = &kb.Record{ID: a.ID, Source: source}
	}
	if r.Source != source && r.State != kb.Archived {
		file := cmp.Or(from.Files[a.ID], a.ID+ext)
		wrong := kb.Wrong(file, 1, "an article that is edited in chat has the same name: give this file another one, an article's id is its file's name")
		if r.Source != "" {
			wrong = kb.Wrong(file, 1, "one of %s has the same name: give this file another one, an article's id is its file's name", r.Source)
		}
		done.Refused = append(done.Refused, wrong)
		return nil
	}
	r.Source = source
	if r.Latest > 0 {
		v, err := d.newest(r)
		if err != nil {
			return err
		}
		if sameArticle(v.Content, *a) {
			if r.Public == r.Latest {
				return nil
			}
			done.Published = append(done.Published, a.ID)
			return d.publish(r, &v.Content) // it was away, or never published
		}
	}
	done.Published = append(done.Published, a.ID)
	last, known := from.Changed[a.ID]
	if !known {
		last.By = source
	}
	return d.reviseAs(r, *a, kb.Published, last)
}

// KeepSources archives the articles of every source but those that are given.
func (b *Bot) KeepSources(ctx context.Context, sources []string) error {
	gone := map[string][]string{}
	err := b.Store.View(ctx, func(tx Tx) error {
		all, err := tx.Articles(ctx, ArticleQuery{})
		for _, r := range all {
			if r.Source != "" && r.State != kb.Archived && !slices.Contains(sources, r.Source) {
				gone[r.Source] = append(gone[r.Source], r.ID)
			}
		}
		return err
	})
	for source, ids := range gone {
		for some := range slices.Chunk(ids, mirrorAtOnce) {
			if err == nil {
				err = b.archiveAll(ctx, source, some)
			}
		}
	}
	if err != nil {
		return fmt.Errorf("archive the articles of sources that are no more: %w", err)
	}
	if len(gone) > 0 {
		b.articles.raise()
		return b.followed(ctx)
	}
	return nil
}

// archiveAll archives those of the articles that are still the source's.
func (b *Bot) archiveAll(ctx context.Context, source string, ids []string) error {
	return b.Store.Update(ctx, func(tx Tx) error {
		d := b.desk(ctx, tx, nil, b.Clock.Now())
		for _, id := range ids {
			r, err := d.article(id)
			if err != nil {
				return err
			}
			if r == nil || r.Source != source || r.State == kb.Archived {
				continue
			}
			if err := d.withdraw(r); err != nil {
				return err
			}
		}
		return d.finish()
	})
}
