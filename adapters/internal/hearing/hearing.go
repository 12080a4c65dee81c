// Package hearing is since when a platform cannot be heard.
package hearing

import (
	"sync"
	"time"
)

// Hearing counts the connections over which a platform is heard. Its zero value
// knows of none, and misses none. It is safe for use by several goroutines.
type Hearing struct {
	mu    sync.Mutex
	open  int
	since time.Time
}

// Begin says that the platform is to be heard from now on.
func (h *Hearing) Begin() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == 0 && h.since.IsZero() {
		h.since = time.Now()
	}
}

// Opened says that one more connection is greeted.
func (h *Hearing) Opened() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open++
	h.since = time.Time{}
}

// Closed says that one of those has ended.
func (h *Hearing) Closed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open--; h.open == 0 {
		h.since = time.Now()
	}
}

// DeafSince implements bot.Listener.
func (h *Hearing) DeafSince() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.since
}
