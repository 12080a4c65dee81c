package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sereno/bot/company"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// What our own people do with articles: see docs/knowledge.md. None of it is for
// customers, who meet an article only as an answer.

// articleNamed finds an article by what somebody typed. Our own people.
func (d *Desk) articleNamed(typed string) (*kb.Record, error) {
	if err := d.Staff(); err != nil {
		return nil, err
	}
	typed = strings.TrimSpace(typed)
	r, near, err := d.articleCalled(typed)
	switch {
	case err != nil || r != nil:
		return r, err
	case len(near) > 0 && typed != "":
		return nil, Refuse("refuse.no_article_near", "id", typed, "near", strings.Join(near[:min(len(near), 5)], ", "))
	}
	return nil, Refuse("refuse.no_article", "id", typed)
}

// articleCalled finds an article by its id, in small letters or capitals, by its
// file's name or by its title; nil where there is none, with the ids of those that
// have the words in either.
func (d *Desk) articleCalled(words string) (*kb.Record, []string, error) {
	id := kb.IDOf(words)
	r, err := d.article(id)
	if err != nil || r != nil {
		return r, nil, err
	}
	all, err := d.tx.Articles(d.ctx, ArticleQuery{})
	if err != nil {
		return nil, nil, err
	}
	var near []string
	for _, r := range all {
		if strings.EqualFold(r.ID, id) || strings.EqualFold(r.Head.Title, words) {
			found, err := d.article(r.ID)
			return found, nil, err
		}
		if contains(r.ID, words) || contains(r.Head.Title, words) {
			near = append(near, r.ID)
		}
	}
	return nil, near, nil
}

// changeable is the article, if it can be changed in chat.
func (d *Desk) changeable(id string) (*kb.Record, error) {
	r, err := d.articleNamed(id)
	if err == nil && r.Source != "" && r.State != kb.Archived {
		err = Refuse("refuse.article_mirrored", "id", r.ID, "source", r.Source)
	}
	return r, err
}

// publisher refuses who may not publish.
func (d *Desk) publisher() error {
	if err := d.Staff(); err != nil {
		return err
	}
	if d.company.MayPublish(d.actor) {
		return nil
	}
	var roles []string
	for _, r := range d.company.KB.Publishers {
		roles = append(roles, text.T(d.Lang(), "role."+string(r)))
	}
	return Refuse("refuse.role", "role", strings.Join(roles, " / "))
}

// maxSlug bounds the id that is made of a title, in letters.
const maxSlug = 60

// newID makes an id of the title that no article has.
func (d *Desk) newID(title string) (string, error) {
	return d.newIDUnless(title, func(*kb.Record) error { return nil })
}

// newIDUnless is newID, unless one of those that have the ids before it is refused.
func (d *Desk) newIDUnless(title string, taken func(*kb.Record) error) (string, error) {
	slug := cmp.Or(slugOf(title), "article")
	for n := 1; ; n++ {
		id := slug
		if n > 1 {
			id += "-" + strconv.Itoa(n)
		}
		r, err := d.article(id)
		if err != nil || r == nil {
			return id, err
		}
		if err := taken(r); err != nil {
			return "", err
		}
	}
}

// notAgain refuses an article that says what one says already: a form that is sent twice.
func (d *Desk) notAgain(content kb.Article) func(*kb.Record) error {
	return func(r *kb.Record) error {
		v, err := d.newest(r)
		if err == nil && r.State != kb.Archived && sameArticle(v.Content, content) {
			err = Refuse("refuse.article_same", "id", r.ID)
		}
		return err
	}
}

