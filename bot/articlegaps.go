package bot

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/text"
)

const (
	// maxGaps bounds a list of gaps: each has two buttons.
	maxGaps = 8
	// gapDays is how far back questions are grouped where no period is named.
	gapDays = 90
	// maxExamples bounds the questions that are shown of a gap, maxExample each of them
	// in characters.
	maxExamples = 3
	maxExample  = 120
	// maxGapIncidents bounds the incidents that are named of a gap.
	maxGapIncidents = 5
)

// ArticleGaps lists what people asked and found no article for, the costliest first:
// of the last months, or of the product, the month ("2026-11") or the days ("30d")
// that are named; or those that somebody said are none ("dismissed"). Our own people.
func (d *Desk) ArticleGaps(which string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	switch strings.ToLower(which) {
	case "dismissed", "descartados":
		return d.listDismissed()
	}
	product, p, when, err := d.gapScope(which)
	if err != nil {
		return err
	}
	all, err := d.unanswered(p)
	if err != nil {
		return err
	}
	if product != "" {
		words := d.grouper()
		all = slices.DeleteFunc(all, func(a *asked) bool {
			return !strings.EqualFold(a.product(), product) && !words.Mentions(a.search.Language, a.search.Question, product)
		})
	}
	gaps, more, err := d.gapsOf(all, maxGaps)
	if err != nil {
		return err
	}
	about := strings.Join(slices.DeleteFunc([]string{product, when}, func(s string) bool { return s == "" }), " · ")
	if len(gaps) == 0 {
		return d.Reply(Message{Text: text.T(d.Lang(), "kbgaps.none", "about", about), Tone: Good})
	}
	m := Message{Title: text.T(d.Lang(), "kbgaps.title", "about", about), Footer: text.T(d.Lang(), "kbgaps.hint")}
	if more {
		m.Footer = text.T(d.Lang(), "kbgaps.more") + " " + m.Footer
	}
	for i, g := range gaps {
		kept := KBGap{Product: cmp.Or(product, g.product()), Example: g.example().search.ID}
		for _, a := range g.asked {
			kept.Searches = append(kept.Searches, a.search.ID)
			if a.incident != nil {
				kept.Incidents = append(kept.Incidents, a.incident.Number)
			}
		}
		if err := d.tx.AddGap(d.ctx, &kept); err != nil {
			return err
		}
		m.Items = append(m.Items, d.gapItem(i+1, g))
		m.Buttons = append(m.Buttons, d.gapButtons(i+1, len(gaps), kept.ID)...)
	}
	return d.Reply(m)
}

// gapScope reads a product, a period, or both, the period last.
func (d *Desk) gapScope(which string) (product string, p period, when string, err error) {
	words := strings.Fields(which)
	from, to := d.now.AddDate(0, 0, -gapDays), d.now.Add(time.Second)
	when = text.T(d.Lang(), "kbgaps.days", "n", gapDays)
	if n := len(words); n > 0 && d.product(which) == "" {
		last := words[n-1]
		days, derr := days(last, gapDays)
		switch {
		case derr == nil:
			from, when = d.now.AddDate(0, 0, -days), text.T(d.Lang(), "kbgaps.days", "n", days)
			words = words[:n-1]
		case isMonth(last):
			if from, to, err = d.span("/kb gaps", last); err != nil {
				return "", p, "", err
			}
			when, words = last, words[:n-1]
		}
	}
	if typed := strings.Join(words, " "); typed != "" {
		if product = d.product(typed); product == "" {
			return "", p, "", Refuse("refuse.gap_scope", "value", typed, "products", cmp.Or(strings.Join(d.products(), ", "), "-"),
				"month", d.now.In(d.company.Zone).Format("2006-01"))
		}
	}
	p, err = d.period(from, to)
	return product, p, when, err
}

func isMonth(word string) bool {
	_, err := time.Parse("2006-01", word)
	return err == nil
}

