package storetest

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"sereno/bot"
	"sereno/bot/incident"
)

func goexit() { runtime.Goexit() }

// beside runs fn n times at once.
func beside(n int, fn func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { fn(i) })
	}
	all.Wait()
}

var together = []promise{
	{"eight workers handle every event once, in order within its conversation", func(s *suite) {
		const conversations, each = 12, 15
		beside(conversations, func(c int) {
			for n := range each {
				if fresh, err := s.Accept(s.Context(), said(fmt.Sprintf("c%02d", c), n)); err != nil || !fresh {
					s.Errorf("accept: %v, %v", fresh, err)
				}
			}
		})
		var mu sync.Mutex
		busy, handled := map[string]bool{}, map[string][]string{}
		var left atomic.Int64
		left.Store(conversations * each)
		beside(8, func(int) {
			for left.Load() > 0 {
				var taken *bot.Event
				err := s.Update(s.Context(), func(tx bot.Tx) error {
					taken = nil
					in, err := tx.NextEvent(s.Context(), noon)
					if err != nil || in == nil {
						return err
					}
					c := in.Event.Channel
					mu.Lock()
					if busy[c] {
						s.Errorf("%s is handled twice at once", c)
					}
					busy[c] = true
					mu.Unlock()
					defer func() { mu.Lock(); busy[c] = false; mu.Unlock() }()
					runtime.Gosched()
					taken = &in.Event
					return tx.EventDone(s.Context(), in.Seq, noon)
				})
				if err != nil {
					s.Errorf("handle: %v", err)
					return
				}
				if taken != nil {
					mu.Lock()
					handled[taken.Channel] = append(handled[taken.Channel], taken.Key)
					mu.Unlock()
					left.Add(-1)
				}
			}
		})
		for c := range conversations {
			name := fmt.Sprintf("c%02d", c)
			var want []string
			for n := range each {
				want = append(want, said(name, n).Key)
			}
			// The list is written after the commit, where neighbours may overtake.
			got := handled[name]
			slices.SortFunc(got, func(a, b string) int { return slices.Index(want, a) - slices.Index(want, b) })
			s.equal(got, want)
		}
	}},
	{"the same key from many at once is fresh once", func(s *suite) {
		var fresh atomic.Int64
		beside(16, func(int) {
			ok, err := s.Accept(s.Context(), said("c", 1))
			if err != nil {
				s.Error(err)
			}
			if ok {
				fresh.Add(1)
			}
		})
		s.equal(fresh.Load(), int64(1))
	}},
	{"incident numbers have no gaps and no doubles, though some roll back", func(s *suite) {
		beside(8, func(i int) {
			for n := range 6 {
				err := s.Update(s.Context(), func(tx bot.Tx) error {
					if err := tx.AddIncident(s.Context(), report("acme", noon)); err != nil {
						return err
					}
					if (i+n)%3 == 0 {
						return errMine
					}
					return nil
				})
				if err != nil && err != errMine { //nolint:errorlint // returned as it is
					s.Error(err)
				}
			}
		})
		numbers := s.numbers(bot.IncidentQuery{})
		s.equal(len(numbers), 32)
		for i, n := range numbers {
			s.equal(n, i+1)
		}
	}},
	{"a timer is taken once", func(s *suite) {
		const all = 60
		s.update(func(ctx context.Context, tx bot.Tx) error {
			for n := range all {
				if err := tx.SetTimer(ctx, bot.Timer{Due: noon, Kind: "k", Incident: n}); err != nil {
					return err
				}
			}
			return nil
		})
		var mu sync.Mutex
		taken := map[int]int{}
		beside(8, func(int) {
			for {
				var ts []bot.Timer
				err := s.Update(s.Context(), func(tx bot.Tx) (err error) {
					ts, err = tx.TakeTimers(s.Context(), noon, 7)
					return err
				})
				if err != nil {
					s.Error(err)
				}
				if err != nil || len(ts) == 0 {
					return
				}
				mu.Lock()
				for _, t := range ts {
					taken[t.Incident]++
				}
				mu.Unlock()
			}
		})
		s.equal(len(taken), all)
		for n, times := range taken {
			if times != 1 {
				s.Errorf("timer %d was taken %d times", n, times)
			}
		}
	}},
	{"a delivery is claimed once, one of a conversation at a time", func(s *suite) {
		const channels, each = 6, 5
		for n := range each {
			for c := range channels {
				s.queue(post(fmt.Sprintf("c%d", c), fmt.Sprint(n)))
			}
		}
		var mu sync.Mutex
		got := map[string][]string{}
		inFlight := map[string]bool{}
		var left atomic.Int64
		left.Store(channels * each)
		beside(4, func(int) {
			for left.Load() > 0 {
				var ds []*bot.Delivery
				err := s.Update(s.Context(), func(tx bot.Tx) (err error) {
					ds, err = tx.ClaimDeliveries(s.Context(), noon, holder, 1e12, 3)
					return err
				})
				if err != nil {
					s.Error(err)
					return
				}
				for _, d := range ds {
					mu.Lock()
					if inFlight[d.Channel] {
						s.Errorf("two of %s at once", d.Channel)
					}
					inFlight[d.Channel] = true
					got[d.Channel] = append(got[d.Channel], d.Message.Text)
					inFlight[d.Channel] = false
					mu.Unlock()
					err := s.Update(s.Context(), func(tx bot.Tx) error {
						return tx.DeliveriesSent(s.Context(), bot.Sent{Delivery: d.ID, Receipt: bot.Receipt{Channel: d.Channel, Message: d.Key}, At: noon})
					})
					if err != nil {
						s.Error(err)
					}
					left.Add(-1)
				}
			}
		})
		for c, texts := range got {
			s.Log(c)
			s.equal(texts, []string{"0", "1", "2", "3", "4"})
		}
	}},
	{"the newest text of a message is the last that is sent, however claims fall", func(s *suite) {
		root := post("c", "card")
		s.queue(root)
		s.sent(s.claim(noon, 1)[0], "m1")
		last := ""
		send := func() {
			for _, d := range s.claim(noon, 1) {
				last = d.Message.Text
				s.sent(d, "m1")
			}
		}
		edit := func(text string) {
			s.queue(&bot.Delivery{
				Key: "edit" + text, Kind: bot.Update, Platform: root.Platform, Channel: root.Channel,
				Target: bot.Ref{Delivery: root.ID}, Message: bot.Message{Text: text},
			})
		}
		for n := range 60 {
			newest := fmt.Sprintf("%d new", n)
			edit(fmt.Sprintf("%d old", n))
			beside(2, func(i int) {
				if i == 0 {
					edit(newest)
				} else {
					send()
				}
			})
			send() // what that claim left
			s.equal(last, newest)
		}
	}},
	{"two changes of one incident do not lose each other", func(s *suite) {
		s.open(report("acme", noon))
		beside(8, func(int) {
			for range 5 {
				err := s.Update(s.Context(), func(tx bot.Tx) error {
					i, err := tx.Incident(s.Context(), 1)
					if err != nil {
						return err
					}
					i.Rating++
					return tx.SaveIncident(s.Context(), i)
				})
				if err != nil {
					s.Error(err)
				}
			}
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			i, err := tx.Incident(ctx, 1)
			s.ok(err)
			s.equal(i.Rating, 40)
			return nil
		})
	}},
	{"transactions that wait for each other are run again, not failed", func(s *suite) {
		s.open(report("acme", noon), report("acme", noon))
		beside(4, func(n int) {
			for range 3 {
				err := s.Update(s.Context(), func(tx bot.Tx) error {
					for _, number := range []int{1 + n%2, 2 - n%2} {
						i, err := tx.Incident(s.Context(), number)
						if err != nil {
							return err
						}
						i.Rating++
						if err := tx.SaveIncident(s.Context(), i); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					s.Error(err)
				}
			}
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			for _, number := range []int{1, 2} {
				i, err := tx.Incident(ctx, number)
				s.ok(err)
				s.equal(i.Rating, 12)
			}
			return nil
		})
	}},
	{"one that fails, panics or ends its goroutine undoes nothing of its neighbours", func(s *suite) {
		beside(48, func(n int) {
			name := fmt.Sprintf("%02d", n)
			if n%6 == 5 { // an event between the transactions
				if _, err := s.Accept(s.Context(), said("c", n)); err != nil {
					s.Error(err)
				}
				return
			}
			err := s.Update(s.Context(), func(tx bot.Tx) error {
				if err := tag(s.Context(), tx, name); err != nil {
					return err
				}
				switch n % 6 {
				case 0:
					return errMine
				case 1:
					panic("oh no")
				case 2:
					goexit()
				case 3: // a statement that the database refuses
					return tx.AddEntry(s.Context(), 999, incident.Entry{At: noon})
				}
				return nil
			})
			if (err == nil) != (n%6 == 4) {
				s.Errorf("%d: got %v", n, err)
			}
			if err != nil && n%6 == 1 && !strings.Contains(err.Error(), "oh no") {
				s.Errorf("%d: got %v", n, err)
			}
		})
		for n := range 48 {
			if n%6 != 5 {
				s.Log(n)
				s.equal(s.tagged(fmt.Sprintf("%02d", n)), n%6 == 4)
			}
		}
		s.view(func(ctx context.Context, tx bot.Tx) error {
			b, err := tx.Backlog(ctx)
			s.equal(b.Events, 8)
			return err
		})
	}},
	{"more callers than a batch holds are all served", func(s *suite) {
		beside(600, func(n int) {
			if _, err := s.Accept(s.Context(), said(fmt.Sprint(n%7), n)); err != nil {
				s.Error(err)
			}
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			b, err := tx.Backlog(ctx)
			s.equal(b.Events, 600)
			return err
		})
	}},
	{"a view sees one instant", func(s *suite) {
		s.update(func(ctx context.Context, tx bot.Tx) error { return tag(ctx, tx, "a") })
		stop := make(chan struct{})
		var writer sync.WaitGroup
		writer.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				err := s.Update(s.Context(), func(tx bot.Tx) error {
					if err := tx.SetTimer(s.Context(), bot.Timer{Due: noon, Kind: "k", Incident: n}); err != nil {
						return err
					}
					return tx.AddIncident(s.Context(), report("acme", noon))
				})
				if err != nil {
					s.Error(err)
					return
				}
			}
		})
		for range 20 {
			s.view(func(ctx context.Context, tx bot.Tx) error {
				is, err := tx.Incidents(ctx, bot.IncidentQuery{})
				s.ok(err)
				runtime.Gosched()
				b, err := tx.Backlog(ctx)
				s.equal(b.Timers, len(is))
				return err
			})
		}
		close(stop)
		writer.Wait()
	}},
}
