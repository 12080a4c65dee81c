package store

import (
	"context"
	"errors"
	"time"

	"sereno/bot"
)

// forgetHolders is how long one that is gone is known, in microseconds: longer
// than any lease of its own may run.
const forgetHolders = int64(time.Hour / time.Microsecond)

// Alive implements bot.Store.
func (s *postgresStore) Alive(ctx context.Context, holder string, believed time.Duration) error {
	return doing(s.run(ctx, func(t *tx) error {
		now, err := s.readClock(ctx, t)
		if err != nil {
			return err
		}
		return t.alive(ctx, holder, now, believed)
	}), "say that %s lives", holder)
}

// Alive implements bot.Store: whoever else wrote this file is gone.
func (s *sqliteStore) Alive(context.Context, string, time.Duration) error { return nil }

func (t *tx) alive(ctx context.Context, holder string, now int64, believed time.Duration) error {
	_, err := t.exec(ctx, `INSERT INTO holders (name, until) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET until = excluded.until`, holder, now+max(believed, 0).Microseconds())
	if err == nil {
		_, err = t.exec(ctx, `DELETE FROM holders WHERE until < ?`, now-forgetHolders)
	}
	return err
}

// gone reports whether the holder said that it lives, and has not for too long.
func (t *tx) gone(ctx context.Context, holder string, now int64) (bool, error) {
	if !t.shared {
		return false, nil
	}
	var until int64
	err := t.get(ctx, &until, `SELECT until FROM holders WHERE name = ?`, holder)
	if errors.Is(err, bot.ErrNotFound) {
		return false, nil
	}
	return until <= now, err
}
