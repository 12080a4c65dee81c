package slack

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

// asked takes n turns at one instant and answers when they come, in seconds.
func asked(p *pacer, t turn, n int, now time.Time) (at []int, refused int) {
	for range n {
		d, ok := p.take(t, now)
		if !ok {
			refused++
		}
		at = append(at, int(d.Round(time.Second)/time.Second))
	}
	return at, refused
}

func TestTurnsComeAsOftenAsSlackAllows(t *testing.T) {
	now := time.Now()
	hour := time.Hour
	for name, c := range map[string]struct {
		before []turn
		t      turn
		n      int
		want   []int
	}{
		"messages in one channel come one a second, three at once": {
			t: turn{method: "chat.postMessage", channel: "C1", patience: hour}, n: 7, want: []int{0, 0, 0, 3, 3, 3, 6},
		},
		"another channel has its own": {
			before: slices.Repeat([]turn{{method: "chat.postMessage", channel: "C1", patience: hour}}, 9),
			t:      turn{method: "chat.postMessage", channel: "C2", patience: hour}, n: 4, want: []int{0, 0, 0, 3},
		},
		"edits share one, whatever the channel": {
			before: slices.Repeat([]turn{{method: "chat.update", channel: "C1", patience: hour}}, 49),
			t:      turn{method: "chat.update", channel: "C2", patience: hour}, n: 3, want: []int{0, 60, 60},
		},
		"a fifth is left to those for whom somebody waits": {
			before: slices.Repeat([]turn{{method: "conversations.history", patience: hour, reading: true}}, 40),
			t:      turn{method: "conversations.history", patience: hour}, n: 11, want: []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60},
		},
		"reading waits where others are": {
			before: slices.Repeat([]turn{{method: "conversations.history", patience: hour}}, 40),
			t:      turn{method: "conversations.history", patience: hour, reading: true}, n: 1, want: []int{60},
		},
		"what has no limit of its own is not kept back": {
			t: turn{method: "auth.test"}, n: 3, want: []int{0, 0, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPacer(time.Second)
			for _, b := range c.before {
				p.take(b, now)
			}
			if at, refused := asked(p, c.t, c.n, now); !slices.Equal(at, c.want) || refused > 0 {
				t.Errorf("the turns come at %v, and %d were refused", at, refused)
			}
		})
	}
}

func TestOneThatIsSentAwayFindsItsPlaceKept(t *testing.T) {
	p, now := newPacer(time.Second), time.Now()
	first := turn{method: "chat.update", patience: time.Minute}
	for range 50 {
		p.take(first, now)
	}
	mine := turn{method: "chat.update", key: "mine", patience: time.Second}
	wait, ok := p.take(mine, now)
	if ok || wait != time.Minute {
		t.Fatalf("it may go in %s: %v", wait, ok)
	}
	for i := range 60 { // others come meanwhile
		p.take(turn{method: "chat.update", key: fmt.Sprint(i), patience: time.Second}, now.Add(30*time.Second))
	}
	if wait, ok := p.take(mine, now.Add(time.Minute)); !ok || wait != 0 {
		t.Errorf("come back in time, it may go in %s: %v", wait, ok)
	}
}

func TestWhatSlackAsksOneToWaitAllWait(t *testing.T) {
	now := time.Now()
	post := func(channel string) turn {
		return turn{method: "chat.postMessage", channel: channel, patience: time.Minute}
	}
	p := newPacer(time.Second)
	p.hold(post("C1"), 7*time.Second, now)
	if at, _ := asked(p, post("C1"), 1, now); at[0] != 7 {
		t.Errorf("the same channel goes on after %v", at)
	}
	if at, _ := asked(p, post("C2"), 1, now); at[0] != 0 {
		t.Errorf("another channel goes on after %v", at)
	}
	p.hold(post("C2"), 7*time.Second, now)
	p.hold(post("C3"), 9*time.Second, now)
	if at, _ := asked(p, post("C4"), 1, now); at[0] != 9 {
		t.Errorf("with so many kept back a further one goes on after %v", at)
	}
	p.hold(turn{method: "views.publish"}, 5*time.Second, now)
	if at, _ := asked(p, turn{method: "views.publish", patience: time.Minute}, 1, now); at[0] != 5 {
		t.Errorf("the method goes on after %v", at)
	}
}

func TestThePacerForgetsWhatIsLongOver(t *testing.T) {
	p, now := newPacer(time.Second), time.Now()
	for i := range 3 * forgetAt {
		at := now.Add(time.Duration(i) * time.Second)
		p.take(turn{method: "chat.postMessage", channel: strconv.Itoa(i), patience: time.Hour}, at)
		p.hold(turn{method: "chat.update"}, time.Hour, at)
		p.take(turn{method: "chat.update", key: strconv.Itoa(i)}, at)
	}
	if len(p.lines) > forgetAt+1 || len(p.kept) > 2*forgetAt {
		t.Errorf("it remembers %d lines and %d places", len(p.lines), len(p.kept))
	}
}

