// Package storetest is the suite that every implementation of bot.Store
// passes: each test is a promise of the interface's comments.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot"
)

// Run runs the suite; open gives a new, empty store, closed by its own cleanup.
func Run(t *testing.T, open func(t *testing.T) bot.Store) {
	groups := map[string][]promise{
		"inbox": inbox, "outbox": outbox, "references": references, "timers": timers, "holds": holds,
		"records": records, "messages": messages, "transactions": transactions, "together": together,
		"bridge": bridge, "files": files, "contents": contents,
		"pages": pages, "roster": roster, "knowledge": knowledge, "solved": solved,
	}
	for name, promises := range groups {
		t.Run(name, func(t *testing.T) {
			for _, p := range promises {
				t.Run(p.says, func(t *testing.T) { p.test(&suite{T: t, Store: open(t)}) })
			}
		})
	}
}

// promise is one sentence of the interface and what shows it.
type promise struct {
	says string
	test func(*suite)
}

// suite is one test with a store of its own. Its helpers fail the test on any
// error, so that a test reads as what it shows.
type suite struct {
	*testing.T
	bot.Store
}

// noon is when tests happen.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func after(d time.Duration) time.Time { return noon.Add(d) }

func (s *suite) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) fails(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Fatalf("got %v, want %v", err, want)
	}
}

func (s *suite) equal(got, want any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Fatalf("(-want +got)\n%s", diff)
	}
}

// update runs fn in a transaction that must succeed.
func (s *suite) update(fn func(ctx context.Context, tx bot.Tx) error) {
	s.Helper()
	s.ok(s.Update(s.Context(), func(tx bot.Tx) error { return fn(s.Context(), tx) }))
}

func (s *suite) view(fn func(ctx context.Context, tx bot.Tx) error) {
	s.Helper()
	s.ok(s.View(s.Context(), func(tx bot.Tx) error { return fn(s.Context(), tx) }))
}

// said is a message in a channel, the nth of it, n seconds after noon.
func said(channel string, n int) bot.Event {
	return bot.Event{
		Key: fmt.Sprintf("t:%s:%d", channel, n), Platform: "t", Kind: bot.MessagePosted,
		At: after(time.Duration(n) * time.Second), Channel: channel, Message: fmt.Sprintf("m%03d", n),
		User: "maria", Text: fmt.Sprintf("message %d", n),
	}
}

func (s *suite) accept(events ...bot.Event) {
	s.Helper()
	for _, e := range events {
		fresh, err := s.Accept(s.Context(), e)
		s.ok(err)
		if !fresh {
			s.Fatalf("%s is not fresh", e.Key)
		}
	}
}

// next takes the next event and does with it what fn says; it answers its key, "" for none.
func (s *suite) next(now time.Time, fn func(ctx context.Context, tx bot.Tx, in *bot.Inboxed) error) (key string) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		key = ""
		in, err := tx.NextEvent(ctx, now)
		if err != nil || in == nil {
			return err
		}
		key = in.Event.Key
		return fn(ctx, tx, in)
	})
	return key
}

// done is what next does with an event that was handled.
func done(ctx context.Context, tx bot.Tx, in *bot.Inboxed) error {
	return tx.EventDone(ctx, in.Seq, noon)
}

func putOff(until time.Time) func(context.Context, bot.Tx, *bot.Inboxed) error {
	return func(ctx context.Context, tx bot.Tx, in *bot.Inboxed) error {
		return tx.EventPutOff(ctx, in.Seq, until, in.Failures+1, "too early")
	}
}

// post is a delivery to a channel.
func post(channel, text string) *bot.Delivery {
	return &bot.Delivery{
		Key: "k:" + channel + ":" + text, Kind: bot.Post, Platform: "t", Channel: channel,
		Message: bot.Message{Text: text}, At: noon,
	}
}

// queue enqueues the deliveries in one transaction.
func (s *suite) queue(ds ...*bot.Delivery) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		for _, d := range ds {
			if err := tx.Enqueue(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

const holder = "this process"

// claim takes deliveries for a minute.
func (s *suite) claim(now time.Time, limit int) (out []*bot.Delivery) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) (err error) {
		out, err = tx.ClaimDeliveries(ctx, now, holder, time.Minute, limit)
		return err
	})
	return out
}

// texts are the texts of what was claimed, in order.
func texts(ds []*bot.Delivery) []string {
	out := []string{}
	for _, d := range ds {
		out = append(out, d.Message.Text)
	}
	return out
}

func (s *suite) sent(d *bot.Delivery, message string) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		return tx.DeliveriesSent(ctx, bot.Sent{Delivery: d.ID, Receipt: bot.Receipt{Channel: d.Channel, Message: message}, At: noon})
	})
}
