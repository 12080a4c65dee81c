package store_test

import (
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"sereno/bot"
	"sereno/store"
)

// large is the size of the files that are measured, in bytes.
const large = 20 << 20

// putLarge puts content that is not there yet.
func putLarge(b *testing.B, s bot.Store) (hash string) {
	b.Helper()
	seed := [32]byte{byte(ticket.Add(1)), byte(ticket.Load() >> 8)}
	hash, _, err := s.PutFile(b.Context(), io.LimitReader(rand.NewChaCha8(seed), large), large)
	if err != nil {
		b.Fatal(err)
	}
	return hash
}

func BenchmarkPutFile(b *testing.B) {
	for _, k := range kinds {
		b.Run(k.name, func(b *testing.B) {
			s := open(b, k.dsn(b))
			b.SetBytes(large)
			for b.Loop() {
				putLarge(b, s)
			}
		})
	}
}

func BenchmarkOpenFile(b *testing.B) {
	for _, k := range kinds {
		b.Run(k.name, func(b *testing.B) {
			s := open(b, k.dsn(b))
			hash := putLarge(b, s)
			b.SetBytes(large)
			for b.Loop() {
				r, err := s.OpenFile(b.Context(), hash)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r); err != nil {
					b.Fatal(err)
				}
				if err := r.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAcceptBesideFile measures how long an event waits to be accepted
// while a file of 20 MB is put, and while such files are thrown away, by how long
// it waits when nothing else goes on: the median and the longest of a hundred.
func BenchmarkAcceptBesideFile(b *testing.B) {
	for _, k := range kinds {
		b.Run(k.name, func(b *testing.B) {
			s := open(b, k.dsn(b))
			var quiet, put, thrown []time.Duration
			for b.Loop() {
				quiet = append(quiet, alone(b, s)...)
				put = append(put, waits(b, s, func() { putLarge(b, s) })...)
				thrown = append(thrown, waits(b, s, func() { throwAway(b, s) })...)
			}
			for name, with := range map[string][]time.Duration{"put": put, "thrown": thrown} {
				b.ReportMetric(quantile(with, 0.5)/quantile(quiet, 0.5), name+"-x-median")
				b.ReportMetric(quantile(with, 0.99)/quantile(quiet, 0.99), name+"-x-p99")
			}
			b.ReportMetric(quantile(quiet, 0.5)/1e3, "alone-median-µs")
			b.ReportMetric(quantile(quiet, 0.99)/1e3, "alone-p99-µs")
		})
	}
}

func throwAway(b *testing.B, s *store.Store) {
	b.Helper()
	if _, err := s.ForgetFiles(b.Context(), -time.Minute); err != nil {
		b.Fatal(err)
	}
}

// alone accepts a hundred events, one after the other, and answers how long each took.
func alone(b *testing.B, s bot.Store) (took []time.Duration) {
	b.Helper()
	one := accepts(s)
	for range 100 {
		began := time.Now()
		if err := one(1); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	return took
}

// waits accepts one event after the other while fn runs and answers how long each took.
func waits(b *testing.B, s bot.Store, fn func()) (took []time.Duration) {
	b.Helper()
	one, stop, ended := accepts(s), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			began := time.Now()
			if err := one(1); err != nil {
				b.Error(err)
				return
			}
			took = append(took, time.Since(began))
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	fn()
	close(stop)
	<-ended
	return took
}

// quantile is the duration, in nanoseconds, that the share of those given does not exceed.
func quantile(ds []time.Duration, share float64) float64 {
	slices.Sort(ds)
	return float64(ds[int(share*float64(len(ds)-1))])
}
