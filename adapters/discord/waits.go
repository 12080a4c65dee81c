package discord

import (
	"context"
	"math/rand/v2"
	"time"
)

// waits grow with every failure: twice as long each time, up to a limit, with
// jitter so that several processes do not come back at the same instant.
type waits struct {
	min, max, next time.Duration
}

func (a *Adapter) waits() *waits { return &waits{min: a.tune.retryMin, max: a.tune.retryMax} }

// pause waits, at least as long as the platform asked; the context's error when that ends first.
func (w *waits) pause(ctx context.Context, atLeast time.Duration) error {
	if w.next < w.min {
		w.next = w.min
	}
	d := w.next/2 + rand.N(w.next/2+1)
	w.next = min(w.next*2, w.max)
	return sleep(ctx, max(d, atLeast))
}

// reset begins again with the shortest wait.
func (w *waits) reset() { w.next = 0 }

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
