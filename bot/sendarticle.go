package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/markup"
	"sereno/bot/text"
)

// Send to customer: an agent sends an article that stands under the card, in words
// that they may change first. It is an answer of theirs like any other; the customer
// can say what came of it.

// offered is the article that a button or a form is about, by what they carry:
// "INC-7:2". Agents.
func (d *Desk) offered(value string) (*incident.Incident, *incident.Offer, error) {
	id, number, _ := strings.Cut(value, ":")
	inc, err := d.find(id)
	if err != nil {
		return nil, nil, err
	}
	n, _ := strconv.Atoi(number) // what is no number names no offer
	o := inc.Offer(n)
	if o == nil {
		return nil, nil, Refuse("refuse.offer_gone", "id", inc.ID())
	}
	return inc, o, nil
}

// showOffer shows the actor the whole of an article that was offered to them.
func (d *Desk) showOffer(value string) error {
	_, o, err := d.offered(value)
	if err != nil {
		return err
	}
	r, a, err := d.publicArticle(o.Article)
	if err != nil {
		return err
	}
	if a == nil {
		return Refuse("refuse.article_archived", "title", o.Title)
	}
	return d.showPublic(r, a)
}

// sendable is an article that the actor may send to the incident's customer now.
func (d *Desk) sendable(value string) (inc *incident.Incident, o *incident.Offer, v *kb.Version, err error) {
	if inc, o, err = d.offered(value); err != nil {
		return nil, nil, nil, err
	}
	if _, err = d.answerable(inc.ID()); err != nil {
		return nil, nil, nil, err
	}
	r, a, err := d.publicArticle(o.Article)
	switch {
	case err != nil:
		return nil, nil, nil, err
	case o.Sent != 0:
		err = Refuse("refuse.article_sent", "title", o.Title, "name", d.name(o.SentBy))
	case a == nil:
		err = Refuse("refuse.article_archived", "title", o.Title)
	case a.Internal, !a.For(inc.Customer):
		err = Refuse("refuse.article_not_for", "title", o.Title, "customer", d.customerName(inc))
	}
	if err != nil {
		return nil, nil, nil, err
	}
	return inc, o, &kb.Version{Article: r.ID, N: r.Public, Content: *a}, nil
}

// askSend opens the form in which an article is edited before it goes out. Agents.
func (d *Desk) askSend(value string) error {
	inc, o, v, err := d.sendable(value)
	if err != nil {
		return err
	}
	lang := d.Lang()
	f := d.replyForm(inc)
	f.ID, f.Value = "send_article", fmt.Sprintf("%s:%d:%d", inc.ID(), o.N, v.N)
	f.Title = text.T(lang, "form.send_article.title", "id", inc.ID())
	f.Inputs[0].Hint = text.T(lang, "form.send_article.hint")
	f.Inputs[0].Value = strings.TrimSpace(shorten(v.Content.Title, maxQuote) + "\n\n" + v.Content.Passage(o.Passage))
	return d.openForm(inc, f)
}

// sendArticle sends an article in the actor's words. Agents.
func (d *Desk) sendArticle(value, words string) error {
	at := strings.LastIndex(value, ":")
	if at < 0 {
		return Refuse("refuse.gone")
	}
	inc, o, v, err := d.sendable(value[:at])
	if err != nil {
		return err
	}
	if strings.TrimSpace(words) == "" {
		return Refuse("refuse.empty_answer")
	}
	if value[at+1:] != strconv.Itoa(v.N) {
		return Refuse("refuse.offer_changed", "title", o.Title, "words", words)
	}
	m := answerMessage(d.actor.Name, words, words)
	m.Buttons = d.sentButtons(inc, o)
	id, err := d.sendAnswerAs(inc, Copy{}, m, incident.Entry{Kind: incident.EAgent, Text: markup.Plain(words)})
	if err != nil {
		return err
	}
	o.Sent, o.SentBy, o.Version, o.Outcome = id, d.author(), v.N, ""
	err = d.record(inc, incident.Entry{Kind: incident.EArticle, Text: o.Title, Value: fmt.Sprintf("%s/%d", o.Article, o.Version)})
	if err != nil {
		return err
	}
	if err := d.judged(KBFeedback{Product: inc.Product, Customer: inc.Customer, Incident: inc.Number, Outcome: KBSent}, o.Article); err != nil {
		return err
	}
	return d.done("done.article_sent", "id", inc.ID(), "title", o.Title)
}

