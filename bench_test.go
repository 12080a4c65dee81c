package main_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/kb"
	"sereno/commands"
	"sereno/store"
)

// What docs/performance.md states is measured here. CI does not run it.

const (
	benchCustomers = 40
	perSecond      = 100
)

// benchCompany has many customers, each with one channel and one person, whose
// every message is a new incident.
func benchCompany(b testing.TB) *config.Config {
	b.Helper()
	var customers, people strings.Builder
	for i := range benchCustomers {
		fmt.Fprintf(&customers, "  c%d: {language: %s, contract: gold, team: payments, severity: high, channels: {console: [c%d-support]}, contacts: [p%d]}\n",
			i, []string{"es", "en"}[i%2], i, i)
		fmt.Fprintf(&people, "  p%d: {name: Person %d}\n", i, i)
	}
	c, err := config.Parse("bench.yaml", fmt.Appendf(nil, `
company: {name: Bench, language: es, timezone: UTC}
calendars:
  office: {timezone: America/Argentina/Buenos_Aires, hours: {mon-fri: ["09:00-18:00"]}, holidays: ["12-25", "01-01"]}
contracts:
  gold:
    levels:
      critical: {calendar: office, first_response: 15m, next_response: 30m, resolution: 4h}
      high: {calendar: office, first_response: 9h, next_response: 9h, resolution: 27h}
      normal: {calendar: office, first_response: 9h, next_response: 9h, resolution: 27h}
      low: none
customers:
%steams:
  payments: {channels: {console: [payments-team]}, agents: [ana, luis], schedule: payments-oncall, policy: usual}
people:
%s  ana: {name: Ana}
  luis: {name: Luis}
schedules:
  payments-oncall: {timezone: UTC, every: weekly, handoff: mon 09:00, start: 2026-11-02, people: [luis, ana]}
escalation:
  usual: {steps: [{schedule: team}]}
incidents: {group_within: 0s}
`, customers.String(), people.String()), func(string) (string, bool) { return "", false })
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// line is a platform that takes every delivery at once and notes when a
// receipt came for which message.
type line struct {
	serial   atomic.Int64
	sent     sync.Map // message id → time.Time
	received func(message string, took time.Duration)
	up       chan bot.Inbox
}

func (l *line) Platform() string { return "console" }

func (l *line) Run(ctx context.Context, in bot.Inbox) error {
	in.CaughtUp(l.Platform())
	l.up <- in
	<-ctx.Done()
	return nil
}

func (l *line) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	if d.Purpose == "receipt" && d.Kind == bot.Post {
		if at, ok := l.sent.LoadAndDelete(d.Thread.Message); ok {
			l.received(d.Thread.Message, time.Since(at.(time.Time))) //nolint:forcetypeassert // nothing else is kept there
		}
	}
	return bot.Receipt{Channel: d.Channel, Message: l.id("b")}, nil
}

func (l *line) id(prefix string) string { return fmt.Sprintf("%s%d", prefix, l.serial.Add(1)) }

// accept hands one message to the bot; the time runs from since.
func (l *line) accept(ctx context.Context, in bot.Inbox, customer int, since time.Time) (message string, err error) {
	message = l.id("m")
	l.sent.Store(message, since)
	text := "La API de pagos devuelve error 500 desde las 9:50, pedido " + message
	if customer%2 == 1 {
		text = "The payments API has been answering error 500 since 9:50, order " + message
	}
	return message, in.Accept(ctx, bot.Event{
		Key: "console:" + message, Platform: l.Platform(), Kind: bot.MessagePosted, At: time.Now(),
		Channel: fmt.Sprintf("c%d-support", customer), Message: message, User: fmt.Sprintf("p%d", customer), Text: text,
	})
}

// runBot runs a bot on the store until stop is called.
func runBot(b *testing.B, s bot.Store, l *line, m bot.Metrics) (in bot.Inbox, stop func()) {
	b.Helper()
	articles, err := kb.LoadDir(config.SampleArticles())
	if err != nil {
		b.Fatal(err)
	}
	index, err := kb.NewIndex(articles, kb.Options{})
	if err != nil {
		b.Fatal(err)
	}
	l.up = make(chan bot.Inbox, 1)
	it, err := bot.New(bot.Options{
		Company: benchCompany(b).Company, Store: s, Adapters: []bot.Adapter{l}, Clock: bot.SystemClock{},
		Commands: commands.New(), Articles: index, Metrics: m, Keys: func() string { return rand.Text()[:25] },
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- it.Run(ctx) }()
	return <-l.up, func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}
}

