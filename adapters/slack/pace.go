package slack

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"sereno/adapters/internal/waits"
)

// limit is how often something may be done: n times in so many seconds. What it
// allows may be used at once, after which it comes back evenly: Slack welcomes
// bursts.
type limit struct {
	n       int
	seconds int
	// channel: each channel has a limit of its own.
	channel bool
}

// every is the time in which one comes back: a little more than the limit
// says, for what was sent evenly may arrive closer together.
func (l limit) every(second time.Duration) time.Duration {
	d := time.Duration(l.seconds) * second / time.Duration(l.n)
	return d + d/50
}

// Slack's tiers, as many a minute of each method for the whole workspace
// (docs.slack.dev/apis/web-api/rate-limits).
var (
	tier2 = limit{n: 20, seconds: 60}
	tier3 = limit{n: 50, seconds: 60}
	tier4 = limit{n: 100, seconds: 60}
	// Messages: one a second in each channel, with short bursts. Above that there is
	// one for the workspace, "several hundred a minute", which Slack does not put
	// into a number: it is learnt from its 429.
	posting = limit{n: 3, seconds: 3, channel: true}
)

// limits of the methods that we call, each as its own page says it
// (docs.slack.dev/reference/methods). A method that is not here is not paced.
var limits = map[string]limit{
	"chat.postMessage":             posting,
	"chat.postEphemeral":           tier4,
	"chat.update":                  tier3,
	"chat.delete":                  tier3,
	"conversations.history":        tier3,
	"conversations.info":           tier3,
	"conversations.open":           tier3,
	"conversations.replies":        tier3,
	"files.completeUploadExternal": tier4,
	"files.delete":                 tier3,
	"files.getUploadURLExternal":   tier4,
	"files.info":                   tier4,
	"reactions.add":                tier3,
	"usergroups.users.list":        tier2,
	"users.info":                   tier4,
	"views.open":                   tier4,
	"views.publish":                tier4,
}

// crowd is how many channels must be made to wait at once before the whole
// method does: then it is not the channels' limit but the workspace's.
const crowd = 3

// turn is a call that wants its place among those of its kind.
type turn struct {
	method, channel string
	// key is the delivery's. One that is sent away to come back later finds its
	// place kept, so that many that wait do not push each other back.
	key string
	// patience is how long the call may wait; one that would have to wait longer is
	// refused at once.
	patience time.Duration
	// reading: nobody waits for it. It leaves a fifth of what the limit allows to
	// those for whom somebody does.
	reading bool
}

// errTurn says that the call's place comes later than it would wait.
type errTurn struct {
	method string
	wait   time.Duration
}

func (e *errTurn) Error() string {
	return fmt.Sprintf("kept back for %s, by slack's limit for %s", e.wait.Round(time.Millisecond), e.method)
}

// pacer keeps to Slack's limits, so that Slack need not make us. It is of one
// workspace and app, as the limits are.
type pacer struct {
	// second is how long one of the limits' seconds lasts; tests shorten it. With 0
	// nobody waits but for what Slack asks.
	second func() time.Duration

	mu     sync.Mutex
	lines  map[line]*slots
	kept   map[place]time.Time
	tidied time.Time
}

// line is where calls wait for each other: those of a method, or of a method in a channel.
type line struct{ method, channel string }

// place is a delivery's in a line.
type place struct {
	line
	key string
}

// slots are the instants of a line that are still to be given away. All that
// the limit allows is there again at full; before held nothing is given.
type slots struct{ full, held time.Time }

func newPacer(second func() time.Duration) *pacer {
	return &pacer{second: second, lines: map[line]*slots{}, kept: map[place]time.Time{}}
}

// wait returns when it is the call's turn; *errTurn when that is too far off.
func (p *pacer) wait(ctx context.Context, t turn) error {
	d, ok := p.take(t, time.Now())
	if !ok {
		return &errTurn{t.method, d}
	}
	if d <= 0 {
		return ctx.Err()
	}
	return waits.Sleep(ctx, d)
}

