package bot

import (
	"errors"
	"log/slog"
	"sync"
	"time"
)

// outage remembers that the store cannot be used, so that all the workers
// together say it once, and once more when it is over.
type outage struct {
	mu    sync.Mutex
	since time.Time // the zero instant while all is well
}

// failed logs a failure; of an outage only the first.
func (o *outage) failed(log *slog.Logger, now time.Time, what string, err error) {
	if !errors.Is(err, ErrUnavailable) {
		log.Error(what, "error", err)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		o.since = now
		log.Error("the store cannot be used: work waits for it, and nothing is acknowledged meanwhile", "error", err)
	}
}

// worked says that an outage, if there was one, is over.
func (o *outage) worked(log *slog.Logger, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.since.IsZero() {
		log.Info("the store can be used again", "after", now.Sub(o.since).Round(time.Millisecond))
		o.since = time.Time{}
	}
}
