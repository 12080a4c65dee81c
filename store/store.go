// Package store keeps what must outlive the process, on SQLite (one process, a
// file) or PostgreSQL (several). Everything about SQL lives here; what is kept
// and why is decided in package bot, whose Store and Tx it implements.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"sereno/bot"
)

// Store implements bot.Store. Safe for use by several goroutines.
type Store struct {
	engine engine
	closed atomic.Bool
}

var _ bot.Store = (*Store)(nil)

// engine is what differs between the databases.
type engine interface {
	Accept(ctx context.Context, e bot.Event) (fresh bool, err error)
	Update(ctx context.Context, fn func(tx bot.Tx) error) error
	View(ctx context.Context, fn func(tx bot.Tx) error) error
	Alive(ctx context.Context, holder string, believed time.Duration) error
	Clock() bot.Clock
	Woken() <-chan struct{}
	Writers() int
	Close() error
}

// Option changes how a store is opened.
type Option func(*options)

type options struct{ logger *slog.Logger }

// WithLogger has the store report what happens in its background, such as a
// lost connection. Without it nothing is reported.
func WithLogger(l *slog.Logger) Option { return func(o *options) { o.logger = l } }

// Open opens the store at the address, creating the tables or bringing them up
// to date. The address is one of
//
//	a path, or sqlite:PATH                     a SQLite file, made when it is not there
//	sqlite::memory:                            a store that is gone when it is closed
//	postgres://user:password@host/database     PostgreSQL 14 or newer; postgresql:// too
//
// Errors name the place and never the password; one that may pass by itself is
// a bot.ErrUnavailable.
func Open(ctx context.Context, dsn string, opts ...Option) (*Store, error) {
	o := options{logger: slog.New(slog.DiscardHandler)}
	for _, opt := range opts {
		opt(&o)
	}
	var e engine
	var err error
	if isPostgres(dsn) {
		e, err = openPostgres(ctx, dsn, o)
	} else {
		e, err = openSQLite(ctx, sqlitePath(dsn))
	}
	if err != nil {
		return nil, err
	}
	return &Store{engine: e}, nil
}

// Accept writes the event down; see bot.Store.
func (s *Store) Accept(ctx context.Context, e bot.Event) (fresh bool, err error) {
	if err := s.usable(ctx); err != nil {
		return false, err
	}
	return s.engine.Accept(ctx, e)
}

// Update runs fn in one transaction; see bot.Store.
func (s *Store) Update(ctx context.Context, fn func(tx bot.Tx) error) error {
	dropped, err := s.commit(ctx, func(t *tx) error { return fn(t) })
	if err == nil {
		_ = s.clear(context.WithoutCancel(ctx), dropped) // what is left of them is for ForgetFiles
	}
	return err
}

// commit runs fn in one transaction and answers which contents it threw away.
func (s *Store) commit(ctx context.Context, fn func(t *tx) error) (dropped []int64, err error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	err = s.engine.Update(ctx, func(b bot.Tx) error {
		t := own(b)
		err := fn(t)
		dropped = t.dropped
		return err
	})
	return dropped, err
}

// own is the transaction behind the interface.
func own(b bot.Tx) *tx { return b.(*tx) } //nolint:forcetypeassert // the engines make no others

// View runs fn on a consistent snapshot; see bot.Store.
func (s *Store) View(ctx context.Context, fn func(tx bot.Tx) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	return s.engine.View(ctx, fn)
}

// Woken receives when another process may have left work; nil on SQLite,
// which no other process writes.
func (s *Store) Woken() <-chan struct{} { return s.engine.Woken() }

// Writers is how many transactions that write it runs side by side.
func (s *Store) Writers() int { return s.engine.Writers() }

// Close ends the store after what is under way. Closing again does nothing.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	return s.engine.Close()
}

// usable tells whether it is worth to begin.
func (s *Store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return errClosed
	}
	return ctx.Err()
}

// Ready writes one row, durably: reading would also work on a full disk or a
// database that only takes reads.
func (s *Store) Ready(ctx context.Context) error {
	_, err := s.commit(ctx, func(t *tx) error {
		_, err := t.exec(ctx, `UPDATE counters SET value = value + 1 WHERE name = 'probe'`)
		return err
	})
	return doing(err, "probe the store")
}

// Alive says that the holder of claims lives; see bot.Store.
func (s *Store) Alive(ctx context.Context, holder string, believed time.Duration) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	return s.engine.Alive(ctx, holder, believed)
}

func isPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

const memory = ":memory:"

func sqlitePath(dsn string) string { return strings.TrimPrefix(dsn, "sqlite:") }

// errClosed is what a closed store answers.
var errClosed = fmt.Errorf("%w: it is closed", bot.ErrUnavailable)

// errAborted is a function given to Update or View that ended its goroutine.
var errAborted = errors.New("the transaction's function did not return")
