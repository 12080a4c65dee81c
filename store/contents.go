package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"sereno/bot"
)

// pieceSize is how much of a content is written or read in one transaction, in
// bytes: on SQLite everybody else's writing waits for it.
const pieceSize = 256 << 10

// errEnded: a put took so long that it was swept away.
var errEnded = fmt.Errorf("%w: the content was dropped while it was written", bot.ErrUnavailable)

// PutFile keeps a content; see bot.Store. It is written piece by piece under an
// id of its own, and gets its hash with the last piece, which is when it begins
// to exist for others.
func (s *Store) PutFile(ctx context.Context, content io.Reader, limit int64) (hash string, size int64, err error) {
	p := put{store: s, sum: sha256.New()}
	defer func() {
		if p.id != 0 && (err != nil || p.twin) {
			ctx := context.WithoutCancel(ctx)
			// What fails here is left for ForgetFiles.
			_ = s.Update(ctx, func(b bot.Tx) error { return own(b).drop(ctx, p.id) })
		}
	}()
	buf := make([]byte, pieceSize)
	for {
		n, err := fill(buf, content)
		size += int64(n)
		p.sum.Write(buf[:n]) // never fails
		switch {
		case size > limit:
			return "", 0, fmt.Errorf("%w: more than %d bytes", bot.ErrTooLarge, limit)
		case err == nil:
			err = p.write(ctx, buf)
		case err == io.EOF: //nolint:errorlint // a reader ends with the very same
			hash, err = p.settle(ctx, buf[:n], size)
			return hash, size, err
		}
		if err != nil {
			return "", 0, err
		}
	}
}

// fill reads until buf is full, or until r ends or breaks off. It does not take
// the one for the other: io.ReadFull says io.ErrUnexpectedEOF for both, which is
// what the body of an HTTP answer gives when its connection is cut.
func fill(buf []byte, r io.Reader) (n int, err error) {
	for n < len(buf) && err == nil {
		var more int
		more, err = r.Read(buf[n:])
		n += more
	}
	return n, err
}

// put is a content that is being written.
type put struct {
	store *Store
	sum   hash.Hash
	id    int64 // 0 until something is written
	n     int   // pieces written
	twin  bool  // the same content is there already
}

// write adds a piece that is not the last.
func (p *put) write(ctx context.Context, data []byte) error {
	var id int64
	_, err := p.store.commit(ctx, func(t *tx) (err error) {
		if id = p.id; id == 0 {
			if id, err = t.addContent(ctx, "", 0); err != nil {
				return err
			}
		}
		return t.addPiece(ctx, id, p.n, data)
	})
	if err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	p.id, p.n = id, p.n+1
	return nil
}

// settle writes the last piece, which may be empty, and gives the content its
// hash; when the same content is there already it is held for one file more.
func (p *put) settle(ctx context.Context, data []byte, size int64) (string, error) {
	sum := hex.EncodeToString(p.sum.Sum(nil))
	_, err := p.store.commit(ctx, func(t *tx) (err error) {
		if err := t.alone(ctx, `SELECT pg_advisory_xact_lock(?, hashtext(?))`, lockContent, sum); err != nil {
			return err
		}
		if p.twin, err = t.holdAgain(ctx, sum); p.twin || err != nil {
			return err
		}
		id := p.id
		if id == 0 {
			if id, err = t.addContent(ctx, sum, size); err != nil {
				return err
			}
		} else if err := t.must(ctx, `UPDATE contents SET hash = ?, size = ? WHERE id = ? AND put > 0`, sum, size, id); err != nil {
			return errors.Join(errEnded, err)
		}
		if len(data) == 0 {
			return nil
		}
		return t.addPiece(ctx, id, p.n, data)
	})
	return sum, doing(err, "keep a file")
}

// addContent begins a content, held for the file that it is put for.
func (t *tx) addContent(ctx context.Context, sum string, size int64) (id int64, err error) {
	now, err := t.clock(ctx)
	if err == nil {
		err = t.change(ctx, &id, `INSERT INTO contents (hash, size, held, put) VALUES (?, ?, 1, ?) RETURNING id`, sum, size, now)
	}
	return id, err
}

// holdAgain holds the content for one file more; false when it is not there.
func (t *tx) holdAgain(ctx context.Context, sum string) (bool, error) {
	now, err := t.clock(ctx)
	if err != nil {
		return false, err
	}
	n, err := t.exec(ctx, `UPDATE contents SET held = held + 1, put = ? WHERE hash = ? AND hash <> ''`, now, sum)
	return n > 0, err
}

func (t *tx) addPiece(ctx context.Context, content int64, n int, data []byte) error {
	_, err := t.exec(ctx, `INSERT INTO pieces (content, n, data) VALUES (?, ?, ?)`, content, n, data)
	return err
}
