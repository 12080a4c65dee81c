package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// maxText bounds what is kept of one message, in bytes; no platform lets
// people write as much.
const maxText = 100_000

// maxAttached bounds the attachments of one message; no platform lets people
// attach as many.
const maxAttached = 50

// earliest is an instant before which nobody wrote on any platform. Commitments
// are counted day by day: one from antiquity would keep everybody waiting.
var earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Accept makes the event durable; see Inbox.
func (b *Bot) Accept(ctx context.Context, e Event) error {
	if e.Key == "" || e.Platform == "" || e.At.IsZero() {
		return fmt.Errorf("accept: an event needs a key, a platform and an instant: %q", e.Key)
	}
	e.At = e.At.UTC()
	if now := b.Clock.Now(); e.At.After(now) || e.At.Before(earliest) {
		e.At = now // a platform's clock that is ahead of ours is not believed
	}
	e.Text, e.Markdown, e.UserName = clean(e.Text), clean(e.Markdown), clean(e.UserName)
	e.Files = slices.Clone(e.Files[:min(len(e.Files), maxAttached)])
	for i, f := range e.Files {
		e.Files[i].Name, e.Files[i].URL, e.Files[i].ID = clean(f.Name), clean(f.URL), clean(f.ID)
	}
	e.Fields = maps.Clone(e.Fields) // the adapter's, which may read them still
	for name, value := range e.Fields {
		e.Fields[name] = clean(value)
	}
	fresh, err := b.Store.Accept(ctx, e)
	if err != nil {
		return fmt.Errorf("accept %s: %w", e.Key, err)
	}
	b.Metrics.EventAccepted(e.Platform, e.Kind, fresh)
	if fresh {
		b.inbox.raise()
	}
	return nil
}

// clean makes any text storable and bounded: valid UTF-8 without NUL.
func clean(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "�")
	}
	return strings.ReplaceAll(s, "\x00", "")
}

// Cursor tells an adapter where to catch up from; see Inbox.
func (b *Bot) Cursor(ctx context.Context, platform, channel string) (last string, err error) {
	err = b.Store.View(ctx, func(tx Tx) error {
		last, err = tx.LastMessage(ctx, platform, channel, "")
		return err
	})
	return last, err
}

// Threads lists the channel's threads in which somebody may still write; see Inbox.
func (b *Bot) Threads(ctx context.Context, platform, channel string) (threads []ThreadCursor, err error) {
	err = b.Store.View(ctx, func(tx Tx) error {
		threads, err = tx.OpenThreads(ctx, platform, channel)
		return err
	})
	return threads, err
}

// Channels lists the platform's channels that the bot serves; see Inbox.
func (b *Bot) Channels(platform string) []string {
	var out []string
	c := b.company.Load()
	for _, x := range c.Customers {
		for _, ch := range x.Channels {
			if ch.Platform == platform {
				out = append(out, ch.ID)
			}
		}
	}
	for _, t := range c.Teams {
		for _, ch := range t.Channels {
			if ch.Platform == platform {
				out = append(out, ch.ID)
			}
		}
	}
	return out
}

// Refused counts what an adapter did not let in; see Inbox.
func (b *Bot) Refused(platform, reason string) { b.Metrics.EventRefused(platform, reason) }

// CaughtUp says that the platform's past was accepted; see Inbox.
func (b *Bot) CaughtUp(platform string) {
	if b.catching.done(platform) {
		b.Logger.Info("caught up", "platform", platform)
		b.timers.raise()
	}
}

// CatchingUp lists the platforms that have not caught up yet.
func (b *Bot) CatchingUp() []string { return b.catching.list() }

// catching knows which platforms are still fetching their past.
type catching struct {
	mu      sync.Mutex
	pending map[string]bool
	all     chan struct{} // closed when none is left
}

func (c *catching) init(platforms []string) {
	c.pending, c.all = map[string]bool{}, make(chan struct{})
	for _, p := range platforms {
		c.pending[p] = true
	}
	if len(platforms) == 0 {
		close(c.all)
	}
}

// done reports whether the platform had been pending.
func (c *catching) done(platform string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.pending[platform] {
		return false
	}
	delete(c.pending, platform)
	if len(c.pending) == 0 {
		close(c.all)
	}
	return true
}

func (c *catching) list() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for p := range c.pending {
		out = append(out, p)
	}
	return out
}
