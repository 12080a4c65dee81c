package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"sereno/bot/text"
)

// lost knows the platforms that were given up while the process runs, and why.
type lost struct {
	mu    sync.Mutex
	cause map[string]error
}

// add notes a platform, and answers whether any of the given number is left.
func (l *lost) add(platform string, cause error, of int) (left bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause == nil {
		l.cause = map[string]error{}
	}
	l.cause[platform] = cause
	return len(l.cause) < of
}

func (l *lost) get(platform string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause[platform]
}

// all is every cause, in the order of the platforms' names.
func (l *lost) all() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []error
	for _, platform := range slices.Sorted(maps.Keys(l.cause)) {
		out = append(out, l.cause[platform])
	}
	return errors.Join(out...)
}

// tellLost tells every team that can still be reached, and the audit log.
func (b *Bot) tellLost(ctx context.Context, platform string, cause error) error {
	now := b.Clock.Now()
	return b.Store.Update(ctx, func(tx Tx) error {
		d := b.desk(ctx, tx, nil, now)
		for _, t := range d.company.Teams {
			ch, ok := b.teamChannel(t, "")
			if !ok {
				continue
			}
			_, err := d.say(Delivery{
				Kind: Post, Platform: ch.Platform, Channel: ch.ID, Purpose: purposeTold,
				Message: Message{Tone: Alarm, Text: text.T(t.Language, "team.platform_lost", "platform", platform, "cause", shorten(cause.Error(), maxEcho))},
			})
			if err != nil {
				return err
			}
		}
		return tx.Audit(ctx, now, botActor, "platform given up", cause.Error())
	})
}

// lostWait is how long what is meant for a lost platform waits before it is
// looked at again.
const lostWait = time.Minute

// GivenUp tells which platforms were given up, and why; nil when none was.
func (b *Bot) GivenUp() error { return b.lost.all() }

// usable reports whether the platform is connected and was not given up.
func (b *Bot) usable(platform string) bool {
	return b.adapters[platform] != nil && b.lost.get(platform) == nil
}

// talks reports whether people can be talked with on the platform, which is
// usable and goes both ways.
func (b *Bot) talks(platform string) bool {
	return b.usable(platform) && !b.adapters[platform].Features().OneWay
}

// notUsable says why a delivery cannot be handed over now: nil when it can. A
// page must not wait for somebody to put a token right: it is escalated.
func (b *Bot) notUsable(d *Delivery) error {
	if b.adapters[d.Platform] == nil {
		return &DeliveryError{Permanent: true, NotSent: true, Err: fmt.Errorf("no adapter for %q", d.Platform)}
	}
	if cause := b.lost.get(d.Platform); cause != nil {
		return &DeliveryError{Permanent: d.Kind == Page, NotSent: true, RetryAfter: lostWait, Err: cause}
	}
	return nil
}
