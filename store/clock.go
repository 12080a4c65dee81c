package store

import (
	"context"
	"sync"
	"time"

	"sereno/bot"
)

const (
	// sharpReading is how long reading the database's clock may take to count: it
	// is wrong by half of that at most.
	sharpReading = 100 * time.Millisecond
	// oldReading is when one that took longer is better than the last.
	oldReading = time.Minute
)

// Clock is the one by which everybody who uses the store judges: the
// machine's on SQLite, the database's on PostgreSQL, read when the store is
// opened and at every sign of life (Alive). Between two readings the machine's
// monotonic clock counts, so that a machine whose wall clock is wrong, or
// jumps, decides as the others do.
func (s *Store) Clock() bot.Clock { return s.engine.Clock() }

func (*sqliteStore) Clock() bot.Clock { return bot.SystemClock{} }

func (s *postgresStore) Clock() bot.Clock { return &s.clock }

// sharedClock goes on from the last reading of the database's clock.
type sharedClock struct {
	mu   sync.Mutex
	at   time.Time // by the database
	read time.Time // by this machine, monotonic
}

// Now implements bot.Clock.
func (c *sharedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at.Add(time.Since(c.read))
}

// set notes what the database's clock showed between began and now.
func (c *sharedClock) set(shown int64, began time.Time) {
	took := time.Since(began)
	c.mu.Lock()
	defer c.mu.Unlock()
	if took <= sharpReading || time.Since(c.read) > oldReading {
		c.at, c.read = time.UnixMicro(shown).UTC(), began.Add(took/2)
	}
}

// readClock reads the database's clock.
func (s *postgresStore) readClock(ctx context.Context, t *tx) (now int64, err error) {
	began := time.Now()
	if now, err = t.clock(ctx); err == nil {
		s.clock.set(now, began)
	}
	return now, err
}
