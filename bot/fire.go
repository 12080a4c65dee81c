package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

const (
	// fireAtOnce is how many timers one transaction handles: enough to share its
	// commit, few enough that a message does not wait for it noticeably.
	fireAtOnce = 32
	// timerAgain is the wait before a timer that failed is looked at again.
	timerAgain = 15 * time.Second
)

// fireDue handles timers that are due, several in one transaction; false when
// there is none. When that fails, each is handled by itself, so that one that
// cannot be handled holds up none of the others.
func (b *Bot) fireDue(ctx context.Context) (bool, error) {
	due, err := b.fire(ctx, fireAtOnce)
	if err == nil || errors.Is(err, ErrUnavailable) {
		return len(due) > 0, err
	}
	for range due {
		if _, err := b.fireNext(ctx); err != nil {
			return true, err
		}
	}
	return true, nil
}

// fireNext handles the first timer that is due; false when there is none.
func (b *Bot) fireNext(ctx context.Context) (bool, error) {
	due, err := b.fire(ctx, 1)
	if err != nil && len(due) > 0 {
		return true, b.timerFailed(ctx, due[0], err)
	}
	return len(due) > 0, err
}

// fire handles up to max timers in one transaction, and answers which; all of
// them are where they were after an error.
func (b *Bot) fire(ctx context.Context, max int) (due []Timer, err error) {
	now := b.Clock.Now()
	err = b.Store.Update(ctx, func(tx Tx) (err error) {
		due, err = tx.TakeTimers(ctx, now, max)
		if err != nil {
			return err
		}
		return b.handleTimers(ctx, tx, due, now)
	})
	if err != nil || len(due) == 0 {
		return due, err
	}
	for _, t := range due {
		b.Metrics.TimerFired(t.Kind, now.Sub(t.Due))
	}
	b.raiseAll()
	return due, nil
}

// handleTimers does what follows from timers. What they share is done once: the
// pages in which several incidents are told are edited in the end.
func (b *Bot) handleTimers(ctx context.Context, tx Tx, due []Timer, now time.Time) error {
	if len(due) > 1 {
		numbers := make([]int, len(due))
		for i, t := range due {
			numbers[i] = t.Incident
		}
		if err := tx.Hold(ctx, numbers...); err != nil {
			return err
		}
	}
	d := b.desk(ctx, tx, nil, now)
	for _, t := range due {
		if err := d.handleTimer(t); err != nil {
			return err
		}
	}
	// While more is due, lists of pages that grow are brought up to date every now and
	// then, or each transaction would wait for the one before it to edit them.
	if len(due) == fireAtOnce {
		d.longPages, d.stalePages = append(d.longPages, d.stalePages...), nil
	}
	return d.finish()
}

// handleTimer does what follows from one timer. A panic in it is an error.
func (d *Desk) handleTimer(t Timer) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	d.missed = time.Time{}
	if err := d.due(t); err != nil {
		return err
	}
	return d.followAll()
}

// timerFailed puts the timer off, unless another worker has had more luck
// meanwhile. It is never dropped.
func (b *Bot) timerFailed(ctx context.Context, t Timer, cause error) error {
	if errors.Is(cause, ErrUnavailable) {
		return cause
	}
	b.Logger.Error("timer will be tried again", "kind", t.Kind, "incident", incidentID(t.Incident), "error", cause)
	return b.Store.Update(ctx, func(tx Tx) error {
		return tx.PutOffTimer(ctx, t.ID, b.Clock.Now().Add(timerAgain))
	})
}
