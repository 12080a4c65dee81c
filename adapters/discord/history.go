package discord

import (
	"context"
	"sync"
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
	marks map[string]string              // id up to which the history was read by this process
	seen  map[string]map[string]struct{} // ids that came in live after the mark, threads' among them
}

type gate struct {
	gap  int
	open chan struct{}
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
// after the given one. It answers whether any had to wait.
func (h *history) open(channel string, gap int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := h.gates[channel]
	if g == nil || g.gap > gap {
		return false
	}
	close(g.open)
	delete(h.gates, channel)
	return true
}

// openAll lets live messages of every channel in that had no other gap since:
// also of those that are not served any more.
func (h *history) openAll(gap int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for channel, g := range h.gates {
		if g.gap <= gap {
			close(g.open)
			delete(h.gates, channel)
		}
	}
}

// wait returns when the channel is not behind, or no longer.
func (h *history) wait(ctx context.Context, channel string) error {
	h.mu.Lock()
	g := h.gates[channel]
	h.mu.Unlock()
	if g == nil {
		return nil
	}
	select {
	case <-g.open:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// met remembers a message that came in live.
func (h *history) met(channel, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.seen[channel]
	if s == nil || len(s) >= seenMax {
		s = map[string]struct{}{}
		h.seen[channel] = s
	}
	s[id] = struct{}{}
}

func (h *history) hasMet(channel, id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, ok := h.seen[channel][id]
	return ok
}

// mark is where this process has read the channel up to, "" when it has not.
func (h *history) mark(channel string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.marks[channel]
}

// setMark forgets what came in live up to the mark: it will not be read again.
func (h *history) setMark(channel, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.marks[channel] = id
	for t := range h.seen[channel] {
		if !earlier(id, t) {
			delete(h.seen[channel], t)
		}
	}
}
