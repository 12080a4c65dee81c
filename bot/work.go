package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"time"
)

// How failures are met.
const (
	// maxHandling is how often an event is tried before it is set aside.
	maxHandling = 8
	// maxDelivery is how often a delivery is tried: with the waits below, about
	// an hour. A platform's own wish to wait does not count.
	maxDelivery = 20
	// shortestWait keeps us from asking a platform without pause that asks us to wait.
	shortestWait = 100 * time.Millisecond
	// settleRow is the wait before an event is looked at again that may be an
	// answer to a message of ours which the platform has and we do not know yet.
	settleRow = time.Second
	// settleFor is how long such an event is put off in all.
	settleFor = 30 * time.Second
	// overtaken is how long an event about a message that we never heard of waits
	// for that message, counted from when it happened: events that come by several
	// sockets, or to several processes, overtake each other by less.
	overtaken = 3 * time.Second
	// lease is how long a claimed delivery belongs to who claimed it.
	lease = 2 * time.Minute
	// deliveryTime bounds one attempt; it ends well before the lease does.
	deliveryTime = 45 * time.Second
)

// errTooEarly: the event may be understood once a message or a delivery that is on its way
// has been settled.
var errTooEarly = errors.New("too early to understand")

// handleNext handles the next event; false when none is ready.
func (b *Bot) handleNext(ctx context.Context) (bool, error) {
	var in *Inboxed
	var articles bool
	now := b.Clock.Now()
	err := b.Store.Update(ctx, func(tx Tx) error {
		var err error
		in, err = tx.NextEvent(ctx, now)
		if err != nil || in == nil {
			return err
		}
		if articles, err = b.decide(ctx, tx, in.Event, now); err != nil {
			return handlingError{err}
		}
		return tx.EventDone(ctx, in.Seq, now)
	})
	if in == nil {
		return false, err
	}
	took := b.Clock.Now().Sub(in.Event.At)
	var wants *wantsVector
	if errors.As(err, &wants) {
		b.embedQuestion(ctx, wants)
		return true, nil // the event is where it was
	}
	var he handlingError
	if errors.As(err, &he) && !errors.Is(err, ErrUnavailable) {
		err = b.handlingFailed(ctx, in, he.error, now)
	}
	b.Metrics.EventHandled(in.Event.Platform, in.Event.Kind, took, err)
	if err != nil {
		return true, fmt.Errorf("handle %s: %w", in.Event.Key, err)
	}
	if articles {
		b.articles.raise()
	}
	b.raiseAll()
	return true, nil
}

// handlingError marks that the decision failed, not the store around it.
type handlingError struct{ error }

func (e handlingError) Unwrap() error { return e.error }

// handlingFailed settles an event whose handling was rolled back: a refusal is
// an answer; what comes too early waits; anything else is tried again and set
// aside in the end, so that its conversation goes on.
func (b *Bot) handlingFailed(ctx context.Context, in *Inboxed, cause error, now time.Time) error {
	log := b.Logger.With("event", in.Event.Key, "kind", in.Event.Kind)
	var refusal *Refusal
	err := b.Store.Update(ctx, func(tx Tx) error {
		switch {
		case errors.As(cause, &refusal):
			if err := b.refuse(ctx, tx, in.Event, refusal, now); err != nil {
				return err
			}
			return tx.EventDone(ctx, in.Seq, now)
		case errors.Is(cause, errTooEarly):
			return tx.EventPutOff(ctx, in.Seq, now.Add(settleRow), in.Failures, cause.Error())
		case in.Failures+1 >= maxHandling:
			log.Error("event set aside: it could not be handled", "error", cause)
			return tx.EventDead(ctx, in.Seq, now, cause.Error())
		}
		log.Warn("event will be tried again", "error", cause, "failures", in.Failures+1)
		return tx.EventPutOff(ctx, in.Seq, now.Add(backoff(in.Failures+1)), in.Failures+1, cause.Error())
	})
	if errors.Is(err, ErrNotFound) {
		return nil // after our rollback another worker took it, and settled it
	}
	return err
}

// decide handles one event inside the transaction. A panic in it is an error
// of that event alone. articles: some may be found otherwise than before.
func (b *Bot) decide(ctx context.Context, tx Tx, e Event, now time.Time) (articles bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	d := b.desk(ctx, tx, &e, now)
	if err := d.recognise(); err != nil {
		return false, err
	}
	if err := d.handle(); err != nil {
		return false, err
	}
	return d.articles, d.finish()
}