func TestADeliveryForWhichThereIsNoRoomIsPutOffAtOnce(t *testing.T) {
	w := newWorld(t, func(_ *slacktest.Options, _ *Config, _ *Options, tune *tuning) { tune.second = time.Hour })
	for i := range 4 {
		_, err := w.deliver(bot.Delivery{Key: fmt.Sprint(i), Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "hola"}})
		var known *bot.DeliveryError
		if i < 3 && err != nil {
			t.Fatal(err)
		}
		if i == 3 && (!errors.As(err, &known) || !known.NotSent || known.Permanent || known.RetryAfter < time.Hour) {
			t.Errorf("the fourth gave %#v", err)
		}
	}
	if n := len(w.slack.Calls("chat.postMessage")); n != 3 {
		t.Errorf("slack was called %d times", n)
	}
}

// enforcer answers 429 to what exceeds Slack's limits.
type enforcer struct {
	second  time.Duration
	mu      sync.Mutex
	given   map[line][]time.Time
	refused int
}

func (e *enforcer) judge(method string, p url.Values) *slacktest.Fault {
	lim, ok := limits[method]
	if !ok {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	l, now := line{method: method}, time.Now()
	if lim.channel {
		l.channel = p.Get("channel")
	}
	// Some leeway: what was sent in its time may arrive a little closer together.
	stretch := time.Duration(lim.seconds)*e.second - e.second/2
	recent := slices.DeleteFunc(e.given[l], func(t time.Time) bool { return now.Sub(t) > stretch })
	if len(recent) >= lim.n {
		e.refused++
		return &slacktest.Fault{Status: 429, RetryAfter: "1"}
	}
	e.given[l] = append(recent, now)
	return nil
}

// pour delivers as the core does: so many hands, one delivery of a channel at
// a time, put off for as long as the adapter says.
func pour(t testing.TB, a *Adapter, channels []string, each int) {
	const hands = 16
	free := make(chan struct{}, hands)
	var all sync.WaitGroup
	for _, channel := range channels {
		all.Go(func() {
			for i := range each {
				d := bot.Delivery{
					Key: fmt.Sprint(channel, " ", i), Kind: bot.Post, Platform: Platform, Channel: channel,
					Message: bot.Message{Text: strconv.Itoa(i)}, At: time.Now(),
				}
				for sent := false; !sent; {
					d.Attempt++
					free <- struct{}{}
					_, err := a.Deliver(t.Context(), &d)
					<-free
					var known *bot.DeliveryError
					switch {
					case err == nil:
						sent = true
					case errors.As(err, &known) && !known.Permanent && known.NotSent:
						if sleep(t.Context(), known.RetryAfter) != nil {
							return
						}
					default:
						t.Error(err)
						return
					}
				}
			}
		})
	}
	all.Wait()
}

func flood(t testing.TB, second time.Duration, channels, each int) (took, least time.Duration, refused int) {
	e := &enforcer{second: second, given: map[line][]time.Time{}}
	w := newWorld(t, func(o *slacktest.Options, _ *Config, _ *Options, tune *tuning) {
		o.Chaos, tune.second = e.judge, second
	})
	var ids []string
	for i := range channels {
		ids = append(ids, fmt.Sprintf("C%03d", i))
		w.slack.AddChannel(ids[i], true)
	}
	began := time.Now()
	pour(t, w.a, ids, each)
	took = time.Since(began)
	for _, id := range ids {
		said := w.slack.Messages(id)
		if len(said) != each {
			t.Fatalf("in %s there are %d of %d messages", id, len(said), each)
		}
		for i, m := range said {
			if m.Text != strconv.Itoa(i) {
				t.Fatalf("in %s message %d is %s", id, i, m.Text)
			}
		}
	}
	// The first three may go at once, and three in every three seconds.
	return took, time.Duration((each-1)/3*3) * second, e.refused
}

func TestAFloodIsPouredInOrderWithoutBeingTurnedAway(t *testing.T) {
	if _, _, refused := flood(t, 20*time.Millisecond, 20, 12); refused > 0 {
		t.Logf("slack had to ask %d times to wait", refused) // on a machine that stands still for long
	}
}

// 5,000 messages to 50 channels, with seconds of 50 ms: "x_limit" is the time
// that it takes, in multiples of the least that the limits allow.
func BenchmarkFlood(b *testing.B) {
	for range b.N {
		took, least, refused := flood(b, 50*time.Millisecond, 50, 100)
		b.ReportMetric(float64(took)/float64(least), "x_limit")
		b.ReportMetric(float64(refused), "refused")
	}
}
