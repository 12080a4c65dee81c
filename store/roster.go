package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"time"

	"sereno/bot"
	"sereno/bot/oncall"
)

// spanRow is an override or an absence.
type spanRow struct {
	ID   int64
	Body string
}

// addSpan stores what is true in [start, end) and answers its ID.
func (t *tx) addSpan(ctx context.Context, table string, start, end time.Time, v any) (id int64, err error) {
	body, err := document(v)
	if err == nil {
		err = t.change(ctx, &id, `INSERT INTO `+table+` (starts, ends, body) VALUES (?, ?, ?) RETURNING id`,
			micros(start), micros(end), body)
	}
	return id, err
}

// spans lists what has a part in [from, to). The sign keeps SQLite from reading
// the whole table only because that is in order.
func (t *tx) spans(ctx context.Context, table string, from, to time.Time) (rows []spanRow, err error) {
	until := int64(math.MaxInt64)
	if !to.IsZero() {
		until = microsUp(to)
	}
	err = t.list(ctx, &rows, `SELECT id, body FROM `+table+` WHERE ends > ? AND starts < ? ORDER BY +id`, micros(from), until)
	return rows, err
}

// AddOverride implements bot.RosterTx.
func (t *tx) AddOverride(ctx context.Context, o *oncall.Override) (err error) {
	o.ID, err = t.addSpan(ctx, `overrides`, o.Start, o.End, o)
	return doing(err, "add an override of %s", o.Schedule)
}

// Overrides implements bot.RosterTx.
func (t *tx) Overrides(ctx context.Context, from, to time.Time) ([]oncall.Override, error) {
	rows, err := t.spans(ctx, `overrides`, from, to)
	out := make([]oncall.Override, len(rows))
	for i, r := range rows {
		err = errors.Join(err, fromDocument(r.Body, &out[i]))
		out[i].ID = r.ID
	}
	return out, doing(err, "list overrides")
}

// DropOverride implements bot.RosterTx.
func (t *tx) DropOverride(ctx context.Context, id int64) error {
	return doing(t.must(ctx, `DELETE FROM overrides WHERE id = ?`, id), "drop override %d", id)
}

// AddAbsence implements bot.RosterTx.
func (t *tx) AddAbsence(ctx context.Context, a *oncall.Absence) (err error) {
	a.ID, err = t.addSpan(ctx, `absences`, a.Start, a.End, a)
	return doing(err, "add an absence of %s", a.Person)
}

// Absences implements bot.RosterTx.
func (t *tx) Absences(ctx context.Context, from, to time.Time) ([]oncall.Absence, error) {
	rows, err := t.spans(ctx, `absences`, from, to)
	out := make([]oncall.Absence, len(rows))
	for i, r := range rows {
		err = errors.Join(err, fromDocument(r.Body, &out[i]))
		out[i].ID = r.ID
	}
	return out, doing(err, "list absences")
}

// DropAbsence implements bot.RosterTx.
func (t *tx) DropAbsence(ctx context.Context, id int64) error {
	return doing(t.must(ctx, `DELETE FROM absences WHERE id = ?`, id), "drop absence %d", id)
}

// AddSwap implements bot.RosterTx.
func (t *tx) AddSwap(ctx context.Context, s *bot.Swap) error {
	body, err := document(s)
	if err == nil {
		err = t.change(ctx, &s.ID, `INSERT INTO swaps (body) VALUES (?) RETURNING id`, body)
	}
	return doing(err, "add a swap of %s", s.Schedule)
}

// SwapAt implements bot.RosterTx.
func (t *tx) SwapAt(ctx context.Context, id int64) (*bot.Swap, error) {
	var body string
	if err := t.get(ctx, &body, `SELECT body FROM swaps WHERE id = ?`+t.locking(), id); err != nil {
		return nil, doing(err, "read swap %d", id)
	}
	s := new(bot.Swap)
	err := fromDocument(body, s)
	s.ID = id
	return s, err
}

// SwapsAsked implements bot.RosterTx. It reads the whole table, which is short: people
// swap shifts now and then.
func (t *tx) SwapsAsked(ctx context.Context, from string) ([]bot.Swap, error) {
	var rows []spanRow
	err := t.list(ctx, &rows, `SELECT id, body FROM swaps WHERE `+fmt.Sprintf(t.dialect.field, "From")+` = ? AND `+
		fmt.Sprintf(t.dialect.field, "State")+` = ? ORDER BY id`, from, bot.SwapAsked)
	out := make([]bot.Swap, len(rows))
	for i, r := range rows {
		err = errors.Join(err, fromDocument(r.Body, &out[i]))
		out[i].ID = r.ID
	}
	return out, doing(err, "list the swaps that %s asked for", from)
}

