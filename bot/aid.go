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

// Under the card our own people are shown what may answer the customer: articles
// that are for that customer, which they can send, and internal ones, which they
// can only read. It is one message, in the card's thread so that the card stays
// short on every platform; it changes as things change.

const purposeAid = "aid"

const (
	// maxOffers is how many articles agents are shown.
	maxOffers = 3
	// maxAidTitle and maxAidPassage bound what is shown of each, in characters: the
	// message is edited, so it has to be one message on every platform.
	maxAidTitle, maxAidPassage = 100, 200
)

// offer finds articles for whoever answers the incident, by any of several texts.
// What was sent stays; when nothing is found, everything does.
func (d *Desk) offer(inc *incident.Incident, texts ...string) error {
	c := d.company.Customer(inc.Customer)
	if c == nil || inc.Drill {
		return nil
	}
	var all []kb.Suggestion
	for _, words := range texts {
		if strings.TrimSpace(words) == "" {
			continue
		}
		q := kb.Query{Text: words, Language: c.Language, Customer: c.Key, Inside: true, Product: inc.Product, Max: maxOffers}
		if now := d.bot.engaged.Load(); now.embedder != nil { // a report's vector is known by now; nothing waits for another's
			q.Vector, _ = now.questions.known(words, d.bot.Clock.Now())
		}
		all = append(all, d.bot.Articles.Suggest(q)...)
	}
	slices.SortStableFunc(all, func(a, b kb.Suggestion) int { return cmp.Compare(b.Confidence, a.Confidence) })
	found, err := d.offers(c, all)
	if err != nil || len(found) == 0 {
		return err
	}
	old := inc.Aid.Offers
	known := func(o incident.Offer) int {
		return slices.IndexFunc(old, func(p incident.Offer) bool { return p.Article == o.Article })
	}
	if !slices.ContainsFunc(found, func(o incident.Offer) bool { return known(o) < 0 }) {
		return nil
	}
	next := slices.DeleteFunc(slices.Clone(old), func(o incident.Offer) bool { return o.Sent == 0 })
	for _, o := range found {
		switch k := known(o); {
		case len(next) == maxOffers:
		case k < 0:
			inc.Aid.Offered++
			o.N = inc.Aid.Offered
			next = append(next, o)
		case old[k].Sent == 0:
			next = append(next, old[k])
		}
	}
	inc.Aid.Offers = next
	d.change(inc)
	return nil
}

// offerAnew looks again, with what the customer wrote last, which may be about
// something else, and with all that they have written, the newest first: of a long
// text the beginning counts.
func (d *Desk) offerAnew(inc *incident.Incident) error {
	if !inc.Open() {
		return nil
	}
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	var said []string
	for _, e := range slices.Backward(asItReads(sinceTransfer(history))) {
		if e.Kind == incident.ECustomer && e.Value != incident.SmallTalk {
			said = append(said, e.Text)
		}
	}
	said = append(said, inc.Text)
	return d.offer(inc, slices.Compact([]string{strings.Join(said, "\n"), said[0]})...)
}

// offers are those of what was found that are published now. What is not in the
// customer's language gives way to its translation.
func (d *Desk) offers(c *company.Customer, found []kb.Suggestion) ([]incident.Offer, error) {
	if len(found) == 0 {
		return nil, nil
	}
	var ids []string
	for _, s := range found {
		ids = append(ids, s.Article.ID)
	}
	records, err := d.tx.Articles(d.ctx, ArticleQuery{IDs: ids})
	if err != nil {
		return nil, err
	}
	var out []incident.Offer
	for _, s := range found {
		a, passage := s.Article, s.Passage
		if !slices.ContainsFunc(records, func(r kb.Record) bool { return r.ID == a.ID && r.Public > 0 }) {
			continue
		}
		if a.Language != c.Language && !a.Internal {
			t, err := d.translated(c, a)
			if err != nil {
				return nil, err
			}
			if t != nil {
				a, passage = t, t.Opening()
			}
		}
		if slices.ContainsFunc(out, func(o incident.Offer) bool { return o.Article == a.ID }) {
			continue
		}
		out = append(out, incident.Offer{
			Article: a.ID, Title: a.Title, Language: string(a.Language), Passage: passage, Internal: a.Internal,
		})
	}
	return out, nil
}

// translated is what says the same in the customer's language and is published for
// them; nil when nothing does.
func (d *Desk) translated(c *company.Customer, a *kb.Article) (*kb.Article, error) {
	original := a.ID
	if a.Translates != "" {
		original = a.Translates
	}
	made, err := d.tx.Articles(d.ctx, ArticleQuery{Translates: original})
	if err != nil {
		return nil, err
	}
	first, err := d.tx.Articles(d.ctx, ArticleQuery{IDs: []string{original}})
	if err != nil {
		return nil, err
	}
	for _, r := range append(first, made...) {
		if r.Public == 0 || r.Head.Language != c.Language {
			continue
		}
		v, err := d.tx.ArticleVersion(d.ctx, r.ID, r.Public)
		if err != nil {
			return nil, err
		}
		if !v.Content.Internal && v.Content.For(c.Key) {
			return &v.Content, nil
		}
	}
	return nil, nil
}

