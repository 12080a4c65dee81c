package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"time"

	"sereno/bot"
)

// How long a process waits for a database that does not answer: one whose
// connection was cut without a word would wait for hours otherwise, and its
// replicas for what it holds. The server's side of it is in settings.
const (
	updatePatience = 15 * time.Second // with one transaction that writes
	viewPatience   = time.Minute      // with one that reads: a report may read much
)

// errStalled is a database that did not answer in time.
var errStalled = fmt.Errorf("%w: the database did not answer: %w", bot.ErrUnavailable, os.ErrDeadlineExceeded)

// patient runs statements until an instant. The zero instant is no bound.
type patient struct {
	runner
	until time.Time
}

func (p patient) within(ctx context.Context, run func(ctx context.Context) error) error {
	if p.until.IsZero() {
		return run(ctx)
	}
	bounded, cancel := context.WithDeadline(ctx, p.until)
	defer cancel()
	err := run(bounded)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		return errStalled // the driver's word for it is that the caller wanted no more
	}
	return err
}

func (p patient) ExecContext(ctx context.Context, query string, args ...any) (res sql.Result, err error) {
	err = p.within(ctx, func(ctx context.Context) error {
		res, err = p.runner.ExecContext(ctx, query, args...)
		return err
	})
	return res, err
}

func (p patient) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	return p.within(ctx, func(ctx context.Context) error { return p.runner.GetContext(ctx, dest, query, args...) })
}

func (p patient) SelectContext(ctx context.Context, dest any, query string, args ...any) error {
	return p.within(ctx, func(ctx context.Context) error { return p.runner.SelectContext(ctx, dest, query, args...) })
}
