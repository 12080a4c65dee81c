package discord

import "sync"

// maxUnderWay bounds what is being accepted at once. Beyond it, reading from
// the gateway waits: nothing is dropped, and Discord keeps what we do not read
// until we resume.
const maxUnderWay = 4096

// lanes runs tasks of one lane one after the other, in the order in which they
// came, and different lanes side by side. Messages of a channel and its threads
// share a lane, so that they reach the inbox in the order in which Discord sent them.
type lanes struct {
	mu    sync.Mutex
	tails map[string]chan struct{} // closed when the lane's last task is done
	free  chan struct{}
	wg    sync.WaitGroup
}

func newLanes() *lanes {
	return &lanes{tails: map[string]chan struct{}{}, free: make(chan struct{}, maxUnderWay)}
}

// run starts the task when those before it in its lane are done, and returns at once
// unless too many are under way.
func (l *lanes) run(lane string, task func()) {
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

// wait returns when every task is done.
func (l *lanes) wait() { l.wg.Wait() }
