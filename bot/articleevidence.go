package bot

import (
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// What people make of a published article puts it up for review: see company.ReviewRule.
// People are told once; a new version, or the word that it is still true, begins anew.

const (
	// maxEvidence bounds the incidents that are kept as evidence, maxEvidenceShown those
	// that are told with what customers wrote.
	maxEvidence      = 20
	maxEvidenceShown = 5
	// maxWrote bounds what is told of a customer's words, in characters.
	maxWrote = 160
)

// beginEvidence lets only what is said from now on count.
func (d *Desk) beginEvidence(r *kb.Record) error {
	all, err := d.tx.FeedbackOf(d.ctx, r.ID)
	if n := len(all); n > 0 {
		r.Weighed = max(r.Weighed, all[n-1].ID)
	}
	r.Asked = nil
	return err
}

// evidence is what was made of the article up to an answer, as it looks at an instant.
// Of an incident, what was said last counts.
func (d *Desk) evidence(r *kb.Record, all []KBFeedback, last int64, at time.Time) kb.Evidence {
	rule := d.company.KB.Review
	e := kb.Evidence{At: at.UTC(), Answer: last, Within: rule.Within}
	of := map[int]KBFeedback{}
	var tally Tally
	for _, f := range all {
		switch {
		case f.ID <= r.Weighed || f.ID > last || !f.Undone.IsZero():
		case f.Incident == 0:
			tally = tally.with(f.Outcome, 1)
		default:
			of[f.Incident] = f
		}
	}
	var given []KBFeedback
	for _, f := range of {
		tally = tally.with(f.Outcome, 1)
		given = append(given, f)
		if f.At.After(at.Add(-rule.Within)) {
			e.Recent++
		}
	}
	e.Accepted, e.Refused = tally.Solved, tally.Refused
	refused := func(f KBFeedback) int { return Tally{}.with(f.Outcome, 1).Refused }
	slices.SortFunc(given, func(a, b KBFeedback) int {
		if n := refused(b) - refused(a); n != 0 {
			return n
		}
		return b.Incident - a.Incident
	})
	for _, f := range given[:min(len(given), maxEvidence)] {
		e.Incidents = append(e.Incidents, f.Incident)
	}
	return e
}

// enough reports whether it asks for a review.
func enough(rule company.ReviewRule, e kb.Evidence) bool {
	refused := rule.Refusals > 0 && e.Refused >= rule.Refusals && float64(e.Refused) >= rule.Share*float64(e.Refused+e.Accepted)
	return refused || rule.Incidents > 0 && e.Recent >= rule.Incidents
}

// weigh asks for the review of an article of which enough was said, once.
func (d *Desk) weigh(r *kb.Record, all []KBFeedback) error {
	if r.Public == 0 || r.Asked != nil || len(all) == 0 {
		return nil
	}
	e := d.evidence(r, all, all[len(all)-1].ID, d.now)
	if !enough(d.company.KB.Review, e) {
		return nil
	}
	r.Asked = &e
	if err := d.tx.SaveArticle(d.ctx, r); err != nil {
		return err
	}
	v, err := d.tx.ArticleVersion(d.ctx, r.ID, r.Public)
	if err != nil {
		return err
	}
	return d.askReview(r, &v.Content, false)
}

// weighLess takes a review back that was asked for because of what counts no more.
func (d *Desk) weighLess(id string) error {
	r, err := d.article(id)
	if err != nil || r == nil || r.Asked == nil {
		return err
	}
	all, err := d.tx.FeedbackOf(d.ctx, id)
	if err != nil || enough(d.company.KB.Review, d.evidence(r, all, r.Asked.Answer, r.Asked.At)) {
		return err
	}
	r.Asked = nil
	if err := d.tx.SaveArticle(d.ctx, r); err != nil {
		return err
	}
	return d.planReview(r)
}

// evidenceWords say why a review was asked for.
func (d *Desk) evidenceWords(lang company.Lang, e *kb.Evidence) string {
	var out []string
	if e.Refused > 0 {
		out = append(out, text.T(lang, "article.evidence_refused", "refused", e.Refused, "n", e.Refused+e.Accepted))
	}
	if e.Recent > 0 {
		out = append(out, text.T(lang, "article.evidence_incidents", "n", e.Recent, "days", int(e.Within/(24*time.Hour))))
	}
	if ids := incidentIDs(e.Incidents); ids != "" {
		out = append(out, ids+".")
	}
	return strings.Join(out, " ")
}

// evidenceShort is that in a line among others.
func (d *Desk) evidenceShort(lang company.Lang, e *kb.Evidence) string {
	return text.T(lang, "article.evidence_since", "at", d.stampIn(lang, e.At, d.zone()), "why", d.evidenceWords(lang, e))
}

// incidentIDs names incidents, not all of many.
func incidentIDs(numbers []int) string {
	var out []string
	for _, n := range numbers[:min(len(numbers), maxEvidenceShown)] {
		out = append(out, incident.FormatID(n))
	}
	if len(numbers) > maxEvidenceShown {
		out = append(out, "…")
	}
	return strings.Join(out, ", ")
}

// givenIn is an incident in which an article was given, with what its customer wrote:
// the report, and what came after the word that the article had not helped.
type givenIn struct {
	incident      *incident.Incident
	report, after string
}

// evidenceItems are the incidents that tell most why a review was asked for.
func (d *Desk) evidenceItems(r *kb.Record) ([]givenIn, error) {
	if r.Asked == nil {
		return nil, nil
	}
	var out []givenIn
	for _, n := range r.Asked.Incidents[:min(len(r.Asked.Incidents), maxEvidenceShown)] {
		// Read as a list: who asks for one keeps others from it, and these are not changed.
		list, err := d.tx.Incidents(d.ctx, IncidentQuery{After: n - 1, Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(list) == 0 || list[0].Number != n {
			continue
		}
		history, err := d.tx.History(d.ctx, n)
		if err != nil {
			return nil, err
		}
		out = append(out, wrote(list[0], history))
	}
	return out, nil
}

func wrote(inc *incident.Incident, history []incident.Entry) givenIn {
	g := givenIn{incident: inc}
	refused := false
	for _, e := range history {
		switch words := strings.Join(strings.Fields(e.Text), " "); {
		case e.Kind == incident.EReported:
			g.report = shorten(words, maxWrote)
		case e.Kind == incident.ENeedsHelp:
			refused = true
		case e.Kind == incident.ECustomer && refused && g.after == "" && e.Value != incident.SmallTalk:
			g.after = shorten(words, maxWrote)
		}
	}
	return g
}

func (g givenIn) item(d *Desk, lang company.Lang) Item {
	out := Item{Title: g.incident.ID() + " · " + d.customerName(g.incident)}
	if g.report != "" {
		out.Body = text.T(lang, "article.quoted", "words", g.report)
	}
	if g.after != "" {
		out.Body += " " + text.T(lang, "article.evidence_then", "words", g.after)
	}
	return out
}
