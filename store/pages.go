package store

import (
	"context"
	"time"

	"sereno/bot"
)

// pageArgs are the columns of a page, in the order of the statements below. All
// of it is in the document.
func pageArgs(p *bot.PageRecord) ([]any, error) {
	body, err := document(p)
	open := p.Group == 0 && p.Acted.IsZero() && p.Failed.IsZero()
	return []any{p.Incident, p.Person, p.Delivery, p.Group, micros(p.At), bit(open), body}, err
}

// AddPage implements bot.PageTx.
func (t *tx) AddPage(ctx context.Context, p *bot.PageRecord) error {
	args, err := pageArgs(p)
	if err == nil {
		err = t.change(ctx, &p.ID, `INSERT INTO pages (incident, person, delivery, put_into, at, open, body)
			VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`, args...)
	}
	return doing(err, "add a page of %s", p.Person)
}

// SavePage implements bot.PageTx.
func (t *tx) SavePage(ctx context.Context, p bot.PageRecord) error {
	args, err := pageArgs(&p)
	if err == nil {
		err = t.must(ctx, `UPDATE pages SET incident = ?, person = ?, delivery = ?, put_into = ?, at = ?, open = ?, body = ?
			WHERE id = ?`, append(args, p.ID)...)
	}
	return doing(err, "save page %d", p.ID)
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

// page reads the page that the condition finds.
func (t *tx) page(ctx context.Context, condition string, args ...any) (*bot.PageRecord, error) {
	var r pageRow
	if err := t.get(ctx, &r, `SELECT id, body FROM pages WHERE `+condition+t.locking(), args...); err != nil {
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
	p, err := t.page(ctx, `id = ?`, id)
	return p, doing(err, "read page %d", id)
}

// PageBy implements bot.PageTx.
func (t *tx) PageBy(ctx context.Context, delivery int64) (*bot.PageRecord, error) {
	p, err := t.page(ctx, `delivery = ? AND delivery > 0 AND put_into = 0 ORDER BY id LIMIT 1`, delivery)
	return p, doing(err, "read the page of delivery %d", delivery)
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
	p, err := t.page(ctx, `open = 1 AND person = ? AND at >= ? ORDER BY at DESC, id DESC LIMIT 1`, person, microsUp(since))
	return p, doing(err, "find the open page of %s", person)
}
