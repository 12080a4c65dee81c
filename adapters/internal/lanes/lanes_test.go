package lanes

import (
	"slices"
	"sync"
	"testing"
)

func TestALaneKeepsItsOrderAndHoldsUpNoOther(t *testing.T) {
	l := New(8)
	var mu sync.Mutex
	var done []int
	held := make(chan struct{})
	for n := range 5 {
		l.Run("slow", func() {
			<-held
			mu.Lock()
			done = append(done, n)
			mu.Unlock()
		})
	}
	passed := make(chan struct{})
	l.Run("other", func() { close(passed) })
	<-passed
	close(held)
	l.Wait()
	if !slices.IsSorted(done) || len(done) != 5 {
		t.Errorf("done in the order %v", done)
	}
}
