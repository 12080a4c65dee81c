// Package pgtest gives tests a PostgreSQL of their own: a private server,
// started from the installed binaries once for a test binary, or the server
// that SERENO_TEST_POSTGRES names. It syncs its commits to disk, as a real one
// does, so that what is measured on it is honest.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Address is the environment variable with the postgres:// address of a server
// on which databases may be created. Without it a private one is started.
const Address = "SERENO_TEST_POSTGRES"

const howToGetOne = `these tests need PostgreSQL. Either install its server
("apt-get install postgresql", "brew install postgresql"), or set ` + Address + ` to the
address of one where databases may be created: postgres://user:password@host/postgres`

var (
	once    sync.Once
	address string
	failed  error
	private *server
	number  atomic.Int64
)

// Main runs the tests of a package that uses DSN and stops the private server
// after them. Call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if err := Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// Stop stops the private server, if there is one: for a package whose TestMain is
// another's.
func Stop() error {
	if private == nil {
		return nil
	}
	return private.stop()
}

// DSN is the address of a new, empty database. It is gone after the tests: on
// a private server with the server, elsewhere when the test ends.
func DSN(t testing.TB) string {
	t.Helper()
	once.Do(start)
	if failed != nil {
		t.Fatalf("%v\n%s", failed, howToGetOne)
	}
	name := fmt.Sprintf("sereno_%d_%d", os.Getpid(), number.Add(1))
	command(t, address, "CREATE DATABASE "+name)
	if private == nil {
		t.Cleanup(func() { command(t, address, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	}
	return with(t, address, func(u *url.URL, _ url.Values) { u.Path = "/" + name })
}

// Schemas makes one database, whose function gives the address of a new, empty
// schema in it at each call: for the many tests to which that is enough, and
// which would otherwise wait a fifth of a second each for a database.
func Schemas(t testing.TB) func(t testing.TB) string {
	t.Helper()
	database := DSN(t)
	return func(t testing.TB) string {
		t.Helper()
		name := fmt.Sprintf("schema_%d", number.Add(1))
		command(t, database, "CREATE SCHEMA "+name)
		return with(t, database, func(_ *url.URL, q url.Values) { q.Set("search_path", name) })
	}
}

// with is the address changed by fn.
func with(t testing.TB, address string, fn func(*url.URL, url.Values)) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("pgtest: the server's address is not a URL") // it may hold a password
	}
	q := u.Query()
	fn(u, q)
	u.RawQuery = q.Encode()
	return u.String()
}

func start() {
	if address = os.Getenv(Address); address != "" {
		return
	}
	private, failed = startServer()
	if failed == nil {
		address = private.address
	}
}

// command runs a statement on a connection of its own.
func command(t testing.TB, address, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatalf("pgtest: connect: %v", err)
	}
	_, err = c.Exec(ctx, statement)
	if closing := c.Close(ctx); err == nil {
		err = closing
	}
	if err != nil {
		t.Fatalf("pgtest: %s: %v", strings.Fields(statement)[0], err)
	}
}
