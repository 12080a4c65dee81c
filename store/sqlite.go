package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"sereno/bot"
	"sereno/bot/text"
)

const (
	// readers is how many views a file serves at once.
	readers = 4
	// lockWait is how long a lock held by another program (a backup, a shell) is
	// waited for; a platform that waits for our acknowledgement gives up after 3 s.
	lockWait = time.Second
)

var sqliteDialect = dialect{
	bind:     sqlx.QUESTION,
	serial:   "INTEGER PRIMARY KEY",
	sequence: "INTEGER PRIMARY KEY", // the row's own number: there is no index
	bytes:    "BLOB",
	field:    "json_extract(body, '$.%s')",
	// A day, which has no fractions.
	fieldMicros: "(CAST(strftime('%%s', json_extract(body, '$.%s')) AS INTEGER) * 1000000)",
	oneOf:       " IN (SELECT value FROM json_each(?))",
	records: `(SELECT value ->> 'id' AS id, value ->> 'at' AS at, value ->> 'channel' AS channel, value ->> 'message' AS message
		FROM json_each(?))`,
	failure: sqliteFailure,
	// Overwriting a piece takes as long as writing it, and everybody waits for it.
	dropAtOnce: 1,
}

// sqliteFailure: these codes are about the disk and its locks, not about the
// statement, and SQLite may have rolled back by itself when it gives them.
func sqliteFailure(err error) failure {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return plain
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL,
		sqlite3.SQLITE_INTERRUPT:
		return unavailable
	}
	return plain
}

// passing reports whether the failure is a lock or a full disk.
func passing(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL:
		return true
	}
	return false
}

// sqliteStore is a SQLite database that belongs to this process: one
// connection writes, several read.
type sqliteStore struct {
	writer *writer
	reads  *sqlx.DB // nil where the database is in memory: the writer reads too
	unlock func() error
}

func openSQLite(ctx context.Context, path string) (*sqliteStore, error) {
	s := &sqliteStore{unlock: func() error { return nil }}
	dsn := memory
	pragmas := url.Values{"_pragma": {"foreign_keys(1)", "synchronous(OFF)", "temp_store(MEMORY)"}}
	if path != memory {
		var err error
		if s.unlock, err = lockFile(path + ".lock"); err != nil {
			return nil, text.WrapError(err, "store.unopened", "place", path)
		}
		wait := fmt.Sprintf("busy_timeout(%d)", lockWait.Milliseconds())
		// secure_delete: what people take back is overwritten, not only unlinked.
		pragmas = url.Values{"_pragma": {wait, "foreign_keys(1)", "journal_mode(WAL)", "wal_autocheckpoint(4000)", "synchronous(FULL)", "temp_store(MEMORY)", "secure_delete(1)"}}
		dsn = fileURI(path, pragmas)
		s.reads, err = sqlx.Open("sqlite", fileURI(path, url.Values{
			"mode": {"ro"}, "_pragma": {wait, "query_only(1)", "temp_store(MEMORY)"},
		}))
		if err != nil {
			return nil, errors.Join(text.WrapError(err, "store.unopened", "place", path), s.unlock())
		}
		s.reads.SetMaxOpenConns(readers)
		s.reads.SetMaxIdleConns(readers)
	} else {
		dsn += "?" + pragmas.Encode()
	}
	db, err := sqlx.Open("sqlite", dsn)
	if err == nil {
		db.SetMaxOpenConns(1)
		db.SetMaxIdleConns(1)
		s.writer = newWriter(db, path == memory)
		err = s.writer.alone(ctx, func(t *tx) error { return t.migrate(ctx) })
	}
	if err != nil {
		return nil, errors.Join(text.WrapError(err, "store.unopened", "place", path), s.Close())
	}
	return s, nil
}

// fileURI names a file to SQLite with parameters; characters that mean
// something in a URI are escaped.
func fileURI(path string, params url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + params.Encode()
}

func (s *sqliteStore) Accept(ctx context.Context, e bot.Event) (bool, error) {
	args, err := eventArgs(&e)
	if err != nil {
		return false, err
	}
	o := newOp(ctx)
	o.insert = args
	err = s.writer.do(o)
	return o.fresh, err
}

func (s *sqliteStore) Update(ctx context.Context, fn func(bot.Tx) error) error {
	o := newOp(ctx)
	o.fn = fn
	return s.writer.do(o)
}

func (s *sqliteStore) View(ctx context.Context, fn func(bot.Tx) error) (err error) {
	if s.reads == nil {
		o := newOp(ctx)
		o.fn, o.view = fn, true
		return s.writer.do(o)
	}
	return view(ctx, s.reads, sqliteDialect, nil, fn)
}

// view runs fn in a transaction that is rolled back in the end.
func view(ctx context.Context, db *sqlx.DB, d dialect, opts *sql.TxOptions, fn func(bot.Tx) error) error {
	p := patient{}
	if d.shared {
		p.until = time.Now().Add(viewPatience)
	}
	return p.within(ctx, func(whole context.Context) error {
		began, err := db.BeginTxx(whole, opts)
		if err != nil {
			return d.named(fmt.Errorf("begin to read: %w", err))
		}
		p.runner = began
		t := &tx{run: p, dialect: d, readOnly: true}
		t.call(fn, func(ended error) {
			err = ended
			// Nothing was written, so that a failure here loses nothing; a connection
			// that cannot roll back is thrown away by its pool.
			_ = began.Rollback()
		})
		return err
	})
}

// Woken is nil: no other process writes.
func (s *sqliteStore) Writers() int { return 1 }

func (s *sqliteStore) Woken() <-chan struct{} { return nil }

func (s *sqliteStore) Close() error {
	var errs []error
	if s.reads != nil {
		errs = append(errs, s.reads.Close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	return errors.Join(append(errs, s.unlock())...)
}
