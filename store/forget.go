package store

import (
	"context"
	"time"
)

// straysAtOnce is how many contents one look of ForgetFiles takes up.
const straysAtOnce = 100

// drop throws a content away: nobody finds it any more. Its pieces, which may
// be many, go when the transaction has been committed.
func (t *tx) drop(ctx context.Context, id int64) error {
	t.dropped = append(t.dropped, id)
	_, err := t.exec(ctx, `UPDATE contents SET hash = '', held = 1, put = 0 WHERE id = ?`, id)
	return err
}

// clear removes what is left of contents that were thrown away, some pieces at
// a time.
func (s *Store) clear(ctx context.Context, dropped []int64) error {
	for _, id := range dropped {
		for left := true; left; {
			_, err := s.commit(ctx, func(t *tx) (err error) {
				left, err = t.removePieces(ctx, id)
				return err
			})
			if err != nil {
				return doing(err, "remove content %d", id)
			}
		}
	}
	return nil
}

// removePieces removes some pieces of a content that was thrown away, and after
// the last one its row; left says that there may be more.
func (t *tx) removePieces(ctx context.Context, id int64) (left bool, err error) {
	n, err := t.exec(ctx, `DELETE FROM pieces WHERE content = ? AND n IN (
		SELECT n FROM pieces WHERE content = ? ORDER BY n LIMIT ?)`, id, id, t.dropAtOnce)
	if err != nil || n == t.dropAtOnce {
		return true, err
	}
	_, err = t.exec(ctx, `DELETE FROM contents WHERE id = ? AND put = 0`, id)
	return false, err
}

// ForgetFiles drops contents that nothing came to be of; see bot.Store.
func (s *Store) ForgetFiles(ctx context.Context, age time.Duration) (int, error) {
	for forgotten := 0; ; {
		var strays []strayRow
		dropped, err := s.commit(ctx, func(t *tx) (err error) {
			strays, err = t.forgetSome(ctx, age)
			return err
		})
		if err == nil {
			err = s.clear(ctx, dropped)
			forgotten += len(dropped)
		}
		if err != nil || len(strays) < straysAtOnce {
			return forgotten, doing(err, "forget files")
		}
	}
}

// strayRow is a content that was put for a file which did not come.
type strayRow struct {
	ID   int64
	Hash string
}

// forgetSome stops waiting for the files of some contents. What another process
// is at is passed over.
func (t *tx) forgetSome(ctx context.Context, age time.Duration) ([]strayRow, error) {
	now, err := t.clock(ctx)
	if err != nil {
		return nil, err
	}
	var strays []strayRow
	err = t.list(ctx, &strays, `SELECT id, hash FROM contents WHERE held > 0 AND put < ?
		ORDER BY put LIMIT ?`+t.lockFree, now-age.Microseconds(), straysAtOnce)
	for i := 0; i < len(strays) && err == nil; i++ {
		err = t.forget(ctx, strays[i])
	}
	return strays, err
}

func (t *tx) forget(ctx context.Context, c strayRow) error {
	if c.Hash == "" {
		return t.drop(ctx, c.ID)
	}
	if _, err := t.exec(ctx, `UPDATE contents SET held = 0 WHERE id = ?`, c.ID); err != nil {
		return err
	}
	return t.letGo(ctx, c.Hash)
}
