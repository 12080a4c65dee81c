package store

import (
	"context"
	"encoding/json"
)

// SourceTold implements bot.ArticleTx. It writes the row, so that of two who ask at
// once the second waits for what the first has told.
func (t *tx) SourceTold(ctx context.Context, source string) (told []string, err error) {
	var body string
	err = t.change(ctx, &body, `INSERT INTO kb_sources (name, told) VALUES (?, '[]')
		ON CONFLICT (name) DO UPDATE SET told = kb_sources.told RETURNING told`, source)
	if err == nil {
		err = json.Unmarshal([]byte(body), &told)
	}
	return told, doing(err, "read what was told of source %s", source)
}

// SaveSourceTold implements bot.ArticleTx.
func (t *tx) SaveSourceTold(ctx context.Context, source string, told []string) error {
	body, err := document(told)
	if err == nil {
		err = t.must(ctx, `UPDATE kb_sources SET told = ? WHERE name = ?`, body, source)
	}
	return doing(err, "save what was told of source %s", source)
}
