package bot

import (
	"cmp"
	"time"

	"sereno/bot/company"
	"sereno/bot/kb"
	"sereno/bot/text"
)

// The timers of a review: its owner is reminded, then, while nobody has said that
// the article is still true, the team.
const (
	timerReview     = "kb_review"
	timerReviewTeam = "kb_review_team"
)

// reviewHour is when somebody is reminded, on the company's clock.
const reviewHour = 9

// planReview sets or takes away the reminder of the article.
func (d *Desk) planReview(r *kb.Record) error {
	if err := d.tx.CancelTimer(d.ctx, timerReviewTeam, 0, r.ID); err != nil {
		return err
	}
	if r.Asked != nil {
		if err := d.tx.SetTimer(d.ctx, d.reviewAgain(r)); err != nil {
			return err
		}
	}
	if r.Public == 0 || r.ReviewBy.IsZero() {
		return d.tx.CancelTimer(d.ctx, timerReview, 0, r.ID)
	}
	y, m, day := r.ReviewBy.Date()
	due := time.Date(y, m, day, reviewHour, 0, 0, 0, d.company.Zone)
	if due.Before(d.now) { // published late: said at once is said soon enough
		due = d.now
	}
	return d.tx.SetTimer(d.ctx, Timer{Due: due.UTC(), Kind: timerReview, Subject: r.ID, Priority: LeastPriority})
}

// reviewAgain is when the team is reminded next.
func (d *Desk) reviewAgain(r *kb.Record) Timer {
	return Timer{Due: d.remindAgain(), Kind: timerReviewTeam, Subject: r.ID, Priority: LeastPriority}
}

// reviewDue reports whether somebody should have said by now that it is still true:
// its day has come, or people who were given it say that it does not help.
func (d *Desk) reviewDue(r *kb.Record) bool { return r.Asked != nil || d.reviewDayCame(r) }

func (d *Desk) reviewDayCame(r *kb.Record) bool {
	return r.Public > 0 && !r.ReviewBy.IsZero() && !r.ReviewBy.After(d.now)
}

// articleTimer looks at a timer of the knowledge base; false when it is none.
func (d *Desk) articleTimer(t Timer) (bool, error) {
	switch t.Kind {
	case timerReview:
		return true, d.reviewFell(t.Subject, false)
	case timerReviewTeam:
		return true, d.reviewFell(t.Subject, true)
	case timerUnread:
		return true, d.unreadDue(t.Subject)
	}
	return false, nil
}

// reviewFell reminds the owner, or the team, and lets the team be reminded next.
func (d *Desk) reviewFell(id string, team bool) error {
	r, a, err := d.publicArticle(id)
	if err != nil || a == nil || !d.reviewDue(r) {
		return err
	}
	return d.askReview(r, a, team)
}

// askReview tells the owner, or the team, that the article is to be looked at, and
// lets the team be told next.
func (d *Desk) askReview(r *kb.Record, a *kb.Article, team bool) (err error) {
	told, err := d.evidenceItems(r)
	if err != nil {
		return err
	}
	owner := d.company.Person(a.Owner)
	if owner != nil && owner.Customer == nil && !team {
		err = d.tellPerson(owner, d.reviewMessage(owner.Language, r, a, "article.review_owner", owner.Name, told))
	} else {
		err = d.reviewToTeams(r, a, owner, told)
	}
	if err != nil {
		return err
	}
	return d.tx.SetTimer(d.ctx, d.reviewAgain(r))
}

