package bot

import (
	"fmt"
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/rca"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// What the assistant said, as people see it.

const (
	purposeProposal = "proposal" // how a report may be read, under the card
	purposeDraft    = "draft"    // an answer that nobody has sent yet, under the card
)

// propose shows under the card how the report may be read, where that differs from
// how it stands. Nothing changes by itself.
func (d *Desk) propose(inc *incident.Incident, p *TriageProposal) error {
	if !inc.Open() {
		return nil
	}
	inc.Proposed = incident.Proposal{Title: p.Title, Product: p.Product, Severity: p.Severity}
	d.change(inc)
	var err error
	inc.Proposed.At, err = d.toTeamAs(inc, true, purposeProposal, func(lang company.Lang) Message { return d.proposal(lang, inc, p.Why) })
	return err
}

// proposal shows what is proposed, with a button for each thing that is not so yet.
func (d *Desk) proposal(lang company.Lang, inc *incident.Incident, why string) Message {
	p := inc.Proposed
	m := Message{Title: text.T(lang, "assist.proposal"), Footer: text.T(lang, "assist.footer")}
	offer := func(button, label, value string) {
		m.Fields = append(m.Fields, Field{label, value})
		m.Buttons = append(m.Buttons, Button{ID: button, Label: text.T(lang, "button."+button), Value: inc.ID()})
	}
	if p.Severity != "" && p.Severity != inc.Severity {
		offer("accept_severity", text.T(lang, "assist.severity"), text.T(lang, "severity."+string(p.Severity)))
		if why != "" {
			m.Fields = append(m.Fields, Field{text.T(lang, "assist.why"), why})
		}
	}
	if p.Title != "" && p.Title != inc.Title {
		offer("accept_title", text.T(lang, "assist.title"), p.Title)
	}
	if p.Product != "" && p.Product != inc.Product {
		offer("accept_product", text.T(lang, "assist.product"), p.Product)
	}
	if len(m.Fields) == 0 {
		m.Text = text.T(lang, "assist.nothing_left")
	}
	return m
}

// acceptSeverity, acceptTitle and acceptProduct put what was proposed in force, by
// the agent who pressed.
func (d *Desk) acceptSeverity(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	s := inc.Proposed.Severity
	if !slices.Contains(sla.Severities, s) || s == inc.Severity {
		return Refuse("refuse.gone")
	}
	if err := d.SetSeverity(id, s); err != nil {
		return err
	}
	return d.proposalTaken(inc)
}

func (d *Desk) acceptTitle(id string) error {
	return d.acceptWords(id, func(inc *incident.Incident) (*string, string) { return &inc.Title, inc.Proposed.Title })
}

func (d *Desk) acceptProduct(id string) error {
	return d.acceptWords(id, func(inc *incident.Incident) (*string, string) { return &inc.Product, inc.Proposed.Product })
}

func (d *Desk) acceptWords(id string, what func(*incident.Incident) (is *string, proposed string)) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	is, proposed := what(inc)
	if proposed == "" || proposed == *is {
		return Refuse("refuse.gone")
	}
	old := *is
	*is = proposed
	if err := d.record(inc, incident.Entry{Kind: incident.EAssisted, Value: "accepted", Text: proposed, Old: old}); err != nil {
		return err
	}
	return d.proposalTaken(inc)
}

// proposalTaken shows what is left of the proposal.
func (d *Desk) proposalTaken(inc *incident.Incident) error {
	ch, ok := d.bot.teamChannel(d.company.Team(inc.Team), inc.Platform)
	if inc.Proposed.At == 0 || !ok {
		return nil
	}
	at := incident.Place{Delivery: inc.Proposed.At, Platform: ch.Platform, Channel: ch.ID}
	return d.edit(inc, at, purposeProposal, d.proposal(d.rcaLang(inc), inc, ""))
}

// answerProposed sends an answer to the customer where the configuration allows it
// and both the articles and the answer are sure; else it is a draft for the agents.
// Once somebody has answered, it is too late for either.
func (d *Desk) answerProposed(inc *incident.Incident, p *AnswerProposal, sure float64) error {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil || !inc.Open() || slices.ContainsFunc(history, func(e incident.Entry) bool { return e.Kind == incident.EAgent }) {
		return err
	}
	sources, err := d.sourcesOf(inc, p)
	if err != nil || sources == nil {
		return err
	}
	may := d.company.Assistant
	least := may.Confidence
	if may.Answers(inc.Customer) && p.Grounded && least > 0 && p.Confidence >= least && sure >= least {
		return d.answerByItself(inc, p, sources)
	}
	return d.draftAnswer(inc, p, sources)
}

