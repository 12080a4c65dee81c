// Package waits is how long to wait before a platform that failed is asked again.
package waits

import (
	"context"
	"math/rand/v2"
	"time"
)

// Waits grow with every failure: twice as long each time, up to a limit, with
// jitter so that several connections do not come back at the same instant.
type Waits struct {
	// Max is the longest wait.
	Max time.Duration

	min, next time.Duration
}

// New makes waits from min, the first, to max, the longest.
func New(min, max time.Duration) *Waits { return &Waits{min: min, Max: max} }

// Pause waits, at least as long as the platform asked; the context's error when that ends first.
func (w *Waits) Pause(ctx context.Context, atLeast time.Duration) error {
	if w.next < w.min {
		w.next = w.min
	}
	d := w.next/2 + rand.N(w.next/2+1)
	w.next = min(w.next*2, w.Max)
	return Sleep(ctx, max(d, atLeast))
}

// Reset begins again with the shortest wait.
func (w *Waits) Reset() { w.next = 0 }

// Sleep waits, or answers the context's error when that ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
