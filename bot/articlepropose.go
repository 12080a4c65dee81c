package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// What the assistant would write in the place of a draft that was made from an
// incident. It changes nothing: a person takes it, edits it, or leaves it.

const purposeArticle = "article" // an article in the assistant's words, for its author

// proposalPrefix begins the value of a form that holds a proposal.
const proposalPrefix = "proposal "

func (d *Desk) readArticle(inc *incident.Incident, j Job) (ask, error) {
	r, err := d.article(j.Subject)
	if err != nil {
		return nil, err
	}
	if r == nil || r.State == kb.Archived || r.Source != "" {
		return nil, errNothingToAsk
	}
	v, err := d.newest(r)
	if err != nil {
		return nil, err
	}
	// What we said among ourselves is for an article that is for ourselves.
	said, err := d.utterances(inc, !v.Content.Internal)
	if err != nil {
		return nil, err
	}
	cause, err := d.rootCause(inc)
	if err != nil {
		return nil, err
	}
	told, err := d.workaroundsOf(inc)
	if err != nil {
		return nil, err
	}
	req := ArticleRequest{
		Subject: d.subject(inc, v.Content.Language), Title: inc.Title, Thread: said, Cause: cause, Draft: v.Content.Title + "\n\n" + v.Content.Text,
		Resolution: strings.TrimSpace(strings.Join(append(told, inc.Resolution), "\n\n")), Names: d.namesOf(inc),
	}
	return func(ctx context.Context, a Assistant) (apply, []Call, error) {
		p, calls, err := a.DraftArticle(ctx, req)
		if err != nil {
			return nil, calls, err
		}
		return func(d *Desk, inc *incident.Incident) error { return d.articleProposed(inc, v, p) }, calls, nil
	}, nil
}

// namesOf are the names of the customer and of its people.
func (d *Desk) namesOf(inc *incident.Incident) []string {
	out := []string{d.customerName(inc)}
	for _, p := range d.company.People {
		if p.Customer != nil && p.Customer.Key == inc.Customer {
			out = append(out, p.Name)
		}
	}
	return out
}

// articleProposed shows the author of the version what the assistant would write.
// Once somebody has written another version, it can only be read.
func (d *Desk) articleProposed(inc *incident.Incident, on *kb.Version, p *ArticleProposal) error {
	r, err := d.article(on.Article)
	if err != nil || r == nil || r.State == kb.Archived || r.Source != "" {
		return err
	}
	content, fits := proposedContent(on.Content, p)
	if !fits {
		d.bot.Logger.Info("the assistant's draft is no article", "article", r.ID)
		return nil
	}
	if sameArticle(content, on.Content) {
		return nil
	}
	if r.Latest == on.N {
		r.Proposed = &kb.Proposal{On: on.N, Content: content}
		if err := d.tx.SaveArticle(d.ctx, r); err != nil {
			return err
		}
	}
	author := d.person(on.By)
	if author == nil || author.Customer != nil {
		_, err := d.toTeamAs(inc, true, purposeArticle, func(lang company.Lang) Message { return proposedArticle(lang, r, content) })
		return err
	}
	return d.tellPersonAs(author, purposeArticle, proposedArticle(author.Language, r, content))
}

// proposedContent is the article with the assistant's words in it, and whether it is
// one. Everything else stays as a person has it.
func proposedContent(a kb.Article, p *ArticleProposal) (kb.Article, bool) {
	a.Title = p.Title
	a.Text = sections(a.Language, p.Symptom, p.Cause, p.Solution)
	a.Tags = slices.Clone(a.Tags)
	for _, tag := range p.Tags {
		if !slices.Contains(a.Tags, tag) {
			a.Tags = append(a.Tags, tag)
		}
	}
	_, err := kb.ParseArticle(a.ID+ext, kb.Format(&a))
	return a, err == nil
}

// proposedArticle is the article in the assistant's words, with what can be done
// with it.
func proposedArticle(lang company.Lang, r *kb.Record, a kb.Article) Message {
	m := Message{Title: text.T(lang, "assist.article", "id", r.ID), Text: a.Title, Quote: a.Text, Footer: text.T(lang, "assist.footer")}
	if len(a.Tags) > 0 {
		m.Fields = []Field{{text.T(lang, "article.tags"), strings.Join(a.Tags, ", ")}}
	}
	if r.Proposed == nil {
		m.Footer = text.T(lang, "assist.article_late", "id", r.ID, "n", r.Latest)
		return m
	}
	value := fmt.Sprintf("%s %d", r.ID, r.Proposed.On)
	for _, b := range []string{"proposal_take", "proposal_edit", "proposal_leave"} {
		m.Buttons = append(m.Buttons, Button{ID: b, Label: text.T(lang, "button."+b), Value: value, Primary: b == "proposal_take"})
	}
	return m
}

