package bot

import (
	"cmp"
	"slices"
	"time"

	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/kb/gap"
	"sereno/bot/sla"
)

// asked is a question that found no article, or none that helped.
type asked struct {
	search KBSearch
	// incident is the one that it was asked in, nil where there is none.
	incident *incident.Incident
	// spent is that one's handling time.
	spent time.Duration
	// refused: articles were shown, and did not help.
	refused bool
}

// product that the question is about, "" where nobody has said so.
func (a *asked) product() string {
	if a.incident != nil && a.incident.Product != "" {
		return a.incident.Product
	}
	return a.search.Product
}

// searchesAtOnce is how many questions are read at once.
const searchesAtOnce = 1000

// unanswered are the questions of a period that found no article when they were
// asked, or none that helped, by their numbers.
func (d *Desk) unanswered(p period) ([]*asked, error) {
	searches, err := d.searchesIn(p)
	if err != nil {
		return nil, err
	}
	incidents := map[int]*incident.Incident{}
	for _, inc := range p.incidents {
		incidents[inc.Number] = inc
	}
	type place struct{ channel, message string }
	reported := map[place]bool{} // messages of which an incident was opened
	for _, s := range searches {
		reported[place{s.Channel, s.Message}] = reported[place{s.Channel, s.Message}] || s.Incident > 0 && s.Message != ""
	}
	words := d.grouper()
	taken := map[int]bool{}
	var out []*asked
	for _, s := range searches {
		a := &asked{search: s}
		switch {
		case s.Question == "":
			continue // taken back
		case s.Incident == 0:
			// Of what became an incident, the incident asks.
			if s.Outcome != "" || reported[place{s.Channel, s.Message}] || !nothingFound(&s, words) {
				continue
			}
		default:
			a.incident = incidents[s.Incident]
			if taken[s.Incident] || !d.wantsArticle(a, p.histories[s.Incident]) {
				continue
			}
			taken[s.Incident] = true
			a.spent = d.handlingTime(a.incident, p.histories[s.Incident])
		}
		out = append(out, a)
	}
	return out, nil
}

func (d *Desk) searchesIn(p period) (out []KBSearch, err error) {
	for {
		after := int64(0)
		if n := len(out); n > 0 {
			after = out[n-1].ID
		}
		list, err := d.tx.Searches(d.ctx, p.from, p.to, after, searchesAtOnce)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
		if len(list) < searchesAtOnce {
			return out, nil
		}
	}
}

// nothingFound reports whether a question that was asked without an incident found
// nothing. One of several words, for which nothing was found that would have been
// suggested, was shown what shares a word with it; one of a single word says too
// little for anything to be sure.
func nothingFound(s *KBSearch, words *gap.Grouper) bool {
	return s.Shown == 0 || s.Unsure && words.Telling(s.Language, s.Question) > 1
}

// wantsArticle reports whether no article answered what an incident reports.
func (d *Desk) wantsArticle(a *asked, history []incident.Entry) bool {
	inc := a.incident
	if inc == nil || inc.Drill || inc.SelfService || inc.Status == incident.Cancelled || inc.Status == incident.Merged {
		return false
	}
	sent := false
	for _, o := range inc.Aid.Offers {
		if o.Sent != 0 && o.Outcome != string(KBNotSolved) {
			return false // one of us knew an article
		}
		sent = sent || o.Sent != 0
	}
	a.refused = (sent || a.search.Shown > 0) && slices.ContainsFunc(history, func(e incident.Entry) bool { return e.Kind == incident.ENeedsHelp })
	return a.refused || a.search.Shown == 0
}

