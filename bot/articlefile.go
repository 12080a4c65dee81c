package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"sereno/bot/kb"
	"sereno/bot/text"
)

// An article may come as a file: Markdown with front matter, sent to the bot. The
// content is fetched as an attachment's is, by an errand of the outbox, and what
// becomes of it is decided when it is there.

// SentArticle is a file that somebody sent to become an article.
type SentArticle struct {
	File File
	// Thread is where in the channel it was sent, Direct in private.
	Thread string `json:",omitempty"`
	Direct bool   `json:",omitempty"`
}

// event is the sending as an event of that instant.
func (s *SentArticle) event(out *Delivery, now time.Time) *Event {
	return &Event{
		Platform: out.Platform, Channel: out.Channel, User: out.User, Thread: s.Thread, Direct: s.Direct,
		Kind: CommandTyped, At: now,
	}
}

// lostArticle is why nothing became of a file.
func lostArticle(out *Delivery) *Refusal {
	return &Refusal{Key: "refuse.article_lost", Args: []any{"file", out.Article.File.Name}}
}

// maxArticleFile is the largest file that is read, in bytes, and a byte more.
const maxArticleFile = 1<<20 + 1

// takeArticleFiles has the Markdown files of the event fetched; false when it has none.
func (d *Desk) takeArticleFiles() (bool, error) {
	taken := false
	for _, f := range d.event.Files {
		if !strings.EqualFold(path.Ext(f.Name), ext) {
			continue
		}
		f.Name, f.Platform = fileName(f.Name), d.event.Platform
		_, err := d.say(Delivery{
			Kind: Fetch, Platform: d.event.Platform, Channel: d.event.Channel, User: d.event.User,
			Article: &SentArticle{File: f, Thread: d.event.Thread, Direct: d.event.Direct},
		})
		if err != nil {
			return true, err
		}
		taken = true
	}
	return taken, nil
}

// sentArticle takes in articles that one of our own people sends to the bot alone,
// whatever they write with them; false for any other message.
func (d *Desk) sentArticle() (bool, error) {
	e := d.event
	if !e.Direct || len(e.Files) == 0 || strings.HasPrefix(e.Text, "/") || d.Staff() != nil {
		return false, nil
	}
	taken, err := d.takeArticleFiles()
	if taken && err == nil {
		err = d.remember(0)
	}
	return taken, err
}

// fetchArticle reads the file and makes it a draft, or says why not. A panic in
// deciding is caught where deliveries are handed over.
func (b *Bot) fetchArticle(ctx context.Context, out *Delivery) error {
	sent := out.Article
	source, ok := b.adapters[sent.File.Platform].(FileSource)
	if !ok {
		return b.articleArrived(ctx, out, nil, lostArticle(out))
	}
	content, err := source.OpenFile(ctx, sent.File)
	if err != nil {
		if asDeliveryError(err).Permanent {
			return b.articleArrived(ctx, out, nil, lostArticle(out))
		}
		return err
	}
	defer content.Close() // read only: nothing is lost
	data, err := io.ReadAll(io.LimitReader(content, maxArticleFile))
	if err != nil {
		return fmt.Errorf("read %s: %w", sent.File.Name, err)
	}
	return b.articleArrived(ctx, out, data, nil)
}

// articleArrived decides what becomes of a file, as if its sender had just acted.
func (b *Bot) articleArrived(ctx context.Context, out *Delivery, data []byte, lost *Refusal) error {
	now := b.Clock.Now()
	e := *out.Article.event(out, now)
	err := b.Store.Update(ctx, func(tx Tx) error {
		d, err := b.articleDesk(ctx, tx, &e, now)
		if err != nil {
			return err
		}
		if lost != nil {
			return lost
		}
		if err := d.articleRead(out.Article.File.Name, data); err != nil {
			return err
		}
		return d.finish()
	})
	var refusal *Refusal
	if errors.As(err, &refusal) {
		err = b.Store.Update(ctx, func(tx Tx) error { return b.refuse(ctx, tx, e, refusal, now) })
	}
	if err != nil {
		return &DeliveryError{NotSent: true, Err: fmt.Errorf("take %s in: %w", out.Article.File.Name, err)}
	}
	b.raiseAll()
	return nil
}

func (b *Bot) articleDesk(ctx context.Context, tx Tx, e *Event, now time.Time) (*Desk, error) {
	d := b.desk(ctx, tx, e, now)
	return d, d.recognise()
}

// articleRead makes the file a draft: a new version of the article that bears its
// name, else a new article.
func (d *Desk) articleRead(name string, data []byte) error {
	if err := d.Staff(); err != nil {
		return err
	}
	content, seen, err := kb.ParseSent(name, data)
	var wrong kb.Mistakes
	if errors.As(err, &wrong) {
		var lines []string
		for _, m := range wrong {
			lines = append(lines, fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.In(d.Lang())))
		}
		return Refuse("refuse.article_wrong", "mistakes", strings.Join(lines, "\n"))
	}
	if err != nil {
		return err
	}
	stem := strings.TrimSuffix(path.Base(name), path.Ext(name))
	r, err := d.articleOfFile(stem)
	if err != nil {
		return err
	}
	why := text.T(d.company.Language, "article.from_file", "file", name)
	switch {
	case r == nil:
		id, err := d.newID(cmp.Or(slugOf(stem), content.Title))
		if err != nil {
			return err
		}
		r = &kb.Record{ID: id, State: kb.Draft}
	case r.Source != "" && r.State != kb.Archived:
		return Refuse("refuse.article_mirrored", "id", r.ID, "source", r.Source)
	default:
		if err := d.changeOf(r, seen, content); err != nil {
			return err
		}
		if r, err = d.saveDraft(r, *content, "edit", why); err != nil {
			return err
		}
		return d.saved(r, "done.article_edited")
	}
	if r, err = d.saveDraft(r, *content, "new", why); err != nil {
		return err
	}
	return d.saved(r, "done.article_new")
}

// articleOfFile is the article that bears the file's name; nil where none does.
func (d *Desk) articleOfFile(stem string) (*kb.Record, error) {
	for _, id := range []string{kb.IDOf(stem), slugOf(stem)} {
		if r, err := d.article(id); err != nil || r != nil {
			return r, err
		}
	}
	return nil, nil
}

// changeOf refuses a file that is a change of another version than the newest: the words
// of whoever made that would be lost. A file that names no version is of the newest.
func (d *Desk) changeOf(r *kb.Record, seen int, content *kb.Article) error {
	if seen == 0 || seen == r.Latest {
		return nil
	}
	v, err := d.newest(r)
	if err != nil || sameArticle(v.Content, *content) { // sent twice: which is said
		return err
	}
	return Refuse("refuse.article_stale_file", "id", r.ID, "seen", seen, "n", v.N, "name", d.name(v.By))
}
