// Package lanes keeps what a platform sends in its order, conversation by
// conversation, on its way into the inbox.
package lanes

import "sync"

// Lanes runs tasks of one lane one after the other, in the order in which they
// came, and different lanes side by side. Messages of a channel share a lane,
// so that they reach the inbox in the order in which the platform sent them.
type Lanes struct {
	mu    sync.Mutex
	tails map[string]chan struct{} // closed when the lane's last task is done
	free  chan struct{}
	wg    sync.WaitGroup
}

// New makes lanes on which so many tasks may be under way at once. Beyond that,
// reading from the platform waits: nothing is dropped.
func New(underWay int) *Lanes {
	return &Lanes{tails: map[string]chan struct{}{}, free: make(chan struct{}, underWay)}
}

// Run starts the task when those before it in its lane are done, and returns at once
// unless too many are under way.
func (l *Lanes) Run(lane string, task func()) {
	l.free <- struct{}{}
	done := make(chan struct{})
	l.mu.Lock()
	before := l.tails[lane]
	l.tails[lane] = done
	l.mu.Unlock()
	l.wg.Go(func() {
		if before != nil {
			<-before
		}
		task()
		l.mu.Lock()
		close(done)
		if l.tails[lane] == done {
			delete(l.tails, lane)
		}
		l.mu.Unlock()
		<-l.free
	})
}

// Wait returns when every task is done.
func (l *Lanes) Wait() { l.wg.Wait() }