// sourcesOf are the titles of the articles that the answer is from, as the customer
// may see them now; nil when one is not published for them any more.
func (d *Desk) sourcesOf(inc *incident.Incident, p *AnswerProposal) ([]Item, error) {
	var out []Item
	var seen []string
	for _, s := range p.Sentences {
		for _, id := range s.Sources {
			if slices.Contains(seen, id) {
				continue
			}
			seen = append(seen, id)
			r, err := d.article(id)
			if err != nil || r == nil || r.Public == 0 {
				return nil, err
			}
			v, err := d.tx.ArticleVersion(d.ctx, id, r.Public)
			if err != nil {
				return nil, err
			}
			if !v.Content.For(inc.Customer) {
				return nil, nil
			}
			out = append(out, Item{Title: v.Content.Title})
		}
	}
	return out, nil
}

// words are the sentences of an answer, one a line.
func (a *AnswerProposal) words() string {
	var out []string
	for _, s := range a.Sentences {
		out = append(out, s.Text)
	}
	return strings.Join(out, "\n")
}

// answerByItself tells the customer the answer, marked as automatic, and the team
// that it went out. It is no answer of an agent's: no commitment is kept by it.
func (d *Desk) answerByItself(inc *incident.Incident, p *AnswerProposal, sources []Item) error {
	lang, words := d.customerLang(inc), p.words()
	_, err := d.say(d.toCustomer(inc, purposeTold, Message{
		Title: text.T(lang, "assist.automatic"), Text: words, Items: sources, Footer: text.T(lang, "assist.automatic_footer"),
		Buttons: []Button{
			{ID: "solved", Label: text.T(lang, "button.solved"), Value: inc.ID(), Primary: true},
			{ID: "still_need_help", Label: text.T(lang, "button.still_need_help"), Value: inc.ID()},
		},
	}))
	if err != nil {
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EAssisted, Actor: botActor, Value: "answered", Text: words}); err != nil {
		return err
	}
	return d.toTeam(inc, true, func(lang company.Lang) Message {
		return Message{Title: text.T(lang, "assist.sent"), Quote: words, Items: sources}
	})
}

// draftAnswer shows an answer under the card that an agent may send.
func (d *Desk) draftAnswer(inc *incident.Incident, p *AnswerProposal, sources []Item) (err error) {
	inc.Draft = incident.Draft{Words: p.words()}
	for _, s := range sources {
		inc.Draft.Sources = append(inc.Draft.Sources, s.Title)
	}
	d.change(inc)
	inc.Draft.At, err = d.toTeamAs(inc, true, purposeDraft, func(lang company.Lang) Message { return d.draft(lang, inc, "") })
	return err
}

// draft is the answer as agents see it; outcome is a key of the catalogue, "" while
// nothing has become of it.
func (d *Desk) draft(lang company.Lang, inc *incident.Incident, outcome string) Message {
	m := Message{Title: text.T(lang, "assist.draft"), Quote: inc.Draft.Words, Footer: text.T(lang, "assist.footer")}
	for _, s := range inc.Draft.Sources {
		m.Items = append(m.Items, Item{Title: s})
	}
	if outcome != "" {
		m.Footer = text.T(lang, outcome, "name", d.name(d.author()))
		return m
	}
	for _, id := range []string{"draft_send", "draft_edit", "draft_discard"} {
		m.Buttons = append(m.Buttons, Button{ID: id, Label: text.T(lang, "button."+id), Value: inc.ID(), Primary: id == "draft_send", Danger: id == "draft_discard"})
	}
	return m
}

// drafted is an incident whose draft waits for somebody. Agents.
func (d *Desk) drafted(id string) (*incident.Incident, error) {
	inc, err := d.answerable(id)
	if err == nil && inc.Draft.At == 0 {
		return nil, Refuse("refuse.gone")
	}
	return inc, err
}

