package store

import (
	"context"
	"crypto/rand"
	"errors"

	"sereno/bot"
)

// Secret implements bot.SecretTx.
func (t *tx) Secret(ctx context.Context, name string) (secret string, err error) {
	err = t.get(ctx, &secret, `SELECT secret FROM secrets WHERE name = ?`, name)
	if errors.Is(err, bot.ErrNotFound) {
		// Of two who ask at once, both are answered what the first has made.
		err = t.change(ctx, &secret, `INSERT INTO secrets (name, secret) VALUES (?, ?)
			ON CONFLICT (name) DO UPDATE SET secret = secrets.secret RETURNING secret`, name, rand.Text())
	}
	return secret, doing(err, "find the secret %s", name)
}
