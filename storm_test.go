package main_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"sereno/adapters/adaptertest"
	"sereno/adapters/discord/discordtest"
	"sereno/adapters/mattermost/mattermosttest"
	"sereno/adapters/slack/slacktest"
	"sereno/bot"
	"sereno/bot/kb"
	"sereno/commands"
	"sereno/store"
)

// floods are platforms that enforce their documented limits, and how many
// messages to each of ten channels exceed them.
var floods = map[string]struct {
	setup func(tb testing.TB, channels int) adaptertest.Flood
	small int
}{
	"slack":      {slackFlood, 5},
	"discord":    {discordFlood, 7},
	"mattermost": {mattermostFlood, 12},
}

func slackFlood(tb testing.TB, channels int) adaptertest.Flood {
	tb.Helper()
	server := slackServer(tb, slacktest.Options{Limited: true})
	f := adaptertest.Flood{Adapter: slackAdapter(tb, server, newLink(tb)), Wire: server.Wire(tb), Least: func(n int) time.Duration {
		return time.Duration(max(0, n-slacktest.Burst)) * time.Second
	}}
	for i := range channels {
		f.Channels = append(f.Channels, fmt.Sprintf("C%03d", i))
		server.AddChannel(f.Channels[i], true)
	}
	return f
}

// Discord allows 50 calls a second, and says in its answers that a channel takes
// five messages in five seconds.
func discordFlood(tb testing.TB, channels int) adaptertest.Flood {
	tb.Helper()
	server := discordServer(tb, discordtest.Options{Limits: true})
	f := adaptertest.Flood{Adapter: discordAdapter(tb, server, newLink(tb)), Wire: server.Wire(tb), Least: func(n int) time.Duration {
		return discordtest.Least(channels, n)
	}}
	for i := range channels {
		f.Channels = append(f.Channels, fmt.Sprint(80351110224670500+i))
		server.AddChannel(f.Channels[i], fmt.Sprint("canal-", i), 0)
	}
	return f
}

// A Mattermost whose administrator turns rate limits on takes 100 calls at once and
// ten a second (docs.mattermost.com/administration-guide/configure/rate-limiting-configuration-settings.html).
func mattermostFlood(tb testing.TB, channels int) adaptertest.Flood {
	tb.Helper()
	server := mattermostServer(tb, mattermosttest.Options{PerSecond: 10, Burst: 100})
	f := adaptertest.Flood{
		Adapter: mattermostAdapter(tb, server, newLink(tb)), Wire: &mattermosttest.Wire{TB: tb, Server: server},
		Least: func(n int) time.Duration { return time.Duration(max(0, channels*n-100)) * time.Second / 10 },
	}
	for i := range channels {
		f.Channels = append(f.Channels, server.AddChannel(fmt.Sprint("canal-", i)))
	}
	return f
}

// sentOnes counts deliveries that the platform has.
type sentOnes struct {
	counted
	sent chan struct{}
}

func (m sentOnes) Delivered(_ string, _ bot.DeliveryKind, outcome string, _ time.Duration) {
	if outcome == "sent" {
		m.sent <- struct{}{}
	}
}

func (sentOnes) EventRefused(string, string) {}
func (sentOnes) IncidentOpened(string)       {}

// pour queues n messages to each channel, lets a bot deliver them, and answers
// how long that took. All must be there, once and in order.
func pour(tb testing.TB, f adaptertest.Flood, n int) time.Duration {
	tb.Helper()
	s, err := store.Open(tb.Context(), filepath.Join(tb.TempDir(), "s.db"))
	if err != nil {
		tb.Fatal(err)
	}
	defer s.Close()
	if err := s.Update(tb.Context(), func(tx bot.Tx) error { return queue(tb.Context(), tx, f, n) }); err != nil {
		tb.Fatal(err)
	}
	index, err := kb.NewIndex(nil, kb.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	m := sentOnes{sent: make(chan struct{}, n*len(f.Channels))}
	b, err := bot.New(bot.Options{
		Company: benchCompany(tb).Company, Store: s, Adapters: []bot.Adapter{f.Adapter}, Clock: bot.SystemClock{},
		Commands: commands.New(), Articles: index, Metrics: m, Keys: func() string { return rand.Text()[:25] },
	})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	ended := make(chan error, 1)
	began := time.Now()
	go func() { ended <- b.Run(ctx) }()
	late := time.After(2*f.Least(n) + time.Minute)
	for i := range cap(m.sent) {
		select {
		case <-m.sent:
		case <-late:
			tb.Fatalf("%d of %d messages were sent", i, cap(m.sent))
		}
	}
	took := time.Since(began)
	cancel()
	if err := <-ended; err != nil {
		tb.Error(err)
	}
	for _, channel := range f.Channels {
		shown := f.Wire.Channel(channel)
		if len(shown) != n {
			tb.Errorf("in %s there are %d of %d messages", channel, len(shown), n)
			continue
		}
		for i, m := range shown {
			if m.Text != fmt.Sprint("mensaje ", i) {
				tb.Fatalf("in %s message %d reads %q", channel, i, m.Text)
			}
		}
	}
	return took
}

// queue queues n messages to each channel, one after the other to all.
func queue(ctx context.Context, tx bot.Tx, f adaptertest.Flood, n int) error {
	for i := range n {
		for _, channel := range f.Channels {
			if err := tx.Enqueue(ctx, &bot.Delivery{
				Key: fmt.Sprint(channel, " ", i), Kind: bot.Post, Platform: f.Adapter.Platform(), Channel: channel,
				Message: bot.Message{Text: fmt.Sprint("mensaje ", i)}, At: time.Now().UTC(),
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

func TestAStormOfDeliveriesLosesAndDoublesNothing(t *testing.T) {
	for name, f := range floods {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pour(t, f.setup(t, 10), f.small)
		})
	}
}

// BenchmarkDeliveryStorm pours 5,000 messages into 50 channels of a platform
// that enforces its documented limits; "x-limit" is the time that it takes in
// multiples of the least that they allow. It takes some two minutes on Slack and
// Discord, and eight on Mattermost.
//
//	go test -run ^$ -bench DeliveryStorm -benchtime 1x .
func BenchmarkDeliveryStorm(b *testing.B) {
	for name, platform := range floods {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				f := platform.setup(b, 50)
				took := pour(b, f, 100)
				b.ReportMetric(float64(took)/float64(f.Least(100)), "x-limit")
				b.ReportMetric(float64(f.Wire.Calls())/5000, "calls/message")
			}
		})
	}
}