// claim takes deliveries that are ready.
func (b *Bot) claim(ctx context.Context, max int, busy ...string) (out []*Delivery, err error) {
	now := b.Clock.Now()
	err = b.Store.Update(ctx, func(tx Tx) error {
		out, err = tx.ClaimDeliveries(ctx, now, b.holder, lease, max, busy...)
		return err
	})
	return out, err
}

// settleAndClaim settles what the hands have handed over and claims as much as
// they are free for then, in one transaction, since a commit costs the same
// whatever is in it. When that fails, what was handed over is settled by itself.
func (b *Bot) settleAndClaim(ctx context.Context, h *hands) (out []*Delivery, err error) {
	var sent []result
	err = b.Store.Update(ctx, func(tx Tx) error {
		sent = append(sent, h.empty()...) // it may have waited for its turn
		if err := tx.Hold(ctx); err != nil {
			return err
		}
		if err := b.write(ctx, tx, sent); err != nil {
			return err
		}
		free, full := h.free()
		out, err = tx.ClaimDeliveries(ctx, b.Clock.Now(), b.holder, lease, free, full...)
		return err
	})
	switch {
	case err == nil && len(sent) > 0:
		b.raiseAll()
	case err != nil && len(sent) > 0:
		b.settleAll(ctx, sent)
	}
	return out, err
}

// hand gives the delivery to its adapter. A panic there is a failed attempt.
func (b *Bot) hand(ctx context.Context, d *Delivery) (r Receipt, err error) {
	if err := b.notUsable(d); err != nil {
		return r, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in adapter %s: %v\n%s", d.Platform, p, debug.Stack())
		}
	}()
	ctx, rest := b.pulse.within(ctx)
	defer rest()
	ctx, cancel := context.WithTimeout(ctx, deliveryTime)
	defer cancel()
	if d.Kind == Fetch && d.Article != nil {
		return r, b.fetchArticle(ctx, d)
	}
	if d.Kind == Fetch {
		return r, b.fetch(ctx, d)
	}
	if err := b.asItIsNow(ctx, d); err != nil {
		return r, &DeliveryError{NotSent: true, Err: err}
	}
	if len(d.Message.Files) > 0 {
		if d.Message, err = b.withoutErased(ctx, d.Message); err != nil {
			return r, &DeliveryError{NotSent: true, Err: err}
		}
		d.Open = func(ctx context.Context, f Attachment) (io.ReadCloser, error) { return b.Store.OpenFile(ctx, f.Hash) }
	}
	return b.adapters[d.Platform].Deliver(ctx, d)
}

// backoff is the wait after the nth failure: doubling from a quarter of a
// second to five minutes, with a jitter of up to a quarter so that many that
// failed together do not come back together.
func backoff(n int) time.Duration {
	wait := 250 * time.Millisecond << min(max(n-1, 0), 11)
	wait = min(wait, 5*time.Minute)
	return wait + rand.N(wait/4+1)
}

// Settle does everything that is due at the clock's present instant, one thing
// after the other, until nothing is left: for replay, the demo and tests,
// where the order must be the same each time. It must not run beside Run.
func (b *Bot) Settle(ctx context.Context) error {
	if err := b.rosterReady(ctx); err != nil {
		return err
	}
	for {
		worked, err := b.settleOne(ctx)
		if err != nil {
			return err
		}
		if !worked {
			return nil
		}
	}
}

func (b *Bot) settleOne(ctx context.Context) (bool, error) {
	if err := errors.Join(b.followed(ctx), b.pastFollowed(ctx)); err != nil {
		return false, err
	}
	if worked, err := b.handleNext(ctx); worked || err != nil {
		return worked, err
	}
	ready, err := b.claim(ctx, 1)
	if err != nil {
		return false, err
	}
	if len(ready) > 0 {
		return true, b.deliver(ctx, ready[0])
	}
	if worked, err := b.fireNext(ctx); worked || err != nil {
		return worked, err
	}
	if worked, err := b.assistNext(ctx); worked || err != nil {
		return worked, err
	}
	worked, err := b.embedNext(ctx)
	return worked && err == nil, nil // without vectors everything works
}

// NextTimer is the next instant after now at which something falls due; false
// when nothing waits.
func (b *Bot) NextTimer(ctx context.Context) (at time.Time, ok bool, err error) {
	if err := b.rosterReady(ctx); err != nil {
		return at, false, err
	}
	err = b.Store.View(ctx, func(tx Tx) error {
		at, ok, err = tx.NextWake(ctx, b.Clock.Now())
		return err
	})
	return at, ok, err
}
