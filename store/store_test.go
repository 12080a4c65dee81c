package store_test

import (
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"sereno/bot"
	"sereno/internal/pgtest"
	"sereno/store"
	"sereno/store/storetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestNothingRunsOnAfterAStoreIsClosed(t *testing.T) {
	for name, dsn := range map[string]string{
		"sqlite": filepath.Join(t.TempDir(), "s.db"), "memory": "sqlite::memory:", "postgres": pgtest.DSN(t),
	} {
		t.Run(name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			s := open(t, dsn)
			if err := s.Ready(t.Context()); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			goleak.VerifyNone(t, before)
		})
	}
}

func TestStore(t *testing.T) {
	places := map[string]func(testing.TB) string{
		"sqlite":   func(t testing.TB) string { return filepath.Join(t.TempDir(), "odd name?#%41.db") },
		"memory":   func(testing.TB) string { return "sqlite::memory:" },
		"postgres": pgtest.Schemas(t),
	}
	for name, dsn := range places {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) bot.Store { return open(t, dsn(t)) })
		})
	}
}
