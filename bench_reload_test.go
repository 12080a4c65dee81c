package main_test

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/commands"
)

// BenchmarkReload changes the calendar of 100,000 open incidents while 20
// messages a second are written: until all of them are in line, and how long
// the messages wait for their receipts meanwhile. far is a holiday in half a
// year, which moves no promise; near one tomorrow, which moves every resolution.
//
//	go test -run '^$' -bench Reload -benchtime 1x .
func BenchmarkReload(b *testing.B) {
	for name, days := range map[string]int{"far": 180, "near": 1} {
		b.Run(name, func(b *testing.B) {
			stores(b, func(b *testing.B, s bot.Store) {
				due := time.Now().Add(12 * time.Hour)
				err := openMany(b.Context(), s, 0, pagedOpen, func(i int) time.Time { return due.Add(time.Duration(i) * time.Millisecond) })
				if err != nil {
					b.Fatal(err)
				}
				is := pagedCompany(b, time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly)).Company
				reloadBusy(b, s, is)
			})
		})
	}
}

// reloadBusy reloads while people write.
func reloadBusy(b *testing.B, s bot.Store, is *company.Company) {
	var mu sync.Mutex
	var waits []time.Duration
	l := &line{up: make(chan bot.Inbox, 1), received: func(_ string, took time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		waits = append(waits, took)
	}}
	it, err := bot.New(bot.Options{
		Company: pagedCompany(b).Company, Store: s, Adapters: []bot.Adapter{l}, Clock: bot.SystemClock{},
		Commands: commands.New(), Articles: noArticles{}, Keys: func() string { return rand.Text()[:25] },
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	var running, writing sync.WaitGroup
	running.Go(func() {
		if err := it.Run(ctx); err != nil {
			b.Error(err)
		}
	})
	in, done := <-l.up, make(chan struct{})
	writing.Go(func() {
		every := time.NewTicker(50 * time.Millisecond)
		defer every.Stop()
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			case <-every.C:
			}
			if _, err := l.accept(ctx, in, i%pagedTeams, time.Now()); err != nil {
				b.Error(err)
			}
		}
	})
	b.ResetTimer()
	if err := it.Reload(ctx, is, "bench", nil); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	b.ReportMetric(b.Elapsed().Seconds(), "reload-s")
	close(done)
	writing.Wait()
	cancel()
	running.Wait()
	if slices.Sort(waits); len(waits) > 0 {
		b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "message-p50-ms")
		b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "message-p99-ms")
	}
}
