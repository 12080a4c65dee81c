package store

import (
	"context"
	"errors"
	"math"

	"sereno/bot/incident"
)

// MarkSolved implements bot.SolvedTx.
func (t *tx) MarkSolved(ctx context.Context, number int) error {
	n, err := t.count(ctx, "solved")
	if err == nil {
		_, err = t.exec(ctx, `INSERT INTO solved (number, revision) VALUES (?, ?)
			ON CONFLICT (number) DO UPDATE SET revision = excluded.revision`, number, n)
	}
	return doing(err, "mark %s as solved", incident.FormatID(number))
}

// SolvedRevision implements bot.SolvedTx.
func (t *tx) SolvedRevision(ctx context.Context) (n int64, err error) {
	err = t.get(ctx, &n, `SELECT value FROM counters WHERE name = 'solved'`)
	return n, doing(err, "read the revision of what is solved")
}

// SolvedSince implements bot.SolvedTx.
func (t *tx) SolvedSince(ctx context.Context, revision int64, limit int) ([]*incident.Incident, int64, error) {
	return t.solved(ctx, revision, `SELECT s.revision AS revision, i.body AS body FROM solved s JOIN incidents i ON i.number = s.number
		WHERE s.revision > ? ORDER BY s.revision LIMIT ?`, revision, limit)
}

// SolvedBefore implements bot.SolvedTx.
func (t *tx) SolvedBefore(ctx context.Context, number, limit int) ([]*incident.Incident, error) {
	if number == 0 {
		number = math.MaxInt32
	}
	out, _, err := t.solved(ctx, 0, `SELECT s.revision AS revision, i.body AS body FROM solved s JOIN incidents i ON i.number = s.number
		WHERE s.number < ? ORDER BY s.number DESC LIMIT ?`, number, limit)
	return out, err
}

func (t *tx) solved(ctx context.Context, newest int64, query string, args ...any) ([]*incident.Incident, int64, error) {
	var rows []struct {
		Revision int64
		Body     string
	}
	err := t.list(ctx, &rows, query, args...)
	out := make([]*incident.Incident, len(rows))
	for i, r := range rows {
		out[i] = new(incident.Incident)
		err = errors.Join(err, fromDocument(r.Body, out[i]))
		newest = max(newest, r.Revision)
	}
	return out, newest, doing(err, "list what is solved")
}