// sendDraft sends the draft to the customer in the actor's name.
func (d *Desk) sendDraft(id string) error {
	inc, err := d.drafted(id)
	if err != nil {
		return err
	}
	words := inc.Draft.Words
	if err := d.draftOver(inc, "assist.draft_sent"); err != nil {
		return err
	}
	return d.sendAnswer(inc, Copy{}, words, "", incident.Entry{Kind: incident.EAgent, Text: words})
}

// editDraft opens the form of an answer with the draft in it.
func (d *Desk) editDraft(id string) error {
	inc, err := d.drafted(id)
	if err != nil {
		return err
	}
	f := d.replyForm(inc)
	f.Inputs[0].Value = inc.Draft.Words
	return d.openForm(inc, f)
}

func (d *Desk) discardDraft(id string) error {
	inc, err := d.drafted(id)
	if err != nil {
		return err
	}
	return d.draftOver(inc, "assist.draft_discarded")
}

// draftOver says on the draft what became of it.
func (d *Desk) draftOver(inc *incident.Incident, outcome string) error {
	ch, ok := d.bot.teamChannel(d.company.Team(inc.Team), inc.Platform)
	at := incident.Place{Delivery: inc.Draft.At, Platform: ch.Platform, Channel: ch.ID}
	m := d.draft(d.rcaLang(inc), inc, outcome)
	inc.Draft = incident.Draft{}
	d.change(inc)
	if !ok {
		return nil
	}
	return d.edit(inc, at, purposeDraft, m)
}

// AskSummary asks for what somebody who takes over must know; it comes under the
// card. Agents.
func (d *Desk) AskSummary(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !d.assisted(company.UseSummary) {
		return Refuse("refuse.no_assistant")
	}
	if err := d.wish(jobSummary, inc.ID(), inc); err != nil {
		return err
	}
	return d.done("done.summary_asked", "id", inc.ID())
}

// tellSummary tells under the card what somebody who takes over must know.
func (d *Desk) tellSummary(inc *incident.Incident, s *Summary) error {
	return d.toTeam(inc, true, func(lang company.Lang) Message {
		m := Message{Title: text.T(lang, "assist.summary", "id", inc.ID()), Text: s.Situation, Footer: text.T(lang, "assist.footer")}
		for _, part := range []struct {
			key   string
			lines []string
		}{{"assist.done", s.Done}, {"assist.open", s.Open}, {"assist.next", s.Next}} {
			if len(part.lines) > 0 {
				m.Fields = append(m.Fields, Field{text.T(lang, part.key), "• " + strings.Join(part.lines, "\n• ")})
			}
		}
		return m
	})
}

// asksWhy reports whether the analysis waits for the answer to a why.
func asksWhy(r *rca.Record) bool { return r.Running() && r.Stage == rca.AskWhy }

// proposeCauses shows possible answers in the analysis's thread, while it still asks
// that why.
func (d *Desk) proposeCauses(inc *incident.Incident, whys int, p *CausesProposal) error {
	r, err := d.tx.RCAOf(d.ctx, inc.Number)
	if err != nil || !asksWhy(r) || len(r.Whys) != whys {
		return err
	}
	lang := d.rcaLang(inc)
	m := Message{Title: text.T(lang, "assist.causes"), Footer: text.T(lang, "assist.footer")}
	for i, c := range p.Causes {
		m.Items = append(m.Items, Item{Title: c.Text, Body: text.T(lang, "assist.evidence", "text", c.Evidence)})
		m.Buttons = append(m.Buttons, Button{
			ID: fmt.Sprintf("cause_%d", i+1), Label: text.T(lang, "button.cause", "n", i+1), Value: fmt.Sprintf("%s:%d", inc.ID(), whys),
		})
	}
	_, err = d.say(d.inRCA(r, inc, m))
	return err
}

// takeCause gives a proposed cause as the actor's answer to the why that it was
// proposed for.
func (d *Desk) takeCause(n int, value string) error {
	id, whys, _ := strings.Cut(value, ":")
	r, inc, err := d.analysis(id)
	if err != nil {
		return err
	}
	shown, err := d.pressedOn()
	if err != nil {
		return err
	}
	if !asksWhy(r) || whys != fmt.Sprint(len(r.Whys)) || shown == nil || n < 1 || n > len(shown.Message.Items) {
		return Refuse("refuse.gone")
	}
	return d.answer(r, inc, shown.Message.Items[n-1].Title)
}