// products are those that articles name or teams answer for, in order.
func (d *Desk) products() []string {
	out := slices.Clone(d.bot.products())
	for _, t := range d.company.Teams {
		out = append(out, t.Products...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// product is the one that is named, as it is written elsewhere; "" when there is none.
func (d *Desk) product(typed string) string {
	all := d.products()
	i := slices.IndexFunc(all, func(p string) bool { return strings.EqualFold(p, strings.TrimSpace(typed)) })
	if i < 0 {
		return ""
	}
	return all[i]
}

// product of a group: what all of it that names one is about.
func (g *lacking) product() string {
	out := ""
	for _, a := range g.asked {
		p := a.product()
		if p != "" && out != "" && !strings.EqualFold(p, out) {
			return ""
		}
		out = cmp.Or(out, p)
	}
	return out
}

// example is the question that tells best what all of the group ask: the shortest of
// several words, of an incident rather than of a search.
func (g *lacking) example() *asked {
	return slices.MinFunc(g.asked, func(a, b *asked) int {
		few := func(a *asked) int {
			if len(strings.Fields(a.search.Question)) < 3 {
				return 1
			}
			return 0
		}
		none := func(a *asked) int {
			if a.incident == nil {
				return 1
			}
			return 0
		}
		return cmp.Or(few(a)-few(b), none(a)-none(b), cmp.Compare(len(a.search.Question), len(b.search.Question)), cmp.Compare(a.search.ID, b.search.ID))
	})
}

// gapItem is a group as people read it: what its questions share, what it costs, whose
// they are, and some of them.
func (d *Desk) gapItem(n int, g *lacking) Item {
	lang := d.Lang()
	var ids, names []string
	refused := 0
	for _, a := range g.asked {
		if a.incident != nil {
			ids = append(ids, a.incident.ID())
		}
		if c := d.company.Customer(a.search.Customer); c != nil && !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
		if a.refused {
			refused++
		}
	}
	slices.Sort(names)
	cost := []string{text.T(lang, "kbgaps.questions", "n", len(g.asked))}
	if g.incidents > 0 {
		shown := strings.Join(ids[:min(len(ids), maxGapIncidents)], ", ")
		if len(ids) > maxGapIncidents {
			shown += ", …"
		}
		cost = append(cost, text.T(lang, "kbgaps.incidents", "n", g.incidents, "ids", shown), text.T(lang, "kbgaps.spent", "spent", text.Duration(g.spent)))
	}
	if refused > 0 {
		cost = append(cost, text.T(lang, "kbgaps.refused", "n", refused))
	}
	if len(names) > 0 {
		cost = append(cost, strings.Join(names, ", "))
	}
	lines := []string{strings.Join(cost, " · ")}
	first := g.example()
	for _, a := range append([]*asked{first}, slices.DeleteFunc(slices.Clone(g.asked), func(a *asked) bool { return a == first })...) {
		line := text.T(lang, "article.quoted", "words", shorten(strings.Join(strings.Fields(a.search.Question), " "), maxExample))
		if a.incident != nil {
			line += " (" + a.incident.ID() + ")"
		}
		if !slices.Contains(lines, line) && len(lines) <= maxExamples {
			lines = append(lines, line)
		}
	}
	return Item{Title: fmt.Sprintf("%d. %s", n, strings.Join(g.label, " · ")), Body: strings.Join(lines, "\n")}
}

// gapButtons are what can be done about the nth of so many groups.
func (d *Desk) gapButtons(n, of int, id int64) []Button {
	value := strconv.FormatInt(id, 10)
	var out []Button
	for _, b := range []string{"gap_write", "gap_dismiss"} {
		label := text.T(d.Lang(), "button."+b)
		if of > 1 {
			label = fmt.Sprintf("%s %d", label, n)
		}
		out = append(out, Button{ID: b, Label: label, Value: value, Primary: b == "gap_write" && n == 1})
	}
	return out
}

// gapNamed is the group that a button is about. Our own people.
func (d *Desk) gapNamed(value string) (*KBGap, error) {
	if err := d.Staff(); err != nil {
		return nil, err
	}
	n, _ := strconv.ParseInt(value, 10, 64) // what is no number names no gap
	g, err := d.tx.Gap(d.ctx, n)
	if errors.Is(err, ErrNotFound) {
		return nil, Refuse("refuse.gap_gone")
	}
	return g, err
}

// writeGap opens the form of an article that answers a group: made of the incident that
// was resolved best, where there is one, else of a question.
func (d *Desk) writeGap(value string) error {
	g, err := d.gapNamed(value)
	if err != nil {
		return err
	}
	best, err := d.bestResolved(g.Incidents)
	if err != nil {
		return err
	}
	if best != nil {
		return d.ArticleFrom(best.ID())
	}
	a, err := d.gapArticle(g)
	if err != nil {
		return err
	}
	return d.openForm(nil, d.articleForm("gap "+value, a))
}

// bestResolved is the incident of which most can be learned: one whose cause was
// analysed, then one about which more is said of how it was solved, then the newest.
func (d *Desk) bestResolved(numbers []int) (best *incident.Incident, err error) {
	bestCause := ""
	for _, n := range numbers {
		inc, err := d.incident(n)
		if err != nil {
			return nil, err
		}
		if inc.ResolvedAt.IsZero() || inc.Resolution == "" || inc.Status == incident.Cancelled || inc.Status == incident.Merged {
			continue
		}
		cause, err := d.rootCause(inc)
		if err != nil {
			return nil, err
		}
		more := best == nil || cmp.Or(cmp.Compare(min(len(cause), 1), min(len(bestCause), 1)), cmp.Compare(len(inc.Resolution), len(best.Resolution))) >= 0
		if more {
			best, bestCause = inc, cause
		}
	}
	return best, nil
}

// gapArticle is what is known of an article that nobody has written: the question, its
// language and its product. It is internal until somebody decides otherwise.
func (d *Desk) gapArticle(g *KBGap) (*kb.Article, error) {
	s, err := d.searchNumbered(g.Example)
	if err != nil {
		return nil, err
	}
	a := &kb.Article{Kind: kb.FAQ, Language: d.articleLang(), Internal: true}
	if s != nil {
		a.Title, a.Language = shorten(strings.Join(strings.Fields(s.Question), " "), maxExample), s.Language
	}
	if g.Product != "" {
		a.Products = []string{g.Product}
	}
	if p := d.company.Person(d.author()); p != nil {
		a.Owner = p.Key
	}
	return a, nil
}

// dismissGap says that a group is no gap. It comes back when it grows.
func (d *Desk) dismissGap(value string) error {
	g, err := d.gapNamed(value)
	if err != nil {
		return err
	}
	if !g.Dismissed.IsZero() {
		return Refuse("refuse.gap_dismissed", "name", d.name(g.DismissedBy))
	}
	g.Dismissed, g.DismissedBy = d.at.UTC(), d.author()
	if err := d.saveGap(g, "dismiss"); err != nil {
		return err
	}
	return d.Reply(Message{
		Text:    text.T(d.Lang(), "done.gap_dismissed", "n", len(g.Searches)),
		Buttons: []Button{{ID: "gap_undo", Label: text.T(d.Lang(), "button.gap_undo"), Value: value}},
	})
}

// undoGap lets a dismissed group be listed again.
func (d *Desk) undoGap(value string) error {
	g, err := d.gapNamed(value)
	if err != nil {
		return err
	}
	if g.Dismissed.IsZero() {
		return Refuse("refuse.gap_listed")
	}
	g.Dismissed, g.DismissedBy = time.Time{}, ""
	if err := d.saveGap(g, "undo"); err != nil {
		return err
	}
	return d.told("done.gap_undone", "n", len(g.Searches))
}

func (d *Desk) saveGap(g *KBGap, verb string) error {
	if err := d.tx.SaveGap(d.ctx, *g); err != nil {
		return err
	}
	return d.tx.Audit(d.ctx, d.at, d.author(), "gap "+verb, fmt.Sprintf("#%d, %d questions", g.ID, len(g.Searches)))
}

// listDismissed lists what somebody said is no gap, the latest first.
func (d *Desk) listDismissed() error {
	gaps, err := d.tx.DismissedGaps(d.ctx, d.now.AddDate(0, 0, -gapDays))
	if err != nil {
		return err
	}
	lang := d.Lang()
	m := Message{Title: text.T(lang, "kbgaps.dismissed", "n", len(gaps))}
	for i, g := range gaps[:min(len(gaps), maxGaps)] {
		s, err := d.searchNumbered(g.Example)
		if err != nil {
			return err
		}
		question := ""
		if s != nil {
			question = shorten(strings.Join(strings.Fields(s.Question), " "), maxExample)
		}
		m.Items = append(m.Items, Item{
			Title: fmt.Sprintf("%d. %s", i+1, cmp.Or(question, "–")),
			Body:  text.T(lang, "kbgaps.dismissed_by", "n", len(g.Searches), "name", d.name(g.DismissedBy), "at", d.stampIn(lang, g.Dismissed, d.zone())),
		})
		m.Buttons = append(m.Buttons, Button{ID: "gap_undo", Label: fmt.Sprintf("%s %d", text.T(lang, "button.gap_undo"), i+1), Value: strconv.FormatInt(g.ID, 10)})
	}
	return d.Reply(m)
}
