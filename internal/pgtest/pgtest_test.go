package pgtest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { Main(m) }

func TestEveryTestGetsAnEmptyDatabaseThatSyncsItsCommits(t *testing.T) {
	first, second := DSN(t), DSN(t)
	if first == second {
		t.Fatalf("both tests got %s", first)
	}
	for _, dsn := range []string{first, second} {
		c, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(context.WithoutCancel(t.Context()))
		var tables int
		if err := c.QueryRow(t.Context(), `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`).Scan(&tables); err != nil || tables != 0 {
			t.Errorf("%d tables, %v", tables, err)
		}
		if _, err := c.Exec(t.Context(), `CREATE TABLE here (x int)`); err != nil {
			t.Error(err)
		}
		for setting, want := range map[string]string{"fsync": "on", "synchronous_commit": "on"} {
			var got string
			if err := c.QueryRow(t.Context(), `SELECT current_setting($1)`, setting).Scan(&got); err != nil || got != want {
				t.Errorf("%s = %q, %v", setting, got, err)
			}
		}
	}
}

func TestSchemasOfOneDatabaseAreApart(t *testing.T) {
	next := Schemas(t)
	for _, dsn := range []string{next(t), next(t)} {
		c, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(context.WithoutCancel(t.Context()))
		if _, err := c.Exec(t.Context(), `CREATE TABLE here (x int)`); err != nil {
			t.Error(err)
		}
	}
}
