package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// What people are shown of the knowledge base, and what they make of it. Every
// question is written down with what it found, in the transaction that answers it:
// what found nothing is a gap, see docs/knowledge.md.

// suggestTo finds what may answer a report, and writes down that the customer is
// shown it.
func (d *Desk) suggestTo(inc *incident.Incident, c *company.Customer, m Said) ([]kb.Suggestion, error) {
	if strings.TrimSpace(m.Text) == "" {
		return nil, nil
	}
	found, err := d.suggest(kb.Query{Text: m.Text, Language: c.Language, Customer: c.Key, Product: inc.Product})
	if err != nil {
		return nil, err
	}
	for _, s := range found {
		inc.Suggested = append(inc.Suggested, s.Article.ID)
		err := d.record(inc, incident.Entry{Kind: incident.ESuggested, Actor: botActor, Text: s.Article.Title, Value: s.Article.ID})
		if err != nil {
			return nil, err
		}
	}
	return found, d.searched(&KBSearch{
		Question: m.Text, Language: c.Language, Customer: c.Key, Person: m.Author, Product: inc.Product,
		Incident: inc.Number, Channel: m.Channel, Message: m.ID, At: m.At,
	}, found)
}

// searched writes a question down with what it found.
func (d *Desk) searched(s *KBSearch, found []kb.Suggestion) error {
	s.Shown = len(found)
	for _, f := range found {
		s.Found = append(s.Found, FoundArticle{ID: f.Article.ID, Confidence: f.Confidence})
	}
	return d.tx.AddSearch(d.ctx, s)
}

// Search answers a question from the knowledge base, privately. A customer's person
// can say that it solved it, or open an incident of it.
func (d *Desk) Search(question string) error {
	if strings.TrimSpace(question) == "" {
		return Refuse("refuse.empty_question")
	}
	s := KBSearch{Question: question, Language: d.Lang(), Person: d.author(), Channel: d.event.Channel, Message: d.event.Message, At: d.at}
	if !d.ours() {
		if d.outside == nil {
			return Refuse("refuse.unknown_person")
		}
		s.Customer = d.outside.Key
	}
	q := kb.Query{Text: question, Language: s.Language, Customer: s.Customer}
	found, err := d.search(q)
	if err != nil {
		return err
	}
	sure, err := d.suggest(q)
	if err != nil {
		return err
	}
	s.Unsure = len(sure) == 0
	if err := d.searched(&s, found); err != nil {
		return err
	}
	m := Message{Text: text.T(d.Lang(), "kb.found", "n", len(found)), Items: items(d.Lang(), found)}
	if len(found) == 0 {
		m.Text = text.T(d.Lang(), "kb.nothing")
	}
	m.Buttons = showButtons(d.Lang(), found)
	if d.outside != nil {
		m.Buttons = append(m.Buttons, d.selfServiceButtons(&s)...)
	}
	return d.Reply(m)
}

// selfServiceButtons are what a customer's person can make of what they found.
func (d *Desk) selfServiceButtons(s *KBSearch) []Button {
	n := strconv.FormatInt(s.ID, 10)
	open := Button{ID: "kb_open", Label: text.T(d.Lang(), "button.open"), Value: n, Primary: s.Shown == 0}
	if s.Message != "" {
		open.ID, open.Value = "open", s.Message
	}
	if s.Shown == 0 {
		return []Button{open}
	}
	return []Button{{ID: "kb_solved", Label: text.T(d.Lang(), "button.solved"), Value: n, Primary: true}, open}
}

// showButtons let somebody read the whole of what was found.
func showButtons(lang company.Lang, found []kb.Suggestion) []Button {
	var out []Button
	for i, s := range found {
		label := text.T(lang, "button.article_show")
		if len(found) > 1 {
			label = fmt.Sprintf("%s %d", label, i+1)
		}
		out = append(out, Button{ID: "kb_show", Label: label, Value: s.Article.ID})
	}
	return out
}

// items lists articles; one that is not in the reader's language says so.
func items(lang company.Lang, found []kb.Suggestion) []Item {
	var out []Item
	for _, s := range found {
		title := s.Article.Title
		if s.Article.Language != lang {
			title += " (" + text.T(lang, "language."+string(s.Article.Language)) + ")"
		}
		out = append(out, Item{Title: title, Body: s.Passage})
	}
	return out
}

// showFound shows the whole of a published article, if the actor may see it: the
// button's Value came back through the platform.
func (d *Desk) showFound(id string) error {
	customer, err := d.reader()
	if err != nil {
		return err
	}
	r, a, err := d.publicArticle(id)
	if err != nil {
		return err
	}
	if a == nil || !a.For(customer) {
		return Refuse("refuse.article_gone")
	}
	return d.showPublic(r, a)
}

// searchFor is how long what was found can be answered by a button.
const searchFor = 30 * 24 * time.Hour

// ownSearch is a question of the actor's own side, by what a button carries.
func (d *Desk) ownSearch(value string) (*KBSearch, error) {
	n, _ := strconv.ParseInt(value, 10, 64) // what is no number names no question
	if d.outside == nil || n < 1 {
		return nil, Refuse("refuse.customers_button")
	}
	s, err := d.searchNumbered(n)
	if err != nil {
		return nil, err
	}
	if s == nil || s.Customer != d.outside.Key || s.At.Before(d.now.Add(-searchFor)) {
		return nil, Refuse("refuse.search_gone")
	}
	return s, nil
}

