package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"sereno/bot"
)

// SaveEmbedding implements bot.EmbeddingTx.
func (t *tx) SaveEmbedding(ctx context.Context, e bot.Embedding) error {
	_, err := t.exec(ctx, `INSERT INTO embeddings (model, dim, article, version, vector) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (model, dim, article) DO UPDATE SET version = excluded.version, vector = excluded.vector`,
		e.Model, len(e.Vector), e.Article, e.Version, packed(e.Vector))
	return doing(err, "save the embedding of %s", e.Article)
}

// Embeddings implements bot.EmbeddingTx.
func (t *tx) Embeddings(ctx context.Context, model string, dim int) ([]bot.Embedding, error) {
	var rows []struct {
		Article string
		Version int
		Vector  []byte
	}
	err := t.list(ctx, &rows, `SELECT article, version, vector FROM embeddings WHERE model = ? AND dim = ? ORDER BY article`, model, dim)
	if err != nil {
		return nil, doing(err, "list embeddings")
	}
	out := make([]bot.Embedding, len(rows))
	for i, r := range rows {
		if len(r.Vector) != 4*dim {
			return nil, fmt.Errorf("the embedding of %s has %d bytes and not %d", r.Article, len(r.Vector), 4*dim)
		}
		out[i] = bot.Embedding{Article: r.Article, Version: r.Version, Model: model, Vector: unpacked(r.Vector)}
	}
	return out, nil
}

// ForgetEmbeddings implements bot.EmbeddingTx.
func (t *tx) ForgetEmbeddings(ctx context.Context, model string, dim int) (int, error) {
	n, err := t.exec(ctx, `DELETE FROM embeddings WHERE model <> ? OR dim <> ?`, model, dim)
	return n, doing(err, "forget embeddings")
}

func packed(v []float32) []byte {
	out := make([]byte, 0, 4*len(v))
	for _, x := range v {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
	}
	return out
}

func unpacked(b []byte) []float32 {
	out := make([]float32, len(b)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return out
}