// reviewToTeams posts to the owner's teams; where there is no owner, to those that
// answer for the article's products.
func (d *Desk) reviewToTeams(r *kb.Record, a *kb.Article, owner *company.Person, told []givenIn) error {
	name := text.T(d.company.Language, "card.nobody")
	var teams []*company.Team
	if owner != nil {
		name, teams = owner.Name, d.company.TeamsOf(owner)
	}
	if len(teams) == 0 {
		told, err := d.tellQuality(func(lang company.Lang) Message { return d.reviewMessage(lang, r, a, "article.review_team", name, told) })
		if told || err != nil {
			return err
		}
	}
	for _, t := range d.company.Teams {
		if len(teams) == 0 && t.Supports(a.Products) {
			teams = append(teams, t)
			break
		}
	}
	for _, t := range teams {
		if err := d.tellChannel(t, d.reviewMessage(t.Language, r, a, "article.review_team", name, told)); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) reviewMessage(lang company.Lang, r *kb.Record, a *kb.Article, key, owner string, told []givenIn) Message {
	if r.Asked != nil {
		key += "_asked"
	}
	m := Message{Title: text.T(lang, key, "id", r.ID, "title", a.Title, "day", r.ReviewBy.Format(time.DateOnly), "owner", owner)}
	if r.Asked != nil {
		m.Text = d.evidenceWords(lang, r.Asked)
		for _, g := range told {
			m.Items = append(m.Items, g.item(d, lang))
		}
		m.Footer = text.T(lang, "article.evidence_hint", "id", r.ID)
	}
	for _, b := range []string{"article_confirm", "article_show", "article_edit"} {
		if b == "article_edit" && r.Source != "" {
			continue
		}
		m.Buttons = append(m.Buttons, Button{ID: b, Label: text.T(lang, "button."+b), Value: r.ID, Primary: b == "article_confirm"})
	}
	return m
}

// ConfirmArticle says that the published version is still true, and by which day
// somebody is to look again; left out, as long from now as is usual. Our own people.
func (d *Desk) ConfirmArticle(id, day string) error {
	r, err := d.articleNamed(id)
	if err != nil {
		return err
	}
	if r.Public == 0 {
		return d.wrongState(r)
	}
	every := d.company.KB.ReviewEvery
	if every == 0 {
		every = company.DefaultKB().ReviewEvery
	}
	r.ReviewBy = d.now.Add(every).UTC().Truncate(24 * time.Hour)
	if day != "" {
		if r.ReviewBy, err = kb.ParseDay(day); err != nil || !r.ReviewBy.After(d.now) {
			return Refuse("refuse.article_day", "value", day, "example", d.now.Add(every).Format(time.DateOnly))
		}
	}
	r.ReviewedBy, r.ReviewedAt = d.author(), d.at
	if err := d.beginEvidence(r); err != nil {
		return err
	}
	if err := d.tx.SaveArticle(d.ctx, r); err != nil {
		return err
	}
	if err := d.planReview(r); err != nil {
		return err
	}
	if err := d.auditArticle("confirm", r, ""); err != nil {
		return err
	}
	return d.told("done.article_confirmed", "id", r.ID, "day", r.ReviewBy.Format(time.DateOnly))
}

// translationsOf tells those who answer for the translations of what was just
// published that they are older than it. first: nothing of it was published before,
// and its translations are of what it says now.
func (d *Desk) translationsOf(r *kb.Record, first bool) error {
	made, err := d.tx.Articles(d.ctx, ArticleQuery{Translates: r.ID})
	if err != nil {
		return err
	}
	for _, t := range made {
		switch {
		case t.Public == 0:
			continue
		case first && t.TranslatedFrom == 0:
			t.TranslatedFrom = r.Public
			if err := d.tx.SaveArticle(d.ctx, &t); err != nil {
				return err
			}
			continue
		}
		owner := d.company.Person(t.Head.Owner)
		write := func(lang company.Lang) Message {
			m := Message{Text: text.T(lang, "article.translation_old", "id", t.ID, "title", t.Head.Title, "original", r.ID)}
			for _, b := range []string{"article_show", "article_edit"} {
				if b == "article_show" || t.Source == "" {
					m.Buttons = append(m.Buttons, Button{ID: b, Label: text.T(lang, "button."+b), Value: t.ID})
				}
			}
			return m
		}
		if owner != nil && owner.Customer == nil {
			err = d.tellPerson(owner, write(owner.Language))
		} else {
			_, err = d.tellQuality(write)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// remindAgain is when whoever did not answer a reminder is reminded again.
func (d *Desk) remindAgain() time.Time {
	return d.now.Add(cmp.Or(d.company.KB.RemindEvery, company.DefaultKB().RemindEvery)).UTC()
}
