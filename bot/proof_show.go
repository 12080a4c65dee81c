package bot

import (
	"context"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
)

// proof are the pages of an incident, oldest first.
func (d *Desk) proof(inc *incident.Incident) ([]PageRecord, error) {
	return d.tx.PagesOf(d.ctx, inc.Number)
}

// Proof shows, for each page of an incident, whom it called through what, and
// when it was accepted, delivered, seen and acted on. Our own people.
func (d *Desk) Proof(id string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	inc, err := d.lookup(id)
	if err != nil {
		return err
	}
	pages, err := d.proof(inc)
	if err != nil {
		return err
	}
	lang := d.Lang()
	m := Message{Title: text.T(lang, "proof.title", "id", inc.ID(), "n", len(pages))}
	if len(pages) == 0 {
		m.Title = text.T(lang, "proof.none", "id", inc.ID())
	}
	m.Items = d.proofItems(lang, d.zone(), pages, time.Time{})
	return d.Reply(m)
}

// proofItems is a line for each page: who, through what, and what became of it
// when. Since is what the times are counted from, the zero instant for none.
func (d *Desk) proofItems(lang company.Lang, zone *time.Location, pages []PageRecord, since time.Time) []Item {
	var out []Item
	for _, p := range pages {
		title := text.T(lang, "proof.page", "name", d.name(p.Person), "platform", p.Platform,
			"when", d.stampIn(lang, p.At, zone)+p.At.In(zone).Format(":05"), "reason", text.T(lang, "page.reason."+p.Reason))
		out = append(out, Item{Title: title, Body: d.proofLine(lang, zone, &p, since)})
	}
	return out
}

func (d *Desk) proofLine(lang company.Lang, zone *time.Location, p *PageRecord, since time.Time) string {
	if since.IsZero() {
		since = p.At
	}
	var parts []string
	for _, step := range []struct {
		key string
		at  time.Time
	}{{"accepted", p.Accepted}, {"delivered", p.Delivered}, {"seen", p.Seen}, {"acted", p.Acted}} {
		if !step.at.IsZero() {
			parts = append(parts, text.T(lang, "proof."+step.key, "when", step.at.In(zone).Format("15:04:05"), "after", took(max(step.at.Sub(since), 0))))
		}
	}
	if !p.Failed.IsZero() {
		cause := p.Cause // in the platform's words
		if key, ok := ownCauses[cause]; ok {
			cause = text.T(lang, key)
		}
		parts = append(parts, text.T(lang, "proof.failed", "when", p.Failed.In(zone).Format("15:04:05"), "cause", cause))
	}
	if len(parts) == 0 {
		parts = append(parts, text.T(lang, "proof.waiting"))
	}
	if p.Group != 0 {
		parts = append(parts, text.T(lang, "proof.group"))
	}
	return strings.Join(parts, " · ")
}

// PageState is one page in a State: the proof that it was sent.
type PageState struct {
	To       string `json:"to"`
	Platform string `json:"platform"`
	Reason   string `json:"reason"`
	Clock    string `json:"clock,omitempty"`
	// Step counts from 0, -1 is before the policy, -2 the last resort; Rule is the
	// index in the person's channels.
	Step    int  `json:"step"`
	Round   int  `json:"round"`
	Rule    int  `json:"rule"`
	Grouped bool `json:"grouped,omitempty"`
	Drill   bool `json:"drill,omitempty"`

	At        time.Time  `json:"at"`
	Accepted  *time.Time `json:"accepted,omitempty"`
	Delivered *time.Time `json:"delivered,omitempty"`
	Seen      *time.Time `json:"seen,omitempty"`
	Acted     *time.Time `json:"acted,omitempty"`
	Failed    *time.Time `json:"failed,omitempty"`
	Cause     string     `json:"cause,omitempty"`
}

func pageStates(ctx context.Context, tx Tx, inc *incident.Incident) ([]PageState, error) {
	pages, err := tx.PagesOf(ctx, inc.Number)
	out := []PageState{}
	for _, p := range pages {
		out = append(out, PageState{
			To: p.Person, Platform: p.Platform, Reason: p.Reason, Clock: p.Clock, Step: p.Step, Round: p.Round, Rule: p.Rule,
			Grouped: p.Group != 0, Drill: p.Drill, At: p.At.UTC(), Accepted: known(p.Accepted), Delivered: known(p.Delivered),
			Seen: known(p.Seen), Acted: known(p.Acted), Failed: known(p.Failed), Cause: p.Cause,
		})
	}
	return out, err
}

// known is the instant, nil for the zero instant.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
