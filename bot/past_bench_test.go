package bot_test

import (
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/store"
)

// reports are made-up ones of 30 words, as unevenly common as in a language.
type reports struct {
	random *rand.Rand
	zipf   *rand.Zipf
}

func (r *reports) next() string {
	var out []string
	for range 30 {
		n := r.zipf.Uint64()
		var b strings.Builder
		for n += 40; n > 0; n /= 40 {
			b.WriteString([]string{"ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru"}[n%10] + []string{"n", "r", "s", ""}[n/10%4])
		}
		out = append(out, b.String())
	}
	return strings.Join(out, " ")
}

// What finds past incidents starts beside a running service: how long until it has
// read all that it holds, how long the longest step takes, and what it costs then.
func BenchmarkPastOf100000(b *testing.B) {
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "s.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	}()
	seed := rand.New(rand.NewPCG(1, 2))
	words := &reports{seed, rand.NewZipf(seed, 1.07, 4, 120_000)}
	for range 200 {
		err := s.Update(b.Context(), func(tx bot.Tx) error {
			for range 500 {
				text := words.next()
				i := &incident.Incident{Customer: "acme", Team: "payments", Status: incident.Closed, Title: text[:60], Text: text, Resolution: "Se reinició", ReportedAt: begin}
				if err := tx.AddIncident(b.Context(), i); err != nil {
					return err
				}
				if err := tx.MarkSolved(b.Context(), i.Number); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	c := config.Sample().Company
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		p, err := bot.NewPast(s, kb.Options{})
		if err != nil {
			b.Fatal(err)
		}
		var longest, all time.Duration
		for more := true; more; {
			began := time.Now()
			if more, err = p.Follow(b.Context(), c); err != nil {
				b.Fatal(err)
			}
			step := time.Since(began)
			longest, all = max(longest, step), all+step
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		held, _ := p.Held()
		began := time.Now()
		for range 100 {
			p.Find(kb.Query{Text: words.next(), Language: "es"})
		}
		b.ReportMetric(float64(time.Since(began).Microseconds())/100, "µs/question")
		b.ReportMetric(float64(longest.Milliseconds()), "ms/longest-step")
		b.ReportMetric(all.Seconds(), "s/all-steps")
		b.ReportMetric(float64(held), "held")
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
	}
}