func openStore(b *testing.B, path string) *store.Store {
	b.Helper()
	s, err := store.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkMessageIn says 100 messages a second, whatever becomes of them, each
// a new incident: from the instant at which the message was due to the hand-over
// of its receipt to the adapter. The file is durable.
//
//	go test -run ^$ -bench MessageIn -benchtime 3000x .
func BenchmarkMessageIn(b *testing.B) {
	s := openStore(b, filepath.Join(b.TempDir(), "s.db"))
	defer s.Close()
	took := make(chan time.Duration, b.N)
	l := &line{received: func(_ string, d time.Duration) { took <- d }}
	in, stop := runBot(b, s, l, nil)
	defer stop()
	b.ResetTimer()
	var accepting sync.WaitGroup
	began := time.Now()
	for i := range b.N {
		due := began.Add(time.Duration(i+1) * time.Second / perSecond)
		<-time.After(time.Until(due)) // at once when it is late already
		accepting.Go(func() {
			if _, err := l.accept(b.Context(), in, i%benchCustomers, due); err != nil {
				b.Error(err)
			}
		})
	}
	accepting.Wait()
	all := make([]time.Duration, b.N)
	for i := range all {
		select {
		case all[i] = <-took:
		case <-time.After(time.Minute):
			b.Fatalf("%d of %d messages were answered", i, b.N)
		}
	}
	b.StopTimer()
	slices.Sort(all)
	for name, share := range map[string]float64{"p50-ms": 0.50, "p99-ms": 0.99, "max-ms": 1} {
		b.ReportMetric(float64(all[int(share*float64(len(all)-1))].Microseconds())/1000, name)
	}
}

// BenchmarkMessageLimit lets every conversation say its next message as soon as
// the receipt of its last has come: what the most is.
//
//	go test -run ^$ -bench MessageLimit -benchtime 5000x .
func BenchmarkMessageLimit(b *testing.B) {
	s := openStore(b, filepath.Join(b.TempDir(), "s.db"))
	defer s.Close()
	var answered sync.Map // message id → channel, closed when its receipt came
	l := &line{received: func(message string, _ time.Duration) {
		c, _ := answered.LoadOrStore(message, make(chan struct{}))
		close(c.(chan struct{})) //nolint:forcetypeassert // nothing else is kept there
	}}
	in, stop := runBot(b, s, l, nil)
	defer stop()
	b.ResetTimer()
	var left atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	for i := range benchCustomers {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				message, err := l.accept(b.Context(), in, i, time.Now())
				if err != nil {
					b.Error(err)
					return
				}
				c, _ := answered.LoadOrStore(message, make(chan struct{}))
				<-c.(chan struct{}) //nolint:forcetypeassert // nothing else is kept there
				answered.Delete(message)
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

// counted waits for timers that were handled.
type counted struct {
	bot.Metrics
	fired chan struct{}
}

func (c counted) TimerFired(string, time.Duration) { c.fired <- struct{}{} }

func (counted) Delivered(string, bot.DeliveryKind, string, time.Duration) {}
func (counted) EventHandled(string, bot.EventKind, time.Duration, error)  {}
func (counted) EventAccepted(string, bot.EventKind, bool)                 {}
func (counted) ClockBreached(customer, clock string)                      {}

// BenchmarkStartWithOpenIncidents starts a bot on a file with 100,000 open
// incidents, of which 200 have a timer that fell due while nobody ran. The file
// is made by another process, so that its making takes no memory here.
//
//	go test -run ^$ -bench StartWithOpenIncidents -benchtime 3x .
func BenchmarkStartWithOpenIncidents(b *testing.B) {
	const open, due = 100_000, 200
	path := filepath.Join(b.TempDir(), "s.db")
	fillElsewhere(b, path, open)
	var ready, first, last time.Duration
	resident, peak := 0.0, 0.0
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		s := openStore(b, path)
		makeDue(b, s, n*due, due)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		b.StartTimer()
		began := time.Now()
		s = openStore(b, path)
		m := counted{fired: make(chan struct{}, due)}
		_, stop := runBot(b, s, &line{}, m)
		if err := s.Ready(b.Context()); err != nil {
			b.Fatal(err)
		}
		ready += time.Since(began)
		for i := range due {
			select {
			case <-m.fired:
			case <-time.After(time.Minute):
				b.Fatalf("%d of %d timers were handled", i, due)
			}
			if i == 0 {
				first += time.Since(began)
			}
		}
		last += time.Since(began)
		resident, peak = memory(b)
		stop()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	var heap runtime.MemStats
	runtime.ReadMemStats(&heap)
	for name, d := range map[string]time.Duration{"ready-ms": ready, "first-timer-ms": first, "200-timers-ms": last} {
		b.ReportMetric(float64(d.Microseconds())/1000/float64(b.N), name)
	}
	b.ReportMetric(resident, "RSS-MiB")
	b.ReportMetric(peak, "peak-RSS-MiB")
	b.ReportMetric(float64(heap.HeapSys)/(1<<20), "heap-MiB")
}

func (*line) Features() bot.Features { return bot.Features{} }
