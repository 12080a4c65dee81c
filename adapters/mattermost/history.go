package mattermost

import (
	"slices"
	"sync"
	"time"

	"sereno/bot"
)

// keptMax bounds what is kept or remembered of one channel.
const keptMax = 50000

// unserved is the gate of all channels that are not served: direct and group
// messages, of which we learn only when they are asked for.
const unserved = ""

// history knows, of each channel, up to where it was read, what came in live
// since, and whether live messages must wait for what was said before them.
//
// They must wait because the store remembers one place in a channel: the newest
// message accepted. Were a live message accepted before those that we missed,
// a crash at that moment would hide the gap for ever.
type history struct {
	asked chan struct{} // capacity 1: somebody wants the history read; more add nothing

	mu     sync.Mutex
	gap    int                             // counts the gaps
	served map[string]bool                 // channels with a gate of their own
	gates  map[string]*gate                // of the channels that are behind
	marks  map[string]time.Time            // up to when the history was read by this process
	seen   map[string]map[string]time.Time // keys of what came in live after the mark
}

// gate holds back what comes while the channel is behind.
type gate struct {
	gap  int
	kept []bot.Event
}

func newHistory() *history {
	return &history{
		asked:  make(chan struct{}, 1),
		served: map[string]bool{},
		gates:  map[string]*gate{},
		marks:  map[string]time.Time{},
		seen:   map[string]map[string]time.Time{},
	}
}

// ask wants the history read soon.
func (h *history) ask() {
	select {
	case h.asked <- struct{}{}:
	default:
	}
}

// close makes live messages of the served channels, and of all others, wait:
// there was a gap.
func (h *history) close(served []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gap++
	clear(h.served)
	for _, c := range served {
		h.served[c] = true
		h.shut(c)
	}
	h.shut(unserved)
}

// behind makes what comes from one channel wait, beginning with the event, which
// the inbox did not take.
func (h *history) behind(e bot.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gap++
	h.shut(h.gateOf(e.Channel)).keep(e)
}

func (h *history) shut(name string) *gate {
	g := h.gates[name]
	if g == nil {
		g = &gate{}
		h.gates[name] = g
	}
	g.gap = h.gap
	return g
}

func (h *history) gateOf(channel string) string {
	if h.served[channel] {
		return channel
	}
	return unserved
}

func (g *gate) keep(events ...bot.Event) {
	for _, e := range events {
		again := func(k bot.Event) bool { return k.Key == e.Key }
		if len(g.kept) < keptMax && !slices.ContainsFunc(g.kept, again) {
			g.kept = append(g.kept, e)
		}
	}
}

// keep holds the event back until its channel's gate is opened; false when it is open.
func (h *history) keep(e bot.Event) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := h.gates[h.gateOf(e.Channel)]
	if g == nil {
		return false
	}
	g.keep(e)
	return true
}

// putBack returns to the gate what could not be let in.
func (h *history) putBack(name string, events []bot.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shut(name).keep(events...)
}

// gapNow counts the gaps so far.
func (h *history) gapNow() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.gap
}

// pending are the gates that are closed.
func (h *history) pending() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for name := range h.gates {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// open lets live messages in, unless there was another gap after the given one.
// Where some were kept it answers those and stays closed: accept them and call
// it again.
func (h *history) open(name string, gap int) (kept []bot.Event, opened bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := h.gates[name]
	if g == nil || g.gap > gap {
		return nil, false
	}
	if len(g.kept) > 0 {
		kept, g.kept = g.kept, nil
		return kept, false
	}
	delete(h.gates, name)
	return nil, true
}

// met remembers what came in live.
func (h *history) met(e bot.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.seen[e.Channel]
	if s == nil || len(s) >= keptMax {
		s = map[string]time.Time{}
		h.seen[e.Channel] = s
	}
	s[e.Key] = e.At
}

func (h *history) hasMet(e bot.Event) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, ok := h.seen[e.Channel][e.Key]
	return ok
}

// mark is when this process has read the channel up to, zero when it has not.
func (h *history) mark(channel string) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.marks[channel]
}

// setMark forgets what came in live well before the mark: it will not be read again.
func (h *history) setMark(channel string, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.marks[channel] = at
	for key, when := range h.seen[channel] {
		if when.Before(at.Add(-overlap)) {
			delete(h.seen[channel], key)
		}
	}
}
