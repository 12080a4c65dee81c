package store

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/jmoiron/sqlx"
)

// maxReady bounds the statements kept ready on a connection; the texts that
// this package makes are far fewer.
const maxReady = 300

// stickyConn is a connection of the writer, with the statements it has
// prepared. Contexts are not passed on: interrupting a statement would roll
// back the whole transaction, and with it what others do in it.
type stickyConn struct {
	*sqlx.Conn
	ready map[string]*sqlx.Stmt
}

// tx is a transaction's view of the connection, for one operation.
func (c *stickyConn) tx() *tx { return &tx{run: c, dialect: sqliteDialect} }

// command runs a statement about transactions.
func (c *stickyConn) command(query string) error {
	_, err := c.ExecContext(context.Background(), query)
	return sqliteDialect.named(err)
}

func (c *stickyConn) prepared(query string) (*sqlx.Stmt, error) {
	if s := c.ready[query]; s != nil {
		return s, nil
	}
	if len(c.ready) >= maxReady {
		c.forget()
	}
	s, err := c.PreparexContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	c.ready[query] = s
	return s, nil
}

func (c *stickyConn) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	if len(args) == 0 && len(query) > 1000 {
		return c.Conn.ExecContext(context.Background(), query) // a script, of many statements
	}
	s, err := c.prepared(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.Background(), args...)
}

func (c *stickyConn) GetContext(_ context.Context, dest any, query string, args ...any) error {
	s, err := c.prepared(query)
	if err != nil {
		return err
	}
	return s.GetContext(context.Background(), dest, args...)
}

func (c *stickyConn) SelectContext(_ context.Context, dest any, query string, args ...any) error {
	s, err := c.prepared(query)
	if err != nil {
		return err
	}
	return s.SelectContext(context.Background(), dest, args...)
}

func (c *stickyConn) forget() {
	for query, s := range c.ready {
		_ = s.Close() // it only frees memory
		delete(c.ready, query)
	}
}

// close ends the connection itself instead of giving it back to the pool.
func (c *stickyConn) close() {
	c.forget()
	_ = c.Raw(func(any) error { return driver.ErrBadConn }) // the pool's way of throwing a connection away
	_ = c.Conn.Close()                                      // says that it was thrown away
}
