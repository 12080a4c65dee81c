package bot

import (
	"context"
	"slices"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/kb"
)

// What the assistant is shown of an incident.

// utterances are what people said in the incident, each as it reads now; what was
// taken back is not among it. public leaves out what the customer cannot see.
func (d *Desk) utterances(inc *incident.Incident, public bool) ([]Utterance, error) {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return nil, err
	}
	if public {
		history = sinceTransfer(history)
	}
	now := map[string]string{}
	for _, e := range history {
		if e.Kind == incident.EEdited && e.Message != "" {
			now[e.Message] = e.Text
		}
	}
	var out []Utterance
	for _, e := range history {
		staff, internal, said := spoken(e)
		if words, edited := now[e.Message]; edited && e.Message != "" {
			e.Text = words
		}
		if !said || e.Text == "" || public && internal {
			continue
		}
		out = append(out, Utterance{At: e.At, Author: d.name(e.Actor), Staff: staff, Internal: internal, Text: e.Text})
	}
	return out, nil
}

// spoken reports whether the entry is what somebody said, on which side, and
// whether among ourselves.
func spoken(e incident.Entry) (staff, internal, said bool) {
	switch e.Kind {
	case incident.EReported, incident.ECustomer:
		return false, false, true
	case incident.EAgent, incident.EResolved:
		return true, false, true
	case incident.ENote:
		return true, true, true
	}
	return false, false, false
}

// products are those that published articles name.
func (b *Bot) products() []string {
	if l, ok := b.Articles.(interface{ Products() []string }); ok {
		return l.Products()
	}
	return nil
}

func (d *Desk) readTriage(inc *incident.Incident, _ Job) (ask, error) {
	if !inc.Open() || inc.Text == "" {
		return nil, errNothingToAsk
	}
	r := TriageRequest{Subject: d.subject(inc, d.rcaLang(inc)), Text: inc.Text, Severity: inc.Severity}
	return func(ctx context.Context, a Assistant) (apply, []Call, error) {
		r.Products = d.bot.products()
		p, calls, err := a.Triage(ctx, r)
		if err != nil {
			return nil, calls, err
		}
		return func(d *Desk, inc *incident.Incident) error { return d.propose(inc, p) }, calls, nil
	}, nil
}

// subject is what a call about the incident is about.
func (d *Desk) subject(inc *incident.Incident, lang company.Lang) Subject {
	return Subject{Incident: inc.Number, Customer: inc.Customer, Language: lang}
}

func (d *Desk) readAnswer(inc *incident.Incident, _ Job) (ask, error) {
	c := d.company.Customer(inc.Customer)
	if c == nil || !inc.Open() || inc.Text == "" {
		return nil, errNothingToAsk
	}
	found := d.bot.Articles.Suggest(kb.Query{Text: inc.ToldText(), Language: c.Language, Customer: c.Key, Product: inc.Product})
	if len(found) == 0 {
		return nil, errNothingToAsk
	}
	r := AnswerRequest{Subject: d.subject(inc, c.Language), Question: inc.ToldText()}
	for _, s := range found {
		if s.Article.For(c.Key) { // as the index has seen to already
			r.Passages = append(r.Passages, Passage{Article: s.Article.ID, Language: s.Article.Language, Title: s.Article.Title, Text: s.Article.Text})
		}
	}
	said, err := d.utterances(inc, true)
	if err != nil {
		return nil, err
	}
	r.Thread = said[min(len(said), 1):] // the first is the question
	sure := found[0].Confidence
	return func(ctx context.Context, a Assistant) (apply, []Call, error) {
		p, calls, err := a.Answer(ctx, r)
		if err != nil || !p.Covered() {
			return nil, calls, err
		}
		return func(d *Desk, inc *incident.Incident) error { return d.answerProposed(inc, p, sure) }, calls, nil
	}, nil
}

func (d *Desk) readSummary(inc *incident.Incident, _ Job) (ask, error) {
	said, err := d.utterances(inc, false)
	if err != nil || len(said) == 0 {
		return nil, firstError(err, errNothingToAsk)
	}
	r := SummaryRequest{Subject: d.subject(inc, d.rcaLang(inc)), Title: inc.Title, Thread: said}
	return func(ctx context.Context, a Assistant) (apply, []Call, error) {
		s, calls, err := a.Summarize(ctx, r)
		if err != nil {
			return nil, calls, err
		}
		return func(d *Desk, inc *incident.Incident) error { return d.tellSummary(inc, s) }, calls, nil
	}, nil
}

func (d *Desk) readCauses(inc *incident.Incident, _ Job) (ask, error) {
	rec, err := d.tx.RCAOf(d.ctx, inc.Number)
	if err != nil {
		return nil, err
	}
	if !asksWhy(rec) {
		return nil, errNothingToAsk
	}
	said, err := d.utterances(inc, false)
	if err != nil {
		return nil, err
	}
	r := CausesRequest{Subject: d.subject(inc, d.rcaLang(inc)), Title: inc.Title, Thread: said, Resolution: inc.Resolution}
	for _, w := range rec.Whys {
		r.Whys = append(r.Whys, w.Text)
	}
	return func(ctx context.Context, a Assistant) (apply, []Call, error) {
		p, calls, err := a.ProposeCauses(ctx, r)
		if err != nil || len(p.Causes) == 0 {
			return nil, calls, err
		}
		return func(d *Desk, inc *incident.Incident) error { return d.proposeCauses(inc, len(r.Whys), p) }, calls, nil
	}, nil
}

// firstError is the first that is not nil.
func firstError(errs ...error) error {
	i := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if i < 0 {
		return nil
	}
	return errs[i]
}
