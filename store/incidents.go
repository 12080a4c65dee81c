package store

import (
	"context"
	"slices"
	"strings"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/bot/sla"
)

// incidentArgs are the columns of an incident but its number, in the order of
// the statements below. The whole of it is in the document, so that a field
// that joins the type is kept without a migration.
func incidentArgs(i *incident.Incident) ([]any, error) {
	body, err := document(i)
	heard := i.Open() || i.Status == incident.Resolved
	return []any{
		bit(i.Open() && i.Escalation.Pending()),
		i.Customer, i.Team, i.Owner, string(i.Status), bit(i.Open()), bit(heard),
		i.Platform, i.Channel, i.Root, i.Card.Platform, i.Card.Channel, i.Card.Delivery, micros(i.ReportedAt), body,
	}, err
}

// AddIncident implements bot.IncidentTx.
func (t *tx) AddIncident(ctx context.Context, i *incident.Incident) error {
	n, err := t.count(ctx, "incident")
	if err != nil {
		return doing(err, "number an incident")
	}
	i.Number = n
	args, err := incidentArgs(i)
	if err != nil {
		return doing(err, "add %s", i.ID())
	}
	_, err = t.exec(ctx, `INSERT INTO incidents
		(pending, customer, team, owner, status, open, heard, platform, channel, root, card_platform, card_channel, card,
			reported_at, body, number)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, append(args, n)...)
	return doing(err, "add %s", i.ID())
}

// count takes the next number; others wait for theirs until the transaction
// ends, which is what leaves no gaps.
func (t *tx) count(ctx context.Context, name string) (n int, err error) {
	err = t.change(ctx, &n, `UPDATE counters SET value = value + 1 WHERE name = ? RETURNING value`, name)
	return n, err
}

// Incident implements bot.IncidentTx.
func (t *tx) Incident(ctx context.Context, number int) (*incident.Incident, error) {
	if h := t.held[number]; h != nil {
		i := new(incident.Incident)
		return i, fromDocument(h.body, i)
	}
	var body string
	if err := t.get(ctx, &body, `SELECT body FROM incidents WHERE number = ?`+t.locking(), number); err != nil {
		return nil, doing(err, "read %s", incident.FormatID(number))
	}
	return incidentFrom(body)
}

// incidentFrom reads an incident's document. Where a verdict has no excuse, an
// earlier version wrote an empty one.
func incidentFrom(body string) (*incident.Incident, error) {
	i := new(incident.Incident)
	err := fromDocument(body, i)
	for n := range i.Verdicts {
		if c := &i.Verdicts[n].Clock; c.Excuse != nil && *c.Excuse == (sla.Excuse{}) {
			c.Excuse = nil
		}
	}
	return i, err
}

// restAsItWas holds where no column but pending would change.
const restAsItWas = ` AND customer = ? AND team = ? AND owner = ? AND status = ? AND open = ? AND heard = ?
	AND platform = ? AND channel = ? AND root = ? AND card_platform = ? AND card_channel = ? AND card = ? AND reported_at = ?`

// saveIncident sets every column.
const saveIncident = `UPDATE incidents SET pending = ?, customer = ?, team = ?, owner = ?, status = ?, open = ?, heard = ?,
	platform = ?, channel = ?, root = ?, card_platform = ?, card_channel = ?, card = ?, reported_at = ?, body = ?
	WHERE number = ?`

// SaveIncident implements bot.IncidentTx. ErrNotFound. Most changes are to the
// document alone, others begin or end a paging: a database would renew the indexes
// of every column that is set.
func (t *tx) SaveIncident(ctx context.Context, i *incident.Incident) error {
	args, err := incidentArgs(i)
	if err != nil {
		return doing(err, "save %s", i.ID())
	}
	body, columns := args[len(args)-1], args[:len(args)-1]
	if h := t.held[i.Number]; h != nil {
		return t.saveHeld(ctx, h, i, args)
	}
	n, err := t.exec(ctx, `UPDATE incidents SET body = ? WHERE number = ? AND pending = ?`+restAsItWas,
		slices.Concat([]any{body, i.Number}, columns)...)
	if n == 0 && err == nil {
		n, err = t.exec(ctx, `UPDATE incidents SET body = ?, pending = ? WHERE number = ?`+restAsItWas,
			slices.Concat([]any{body, columns[0], i.Number}, columns[1:])...)
	}
	if n == 0 && err == nil {
		err = t.must(ctx, saveIncident, append(args, i.Number)...)
	}
	return doing(err, "save %s", i.ID())
}

// Incidents implements bot.IncidentTx.
func (t *tx) Incidents(ctx context.Context, q bot.IncidentQuery) ([]*incident.Incident, error) {
	found, args := t.findIncidents(`body`, q)
	var bodies []string
	if err := t.list(ctx, &bodies, found, args...); err != nil {
		return nil, doing(err, "list incidents")
	}
	out := make([]*incident.Incident, len(bodies))
	for n, body := range bodies {
		var err error
		if out[n], err = incidentFrom(body); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// findIncidents is the SQL for a column of the incidents that the query finds,
// by number.
func (t *tx) findIncidents(column string, q bot.IncidentQuery) (query string, args []any) {
	where := []string{`number > ?`}
	args = []any{q.After}
	narrow := func(condition string, arg any) {
		where, args = append(where, condition), append(args, arg)
	}
	if q.Numbers != nil {
		narrow(`number`+t.oneOf, among(t, q.Numbers))
	}
	if q.Customer != "" {
		narrow(`customer = ?`, q.Customer)
	}
	if q.Team != "" {
		narrow(`team = ?`, q.Team)
	}
	if q.Owner != "" {
		narrow(`owner <> '' AND owner = ?`, q.Owner)
	}
	if q.OpenOnly {
		where = append(where, `open = 1`)
	}
	if q.Pending {
		where = append(where, `pending = 1`)
	}
	if !q.From.IsZero() {
		narrow(`reported_at >= ?`, microsUp(q.From))
	}
	if !q.To.IsZero() {
		narrow(`reported_at < ?`, microsUp(q.To))
	}
	query = `SELECT ` + column + ` FROM incidents WHERE ` + strings.Join(where, ` AND `) + ` ORDER BY number`
	if q.Newest {
		query += ` DESC`
	}
	if q.Limit > 0 {
		query, args = query+` LIMIT ?`, append(args, q.Limit)
	}
	return query, args
}
