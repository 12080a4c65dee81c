package bot

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// How a running bot works.
const (
	handlers = 8 // conversations handled side by side
	// assistants is how many of the assistant's jobs are under way at once.
	assistants = 2
	firers     = 4 // transactions with timers side by side, where the store can
	// senders is how many deliveries are under way on one platform at once. Each
	// platform has its own, so that one that hangs delays none of the others.
	senders = 32
	// poll is the net under the signals: work that nobody told us of is found
	// after this long.
	poll = time.Second
	// catchUpFor is how long timers wait for a platform that cannot be reached:
	// longer, and a silent platform would keep everybody from being paged.
	catchUpFor = 30 * time.Second
	// drainFor is how long deliveries that are under way may take at the end.
	drainFor = 10 * time.Second
	// sick is the wait after the store failed.
	sick = 500 * time.Millisecond
	// keepKeys is how long the keys of handled events are known: far longer than
	// any platform repeats an event.
	keepKeys = 30 * 24 * time.Hour
	// keepUnnamed is how long a content waits for the file that it was fetched for.
	keepUnnamed = time.Hour
)

// Run receives, decides and delivers until ctx ends; then it takes nothing
// new in, lets what is under way end, and returns nil. A platform whose adapter
// ends with an error is given up and the others go on; when none is left, that
// is the error.
func (b *Bot) Run(ctx context.Context) error {
	b.Logger.Info("running", "holder", b.holder) // the name that its claims bear in the store
	defer b.live(context.WithoutCancel(ctx))()   // as long as anything is under way
	if err := b.followed(ctx); err != nil {      // or the first messages get no suggestions
		b.Logger.Warn("articles are found a little later", "error", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { b.follow(ctx); return nil })
	g.Go(func() error { b.followPast(ctx); return nil })
	for _, a := range b.adapters {
		g.Go(func() error { return b.connect(ctx, a) })
	}
	for range handlers {
		g.Go(func() error { b.work(ctx, b.inbox, b.handleNext); return nil })
	}
	g.Go(func() error { b.sendAll(ctx); return nil })
	g.Go(func() error {
		select {
		case <-b.catching.all:
		case <-time.After(catchUpFor):
			b.Logger.Warn("timers start before every platform has caught up", "platforms", b.CatchingUp())
		case <-ctx.Done():
		}
		var all sync.WaitGroup
		all.Go(func() { b.align(ctx) })
		for range min(firers, b.Store.Writers()) { // more would only keep what they cause waiting
			all.Go(func() { b.work(ctx, b.timers, b.fireDue) })
		}
		all.Wait()
		return nil
	})
	g.Go(func() error { b.wake(ctx); return nil })
	g.Go(func() error { b.sweep(ctx); return nil })
	g.Go(func() error { b.watch(ctx); return nil })
	g.Go(func() error { b.embedAll(ctx); return nil })
	for range assistants {
		g.Go(func() error { b.assistAll(ctx); return nil })
	}
	return g.Wait()
}

// work does one thing after the other until there is nothing, then waits for
// the signal. Once woken it wakes the next worker too, who finds out for
// itself whether there is more.
func (b *Bot) work(ctx context.Context, wake signal, next func(context.Context) (bool, error)) {
	for ctx.Err() == nil {
		worked, err := next(context.WithoutCancel(ctx))
		switch {
		case err != nil:
			b.outage.failed(b.Logger, b.Clock.Now(), "will be tried again", err)
			pause(ctx, sick)
		case worked:
			b.outage.worked(b.Logger, b.Clock.Now())
			wake.raise()
		default:
			select {
			case <-ctx.Done():
			case <-wake:
			}
		}
	}
}

// connect runs an adapter. Its error is returned only when no platform is left.
func (b *Bot) connect(ctx context.Context, a Adapter) error {
	err := a.Run(ctx, b)
	if err == nil || ctx.Err() != nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", a.Platform(), err)
	b.Logger.Error("platform given up: its messages wait until the next start", "platform", a.Platform(), "error", err)
	b.CaughtUp(a.Platform()) // there is nothing to wait for
	if left := b.lost.add(a.Platform(), err, len(b.adapters)); !left {
		return b.lost.all()
	}
	if err := b.tellLost(context.WithoutCancel(ctx), a.Platform(), err); err != nil {
		b.Logger.Error("nobody was told that a platform was given up", "platform", a.Platform(), "error", err)
	}
	b.raiseAll() // pages to it go another way
	return nil
}

// sendAll claims deliveries while there are hands free, and settles those that
// were handed over since it last looked.
func (b *Bot) sendAll(ctx context.Context) {
	hands := hands{busy: map[string]int{}}
	var g errgroup.Group
	// Deliveries under way outlive ctx by drainFor.
	sendCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	for ctx.Err() == nil {
		if !b.pulse.beating() {
			b.settleAll(sendCtx, hands.empty())
			pause(ctx, beat/10)
			continue
		}
		ready, err := b.settleAndClaim(sendCtx, &hands)
		if err != nil {
			b.outage.failed(b.Logger, b.Clock.Now(), "deliveries wait", err)
			pause(ctx, sick)
			continue
		}
		b.outage.worked(b.Logger, b.Clock.Now())
		for _, d := range ready {
			hands.take(d.Platform)
			g.Go(func() error {
				r := b.attempt(sendCtx, d)
				if !r.sent { // what follows may take longer, or fail
					b.settleAll(sendCtx, []result{r})
				}
				hands.release(d.Platform, r)
				b.outbox.raise()
				return nil
			})
		}
		if len(ready) == 0 {
			select {
			case <-ctx.Done():
			case <-b.outbox:
			}
		}
	}
	stop := time.AfterFunc(drainFor, cancel)
	defer stop.Stop()
	_ = g.Wait() // the functions above return nil: they log what failed
	b.settleAll(context.WithoutCancel(ctx), hands.empty())
}

// hands counts the deliveries under way on each platform, and holds what came
// of those that were handed over.
type hands struct {
	mu   sync.Mutex
	busy map[string]int
	sent []result
}

// empty takes what was handed over and is to be settled.
func (h *hands) empty() []result {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := h.sent
	h.sent = nil
	return out
}

// free is how many deliveries may be claimed whatever their platform is, but for
// those that are full.
func (h *hands) free() (n int, full []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n = senders
	for platform, k := range h.busy {
		if k >= senders {
			full = append(full, platform)
			continue
		}
		n = min(n, senders-k)
	}
	return n, full
}

func (h *hands) take(platform string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.busy[platform]++
}

func (h *hands) release(platform string, r result) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.sent {
		h.sent = append(h.sent, r)
	}
	if h.busy[platform]--; h.busy[platform] == 0 {
		delete(h.busy, platform)
	}
}

// wake raises the signals when something that was put off falls due, when
// another process may have left work, and every poll.
func (b *Bot) wake(ctx context.Context) {
	for ctx.Err() == nil {
		wait := poll
		if at, ok, err := b.NextTimer(ctx); err == nil && ok {
			wait = min(max(at.Sub(b.Clock.Now()), 0), poll)
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-t.C:
		case <-b.Store.Woken():
		}
		t.Stop()
		b.raiseAll()
	}
}

// sweep forgets the keys of events handled long ago, some at a time, and the
// contents of files that nothing came to be of.
func (b *Bot) sweep(ctx context.Context) {
	for ctx.Err() == nil {
		var forgotten int
		err := b.Store.Update(ctx, func(tx Tx) (err error) {
			forgotten, err = tx.ForgetEvents(ctx, b.Clock.Now().Add(-keepKeys))
			return err
		})
		if err != nil && ctx.Err() == nil {
			b.Logger.Warn("old event keys are kept for now", "error", err)
		}
		if err != nil || forgotten == 0 {
			if _, err := b.Store.ForgetFiles(ctx, keepUnnamed); err != nil && ctx.Err() == nil {
				b.Logger.Warn("contents without a file are kept for now", "error", err)
			}
			pause(ctx, time.Hour)
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
