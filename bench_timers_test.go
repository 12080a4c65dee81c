package main_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/sla"
	"sereno/commands"
	"sereno/internal/pgtest"
	"sereno/store"
)

// Timers that fall due among 100,000 open incidents, each of which pages
// somebody. One in five is of a critical incident.

const (
	pagedTeams = 40
	pagedOpen  = 100_000
	firstDue   = 45 * time.Minute // the warning of an hour's first response
)

// pagedCompany has many teams, each with somebody on call and a customer, whose
// clocks stand still on the holidays alone.
func pagedCompany(b testing.TB, holidays ...string) *config.Config {
	b.Helper()
	var customers, teams, people, schedules strings.Builder
	for i := range pagedTeams {
		fmt.Fprintf(&customers, "  c%[1]d: {language: en, contract: gold, team: t%[1]d, severity: high, channels: {console: [c%[1]d-support]}, contacts: [p%[1]d]}\n", i)
		fmt.Fprintf(&teams, "  t%[1]d: {channels: {console: [t%[1]d-team]}, agents: [a%[1]d], schedule: s%[1]d, policy: usual}\n", i)
		fmt.Fprintf(&people, "  p%[1]d: {name: Contact %[1]d}\n  a%[1]d: {name: Agent %[1]d}\n", i)
		fmt.Fprintf(&schedules, "  s%[1]d: {timezone: UTC, every: weekly, handoff: mon 09:00, start: 2026-11-02, people: [a%[1]d]}\n", i)
	}
	var quoted strings.Builder
	for _, day := range holidays {
		fmt.Fprintf(&quoted, "%q", day)
	}
	level := "{calendar: always, first_response: 1h, next_response: 2h, resolution: 48h}"
	c, err := config.Parse("timers.yaml", fmt.Appendf(nil, `
company: {name: Bench, language: en, timezone: UTC}
calendars:
  always: {timezone: UTC, hours: {mon-sun: ["00:00-24:00"]}, holidays: [%[6]s]}
contracts:
  gold: {levels: {critical: %[1]s, high: %[1]s, normal: %[1]s, low: none}}
customers:
%[2]steams:
%[3]speople:
%[4]sschedules:
%[5]sescalation:
  usual: {steps: [{schedule: team}]}
incidents: {group_within: 0s}
paging: {group_within: 0s} # each incident by itself: what the most is
`, level, customers.String(), teams.String(), people.String(), schedules.String(), quoted.String()), func(string) (string, bool) { return "", false })
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// openForTimer opens an incident whose first response is at risk at the instant.
func openForTimer(ctx context.Context, tx bot.Tx, i int, due time.Time) error {
	at := due.Add(-firstDue)
	team := i % pagedTeams
	message := fmt.Sprint("old", i)
	severity := []sla.Severity{sla.Critical, sla.High, sla.High, sla.Normal, sla.Normal}[i/pagedTeams%5]
	inc := &incident.Incident{
		Customer: fmt.Sprint("c", team), Team: fmt.Sprint("t", team), Severity: severity, Status: incident.New,
		Origin: incident.Undetermined, Title: "La API de pagos devuelve error 500", Text: fillText,
		Reporter: fmt.Sprint("p", team), Platform: "console", Channel: fmt.Sprintf("c%d-support", team),
		Root: message, ReportedAt: at, LastCustomerAt: at,
	}
	if err := tx.AddIncident(ctx, inc); err != nil {
		return err
	}
	err := tx.AddEntry(ctx, inc.Number, incident.Entry{
		At: at, Recorded: at, Kind: incident.EReported, Actor: inc.Reporter, Text: fillText, Value: string(severity), Message: message,
	})
	if err != nil {
		return err
	}
	for _, t := range []bot.Timer{
		{Due: due, Kind: "warning", Subject: "first_response/1/0.75"},
		{Due: at.Add(time.Hour + time.Microsecond), Kind: "breach", Subject: "first_response/1"},
		{Due: at.Add(36 * time.Hour), Kind: "warning", Subject: "resolution/1/0.75"},
		{Due: at.Add(48*time.Hour + time.Microsecond), Kind: "breach", Subject: "resolution/1"},
	} {
		t.Incident, t.Priority = inc.Number, slices.Index(sla.Severities, severity)
		if err := tx.SetTimer(ctx, t); err != nil {
			return err
		}
	}
	card := bot.Delivery{
		Key: message + "card", Kind: bot.Post, Platform: "console", Channel: inc.Team + "-team", Incident: inc.ID(),
		Purpose: "card", Message: bot.Message{Title: inc.Title, Text: fillText}, At: at,
	}
	if err := tx.Enqueue(ctx, &card); err != nil {
		return err
	}
	if err := tx.DeliveriesSent(ctx, bot.Sent{Delivery: card.ID, Receipt: bot.Receipt{Channel: card.Channel, Message: card.Key}, At: at}); err != nil {
		return err
	}
	inc.Card = incident.Place{Delivery: card.ID, Platform: "console", Channel: card.Channel, Reader: inc.Team}
	return tx.SaveIncident(ctx, inc)
}

// openMany opens the incidents from..to, whose instants due gives.
func openMany(ctx context.Context, s bot.Store, from, to int, due func(i int) time.Time) error {
	const together = 1000
	for ; from < to; from += together {
		err := s.Update(ctx, func(tx bot.Tx) error {
			if err := tx.Hold(ctx); err != nil { // what is written goes out together
				return err
			}
			for i := from; i < min(from+together, to); i++ {
				if err := openForTimer(ctx, tx, i, due(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// pager is a platform that takes everything at once and notes when the first
// page about each incident came.
type pager struct {
	mu    sync.Mutex
	paged map[string]time.Time // by incident
	each  bool                 // whether all gets a word for each of them
	all   chan struct{}
}

func newPager(n int) *pager {
	return &pager{paged: map[string]time.Time{}, each: true, all: make(chan struct{}, n)}
}

func (p *pager) Platform() string       { return "console" }
func (p *pager) Features() bot.Features { return bot.Features{Edits: !p.each} }

func (p *pager) Run(ctx context.Context, in bot.Inbox) error {
	in.CaughtUp("console")
	<-ctx.Done()
	return nil
}

func (p *pager) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	if d.Purpose == "page" {
		now := time.Now()
		p.mu.Lock()
		if _, known := p.paged[d.Incident]; !known {
			p.paged[d.Incident] = now
			if p.each {
				p.all <- struct{}{}
			}
		}
		p.mu.Unlock()
	}
	return bot.Receipt{Channel: d.Channel, Message: d.Key}, nil
}

// page runs a bot until the pager has n pages.
func (p *pager) page(b *testing.B, s bot.Store, n int) {
	b.Helper()
	p.run(b, s, pagedCompany(b).Company, nil, n)
}

// run runs a bot until it has said n times that something is done.
func (p *pager) run(b *testing.B, s bot.Store, c *company.Company, m bot.Metrics, n int) {
	b.Helper()
	stop := serving(b, s, c, p, m)
	patience := time.After(5 * time.Minute)
	for i := range n {
		select {
		case <-p.all:
		case <-patience:
			b.Fatalf("%d of %d are done", i, n)
		}
	}
	b.StopTimer()
	stop()
}

// serving runs a bot until stop is called.
func serving(tb testing.TB, s bot.Store, c *company.Company, a bot.Adapter, m bot.Metrics) (stop func()) {
	tb.Helper()
	it, err := bot.New(bot.Options{
		Company: c, Store: s, Adapters: []bot.Adapter{a}, Clock: bot.SystemClock{}, Metrics: m,
		Commands: commands.New(), Articles: noArticles{}, Keys: func() string { return rand.Text()[:25] },
	})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	ended := make(chan error, 1)
	go func() { ended <- it.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	}
}

// stores are those of which each benchmark measures one.
func stores(b *testing.B, measure func(b *testing.B, s bot.Store)) {
	for _, on := range []struct {
		name string
		dsn  func(b *testing.B) string
	}{
		{"SQLite", func(b *testing.B) string { return filepath.Join(b.TempDir(), "s.db") }},
		{"PostgreSQL", func(b *testing.B) string { return pgtest.DSN(b) }},
	} {
		b.Run(on.name, func(b *testing.B) {
			s, err := store.Open(b.Context(), on.dsn(b))
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			measure(b, s)
		})
	}
}

// settled is how long a bot has, after its incidents are there, for what it does
// once after its start.
const settled = 20 * time.Second

// kept is an instant as the store keeps it.
func kept(t time.Time) time.Time { return t.Truncate(time.Microsecond) }

// BenchmarkTimerLateness lets five timers fall due each second among 100,000
// open incidents: from the instant at which each is due to the hand-over of its
// page to the adapter. N is the number of pages.
//
//	go test -run '^$' -bench TimerLateness -benchtime 300x .
func BenchmarkTimerLateness(b *testing.B) {
	stores(b, func(b *testing.B, s bot.Store) {
		far := kept(time.Now().Add(12 * time.Hour))
		if err := openMany(b.Context(), s, 0, pagedOpen, func(i int) time.Time { return far.Add(time.Duration(i) * time.Second) }); err != nil {
			b.Fatal(err)
		}
		begin := kept(time.Now().Add(settled))
		due := func(i int) time.Time { return begin.Add(time.Duration(i-pagedOpen) * 200 * time.Millisecond) }
		if err := openMany(b.Context(), s, pagedOpen, pagedOpen+b.N, due); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		p := newPager(b.N)
		p.page(b, s, b.N)
		var late []time.Duration
		for id, at := range p.paged {
			n, _ := incident.ParseID(id)
			late = append(late, at.Sub(due(n-1)))
		}
		slices.Sort(late)
		for name, share := range map[string]float64{"p50-ms": 0.50, "p99-ms": 0.99, "max-ms": 1} {
			b.ReportMetric(float64(late[int(share*float64(len(late)-1))].Microseconds())/1000, name)
		}
	})
}

// BenchmarkTimerBurst lets 10,000 timers fall due in the same second: until the
// last page about a critical incident, and about any, is handed to the adapter.
//
//	go test -run '^$' -bench TimerBurst -benchtime 10000x .
func BenchmarkTimerBurst(b *testing.B) {
	stores(b, func(b *testing.B, s bot.Store) {
		far := kept(time.Now().Add(12 * time.Hour))
		if err := openMany(b.Context(), s, 0, pagedOpen, func(i int) time.Time { return far.Add(time.Duration(i) * time.Second) }); err != nil {
			b.Fatal(err)
		}
		begin := kept(time.Now().Add(time.Duration(b.N)*2*time.Millisecond + settled))
		due := func(i int) time.Time { return begin.Add(time.Duration(i-pagedOpen) * time.Second / time.Duration(b.N)) }
		if err := openMany(b.Context(), s, pagedOpen, pagedOpen+b.N, due); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		p := newPager(b.N)
		p.page(b, s, b.N)
		var critical, all time.Duration
		for id, at := range p.paged {
			n, _ := incident.ParseID(id)
			took := at.Sub(begin)
			all = max(all, took)
			if (n-1)/pagedTeams%5 == 0 {
				critical = max(critical, took)
			}
		}
		b.ReportMetric(critical.Seconds(), "last-critical-s")
		b.ReportMetric(all.Seconds(), "last-s")
	})
}

// BenchmarkTimerStorm is BenchmarkTimerBurst where what a person is paged for within
// five minutes is told in one message, as it is by default: until the last timer
// was handled, and its incident with it stands in a page that was handed over or in
// one that is edited within five seconds.
//
//	go test -run '^$' -bench TimerStorm -benchtime 10000x .
func BenchmarkTimerStorm(b *testing.B) {
	stores(b, func(b *testing.B, s bot.Store) {
		far := kept(time.Now().Add(12 * time.Hour))
		if err := openMany(b.Context(), s, 0, pagedOpen, func(i int) time.Time { return far.Add(time.Duration(i) * time.Second) }); err != nil {
			b.Fatal(err)
		}
		begin := kept(time.Now().Add(time.Duration(b.N)*2*time.Millisecond + settled))
		due := func(i int) time.Time { return begin.Add(time.Duration(i-pagedOpen) * time.Second / time.Duration(b.N)) }
		if err := openMany(b.Context(), s, pagedOpen, pagedOpen+b.N, due); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		c := pagedCompany(b).Company
		c.Paging.GroupWithin = 5 * time.Minute
		fired := &warned{all: make(chan struct{}, b.N)}
		p := &pager{paged: map[string]time.Time{}, all: fired.all}
		p.run(b, s, c, fired, b.N)
		b.ReportMetric(fired.last.Sub(begin).Seconds(), "last-s")
		b.ReportMetric(float64(len(p.paged)), "pages")
	})
}

// warned hears of each warning that was handled.
type warned struct {
	bot.Metrics
	mu   sync.Mutex
	last time.Time
	all  chan struct{}
}

func (w *warned) TimerFired(kind string, _ time.Duration) {
	if kind == "warning" {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.last = time.Now()
		w.all <- struct{}{}
	}
}

func (*warned) ClockBreached(string, string)                              {}
func (*warned) Delivered(string, bot.DeliveryKind, string, time.Duration) {}
func (*warned) WatchFound(string)                                         {}

// noArticles suggests nothing.
type noArticles struct{}

func (noArticles) Suggest(kb.Query) []kb.Suggestion { return nil }
func (noArticles) Search(kb.Query) []kb.Suggestion  { return nil }
