// Package memory remembers, within bounds, what was learnt of a platform lately.
package memory

import "sync"

// Max bounds one generation of a memory, in entries.
const Max = 20000

// Memory remembers what was learnt lately: between Max and twice as many
// entries, the oldest forgotten first. The zero Memory is empty and ready, and
// safe for use by several goroutines.
type Memory[K comparable, V any] struct {
	mu       sync.Mutex
	now, old map[K]V
}

// Get answers what is remembered of the key, and whether anything is.
func (m *Memory[K, V]) Get(k K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.now[k]
	if !ok {
		v, ok = m.old[k]
	}
	return v, ok
}

// Set remembers the value, in the place of an earlier one.
func (m *Memory[K, V]) Set(k K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now == nil || len(m.now) >= Max {
		m.now, m.old = map[K]V{}, m.now
	}
	m.now[k] = v
}

// Forget drops what is remembered of the key.
func (m *Memory[K, V]) Forget(k K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.now, k)
	delete(m.old, k)
}
