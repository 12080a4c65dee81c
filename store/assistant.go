package store

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"sereno/bot"
)

type jobRow struct {
	ID            int64
	Kind, Subject string
	Incident      int
	Due           int64
	Tries         int
	Body          string
}

// AddJob implements bot.AssistantTx. A worker that has the one before does not
// end this one: it has another number.
func (t *tx) AddJob(ctx context.Context, j *bot.Job) error {
	_, err := t.exec(ctx, `DELETE FROM jobs WHERE kind = ? AND subject = ?`, j.Kind, j.Subject)
	if err == nil {
		j.ID = rand.Int64() // SQLite would give the number of the one that has just gone
		_, err = t.exec(ctx, `INSERT INTO jobs (id, kind, subject, incident, due, tries, body) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			j.ID, j.Kind, j.Subject, j.Incident, microsUp(j.Due), j.Tries, j.Body)
	}
	t.work = true
	return doing(err, "add job %s %s", j.Kind, j.Subject)
}

// TakeJobs implements bot.AssistantTx.
func (t *tx) TakeJobs(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]bot.Job, error) {
	var rows []jobRow
	err := t.changeAll(ctx, &rows, `WITH turn AS MATERIALIZED (
			SELECT id FROM jobs WHERE due <= ? ORDER BY due, id LIMIT ?`+t.lockFree+`
		) UPDATE jobs SET due = ?, tries = tries + 1 WHERE id IN (SELECT id FROM turn)
		RETURNING id, kind, subject, incident, due, tries, body`, micros(now), limit, microsUp(now.Add(lease)))
	if err != nil {
		return nil, doing(err, "take jobs")
	}
	slices.SortFunc(rows, func(a, b jobRow) int { return cmp.Compare(a.ID, b.ID) }) // an order, whichever
	out := make([]bot.Job, len(rows))
	for i, r := range rows {
		out[i] = bot.Job{ID: r.ID, Kind: r.Kind, Subject: r.Subject, Incident: r.Incident, Body: r.Body, Due: instant(r.Due), Tries: r.Tries - 1}
	}
	return out, nil
}

// JobDone implements bot.AssistantTx.
func (t *tx) JobDone(ctx context.Context, id int64) error {
	return doing(t.must(ctx, `DELETE FROM jobs WHERE id = ?`, id), "end job %d", id)
}

// PutOffJob implements bot.AssistantTx.
func (t *tx) PutOffJob(ctx context.Context, id int64, until time.Time) error {
	return doing(t.must(ctx, `UPDATE jobs SET due = ? WHERE id = ?`, microsUp(until), id), "put job %d off", id)
}

// AddCall implements bot.AssistantTx.
func (t *tx) AddCall(ctx context.Context, c bot.Call) error {
	body, err := document(c)
	if err == nil {
		_, err = t.exec(ctx, `INSERT INTO assistant_calls (at, customer, tokens, cost, body) VALUES (?, ?, ?, ?, ?)`,
			micros(c.At), c.Customer, c.TokensIn+c.TokensOut, c.Cost, body)
	}
	return doing(err, "add a call of the assistant")
}

// Calls implements bot.AssistantTx.
func (t *tx) Calls(ctx context.Context, from, to time.Time, limit int) ([]bot.Call, error) {
	var bodies []string
	err := t.list(ctx, &bodies, `SELECT body FROM assistant_calls WHERE at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?`,
		micros(from), microsUp(to), limit)
	out := make([]bot.Call, len(bodies))
	for i, body := range bodies {
		err = errors.Join(err, fromDocument(body, &out[len(bodies)-1-i]))
	}
	return out, doing(err, "list calls of the assistant")
}

// Spent implements bot.AssistantTx.
func (t *tx) Spent(ctx context.Context, customer string, from, to time.Time) (out bot.Spending, err error) {
	query, args := `SELECT COALESCE(SUM(tokens), 0) AS tokens, COALESCE(SUM(cost), 0.0) AS cost FROM assistant_calls WHERE at >= ? AND at < ?`, []any{micros(from), microsUp(to)}
	if customer != "" {
		query, args = query+` AND customer <> '' AND customer = ?`, append(args, customer)
	}
	err = t.get(ctx, &out, query, args...)
	return out, doing(err, "sum the calls of the assistant")
}
