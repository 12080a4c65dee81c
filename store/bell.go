package store

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"
)

const (
	// bellChannel is the channel of LISTEN and NOTIFY.
	bellChannel = "sereno_work"
	// ringEvery is the least time between two notifications of one process.
	// Sending one takes a lock over the whole server at commit, so it is done
	// beside the transactions that have left work, once for many.
	ringEvery = 20 * time.Millisecond
	// Waits before the listening connection is made again.
	listenSoon, listenLate = 250 * time.Millisecond, 5 * time.Second
)

// bell tells other processes on the same database that there is work, and
// hears them.
type bell struct {
	config *pgx.ConnConfig
	db     *sqlx.DB
	log    *slog.Logger
	// name tells our own notifications from others'.
	name  string
	heard chan struct{} // capacity 1: a second word while the first waits adds nothing
	rung  chan struct{} // capacity 1, for the same reason
	stop  func()
}

func newBell(config *pgx.ConnConfig, db *sqlx.DB, log *slog.Logger) *bell {
	ctx, cancel := context.WithCancel(context.Background())
	b := &bell{
		config: config, db: db, log: log, name: strconv.FormatUint(rand.Uint64(), 36),
		heard: make(chan struct{}, 1), rung: make(chan struct{}, 1),
	}
	var idle sync.WaitGroup
	idle.Go(func() { b.notify(ctx) })
	idle.Go(func() { b.listen(ctx) })
	b.stop = func() { cancel(); idle.Wait() }
	return b
}

// ring says that a committed transaction has left work.
func (b *bell) ring() { raise(b.rung) }

func raise(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (b *bell) notify(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.rung:
		}
		if _, err := b.db.ExecContext(ctx, `SELECT pg_notify($1, $2)`, bellChannel, b.name); err != nil && ctx.Err() == nil {
			b.log.Warn("other processes were not told of work; they find it when they look", "error", err)
		}
		pause(ctx, ringEvery)
	}
}

func (b *bell) listen(ctx context.Context) {
	wait := listenSoon
	for ctx.Err() == nil {
		err := b.hear(ctx, func() { wait = listenSoon })
		if ctx.Err() != nil {
			return
		}
		b.log.Warn("not told of other processes' work for a while", "error", err, "again in", wait)
		pause(ctx, wait)
		wait = min(2*wait, listenLate)
	}
}

// hear listens on a connection of its own until that fails.
func (b *bell) hear(ctx context.Context, connected func()) error {
	c, err := pgx.ConnectConfig(ctx, b.config)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }() // nothing is lost with it
	if _, err := c.Exec(ctx, "LISTEN "+bellChannel); err != nil {
		return err
	}
	connected()
	raise(b.heard) // for what was said while nobody listened
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if n.Payload != b.name {
			raise(b.heard)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
