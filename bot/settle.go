package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// result is what came of an attempt to deliver, and is still to be written down.
type result struct {
	delivery *Delivery
	// Of what was sent: what the platform answered, and when.
	sent    bool
	receipt Receipt
	at      time.Time
	// failed writes down that it was not.
	failed func(tx Tx) error
}

// deliver hands one claimed delivery to its platform and settles it.
func (b *Bot) deliver(ctx context.Context, d *Delivery) error {
	return b.settle(ctx, b.attempt(ctx, d))
}

// attempt hands one claimed delivery to its platform.
func (b *Bot) attempt(ctx context.Context, d *Delivery) result {
	began := b.Clock.Now()
	receipt, err := b.hand(ctx, d)
	now := b.Clock.Now()
	outcome := "sent"
	log := b.Logger.With("delivery", d.Key, "kind", d.Kind, "platform", d.Platform, "incident", d.Incident)
	var failed func(tx Tx) error
	if err != nil {
		de := asDeliveryError(err)
		switch {
		case de.Permanent || d.Attempt >= maxDelivery && de.RetryAfter == 0:
			outcome = "dead"
			log.Error("delivery given up", "error", err, "attempt", d.Attempt)
			failed = func(tx Tx) error { return b.deliveryDied(ctx, tx, d, err, now) }
		default:
			outcome = "retry"
			w := Wait{Doubtful: !de.NotSent || d.Doubtful, Asked: de.RetryAfter > 0, Reason: err.Error(), Holder: b.holder}
			level, wait := slog.LevelWarn, backoff(d.Attempt)
			if w.Asked { // for so long and no longer: the platform's limits come to an end
				level, wait = slog.LevelInfo, max(de.RetryAfter, shortestWait)
			}
			w.Until = now.Add(wait)
			log.Log(ctx, level, "delivery will be tried again", "error", err, "attempt", d.Attempt, "wait", wait)
			failed = func(tx Tx) error { return b.deliveryPutOff(ctx, tx, d, w, err, now) }
		}
	}
	b.Metrics.Delivered(d.Platform, d.Kind, outcome, now.Sub(began))
	return result{delivery: d, sent: failed == nil, receipt: receipt, at: now, failed: failed}
}

// write writes down what came of attempts, of several that were sent at once.
func (b *Bot) write(ctx context.Context, tx Tx, rs []result) error {
	var sent []result
	for _, r := range rs {
		if r.sent {
			sent = append(sent, r)
		} else if err := r.failed(tx); err != nil {
			return err
		}
	}
	return b.deliveriesSent(ctx, tx, sent)
}

// settle writes down what came of an attempt.
func (b *Bot) settle(ctx context.Context, r result) error {
	err := b.Store.Update(ctx, func(tx Tx) error { return b.write(ctx, tx, []result{r}) })
	if !r.sent && errors.Is(err, ErrNotFound) {
		return nil // it took so long that another has it, or has settled it
	}
	if err != nil {
		// Its lease runs out and the delivery is handed out again as doubtful.
		return fmt.Errorf("settle delivery %s: %w", r.delivery.Key, err)
	}
	b.raiseAll()
	return nil
}

// settleAll writes down what came of several attempts in one transaction, and
// if that fails each by itself, so that none pays for another.
func (b *Bot) settleAll(ctx context.Context, rs []result) {
	if len(rs) > 1 {
		err := b.Store.Update(ctx, func(tx Tx) error {
			if err := tx.Hold(ctx); err != nil {
				return err
			}
			return b.write(ctx, tx, rs)
		})
		if err == nil {
			b.raiseAll()
			return
		}
	}
	for _, r := range rs {
		if err := b.settle(ctx, r); err != nil {
			b.Logger.Error("delivery is in doubt", "error", err, "incident", r.delivery.Incident)
		}
	}
}

// deliveryPutOff lets a delivery wait. A page does not wait with it: the person's
// next channel is used, if they have one.
func (b *Bot) deliveryPutOff(ctx context.Context, tx Tx, out *Delivery, w Wait, cause error, now time.Time) error {
	if err := tx.DeliveryPutOff(ctx, out.ID, w); err != nil || out.Kind != Page {
		return err
	}
	wait := time.Duration(0)
	if w.Asked {
		wait = w.Until.Sub(now)
	}
	return b.pageTroubled(ctx, tx, out, cause, false, wait, now)
}
