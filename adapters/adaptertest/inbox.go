package adaptertest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"sereno/bot"
)

// soon is far longer than anything here takes; waiting ends as soon as it has happened.
const soon = 10 * time.Second

// Inbox is the core's side: it remembers what was accepted, each key once, and
// outlives the adapters that run on it. Every message outside threads counts as
// the root of an open thread.
type Inbox struct {
	mu       sync.Mutex
	changed  chan struct{}
	channels []string
	events   []bot.Event
	keys     map[string]int // how often each was offered and taken
	newest   map[string]map[string]bot.Event
	refusals map[string]int
	caughtUp int
	meet     func(context.Context, bot.Event) error
}

// NewInbox serves the channels.
func NewInbox(channels ...string) *Inbox {
	return &Inbox{
		channels: channels, changed: make(chan struct{}), keys: map[string]int{},
		newest: map[string]map[string]bot.Event{}, refusals: map[string]int{},
	}
}

// change tells those who wait that something happened. The lock is held.
func (in *Inbox) change() {
	close(in.changed)
	in.changed = make(chan struct{})
}

// Meet lets f see every event before it is taken: it may take its time, and an
// error of it refuses the event. Nil takes everything at once.
func (in *Inbox) Meet(f func(context.Context, bot.Event) error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.meet = f
}

// Accept implements bot.Inbox.
func (in *Inbox) Accept(ctx context.Context, e bot.Event) error {
	in.mu.Lock()
	meet := in.meet
	in.mu.Unlock()
	if meet != nil {
		if err := meet(ctx, e); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	defer in.change()
	in.keys[e.Key]++
	if in.keys[e.Key] > 1 {
		return nil
	}
	e.Fields = maps.Clone(e.Fields)
	in.events = append(in.events, e)
	if e.Kind == bot.MessagePosted {
		in.note(e)
	}
	return nil
}

// note remembers the newest message of each thread, by when it was written and
// then by its id, as the store does.
func (in *Inbox) note(e bot.Event) {
	threads := in.newest[e.Channel]
	if threads == nil {
		threads = map[string]bot.Event{}
		in.newest[e.Channel] = threads
	}
	known, ok := threads[e.Thread]
	if !ok || known.At.Before(e.At) || known.At.Equal(e.At) && known.Message < e.Message {
		threads[e.Thread] = e
	}
}

// Cursor implements bot.Inbox.
func (in *Inbox) Cursor(_ context.Context, _, channel string) (string, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.newest[channel][""].Message, nil
}

// Threads implements bot.Inbox.
func (in *Inbox) Threads(_ context.Context, _, channel string) ([]bot.ThreadCursor, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	var out []bot.ThreadCursor
	for _, e := range in.events {
		if e.Kind == bot.MessagePosted && e.Channel == channel && e.Thread == "" {
			out = append(out, bot.ThreadCursor{Root: e.Message, Last: in.newest[channel][e.Message].Message})
		}
	}
	return out, nil
}

// Channels implements bot.Inbox.
func (in *Inbox) Channels(string) []string { return slices.Clone(in.channels) }

// CaughtUp implements bot.Inbox.
func (in *Inbox) CaughtUp(string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.caughtUp++
	in.change()
}

// Refused implements bot.Inbox.
func (in *Inbox) Refused(_, reason string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.refusals[reason]++
	in.change()
}

// Complete implements bot.Inbox.
func (in *Inbox) Complete(context.Context, bot.Completion) ([]bot.Option, error) {
	return []bot.Option{{Value: "INC-1", Label: "INC-1"}}, nil
}

// TimesCaughtUp is how often CaughtUp was called.
func (in *Inbox) TimesCaughtUp() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.caughtUp
}

// Events are those that were accepted, in that order, without repetitions.
func (in *Inbox) Events() []bot.Event {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.events)
}

// Accepted counts the events that were accepted, without repetitions.
func (in *Inbox) Accepted() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.events)
}

// Offered is how often the key was offered and taken.
func (in *Inbox) Offered(key string) int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.keys[key]
}

// Wait returns when cond holds, which is asked whenever something comes in. It
// may call the inbox.
func (in *Inbox) Wait(t testing.TB, what string, cond func() bool) {
	t.Helper()
	patience := soon
	if _, bench := t.(*testing.B); bench {
		patience = 10 * time.Minute
	}
	end := time.NewTimer(patience)
	defer end.Stop()
	for {
		in.mu.Lock()
		changed := in.changed
		in.mu.Unlock()
		if cond() {
			return
		}
		select {
		case <-changed:
		case <-end.C:
			t.Fatalf("it did not happen: %s\naccepted: %s", what, list(in.Events()))
		}
	}
}

// First waits for the first event that fits.
func (in *Inbox) First(t testing.TB, what string, fits func(bot.Event) bool) (e bot.Event) {
	t.Helper()
	in.Wait(t, what, func() bool {
		all := in.Events()
		i := slices.IndexFunc(all, fits)
		if i >= 0 {
			e = all[i]
		}
		return i >= 0
	})
	return e
}

// Refusals is how often something was refused for the reason.
func (in *Inbox) Refusals(reason string) int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.refusals[reason]
}
