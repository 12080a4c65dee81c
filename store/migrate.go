package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot"
	"sereno/bot/text"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migration is one step of the schema. Steps are never changed once released.
type migration struct {
	version int
	name    string
}

// steps lists the migrations in order.
func steps() ([]migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	out := make([]migration, len(names))
	for i, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		v, err := strconv.Atoi(number)
		if err != nil || v != i+1 {
			return nil, fmt.Errorf("migration %s does not carry number %d", name, i+1)
		}
		out[i] = migration{v, name}
	}
	return out, nil
}

// migrate brings the schema up to date within the transaction, which must keep
// others from doing the same. A schema that is newer than this program is left
// alone: it does not know what it would break.
func (t *tx) migrate(ctx context.Context) error {
	todo, err := steps()
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, applied BIGINT NOT NULL)`)
	if err != nil {
		return fmt.Errorf("prepare the schema: %w", err)
	}
	var version int
	err = t.get(ctx, &version, `SELECT version FROM schema_migrations ORDER BY version DESC LIMIT 1`)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if version > len(todo) {
		return text.NewError("store.newer", "found", version, "own", len(todo))
	}
	for _, m := range todo[version:] {
		script, err := migrations.ReadFile(m.name)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, t.own(string(script))); err != nil {
			return fmt.Errorf("migrate to schema version %d: %w", m.version, err)
		}
		_, err = t.exec(ctx, `INSERT INTO schema_migrations (version, applied) VALUES (?, ?)`, m.version, micros(time.Now()))
		if err != nil {
			return fmt.Errorf("migrate to schema version %d: %w", m.version, err)
		}
	}
	return nil
}

// own is a script in the words of the database.
func (d dialect) own(script string) string {
	return strings.NewReplacer(
		"{{serial}}", d.serial, "{{sequence}}", d.sequence, "{{bytes}}", d.bytes,
		"{{review_by}}", fmt.Sprintf(d.fieldMicros, "ReviewBy"), "{{asked}}", fmt.Sprintf(d.field, "Asked"),
	).Replace(script)
}
