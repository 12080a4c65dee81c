package store

import (
	"cmp"
	"context"
	"slices"
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
	Priority int
}

const timerColumns = `id, due, kind, incident, subject, priority`

func (r *timerRow) timer() bot.Timer {
	return bot.Timer{ID: r.ID, Due: instant(r.Due), Kind: r.Kind, Incident: r.Incident, Subject: r.Subject, Priority: r.Priority}
}

// SetTimer implements bot.TimerTx.
func (t *tx) SetTimer(ctx context.Context, x bot.Timer) error {
	if t.held.set(x) {
		return nil
	}
	t.work = true
	return t.later(ctx, statement{
		query: `INSERT INTO timers (due, kind, incident, subject, priority) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (kind, incident, subject) DO UPDATE SET due = excluded.due, priority = excluded.priority
			WHERE timers.due <> excluded.due OR timers.priority <> excluded.priority`,
		args: []any{microsUp(x.Due), x.Kind, x.Incident, x.Subject, within(x.Priority)}, what: "set timer " + x.Kind,
	})
}

// CancelTimer implements bot.TimerTx.
func (t *tx) CancelTimer(ctx context.Context, kind string, incident int, subject string) error {
	if t.held.cancelled(incident, kind, subject) {
		return nil
	}
	return t.later(ctx, statement{
		query: `DELETE FROM timers WHERE kind = ? AND incident = ? AND subject = ?`,
		args:  []any{kind, incident, subject}, what: "cancel timer " + kind,
	})
}

// CancelTimers implements bot.TimerTx.
func (t *tx) CancelTimers(ctx context.Context, incident int, kinds ...string) error {
	t.held.forgetTimers()
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

// TakeTimers implements bot.TimerTx. It asks for each priority by itself: however
// many wait, or are due with less priority, timers_turn leads to the next.
func (t *tx) TakeTimers(ctx context.Context, now time.Time, limit int) ([]bot.Timer, error) {
	t.held.forgetTimers()
	var out []bot.Timer
	for p := 0; p <= bot.LeastPriority && len(out) < limit; p++ {
		var rows []timerRow
		// Materialized, or the planner may look for the first again and again.
		err := t.changeAll(ctx, &rows, `WITH turn AS MATERIALIZED (
				SELECT id FROM timers WHERE priority = ? AND due <= ? ORDER BY due, id LIMIT ?`+t.lockFree+`
			) DELETE FROM timers WHERE id IN (SELECT id FROM turn) RETURNING `+timerColumns,
			p, micros(now), limit-len(out))
		if err != nil {
			return nil, doing(err, "take timers")
		}
		slices.SortFunc(rows, func(a, b timerRow) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) })
		for i := range rows {
			out = append(out, rows[i].timer())
		}
	}
	return out, nil
}

// TimerAt implements bot.TimerTx.
func (t *tx) TimerAt(ctx context.Context, kind string, incident int, subject string) (*bot.Timer, error) {
	var row timerRow
	err := t.get(ctx, &row, `SELECT `+timerColumns+` FROM timers WHERE kind = ? AND incident = ? AND subject = ?`, kind, incident, subject)
	if err != nil {
		return nil, doing(err, "read timer %s", kind)
	}
	out := row.timer()
	return &out, nil
}

// PutOffTimer implements bot.TimerTx.
func (t *tx) PutOffTimer(ctx context.Context, id int64, due time.Time) error {
	t.held.forgetTimers()
	_, err := t.exec(ctx, `UPDATE timers SET due = ? WHERE id = ?`, microsUp(due), id)
	return doing(err, "put off timer %d", id)
}

// Timers implements bot.TimerTx.
func (t *tx) Timers(ctx context.Context, incident, limit int) ([]bot.Timer, error) {
	if known, ok := t.held.timersOf(incident, limit); ok {
		return known, nil
	}
	var rows []timerRow
	query, args := `SELECT `+timerColumns+` FROM timers`, []any{}
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

// TimersOf implements bot.TimerTx.
func (t *tx) TimersOf(ctx context.Context, q bot.IncidentQuery) (map[int][]bot.Timer, error) {
	found, args := t.findIncidents(`number`, q)
	var rows []timerRow
	err := t.list(ctx, &rows, `SELECT `+timerColumns+` FROM timers WHERE incident `+t.amongFew(found)+` ORDER BY incident, due, id`, args...)
	if err != nil {
		return nil, doing(err, "list the timers of incidents")
	}
	out := map[int][]bot.Timer{}
	for i := range rows {
		out[rows[i].Incident] = append(out[rows[i].Incident], rows[i].timer())
	}
	return out, nil
}
