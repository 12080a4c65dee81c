package storetest

import (
	"context"
	"time"

	"sereno/bot"
)

var outbox = []promise{
	{"a delivery is handed out whole", func(s *suite) {
		d := &bot.Delivery{
			Key: "k", Kind: bot.Page, Platform: "t", User: "luis", Incident: "INC-7", Purpose: "page",
			Message: bot.Message{Title: "título", Mentions: []string{"U1"}, Buttons: []bot.Button{{ID: "ack", Label: "Sí", Value: "INC-7"}}},
			Form:    &bot.Form{ID: "f", Inputs: []bot.Input{{Name: "n", Options: []bot.Option{{Value: "v", Label: "l"}}}}},
			Trigger: "tr", Clock: "first_response", Reason: "at_risk", Due: after(time.Hour), At: after(1),
		}
		s.queue(d)
		want := *d
		want.Attempt = 1
		got := s.claim(noon, 5)
		s.equal(len(got), 1)
		s.equal(*got[0], want)
		if d.ID == 0 {
			s.Fatal("the delivery got no ID")
		}
	}},
	{"only the first of each conversation is handed out, and the next when that is settled", func(s *suite) {
		s.queue(post("c", "1"), post("c", "2"), post("d", "3"))
		first := s.claim(noon, 10)
		s.equal(texts(first), []string{"1", "3"})
		s.equal(texts(s.claim(noon, 10)), []string{})
		s.sent(first[0], "m1")
		s.equal(texts(s.claim(noon, 10)), []string{"2"})
	}},
	{"no more are handed out than were asked for", func(s *suite) {
		s.queue(post("a", "1"), post("b", "2"), post("c", "3"))
		s.equal(texts(s.claim(noon, 0)), []string{})
		s.equal(texts(s.claim(noon, 2)), []string{"1", "2"})
		s.equal(texts(s.claim(noon, 2)), []string{"3"})
	}},
	{"those of busy platforms are left where they are", func(s *suite) {
		on := func(platform, text string) *bot.Delivery {
			d := post("c", text)
			d.Key, d.Platform = platform+text, platform
			return d
		}
		s.queue(on("a", "1"), on("b", "2"), on("b", "3"), on("bb", "4"), on("c", "5"))
		claim := func(busy ...string) (out []*bot.Delivery) {
			s.update(func(ctx context.Context, tx bot.Tx) (err error) {
				out, err = tx.ClaimDeliveries(ctx, noon, holder, time.Minute, 10, busy...)
				return err
			})
			return out
		}
		s.equal(texts(claim("a", "b", "bb", "c", "none")), []string{})
		s.equal(texts(claim("b", "a")), []string{"4", "5"})
		s.equal(texts(claim("a")), []string{"2"})
		s.equal(texts(claim()), []string{"1"})
	}},
	{"a delivery is read as it was queued, whatever has become of it", func(s *suite) {
		d := post("c", "1")
		s.queue(d)
		s.sent(s.claim(noon, 1)[0], "m1")
		s.view(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.DeliveryAt(ctx, d.ID)
			s.ok(err)
			want := *d
			want.Attempt = 1
			s.equal(*got, want)
			_, err = tx.DeliveryAt(ctx, d.ID+1)
			s.fails(err, bot.ErrNotFound)
			return nil
		})
	}},
	{"pages come first", func(s *suite) {
		page := post("", "page")
		page.Kind, page.User = bot.Page, "luis"
		s.queue(post("a", "1"), post("b", "2"), page)
		s.equal(texts(s.claim(noon, 1)), []string{"page"})
		s.equal(texts(s.claim(noon, 5)), []string{"1", "2"})
	}},
	{"of pages the urgent ones come first, and a critical one does not wait for others to the same person", func(s *suite) {
		page := func(text, user string, priority int) *bot.Delivery {
			d := post("", text)
			d.Kind, d.User, d.Priority = bot.Page, user, priority
			return d
		}
		s.queue(page("1", "luis", 2), page("2", "ana", 1), page("3", "luis", 0), page("4", "ana", 0), page("5", "vera", 99))
		s.equal(texts(s.claim(noon, 3)), []string{"3", "4", "2"})
		s.equal(texts(s.claim(noon, 3)), []string{"1", "5"})
	}},
	{"what a holder that has ended had claimed is handed out to another as doubtful, and stays the other's", func(s *suite) {
		alive := func(who string, believed time.Duration) { s.ok(s.Alive(s.Context(), who, believed)) }
		claim := func(who string) (out []*bot.Delivery) {
			s.update(func(ctx context.Context, tx bot.Tx) (err error) {
				out, err = tx.ClaimDeliveries(ctx, noon, who, time.Hour, 5)
				return err
			})
			return out
		}
		s.queue(post("c", "1"))
		alive("first", time.Hour)
		first := claim("first")
		s.equal(texts(first), []string{"1"})
		alive("second", time.Hour)
		alive("first", 0)
		again := claim("second")
		s.equal(texts(again), []string{"1"})
		s.equal(again[0].Doubtful, true)
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error {
			return tx.DeliveryPutOff(s.Context(), first[0].ID, bot.Wait{Until: noon, Holder: "first"})
		}), bot.ErrNotFound)
		s.equal(texts(claim("second")), []string{})
		s.update(func(ctx context.Context, tx bot.Tx) error {
			return tx.DeliveryPutOff(ctx, again[0].ID, bot.Wait{Until: noon, Holder: "second"})
		})
		s.equal(texts(claim("second")), []string{"1"})
	}},
	{"a delivery that is put off holds up its conversation, and counts its attempts", func(s *suite) {
		s.queue(post("c", "1"), post("c", "2"), post("d", "3"))
		first := s.claim(noon, 1)[0]
		s.update(func(ctx context.Context, tx bot.Tx) error {
			return tx.DeliveryPutOff(ctx, first.ID, bot.Wait{Until: after(time.Minute), Reason: "asked to wait"})
		})
		s.equal(texts(s.claim(noon, 5)), []string{"3"})
		s.equal(texts(s.claim(after(time.Minute-1), 5)), []string{})
		again := s.claim(after(time.Minute), 5)
		s.equal(texts(again), []string{"1"})
		s.equal(again[0].Attempt, 2)
		s.equal(again[0].Doubtful, false)
	}},
	{"a wait that the platform asked for is no attempt", func(s *suite) {
		s.queue(post("c", "1"))
		for range 3 {
			d := s.claim(noon, 1)[0]
			s.equal(d.Attempt, 1)
			s.update(func(ctx context.Context, tx bot.Tx) error {
				return tx.DeliveryPutOff(ctx, d.ID, bot.Wait{Until: noon, Asked: true, Reason: "asked to wait"})
			})
		}
	}},
	{"a delivery that was put off in doubt is doubtful", func(s *suite) {
		s.queue(post("c", "1"))
		d := s.claim(noon, 1)[0]
		s.update(func(ctx context.Context, tx bot.Tx) error {
			return tx.DeliveryPutOff(ctx, d.ID, bot.Wait{Until: noon, Doubtful: true, Reason: "no answer"})
		})
		s.equal(s.claim(noon, 1)[0].Doubtful, true)
	}},
	{"a delivery whose lease ran out is handed out again as doubtful", func(s *suite) {
		s.queue(post("c", "1"), post("c", "2"))
		lease := func(d time.Duration) (out []*bot.Delivery) {
			s.update(func(ctx context.Context, tx bot.Tx) (err error) {
				out, err = tx.ClaimDeliveries(ctx, noon, holder, d, 5)
				return err
			})
			return out
		}
		first := lease(0)
		s.equal(first[0].Doubtful, false)
		again := lease(time.Hour)
		s.equal(texts(again), []string{"1"})
		s.equal(again[0].Doubtful, true)
		s.equal(again[0].Attempt, 2)
		s.equal(texts(lease(time.Hour)), []string{})
		s.sent(again[0], "m1")
		s.equal(texts(lease(time.Hour)), []string{"2"})
	}},
	{"one that was given up is listed with its reason and lets its conversation go on", func(s *suite) {
		s.queue(post("c", "1"), post("c", "2"), post("d", "3"))
		for i, d := range s.claim(noon, 5) {
			s.update(func(ctx context.Context, tx bot.Tx) error {
				return tx.DeliveryDead(ctx, d.ID, after(time.Duration(i)*time.Minute), "no such channel")
			})
		}
		s.equal(texts(s.claim(noon, 5)), []string{"2"})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			all, err := tx.DeadDeliveries(ctx, noon, 10)
			s.ok(err)
			s.equal(len(all), 2)
			s.equal(all[0].Delivery.Message.Text, "3")
			s.equal(all[0].At, after(time.Minute))
			s.equal(all[1].Reason, "no such channel")
			late, err := tx.DeadDeliveries(ctx, after(time.Second), 10)
			s.equal(len(late), 1)
			s.ok(err)
			one, err := tx.DeadDeliveries(ctx, noon, 1)
			s.equal(len(one), 1)
			return err
		})
	}},
	{"a settled delivery stays settled, but a platform's word is believed", func(s *suite) {
		s.queue(post("c", "1"), post("d", "2"))
		ds := s.claim(noon, 2)
		s.sent(ds[0], "m1")
		s.sent(ds[0], "m2")
		s.view(func(ctx context.Context, tx bot.Tx) error {
			_, err := tx.MessageAt(ctx, "t", "c", "m1")
			return err
		})
		settle := func(fn func(ctx context.Context, tx bot.Tx) error) error {
			return s.Update(s.Context(), func(tx bot.Tx) error { return fn(s.Context(), tx) })
		}
		dead := func(id int64) func(ctx context.Context, tx bot.Tx) error {
			return func(ctx context.Context, tx bot.Tx) error { return tx.DeliveryDead(ctx, id, noon, "") }
		}
		s.fails(settle(dead(ds[0].ID)), bot.ErrNotFound)
		s.fails(settle(func(ctx context.Context, tx bot.Tx) error {
			return tx.DeliveryPutOff(ctx, ds[0].ID, bot.Wait{Until: noon})
		}), bot.ErrNotFound)
		s.fails(settle(dead(1000)), bot.ErrNotFound)
		s.fails(settle(func(ctx context.Context, tx bot.Tx) error {
			return tx.DeliveriesSent(ctx, bot.Sent{Delivery: 1000, Receipt: bot.Receipt{}, At: noon})
		}), bot.ErrNotFound)
		s.ok(settle(dead(ds[1].ID)))
		s.sent(ds[1], "m3")
		s.view(func(ctx context.Context, tx bot.Tx) error {
			b, err := tx.Backlog(ctx)
			s.equal(b, bot.Backlog{})
			return err
		})
	}},
	{"several deliveries are settled at once, or none of them", func(s *suite) {
		s.queue(post("c", "1"), post("d", "2"), post("e", "3"))
		ds := s.claim(noon, 3)
		s.sent(ds[0], "first")
		sent := []bot.Sent{
			{Delivery: ds[0].ID, Receipt: bot.Receipt{Message: "again"}, At: noon},
			{Delivery: ds[1].ID, Receipt: bot.Receipt{Channel: "d2", Message: "m\x00\"é"}, At: after(time.Second)},
			{Delivery: ds[2].ID, Receipt: bot.Receipt{Message: "m3"}, At: after(2 * time.Second)},
		}
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error {
			return tx.DeliveriesSent(s.Context(), append(sent, bot.Sent{Delivery: 1000, At: noon})...)
		}), bot.ErrNotFound)
		s.view(func(ctx context.Context, tx bot.Tx) error {
			b, err := tx.Backlog(ctx)
			s.equal(b, bot.Backlog{Deliveries: 2})
			return err
		})
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.DeliveriesSent(ctx, sent...) })
		s.view(func(ctx context.Context, tx bot.Tx) error {
			for _, want := range []bot.Said{
				{Channel: "c", ID: "first", At: noon, Delivery: ds[0].ID},
				{Channel: "d2", ID: "m\"é", At: after(time.Second), Delivery: ds[1].ID},
				{Channel: "e", ID: "m3", At: after(2 * time.Second), Delivery: ds[2].ID},
			} {
				m, err := tx.MessageAt(ctx, "t", want.Channel, want.ID)
				s.ok(err)
				s.equal(m.At, want.At)
				s.equal(m.Delivery, want.Delivery)
			}
			_, err := tx.MessageAt(ctx, "t", "c", "again")
			s.fails(err, bot.ErrNotFound)
			b, err := tx.Backlog(ctx)
			s.equal(b, bot.Backlog{})
			return err
		})
	}},
	{"a delivery is unsettled while it is on its way or in doubt", func(s *suite) {
		unsettled := func(channel string, want bool) {
			s.Helper()
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.Unsettled(ctx, "t", channel)
				s.equal(got, want)
				return err
			})
		}
		s.queue(post("c", "1"))
		unsettled("c", false)
		d := s.claim(noon, 1)[0]
		unsettled("c", true)
		unsettled("d", false)
		putOff := func(doubtful bool) {
			s.update(func(ctx context.Context, tx bot.Tx) error {
				return tx.DeliveryPutOff(ctx, d.ID, bot.Wait{Until: noon, Doubtful: doubtful})
			})
		}
		putOff(true)
		unsettled("c", true)
		putOff(false)
		unsettled("c", false)
		s.sent(s.claim(noon, 1)[0], "m1")
		unsettled("c", false)
		direct := post("", "2")
		direct.Kind, direct.User = bot.Direct, "luis"
		s.queue(direct)
		s.claim(noon, 1)
		unsettled("whatever channel luis has", true)
	}},
	{"the backlog counts what waits", func(s *suite) {
		s.accept(said("c", 1), said("c", 2))
		s.queue(post("c", "1"), post("c", "2"), post("d", "3"))
		s.claim(noon, 1)
		s.update(func(ctx context.Context, tx bot.Tx) error {
			return tx.SetTimer(ctx, bot.Timer{Due: noon, Kind: "k"})
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			b, err := tx.Backlog(ctx)
			s.equal(b, bot.Backlog{Events: 2, Deliveries: 3, Timers: 1})
			return err
		})
	}},
	{"the next wake is the earliest of what was put off and the timers", func(s *suite) {
		wake := func(now time.Time, want time.Time) {
			s.Helper()
			s.view(func(ctx context.Context, tx bot.Tx) error {
				at, ok, err := tx.NextWake(ctx, now)
				s.equal(ok, !want.IsZero())
				s.equal(at, want)
				return err
			})
		}
		wake(noon, time.Time{})
		s.accept(said("c", 1))
		s.queue(post("c", "1"))
		s.next(noon, putOff(after(time.Minute)))
		d := s.claim(noon, 1)[0]
		s.update(func(ctx context.Context, tx bot.Tx) error {
			if err := tx.SetTimer(ctx, bot.Timer{Due: after(3*time.Minute + 1), Kind: "k"}); err != nil {
				return err
			}
			return tx.DeliveryPutOff(ctx, d.ID, bot.Wait{Until: after(2 * time.Minute)})
		})
		wake(noon, after(time.Minute))
		wake(after(time.Minute), after(2*time.Minute))
		wake(after(2*time.Minute), after(3*time.Minute+time.Microsecond))
		wake(after(time.Hour), time.Time{})
	}},
}