// handlingTime is how long our people had an incident, in the calendar of what
// its contract promises: from the first time that one of them took it or did
// something for the customer until it was resolved, without the time in which it
// waited for anybody. 0 where the contract names no calendar.
func (d *Desk) handlingTime(inc *incident.Incident, history []incident.Entry) time.Duration {
	calendar := d.workCalendar(inc)
	if calendar == nil {
		return 0
	}
	var sum time.Duration
	var since time.Time
	begun, counting := false, false
	stop := func(at time.Time) {
		if counting {
			sum, counting = sum+calendar.Between(since, at), false
		}
	}
	count := func(at time.Time) {
		if begun && !counting {
			since, counting = at, true
		}
	}
	for _, e := range history {
		switch e.Kind {
		case incident.ETaken, incident.EAgent, incident.EVerified, incident.EWorkaround:
			if !begun {
				begun = true
				count(e.At)
			}
		case incident.EWaiting:
			begun = true
			stop(e.At)
		case incident.EResolved, incident.EClosed, incident.ECancelled, incident.EMerged:
			stop(e.At)
		case incident.EResumed, incident.EReopened:
			count(e.At)
		}
	}
	if inc.Open() {
		stop(later(d.now, since))
	}
	return sum
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// workCalendar is the one in which the incident's commitments are counted; nil when
// there are none. Where its severity has none, that of another tells when people
// work.
func (d *Desk) workCalendar(inc *incident.Incident) *sla.Calendar {
	contract := d.company.ContractOf(inc.Customer)
	if contract == nil {
		return nil
	}
	terms := contract.At(d.now)
	for _, severity := range []sla.Severity{inc.Severity, sla.Normal, sla.High} {
		for _, name := range []sla.Name{sla.Resolution, sla.FirstResponse, sla.NextResponse} {
			if c, ok := terms.Promised(inc.KindOf(), severity, name); ok {
				return c.Calendar
			}
		}
	}
	return nil
}

// answeredNow reports whether a published article answers the question by now, for
// whom it was asked. Where some did not help, it must be one that was published
// since. Only words count: nobody waits for a vector.
func (d *Desk) answeredNow(a *asked) (bool, error) {
	found := d.bot.Articles.Suggest(kb.Query{
		Text: a.search.Question, Language: a.search.Language, Customer: a.search.Customer, Product: a.product(),
	})
	if len(found) == 0 || !a.refused {
		return len(found) > 0, nil
	}
	var ids []string
	for _, f := range found {
		ids = append(ids, f.Article.ID)
	}
	records, err := d.tx.Articles(d.ctx, ArticleQuery{IDs: ids})
	return slices.ContainsFunc(records, func(r kb.Record) bool { return r.PublicAt.After(a.search.At) }), err
}

// grouper groups questions with the company's words.
func (d *Desk) grouper() *gap.Grouper {
	var synonyms [][]string
	if l, ok := d.bot.Articles.(interface{ Synonyms() [][]string }); ok {
		synonyms = l.Synonyms()
	}
	return gap.New(synonyms, d.products())
}

// lacking is a group of questions for which there is no article, and what it costs.
type lacking struct {
	label     []string
	asked     []*asked
	incidents int
	spent     time.Duration
	// checked: each of them was asked again.
	checked bool
}

func newLacking(label []string, all []*asked) *lacking {
	l := &lacking{label: label, asked: all}
	for _, a := range all {
		if a.incident != nil {
			l.incidents++
			l.spent += a.spent
		}
	}
	return l
}

// dearer orders groups by cost: the time of our people, then how many incidents, then
// how many questions.
func dearer(a, b *lacking) int {
	return cmp.Or(
		cmp.Compare(b.spent, a.spent), cmp.Compare(b.incidents, a.incidents), cmp.Compare(len(b.asked), len(a.asked)),
		cmp.Compare(a.asked[0].search.ID, b.asked[0].search.ID),
	)
}

// gapsOf are the costliest groups of the questions that still have no answer and that
// nobody has dismissed, at most max, and whether there are more.
func (d *Desk) gapsOf(all []*asked, max int) (out []*lacking, more bool, err error) {
	dismissed, err := d.dismissedSearches(all)
	if err != nil {
		return nil, false, err
	}
	groups := d.grouped(all)
	for len(groups) > 0 {
		g := groups[0]
		groups = groups[1:]
		switch {
		case !g.checked:
			if g, err = d.stillAsked(g); err != nil {
				return nil, false, err
			}
			if g != nil && !hidden(g, dismissed) { // it costs less now, perhaps
				i, _ := slices.BinarySearchFunc(groups, g, dearer)
				groups = slices.Insert(groups, i, g)
			}
		case len(out) == max:
			return out, true, nil
		default:
			out = append(out, g)
		}
	}
	return out, false, nil
}

// grouped are the questions in groups, the costliest first.
func (d *Desk) grouped(all []*asked) []*lacking {
	byID := map[int64]*asked{}
	var questions []gap.Question
	for _, a := range all {
		byID[a.search.ID] = a
		questions = append(questions, gap.Question{
			ID: a.search.ID, Language: a.search.Language, Text: a.search.Question, Product: a.product(),
		})
	}
	var out []*lacking
	for _, g := range d.grouper().Groups(questions) {
		var members []*asked
		for _, id := range g.Members {
			members = append(members, byID[id])
		}
		out = append(out, newLacking(g.Label, members))
	}
	slices.SortFunc(out, dearer)
	return out
}

// stillAsked is what of a group has no answer yet; nil when nothing is left.
func (d *Desk) stillAsked(g *lacking) (*lacking, error) {
	var left []*asked
	for _, a := range g.asked {
		answered, err := d.answeredNow(a)
		if err != nil {
			return nil, err
		}
		if !answered {
			left = append(left, a)
		}
	}
	if len(left) == 0 {
		return nil, nil
	}
	l := newLacking(g.label, left)
	l.checked = true
	return l, nil
}

// dismissedSearches are the questions of groups that somebody said are no gap.
func (d *Desk) dismissedSearches(all []*asked) (map[int64]bool, error) {
	out := map[int64]bool{}
	if len(all) == 0 {
		return out, nil
	}
	gaps, err := d.tx.DismissedGaps(d.ctx, all[0].search.At) // none that is older holds any of them
	for _, g := range gaps {
		for _, id := range g.Searches {
			out[id] = true
		}
	}
	return out, err
}

// hidden reports whether a group was dismissed, and has not grown by half since, and
// by two at least.
func hidden(g *lacking, dismissed map[int64]bool) bool {
	known := 0
	for _, a := range g.asked {
		if dismissed[a.search.ID] {
			known++
		}
	}
	grown := len(g.asked) - known
	return known > 0 && grown < max(2, (known+1)/2)
}
