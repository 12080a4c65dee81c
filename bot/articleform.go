package bot

import (
	"errors"
	"strings"

	"sereno/bot/company"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// maxFormText is how long an article may be, in bytes, that every platform's form
// can hold; a longer one goes and comes as a file.
const maxFormText = 2900

// fitsForm reports whether a form holds all of the article: what a platform cuts off
// would be lost when it is sent back.
func fitsForm(a *kb.Article) bool {
	return max(len(a.Text), len(kb.Details(a)), len(strings.Join(a.Customers, ", "))) <= maxFormText
}

// maxSource is how long an article may be, in bytes, that is shown as its file. Of a
// longer one, which came as a file, whoever sent it has it.
const maxSource = 40_000

// emptied is what somebody writes for a field that is to hold nothing, where an
// empty one means that it stays as it is.
const emptied = "-"

// NewArticle opens the form of a new article, or takes in the files that came with
// the words. Our own people.
func (d *Desk) NewArticle(title string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	if taken, err := d.takeArticleFiles(); taken || err != nil {
		return err
	}
	a := kb.Article{Title: strings.TrimSpace(title), Kind: kb.FAQ, Language: d.articleLang(), Internal: true}
	return d.openForm(nil, d.articleForm("", &a))
}

// articleLang is the language in which the actor most likely writes: their team's.
func (d *Desk) articleLang() company.Lang {
	if teams := d.company.TeamsOf(d.actor); len(teams) > 0 {
		return teams[0].Language
	}
	return d.Lang()
}

// EditArticle opens an article's newest version in a form. Our own people.
func (d *Desk) EditArticle(id string) error {
	r, err := d.changeable(id)
	if err != nil {
		return err
	}
	if taken, err := d.takeArticleFiles(); taken || err != nil {
		return err
	}
	v, err := d.newest(r)
	if err != nil {
		return err
	}
	switch {
	case len(v.Content.Text) > maxSource:
		return Refuse("refuse.article_long", "id", r.ID, "n", v.N)
	case !fitsForm(&v.Content):
		return d.asFile("article.by_file", r.ID, v.N, &v.Content)
	}
	return d.openForm(nil, d.articleForm(ofVersion(r.ID, v.N), &v.Content))
}

func (d *Desk) articleForm(value string, a *kb.Article) *Form {
	lang := d.Lang()
	label := func(key string) string { return text.T(lang, "form.article."+key) }
	f := &Form{
		ID: "article", Value: value, Title: label("title"), Submit: label("submit"),
		Inputs: []Input{
			{Name: "title", Label: label("name"), Value: a.Title},
			{Name: "text", Label: label("text"), Hint: label("text_hint"), Value: a.Text, Multiline: true},
			{Name: "kind", Label: label("kind"), Value: string(a.Kind)},
			{Name: "for", Label: label("for"), Hint: label("for_hint"), Value: d.audienceWords(lang, a)},
			{Name: "details", Label: label("details"), Hint: label("details_hint"), Value: kb.Details(a), Multiline: true, Optional: true},
		},
	}
	for _, k := range []kb.Kind{kb.FAQ, kb.Troubleshooting, kb.Tutorial, kb.Procedure, kb.GoodPractice} {
		f.Inputs[2].Options = append(f.Inputs[2].Options, Option{string(k), text.T(lang, "article.kind."+string(k))})
	}
	switch {
	case strings.HasPrefix(value, fromPrefix):
		id := strings.TrimSuffix(strings.TrimPrefix(value, fromPrefix), anotherSuffix)
		f.Title = text.T(lang, "form.article.from", "id", id)
	case strings.HasPrefix(value, "gap "):
		for i := range f.Inputs { // asked one by one, what is skipped stays; there is no text yet
			f.Inputs[i].Optional = f.Inputs[i].Name != "text"
		}
	case value != "":
		f.Title = text.T(lang, "form.article.edit")
		for i := range f.Inputs { // asked one by one, what is skipped stays
			f.Inputs[i].Optional = true
		}
	}
	return f
}

// articleSent takes a filled-in form: of a new article, of one that exists, of one
// made from an incident, or of one that answers what found nothing. Our own people.
func (d *Desk) articleSent(value string, fields map[string]string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	if proposal, ok := strings.CutPrefix(value, proposalPrefix); ok {
		return d.proposalSent(proposal, fields)
	}
	var r *kb.Record
	base := kb.Article{Kind: kb.FAQ, Language: d.articleLang(), Internal: true}
	incident, from := strings.CutPrefix(value, fromPrefix)
	number, lacked := strings.CutPrefix(value, "gap ")
	switch {
	case lacked:
		g, err := d.gapNamed(number)
		if err != nil {
			return err
		}
		a, err := d.gapArticle(g)
		if err != nil {
			return err
		}
		base = *a
	case from:
		a, err := d.articleFrom(strings.TrimSuffix(incident, anotherSuffix))
		if err != nil {
			return err
		}
		base = *a
	case value != "":
		id, seen := seenVersion(value)
		found, err := d.changeable(id)
		if err != nil {
			return err
		}
		v, err := d.newest(found)
		if err != nil {
			return err
		}
		if seen > 0 && seen != v.N { // the other's words would be lost
			return Refuse("refuse.article_changed", "id", found.ID, "n", v.N, "name", d.name(v.By))
		}
		r, base = found, v.Content
	}
	content, err := d.filledIn(base, fields)
	if err != nil {
		return err
	}
	if from {
		return d.saveFrom(incident, content)
	}
	verb, done := "new", "done.article_new"
	if r != nil {
		verb, done = "edit", "done.article_edited"
	}
	if r, err = d.saveDraft(r, content, verb, ""); err != nil {
		return err
	}
	return d.saved(r, done)
}

// filledIn is the article with what the form says.
func (d *Desk) filledIn(a kb.Article, fields map[string]string) (kb.Article, error) {
	given := func(name string) (string, bool) {
		s := strings.TrimSpace(strings.ReplaceAll(fields[name], "\r\n", "\n"))
		return s, s != ""
	}
	if s, ok := given("title"); ok {
		a.Title = strings.Join(strings.Fields(s), " ")
	}
	if s, ok := given("text"); ok {
		a.Text = s
	}
	if s, ok := given("kind"); ok {
		a.Kind = kb.Kind(s)
	}
	if s, ok := given("for"); ok {
		a.Internal, a.Customers = d.audience(s)
	}
	if s, ok := given("details"); ok {
		if s == emptied {
			s = ""
		}
		if err := kb.SetDetails(&a, s); err != nil {
			return a, d.wrongArticle(err)
		}
	}
	// What the file could not say, the article cannot either.
	if strings.TrimSpace(a.Text) != "" {
		if _, err := kb.ParseArticle("article"+ext, kb.Format(&a)); err != nil {
			return a, d.wrongArticle(err)
		}
	}
	return a, nil
}

// wrongArticle refuses what is wrong with an article, in the actor's language.
func (d *Desk) wrongArticle(err error) error {
	var wrong kb.Mistakes
	if !errors.As(err, &wrong) {
		return err
	}
	var lines []string
	for _, m := range wrong {
		lines = append(lines, m.In(d.Lang()))
	}
	return Refuse("refuse.article_wrong", "mistakes", strings.Join(lines, "\n"))
}

// audienceWords are what audience reads as the article's: customers by their keys, since
// a name may hold a comma.
func (d *Desk) audienceWords(lang company.Lang, a *kb.Article) string {
	if len(a.Customers) > 0 && !a.Internal {
		return strings.Join(a.Customers, ", ")
	}
	return d.audienceOf(lang, a)
}

// audience reads for whom an article is: our own people, every customer, or those
// that are named.
func (d *Desk) audience(words string) (internal bool, customers []string) {
	for _, lang := range []company.Lang{company.Spanish, company.English} {
		if strings.EqualFold(words, text.T(lang, "article.internal")) {
			return true, nil
		}
		if strings.EqualFold(words, text.T(lang, "article.everybody")) {
			return false, nil
		}
	}
	switch strings.ToLower(words) {
	case "internal", "interno":
		return true, nil
	case "all", "customers", "todos", "clientes":
		return false, nil
	}
	for _, c := range strings.Split(words, ",") {
		if c = strings.TrimSpace(c); c != "" {
			customers = append(customers, c)
		}
	}
	return false, customers
}
