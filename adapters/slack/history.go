package slack

import (
	"context"
	"slices"
	"sync"
	"time"

	"sereno/bot"
)

// seenMax bounds what is remembered of a channel between two looks at its history.
const seenMax = 50000

// history knows, of each channel, up to where it was read, what came in live
// since, and whether live messages must wait for what was said before them.
//
// They must wait because the store remembers one place in a channel: the newest
// message accepted. Were a live message accepted before those that we missed,
// a crash at that moment would hide the gap for ever.
type history struct {
	asked chan struct{} // capacity 1: somebody wants the history read; more add nothing

	mu    sync.Mutex
	gap   int                            // counts the gaps
	gates map[string]*gate               // of the channels that are behind
	marks map[string]string              // ts up to which the history was read by this process
	seen  map[string]map[string]struct{} // ts that came in live after the mark
}

type gate struct {
	gap  int
	open chan struct{}
	// kept came while the gate was closed and could wait no longer. Slack is not
	// told that we have them, but they must be in before anything later is: the
	// history may have been read before they were said.
	kept []bot.Event
}

func newHistory() *history {
	return &history{
		asked: make(chan struct{}, 1),
		gates: map[string]*gate{},
		marks: map[string]string{},
		seen:  map[string]map[string]struct{}{},
	}
}

// ask wants the history read soon.
func (h *history) ask() {
	select {
	case h.asked <- struct{}{}:
	default:
	}
}

// close makes live messages of the channels wait: there was a gap.
func (h *history) close(channels []string) {
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

// gapNow counts the gaps so far.
func (h *history) gapNow() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.gap
}

// open lets live messages of the channel in, unless there was another gap
// after the given one. It answers whether any had to wait. Where some were kept
// it answers those and stays closed: accept them and call it again.
func (h *history) open(channel string, gap int) (kept []bot.Event, opened bool) {
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

// keep holds events back until the gate is opened; false when it is open.
func (h *history) keep(channel string, events ...bot.Event) bool {
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

// wait returns nil when the channel is not behind, or no longer; errBehind when it
// still is at the end of the given time.
func (h *history) wait(ctx context.Context, channel string, atMost time.Duration) error {
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
		return errBehind
	case <-ctx.Done():
		return ctx.Err()
	}
}

// met remembers a message that came in live.
func (h *history) met(channel, ts string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.seen[channel]
	if s == nil || len(s) >= seenMax {
		s = map[string]struct{}{}
		h.seen[channel] = s
	}
	s[ts] = struct{}{}
}

func (h *history) hasMet(channel, ts string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, ok := h.seen[channel][ts]
	return ok
}

// mark is where this process has read the channel up to, "" when it has not.
func (h *history) mark(channel string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.marks[channel]
}

// setMark forgets what came in live up to the mark: it will not be read again.
func (h *history) setMark(channel, ts string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.marks[channel] = ts
	for t := range h.seen[channel] {
		if !earlier(ts, t) {
			delete(h.seen[channel], t)
		}
	}
}
