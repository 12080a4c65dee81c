package discord

import "sync"

// memoryMax bounds one generation of a memory.
const memoryMax = 20000

// memory remembers what was learnt lately: between memoryMax and twice as many
// entries, the oldest forgotten first. The zero memory is empty and ready.
type memory[K comparable, V any] struct {
	mu       sync.Mutex
	now, old map[K]V
}

func (m *memory[K, V]) get(k K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.now[k]
	if !ok {
		v, ok = m.old[k]
	}
	return v, ok
}

func (m *memory[K, V]) set(k K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now == nil || len(m.now) >= memoryMax {
		m.now, m.old = map[K]V{}, m.now
	}
	m.now[k] = v
}

func (m *memory[K, V]) forget(k K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.now, k)
	delete(m.old, k)
}
