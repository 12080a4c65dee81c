package discord

import (
	"context"
	"sync"
	"time"

	"sereno/adapters/internal/waits"
)

// What a bot may call in a second, over all routes
// (https://docs.discord.com/developers/topics/rate-limits#global-rate-limit).
// The second is counted a little long: calls do not arrive as evenly as they leave.
const (
	callsEach = 50
	paceOver  = 1020 * time.Millisecond
)

// pace lets at most callsEach calls begin within any paceOver. The nil pace lets
// all begin at once.
type pace struct {
	mu    sync.Mutex
	begun [callsEach]time.Time // a ring: when the last ones begin
	next  int
}

func newPace() *pace { return &pace{} }

// wait returns when the call may begin. Places are given in the order of asking.
func (p *pace) wait(ctx context.Context) error {
	if p == nil {
		return ctx.Err()
	}
	p.mu.Lock()
	begin := time.Now()
	if earliest := p.begun[p.next].Add(paceOver); begin.Before(earliest) {
		begin = earliest
	}
	p.begun[p.next] = begin
	p.next = (p.next + 1) % callsEach
	p.mu.Unlock()
	if d := time.Until(begin); d > 0 {
		return waits.Sleep(ctx, d)
	}
	return ctx.Err()
}
