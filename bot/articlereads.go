package bot

import (
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// timerUnread: those who have not read an article that must be read are reminded.
const timerUnread = "kb_unread"

// readersOf are the people who must read the article: the agents and leads of the
// teams that answer for its products.
func (d *Desk) readersOf(a *kb.Article) []*company.Person {
	if !a.MustRead {
		return nil
	}
	var out []*company.Person
	for _, t := range d.company.Teams {
		if !t.Supports(a.Products) {
			continue
		}
		for _, p := range append(slices.Clone(t.Agents), t.Lead) {
			if p != nil && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// missing are those of them who have not read the published version.
func (d *Desk) missing(r *kb.Record, a *kb.Article) ([]*company.Person, error) {
	reads, err := d.tx.ArticleReads(d.ctx, r.ID)
	return slices.DeleteFunc(d.readersOf(a), func(p *company.Person) bool {
		return slices.ContainsFunc(reads, func(x ArticleRead) bool { return x.Person == p.Key && x.Version == r.Public })
	}), err
}

// askToRead tells those who must read what was just published, and reminds them
// later. Who wrote it has read it.
func (d *Desk) askToRead(r *kb.Record, a *kb.Article) error {
	if !a.MustRead {
		return d.tx.CancelTimer(d.ctx, timerUnread, 0, r.ID)
	}
	v, err := d.newest(r)
	if err != nil {
		return err
	}
	if d.company.Person(v.By) != nil {
		if err := d.tx.SaveRead(d.ctx, ArticleRead{Article: r.ID, Person: v.By, Version: r.Public, At: d.at}); err != nil {
			return err
		}
	}
	return d.remindReaders(r, a, "article.must_read_new")
}

// remindReaders asks those who have not read it to, and sets the next reminder.
func (d *Desk) remindReaders(r *kb.Record, a *kb.Article, key string) error {
	missing, err := d.missing(r, a)
	if err != nil || len(missing) == 0 {
		return err
	}
	for _, p := range missing {
		m, err := d.readMessage(p.Language, r, a, key)
		if err != nil {
			return err
		}
		if err := d.tellPerson(p, m); err != nil {
			return err
		}
	}
	return d.tx.SetTimer(d.ctx, Timer{Due: d.remindAgain(), Kind: timerUnread, Subject: r.ID, Priority: LeastPriority})
}

func (d *Desk) readMessage(lang company.Lang, r *kb.Record, a *kb.Article, key string) (Message, error) {
	m := Message{Title: text.T(lang, key, "id", r.ID, "title", a.Title)}
	v := kb.Version{Article: r.ID, N: r.Public, Content: *a}
	if err := articlePage(lang, &m, &v, 1); err != nil {
		return m, err
	}
	read := Button{ID: "article_read", Label: text.T(lang, "button.article_read"), Value: ofVersion(r.ID, r.Public), Primary: true}
	m.Buttons = append(m.Buttons, read)
	return m, nil
}

// unreadDue reminds those who are missing, and tells their leads who they are.
func (d *Desk) unreadDue(id string) error {
	r, a, err := d.publicArticle(id)
	if err != nil || a == nil || !a.MustRead {
		return err
	}
	missing, err := d.missing(r, a)
	if err != nil || len(missing) == 0 {
		return err
	}
	if err := d.remindReaders(r, a, "article.must_read_again"); err != nil {
		return err
	}
	for _, t := range d.company.Teams {
		if t.Lead == nil || !t.Supports(a.Products) {
			continue
		}
		var names []string
		for _, p := range missing {
			if p != t.Lead && slices.Contains(t.Agents, p) {
				names = append(names, p.Name)
			}
		}
		if len(names) == 0 {
			continue
		}
		m := Message{Text: text.T(t.Lead.Language, "article.unread_by", "id", r.ID, "title", a.Title, "team", t.Name, "names", strings.Join(names, ", "))}
		if err := d.tellPerson(t.Lead, m); err != nil {
			return err
		}
	}
	return nil
}

// publicArticle is the article as it is published; no article when it is not.
func (d *Desk) publicArticle(id string) (*kb.Record, *kb.Article, error) {
	r, err := d.article(id)
	if err != nil || r == nil || r.Public == 0 {
		return r, nil, err
	}
	v, err := d.tx.ArticleVersion(d.ctx, r.ID, r.Public)
	if err != nil {
		return nil, nil, err
	}
	return r, &v.Content, nil
}

// MarkRead records that the actor has read the published version of an article.
// Our own people.
func (d *Desk) MarkRead(id string) error {
	id, seen := seenVersion(id)
	r, err := d.articleNamed(id)
	if err != nil {
		return err
	}
	if r.Public == 0 {
		return d.wrongState(r)
	}
	if seen > 0 && seen != r.Public { // the button of another version
		return Refuse("refuse.read_old", "id", r.ID, "n", r.Public)
	}
	if err := d.tx.SaveRead(d.ctx, ArticleRead{Article: r.ID, Person: d.author(), Version: r.Public, At: d.at}); err != nil {
		return err
	}
	return d.told("done.article_read", "id", r.ID, "n", r.Public)
}

// ArticleReaders lists who has read which version of an article, and who is
// missing. Our own people.
func (d *Desk) ArticleReaders(id string) error {
	r, err := d.articleNamed(id)
	if err != nil {
		return err
	}
	reads, err := d.tx.ArticleReads(d.ctx, r.ID)
	if err != nil {
		return err
	}
	lang := d.Lang()
	m := Message{Title: text.T(lang, "article.reads", "id", r.ID, "title", r.Head.Title), Text: d.articleStanding(lang, r)}
	for _, x := range slices.Backward(reads) {
		m.Items = append(m.Items, Item{Title: d.name(x.Person), Body: text.T(lang, "article.read_line", "n", x.Version, "at", d.stampIn(lang, x.At, d.zone()))})
		if len(m.Items) == maxArticles {
			break
		}
	}
	_, a, err := d.publicArticle(r.ID)
	if err != nil {
		return err
	}
	if a != nil && a.MustRead {
		missing, err := d.missing(r, a)
		if err != nil {
			return err
		}
		m.Footer = text.T(lang, "article.all_read", "n", r.Public)
		if len(missing) > 0 {
			var names []string
			for _, p := range missing {
				names = append(names, p.Name)
			}
			m.Footer = text.T(lang, "article.missing", "n", r.Public, "names", strings.Join(names, ", "))
		}
	} else if len(reads) == 0 {
		m.Footer = text.T(lang, "article.nobody_must")
	}
	return d.Reply(m)
}

// unreadBy are the articles that the person has still to read.
func (d *Desk) unreadBy(p *company.Person) ([]kb.Record, error) {
	all, err := d.tx.Articles(d.ctx, ArticleQuery{UnreadBy: p.Key})
	var out []kb.Record
	for _, r := range all {
		published := &r.Head
		if r.Public != r.Latest { // what is written meanwhile may say otherwise
			v, err := d.tx.ArticleVersion(d.ctx, r.ID, r.Public)
			if err != nil {
				return nil, err
			}
			published = &v.Content
		}
		if slices.Contains(d.readersOf(published), p) {
			out = append(out, r)
		}
	}
	return out, err
}