// sentButtons let the customer read the whole of what was sent, and say what came of it.
func (d *Desk) sentButtons(inc *incident.Incident, o *incident.Offer) []Button {
	lang, value := d.customerLang(inc), fmt.Sprintf("%s:%d", inc.ID(), o.N)
	return []Button{
		{ID: "solved", Label: text.T(lang, "button.solved"), Value: value, Primary: true},
		{ID: "still_need_help", Label: text.T(lang, "button.still_need_help"), Value: value},
		{ID: "kb_show", Label: text.T(lang, "button.article_show"), Value: o.Article},
	}
}

// unsend takes back what an answer that was withdrawn said for an article: it can be
// sent again.
func (d *Desk) unsend(inc *incident.Incident, delivery int64) error {
	i := slices.IndexFunc(inc.Aid.Offers, func(o incident.Offer) bool { return o.Sent == delivery })
	if i < 0 {
		return nil
	}
	o := &inc.Aid.Offers[i]
	o.Sent, o.SentBy, o.Version, o.Outcome = 0, "", 0, ""
	all, err := d.tx.FeedbackOf(d.ctx, o.Article)
	if err != nil {
		return err
	}
	for _, f := range all {
		if f.Incident == inc.Number && f.Outcome == KBSent && f.Undone.IsZero() {
			if err := d.disregard(f.ID); err != nil {
				return err
			}
		}
	}
	return d.weighLess(o.Article)
}

// customerSays carries out what a customer's person presses under a message of ours. Under
// an article that an agent has sent, it is that article of which they say so.
func (d *Desk) customerSays(value string, outcome KBOutcome, act func(*incident.Incident) error) error {
	id, number, _ := strings.Cut(value, ":")
	return d.asCustomer(id, func(inc *incident.Incident) error {
		n, _ := strconv.Atoi(number) // what is no number names no offer
		o := inc.Offer(n)
		if o == nil || o.Sent == 0 {
			return act(inc)
		}
		do := act
		if outcome == KBNotSolved && inc.Open() {
			do = func(inc *incident.Incident) error { return d.needHelpAfter(inc, o) }
		}
		if err := do(inc); err != nil {
			return err
		}
		o.Outcome = string(outcome)
		d.change(inc)
		return d.judged(KBFeedback{Product: inc.Product, Customer: inc.Customer, Incident: inc.Number, Outcome: outcome}, o.Article)
	})
}

// needHelpAfter is the customer's word that what an agent sent did not solve it,
// which is owed an answer as a message is.
func (d *Desk) needHelpAfter(inc *incident.Incident, o *incident.Offer) error {
	if o.Outcome == string(KBNotSolved) {
		return Refuse("refuse.help_is_coming", "id", inc.ID())
	}
	said := text.T(d.customerLang(inc), "button.still_need_help")
	if err := d.record(inc, incident.Entry{Kind: incident.ECustomer, Text: said}); err != nil {
		return err
	}
	if d.at.After(inc.LastCustomerAt) {
		inc.LastCustomerAt = d.at
	}
	if err := d.record(inc, incident.Entry{Kind: incident.ENeedsHelp, Value: o.Article}); err != nil {
		return err
	}
	if inc.Status == incident.WaitingCustomer {
		if err := d.resumed(inc); err != nil {
			return err
		}
	}
	if err := d.tellTeam(inc, "team.needs_help", "id", inc.ID(), "name", d.name(d.author()), "articles", o.Title); err != nil {
		return err
	}
	return d.tellCustomer(inc, "customer.help_is_coming", "id", inc.ID())
}
