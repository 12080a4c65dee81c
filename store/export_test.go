package store

import (
	"fmt"
	"testing"
)

// LimitPages keeps the store's file from growing by more pages, as a full disk
// does; a large number gives the space back.
func LimitPages(t testing.TB, s *Store, more int) {
	t.Helper()
	e, ok := s.engine.(*sqliteStore)
	if !ok {
		t.Fatal("not on SQLite")
	}
	err := e.writer.alone(t.Context(), func(x *tx) error {
		var pages, limit int
		if err := x.get(t.Context(), &pages, `PRAGMA page_count`); err != nil {
			return err
		}
		return x.get(t.Context(), &limit, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+more))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Plan is how SQLite goes about the query that fn runs last.
func Plan(t testing.TB, s *Store, query string, args ...any) []string {
	t.Helper()
	e, ok := s.engine.(*sqliteStore)
	if !ok {
		t.Fatal("not on SQLite")
	}
	var rows []struct {
		ID, Parent, Notused int
		Detail              string
	}
	if err := e.reads.SelectContext(t.Context(), &rows, "EXPLAIN QUERY PLAN "+query, args...); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Detail)
	}
	return out
}
