package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// Past incidents that resemble one, with how they were solved. They may be of any
// customer, so all of this is for our own people: nothing of it has a button that
// sends it anywhere.

const (
	// maxSimilar is how many are listed to who asks, maxBeside how many stand under a card.
	maxSimilar = 5
	maxBeside  = 3
)

// similar finds past incidents with at least that confidence, as they are now.
func (d *Desk) similar(inc *incident.Incident, least float64, max int) ([]*incident.Incident, error) {
	q := kb.Query{Text: inc.Text, Language: d.customerLang(inc), Product: inc.Product, Except: inc.ID(), Max: max}
	found := d.bot.Past.find(q, least)
	slices.SortFunc(found, func(a, b kb.Suggestion) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(mustNumber(b.Article.ID), mustNumber(a.Article.ID)))
	})
	var out []*incident.Incident
	for _, s := range found {
		old, err := d.peek(mustNumber(s.Article.ID))
		if err != nil {
			return nil, err
		}
		if asArticle(d.company, old) != nil { // else it changed a moment ago
			out = append(out, old)
		}
	}
	return out, nil
}

// Similar lists past incidents that resemble one, the most similar first, with how each was
// solved. Our own people.
func (d *Desk) Similar(id string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	inc, err := d.lookup(id)
	if err != nil {
		return err
	}
	found, err := d.similar(inc, kb.ThresholdFor(askedPrecision), maxSimilar)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return d.Reply(Message{Text: text.T(d.Lang(), "similar.none", "id", inc.ID())})
	}
	m := Message{Title: text.T(d.Lang(), "similar.title", "id", inc.ID(), "n", len(found))}
	for _, old := range found {
		body, err := d.howSolved(old)
		if err != nil {
			return err
		}
		m.Items = append(m.Items, Item{Title: d.pastLine(d.Lang(), old), Body: strings.Join(body, "\n")})
		m.Buttons = append(m.Buttons, Button{ID: "incident_show", Label: text.T(d.Lang(), "button.incident_show", "id", old.ID()), Value: old.ID()})
	}
	return d.Reply(m)
}

// pastLine names a past incident: its id, its customer, and when it was resolved.
func (d *Desk) pastLine(lang company.Lang, inc *incident.Incident) string {
	parts := []string{inc.ID(), d.customerName(inc)}
	if !inc.ResolvedAt.IsZero() {
		parts = append(parts, text.T(lang, "similar.when", "when", d.stampIn(lang, inc.ResolvedAt, d.zone())))
	}
	return strings.Join(parts, " · ")
}

// howSolved tells what was reported, what was done, why it had happened, and which
// article was made of it.
func (d *Desk) howSolved(inc *incident.Incident) ([]string, error) {
	lang := d.Lang()
	lines := []string{text.T(lang, "similar.reported", "text", shorten(inc.Title, maxLine)), d.solution(lang, inc, maxQuote)}
	cause, err := d.rootCause(inc)
	if err != nil {
		return nil, err
	}
	if cause != "" {
		lines = append(lines, text.T(lang, "similar.cause", "text", shorten(cause, maxLine)))
	}
	if inc.Origin != incident.Undetermined {
		lines = append(lines, text.T(lang, "similar.origin", "origin", text.T(lang, "origin."+string(inc.Origin))))
	}
	made, err := d.tx.Articles(d.ctx, ArticleQuery{Incident: inc.Number})
	if err != nil {
		return nil, err
	}
	for _, r := range made {
		if r.State != kb.Archived {
			lines = append(lines, text.T(lang, "similar.article", "id", r.ID, "state", text.T(lang, "article.state."+string(r.State))))
		}
	}
	return lines, nil
}

// solution is what solved an incident: in the words of who did, or an article.
func (d *Desk) solution(lang company.Lang, inc *incident.Incident, max int) string {
	if inc.Resolution != "" {
		return text.T(lang, "similar.done", "text", shorten(inc.Resolution, max))
	}
	return text.T(lang, "similar.by_article", "id", solvingArticle(inc))
}

// beside puts past incidents under the card that resemble this one for sure. What
// stands there is as it was then.
func (d *Desk) beside(inc *incident.Incident) error {
	if inc.Drill {
		return nil
	}
	found, err := d.similar(inc, *d.bot.Past.least.Load(), maxBeside)
	if err != nil || len(found) == 0 {
		return err
	}
	lang := d.teamLang(inc)
	var now []incident.Resembling
	for _, old := range found {
		now = append(now, incident.Resembling{ID: old.ID(), Customer: old.Customer, ResolvedAt: old.ResolvedAt, How: d.solution(lang, old, maxLine)})
	}
	if !slices.Equal(now, inc.Aid.Similar) {
		inc.Aid.Similar = now
		d.change(inc)
	}
	return nil
}

// besideItems are the past incidents under a card.
func (d *Desk) besideItems(lang company.Lang, inc *incident.Incident) []Item {
	var out []Item
	for _, r := range inc.Aid.Similar {
		name := r.Customer
		if c := d.company.Customer(r.Customer); c != nil {
			name = c.Name
		}
		out = append(out, Item{Title: text.T(lang, "aid.similar", "past", fmt.Sprintf("%s · %s", r.ID, name)), Body: r.How})
	}
	return out
}
