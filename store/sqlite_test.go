package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sereno/bot"
	"sereno/store"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// message is the nth message of a channel.
func message(channel string, n int) bot.Event {
	return bot.Event{
		Key: fmt.Sprintf("t:%s:%d", channel, n), Platform: "t", Kind: bot.MessagePosted, At: noon.Add(time.Duration(n)),
		Channel: channel, Message: fmt.Sprint(n), User: "maria", Text: strings.Repeat("lorem ipsum ", 12),
	}
}

func accept(t *testing.T, s bot.Store, e bot.Event) {
	t.Helper()
	if fresh, err := s.Accept(t.Context(), e); err != nil || !fresh {
		t.Fatalf("accept %s: %v, %v", e.Key, fresh, err)
	}
}

// beside opens a second connection to the file, as another program would.
func beside(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func run(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func TestWhileAnotherProgramHoldsTheLockNothingIsAcceptedAndAfterwardsAllIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	s := open(t, path)
	other := beside(t, path)
	run(t, other, "BEGIN EXCLUSIVE")
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			if _, err := s.Accept(t.Context(), message("c", n)); !errors.Is(err, bot.ErrUnavailable) {
				t.Errorf("accept: %v", err)
			}
		})
	}
	if err := s.Ready(t.Context()); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("ready: %v", err)
	}
	all.Wait()
	if b := backlog(t, s); b.Events != 0 {
		t.Errorf("%d events were kept", b.Events)
	}
	run(t, other, "ROLLBACK")
	for n := range 20 {
		accept(t, s, message("c", n))
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("ready: %v", err)
	}
}

func backlog(t testing.TB, s bot.Store) (b bot.Backlog) {
	t.Helper()
	err := s.View(t.Context(), func(tx bot.Tx) (err error) {
		b, err = tx.Backlog(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOnAFullDiskNothingIsAcceptedThatIsNotWrittenAndTheStoreRecovers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	s := open(t, path)
	accept(t, s, message("c", 0))
	store.LimitPages(t, s, 1) // it cannot grow from now on
	accepted := 1
	var full bool
	for n := 1; n < 5000 && !full; n++ {
		_, err := s.Accept(t.Context(), message("c", n))
		switch {
		case err == nil:
			accepted++
		case errors.Is(err, bot.ErrUnavailable):
			full = true
		default:
			t.Fatal(err)
		}
	}
	if !full {
		t.Fatal("the disk never filled up")
	}
	if got := backlog(t, s).Events; got != accepted {
		t.Errorf("%d events are kept, %d were accepted", got, accepted)
	}
	store.LimitPages(t, s, 1000)
	accept(t, s, message("c", 9999))
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOneThatFillsTheDiskDoesNotFailItsNeighbours(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	store.LimitPages(t, s, 20)
	block := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() { // holds the batch open until the others queue
		err := s.Update(t.Context(), func(bot.Tx) error { <-block; return nil })
		if err != nil {
			t.Errorf("the first: %v", err)
		}
	})
	all.Go(func() {
		err := s.Update(t.Context(), func(tx bot.Tx) error {
			for n := range 2000 {
				_ = tx.SaveMessage(t.Context(), bot.Said{Platform: "t", Channel: "big", ID: fmt.Sprint(n), Text: strings.Repeat("x", 10_000)})
			}
			return nil // it overlooks the errors
		})
		if !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("the big one: %v", err)
		}
	})
	for n := range 5 {
		all.Go(func() {
			if err := s.Update(t.Context(), func(tx bot.Tx) error {
				return tx.SetTimer(t.Context(), bot.Timer{Due: noon, Kind: "k", Incident: n})
			}); err != nil {
				t.Errorf("a small one: %v", err)
			}
		})
	}
	close(block)
	all.Wait()
	if got := backlog(t, s).Timers; got != 5 {
		t.Errorf("%d timers", got)
	}
	err := s.View(t.Context(), func(tx bot.Tx) error {
		if _, err := tx.MessageAt(t.Context(), "t", "big", "0"); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("half of a transaction was kept: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAFileBelongsToOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	s := open(t, path)
	_, err := store.Open(t.Context(), "sqlite:"+path)
	if err == nil || !strings.Contains(err.Error(), "in use by another process") || !strings.Contains(err.Error(), path) {
		t.Fatalf("got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path)
}

func TestWhatWasAcceptedIsThereAfterOpeningAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	s := open(t, path)
	accept(t, s, message("c", 1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	if got := backlog(t, s).Events; got != 1 {
		t.Errorf("%d events", got)
	}
	if fresh, err := s.Accept(t.Context(), message("c", 1)); fresh || err != nil {
		t.Errorf("the key is forgotten: %v, %v", fresh, err)
	}
}

func TestDeliveriesOfAProcessThatIsGoneAreHandedOutAtOnce(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	claim := func(holder string) (out []*bot.Delivery) {
		err := s.Update(t.Context(), func(tx bot.Tx) (err error) {
			out, err = tx.ClaimDeliveries(t.Context(), noon, holder, time.Hour, 5)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	err := s.Update(t.Context(), func(tx bot.Tx) error {
		return tx.Enqueue(t.Context(), &bot.Delivery{Key: "k", Kind: bot.Post, Platform: "t", Channel: "c"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := claim("before"); len(got) != 1 || got[0].Doubtful {
		t.Fatalf("got %v", got)
	}
	if got := claim("after"); len(got) != 1 || !got[0].Doubtful || got[0].Attempt != 2 {
		t.Fatalf("got %v", got)
	}
	if got := claim("after"); len(got) != 0 {
		t.Fatalf("got %v", got)
	}
}

func TestACallerThatLeavesWhileItWaitsHasChangedNothing(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	began, block := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		if err := s.Update(t.Context(), func(bot.Tx) error { close(began); <-block; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-began
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := s.Accept(ctx, message("c", 1))
		left <- err
	}()
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(block)
	all.Wait()
	if got := backlog(t, s).Events; got != 0 {
		t.Errorf("%d events", got)
	}
}

func TestWhatWaitsInTheQueueWhenTheStoreClosesIsAnswered(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	var all sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			if _, err := s.Accept(t.Context(), message("c", n)); err != nil && !errors.Is(err, bot.ErrUnavailable) {
				t.Error(err)
			}
		})
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	all.Wait()
}