// searchNumbered is the question with the number; nil when there is none.
func (d *Desk) searchNumbered(n int64) (*KBSearch, error) {
	list, err := d.tx.Searches(d.ctx, time.Time{}, d.now.Add(time.Minute), n-1, 1)
	if err != nil || len(list) == 0 || list[0].ID != n {
		return nil, err
	}
	return &list[0], nil
}

// searchSolved is a customer's word that what they found solved it, and that there
// is nothing to open.
func (d *Desk) searchSolved(value string) error {
	s, err := d.ownSearch(value)
	if err != nil {
		return err
	}
	if s.Outcome == "" && len(s.Found) > 0 {
		s.Outcome = KBSolved
		if err := d.tx.SaveSearch(d.ctx, *s); err != nil {
			return err
		}
		f := KBFeedback{Product: s.Product, Customer: s.Customer, Outcome: KBSolved}
		if err := d.judged(f, s.Found[0].ID); err != nil {
			return err
		}
	}
	return d.Reply(Message{Text: text.T(d.Lang(), "kb.glad"), Tone: Good})
}

// searchOpened opens an incident of a question that a customer's person asked.
func (d *Desk) searchOpened(value string) error {
	s, err := d.ownSearch(value)
	if err != nil {
		return err
	}
	if s.Outcome == KBNotSolved {
		return Refuse("refuse.search_opened")
	}
	if strings.TrimSpace(s.Question) == "" {
		return Refuse("refuse.nothing_to_open")
	}
	if err := d.searchNotSolved(s); err != nil {
		return err
	}
	s.Outcome = KBNotSolved
	if err := d.tx.SaveSearch(d.ctx, *s); err != nil {
		return err
	}
	if err := d.OpenNew("", s.Question); err != nil {
		return err
	}
	return d.told("kb.opened")
}

// rewordSearches lets what was asked with a message read as the message does now.
func (d *Desk) rewordSearches(m *Said) error {
	list, err := d.tx.Searches(d.ctx, m.At.Add(-time.Second), m.At.Add(time.Second), 0, maxReworded)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Message == m.ID && s.Channel == m.Channel && s.Question != m.Text {
			s.Question = m.Text
			if err := d.tx.SaveSearch(d.ctx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxReworded bounds how many questions of two seconds are looked at.
const maxReworded = 1000

// suggestionsJudged writes down what the customer made of what an incident showed
// them. What solved it is taken to be the first, which was the likeliest; where
// nothing did, none of them did.
func (d *Desk) suggestionsJudged(inc *incident.Incident, outcome KBOutcome) error {
	ids := inc.Suggested
	if outcome == KBSolved {
		ids = ids[:min(len(ids), 1)]
	}
	f := KBFeedback{Product: inc.Product, Customer: inc.Customer, Incident: inc.Number, Outcome: outcome}
	return d.judged(f, ids...)
}

// judged writes down what the actor made of articles: of one incident, once. Of what
// one person says there of an article, the last word counts.
func (d *Desk) judged(f KBFeedback, ids ...string) error {
	f.By, f.At = d.author(), d.at
	for _, id := range ids {
		r, err := d.article(id)
		if err != nil {
			return err
		}
		if r == nil {
			continue // it was never in the store
		}
		earlier, err := d.tx.FeedbackOf(d.ctx, id)
		if err != nil {
			return err
		}
		if f.Incident != 0 {
			if err := d.wordTakenBack(f, earlier); err != nil {
				return err
			}
			if slices.ContainsFunc(earlier, func(e KBFeedback) bool { return repeats(f, e) }) {
				continue
			}
		}
		f.ID, f.Article, f.Version = 0, id, r.Public
		if err := d.tx.AddFeedback(d.ctx, &f); err != nil {
			return err
		}
		d.articles = true
		if err := d.weigh(r, append(earlier, f)); err != nil {
			return err
		}
	}
	return nil
}

// repeats reports whether the earlier answer says the same of the same incident, and was
// not taken back by whoever gave it.
func repeats(f, e KBFeedback) bool {
	takenBack := !e.Undone.IsZero() && (f.Outcome == KBSent || e.UndoneBy == e.By)
	return e.Incident == f.Incident && e.Outcome == f.Outcome && !takenBack
}

// wordTakenBack lets what the same person said of the same incident before not count:
// they say otherwise now.
func (d *Desk) wordTakenBack(f KBFeedback, earlier []KBFeedback) error {
	says := func(o KBOutcome) bool { return o == KBSolved || o == KBNotSolved }
	for i, e := range earlier {
		if e.Incident != f.Incident || e.By != f.By || e.Outcome == f.Outcome || !e.Undone.IsZero() || !says(e.Outcome) || !says(f.Outcome) {
			continue
		}
		if err := d.disregard(e.ID); err != nil {
			return err
		}
		earlier[i].Undone, earlier[i].UndoneBy = d.at.UTC(), f.By
	}
	return nil
}

// searchNotSolved takes back the actor's word that what they had found solved it.
func (d *Desk) searchNotSolved(s *KBSearch) error {
	if s.Outcome != KBSolved || len(s.Found) == 0 {
		return nil
	}
	all, err := d.tx.FeedbackOf(d.ctx, s.Found[0].ID)
	if err != nil {
		return err
	}
	for _, f := range slices.Backward(all) {
		if f.Incident == 0 && f.By == d.author() && f.Outcome == KBSolved && f.Undone.IsZero() && !f.At.Before(s.At) {
			return d.disregard(f.ID)
		}
	}
	return nil
}
