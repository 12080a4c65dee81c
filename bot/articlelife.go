package bot

import (
	"strconv"
	"strings"

	"sereno/bot/company"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// step notes what is about to be done to the article, so that it can be undone.
func (d *Desk) step(r *kb.Record, verb string) {
	r.Last = &kb.Step{
		Verb: verb, By: d.author(), At: d.at, Latest: r.Latest, State: r.State, Public: r.Public,
		PublicAt: r.PublicAt, ReviewBy: r.ReviewBy, Asked: r.Asked, Weighed: r.Weighed, TranslatedFrom: r.TranslatedFrom,
	}
}

// saveDraft makes the content a draft: of a new article when r is nil, else its
// newest version, while what is published stands.
func (d *Desk) saveDraft(r *kb.Record, content kb.Article, verb, why string) (*kb.Record, error) {
	if r != nil {
		content.ID = r.ID
	}
	if err := d.checkArticle(&content); err != nil {
		return nil, err
	}
	if r == nil {
		id, err := d.newIDUnless(content.Title, d.notAgain(content))
		if err != nil {
			return nil, err
		}
		r = &kb.Record{ID: id, State: kb.Draft}
	}
	content.ID = r.ID
	if r.Latest > 0 {
		v, err := d.newest(r)
		if err != nil {
			return nil, err
		}
		if sameArticle(v.Content, content) && r.State != kb.Archived {
			return nil, Refuse("refuse.article_same", "id", r.ID)
		}
	}
	d.step(r, verb)
	r.Source = ""
	return r, d.revise(r, content, kb.Draft, why)
}

// checkArticle refuses what an article says of others that is not so.
func (d *Desk) checkArticle(a *kb.Article) error {
	if strings.TrimSpace(a.Title) == "" || strings.TrimSpace(a.Text) == "" {
		return Refuse("refuse.article_empty")
	}
	if a.Owner != "" {
		p := d.personNamed(a.Owner)
		if p == nil {
			return Refuse("refuse.article_owner", "name", a.Owner)
		}
		a.Owner = p.Key
	}
	for i, named := range a.Customers {
		c := d.customerCalled(named)
		if c == nil {
			return Refuse("refuse.article_customer", "name", named)
		}
		a.Customers[i] = c.Key
	}
	if a.Translates == "" {
		return nil
	}
	orig, err := d.article(a.Translates)
	if err != nil {
		return err
	}
	switch {
	case orig == nil || orig.ID == a.ID:
		return Refuse("refuse.no_article", "id", a.Translates)
	case orig.Head.Translates != "":
		return Refuse("refuse.translates_translation", "id", orig.ID, "original", orig.Head.Translates)
	case orig.Head.Language == a.Language:
		return Refuse("refuse.translates_same_language", "id", orig.ID, "language", text.T(d.Lang(), "language."+string(a.Language)))
	}
	return nil
}

// customerCalled finds a customer by key or name; nil when there is none.
func (d *Desk) customerCalled(words string) *company.Customer {
	for _, c := range d.company.Customers {
		if strings.EqualFold(c.Key, words) || strings.EqualFold(c.Name, words) {
			return c
		}
	}
	return nil
}

// saved shows the draft to who made it, with what can be done next.
func (d *Desk) saved(r *kb.Record, key string) error {
	v, err := d.newest(r)
	if err != nil {
		return err
	}
	m, err := d.articleCard(r, v)
	if err != nil {
		return err
	}
	m.Title = text.T(d.Lang(), key, "id", r.ID, "n", r.Latest, "title", v.Content.Title)
	return d.Reply(m)
}

// ReviewArticle asks those who may publish to look at a draft. Our own people.
func (d *Desk) ReviewArticle(id, why string) error {
	r, err := d.changeable(id)
	if err != nil {
		return err
	}
	if r.State != kb.Draft {
		return d.wrongState(r)
	}
	d.step(r, "review")
	r.State = kb.InReview
	if err := d.tx.SaveArticle(d.ctx, r); err != nil {
		return err
	}
	if err := d.tellPublishers(r, why); err != nil {
		return err
	}
	return d.told("done.article_review", "id", r.ID, "n", r.Latest)
}

// wrongState refuses what cannot be done to an article as it stands.
func (d *Desk) wrongState(r *kb.Record) error {
	return Refuse("refuse.article_state", "id", r.ID, "standing", d.articleStanding(d.Lang(), r))
}

// told confirms what a press did too: no card of an article changes by itself.
func (d *Desk) told(key string, args ...any) error {
	return d.Reply(Message{Text: text.T(d.Lang(), key, args...)})
}

// tellPublishers shows a draft to those who may publish it: where quality reads,
// else each of them.
func (d *Desk) tellPublishers(r *kb.Record, why string) error {
	write := func(lang company.Lang) Message {
		m := Message{
			Title: text.T(lang, "article.to_review", "name", d.name(d.author()), "id", r.ID, "title", r.Head.Title),
			Text:  why,
		}
		for _, b := range []string{"article_publish", "article_show", "article_edit"} {
			value := r.ID
			if b == "article_publish" { // what is asked for, and nothing that is written later
				value = ofVersion(r.ID, r.Latest)
			}
			m.Buttons = append(m.Buttons, Button{ID: b, Label: text.T(lang, "button."+b), Value: value, Primary: b == "article_publish"})
		}
		return m
	}
	if told, err := d.tellQuality(write); told || err != nil {
		return err
	}
	for _, p := range d.company.People {
		if p.Customer == nil && d.company.MayPublish(p) && p.Key != d.author() {
			if err := d.tellPerson(p, write(p.Language)); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellQuality posts where quality reads; false where that is nowhere.
func (d *Desk) tellQuality(write func(company.Lang) Message) (bool, error) {
	for _, ch := range d.company.QualityChannels {
		if d.bot.talks(ch.Platform) {
			_, err := d.say(Delivery{Kind: Post, Platform: ch.Platform, Channel: ch.ID, Purpose: purposeTold, Message: write(d.company.Language)})
			return true, err
		}
	}
	return false, nil
}

// PublishArticle lets the newest version be found; where a version is named with the
// id, as a button does, only if that is the newest. Publishers.
func (d *Desk) PublishArticle(id, why string) error {
	id, seen := seenVersion(id)
	r, err := d.changeable(id)
	if err != nil {
		return err
	}
	if err := d.publisher(); err != nil {
		return err
	}
	if r.State != kb.Draft && r.State != kb.InReview {
		return d.wrongState(r)
	}
	v, err := d.newest(r)
	if err != nil {
		return err
	}
	if seen > 0 && seen != v.N {
		return Refuse("refuse.article_unseen", "id", r.ID, "n", v.N, "name", d.name(v.By), "seen", seen)
	}
	content := v.Content
	if err := d.checkArticle(&content); err != nil { // what it names may be gone by now
		return err
	}
	if lacking := unfinished(content.Text); len(lacking) > 0 {
		return Refuse("refuse.article_unfinished", "id", r.ID, "what", strings.Join(lacking, ", "))
	}
	d.step(r, "publish")
	if err := d.publish(r, &content); err != nil {
		return err
	}
	if err := d.auditArticle("publish", r, why); err != nil {
		return err
	}
	if p := d.person(v.By); p != nil && p.Customer == nil && p.Key != d.author() {
		m := Message{Text: text.T(p.Language, "article.was_published", "name", d.name(d.author()), "id", r.ID, "title", content.Title), Quote: why}
		if err := d.tellPerson(p, m); err != nil {
			return err
		}
	}
	return d.told("done.article_published", "id", r.ID, "n", r.Latest, "for", d.audienceOf(d.Lang(), &content))
}

// auditArticle writes a step of an article down that makes no version.
func (d *Desk) auditArticle(verb string, r *kb.Record, why string) error {
	detail := r.ID + " v" + strconv.Itoa(r.Latest)
	if why != "" {
		detail += ": " + why
	}
	return d.tx.Audit(d.ctx, d.at, d.author(), "article "+verb, detail)
}

// ArchiveArticle takes an article out of what is found; its history stays. Publishers.
func (d *Desk) ArchiveArticle(id, why string) error {
	r, err := d.changeable(id)
	if err != nil {
		return err
	}
	if err := d.publisher(); err != nil {
		return err
	}
	if r.State == kb.Archived {
		return d.wrongState(r)
	}
	d.step(r, "archive")
	if err := d.withdraw(r); err != nil {
		return err
	}
	if err := d.auditArticle("archive", r, why); err != nil {
		return err
	}
	return d.told("done.article_archived", "id", r.ID)
}

// RestoreArticle makes a draft of an old version: a new version with its words. Our
// own people.
func (d *Desk) RestoreArticle(id, version string) error {
	r, err := d.changeable(id)
	if err != nil {
		return err
	}
	n, err := d.versionNamed(r, version)
	if err != nil {
		return err
	}
	v, err := d.tx.ArticleVersion(d.ctx, r.ID, n)
	if err != nil {
		return err
	}
	why := text.T(d.company.Language, "article.restored", "n", n)
	if r, err = d.saveDraft(r, v.Content, "restore", why); err != nil {
		return err
	}
	return d.saved(r, "done.article_restored")
}

// UndoArticle takes back what was done to an article last. Whoever did it, and
// publishers.
func (d *Desk) UndoArticle(id string) error {
	r, err := d.changeable(id)
	if err != nil {
		return err
	}
	last := r.Last
	if last == nil {
		return Refuse("refuse.article_undo", "id", r.ID)
	}
	if last.By != d.author() || last.Public != r.Public { // what customers find is the publishers'
		if err := d.publisher(); err != nil {
			return err
		}
	}
	if r.Latest > last.Latest {
		if err := d.undoVersion(r, last); err != nil {
			return err
		}
	}
	if last.Public != r.Public { // else what was made of it since stands
		r.Asked, r.Weighed = last.Asked, last.Weighed
	}
	r.State, r.Public, r.PublicAt, r.ReviewBy, r.TranslatedFrom, r.Last = last.State, last.Public, last.PublicAt, last.ReviewBy, last.TranslatedFrom, nil
	r.Proposed = nil
	if last.Latest == 0 {
		r.State = kb.Archived // it was new
	}
	if r.State == kb.Published && r.Public != r.Latest { // the words are those of another number now
		r.Public = r.Latest
	}
	d.articles = true
	if err := d.planReview(r); err != nil {
		return err
	}
	if err := d.tx.SaveArticle(d.ctx, r); err != nil {
		return err
	}
	return d.told("done.article_undone", "id", r.ID, "verb", text.T(d.Lang(), "article.verb."+last.Verb), "standing", d.articleStanding(d.Lang(), r))
}

// undoVersion brings back the words of before: history is added to, never taken from.
func (d *Desk) undoVersion(r *kb.Record, last *kb.Step) error {
	if last.Latest == 0 {
		return nil
	}
	v, err := d.tx.ArticleVersion(d.ctx, r.ID, last.Latest)
	if err != nil {
		return err
	}
	r.Latest++
	r.Head = v.Content
	r.Head.Text = ""
	reads, err := d.tx.ArticleReads(d.ctx, r.ID)
	if err != nil {
		return err
	}
	for _, read := range reads { // who has read those words need not read them again
		if read.Version == last.Latest {
			read.Version = r.Latest
			if err := d.tx.SaveRead(d.ctx, read); err != nil {
				return err
			}
		}
	}
	return d.tx.AddVersion(d.ctx, kb.Version{
		Article: r.ID, N: r.Latest, Content: v.Content, By: d.author(), At: d.at,
		Why: text.T(d.company.Language, "article.undone", "n", r.Latest-1),
	})
}
