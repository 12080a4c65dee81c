package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/kb"
)

// completeTime bounds a completion: nobody waits longer while typing.
const completeTime = time.Second

// Complete lists what a half-typed argument could be; see Inbox.
func (b *Bot) Complete(ctx context.Context, q Completion) ([]Option, error) {
	ctx, cancel := context.WithTimeout(ctx, completeTime)
	defer cancel()
	var out []Option
	err := b.Store.View(ctx, func(tx Tx) (err error) {
		now := b.Clock.Now()
		d := b.desk(ctx, readOnly{tx}, &Event{
			Platform: q.Platform, Channel: q.Channel, Thread: q.Thread, User: q.User, UserName: q.UserName,
			UserTeam: q.UserTeam, Groups: q.Groups, At: now,
		}, now)
		if err := d.recognise(); err != nil {
			return err
		}
		out, err = d.complete(q.Kind, strings.TrimSpace(q.Typed))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("complete a %s: %w", q.Kind, err)
	}
	return out[:min(len(out), maxChoices)], nil
}

// readOnly is a view in which meeting somebody leaves no trace.
type readOnly struct{ Tx }

func (readOnly) SaveContact(context.Context, Contact) error { return nil }

func (d *Desk) complete(kind ArgKind, typed string) ([]Option, error) {
	switch kind {
	case ArgIncident:
		return d.completeIncident(typed)
	case ArgPerson:
		if d.ours() {
			return d.completePerson(typed), nil
		}
	case ArgTeam:
		if d.ours() {
			return d.completeTeam(typed), nil
		}
	case ArgArticleID:
		if d.Staff() == nil {
			return d.completeArticleID(typed)
		}
	case ArgArticle:
		return d.completeArticle(typed), nil
	}
	return nil, nil
}

// maxScanned bounds how many open incidents a completion looks at: the newest.
const maxScanned = 500

// completeIncident offers open incidents: the actor's own first, then the newest.
func (d *Desk) completeIncident(typed string) ([]Option, error) {
	q := IncidentQuery{OpenOnly: true, Limit: maxScanned, Newest: true}
	switch {
	case d.ours() && d.actor.Has(company.Agent), d.ours() && d.actor.Has(company.Quality):
	case d.outside != nil && !d.ours():
		q.Customer = d.outside.Key
	default:
		return nil, nil
	}
	found, err := d.tx.Incidents(d.ctx, q)
	if err != nil {
		return nil, err
	}
	number, isID := incident.ParseID(typed)
	found = slices.DeleteFunc(found, func(inc *incident.Incident) bool {
		if isID {
			return !strings.HasPrefix(fmt.Sprint(inc.Number), fmt.Sprint(number))
		}
		return typed != "" && !contains(inc.ID()+" "+d.listLine(d.Lang(), inc)+" "+d.customerName(inc), typed)
	})
	slices.SortStableFunc(found, func(x, y *incident.Incident) int {
		return cmp.Or(-compareBool(d.mine(x), d.mine(y)), cmp.Compare(y.Number, x.Number))
	})
	var out []Option
	for _, inc := range found {
		out = append(out, Option{Value: inc.ID(), Label: shorten(inc.ID()+" · "+d.listLine(d.Lang(), inc), maxLabel)})
	}
	return out, nil
}

// maxLabel is how long the label of a choice may be on every platform.
const maxLabel = 100

func (d *Desk) mine(inc *incident.Incident) bool { return d.actor != nil && inc.Owner == d.actor.Key }

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

func (d *Desk) completePerson(typed string) []Option {
	var out []Option
	for _, p := range d.company.People {
		if p.Has(company.Agent) && contains(p.Key+" "+p.Name, typed) {
			out = append(out, Option{Value: p.Key, Label: shorten(p.Name, maxLabel)})
		}
	}
	return out
}

func (d *Desk) completeTeam(typed string) []Option {
	var out []Option
	for _, t := range d.company.Teams {
		if contains(t.Key+" "+t.Name, typed) {
			out = append(out, Option{Value: t.Key, Label: shorten(t.Name, maxLabel)})
		}
	}
	return out
}

func (d *Desk) completeArticle(typed string) []Option {
	if typed == "" || !d.ours() && d.outside == nil {
		return nil
	}
	q := kb.Query{Text: typed, Language: d.Lang()}
	if !d.ours() {
		q.Customer = d.outside.Key
	}
	var out []Option
	for _, s := range d.bot.Articles.Search(q) {
		title := shorten(s.Article.Title, maxLabel)
		out = append(out, Option{Value: title, Label: title})
	}
	return out
}

// completeArticleID offers articles by id or title, the archived last.
func (d *Desk) completeArticleID(typed string) ([]Option, error) {
	all, err := d.tx.Articles(d.ctx, ArticleQuery{})
	var out []Option
	for _, archived := range []bool{false, true} {
		for _, r := range all {
			if (r.State == kb.Archived) == archived && contains(r.ID+" "+r.Head.Title, typed) {
				out = append(out, Option{Value: r.ID, Label: shorten(r.Head.Title, maxLabel)})
			}
		}
	}
	return out, err
}

func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}
