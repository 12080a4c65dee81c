package store

import (
	"context"
	"errors"
	"fmt"

	"sereno/bot"
)

type fileRow struct {
	ID   int64
	Hash string
	Body string
}

func (r *fileRow) file() (*bot.KeptFile, error) {
	f := new(bot.KeptFile)
	if err := fromDocument(r.Body, f); err != nil {
		return nil, err
	}
	f.ID = r.ID
	return f, nil
}

// names is the hash of the content that the file keeps, "" when it keeps none.
func names(f *bot.KeptFile) string {
	if f.State != bot.FileKept {
		return ""
	}
	return f.Attachment.Hash
}

// fileArgs are the columns of a file but its ID.
func fileArgs(f *bot.KeptFile) ([]any, error) {
	body, err := document(f)
	return []any{f.Incident, f.Platform, f.Channel, f.Message, micros(f.At), names(f), body}, err
}

// AddFile implements bot.BridgeTx.
func (t *tx) AddFile(ctx context.Context, f *bot.KeptFile) error {
	args, err := fileArgs(f)
	if err == nil {
		err = t.take(ctx, names(f))
	}
	if err == nil {
		err = t.change(ctx, &f.ID, `INSERT INTO files (incident, platform, channel, message, at, hash, body)
			VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`, args...)
	}
	return doing(err, "add file %q", f.Source.Name)
}

// SaveFile implements bot.BridgeTx.
func (t *tx) SaveFile(ctx context.Context, f bot.KeptFile) error {
	return doing(t.saveFile(ctx, &f), "save file %d", f.ID)
}

func (t *tx) saveFile(ctx context.Context, f *bot.KeptFile) error {
	args, err := fileArgs(f)
	if err != nil {
		return err
	}
	var before string
	if err := t.get(ctx, &before, `SELECT hash FROM files WHERE id = ?`+t.locking(), f.ID); err != nil {
		return err
	}
	if names(f) != before {
		if err := t.take(ctx, names(f)); err != nil {
			return err
		}
	}
	err = t.must(ctx, `UPDATE files SET incident = ?, platform = ?, channel = ?, message = ?, at = ?, hash = ?, body = ?
		WHERE id = ?`, append(args, f.ID)...)
	if err != nil || names(f) == before {
		return err
	}
	return t.letGo(ctx, before)
}

// take has a file name the content, which must be there, and settles one put of it.
func (t *tx) take(ctx context.Context, hash string) error {
	if hash == "" {
		return nil
	}
	err := t.must(ctx, `UPDATE contents SET held = CASE WHEN held > 0 THEN held - 1 ELSE 0 END WHERE hash = ? AND hash <> ''`, hash)
	return doing(err, "name content %s", hash)
}

// letGo throws the content away when no file names it and none is about to.
// Its row is locked before it is asked for: a file that takes it up at the same
// time is waited for, and seen.
func (t *tx) letGo(ctx context.Context, hash string) error {
	var c struct {
		ID   int64
		Held int
	}
	err := t.get(ctx, &c, `SELECT id, held FROM contents WHERE hash = ? AND hash <> ''`+t.locking(), hash)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return nil
	case err != nil || c.Held > 0:
		return err
	}
	var named bool
	err = t.get(ctx, &named, `SELECT EXISTS (SELECT 1 FROM files WHERE hash = ? AND hash <> '')`, hash)
	if err != nil || named {
		return err
	}
	return t.drop(ctx, c.ID)
}

// FileAt implements bot.BridgeTx.
func (t *tx) FileAt(ctx context.Context, id int64) (*bot.KeptFile, error) {
	var r fileRow
	if err := t.get(ctx, &r, `SELECT id, body FROM files WHERE id = ?`, id); err != nil {
		return nil, doing(err, "read file %d", id)
	}
	return r.file()
}

// FilesOf implements bot.BridgeTx.
func (t *tx) FilesOf(ctx context.Context, number int) ([]bot.KeptFile, error) {
	return t.files(ctx, `incident = ?`, number)
}

// FilesWith implements bot.BridgeTx.
func (t *tx) FilesWith(ctx context.Context, platform, channel, message string) ([]bot.KeptFile, error) {
	return t.files(ctx, `platform = ? AND channel = ? AND message = ? AND message <> ''`, platform, channel, message)
}

func (t *tx) files(ctx context.Context, where string, args ...any) ([]bot.KeptFile, error) {
	var rows []fileRow
	if err := t.list(ctx, &rows, `SELECT id, body FROM files WHERE `+where+` ORDER BY at, id`, args...); err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	out := make([]bot.KeptFile, len(rows))
	for i := range rows {
		f, err := rows[i].file()
		if err != nil {
			return nil, err
		}
		out[i] = *f
	}
	return out, nil
}
