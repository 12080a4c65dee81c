package store

import (
	"cmp"
	"context"
	"slices"

	"sereno/bot"
	"sereno/bot/sla"
)

// AddMissed implements bot.MissedTx.
func (t *tx) AddMissed(ctx context.Context, m bot.Missed) error {
	_, err := t.exec(ctx, `INSERT INTO missed (team, incident, clock, cycle, own, due) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (team, incident, clock, cycle, own) DO UPDATE SET due = excluded.due`,
		m.Team, m.Incident, string(m.Clock), m.Cycle, bit(m.Own), micros(m.Due))
	return doing(err, "note a breach of incident %d that was missed", m.Incident)
}

// TakeMissed implements bot.MissedTx.
func (t *tx) TakeMissed(ctx context.Context, team string) ([]bot.Missed, error) {
	var rows []struct {
		Incident, Cycle, Own int
		Clock                string
		Due                  int64
	}
	err := t.changeAll(ctx, &rows, `DELETE FROM missed WHERE team = ? RETURNING incident, clock, cycle, own, due`, team)
	out := make([]bot.Missed, len(rows))
	for i, r := range rows {
		out[i] = bot.Missed{Team: team, Incident: r.Incident, Clock: sla.Name(r.Clock), Cycle: r.Cycle, Own: r.Own == 1, Due: instant(r.Due)}
	}
	slices.SortFunc(out, func(a, b bot.Missed) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Incident, b.Incident), cmp.Compare(a.Clock, b.Clock))
	})
	return out, doing(err, "take what team %s missed", team)
}
