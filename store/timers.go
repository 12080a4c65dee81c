package store

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"sereno/bot"
)

type timerRow struct {
	ID       int64
	Due      int64
	Kind     string
	Incident int
	Subject  string
}

func (r *timerRow) timer() bot.Timer {
	return bot.Timer{ID: r.ID, Due: instant(r.Due), Kind: r.Kind, Incident: r.Incident, Subject: r.Subject}
}

// SetTimer implements bot.TimerTx.
func (t *tx) SetTimer(ctx context.Context, x bot.Timer) error {
	_, err := t.exec(ctx, `INSERT INTO timers (due, kind, incident, subject) VALUES (?, ?, ?, ?)
		ON CONFLICT (kind, incident, subject) DO UPDATE SET due = excluded.due`,
		microsUp(x.Due), x.Kind, x.Incident, x.Subject)
	t.work = true
	return doing(err, "set timer %s", x.Kind)
}

// CancelTimer implements bot.TimerTx.
func (t *tx) CancelTimer(ctx context.Context, kind string, incident int, subject string) error {
	_, err := t.exec(ctx, `DELETE FROM timers WHERE kind = ? AND incident = ? AND subject = ?`, kind, incident, subject)
	return doing(err, "cancel timer %s", kind)
}

// CancelTimers implements bot.TimerTx.
func (t *tx) CancelTimers(ctx context.Context, incident int, kinds ...string) error {
	query, args := `DELETE FROM timers WHERE incident = ?`, []any{incident}
	if len(kinds) > 0 {
		var err error
		query, args, err = sqlx.In(query+` AND kind IN (?)`, incident, kinds)
		if err != nil {
			return doing(err, "cancel timers")
		}
	}
	_, err := t.exec(ctx, query, args...)
	return doing(err, "cancel timers")
}

// TakeTimer implements bot.TimerTx.
func (t *tx) TakeTimer(ctx context.Context, now time.Time) (*bot.Timer, error) {
	var r timerRow
	err := t.change(ctx, &r, `DELETE FROM timers WHERE id = (
		SELECT id FROM timers WHERE due <= ? ORDER BY due, id LIMIT 1`+t.lockFree+`
	) RETURNING id, due, kind, incident, subject`, micros(now))
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, doing(err, "take timer")
	}
	x := r.timer()
	return &x, nil
}

// Timers implements bot.TimerTx.
func (t *tx) Timers(ctx context.Context, incident, limit int) ([]bot.Timer, error) {
	var rows []timerRow
	query, args := `SELECT id, due, kind, incident, subject FROM timers`, []any{}
	if incident != 0 {
		query, args = query+` WHERE incident = ?`, append(args, incident)
	}
	query += ` ORDER BY due, id`
	if limit > 0 {
		query, args = query+` LIMIT ?`, append(args, limit)
	}
	if err := t.list(ctx, &rows, query, args...); err != nil {
		return nil, doing(err, "list timers")
	}
	out := make([]bot.Timer, len(rows))
	for i := range rows {
		out[i] = rows[i].timer()
	}
	return out, nil
}
