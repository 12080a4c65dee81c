package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sereno/bot"
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

// Exec runs a statement.
func Exec(t testing.TB, s *Store, statement string) {
	t.Helper()
	err := s.Update(t.Context(), func(b bot.Tx) error {
		_, err := b.(*tx).exec(t.Context(), statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// spy notes the queries that it passes on.
type spy struct {
	runner
	queries []string
}

func (s *spy) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s.queries = append(s.queries, query)
	return s.runner.ExecContext(ctx, query, args...)
}

func (s *spy) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	s.queries = append(s.queries, query)
	return s.runner.GetContext(ctx, dest, query, args...)
}

func (s *spy) SelectContext(ctx context.Context, dest any, query string, args ...any) error {
	s.queries = append(s.queries, query)
	return s.runner.SelectContext(ctx, dest, query, args...)
}

// Queries are those that the operation runs.
func Queries(t testing.TB, s *Store, op func(ctx context.Context, tx bot.Tx) error) []string {
	t.Helper()
	watch := &spy{}
	err := s.Update(t.Context(), func(b bot.Tx) error {
		own := b.(*tx)
		watch.runner, own.run = own.run, watch
		return op(t.Context(), own)
	})
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		t.Fatal(err)
	}
	return watch.queries
}

// Plan is how SQLite goes about the query.
func Plan(t testing.TB, s *Store, query string) []string {
	t.Helper()
	var rows []struct {
		ID, Parent, Notused int
		Detail              string
	}
	args := make([]any, strings.Count(query, "?"))
	for i := range args {
		args[i] = 0
	}
	err := s.View(t.Context(), func(b bot.Tx) error {
		return b.(*tx).list(t.Context(), &rows, "EXPLAIN QUERY PLAN "+query, args...)
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Detail)
	}
	return out
}
