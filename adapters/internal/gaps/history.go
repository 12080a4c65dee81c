// Package gaps joins what a platform sends live to what its channels' history
// holds, so that nothing said in between is lost.
package gaps

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"sereno/bot"
)

// seenMax bounds what is remembered of a channel between two looks at its history.
const seenMax = 50000

// History knows, of each channel, up to where it was read, what came in live
// since, and whether live messages must wait for what was said before them.
//
// They must wait because the store remembers one place in a channel: the newest
// message accepted. Were a live message accepted before those that we missed,
// a crash at that moment would hide the gap for ever.
type History struct {
	earlier func(a, b string) bool
	asked   chan struct{} // capacity 1: somebody wants the history read; more add nothing

	mu    sync.Mutex
	gap   int                            // counts the gaps
	gates map[string]*gate               // of the channels that are behind
	marks map[string]string              // id up to which the history was read by this process
	seen  map[string]map[string]struct{} // ids that came in live after the mark, threads' among them
}

type gate struct {
	gap  int
	open chan struct{}
	// kept came while the gate was closed and could wait no longer. The platform is
	// not told that we have them, but they must be in before anything later is:
	// the history may have been read before they were said.
	kept []bot.Event
}

// New makes a history that is not behind anywhere. Messages of a channel are
// known by an id of the platform's; earlier tells which of two comes first.
func New(earlier func(a, b string) bool) *History {
	return &History{
		earlier: earlier,
		asked:   make(chan struct{}, 1),
		gates:   map[string]*gate{},
		marks:   map[string]string{},
		seen:    map[string]map[string]struct{}{},
	}
}

// Asked is ready when the history is wanted read.
func (h *History) Asked() <-chan struct{} { return h.asked }

// Ask wants the history read soon.
func (h *History) Ask() {
	select {
	case h.asked <- struct{}{}:
	default:
	}
}

// Close makes live messages of the channels wait: there was a gap.
func (h *History) Close(channels []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gap++
	for _, c := range channels {
		if g := h.gates[c]; g != nil {
			g.gap = h.gap
			continue
		}
		h.gates[c] = &gate{gap: h.gap, open: make(chan struct{})}
	}
}

// Gap counts the gaps so far.
func (h *History) Gap() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.gap
}

// Open lets live messages of the channel in, unless there was another gap
// after the given one. It answers whether any had to wait. Where some were kept
// it answers those and stays closed: accept them and call it again.
func (h *History) Open(channel string, gap int) (kept []bot.Event, opened bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := h.gates[channel]
	if g == nil || g.gap > gap {
		return nil, false
	}
	if len(g.kept) > 0 {
		kept, g.kept = g.kept, nil
		return kept, false
	}
	close(g.open)
	delete(h.gates, channel)
	return nil, true
}

// OpenAll lets live messages of every channel in that had no other gap since:
// also of those that are not served any more.
func (h *History) OpenAll(gap int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for channel, g := range h.gates {
		if g.gap <= gap {
			close(g.open)
			delete(h.gates, channel)
		}
	}
}

// Keep holds events back until the gate is opened; false when it is open.
func (h *History) Keep(channel string, events ...bot.Event) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := h.gates[channel]
	if g == nil {
		return false
	}
	for _, e := range events {
		again := func(k bot.Event) bool { return k.Key == e.Key }
		if len(g.kept) < seenMax && !slices.ContainsFunc(g.kept, again) {
			g.kept = append(g.kept, e)
		}
	}
	return true
}

// ErrBehind keeps a live message out until what was said before it has been read.
var ErrBehind = errors.New("still catching up with the channel")

// Wait returns nil when the channel is not behind, or no longer; ErrBehind when it
// still is at the end of the given time; the context's error when that ends first.
func (h *History) Wait(ctx context.Context, channel string, atMost time.Duration) error {
	h.mu.Lock()
	g := h.gates[channel]
	h.mu.Unlock()
	if g == nil {
		return nil
	}
	t := time.NewTimer(max(atMost, 0))
	defer t.Stop()
	select {
	case <-g.open:
		return nil
	case <-t.C:
		return ErrBehind
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Met remembers a message that came in live.
func (h *History) Met(channel, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.seen[channel]
	if s == nil || len(s) >= seenMax {
		s = map[string]struct{}{}
		h.seen[channel] = s
	}
	s[id] = struct{}{}
}

// HasMet reports whether the message came in live.
func (h *History) HasMet(channel, id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, ok := h.seen[channel][id]
	return ok
}

// Mark is where this process has read the channel up to, "" when it has not.
func (h *History) Mark(channel string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.marks[channel]
}

// SetMark forgets what came in live up to the mark: it will not be read again.
func (h *History) SetMark(channel, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.marks[channel] = id
	for t := range h.seen[channel] {
		if !h.earlier(id, t) {
			delete(h.seen[channel], t)
		}
	}
}
