package bot

import (
	"errors"
	"reflect"
	"time"

	"sereno/bot/kb"
)

// An article lives as a record and its versions. Whatever changes it goes through
// revise or withdraw, so that history, timers and what is found agree.

// revise makes the content the newest version of the article, in the state. A
// version that is published takes the place of the one before.
func (d *Desk) revise(r *kb.Record, content kb.Article, state kb.State, why string) error {
	return d.reviseAs(r, content, state, Authorship{d.articleAuthor(r), why})
}

// reviseAs is revise of somebody else's hand.
func (d *Desk) reviseAs(r *kb.Record, content kb.Article, state kb.State, made Authorship) error {
	content.ID = r.ID
	r.Latest++
	err := d.tx.AddVersion(d.ctx, kb.Version{Article: r.ID, N: r.Latest, Content: content, By: made.By, Why: made.Why, At: d.at})
	if err != nil {
		return err
	}
	r.Head = content
	r.Head.Text = ""
	r.Proposed = nil // it would take the place of another version than this
	if state == kb.Published {
		return d.publish(r, &content)
	}
	r.State = state
	return d.tx.SaveArticle(d.ctx, r)
}

// articleAuthor is who the history of an article names: whoever acts, or the source
// that it is read from.
func (d *Desk) articleAuthor(r *kb.Record) string {
	if d.event == nil {
		return r.Source
	}
	return d.author()
}

// publish lets the newest version be found.
func (d *Desk) publish(r *kb.Record, content *kb.Article) error {
	first := r.Public == 0
	r.State, r.Public, r.PublicAt = kb.Published, r.Latest, d.now
	r.ReviewBy = d.reviewAfter(r, content)
	if content.Translates != "" {
		orig, err := d.article(content.Translates)
		if err != nil {
			return err
		}
		if orig != nil {
			r.TranslatedFrom = orig.Public
		}
	}
	d.articles = true
	if err := d.beginEvidence(r); err != nil {
		return err
	}
	if err := d.tx.SaveArticle(d.ctx, r); err != nil {
		return err
	}
	if err := d.translationsOf(r, first); err != nil {
		return err
	}
	if err := d.planReview(r); err != nil {
		return err
	}
	return d.askToRead(r, content)
}

// reviewAfter is the day by which somebody is to look at what is published now. One
// that is past already was that of an earlier version: who publishes has looked.
func (d *Desk) reviewAfter(r *kb.Record, content *kb.Article) time.Time {
	day := content.ReviewBy
	if day.After(d.now) {
		return day
	}
	if r.ReviewBy.After(d.now) && !day.IsZero() { // somebody has set a later one
		return r.ReviewBy
	}
	every := d.company.KB.ReviewEvery
	switch {
	case r.Source != "": // its file says so, until its owner says otherwise
		return day
	case every > 0:
		return d.now.Add(every).UTC().Truncate(24 * time.Hour)
	}
	return time.Time{}
}

// withdraw takes the article out of what is found.
func (d *Desk) withdraw(r *kb.Record) error {
	r.State, r.Public, r.Proposed, r.Asked = kb.Archived, 0, nil, nil
	d.articles = true
	if err := d.planReview(r); err != nil {
		return err
	}
	if err := d.tx.CancelTimer(d.ctx, timerUnread, 0, r.ID); err != nil {
		return err
	}
	return d.tx.SaveArticle(d.ctx, r)
}

// article reads a record; nil when there is none.
func (d *Desk) article(id string) (*kb.Record, error) {
	r, err := d.tx.Article(d.ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return r, err
}

// newest is the article's newest version.
func (d *Desk) newest(r *kb.Record) (*kb.Version, error) {
	return d.tx.ArticleVersion(d.ctx, r.ID, r.Latest)
}

// sameArticle reports whether two articles say the same.
func sameArticle(a, b kb.Article) bool {
	a.ID, b.ID = "", ""
	for _, x := range []*kb.Article{&a, &b} {
		for _, list := range []*[]string{&x.Tags, &x.Products, &x.Customers} {
			if len(*list) == 0 {
				*list = nil
			}
		}
	}
	return reflect.DeepEqual(a, b)
}
