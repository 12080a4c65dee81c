package store

import (
	"context"
	"time"

	"sereno/bot/incident"
	"sereno/bot/rca"
)

// rcaArgs are the columns of an analysis but its number.
func rcaArgs(r *rca.Record) ([]any, error) {
	body, err := document(r)
	return []any{r.Incident, bit(r.Running()), r.Platform, r.Channel, r.Root, body}, err
}

// AddRCA implements bot.RCATx.
func (t *tx) AddRCA(ctx context.Context, r *rca.Record) error {
	n, err := t.count(ctx, "rca")
	if err != nil {
		return doing(err, "number an analysis")
	}
	r.Number = n
	args, err := rcaArgs(r)
	if err != nil {
		return doing(err, "add %s", r.ID())
	}
	_, err = t.exec(ctx, `INSERT INTO rcas (incident, running, platform, channel, root, body, number)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, append(args, n)...)
	return doing(err, "add %s", r.ID())
}

// SaveRCA implements bot.RCATx. ErrNotFound.
func (t *tx) SaveRCA(ctx context.Context, r *rca.Record) error {
	args, err := rcaArgs(r)
	if err != nil {
		return doing(err, "save %s", r.ID())
	}
	err = t.must(ctx, `UPDATE rcas SET incident = ?, running = ?, platform = ?, channel = ?, root = ?, body = ?
		WHERE number = ?`, append(args, r.Number)...)
	return doing(err, "save %s", r.ID())
}

// RCAOf implements bot.RCATx.
func (t *tx) RCAOf(ctx context.Context, number int) (*rca.Record, error) {
	var body string
	err := t.get(ctx, &body, `SELECT body FROM rcas WHERE incident = ? ORDER BY number DESC LIMIT 1`+t.locking(), number)
	if err != nil {
		return nil, doing(err, "read the analysis of %s", incident.FormatID(number))
	}
	r := new(rca.Record)
	return r, fromDocument(body, r)
}

// RCAs implements bot.RCATx: of incidents reported in [from, to), where a zero
// instant sets no bound; by number.
func (t *tx) RCAs(ctx context.Context, from, to time.Time) ([]*rca.Record, error) {
	query, args := `SELECT r.body FROM rcas r JOIN incidents i ON i.number = r.incident WHERE i.reported_at >= ?`,
		[]any{microsUp(from)}
	if !to.IsZero() {
		query, args = query+` AND i.reported_at < ?`, append(args, microsUp(to))
	}
	var bodies []string
	if err := t.list(ctx, &bodies, query+` ORDER BY r.number`, args...); err != nil {
		return nil, doing(err, "list analyses")
	}
	out := make([]*rca.Record, len(bodies))
	for n, body := range bodies {
		out[n] = new(rca.Record)
		if err := fromDocument(body, out[n]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Audit implements bot.RCATx.
func (t *tx) Audit(ctx context.Context, at time.Time, actor, action, detail string) error {
	_, err := t.exec(ctx, `INSERT INTO audit (at, actor, action, detail) VALUES (?, ?, ?, ?)`,
		micros(at), actor, action, detail)
	return doing(err, "write the audit log")
}