// showAid posts under the card what there is to answer with, and edits it whenever
// it would read differently. It goes with the card to another team.
func (d *Desk) showAid(inc *incident.Incident, history []incident.Entry) error {
	aid := &inc.Aid
	if inc.Card.Delivery == 0 || len(aid.Offers)+len(aid.Similar) == 0 && aid.At.Delivery == 0 {
		return nil
	}
	m := d.aid(d.teamLang(inc), inc, history)
	sum, here := m.sum(), aid.Under == inc.Card.Delivery
	switch {
	case here && aid.Sum == sum:
		return nil
	case here:
		aid.Sum = sum
		return d.edit(inc, aid.At, purposeAid, m)
	case aid.At.Delivery != 0:
		lang, _ := d.readerOf(aid.At.Reader)
		moved := Message{Text: text.T(lang, "card.moved", "id", inc.ID(), "team", d.company.Team(inc.Team).Name)}
		if err := d.edit(inc, aid.At, purposeAid, moved); err != nil {
			return err
		}
	}
	id, err := d.toTeamAs(inc, true, purposeAid, func(company.Lang) Message { return m })
	if err != nil || id == 0 {
		return err
	}
	aid.At = incident.Place{Delivery: id, Platform: inc.Card.Platform, Channel: inc.Card.Channel, Reader: inc.Team}
	aid.Under, aid.Sum = inc.Card.Delivery, sum
	return nil
}

// aid is what there is to answer with.
func (d *Desk) aid(lang company.Lang, inc *incident.Incident, history []incident.Entry) Message {
	m := Message{Title: text.T(lang, "aid.title", "id", inc.ID())}
	for i, o := range inc.Aid.Offers {
		m.Items = append(m.Items, Item{Title: d.offerLine(lang, inc, &o, i+1, history), Body: shorten(o.Passage, maxAidPassage)})
		m.Buttons = append(m.Buttons, d.offerButtons(lang, inc, &o, i+1)...)
	}
	if len(inc.Aid.Similar) > 0 {
		m.Items = append(m.Items, d.besideItems(lang, inc)...)
		m.Buttons = append(m.Buttons, Button{ID: "similar", Label: text.T(lang, "button.similar"), Value: inc.ID()})
	}
	if len(m.Items) == 0 {
		m.Text = text.T(lang, "aid.nothing")
	}
	return m
}

// offerLine is the title of an article, with what the customer made of it so far.
func (d *Desk) offerLine(lang company.Lang, inc *incident.Incident, o *incident.Offer, n int, history []incident.Entry) string {
	parts := []string{shorten(o.Title, maxAidTitle)}
	if len(inc.Aid.Offers) > 1 {
		parts[0] = fmt.Sprintf("%d. %s", n, parts[0])
	}
	if c := d.company.Customer(inc.Customer); c != nil && o.Language != string(c.Language) {
		parts = append(parts, text.T(lang, "language."+o.Language))
	}
	if o.Internal {
		parts = append(parts, text.T(lang, "aid.internal"))
	}
	if slices.Contains(inc.Suggested, o.Article) {
		parts = append(parts, text.T(lang, "aid."+shownState(inc, o, history)))
	}
	if o.Sent != 0 {
		parts = append(parts, text.T(lang, "aid.sent", "name", d.name(o.SentBy)))
	}
	if o.Outcome != "" {
		parts = append(parts, text.T(lang, "aid."+o.Outcome))
	}
	return strings.Join(parts, " · ")
}

// shownState is what the customer made of an article that we showed them by ourselves.
func shownState(inc *incident.Incident, o *incident.Offer, history []incident.Entry) string {
	switch {
	case inc.SelfService && inc.Suggested[0] == o.Article:
		return string(KBSolved)
	case saidNotHelped(history):
		return string(KBNotSolved)
	}
	return "shown"
}

// saidNotHelped reports whether the customer has said that what we showed them by
// ourselves did not help.
func saidNotHelped(history []incident.Entry) bool {
	return slices.ContainsFunc(history, func(e incident.Entry) bool { return e.Kind == incident.ENeedsHelp && e.Value == "" })
}

// offerButtons are what an agent can do with the article.
func (d *Desk) offerButtons(lang company.Lang, inc *incident.Incident, o *incident.Offer, n int) []Button {
	value := fmt.Sprintf("%s:%d", inc.ID(), o.N)
	out := []Button{{ID: "offer_show", Value: value}}
	if !o.Internal && o.Sent == 0 && inc.Status != incident.Cancelled && inc.Status != incident.Merged {
		out = append(out, Button{ID: "offer_send", Value: value})
	}
	for i := range out {
		key := "button." + out[i].ID
		if len(inc.Aid.Offers) > 1 {
			key += "_n"
		}
		out[i].Label = text.T(lang, key, "n", n)
	}
	return out
}
