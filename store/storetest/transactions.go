package storetest

import (
	"context"
	"errors"
	"strings"

	"sereno/bot"
)

var errMine = errors.New("an error of the function")

// tag writes something that tagged can see.
func tag(ctx context.Context, tx bot.Tx, name string) error {
	return tx.SaveMessage(ctx, bot.Said{Platform: "t", Channel: "tags", ID: name, At: noon})
}

func (s *suite) tagged(name string) bool {
	s.Helper()
	err := s.View(s.Context(), func(tx bot.Tx) error {
		_, err := tx.MessageAt(s.Context(), "t", "tags", name)
		return err
	})
	if err != nil {
		s.fails(err, bot.ErrNotFound)
	}
	return err == nil
}

var transactions = []promise{
	{"an error rolls everything back and is returned as it is", func(s *suite) {
		err := s.Update(s.Context(), func(tx bot.Tx) error {
			s.ok(tag(s.Context(), tx, "a"))
			return errMine
		})
		s.equal(err == errMine, true) //nolint:errorlint // the very same is promised
		s.equal(s.tagged("a"), false)
		err = s.View(s.Context(), func(bot.Tx) error { return errMine })
		s.equal(err == errMine, true) //nolint:errorlint // the very same is promised
	}},
	{"a panic is an error of that transaction alone", func(s *suite) {
		err := s.Update(s.Context(), func(tx bot.Tx) error {
			s.ok(tag(s.Context(), tx, "a"))
			panic("oh no")
		})
		if err == nil || !strings.Contains(err.Error(), "oh no") {
			s.Fatalf("got %v", err)
		}
		s.equal(s.tagged("a"), false)
		err = s.View(s.Context(), func(bot.Tx) error { panic("oh no") })
		if err == nil {
			s.Fatal("a panic in a view is no error")
		}
		s.update(func(ctx context.Context, tx bot.Tx) error { return tag(ctx, tx, "b") })
		s.equal(s.tagged("b"), true)
	}},
	{"a function that ends its goroutine harms nobody else", func(s *suite) {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			err := s.Update(s.Context(), func(tx bot.Tx) error {
				s.ok(tag(s.Context(), tx, "a"))
				goexit()
				return nil
			})
			s.Errorf("the goroutine went on with %v", err)
		}()
		<-ended
		s.equal(s.tagged("a"), false)
		s.update(func(ctx context.Context, tx bot.Tx) error { return tag(ctx, tx, "b") })
	}},
	{"a transaction is dead when its function has returned", func(s *suite) {
		var kept bot.Tx
		s.update(func(ctx context.Context, tx bot.Tx) error { kept = tx; return tag(ctx, tx, "a") })
		if err := tag(s.Context(), kept, "b"); err == nil {
			s.Fatal("it still writes")
		}
		s.view(func(_ context.Context, tx bot.Tx) error { kept = tx; return nil })
		if _, err := kept.Backlog(s.Context()); err == nil {
			s.Fatal("it still reads")
		}
		s.equal(s.tagged("b"), false)
	}},
	{"a view cannot write", func(s *suite) {
		for name, write := range map[string]func(ctx context.Context, tx bot.Tx) error{
			"message": func(ctx context.Context, tx bot.Tx) error { return tag(ctx, tx, "a") },
			"timer":   func(ctx context.Context, tx bot.Tx) error { _, err := tx.TakeTimers(ctx, noon, 1); return err },
			"claim": func(ctx context.Context, tx bot.Tx) error {
				_, err := tx.ClaimDeliveries(ctx, noon, holder, 1, 1)
				return err
			},
		} {
			s.queue(post("c", name))
			err := s.View(s.Context(), func(tx bot.Tx) error { return write(s.Context(), tx) })
			if err == nil || errors.Is(err, bot.ErrUnavailable) {
				s.Errorf("%s: got %v", name, err)
			}
		}
		s.equal(s.tagged("a"), false)
	}},
	{"a transaction sees what it wrote", func(s *suite) {
		s.update(func(ctx context.Context, tx bot.Tx) error {
			s.ok(tag(ctx, tx, "a"))
			_, err := tx.MessageAt(ctx, "t", "tags", "a")
			return err
		})
	}},
	{"a caller whose context has ended is not served", func(s *suite) {
		ctx, cancel := context.WithCancel(s.Context())
		cancel()
		_, err := s.Accept(ctx, said("c", 1))
		s.fails(err, context.Canceled)
		s.fails(s.Update(ctx, func(tx bot.Tx) error { return tag(context.Background(), tx, "a") }), context.Canceled)
		s.fails(s.View(ctx, func(bot.Tx) error { return nil }), context.Canceled)
		s.equal(s.tagged("a"), false)
		s.equal(s.next(noon, done), "")
	}},
	{"a context that ends when all is written does not undo it", func(s *suite) {
		ctx, cancel := context.WithCancel(s.Context())
		s.ok(s.Update(ctx, func(tx bot.Tx) error {
			defer cancel()
			return tag(ctx, tx, "a")
		}))
		s.equal(s.tagged("a"), true)
	}},
	{"text that a database cannot hold is made storable", func(s *suite) {
		s.update(func(ctx context.Context, tx bot.Tx) error {
			return tx.SaveMessage(ctx, bot.Said{Platform: "t", Channel: "c", ID: "m", Text: "a\x00b\xff", At: noon})
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			m, err := tx.MessageAt(ctx, "t", "c", "m")
			s.ok(err)
			s.equal(m.Text, "ab\uFFFD")
			return nil
		})
	}},
	{"a closed store says so", func(s *suite) {
		s.ok(s.Close())
		_, err := s.Accept(s.Context(), said("c", 1))
		s.fails(err, bot.ErrUnavailable)
		s.fails(s.Update(s.Context(), func(bot.Tx) error { return nil }), bot.ErrUnavailable)
		s.fails(s.View(s.Context(), func(bot.Tx) error { return nil }), bot.ErrUnavailable)
		s.fails(s.Ready(s.Context()), bot.ErrUnavailable)
		_, _, err = s.PutFile(s.Context(), strings.NewReader("a"), 1)
		s.fails(err, bot.ErrUnavailable)
		_, err = s.OpenFile(s.Context(), "a")
		s.fails(err, bot.ErrUnavailable)
		_, err = s.ForgetFiles(s.Context(), 0)
		s.fails(err, bot.ErrUnavailable)
	}},
}
