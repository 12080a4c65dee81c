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

	"sereno/adapters/internal/waits"
	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

func inSeconds() time.Duration { return time.Second }

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
			t: turn{method: "chat.postMessage", channel: "C1", patience: hour}, n: 7, want: []int{0, 0, 0, 1, 2, 3, 4},
		},
		"another channel has its own": {
			before: slices.Repeat([]turn{{method: "chat.postMessage", channel: "C1", patience: hour}}, 9),
			t:      turn{method: "chat.postMessage", channel: "C2", patience: hour}, n: 4, want: []int{0, 0, 0, 1},
		},
		"edits share one, whatever the channel": {
			before: slices.Repeat([]turn{{method: "chat.update", channel: "C1", patience: hour}}, 49),
			t:      turn{method: "chat.update", channel: "C2", patience: hour}, n: 3, want: []int{0, 1, 2},
		},
		"a fifth is left to those for whom somebody waits": {
			before: slices.Repeat([]turn{{method: "conversations.history", patience: hour, reading: true}}, 42),
			t:      turn{method: "conversations.history", patience: hour}, n: 9, want: []int{0, 0, 0, 0, 0, 0, 0, 0, 1},
		},
		"reading waits where others are": {
			before: slices.Repeat([]turn{{method: "conversations.history", patience: hour}}, 41),
			t:      turn{method: "conversations.history", patience: hour, reading: true}, n: 1, want: []int{2},
		},
		"what has no limit of its own is not kept back": {
			t: turn{method: "auth.test"}, n: 3, want: []int{0, 0, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPacer(inSeconds)
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
	p, now := newPacer(inSeconds), time.Now()
	first := turn{method: "chat.update", patience: time.Hour}
	for range 50 + 49 {
		p.take(first, now)
	}
	mine := turn{method: "chat.update", key: "mine", patience: time.Second}
	wait, ok := p.take(mine, now)
	if ok || wait.Round(time.Second) != 61*time.Second {
		t.Fatalf("it may go in %s: %v", wait, ok)
	}
	for i := range 60 { // others come meanwhile
		p.take(turn{method: "chat.update", key: fmt.Sprint(i), patience: time.Second}, now.Add(30*time.Second))
	}
	if wait, ok := p.take(mine, now.Add(wait)); !ok || wait != 0 {
		t.Errorf("come back in time, it may go in %s: %v", wait, ok)
	}
}

func TestWhatSlackAsksOneToWaitAllWait(t *testing.T) {
	now := time.Now()
	post := func(channel string) turn {
		return turn{method: "chat.postMessage", channel: channel, patience: time.Minute}
	}
	p := newPacer(inSeconds)
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
	p, now := newPacer(inSeconds), time.Now()
	for i := range 3000 { // an hour and more
		at := now.Add(time.Duration(i) * 2 * time.Second)
		p.take(turn{method: "chat.postMessage", channel: strconv.Itoa(i), patience: time.Hour}, at)
		p.hold(turn{method: "chat.update"}, time.Second, at)
		p.take(turn{method: "chat.update", key: strconv.Itoa(i)}, at) // never comes back
	}
	if len(p.lines) > 700 || len(p.kept) > 700 {
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

// enforcer answers 429 to what exceeds Slack's limit for messages.
type enforcer struct {
	second  time.Duration
	mu      sync.Mutex
	full    map[string]time.Time // by channel: when a burst is allowed again
	refused int
}

func (e *enforcer) judge(method string, p url.Values) *slacktest.Fault {
	if method != "chat.postMessage" {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	full := latest(now, e.full[p.Get("channel")])
	// Some leeway: what was sent in its time may arrive a little closer together.
	if full.Sub(now) > time.Duration(posting.n-1)*e.second+e.second/5 {
		e.refused++
		return &slacktest.Fault{Status: 429, RetryAfter: "1"}
	}
	e.full[p.Get("channel")] = full.Add(e.second)
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
						if waits.Sleep(t.Context(), known.RetryAfter) != nil {
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
	e := &enforcer{second: second, full: map[string]time.Time{}}
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
	return took, time.Duration(each-posting.n) * second, e.refused
}

func TestAFloodIsPouredInOrderWithoutBeingTurnedAway(t *testing.T) {
	if _, _, refused := flood(t, 20*time.Millisecond, 20, 12); refused > 0 {
		t.Logf("slack had to ask %d times to wait", refused) // on a machine that stands still for long
	}
}

// 5,000 messages to 50 channels, with seconds of 200 ms: "x_limit" is the time
// that it takes, in multiples of the least that the limits allow.
func BenchmarkFlood(b *testing.B) {
	for range b.N {
		took, least, refused := flood(b, 200*time.Millisecond, 50, 100)
		b.ReportMetric(float64(took)/float64(least), "x_limit")
		b.ReportMetric(float64(refused), "refused")
	}
}