// take gives the call an instant, as how long it is until then; false when
// that is more than its patience.
func (p *pacer) take(t turn, now time.Time) (time.Duration, bool) {
	lim, paced := limits[t.method]
	l := line{method: t.method}
	if lim.channel {
		l.channel = t.channel
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s, mine := p.line(l, now), place{l, t.key}
	at, promised := p.kept[mine]
	if !promised {
		at = now
		if paced {
			at = latest(now, s.free(lim, t.reading, p.second()))
		}
	}
	at = latest(at, s.held, p.line(line{method: t.method}, now).held)
	wait := at.Sub(now)
	ok := wait <= t.patience
	if paced && !promised && (ok || t.key != "") {
		s.full = latest(s.full, now).Add(lim.every(p.second()))
	}
	switch {
	case ok:
		delete(p.kept, mine)
	case t.key != "":
		p.kept[mine] = at
	}
	return wait, ok
}

// free is when the limit allows another one.
func (s *slots) free(l limit, reading bool, second time.Duration) time.Time {
	n := l.n
	if reading {
		n -= n / 5
	}
	return s.full.Add(-time.Duration(n-1) * l.every(second))
}

// tidyEvery is longer than any limit's stretch.
const tidyEvery = 10 * time.Minute

// line finds the slots of a line. The lock is held.
func (p *pacer) line(l line, now time.Time) *slots {
	if s := p.lines[l]; s != nil {
		return s
	}
	if now.Sub(p.tidied) > tidyEvery {
		p.tidy(now)
	}
	s := &slots{}
	p.lines[l] = s
	return s
}

// tidy forgets lines in which nothing happened lately and places whose
// deliveries never came back. The lock is held.
func (p *pacer) tidy(now time.Time) {
	p.tidied = now
	old := now.Add(-tidyEvery)
	for l, s := range p.lines {
		if s.held.Before(now) && s.full.Before(old) {
			delete(p.lines, l)
		}
	}
	for k, at := range p.kept {
		if at.Before(old) {
			delete(p.kept, k)
		}
	}
}

// hold makes everybody wait where Slack asked one call to.
func (p *pacer) hold(t turn, wait time.Duration, now time.Time) {
	until := now.Add(wait)
	if second := p.second(); second > 0 {
		until = now.Add(time.Duration(wait.Seconds() * float64(second)))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l := line{method: t.method}
	if limits[t.method].channel {
		l.channel = t.channel
		held := 0
		for other, s := range p.lines {
			if other.method == t.method && other.channel != t.channel && s.held.After(now) {
				held++
			}
		}
		if held+1 >= crowd {
			whole := p.line(line{method: t.method}, now)
			whole.held = latest(whole.held, until)
		}
	}
	s := p.line(l, now)
	s.held = latest(s.held, until)
}

func latest(instants ...time.Time) time.Time {
	return slices.MaxFunc(instants, time.Time.Compare)
}

// call makes one call of the Web API when it is its turn, with a deadline.
func call[T any](ctx context.Context, a *Adapter, t turn, do func(context.Context) (T, error)) (T, error) {
	if err := a.pace.wait(ctx, t); err != nil {
		var none T
		return none, err
	}
	out, err := within(ctx, a.tune.call, do)
	if asked := retryAfter(err); asked > 0 {
		a.pace.hold(t, asked, time.Now())
	}
	return out, err
}

// delivering is the turn of a call that is made for a delivery. It waits but
// shortly: the core has better things to do than to wait for a busy channel
// with us.
func (a *Adapter) delivering(method, channel, key string) turn {
	return turn{method: method, channel: channel, key: key, patience: a.tune.sendWait}
}

// reading is the turn of a call for which nobody waits.
func (a *Adapter) reading(method, channel string) turn {
	return turn{method: method, channel: channel, patience: a.tune.readWait, reading: true}
}