// SaveSwap implements bot.RosterTx.
func (t *tx) SaveSwap(ctx context.Context, s bot.Swap) error {
	body, err := document(s)
	if err == nil {
		err = t.must(ctx, `UPDATE swaps SET body = ? WHERE id = ?`, body, s.ID)
	}
	return doing(err, "save swap %d", s.ID)
}

// ToldOnCall implements bot.RosterTx.
func (t *tx) ToldOnCall(ctx context.Context) ([]bot.Told, error) {
	var rows []struct {
		Schedule, Person string
		Since            int64
	}
	err := t.list(ctx, &rows, `SELECT schedule, person, since FROM told_on_call ORDER BY schedule`+t.locking())
	out := make([]bot.Told, len(rows))
	for i, r := range rows {
		out[i] = bot.Told{Schedule: r.Schedule, Person: r.Person, Since: instant(r.Since)}
	}
	return out, doing(err, "list who was told to be on call")
}

// TellOnCall implements bot.RosterTx. Of two who tell at once the second waits for
// the first, whether or not the schedule had a row.
func (t *tx) TellOnCall(ctx context.Context, told bot.Told) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO told_on_call (schedule, person, since) VALUES (?, ?, ?)
		ON CONFLICT (schedule) DO UPDATE SET person = excluded.person, since = excluded.since
		WHERE told_on_call.person <> excluded.person OR told_on_call.since < excluded.since`,
		told.Schedule, told.Person, micros(told.Since))
	return n > 0, doing(err, "note who is on call on %s", told.Schedule)
}

// ForgetOnCall implements bot.RosterTx.
func (t *tx) ForgetOnCall(ctx context.Context, schedule string) error {
	return doing(t.must(ctx, `DELETE FROM told_on_call WHERE schedule = ?`, schedule), "forget who is on call on %s", schedule)
}

// PutRosterInForce implements bot.RosterTx.
func (t *tx) PutRosterInForce(ctx context.Context, document string, again bool) error {
	known := ` DO NOTHING`
	if again {
		known = ` DO UPDATE SET number = excluded.number 
			WHERE EXISTS (SELECT 1 FROM rosters x WHERE x.number > rosters.number OR x.number = rosters.number AND x.document > rosters.document)`
	}
	_, err := t.exec(ctx, `INSERT INTO rosters (document, number) SELECT ?, COALESCE(MAX(number), 0) + 1 FROM rosters WHERE 1 = 1
		ON CONFLICT (document)`+known, document)
	return doing(err, "put a roster in force")
}

// RosterInForce implements bot.RosterTx.
func (t *tx) RosterInForce(ctx context.Context) (document string, err error) {
	err = t.get(ctx, &document, `SELECT document FROM rosters ORDER BY number DESC, document DESC LIMIT 1`)
	if errors.Is(err, bot.ErrNotFound) {
		return "", nil
	}
	return document, doing(err, "read which roster is in force")
}

// Feed implements bot.RosterTx.
func (t *tx) Feed(ctx context.Context, person string) (secret string, err error) {
	err = t.get(ctx, &secret, `SELECT secret FROM feeds WHERE person = ?`, person)
	if errors.Is(err, bot.ErrNotFound) {
		// Of two who ask at once, both are answered what the first has made.
		err = t.change(ctx, &secret, `INSERT INTO feeds (person, secret) VALUES (?, ?)
			ON CONFLICT (person) DO UPDATE SET secret = feeds.secret RETURNING secret`, person, rand.Text())
	}
	return secret, doing(err, "find the feed of %s", person)
}

// NewFeed implements bot.RosterTx.
func (t *tx) NewFeed(ctx context.Context, person string) (secret string, err error) {
	err = t.change(ctx, &secret, `INSERT INTO feeds (person, secret) VALUES (?, ?)
		ON CONFLICT (person) DO UPDATE SET secret = excluded.secret RETURNING secret`, person, rand.Text())
	return secret, doing(err, "make a feed of %s", person)
}

// FeedOwner implements bot.RosterTx. The empty secret is nobody's.
func (t *tx) FeedOwner(ctx context.Context, secret string) (person string, err error) {
	err = t.get(ctx, &person, `SELECT person FROM feeds WHERE secret = ?`, secret)
	return person, doing(err, "find the owner of a feed")
}
