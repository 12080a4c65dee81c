package store

import (
	"context"
	"fmt"
	"sync"

	"github.com/jmoiron/sqlx"

	"sereno/bot"
)

// Over a network each statement waits for its answer, and a decision writes a
// dozen rows. In a transaction that decides about many incidents (Hold), what nobody
// needs an answer of is kept back and goes out together: before the next statement
// that has one, and before the commit.

// statement is one that writes, and whose answer is only whether it failed.
type statement struct {
	query string
	args  []any
	must  bool // it has to touch a row
	what  string
}

// later runs a statement before the next that answers something, or before the
// commit. Its error comes then, and says what was being done.
func (t *tx) later(ctx context.Context, s statement) error {
	if err := t.usable(true); err != nil {
		return err
	}
	if !t.pipelines() {
		n, err := t.exec(ctx, s.query, s.args...)
		return s.came(n, err)
	}
	s.args = storable(s.args)
	t.queue = append(t.queue, s)
	return nil
}

// came is what came of the statement that has touched n rows.
func (s *statement) came(n int, err error) error {
	if err == nil && n == 0 && s.must {
		err = bot.ErrNotFound
	}
	return doing(err, "%s", s.what)
}

// flush runs what was kept back.
func (t *tx) flush(ctx context.Context) error {
	if len(t.queue) == 0 {
		return nil
	}
	waiting := t.queue
	t.queue = nil
	if t.broken != nil {
		return t.broken
	}
	err := t.pipe(ctx, waiting)
	if err != nil && t.broken == nil {
		t.broken = err // what was left out of it cannot be made up for
	}
	return err
}

// placed is the query with the dialect's placeholders.
func (d dialect) placed(query string) string {
	if d.bind == sqlx.QUESTION {
		return query
	}
	if known, ok := placed.Load(query); ok {
		return known.(string) //nolint:forcetypeassert // nothing else is kept there
	}
	out := sqlx.Rebind(d.bind, query)
	placed.Store(query, out)
	return out
}

// placed are the queries that were seen, whose texts are few, for PostgreSQL.
var placed sync.Map

// insert adds a row to the table and answers its number. A transaction that has
// numbers in hand need not wait for it.
func (t *tx) insert(ctx context.Context, table, key, columns, what string, args ...any) (id int64, err error) {
	marks := ""
	for range args {
		marks += ", ?"
	}
	if !t.pipelines() {
		err = t.change(ctx, &id, `INSERT INTO `+table+` (`+columns+`) VALUES (`+marks[2:]+`) RETURNING `+key, args...)
		return id, doing(err, "%s", what)
	}
	if id, err = t.number(ctx, table); err != nil {
		return 0, doing(err, "%s", what)
	}
	return id, t.later(ctx, statement{
		query: `INSERT INTO ` + table + ` (` + key + `, ` + columns + `) OVERRIDING SYSTEM VALUE VALUES (?` + marks + `)`,
		args:  append([]any{id}, args...), what: what,
	})
}

// pipelines reports whether the transaction does so much that numbers of rows
// are taken beforehand.
func (t *tx) pipelines() bool { return t.pipe != nil && t.held != nil }

// numbers are those of rows that are still to be added. They are taken once the
// incidents are held, so that whoever held one before has lesser ones.
type numbers struct {
	Entry, Page, Delivery int64
}

// number takes a number for a row of the table.
func (t *tx) number(ctx context.Context, table string) (int64, error) {
	hand := map[string]*[]int64{"entries": &t.entryNumbers, "pages": &t.pageNumbers, "deliveries": &t.deliveryNumbers}[table]
	if hand == nil {
		return 0, fmt.Errorf("rows of %s are not numbered beforehand", table)
	}
	if len(*hand) == 0 {
		if err := t.takeNumbers(ctx); err != nil {
			return 0, err
		}
	}
	n := (*hand)[0]
	*hand = (*hand)[1:]
	return n, nil
}

// takeNumbers takes some for each incident that is held.
func (t *tx) takeNumbers(ctx context.Context) error {
	var rows []numbers
	err := t.list(ctx, &rows, `WITH s AS MATERIALIZED (
			SELECT pg_get_serial_sequence('entries', 'seq')::regclass AS e, pg_get_serial_sequence('pages', 'id')::regclass AS p,
				pg_get_serial_sequence('deliveries', 'id')::regclass AS d
		)
		SELECT nextval(e) AS entry, nextval(p) AS page, nextval(d) AS delivery FROM s, generate_series(1, ?)`, max(2*len(t.held), 16))
	if err != nil {
		return err
	}
	for _, r := range rows {
		t.entryNumbers = append(t.entryNumbers, r.Entry)
		t.pageNumbers = append(t.pageNumbers, r.Page)
		t.deliveryNumbers = append(t.deliveryNumbers, r.Delivery)
	}
	return nil
}