// slugOf is the title in small letters without accents, with hyphens between words.
func slugOf(title string) string {
	var b strings.Builder
	for _, c := range norm.NFD.String(strings.ToLower(title)) {
		switch {
		case unicode.Is(unicode.Mn, c):
		case c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)):
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= maxSlug {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}

// ShowArticle shows the newest version of an article, or one of its versions, with
// what can be done with it. Our own people.
func (d *Desk) ShowArticle(id, version string) error {
	r, err := d.articleNamed(id)
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
	m, err := d.articleCard(r, v)
	if err != nil {
		return err
	}
	if err := articlePage(d.Lang(), &m, v, 1); err != nil {
		return err
	}
	return d.Reply(m)
}

// ofVersion names a version of an article in what a button or a form carries.
func ofVersion(id string, n int) string { return id + ":" + strconv.Itoa(n) }

// seenVersion is ofVersion the other way round; 0 where no version is named.
func seenVersion(value string) (id string, n int) {
	id, version, _ := strings.Cut(value, ":")
	n, err := strconv.Atoi(version)
	if err != nil || n < 1 {
		return id, 0
	}
	return id, n
}

// versionNamed reads the number of a version; the newest where none is named.
func (d *Desk) versionNamed(r *kb.Record, version string) (int, error) {
	if version == "" {
		return r.Latest, nil
	}
	n, err := strconv.Atoi(strings.TrimPrefix(strings.ToLower(version), "v"))
	if err != nil || n < 1 || n > r.Latest {
		return 0, Refuse("refuse.no_version", "id", r.ID, "version", version, "n", r.Latest)
	}
	return n, nil
}

// articleCard is what is true of an article, and what can be done with it.
func (d *Desk) articleCard(r *kb.Record, v *kb.Version) (Message, error) {
	lang, a := d.Lang(), &v.Content
	m := Message{Title: a.Title, Text: d.articleStanding(lang, r)}
	if v.N != r.Latest {
		m.Text = text.T(lang, "article.old_version", "n", v.N, "latest", r.Latest)
	}
	field := func(key, value string) {
		if value != "" {
			m.Fields = append(m.Fields, Field{text.T(lang, key), value})
		}
	}
	field("article.id", r.ID)
	field("article.kind", text.T(lang, "article.kind."+string(a.Kind))+", "+text.T(lang, "language."+string(a.Language)))
	field("article.for", d.audienceOf(lang, a))
	field("article.products", strings.Join(a.Products, ", "))
	if a.Owner != "" {
		field("article.owner", d.name(a.Owner))
	}
	if !r.ReviewBy.IsZero() {
		field("article.review_by", r.ReviewBy.Format(time.DateOnly))
	}
	if r.Asked != nil {
		field("article.up_for_review", d.evidenceShort(lang, r.Asked))
	}
	if a.MustRead {
		field("article.must_read", text.T(lang, "article.yes"))
	}
	if r.Source != "" {
		field("article.source", r.Source)
	}
	if r.Incident > 0 {
		field("article.incident", incidentID(r.Incident))
	}
	if err := d.translationFields(lang, r, field); err != nil {
		return m, err
	}
	m.Buttons = d.articleButtons(r)
	return m, nil
}

// articleStanding says where the article is in its life.
func (d *Desk) articleStanding(lang company.Lang, r *kb.Record) string {
	state := text.T(lang, "article.state."+string(r.State))
	if r.Public > 0 && r.Public != r.Latest {
		return text.T(lang, "article.newer", "n", r.Latest, "state", state, "public", r.Public)
	}
	return text.T(lang, "article.standing", "n", r.Latest, "state", state)
}

// audienceOf says who may see the article.
func (d *Desk) audienceOf(lang company.Lang, a *kb.Article) string {
	switch {
	case a.Internal:
		return text.T(lang, "article.internal")
	case len(a.Customers) == 0:
		return text.T(lang, "article.everybody")
	}
	names := make([]string, len(a.Customers))
	for i, key := range a.Customers {
		names[i] = key
		if c := d.company.Customer(key); c != nil {
			names[i] = c.Name
		}
	}
	return strings.Join(names, ", ")
}

// articleButtons are what the actor can do next.
func (d *Desk) articleButtons(r *kb.Record) []Button {
	var out []Button
	add := func(id string, primary bool) {
		value := r.ID
		if id == "article_publish" {
			value = ofVersion(r.ID, r.Latest)
		}
		out = append(out, Button{ID: id, Label: text.T(d.Lang(), "button."+id), Value: value, Primary: primary})
	}
	if r.Source == "" {
		switch {
		case r.State == kb.Draft:
			add("article_review", !d.company.MayPublish(d.actor))
		}
		if r.State == kb.Draft || r.State == kb.InReview {
			if d.company.MayPublish(d.actor) {
				add("article_publish", true)
			}
		}
		if r.State != kb.Archived {
			add("article_edit", false)
		}
		if r.Proposed != nil {
			out = append(out, Button{ID: "proposal_show", Label: text.T(d.Lang(), "button.proposal_show"), Value: fmt.Sprintf("%s %d", r.ID, r.Proposed.On)})
		}
	}
	return out
}

// translationFields tells of what the article translates and of its translations,
// and which of them are older than their original.
func (d *Desk) translationFields(lang company.Lang, r *kb.Record, field func(key, value string)) error {
	if r.Head.Translates != "" {
		orig, err := d.article(r.Head.Translates)
		if err != nil {
			return err
		}
		value := r.Head.Translates
		if orig != nil && r.Stale(orig) {
			value += " (" + text.T(lang, "article.stale") + ")"
		}
		field("article.translates", value)
	}
	made, err := d.tx.Articles(d.ctx, ArticleQuery{Translates: r.ID})
	if err != nil {
		return err
	}
	var list []string
	for _, t := range made {
		if t.State == kb.Archived {
			continue
		}
		value := t.ID + " " + text.T(lang, "language."+string(t.Head.Language))
		if t.Stale(r) {
			value += " (" + text.T(lang, "article.stale") + ")"
		}
		list = append(list, value)
	}
	field("article.translations", strings.Join(list, ", "))
	return nil
}

// maxArticles bounds a list of articles.
const maxArticles = 40

// ListArticles lists articles: all but the archived, or those in a state, the
// actor's own ("mine"), those whose review is due ("due"), or those that the actor
// has still to read ("unread"). Our own people.
func (d *Desk) ListArticles(which string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	all, err := d.articlesOf(strings.ToLower(which))
	if err != nil {
		return err
	}
	order := func(r *kb.Record) int { return slices.Index(kb.States, r.State) }
	slices.SortStableFunc(all, func(a, b kb.Record) int { return cmp.Compare(order(&a), order(&b)) })
	lang := d.Lang()
	m := Message{Title: text.T(lang, "article.list", "n", len(all))}
	for _, r := range all[:min(len(all), maxArticles)] {
		line := d.articleStanding(lang, &r) + " · " + d.audienceOf(lang, &r.Head)
		if r.Head.Owner != "" {
			line += " · " + d.name(r.Head.Owner)
		}
		if r.Asked != nil {
			line += " · " + text.T(lang, "article.up_for_review") + " " + d.evidenceShort(lang, r.Asked)
		}
		if d.reviewDayCame(&r) {
			line += " · " + text.T(lang, "article.due", "day", r.ReviewBy.Format(time.DateOnly))
		}
		m.Items = append(m.Items, Item{Title: r.ID + " · " + r.Head.Title, Body: line})
	}
	if len(all) > maxArticles {
		m.Footer = text.T(lang, "article.more", "n", len(all)-maxArticles)
	}
	return d.Reply(m)
}

// articlesOf are those that a word of /kb list stands for.
func (d *Desk) articlesOf(which string) ([]kb.Record, error) {
	if which == "unread" || which == "sin-leer" {
		return d.unreadBy(d.actor)
	}
	q, keep := ArticleQuery{}, func(kb.Record) bool { return true }
	switch which {
	case "":
		keep = func(r kb.Record) bool { return r.State != kb.Archived }
	case "all", "todos":
	case "mine", "mios", "míos":
		keep = func(r kb.Record) bool { return r.State != kb.Archived && r.Head.Owner == d.actor.Key }
	case "due", "vencidos":
		q.DueBy = d.now
	default:
		if q.State = d.stateNamed(which); q.State == "" {
			return nil, Refuse("refuse.article_list", "value", which)
		}
	}
	all, err := d.tx.Articles(d.ctx, q)
	return slices.DeleteFunc(all, func(r kb.Record) bool { return !keep(r) }), err
}

// stateNamed is the state that a word in small letters stands for; "" for none.
func (d *Desk) stateNamed(word string) kb.State {
	for _, s := range kb.States {
		if word == string(s) || word == strings.ReplaceAll(string(s), "_", "-") || strings.EqualFold(word, text.T(d.Lang(), "article.state."+string(s))) {
			return s
		}
	}
	return ""
}

// versionLine says when a version was made, by whom and why.
func (d *Desk) versionLine(v *kb.Version) string {
	line := fmt.Sprintf("%s · %s", d.stampIn(d.Lang(), v.At, d.zone()), d.name(v.By))
	if v.Why != "" {
		line += " · " + v.Why
	}
	return line
}
