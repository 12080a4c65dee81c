package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"

	"sereno/bot"
	"sereno/bot/text"
)

// Snapshot reads a store that another process may be serving, and changes
// nothing: it takes no lock, makes no table and brings none up to date.
type Snapshot struct {
	db      *sqlx.DB
	dialect dialect
	options *sql.TxOptions
}

// OpenSnapshot opens the store at the address, as Open names it, to read. One
// whose tables are not those of this program is refused.
func OpenSnapshot(ctx context.Context, dsn string) (*Snapshot, error) {
	s, place, err := snapshotOf(dsn)
	if err != nil {
		return nil, err
	}
	if err := s.known(ctx); err != nil {
		return nil, errors.Join(text.WrapError(err, "store.unread", "place", place), s.Close())
	}
	return s, nil
}

// snapshotOf opens it; place names it for people.
func snapshotOf(dsn string) (s *Snapshot, place any, err error) {
	if isPostgres(dsn) {
		config, err := pgx.ParseConfig(dsn)
		if err != nil { // the cause quotes the address, which may hold a password
			return nil, nil, text.NewError("store.not_postgres")
		}
		db := sqlx.NewDb(stdlib.OpenDB(*config), "pgx")
		db.SetMaxOpenConns(1)
		options := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
		return &Snapshot{db, postgresDialect, options}, text.NewError("store.postgres", "name", config.Database, "host", config.Host), nil
	}
	path := sqlitePath(dsn)
	if path == memory {
		return nil, nil, text.NewError("store.memory")
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, text.NewError("store.none", "path", path)
	}
	wait := fmt.Sprintf("busy_timeout(%d)", lockWait.Milliseconds())
	db, err := sqlx.Open("sqlite", fileURI(path, url.Values{"mode": {"ro"}, "_pragma": {wait, "query_only(1)", "temp_store(MEMORY)"}}))
	if err != nil {
		return nil, nil, text.WrapError(err, "store.unopened", "place", path)
	}
	db.SetMaxOpenConns(1)
	return &Snapshot{db, sqliteDialect, nil}, path, nil
}

// known refuses a schema that is not this program's.
func (s *Snapshot) known(ctx context.Context) error {
	todo, err := steps()
	if err != nil {
		return err
	}
	return s.View(ctx, func(b bot.Tx) error {
		var version int
		if err := own(b).get(ctx, &version, `SELECT version FROM schema_migrations ORDER BY version DESC LIMIT 1`); err != nil {
			if !errors.Is(err, bot.ErrUnavailable) {
				err = text.WrapError(err, "store.not_ours")
			}
			return err
		}
		if version != len(todo) {
			return text.NewError("store.version", "found", version, "own", len(todo))
		}
		return nil
	})
}

// View runs fn on a consistent snapshot. Writing in it is an error.
func (s *Snapshot) View(ctx context.Context, fn func(tx bot.Tx) error) error {
	return view(ctx, s.db, s.dialect, s.options, fn)
}

// Close lets go of the database.
func (s *Snapshot) Close() error { return s.db.Close() }
