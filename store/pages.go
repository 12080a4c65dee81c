package store

import (
	"context"
	"fmt"
	"time"

	"sereno/bot"
)

// pageArgs are the columns of a page, in the order of the statements below. All
// of it is in the document.
func pageArgs(p *bot.PageRecord) ([]any, error) {
	body, err := document(p)
	return []any{p.Incident, p.Person, p.Delivery, p.Group, micros(p.At), bit(open(p)), body}, err
}

// open reports whether the page has a message of its own into which others may be put.
func open(p *bot.PageRecord) bool { return p.Group == 0 && p.Acted.IsZero() && p.Failed.IsZero() }

// AddPage implements bot.PageTx.
func (t *tx) AddPage(ctx context.Context, p *bot.PageRecord) error {
	args, err := pageArgs(p)
	if err != nil {
		return doing(err, "add a page of %s", p.Person)
	}
	p.ID, err = t.insert(ctx, "pages", "id", "incident, person, delivery, put_into, at, open, body", "add a page of "+p.Person, args...)
	if err == nil {
		t.held.page(p)
	}
	return err
}

// SavePage implements bot.PageTx.
func (t *tx) SavePage(ctx context.Context, p bot.PageRecord) error {
	args, err := pageArgs(&p)
	if err == nil && t.shared && p.Group == 0 && !open(&p) { // nobody puts another into it while it is being closed
		err = t.later(ctx, statement{query: `SELECT id FROM pages WHERE id = ?` + t.lock, args: []any{p.ID}})
	}
	if err != nil {
		return doing(err, "save page %d", p.ID)
	}
	t.held.page(&p)
	return t.later(ctx, statement{
		query: `UPDATE pages SET incident = ?, person = ?, delivery = ?, put_into = ?, at = ?, open = ?, body = ? WHERE id = ?`,
		args:  append(args, p.ID), must: true, what: fmt.Sprintf("save page %d", p.ID),
	})
}

type pageRow struct {
	ID   int64
	Body string
}

func (r *pageRow) page() (p bot.PageRecord, err error) {
	err = fromDocument(r.Body, &p)
	p.ID = r.ID
	return p, err
}

// page reads the page that the condition finds and keeps it by the lock, in an Update.
func (t *tx) page(ctx context.Context, lock, condition string, args ...any) (*bot.PageRecord, error) {
	var r pageRow
	if t.readOnly {
		lock = ""
	}
	if err := t.get(ctx, &r, `SELECT id, body FROM pages WHERE `+condition+lock, args...); err != nil {
		return nil, err
	}
	p, err := r.page()
	return &p, err
}

// pages reads the pages that the condition finds.
func (t *tx) pages(ctx context.Context, condition string, args ...any) ([]bot.PageRecord, error) {
	var rows []pageRow
	if err := t.list(ctx, &rows, `SELECT id, body FROM pages WHERE `+condition, args...); err != nil {
		return nil, err
	}
	out := make([]bot.PageRecord, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].page(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PageAt implements bot.PageTx.
func (t *tx) PageAt(ctx context.Context, id int64) (*bot.PageRecord, error) {
	p, err := t.page(ctx, t.lockRow, `id = ?`, id)
	return p, doing(err, "read page %d", id)
}

// PageBy implements bot.PageTx.
func (t *tx) PageBy(ctx context.Context, delivery int64) (*bot.PageRecord, error) {
	p, err := t.page(ctx, t.lockRow, `delivery = ? AND delivery > 0 AND put_into = 0 ORDER BY id LIMIT 1`, delivery)
	return p, doing(err, "read the page of delivery %d", delivery)
}

// PagesFor implements bot.PageTx.
func (t *tx) PagesFor(ctx context.Context, deliveries ...int64) ([]bot.PageRecord, error) {
	if len(deliveries) == 0 {
		return nil, nil
	}
	lock := t.lockRow
	if t.readOnly {
		lock = ""
	}
	own, err := t.pages(ctx, `delivery`+t.oneOf+` AND delivery > 0 AND put_into = 0 ORDER BY id`+lock, among(t, deliveries))
	if err != nil || len(own) == 0 {
		return nil, doing(err, "read the pages of deliveries")
	}
	ids := make([]int64, len(own))
	for i, p := range own {
		ids[i] = p.ID
	}
	put, err := t.pages(ctx, `put_into`+t.oneOf+` AND put_into > 0 ORDER BY put_into, id`, among(t, ids))
	if err != nil {
		return nil, doing(err, "list the pages in the pages of deliveries")
	}
	out := make([]bot.PageRecord, 0, len(own)+len(put))
	for _, p := range own {
		out = append(out, p)
		for len(put) > 0 && put[0].Group == p.ID {
			out, put = append(out, put[0]), put[1:]
		}
	}
	return out, nil
}

// PagesIn implements bot.PageTx.
func (t *tx) PagesIn(ctx context.Context, page int64, limit int) ([]bot.PageRecord, error) {
	query, args := `put_into = ? AND put_into > 0 ORDER BY id`, []any{page}
	if limit > 0 {
		query, args = query+` LIMIT ?`, append(args, limit)
	}
	ps, err := t.pages(ctx, query, args...)
	return ps, doing(err, "list the pages in page %d", page)
}

// PagesOf implements bot.PageTx.
func (t *tx) PagesOf(ctx context.Context, incident int) ([]bot.PageRecord, error) {
	if known, ok := t.held.pagesOf(incident); ok {
		return known, nil
	}
	ps, err := t.pages(ctx, `incident = ? ORDER BY id`, incident)
	return ps, doing(err, "list the pages of an incident")
}

// PagesBetween implements bot.PageTx.
func (t *tx) PagesBetween(ctx context.Context, from, to time.Time) ([]bot.PageRecord, error) {
	ps, err := t.pages(ctx, `at >= ? AND at < ? ORDER BY at, id`, microsUp(from), microsUp(to))
	return ps, doing(err, "list pages")
}

// OpenPage implements bot.PageTx.
func (t *tx) OpenPage(ctx context.Context, person string, since time.Time) (*bot.PageRecord, error) {
	p, err := t.page(ctx, t.lockKey, `open = 1 AND person = ? AND at >= ? ORDER BY at DESC, id DESC LIMIT 1`, person, microsUp(since))
	return p, doing(err, "find the open page of %s", person)
}
