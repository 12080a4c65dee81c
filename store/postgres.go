package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"

	"sereno/bot"
	"sereno/bot/text"
)

// Advisory locks: the first of two keys, so that other programs' locks in the
// same database are not ours.
const (
	lockMigration    = 0x5e7e0001
	lockClaims       = 0x5e7e0002
	lockConversation = 0x5e7e0003
	lockContent      = 0x5e7e0004
)

const (
	// connections bounds what one process asks of the server.
	connections = 24
	// maxRuns is how often a transaction that loses races is run.
	maxRuns = 12
)

var postgresDialect = dialect{
	bind:     sqlx.DOLLAR,
	lock:     " FOR UPDATE",
	lockFree: " FOR UPDATE SKIP LOCKED",
	lockRow:  " FOR NO KEY UPDATE",
	lockKey:  " FOR KEY SHARE",
	oneOf:    " = ANY(CAST(? AS BIGINT[]))",
	records:  `(SELECT * FROM json_to_recordset(CAST(? AS json)) AS r(id bigint, at bigint, channel text, message text))`,
	shared:   true,
	serial:   "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
	sequence: "BIGINT GENERATED ALWAYS AS IDENTITY",
	bytes:    "BYTEA",
	field:    "(body::json ->> '%s')",
	// A day, which has no fractions.
	fieldMicros: "(EXTRACT(EPOCH FROM (body::json ->> '%s')::timestamptz)::bigint * 1000000)",
	failure:     postgresFailure,
	// Nobody waits for it.
	dropAtOnce: 1000,
}

// postgresFailure reads PostgreSQL's error classes (its manual, appendix A):
// 08 connection, 53 resources, 57P0 shutting down, 58 its own disk, 25006 a
// server that only takes reads, 25P03 one that took us for gone.
func postgresFailure(err error) failure {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		switch {
		case e.Code == "40001" || e.Code == "40P01":
			return conflict
		case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "57P0"),
			strings.HasPrefix(e.Code, "58"), e.Code == "25006", e.Code == "25P03":
			return unavailable
		}
		return plain
	}
	var c *pgconn.ConnectError
	var n net.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return plain // the caller's own wish
	case errors.As(err, &c), errors.As(err, &n), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone),
		errors.Is(err, sql.ErrTxDone), pgconn.SafeToRetry(err):
		return unavailable
	}
	return plain
}

// postgresStore is a PostgreSQL database that several processes may share.
type postgresStore struct {
	db     *sqlx.DB
	insert *sql.Stmt // insertNewEvent, prepared: the hottest statement by far
	bell   *bell
	clock  sharedClock
	// patience is how long a transaction may take; 0 is no bound.
	patience time.Duration
}

func openPostgres(ctx context.Context, dsn string, o options) (*postgresStore, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The cause quotes the address, which may hold a password.
		return nil, text.NewError("store.not_postgres")
	}
	place := fmt.Sprintf("PostgreSQL database %q on %s:%d", config.Database, config.Host, config.Port)
	db := sqlx.NewDb(stdlib.OpenDB(*config, stdlib.OptionAfterConnect(settings)), "pgx")
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	s := &postgresStore{db: db}
	err = s.run(ctx, func(t *tx) error {
		if _, err := t.exec(ctx, `SELECT pg_advisory_xact_lock(?, 0)`, lockMigration); err != nil {
			return err
		}
		if err := t.migrate(ctx); err != nil {
			return err
		}
		_, err := s.readClock(ctx, t)
		return err
	})
	s.patience = updatePatience // the migration takes its time
	if err == nil {
		s.insert, err = db.PrepareContext(ctx, db.Rebind(insertNewEvent))
		err = postgresDialect.named(err)
	}
	if err != nil {
		return nil, errors.Join(text.WrapError(err, "store.unopened", "place", place), db.Close())
	}
	s.bell = newBell(config, db, o.logger.With("store", place))
	return s, nil
}