// proposed is an article whose proposal is the one that the value names, and still
// follows its newest version. Our own people.
func (d *Desk) proposed(value string) (*kb.Record, error) {
	id, on, _ := strings.Cut(value, " ")
	r, err := d.changeable(id)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(on)
	switch {
	case err != nil:
		return nil, Refuse("refuse.gone")
	case n != r.Latest:
		return nil, Refuse("refuse.proposal_late", "id", r.ID, "n", r.Latest)
	case r.Proposed == nil || r.Proposed.On != n:
		return nil, Refuse("refuse.gone")
	}
	return r, nil
}

// takeProposal makes the proposal the article's next draft, in the actor's name. Our
// own people.
func (d *Desk) takeProposal(value string) error {
	r, err := d.proposed(value)
	if err != nil {
		return err
	}
	if err := d.proposalOver(r, "assist.article_taken"); err != nil {
		return err
	}
	if r, err = d.saveDraft(r, r.Proposed.Content, "edit", text.T(d.company.Language, "article.by_assistant")); err != nil {
		return err
	}
	return d.saved(r, "done.article_edited")
}

// editProposal opens the form of the article with the proposal in it; what is too
// long for a form is shown as a file. Our own people.
func (d *Desk) editProposal(value string) error {
	r, err := d.proposed(value)
	if err != nil {
		return err
	}
	if !fitsForm(&r.Proposed.Content) {
		return d.asFile("article.by_file", r.ID, r.Latest, &r.Proposed.Content)
	}
	return d.openForm(nil, d.articleForm(proposalPrefix+value, &r.Proposed.Content))
}

// asFile shows an article as its file would be, which is a change of the nth version.
func (d *Desk) asFile(key, id string, n int, a *kb.Article) error {
	return d.Reply(Message{Title: id + ext, Text: string(kb.FormatVersion(a, n)), Footer: text.T(d.Lang(), key, "id", id)})
}

// proposalSent takes the form with the proposal. Where somebody has written another
// version meanwhile that one stands, and what was filled in is given back.
func (d *Desk) proposalSent(value string, fields map[string]string) error {
	id, on, _ := strings.Cut(value, " ")
	r, err := d.changeable(id)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(on)
	if err != nil || n < 1 || n > r.Latest || n == r.Latest && (r.Proposed == nil || r.Proposed.On != n) {
		return Refuse("refuse.proposal_gone", "id", r.ID)
	}
	v, err := d.newest(r)
	if err != nil {
		return err
	}
	base := v.Content
	if r.Proposed != nil {
		base = r.Proposed.Content
	}
	content, err := d.filledIn(base, fields)
	if err != nil {
		return err
	}
	if n != r.Latest {
		return d.asFile("article.not_saved", r.ID, n, &content)
	}
	if r, err = d.saveDraft(r, content, "edit", text.T(d.company.Language, "article.by_assistant")); err != nil {
		return err
	}
	return d.saved(r, "done.article_edited")
}

// leaveProposal lets the draft stand. Our own people.
func (d *Desk) leaveProposal(value string) error {
	r, err := d.proposed(value)
	if err != nil {
		return err
	}
	if err := d.proposalOver(r, "assist.article_left"); err != nil {
		return err
	}
	r.Proposed = nil
	return d.tx.SaveArticle(d.ctx, r)
}

// proposalOver says on the message that carries the buttons what became of it.
func (d *Desk) proposalOver(r *kb.Record, outcome string) error {
	shown, err := d.pressedOn()
	if err != nil || shown == nil || shown.Purpose != purposeArticle {
		return err
	}
	m := proposedArticle(d.Lang(), r, r.Proposed.Content)
	m.Buttons, m.Footer = nil, text.T(d.Lang(), outcome, "name", d.name(d.author()))
	_, err = d.say(Delivery{
		Kind: Update, Platform: shown.Platform, Channel: shown.Channel, User: shown.User, Incident: shown.Incident,
		Target: Ref{Delivery: shown.ID}, Purpose: purposeArticle, Message: m,
	})
	return err
}

// showProposal shows again what the assistant would write. Our own people.
func (d *Desk) showProposal(value string) error {
	r, err := d.proposed(value)
	if err != nil {
		return err
	}
	return d.Reply(proposedArticle(d.Lang(), r, r.Proposed.Content))
}
