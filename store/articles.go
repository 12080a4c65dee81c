package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"sereno/bot"
	"sereno/bot/kb"
)

// Article implements bot.ArticleTx.
func (t *tx) Article(ctx context.Context, id string) (*kb.Record, error) {
	var body string
	if err := t.get(ctx, &body, `SELECT body FROM articles WHERE id = ?`+t.locking(), id); err != nil {
		return nil, doing(err, "read article %s", id)
	}
	r := new(kb.Record)
	return r, fromDocument(body, r)
}

// SaveArticle implements bot.ArticleTx. All that one transaction saves has one
// revision.
func (t *tx) SaveArticle(ctx context.Context, r *kb.Record) (err error) {
	if t.revision == 0 {
		n, err := t.count(ctx, "articles")
		if err != nil {
			return doing(err, "number a change of articles")
		}
		t.revision = int64(n)
	}
	r.Revision = t.revision
	stored := *r
	stored.Head.Text = ""
	body, err := document(stored)
	if err == nil {
		_, err = t.exec(ctx, `INSERT INTO articles (id, state, source, translates, incident, public, revision, due, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET state = excluded.state, source = excluded.source, translates = excluded.translates,
				incident = excluded.incident, public = excluded.public, revision = excluded.revision, due = excluded.due, body = excluded.body`,
			r.ID, string(r.State), r.Source, r.Head.Translates, r.Incident, r.Public, r.Revision, reviewDue(r), body)
	}
	t.work = true // another process has it in its index
	return doing(err, "save article %s", r.ID)
}

// reviewDue is when it is up for review, 0 for at once; nil where it is not.
func reviewDue(r *kb.Record) *int64 {
	var due int64
	switch {
	case r.Asked != nil:
	case r.Public > 0 && !r.ReviewBy.IsZero():
		due = micros(r.ReviewBy)
	default:
		return nil
	}
	return &due
}

// Articles implements bot.ArticleTx.
func (t *tx) Articles(ctx context.Context, q bot.ArticleQuery) ([]kb.Record, error) {
	query, args, err := findArticles(q)
	if err != nil {
		return nil, doing(err, "list articles")
	}
	var bodies []string
	if err := t.list(ctx, &bodies, query, args...); err != nil {
		return nil, doing(err, "list articles")
	}
	out := make([]kb.Record, len(bodies))
	for i, body := range bodies {
		err = errors.Join(err, fromDocument(body, &out[i]))
	}
	return out, err
}

func findArticles(q bot.ArticleQuery) (string, []any, error) {
	var where []string
	var args []any
	and := func(ok bool, condition string, arg any) {
		if ok {
			where, args = append(where, condition), append(args, arg)
		}
	}
	and(len(q.IDs) > 0, `id IN (?)`, q.IDs)
	and(q.State != "", `state = ?`, string(q.State))
	and(q.Source != "", `source <> '' AND source = ?`, q.Source)
	and(q.Translates != "", `translates <> '' AND translates = ?`, q.Translates)
	and(q.Incident != 0, `incident > 0 AND incident = ?`, q.Incident)
	and(!q.DueBy.IsZero(), `due IS NOT NULL AND due <= ?`, micros(q.DueBy))
	and(q.UnreadBy != "", `(id, public) IN (SELECT v.article, v.n FROM article_versions v WHERE v.must_read = 1)
		AND NOT EXISTS (SELECT 1 FROM article_reads r WHERE r.article = articles.id AND r.version = articles.public AND r.person = ?)`, q.UnreadBy)
	query := `SELECT body FROM articles`
	if len(where) > 0 {
		query += ` WHERE ` + strings.Join(where, ` AND `)
	}
	return sqlx.In(query+` ORDER BY id`, args...)
}

// ArticlesSince implements bot.ArticleTx.
func (t *tx) ArticlesSince(ctx context.Context, revision int64) ([]bot.ArticleChange, int64, error) {
	var rows []struct {
		Body    string
		Version *string
	}
	err := t.list(ctx, &rows, `SELECT a.body AS body, v.body AS version FROM articles a
		LEFT JOIN article_versions v ON v.article = a.id AND v.n = a.public
		WHERE a.revision > ? ORDER BY a.revision, a.id`, revision)
	if err != nil {
		return nil, revision, doing(err, "list changes of articles")
	}
	out := make([]bot.ArticleChange, len(rows))
	for i, r := range rows {
		if err := fromDocument(r.Body, &out[i].Record); err != nil {
			return nil, revision, err
		}
		if r.Version != nil {
			var v kb.Version
			if err := fromDocument(*r.Version, &v); err != nil {
				return nil, revision, err
			}
			out[i].Public = &v.Content
		}
		revision = max(revision, out[i].Record.Revision)
	}
	return out, revision, nil
}

// AddVersion implements bot.ArticleTx.
func (t *tx) AddVersion(ctx context.Context, v kb.Version) error {
	body, err := document(v)
	if err == nil {
		_, err = t.exec(ctx, `INSERT INTO article_versions (article, n, must_read, body) VALUES (?, ?, ?, ?)`, v.Article, v.N, bit(v.Content.MustRead), body)
	}
	return doing(err, "add version %d of article %s", v.N, v.Article)
}

// ArticleVersion implements bot.ArticleTx.
func (t *tx) ArticleVersion(ctx context.Context, id string, n int) (*kb.Version, error) {
	var body string
	if err := t.get(ctx, &body, `SELECT body FROM article_versions WHERE article = ? AND n = ?`, id, n); err != nil {
		return nil, doing(err, "read version %d of article %s", n, id)
	}
	v := new(kb.Version)
	return v, fromDocument(body, v)
}

// ArticleVersions implements bot.ArticleTx.
func (t *tx) ArticleVersions(ctx context.Context, id string) ([]kb.Version, error) {
	var bodies []string
	err := t.list(ctx, &bodies, `SELECT body FROM article_versions WHERE article = ? ORDER BY n`, id)
	out := make([]kb.Version, len(bodies))
	for i, body := range bodies {
		err = errors.Join(err, fromDocument(body, &out[i]))
	}
	return out, doing(err, "list the versions of article %s", id)
}

// SaveRead implements bot.ArticleTx.
func (t *tx) SaveRead(ctx context.Context, r bot.ArticleRead) error {
	_, err := t.exec(ctx, `INSERT INTO article_reads (article, person, version, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (article, person, version) DO NOTHING`, r.Article, r.Person, r.Version, micros(r.At))
	return doing(err, "note that %s has read %s", r.Person, r.Article)
}

// ArticleReads implements bot.ArticleTx.
func (t *tx) ArticleReads(ctx context.Context, id string) ([]bot.ArticleRead, error) {
	var rows []struct {
		Article, Person string
		Version         int
		At              int64
	}
	err := t.list(ctx, &rows, `SELECT article, person, version, at FROM article_reads WHERE article = ? ORDER BY at, article, person, version`, id)
	out := make([]bot.ArticleRead, len(rows))
	for i, r := range rows {
		out[i] = bot.ArticleRead{Article: r.Article, Person: r.Person, Version: r.Version, At: time.UnixMicro(r.At).UTC()}
	}
	return out, doing(err, "list who has read articles")
}
