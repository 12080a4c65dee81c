package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"sereno/bot"
)

// AddGap implements bot.KBUseTx.
func (t *tx) AddGap(ctx context.Context, g *bot.KBGap) error {
	sum := sha256.Sum256([]byte(fmt.Sprint(g.Searches)))
	body, err := document(g)
	if err == nil {
		err = t.change(ctx, &g.ID, `INSERT INTO kb_gaps (key, dismissed, body) VALUES (?, 0, ?)
			ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING id`, hex.EncodeToString(sum[:]), body)
	}
	return doing(err, "add a gap")
}

// Gap implements bot.KBUseTx.
func (t *tx) Gap(ctx context.Context, id int64) (*bot.KBGap, error) {
	var body string
	if err := t.get(ctx, &body, `SELECT body FROM kb_gaps WHERE id = ?`+t.locking(), id); err != nil {
		return nil, doing(err, "read gap %d", id)
	}
	g := new(bot.KBGap)
	err := fromDocument(body, g)
	g.ID = id
	return g, err
}

// SaveGap implements bot.KBUseTx.
func (t *tx) SaveGap(ctx context.Context, g bot.KBGap) error {
	dismissed := int64(0)
	if !g.Dismissed.IsZero() {
		dismissed = micros(g.Dismissed)
	}
	body, err := document(g)
	if err == nil {
		err = t.must(ctx, `UPDATE kb_gaps SET dismissed = ?, body = ? WHERE id = ?`, dismissed, body, g.ID)
	}
	return doing(err, "save gap %d", g.ID)
}

// DismissedGaps implements bot.KBUseTx.
func (t *tx) DismissedGaps(ctx context.Context, from time.Time) ([]bot.KBGap, error) {
	var rows []numbered
	err := t.list(ctx, &rows, `SELECT id, body FROM kb_gaps WHERE dismissed > 0 AND dismissed >= ? ORDER BY dismissed DESC, id DESC`, micros(from))
	out := make([]bot.KBGap, len(rows))
	for i, r := range rows {
		err = errors.Join(err, fromDocument(r.Body, &out[i]))
		out[i].ID = r.ID
	}
	return out, doing(err, "list dismissed gaps")
}
