package store

import (
	"context"
	"errors"
	"time"

	"sereno/bot"
)

// numbered is a row whose number is not in its document.
type numbered struct {
	ID       int64
	Revision int64
	Body     string
}

// AddSearch implements bot.KBUseTx.
func (t *tx) AddSearch(ctx context.Context, s *bot.KBSearch) error {
	body, err := document(s)
	if err == nil {
		err = t.change(ctx, &s.ID, `INSERT INTO kb_searches (incident, at, body) VALUES (?, ?, ?) RETURNING id`, s.Incident, micros(s.At), body)
	}
	return doing(err, "add a search")
}

// SaveSearch implements bot.KBUseTx.
func (t *tx) SaveSearch(ctx context.Context, s bot.KBSearch) error {
	body, err := document(s)
	if err == nil {
		err = t.must(ctx, `UPDATE kb_searches SET incident = ?, body = ? WHERE id = ?`, s.Incident, body, s.ID)
	}
	return doing(err, "save search %d", s.ID)
}

// Searches implements bot.KBUseTx.
func (t *tx) Searches(ctx context.Context, from, to time.Time, after int64, limit int) ([]bot.KBSearch, error) {
	return t.searches(ctx, `SELECT id, body FROM kb_searches WHERE at >= ? AND at < ? AND id > ? ORDER BY id LIMIT ?`,
		micros(from), microsUp(to), after, limit)
}

// SearchesOf implements bot.KBUseTx.
func (t *tx) SearchesOf(ctx context.Context, incident int) ([]bot.KBSearch, error) {
	return t.searches(ctx, `SELECT id, body FROM kb_searches WHERE incident > 0 AND incident = ? ORDER BY id`, incident)
}

func (t *tx) searches(ctx context.Context, query string, args ...any) ([]bot.KBSearch, error) {
	var rows []numbered
	err := t.list(ctx, &rows, query, args...)
	out := make([]bot.KBSearch, len(rows))
	for i, r := range rows {
		err = errors.Join(err, fromDocument(r.Body, &out[i]))
		out[i].ID = r.ID
	}
	return out, doing(err, "list searches")
}

// AddFeedback implements bot.KBUseTx.
func (t *tx) AddFeedback(ctx context.Context, f *bot.KBFeedback) error {
	n, err := t.count(ctx, "feedback")
	if err != nil {
		return doing(err, "number feedback")
	}
	body, err := document(f)
	if err == nil {
		err = t.change(ctx, &f.ID, `INSERT INTO kb_feedback (article, revision, body) VALUES (?, ?, ?) RETURNING id`, f.Article, n, body)
	}
	t.work = true
	return doing(err, "add feedback on %s", f.Article)
}

// Feedback implements bot.KBUseTx.
func (t *tx) Feedback(ctx context.Context, id int64) (*bot.KBFeedback, error) {
	var body string
	if err := t.get(ctx, &body, `SELECT body FROM kb_feedback WHERE id = ?`+t.locking(), id); err != nil {
		return nil, doing(err, "read feedback %d", id)
	}
	f := new(bot.KBFeedback)
	err := fromDocument(body, f)
	f.ID = id
	return f, err
}

// UndoFeedback implements bot.KBUseTx.
func (t *tx) UndoFeedback(ctx context.Context, id int64, by string, at time.Time) error {
	f, err := t.Feedback(ctx, id)
	if err != nil {
		return err
	}
	n, err := t.count(ctx, "feedback")
	if err != nil {
		return doing(err, "number feedback")
	}
	f.Undone, f.UndoneBy = at.UTC(), by
	body, err := document(f)
	if err == nil {
		err = t.must(ctx, `UPDATE kb_feedback SET revision = ?, body = ? WHERE id = ?`, n, body, id)
	}
	t.work = true
	return doing(err, "undo feedback %d", id)
}

// FeedbackSince implements bot.KBUseTx.
func (t *tx) FeedbackSince(ctx context.Context, revision int64) ([]bot.KBFeedback, int64, error) {
	return t.feedback(ctx, revision, `SELECT id, revision, body FROM kb_feedback WHERE revision > ? ORDER BY revision, id`, revision)
}

// FeedbackOf implements bot.KBUseTx.
func (t *tx) FeedbackOf(ctx context.Context, article string) ([]bot.KBFeedback, error) {
	out, _, err := t.feedback(ctx, 0, `SELECT id, revision, body FROM kb_feedback WHERE article = ? ORDER BY id`, article)
	return out, err
}

func (t *tx) feedback(ctx context.Context, newest int64, query string, args ...any) ([]bot.KBFeedback, int64, error) {
	var rows []numbered
	err := t.list(ctx, &rows, query, args...)
	out := make([]bot.KBFeedback, len(rows))
	for i, r := range rows {
		err = errors.Join(err, fromDocument(r.Body, &out[i]))
		out[i].ID = r.ID
		newest = max(newest, r.Revision)
	}
	return out, newest, doing(err, "list feedback")
}
