package memory

import "testing"

func TestTheOldestIsForgottenFirst(t *testing.T) {
	var m Memory[int, string]
	if _, ok := m.Get(1); ok {
		t.Fatal("an empty memory remembers something")
	}
	for i := range 2*Max + 1 {
		m.Set(i, "x")
	}
	if _, ok := m.Get(0); ok {
		t.Error("the oldest is still remembered")
	}
	if _, ok := m.Get(2 * Max); !ok {
		t.Error("the newest is forgotten")
	}
	if _, ok := m.Get(Max); !ok {
		t.Error("the generation before is forgotten")
	}
	m.Forget(Max)
	if _, ok := m.Get(Max); ok {
		t.Error("what was to be forgotten is remembered")
	}
}
