package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"sereno/bot"
)

const (
	// maxBatch bounds how many operations share a commit, and maxBatchTime how
	// long the first of them waits for the others to run.
	maxBatch     = 256
	maxBatchTime = 5 * time.Millisecond
)

// op is one operation in the writer's queue.
type op struct {
	ctx   context.Context
	state atomic.Int32 // opQueued, then once one of the others

	insert []any // of an event; then fn is nil
	fn     func(bot.Tx) error
	view   bool

	fresh bool // of an insert
	gone  bool // its caller's goroutine ended in fn; it cannot run again
	// turn hands the transaction to the caller, who runs fn in its own goroutine
	// (a test that fails in fn ends that one, not the writer), and answers ran.
	turn chan *tx
	ran  chan error
	done chan error // capacity 1: the writer never waits for a caller that left
}

const (
	opQueued = iota
	opBegun
	opLeft // its caller went away before it had begun
)

func newOp(ctx context.Context) *op {
	return &op{ctx: ctx, turn: make(chan *tx), ran: make(chan error), done: make(chan error, 1)}
}

// begin claims the operation for the writer; false when its caller left. An
// operation that runs again had begun before.
func (o *op) begin() bool {
	return o.state.CompareAndSwap(opQueued, opBegun) || o.state.Load() == opBegun
}

// writer owns the one connection that writes. Its goroutine takes operations
// from a queue and commits together those that wait together: a commit costs a
// write to disk, whatever is in it.
type writer struct {
	db   *sqlx.DB
	ops  chan *op // capacity maxBatch: callers need not meet the writer to queue
	quit chan struct{}
	once sync.Once
	idle sync.WaitGroup

	// Of the writer's goroutine alone:
	conn     *stickyConn // nil until it is needed, and after a failure
	volatile bool        // in memory: the connection is the database
	next     *op         // taken from the queue, to be done next
}

func newWriter(db *sqlx.DB, volatile bool) *writer {
	w := &writer{db: db, ops: make(chan *op, maxBatch), quit: make(chan struct{}), volatile: volatile}
	w.idle.Go(w.loop)
	return w
}

// alone runs fn in a transaction, for what is done once at the start.
func (w *writer) alone(ctx context.Context, fn func(*tx) error) error {
	o := newOp(ctx)
	o.fn = func(t bot.Tx) error { return fn(t.(*tx)) } //nolint:forcetypeassert // the writer makes no others
	return w.do(o)
}

// do queues the operation and waits for its result. A caller whose context
// ends leaves if the operation has not begun, and otherwise waits.
func (w *writer) do(o *op) error {
	if err := o.ctx.Err(); err != nil {
		return err
	}
	left := o.ctx.Done()
	select {
	case w.ops <- o:
	case <-left:
		return o.ctx.Err()
	case <-w.quit:
		return errClosed
	}
	quit := w.quit
	for {
		select {
		case t := <-o.turn:
			t.call(o.fn, func(err error) { o.ran <- err })
		case err := <-o.done:
			return err
		case <-left:
			if o.state.CompareAndSwap(opQueued, opLeft) {
				return o.ctx.Err()
			}
			left = nil
		case <-quit:
			// The writer may have ended before it saw the operation.
			if o.state.CompareAndSwap(opQueued, opLeft) {
				return errClosed
			}
			quit = nil
		}
	}
}

// close ends the writer after the batch under way.
func (w *writer) close() error {
	w.once.Do(func() { close(w.quit) })
	w.idle.Wait()
	return w.db.Close()
}

func (w *writer) loop() {
	defer w.drop()
	for {
		o := w.next
		w.next = nil
		if o == nil {
			select {
			case <-w.quit:
				return
			case o = <-w.ops:
			}
		}
		if o.view {
			w.look(o)
		} else {
			w.batch(o)
		}
	}
}

// batch runs the operation and those that queue meanwhile in one transaction.
// When that fails as a whole, each runs again in one of its own, so that none
// pays for another.
func (w *writer) batch(first *op) {
	var ran []*op    // begun, in order
	var errs []error // of each
	began := time.Now()
	err := w.transaction("BEGIN IMMEDIATE", func(c *stickyConn) error {
		for o := first; o != nil; o = w.more(len(ran), began) {
			if !o.begin() {
				continue
			}
			ran = append(ran, o)
			err, lost := w.guarded(c, o)
			if lost != nil {
				return lost
			}
			errs = append(errs, err)
		}
		return nil
	})
	switch {
	case err == nil:
		for i, o := range ran {
			o.done <- errs[i]
		}
	case len(ran) == 0:
		w.refuse(first, err)
	default:
		w.oneByOne(ran)
	}
}

