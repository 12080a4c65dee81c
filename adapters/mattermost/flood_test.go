package mattermost

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"sereno/adapters/adaptertest"
	"sereno/adapters/mattermost/mattermosttest"
	"sereno/bot"
)

// flood pours messages into channels of a server that lets so many calls a
// second in after a burst, each channel's in order, as the core does. It answers
// how long that took and how long it must take.
func flood(t testing.TB, perSecond, burst, channels, each int) (took, least time.Duration) {
	s := subject(t, mattermosttest.Options{PerSecond: perSecond, Burst: burst})
	wire := s.Wire.(*mattermosttest.Wire)
	var ids []string
	for i := range channels {
		ids = append(ids, wire.AddChannel(fmt.Sprint("channel-", i)))
	}
	began := time.Now()
	var all sync.WaitGroup
	for _, id := range ids {
		all.Go(func() { pour(t, s.Adapter, id, each) })
	}
	all.Wait()
	took = time.Since(began)
	for _, id := range ids {
		inOrder(t, wire.Channel(id), each)
	}
	return took, time.Duration(channels*each-burst) * time.Second / time.Duration(perSecond)
}

// pour delivers one channel's messages, each when the one before it is settled.
func pour(t testing.TB, a bot.Adapter, channel string, n int) {
	for i := range n {
		d := bot.Delivery{
			Key: channel + strconv.Itoa(i), Kind: bot.Post, Platform: Platform, Channel: channel, Message: bot.Message{Text: strconv.Itoa(i)}, At: time.Now(),
		}
		for d.Attempt = 1; ; d.Attempt++ {
			_, err := a.Deliver(t.Context(), &d)
			if err == nil {
				break
			}
			var known *bot.DeliveryError
			if !errors.As(err, &known) || known.RetryAfter == 0 || !known.NotSent {
				t.Error(err)
				return
			}
			select {
			case <-time.After(known.RetryAfter):
			case <-t.Context().Done():
				return
			}
		}
	}
}

func inOrder(t testing.TB, all []adaptertest.Shown, n int) {
	t.Helper()
	if len(all) != n {
		t.Fatalf("there are %d of %d messages", len(all), n)
	}
	for i, m := range all {
		if m.Text != strconv.Itoa(i) {
			t.Fatalf("message %d is %s", i, m.Text)
		}
	}
}

func TestAFloodOverTheServersLimitIsAllThereInOrder(t *testing.T) { flood(t, 100, 100, 20, 8) }

// 5,000 messages to 50 channels at 500 a second: "x_limit" is the time that it
// takes, in multiples of the least that the limit allows.
func BenchmarkFlood(b *testing.B) {
	for range b.N {
		took, least := flood(b, 500, 500, 50, 100)
		b.ReportMetric(float64(took)/float64(least), "x_limit")
	}
}
