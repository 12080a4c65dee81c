package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

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

// Query is one that was run, as it was written, with its arguments.
type Query struct {
	Text string
	Args []any
}

// spy notes the queries that it passes on.
type spy struct {
	runner
	queries []Query
}

func (s *spy) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s.queries = append(s.queries, Query{query, args})
	return s.runner.ExecContext(ctx, query, args...)
}

func (s *spy) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	s.queries = append(s.queries, Query{query, args})
	return s.runner.GetContext(ctx, dest, query, args...)
}

func (s *spy) SelectContext(ctx context.Context, dest any, query string, args ...any) error {
	s.queries = append(s.queries, Query{query, args})
	return s.runner.SelectContext(ctx, dest, query, args...)
}

// Queries are those that the operation runs.
func Queries(t testing.TB, s *Store, op func(ctx context.Context, tx bot.Tx) error) []Query {
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
func Plan(t testing.TB, s *Store, q Query) []string {
	t.Helper()
	var rows []struct {
		ID, Parent, Notused int
		Detail              string
	}
	explain(t, s, &rows, "EXPLAIN QUERY PLAN ", q)
	var out []string
	for _, r := range rows {
		out = append(out, r.Detail)
	}
	return out
}

// PlanPostgres is how PostgreSQL goes about the query.
func PlanPostgres(t testing.TB, s *Store, q Query) (steps []string) {
	t.Helper()
	explain(t, s, &steps, "EXPLAIN ", q)
	return steps
}

func explain(t testing.TB, s *Store, rows any, how string, q Query) {
	t.Helper()
	err := s.Update(t.Context(), func(b bot.Tx) error {
		return b.(*tx).run.SelectContext(t.Context(), rows, how+q.Text, q.Args...)
	})
	if err != nil {
		t.Fatalf("%v in %s", err, q.Text)
	}
}

// HoldAgain, FindContent and ForgetSome are the transactions of PutFile,
// OpenFile and ForgetFiles.
func HoldAgain(ctx context.Context, b bot.Tx) error {
	_, err := own(b).holdAgain(ctx, "h")
	return err
}

func FindContent(ctx context.Context, b bot.Tx) error {
	r := &reader{want: "h"}
	return errors.Join(own(b).find(ctx, r), own(b).read(ctx, r))
}

func ForgetSome(ctx context.Context, b bot.Tx) error {
	if _, err := own(b).forgetSome(ctx, -time.Hour); err != nil {
		return err
	}
	_, err := own(b).removePieces(ctx, 1)
	return err
}

// Count counts the rows of a table.
func Count(t testing.TB, s *Store, table string) (n int) {
	t.Helper()
	err := s.View(t.Context(), func(b bot.Tx) error {
		return own(b).get(t.Context(), &n, "SELECT count(*) FROM "+table)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// HavePatience bounds the transactions of a store on PostgreSQL.
func HavePatience(t testing.TB, s *Store, d time.Duration) {
	t.Helper()
	e, ok := s.engine.(*postgresStore)
	if !ok {
		t.Fatal("not on PostgreSQL")
	}
	e.patience = d
}

// FillAgain runs the statements of a migration again that fill a column of earlier rows.
func FillAgain(t testing.TB, s *Store, file string) {
	t.Helper()
	script, err := migrations.ReadFile("migrations/" + file)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(b bot.Tx) error {
		for statement := range strings.SplitSeq(b.(*tx).own(string(script)), ";\n") {
			if _, fills, ok := strings.Cut(statement, "UPDATE "); ok {
				if _, err := b.(*tx).exec(t.Context(), "UPDATE "+fills); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