// more is the next operation for a batch of n so far, if one waits and the
// batch may grow.
func (w *writer) more(n int, began time.Time) *op {
	if n >= maxBatch || time.Since(began) > maxBatchTime {
		return nil
	}
	for yielded := false; ; yielded = true {
		select {
		case o := <-w.ops:
			if o.view {
				w.next = o // it must not see what may yet be undone
				return nil
			}
			return o
		default:
		}
		if yielded {
			return nil
		}
		// Callers whom the last commit has answered are about to come back; left
		// behind, they would make every second commit a small one. This waits for
		// nobody: it lets those run who can.
		runtime.Gosched()
	}
}

// refuse answers the operation, and those that wait behind it, when no
// transaction can begin: each would only wait for the same lock again.
func (w *writer) refuse(o *op, err error) {
	for n := len(w.ops); ; n-- {
		if o.begin() {
			o.done <- err
		}
		if n == 0 {
			return
		}
		o = <-w.ops // nobody else receives from it
	}
}

func (w *writer) oneByOne(ops []*op) {
	var closed error // why no transaction can begin, once that is known
	for _, o := range ops {
		if o.gone {
			o.done <- errAborted
			continue
		}
		err := closed
		if err == nil {
			err = w.transaction("BEGIN IMMEDIATE", func(c *stickyConn) error { return w.run(c.tx(), o) })
			if begin := (beginError{}); errors.As(err, &begin) {
				closed = err
			}
		}
		o.done <- err
	}
}

// look runs a view. Only a store in memory has them here.
func (w *writer) look(o *op) {
	if !o.begin() {
		return
	}
	o.done <- w.transaction("BEGIN", func(c *stickyConn) error {
		t := c.tx()
		t.readOnly = true
		return w.run(t, o)
	})
}

// run runs the operation in the transaction.
func (w *writer) run(t *tx, o *op) error {
	if o.fn == nil {
		n, err := t.exec(context.Background(), insertEvent, o.insert...)
		o.fresh = n == 1
		return err
	}
	o.turn <- t
	err := <-o.ran
	o.gone = errors.Is(err, errAborted)
	return err
}

// guarded runs the operation so that its error undoes nothing but its own
// doing. lost says that the whole transaction is lost.
func (w *writer) guarded(c *stickyConn, o *op) (err, lost error) {
	t := c.tx()
	if o.fn == nil { // one statement undoes itself
		err = w.run(t, o)
		return err, t.broken
	}
	if err := c.command("SAVEPOINT op"); err != nil {
		return nil, err
	}
	err = w.run(t, o)
	if t.broken != nil {
		return nil, t.broken
	}
	if err != nil {
		if lost := c.command("ROLLBACK TO op"); lost != nil {
			return nil, lost
		}
	}
	return err, c.command("RELEASE op")
}

// beginError: no transaction could begin.
type beginError struct{ error }

func (e beginError) Unwrap() error { return e.error }

// transaction runs fn between begin and COMMIT; an error of it rolls back and
// is returned as it is.
func (w *writer) transaction(begin string, fn func(*stickyConn) error) error {
	c, err := w.connect()
	if err == nil {
		err = c.command(begin)
	}
	if err != nil {
		if !w.volatile && !passing(err) {
			w.drop() // whatever it is in the middle of
		}
		return beginError{fmt.Errorf("begin to write: %w", err)}
	}
	if err = fn(c); err == nil {
		if err = c.command("COMMIT"); err == nil {
			return nil
		}
		err = fmt.Errorf("commit: %w", err)
	}
	// SQLite has rolled back by itself after some failures, and says then that
	// there is nothing to roll back: what is left open is found by the next begin.
	_ = c.command("ROLLBACK")
	w.distrust(err)
	return err
}

// distrust gives the connection up after a failure that may be its own, so
// that the next transaction starts from the files as they are then. A lock or a
// full disk is not: SQLite goes on after them.
func (w *writer) distrust(err error) {
	if !w.volatile && errors.Is(err, bot.ErrUnavailable) && !passing(err) {
		w.drop()
	}
}

// drop closes the connection. What fails in it is in a connection that nobody
// uses again.
func (w *writer) drop() {
	if w.conn != nil {
		w.conn.close()
		w.conn = nil
	}
}

// connect gives the writing connection.
func (w *writer) connect() (*stickyConn, error) {
	if w.conn == nil {
		conn, err := w.db.Connx(context.Background())
		if err != nil {
			return nil, sqliteDialect.named(err)
		}
		w.conn = &stickyConn{Conn: conn, ready: map[string]*sqlx.Stmt{}}
	}
	return w.conn, nil
}
