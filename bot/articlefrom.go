package bot

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// fromPrefix begins the value of a form with an article of an incident; anotherSuffix
// ends it where whoever asked knew of the articles that there were.
const (
	fromPrefix    = "from "
	anotherSuffix = " another"
)

// ArticleFrom opens the form of an article that is made of a resolved incident:
// the symptom as it was reported, the cause as the analysis found it, and what was
// done, in the language of the team. Where one was made of it already, it says so. Agents.
func (d *Desk) ArticleFrom(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	made, err := d.madeFrom(inc)
	if err != nil {
		return err
	}
	if len(made) == 0 || inc.ResolvedAt.IsZero() {
		return d.openArticleFrom(inc, "")
	}
	return d.Reply(d.alreadyMade(inc, made))
}

// anotherArticleFrom opens the form whatever was made of the incident already. Agents.
func (d *Desk) anotherArticleFrom(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	return d.openArticleFrom(inc, anotherSuffix)
}

func (d *Desk) openArticleFrom(inc *incident.Incident, suffix string) error {
	a, err := d.articleFrom(inc.ID())
	if err != nil {
		return err
	}
	if len(a.Text) > maxFormText { // kept at once, to be edited as a file
		return d.saveFrom(inc.ID()+suffix, *a)
	}
	return d.openForm(inc, d.articleForm(fromPrefix+inc.ID()+suffix, a))
}

// madeFrom are the articles that were made of the incident and are not archived.
func (d *Desk) madeFrom(inc *incident.Incident) ([]kb.Record, error) {
	made, err := d.tx.Articles(d.ctx, ArticleQuery{Incident: inc.Number})
	return slices.DeleteFunc(made, func(r kb.Record) bool { return r.State == kb.Archived }), err
}

// alreadyMade says which articles were made of the incident, and leads to them.
func (d *Desk) alreadyMade(inc *incident.Incident, made []kb.Record) Message {
	lang := d.Lang()
	m := Message{Text: text.T(lang, "article.already_made", "id", inc.ID())}
	for _, r := range made[:min(len(made), maxMade)] {
		m.Items = append(m.Items, Item{Title: r.ID + " · " + r.Head.Title, Body: d.articleStanding(lang, &r)})
		m.Buttons = append(m.Buttons, Button{ID: "article_show", Label: text.T(lang, "button.article_show_id", "id", r.ID), Value: r.ID, Primary: len(m.Buttons) == 0})
	}
	m.Buttons = append(m.Buttons, Button{ID: "article_another", Label: text.T(lang, "button.article_another"), Value: inc.ID()})
	return m
}

// maxMade bounds how many articles of an incident are named.
const maxMade = 4

// articleFrom is what is known of the incident, as an article. It is internal
// until a person has looked at what of it is for others.
func (d *Desk) articleFrom(id string) (*kb.Article, error) {
	inc, err := d.find(id)
	if err != nil {
		return nil, err
	}
	if inc.ResolvedAt.IsZero() {
		return nil, Refuse("refuse.article_from_open", "id", inc.ID())
	}
	lang := d.teamLang(inc)
	cause, err := d.rootCause(inc)
	if err != nil {
		return nil, err
	}
	said, err := d.workaroundsOf(inc)
	if err != nil {
		return nil, err
	}
	return &kb.Article{
		Title: inc.Title, Kind: kb.Troubleshooting, Language: lang, Internal: true, Owner: d.ownerOf(inc),
		Text: sections(lang, inc.Text, cause, strings.Join(append(said, inc.Resolution), "\n\n")),
	}, nil
}

// sections are the text of an article about an incident. What is not known is for
// a person to write.
func sections(lang company.Lang, symptom, cause, solution string) string {
	var b strings.Builder
	for _, part := range []struct{ key, words string }{
		{"article.draft.symptom", symptom}, {"article.draft.cause", cause}, {"article.draft.solution", solution},
	} {
		words := strings.TrimSpace(part.words)
		if words == "" {
			words = text.T(lang, "article.draft.unknown")
		}
		b.WriteString("## " + text.T(lang, part.key) + "\n\n" + words + "\n\n")
	}
	return strings.TrimSpace(b.String())
}

// unfinished are the sections, by their headings, that still say that a person has to
// write them.
func unfinished(words string) []string {
	var out []string
	heading := ""
	for line := range strings.Lines(words) {
		line = strings.Trim(line, " \t\r\n*_->")
		if strings.HasPrefix(line, "#") {
			heading = strings.TrimSpace(strings.Trim(line, "#"))
			continue
		}
		for _, lang := range []company.Lang{company.Spanish, company.English} {
			if strings.EqualFold(line, text.T(lang, "article.draft.unknown")) {
				out = append(out, cmp.Or(heading, line))
			}
		}
	}
	return out
}

// ownerOf is who answers for an article that the actor makes of the incident.
func (d *Desk) ownerOf(inc *incident.Incident) string {
	if p := d.company.Person(inc.Owner); p != nil {
		return p.Key
	}
	if p := d.company.Person(d.author()); p != nil {
		return p.Key
	}
	return ""
}

// rootCause is the last why of the incident's analysis; "" where there is none.
func (d *Desk) rootCause(inc *incident.Incident) (string, error) {
	r, err := d.tx.RCAOf(d.ctx, inc.Number)
	if errors.Is(err, ErrNotFound) || err == nil && len(r.Whys) == 0 {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return r.Whys[len(r.Whys)-1].Text, nil
}

// workaroundsOf are those that the customer was told.
func (d *Desk) workaroundsOf(inc *incident.Incident) ([]string, error) {
	history, err := d.tx.History(d.ctx, inc.Number)
	var out []string
	for _, e := range history {
		if e.Kind == incident.EWorkaround && strings.TrimSpace(e.Text) != "" {
			out = append(out, e.Text)
		}
	}
	return out, err
}

// saveFrom keeps the draft, and notes in the incident that it is there. Where there is
// an assistant, what it would write comes later, as a proposal beside it.
func (d *Desk) saveFrom(id string, content kb.Article) error {
	id, another := strings.CutSuffix(id, anotherSuffix)
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if err := d.checkArticle(&content); err != nil {
		return err
	}
	if err := d.notMadeTwice(inc, content, another); err != nil {
		return err
	}
	made, err := d.newID(content.Title)
	if err != nil {
		return err
	}
	lang := d.teamLang(inc)
	r := &kb.Record{ID: made, State: kb.Draft, Incident: inc.Number}
	if r, err = d.saveDraft(r, content, "new", text.T(lang, "article.made_from", "id", inc.ID())); err != nil {
		return err
	}
	note := incident.Entry{Kind: incident.ENote, Text: text.T(lang, "article.noted", "article", r.ID)}
	if err := d.record(inc, note); err != nil {
		return err
	}
	if err := d.wish(jobArticle, r.ID, inc); err != nil {
		return err
	}
	return d.saved(r, "done.article_new")
}

// notMadeTwice refuses to make of the incident what was made of it already: a form that
// is sent twice. Another article is refused too, unless whoever asked knew of the first.
func (d *Desk) notMadeTwice(inc *incident.Incident, content kb.Article, another bool) error {
	made, err := d.madeFrom(inc)
	if err != nil {
		return err
	}
	for _, r := range made {
		v, err := d.newest(&r)
		if err != nil {
			return err
		}
		if sameArticle(v.Content, content) {
			return Refuse("refuse.article_same", "id", r.ID)
		}
	}
	if len(made) > 0 && !another {
		return Refuse("refuse.article_from_made", "id", inc.ID(), "article", made[0].ID)
	}
	return nil
}
