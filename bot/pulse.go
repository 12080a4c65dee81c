package bot

import (
	"context"
	"sync"
	"time"
)

// How a process shows those that share its database that it lives. It stops
// working on what it has claimed some time before the others take it for gone:
// when they look what became of a send, it is not under way any more.
const (
	beat     = time.Second             // between two signs of life
	trusted  = 3500 * time.Millisecond // how long after one it goes on itself
	believed = 5 * time.Second         // how long after one the others leave its claims alone
)

// pulse is whether this process may work on what it has claimed. Its time is
// the system's monotonic clock, so that no jump of the wall clock counts.
type pulse struct {
	mu    sync.Mutex
	alive context.Context //nolint:containedctx // the time in which claims may be worked on
	stop  context.CancelFunc
	end   *time.Timer // of what the newest sign of life allows
}

// live gives signs of life from now on, until the function that it returns is called.
func (b *Bot) live(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	b.signOfLife(ctx)
	var loop sync.WaitGroup
	loop.Go(func() {
		for pause(ctx, beat); ctx.Err() == nil; pause(ctx, beat) {
			b.signOfLife(ctx)
		}
	})
	return func() {
		cancel()
		loop.Wait()
		b.pulse.rest()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), trusted)
		defer cancel()
		if err := b.Store.Alive(ctx, b.holder, 0); err != nil {
			b.Logger.Warn("others were not told that this process has ended; they find out", "error", err)
		}
	}
}

func (b *Bot) signOfLife(ctx context.Context) {
	until := time.Now().Add(trusted) // from before the store counts
	ctx, cancel := context.WithTimeout(ctx, trusted)
	defer cancel()
	err := b.Store.Alive(ctx, b.holder, believed)
	switch {
	case err == nil:
		b.pulse.goOn(until)
	case ctx.Err() == nil:
		b.outage.failed(b.Logger, b.Clock.Now(), "others take over what this process has claimed", err)
	}
}

// goOn allows work until the instant.
func (p *pulse) goOn(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := time.Until(until)
	if left <= 0 {
		return
	}
	if p.end != nil {
		p.end.Stop()
	}
	p.end = time.AfterFunc(left, p.rest)
	if p.alive == nil || p.alive.Err() != nil {
		p.alive, p.stop = context.WithCancel(context.Background())
	}
}

// rest ends what is under way.
func (p *pulse) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.alive != nil {
		p.end.Stop()
		p.stop()
	}
}

// beating reports whether claims may be worked on.
func (p *pulse) beating() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.alive != nil && p.alive.Err() == nil
}

// within is ctx as long as claims may be worked on. Where no signs of life are
// given (Settle) that is always.
func (p *pulse) within(ctx context.Context) (context.Context, context.CancelFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	if p.alive == nil {
		return ctx, cancel
	}
	release := context.AfterFunc(p.alive, cancel)
	return ctx, func() { release(); cancel() }
}
