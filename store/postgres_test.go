package store_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sereno/bot"
	"sereno/internal/pgtest"
	"sereno/store"
)

// server is a connection to the database for what an administrator does.
func server(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestReplicasMayStartAtOnce(t *testing.T) {
	dsn := pgtest.DSN(t)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			s, err := store.Open(t.Context(), dsn)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// heard waits for a word of other processes.
func heard(t *testing.T, s bot.Store) {
	t.Helper()
	select {
	case <-s.Woken():
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was heard")
	}
}

func TestAReplicaHearsOfTheOthersWorkAlsoAfterItsConnectionWasLost(t *testing.T) {
	dsn := pgtest.DSN(t)
	one, two := open(t, dsn), open(t, dsn)
	heard(t, one) // it listens now
	accept(t, two, message("c", 1))
	heard(t, one)
	admin := server(t, dsn)
	if _, err := admin.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND query LIKE 'LISTEN%'`); err != nil {
		t.Fatal(err)
	}
	heard(t, one) // it listens again, and looks for what it missed
	err := two.Update(t.Context(), func(tx bot.Tx) error {
		return tx.SetTimer(t.Context(), bot.Timer{Due: noon, Kind: "k"})
	})
	if err != nil {
		t.Fatal(err)
	}
	heard(t, one)
}

func TestTheStoreGoesOnAfterTheServerHasThrownItOut(t *testing.T) {
	dsn := pgtest.DSN(t)
	s := open(t, dsn)
	admin := server(t, dsn)
	throwOut := func() {
		if _, err := admin.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
			t.Fatal(err)
		}
	}
	err := s.Update(t.Context(), func(tx bot.Tx) error {
		throwOut()
		return tx.SetTimer(t.Context(), bot.Timer{Due: noon, Kind: "k"})
	})
	if !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("a transaction on a lost connection: %v", err)
	}
	throwOut()
	accepted := false
	for n := 0; n < 30 && !accepted; n++ { // each of the pool's connections may be a lost one
		_, err := s.Accept(t.Context(), message("c", 1))
		accepted = err == nil
		if err != nil && !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("accept: %v", err)
		}
	}
	if !accepted || backlog(t, s).Events != 1 {
		t.Error("the store did not recover")
	}
}

func TestALeaseOfAnotherReplicaIsRespectedUntilItRunsOut(t *testing.T) {
	dsn := pgtest.DSN(t)
	one, two := open(t, dsn), open(t, dsn)
	claim := func(s bot.Store, holder string, lease time.Duration) (out []*bot.Delivery) {
		err := s.Update(t.Context(), func(tx bot.Tx) (err error) {
			out, err = tx.ClaimDeliveries(t.Context(), noon, holder, lease, 5)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	err := one.Update(t.Context(), func(tx bot.Tx) error {
		return tx.Enqueue(t.Context(), &bot.Delivery{Key: "k", Kind: bot.Post, Platform: "t", Channel: "c"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := claim(one, "one", time.Hour); len(got) != 1 {
		t.Fatalf("got %v", got)
	}
	if got := claim(two, "two", time.Hour); len(got) != 0 {
		t.Fatalf("taken from its holder: %v", got)
	}
	admin := server(t, dsn)
	if _, err := admin.Exec(t.Context(), `UPDATE deliveries SET lease_until = lease_until - 3600 * 1000000::bigint`); err != nil {
		t.Fatal(err)
	}
	if got := claim(two, "two", time.Hour); len(got) != 1 || !got[0].Doubtful {
		t.Fatalf("got %v", got)
	}
}

func TestAnEventThatIsHandledKeepsItsConversationFromOtherReplicas(t *testing.T) {
	dsn := pgtest.DSN(t)
	one, two := open(t, dsn), open(t, dsn)
	for n := range 3 {
		accept(t, one, message("c", n))
	}
	accept(t, one, message("d", 0))
	next := func(s bot.Store, then func(in *bot.Inboxed)) {
		err := s.Update(t.Context(), func(tx bot.Tx) error {
			in, err := tx.NextEvent(t.Context(), noon)
			then(in)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	next(one, func(in *bot.Inboxed) {
		if in.Event.Key != "t:c:0" {
			t.Errorf("first %s", in.Event.Key)
		}
		next(two, func(in *bot.Inboxed) {
			if in.Event.Key != "t:d:0" {
				t.Errorf("beside it %s", in.Event.Key)
			}
			next(one, func(in *bot.Inboxed) {
				if in != nil {
					t.Errorf("and then %s", in.Event.Key)
				}
			})
		})
	})
}

func TestErrorsOfOpeningNameThePlaceAndNeverThePassword(t *testing.T) {
	dir := t.TempDir()
	for dsn, want := range map[string][]string{
		"postgres://sereno:s3cret@127.0.0.1:1/support":                     {"127.0.0.1", "support"},
		"postgres://sereno:s3cret%zz@host/support":                         {"postgres://user:password@host"},
		"postgresql://sereno:s3cret@/support?host=" + url.QueryEscape(dir): {dir, "support"},
		"postgres://sereno:s3cret@127.0.0.1:notaport/support":              {"postgres://user:password@host"},
		"postgres://sereno@127.0.0.1:1/support?password=s3cret":            {"127.0.0.1", "support"},
		"sqlite:" + dir + "/not/there.db":                                  {"there.db"},
		dir:                                                                {dir},
	} {
		_, err := store.Open(t.Context(), dsn)
		if err == nil {
			t.Errorf("%s was opened", dsn)
			continue
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the password is in %q", err)
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q is not in %q", w, err)
			}
		}
	}
	_, err := store.Open(t.Context(), "postgres://sereno:s3cret@127.0.0.1:1/support")
	if !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("a server that is down is not unavailable: %v", err)
	}
}

func TestADatabaseThatDoesNotAnswerIsUnavailableAfterAWhile(t *testing.T) {
	dsn := pgtest.DSN(t)
	s := open(t, dsn)
	store.HavePatience(t, s, 300*time.Millisecond)
	admin := server(t, dsn)
	if _, err := admin.Exec(t.Context(), `BEGIN; LOCK TABLE timers, events`); err != nil {
		t.Fatal(err)
	}
	set := func() error {
		return s.Update(t.Context(), func(tx bot.Tx) error { return tx.SetTimer(t.Context(), bot.Timer{Due: noon, Kind: "k"}) })
	}
	if err := set(); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("a transaction: %v", err)
	}
	if _, err := s.Accept(t.Context(), message("c", 1)); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("an event: %v", err)
	}
	if _, err := admin.Exec(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	store.HavePatience(t, s, time.Minute)
	if err := set(); err != nil {
		t.Errorf("and when it answers again: %v", err)
	}
}

func TestWhatAProcessThatStandsStillHasLockedIsFreeAfterSeconds(t *testing.T) {
	dsn := pgtest.DSN(t)
	one, two := open(t, dsn), open(t, dsn)
	err := one.Update(t.Context(), func(tx bot.Tx) error { return tx.SetTimer(t.Context(), bot.Timer{Due: noon, Kind: "k"}) })
	if err != nil {
		t.Fatal(err)
	}
	take := func(s bot.Store) (n int, err error) {
		err = s.Update(t.Context(), func(tx bot.Tx) error {
			ts, err := tx.TakeTimers(t.Context(), noon, 5)
			n = len(ts)
			return err
		})
		return n, err
	}
	err = one.Update(t.Context(), func(tx bot.Tx) error {
		if _, err := tx.TakeTimers(t.Context(), noon, 5); err != nil {
			return err
		}
		for began := time.Now(); ; { // this one goes no further
			n, err := take(two)
			if err != nil || n == 1 {
				return err
			}
			if time.Since(began) > 20*time.Second {
				return errors.New("it was never free")
			}
			<-time.After(100 * time.Millisecond)
		}
	})
	if !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("the one that stood still goes on: %v", err)
	}
}

func TestTheClockIsTheDatabases(t *testing.T) {
	dsn := pgtest.DSN(t)
	s := open(t, dsn)
	var theirs time.Time
	before := s.Clock().Now()
	if err := server(t, dsn).QueryRow(t.Context(), `SELECT clock_timestamp()`).Scan(&theirs); err != nil {
		t.Fatal(err)
	}
	after := s.Clock().Now()
	const off = 50 * time.Millisecond // a reading's
	if theirs.Before(before.Add(-off)) || theirs.After(after.Add(off)) {
		t.Errorf("the database's clock shows %s between %s and %s", theirs, before, after)
	}
}
