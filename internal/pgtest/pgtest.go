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
	if private != nil {
		if err := private.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// DSN is the address of a new, empty database, dropped when the test ends.
func DSN(t testing.TB) string {
	t.Helper()
	once.Do(start)
	if failed != nil {
		t.Fatalf("%v\n%s", failed, howToGetOne)
	}
	name := fmt.Sprintf("sereno_%d_%d", os.Getpid(), number.Add(1))
	command(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { command(t, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("pgtest: the server's address is not a URL") // it may hold a password
	}
	u.Path = "/" + name
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

// command runs a statement outside the test's database.
func command(t testing.TB, statement string) {
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