// settings are those of each connection. A server's or role's setting by which
// a commit would be answered before it is on disk is undone; stronger ones stay.
// Of a process that is gone without a word, or stands still, the server takes
// back what it has locked after seconds instead of hours; over a socket of the
// same machine those of TCP mean nothing
// (https://www.postgresql.org/docs/current/runtime-config-client.html and
// …/runtime-config-connection.html).
func settings(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false)
		WHERE current_setting('synchronous_commit') = 'off'
		UNION ALL SELECT set_config('idle_in_transaction_session_timeout', '5s', false)
		UNION ALL SELECT set_config('tcp_user_timeout', '5s', false)
		UNION ALL SELECT set_config('tcp_keepalives_idle', '3', false)
		UNION ALL SELECT set_config('tcp_keepalives_interval', '1', false)
		UNION ALL SELECT set_config('tcp_keepalives_count', '3', false)`)
	return err
}

func (s *postgresStore) Accept(ctx context.Context, e bot.Event) (bool, error) {
	args, err := eventArgs(&e)
	if err != nil {
		return false, err
	}
	// Repetitions are rare, and not asking for them beforehand saves a tenth.
	err = s.patient(nil).within(ctx, func(ctx context.Context) error {
		_, err := s.insert.ExecContext(ctx, args...)
		return err
	})
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) && pg.Code == uniqueViolation {
		return false, nil
	}
	if err != nil {
		return false, postgresDialect.named(err)
	}
	s.bell.ring()
	return true, nil
}

// uniqueViolation is PostgreSQL's code for a key that is there already
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
const uniqueViolation = "23505"

func (s *postgresStore) Update(ctx context.Context, fn func(bot.Tx) error) error {
	var work bool
	err := s.run(ctx, func(t *tx) error {
		err := fn(t)
		work = t.work
		return err
	})
	if err == nil && work {
		s.bell.ring()
	}
	return err
}

// run runs fn in a transaction, again when it lost a race.
func (s *postgresStore) run(ctx context.Context, fn func(*tx) error) error {
	for n := 1; ; n++ {
		err := s.once(ctx, fn)
		if err == nil || n == maxRuns || postgresDialect.failure(err) != conflict {
			return err
		}
		t := time.NewTimer(rand.N(time.Duration(n) * 10 * time.Millisecond))
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-t.C:
		}
	}
}

// patient runs statements as long as one transaction may take from now on.
func (s *postgresStore) patient(run runner) patient {
	p := patient{runner: run}
	if s.patience > 0 {
		p.until = time.Now().Add(s.patience)
	}
	return p
}

func (s *postgresStore) once(ctx context.Context, fn func(*tx) error) error {
	// The transaction does not end with ctx, only the statements do: a commit
	// that is under way has a result, and the caller hears it.
	p := s.patient(nil)
	return p.within(context.WithoutCancel(ctx), func(whole context.Context) error {
		conn, err := s.db.Connx(whole)
		if err != nil {
			return postgresDialect.named(fmt.Errorf("begin to write: %w", err))
		}
		defer conn.Close() // it goes back to the pool
		began, err := conn.BeginTxx(whole, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
		if err != nil {
			return postgresDialect.named(fmt.Errorf("begin to write: %w", err))
		}
		p.runner = began
		t := &tx{run: p, dialect: postgresDialect}
		t.pipe = func(ctx context.Context, statements []statement) error {
			return p.within(ctx, func(ctx context.Context) error { return t.failed(pipeline(ctx, conn, statements)) })
		}
		t.call(func(bot.Tx) error {
			if err := fn(t); err != nil {
				return err
			}
			return t.flush(whole)
		}, func(ended error) {
			if err = ended; err != nil {
				if t.failure(t.broken) == conflict {
					err = t.broken // whatever fn made of it
				}
				_ = began.Rollback() // a connection that cannot roll back is thrown away
				return
			}
			if err = began.Commit(); err != nil {
				err = postgresDialect.named(fmt.Errorf("commit: %w", err))
			}
		})
		return err
	})
}

// pipeline sends the statements one after the other without waiting for each's
// answer. Its error is the first one's that failed.
func pipeline(ctx context.Context, conn *sqlx.Conn, statements []statement) error {
	var failed error
	err := conn.Raw(func(driver any) error {
		var b pgx.Batch
		for _, s := range statements {
			b.Queue(postgresDialect.placed(s.query), s.args...)
		}
		results := driver.(*stdlib.Conn).Conn().SendBatch(ctx, &b) //nolint:forcetypeassert // openPostgres opens no others
		for i := range statements {
			tag, err := results.Exec()
			if failed = statements[i].came(int(tag.RowsAffected()), err); failed != nil {
				break
			}
		}
		if err := results.Close(); failed == nil {
			failed = err
		}
		return nil // a connection that failed finds out for itself
	})
	return cmp.Or(failed, err)
}

func (s *postgresStore) View(ctx context.Context, fn func(bot.Tx) error) error {
	return view(ctx, s.db, postgresDialect, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

func (s *postgresStore) Writers() int { return connections }

func (s *postgresStore) Woken() <-chan struct{} { return s.bell.heard }

func (s *postgresStore) Close() error {
	s.bell.stop()
	return errors.Join(s.insert.Close(), s.db.Close())
}
