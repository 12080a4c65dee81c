package store

import (
	"context"

	"sereno/bot"
	"sereno/bot/incident"
)

type entryRow struct {
	Seq                                    int64
	Incident                               int
	At, Recorded                           int64
	Kind, Actor, Text, Value, Old, Message string
}

const entryColumns = `seq, incident, at, recorded, kind, actor, text, value, old, message`

func (r *entryRow) entry() incident.Entry {
	return incident.Entry{
		Seq: r.Seq, At: instant(r.At), Recorded: instant(r.Recorded), Kind: incident.EntryKind(r.Kind),
		Actor: r.Actor, Text: r.Text, Value: r.Value, Old: r.Old, Message: r.Message,
	}
}

// AddEntry implements bot.IncidentTx. The Seq of e is given by the store.
func (t *tx) AddEntry(ctx context.Context, number int, e incident.Entry) error {
	r := entryRow{
		Incident: number, At: micros(e.At), Recorded: micros(e.Recorded), Kind: string(e.Kind), Actor: e.Actor,
		Text: e.Text, Value: e.Value, Old: e.Old, Message: e.Message,
	}
	var err error
	r.Seq, err = t.insert(ctx, "entries", "seq", "incident, at, recorded, kind, actor, text, value, old, message",
		"add to the history of "+incident.FormatID(number),
		r.Incident, r.At, r.Recorded, r.Kind, r.Actor, r.Text, r.Value, r.Old, r.Message)
	if err == nil {
		t.held.added(&r)
	}
	return err
}

// History implements bot.IncidentTx.
func (t *tx) History(ctx context.Context, number int) ([]incident.Entry, error) {
	if known, ok := t.held.historyOf(number); ok {
		return known, nil
	}
	var rows []entryRow
	err := t.list(ctx, &rows, `SELECT `+entryColumns+` FROM entries WHERE incident = ? ORDER BY at, seq`, number)
	if err != nil {
		return nil, doing(err, "read the history of %s", incident.FormatID(number))
	}
	out := make([]incident.Entry, len(rows))
	for i := range rows {
		out[i] = rows[i].entry()
	}
	return out, nil
}

// Histories implements bot.IncidentTx.
func (t *tx) Histories(ctx context.Context, q bot.IncidentQuery) (map[int][]incident.Entry, error) {
	found, args := t.findIncidents(`number`, q)
	var rows []entryRow
	err := t.list(ctx, &rows, `SELECT `+entryColumns+` FROM entries
		WHERE incident `+t.amongFew(found)+` ORDER BY incident, at, seq`, args...)
	if err != nil {
		return nil, doing(err, "read the histories of incidents")
	}
	out := map[int][]incident.Entry{}
	for i := range rows {
		n := rows[i].Incident
		out[n] = append(out[n], rows[i].entry())
	}
	return out, nil
}

// DropEntries implements bot.IncidentTx. An empty message names no entry.
func (t *tx) DropEntries(ctx context.Context, number int, message string) error {
	t.held.forgetHistory(number)
	_, err := t.exec(ctx, `DELETE FROM entries WHERE incident = ? AND message = ? AND message <> ''`, number, message)
	return doing(err, "drop entries of %s", incident.FormatID(number))
}

// EraseEntries implements bot.IncidentTx. An empty message names no entry.
func (t *tx) EraseEntries(ctx context.Context, number int, message string) error {
	t.held.forgetHistory(number)
	_, err := t.exec(ctx, `UPDATE entries SET text = '', old = ''
		WHERE incident = ? AND message = ? AND message <> ''`, number, message)
	return doing(err, "erase entries of %s", incident.FormatID(number))
}
