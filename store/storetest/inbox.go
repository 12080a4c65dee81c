package storetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sereno/bot"
)

var inbox = []promise{
	{"an event is read back whole", func(s *suite) {
		e := said("c", 1)
		e.At = e.At.Add(123456789)
		e.Direct, e.Thread, e.UserName, e.UserTeam, e.Mentioned = true, "m000", "María \x00\xff", "T1", true
		e.Button, e.Value, e.Form, e.Reaction, e.Trigger = "ack", "INC-1:x", "resolve", "ticket", "123.4"
		e.Fields = map[string]string{"what": "línea 1\nlínea 2"}
		e.Files = []bot.File{{Name: "a.png", URL: "https://example.com/a.png"}}
		s.accept(e)
		e.UserName = "María \x00\uFFFD" // a document holds valid UTF-8
		s.next(noon, func(_ context.Context, _ bot.Tx, in *bot.Inboxed) error {
			s.equal(in.Event, e)
			return nil
		})
	}},
	{"the same key twice is one event", func(s *suite) {
		s.accept(said("c", 1))
		again := said("c", 1)
		again.Text = "another text"
		fresh, err := s.Accept(s.Context(), again)
		s.ok(err)
		s.equal(fresh, false)
		s.equal(s.next(noon, done), "t:c:1")
		s.equal(s.next(noon, done), "")
	}},
	{"the key of an event that is done stays known", func(s *suite) {
		s.accept(said("c", 1))
		s.next(noon, done)
		fresh, err := s.Accept(s.Context(), said("c", 1))
		s.ok(err)
		s.equal(fresh, false)
	}},
	{"events come in the order in which they happened, then of acceptance", func(s *suite) {
		second, first, also := said("c", 2), said("c", 1), said("d", 1)
		also.At = first.At
		s.accept(second, first, also)
		s.equal(s.next(noon, done), "t:c:1")
		s.equal(s.next(noon, done), "t:d:1")
		s.equal(s.next(noon, done), "t:c:2")
		s.equal(s.next(noon, done), "")
	}},
	{"an event that is put off holds up its conversation and no other", func(s *suite) {
		s.accept(said("c", 1), said("c", 2), said("d", 1))
		s.equal(s.next(noon, putOff(after(time.Minute))), "t:c:1")
		s.equal(s.next(noon, done), "t:d:1")
		s.equal(s.next(after(time.Minute-1), done), "")
		s.equal(s.next(after(time.Minute), func(ctx context.Context, tx bot.Tx, in *bot.Inboxed) error {
			s.equal(in.Failures, 1)
			return done(ctx, tx, in)
		}), "t:c:1")
		s.equal(s.next(after(time.Minute), done), "t:c:2")
	}},
	{"long queues behind heads that wait hide no event that is ready", func(s *suite) {
		for n := range 60 {
			s.accept(said("long", n))
		}
		for n := range 60 {
			s.accept(said(fmt.Sprintf("wide%02d", n), 1))
		}
		s.accept(said("last", 1))
		s.equal(s.next(noon, putOff(after(time.Hour))), "t:long:0")
		for n := range 60 {
			s.equal(s.next(noon, putOff(after(time.Hour))), fmt.Sprintf("t:wide%02d:1", n))
		}
		s.equal(s.next(noon, done), "t:last:1")
		s.equal(s.next(noon, done), "")
	}},
	{"an event that is set aside lets its conversation go on", func(s *suite) {
		s.accept(said("c", 1), said("c", 2))
		s.next(noon, func(ctx context.Context, tx bot.Tx, in *bot.Inboxed) error {
			return tx.EventDead(ctx, in.Seq, noon, "cannot be handled")
		})
		s.equal(s.next(noon, done), "t:c:2")
		s.view(func(ctx context.Context, tx bot.Tx) error {
			b, err := tx.Backlog(ctx)
			s.equal(b, bot.Backlog{DeadEvents: 1})
			return err
		})
	}},
	{"an event is settled once", func(s *suite) {
		s.accept(said("c", 1))
		var seq int64
		s.next(noon, func(ctx context.Context, tx bot.Tx, in *bot.Inboxed) error {
			seq = in.Seq
			return done(ctx, tx, in)
		})
		again := map[string]func(ctx context.Context, tx bot.Tx) error{
			"done":    func(ctx context.Context, tx bot.Tx) error { return tx.EventDone(ctx, seq, noon) },
			"put off": func(ctx context.Context, tx bot.Tx) error { return tx.EventPutOff(ctx, seq, noon, 1, "") },
			"dead":    func(ctx context.Context, tx bot.Tx) error { return tx.EventDead(ctx, seq, noon, "") },
		}
		for _, settle := range again {
			s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return settle(s.Context(), tx) }), bot.ErrNotFound)
		}
		s.equal(s.next(after(time.Hour), done), "")
	}},
	{"an event whose handling fails is there again", func(s *suite) {
		s.accept(said("c", 1))
		cause := errors.New("no")
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error {
			in, err := tx.NextEvent(s.Context(), noon)
			if err != nil {
				return err
			}
			if err := tx.EventDone(s.Context(), in.Seq, noon); err != nil {
				return err
			}
			return cause
		}), cause)
		s.equal(s.next(noon, done), "t:c:1")
	}},
	{"old keys are forgotten, newer ones and waiting events are not", func(s *suite) {
		s.accept(said("c", 1), said("c", 2), said("c", 3))
		s.next(noon, done)
		s.next(noon, func(ctx context.Context, tx bot.Tx, in *bot.Inboxed) error {
			return tx.EventDone(ctx, in.Seq, after(time.Hour))
		})
		s.update(func(ctx context.Context, tx bot.Tx) error {
			n, err := tx.ForgetEvents(ctx, after(time.Hour))
			s.equal(n, 1)
			return err
		})
		s.accept(said("c", 1))
		for _, known := range []int{2, 3} {
			fresh, err := s.Accept(s.Context(), said("c", known))
			s.ok(err)
			s.equal(fresh, false)
		}
	}},
}
