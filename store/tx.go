package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"sereno/bot"
)

// tx implements bot.Tx on either database.
type tx struct {
	run runner
	dialect
	readOnly bool
	// over: the function that received it has returned.
	over bool
	// broken is the failure after which the transaction cannot be committed. The
	// database may have rolled back by itself; a statement run after it would
	// commit alone.
	broken error
	// work: it left something that another process may do.
	work bool
	// taken are the events that it took off the queue.
	taken []eventRow
	// dropped are the contents that it threw away; their pieces go after the commit.
	dropped []int64
	// revision is that of the articles that it saved; 0 before the first.
	revision int64
	// pipe sends statements together and waits for all of them, where that saves
	// time; queue are those that wait for it.
	pipe  func(ctx context.Context, statements []statement) error
	queue []statement
	// held are the incidents that were read beforehand; nil when none was to be.
	held holding
	// Numbers in hand for rows to come.
	entryNumbers, pageNumbers, deliveryNumbers []int64
}

var _ bot.Tx = (*tx)(nil)

// runner runs statements: a transaction, or a connection inside one.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
}

// dialect is where the two databases' SQL differs.
type dialect struct {
	bind int // sqlx's name for the kind of placeholder
	// lock and lockFree end a query whose rows must be kept from others; the
	// second passes over those that others keep.
	lock, lockFree string
	// lockRow is lock for who lets others refer to the row (lockKey) meanwhile.
	lockRow, lockKey string
	// oneOf follows what is one of many numbers, given as among has them.
	oneOf string
	// records are the rows of a JSON array of receipts.
	records string
	// shared: other processes use the database too.
	shared bool
	// serial declares a primary key of ascending numbers; sequence such a column
	// that costs no index of its own where that is possible.
	serial, sequence string
	// bytes is the type of a column of bytes.
	bytes string
	// field is a field of a document, named by %s; fieldMicros an instant that it holds, as
	// micros has it. NULL where there is none.
	field, fieldMicros string
	// dropAtOnce is how many pieces of a content one transaction removes.
	dropAtOnce int
	// failure says what kind of failure an error of the driver is.
	failure func(error) failure
}

// failure is a kind of failed statement.
type failure int

const (
	plain       failure = iota
	unavailable         // may pass by itself; the transaction is lost
	conflict            // lost a race; the transaction may be tried again
)

var (
	errOver     = errors.New("the transaction is over")
	errReadOnly = errors.New("a view cannot write")
)

// exec runs a statement that writes and answers how many rows it touched.
func (t *tx) exec(ctx context.Context, query string, args ...any) (int, error) {
	if err := t.ready(ctx, true); err != nil {
		return 0, err
	}
	res, err := t.run.ExecContext(ctx, t.placed(query), storable(args)...)
	if err != nil {
		return 0, t.failed(err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// must is exec of a statement that has to touch a row. ErrNotFound.
func (t *tx) must(ctx context.Context, query string, args ...any) error {
	n, err := t.exec(ctx, query, args...)
	if err == nil && n == 0 {
		err = bot.ErrNotFound
	}
	return err
}

// change runs a statement that writes and returns one row. ErrNotFound.
func (t *tx) change(ctx context.Context, dest any, query string, args ...any) error {
	if err := t.ready(ctx, true); err != nil {
		return err
	}
	return t.failed(t.run.GetContext(ctx, dest, t.placed(query), storable(args)...))
}

// changeAll runs a statement that writes and returns any number of rows.
func (t *tx) changeAll(ctx context.Context, dest any, query string, args ...any) error {
	if err := t.ready(ctx, true); err != nil {
		return err
	}
	return t.failed(t.run.SelectContext(ctx, dest, t.placed(query), storable(args)...))
}

// get reads one row. ErrNotFound.
func (t *tx) get(ctx context.Context, dest any, query string, args ...any) error {
	if err := t.ready(ctx, false); err != nil {
		return err
	}
	return t.failed(t.run.GetContext(ctx, dest, t.placed(query), storable(args)...))
}

// list reads any number of rows.
func (t *tx) list(ctx context.Context, dest any, query string, args ...any) error {
	if err := t.ready(ctx, false); err != nil {
		return err
	}
	return t.failed(t.run.SelectContext(ctx, dest, t.placed(query), storable(args)...))
}

// ready is usable, with nothing before it that was kept back.
func (t *tx) ready(ctx context.Context, write bool) error {
	if err := t.usable(write); err != nil {
		return err
	}
	return t.flush(ctx)
}

func (t *tx) usable(write bool) error {
	switch {
	case t.over:
		return errOver
	case t.broken != nil:
		return t.broken
	case write && t.readOnly:
		return errReadOnly
	}
	return nil
}

// failed gives a driver's error the core's name and remembers what ends the transaction.
func (t *tx) failed(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return bot.ErrNotFound
	}
	kind := t.failure(err)
	err = t.named(err)
	if kind != plain {
		t.broken = err
	}
	return err
}

// named gives a driver's error the core's name.
func (d dialect) named(err error) error {
	if err != nil && d.failure(err) == unavailable && !errors.Is(err, bot.ErrUnavailable) {
		return fmt.Errorf("%w: %w", bot.ErrUnavailable, err)
	}
	return err
}

// locking is the ending that keeps what a query read from others' changes;
// nothing in a view.
func (t *tx) locking() string {
	if t.readOnly {
		return ""
	}
	return t.lock
}

// call runs fn, after which the transaction is over. A panic is an error, and
// so is a function that ends its goroutine: done hears of both.
func (t *tx) call(fn func(bot.Tx) error, done func(error)) {
	err := errAborted
	defer func() {
		t.over = true
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", r, debug.Stack())
		}
		done(err)
	}()
	err = fn(t)
	if err == nil {
		err = t.broken // fn has overlooked it, and nothing of it is kept
	}
}

// storable makes strings what both databases can hold: valid UTF-8 without NUL.
func storable(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok && (!utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0) {
			args[i] = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
		}
	}
	return args
}

// document is v as JSON.
func document(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write %T as JSON: %w", v, err)
	}
	return string(b), nil
}

// fromDocument reads what document wrote.
func fromDocument(body string, v any) error {
	if err := json.Unmarshal([]byte(body), v); err != nil {
		return fmt.Errorf("read stored %T: %w", v, err)
	}
	return nil
}

// amongFew is the condition that something is one of the few that a query of one column
// gives. PostgreSQL's planner, which cannot know that they are few, would rather read
// all of a table than look each of them up; of an array it takes it for granted.
func (t *tx) amongFew(query string) string {
	if t.shared {
		return "= ANY (ARRAY(" + query + "))"
	}
	return "IN (" + query + ")"
}

// lockFreeOf ends a query that takes one table's rows of a join, passing over
// those that others keep.
func (t *tx) lockFreeOf(table string) string {
	if t.lockFree == "" {
		return ""
	}
	return " FOR UPDATE OF " + table + " SKIP LOCKED"
}
