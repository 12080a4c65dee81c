package bot

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"sereno/bot/company"
	"sereno/bot/text"
)

// What people made of articles moves them up or down: every such adjustment can be
// seen, and undone. Leads and quality.

// overseer refuses who may not look after how articles are ranked.
func (d *Desk) overseer() error {
	if d.ours() && d.actor.Has(company.Lead) {
		return nil
	}
	return d.must(company.Quality)
}

// maxAdjustments bounds the list, maxJudgements that of one article.
const (
	maxAdjustments = 30
	maxJudgements  = 20
)

// Feedback lists what was learned of articles, those that it moves most first, or
// of one article, with each answer that it comes from.
func (d *Desk) Feedback(id string) error {
	if err := d.overseer(); err != nil {
		return err
	}
	if id != "" {
		return d.feedbackOf(id)
	}
	all, _, err := d.tx.FeedbackSince(d.ctx, 0)
	if err != nil {
		return err
	}
	items := d.adjustments(all)
	m := Message{Title: text.T(d.Lang(), "feedback.title", "n", len(items)), Items: items[:min(len(items), maxAdjustments)]}
	if len(items) > 0 {
		m.Footer = text.T(d.Lang(), "feedback.hint")
	}
	return d.Reply(m)
}

// adjustments are the articles whose rank was moved, the most moved first.
func (d *Desk) adjustments(all []KBFeedback) []Item {
	var l learned
	l.take(all)
	keys := make([]judged, 0, len(l.tallies))
	for k := range l.tallies {
		keys = append(keys, k)
	}
	size := func(k judged) float64 { return math.Abs(l.tallies[k].Adjustment()) }
	slices.SortFunc(keys, func(a, b judged) int {
		return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(a.article, b.article), cmp.Compare(a.product, b.product))
	})
	var out []Item
	for _, k := range keys {
		t := l.tallies[k]
		product := cmp.Or(k.product, text.T(d.Lang(), "feedback.all_products"))
		out = append(out, Item{
			Title: k.article + " · " + product,
			Body: text.T(d.Lang(), "feedback.line", "times", fmt.Sprintf("%.2f", math.Exp(t.Adjustment())),
				"solved", t.Solved, "refused", t.Refused),
		})
	}
	return out
}

// feedbackOf lists what was learned of one article, and from whom.
func (d *Desk) feedbackOf(id string) error {
	r, err := d.articleNamed(id)
	if err != nil {
		return err
	}
	all, err := d.tx.FeedbackOf(d.ctx, r.ID)
	if err != nil {
		return err
	}
	m := Message{Title: text.T(d.Lang(), "feedback.of", "id", r.ID), Items: d.adjustments(all)}
	for _, f := range slices.Backward(all[max(0, len(all)-maxJudgements):]) {
		m.Items = append(m.Items, d.judgement(&f))
	}
	if slices.ContainsFunc(all, func(f KBFeedback) bool { return f.Undone.IsZero() }) {
		m.Buttons = []Button{{ID: "kb_disregard", Label: text.T(d.Lang(), "button.kb_disregard"), Value: r.ID, Danger: true}}
		m.Footer = text.T(d.Lang(), "feedback.hint_one")
	}
	return d.Reply(m)
}

// judgement is one answer: whose, when, about what.
func (d *Desk) judgement(f *KBFeedback) Item {
	parts := []string{text.T(d.Lang(), "feedback."+string(f.Outcome)), d.name(f.By), d.stampIn(d.Lang(), f.At, d.zone())}
	for _, s := range []string{f.Product, incidentID(f.Incident)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if !f.Undone.IsZero() {
		parts = append(parts, text.T(d.Lang(), "feedback.undone", "name", d.name(f.UndoneBy)))
	}
	return Item{Title: fmt.Sprintf("#%d", f.ID), Body: strings.Join(parts, " · ")}
}

// Disregard undoes what was learned of an article: all of it, what was said for a
// product, or one answer by its number ("#12").
func (d *Desk) Disregard(what, product string) error {
	if err := d.overseer(); err != nil {
		return err
	}
	if number, ok := strings.CutPrefix(what, "#"); ok {
		return d.disregardOne(number)
	}
	r, err := d.articleNamed(what)
	if err != nil {
		return err
	}
	all, err := d.tx.FeedbackOf(d.ctx, r.ID)
	if err != nil {
		return err
	}
	n := 0
	for _, f := range all {
		if !f.Undone.IsZero() || product != "" && !strings.EqualFold(f.Product, product) {
			continue
		}
		if err := d.disregard(f.ID); err != nil {
			return err
		}
		n++
	}
	if n == 0 {
		return Refuse("refuse.no_feedback", "id", r.ID)
	}
	if err := d.weighLess(r.ID); err != nil {
		return err
	}
	detail := strings.TrimSpace(r.ID + " " + product)
	if err := d.tx.Audit(d.ctx, d.at, d.author(), "article disregard", detail); err != nil {
		return err
	}
	return d.told("done.disregarded", "id", r.ID, "n", n)
}

func (d *Desk) disregardOne(number string) error {
	n, _ := strconv.ParseInt(number, 10, 64) // what is no number names no answer
	f, err := d.tx.Feedback(d.ctx, n)
	if errors.Is(err, ErrNotFound) || err == nil && !f.Undone.IsZero() {
		return Refuse("refuse.no_feedback", "id", "#"+number)
	}
	if err != nil {
		return err
	}
	if err := d.disregard(n); err != nil {
		return err
	}
	if err := d.weighLess(f.Article); err != nil {
		return err
	}
	if err := d.tx.Audit(d.ctx, d.at, d.author(), "article disregard", fmt.Sprintf("%s #%d", f.Article, n)); err != nil {
		return err
	}
	return d.told("done.disregarded", "id", f.Article, "n", 1)
}

func (d *Desk) disregard(id int64) error {
	d.articles = true
	return d.tx.UndoFeedback(d.ctx, id, d.author(), d.at)
}
