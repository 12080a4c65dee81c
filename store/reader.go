package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"

	"sereno/bot"
)

// OpenFile streams a content that is kept; see bot.Store.
func (s *Store) OpenFile(ctx context.Context, sum string) (io.ReadCloser, error) {
	r := &reader{ctx: ctx, store: s, want: sum, sum: sha256.New()}
	err := s.look(ctx, func(t *tx) error { return t.find(ctx, r) })
	if err != nil {
		return nil, doing(err, "open content %s", sum)
	}
	return r, nil
}

// find has the reader begin at the content's first piece.
func (t *tx) find(ctx context.Context, r *reader) error {
	var c struct{ ID, Size int64 }
	err := t.get(ctx, &c, `SELECT id, size FROM contents WHERE hash = ? AND hash <> ''`, r.want)
	r.content, r.left = c.ID, c.Size
	return err
}

// read reads the reader's next piece.
func (t *tx) read(ctx context.Context, r *reader) error {
	r.piece = nil
	return t.get(ctx, &r.piece, `SELECT data FROM pieces WHERE content = ? AND n = ?`, r.content, r.n)
}

// look runs fn in a view.
func (s *Store) look(ctx context.Context, fn func(t *tx) error) error {
	return s.View(ctx, func(b bot.Tx) error { return fn(own(b)) })
}

// reader reads a content, a piece in each transaction: one who reads slowly
// holds nothing up. What it has read is what was put, or it ends in an error.
type reader struct {
	ctx     context.Context //nolint:containedctx // a reader has no other way to be told
	store   *Store
	content int64
	want    string // the hash that it must have
	left    int64  // bytes in pieces not yet read
	n       int    // the next piece
	sum     hash.Hash
	piece   []byte // what was read and not yet handed out
	err     error  // once there is one it stays
}

func (r *reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(r.piece) == 0 && r.err == nil {
		r.err = r.next()
	}
	if r.err != nil {
		return 0, r.err
	}
	n := copy(p, r.piece)
	r.piece = r.piece[n:]
	return n, nil
}

// next reads the next piece; io.EOF after the last, if all is as it was put.
func (r *reader) next() error {
	if r.left == 0 {
		if got := hex.EncodeToString(r.sum.Sum(nil)); got != r.want {
			return fmt.Errorf("read content %s: it is damaged, and is %s", r.want, got)
		}
		return io.EOF
	}
	err := r.store.look(r.ctx, func(t *tx) error { return t.read(r.ctx, r) })
	if err == nil && (len(r.piece) == 0 || int64(len(r.piece)) > r.left) {
		err = fmt.Errorf("%d bytes where at most %d are left", len(r.piece), r.left)
	}
	if err != nil {
		r.piece = nil
		return fmt.Errorf("read content %s, piece %d: %w", r.want, r.n, err)
	}
	r.sum.Write(r.piece) // never fails
	r.n, r.left = r.n+1, r.left-int64(len(r.piece))
	return nil
}

// Close lets go of what was read. Closing again does nothing.
func (r *reader) Close() error {
	r.piece, r.err = nil, os.ErrClosed
	return nil
}
