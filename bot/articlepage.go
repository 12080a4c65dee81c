package bot

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"sereno/bot/company"
	"sereno/bot/kb"
	"sereno/bot/markup"
	"sereno/bot/text"
)

// pageLength is how much of an article is shown at once, in characters: a message
// of a thousand times a platform's limit would hold up all others behind it.
const pageLength = 8000

// articlePage puts a page of a version into a message, from 1, and the button that
// shows the next one.
func articlePage(lang company.Lang, m *Message, v *kb.Version, page int) error {
	pages := markup.Split(v.Content.Text, pageLength, utf8.RuneCountInString)
	if page < 1 || page > len(pages) {
		return Refuse("refuse.article_gone")
	}
	m.Markdown = pages[page-1]
	if page > 1 {
		m.Title = text.T(lang, "article.page", "title", v.Content.Title, "page", page, "of", len(pages))
	}
	if page < len(pages) {
		label := text.T(lang, "button.article_more", "page", page+1, "of", len(pages))
		m.Buttons = append(m.Buttons, Button{ID: "article_more", Label: label, Value: ofVersion(v.Article, v.N) + ":" + strconv.Itoa(page+1)})
	}
	return nil
}

// readOn shows the next page of an article: of any version to our own people, of
// the published one to whom it is for.
func (d *Desk) readOn(value string) error {
	at := strings.LastIndexByte(value, ':')
	if at < 0 {
		return Refuse("refuse.article_gone")
	}
	page, err := strconv.Atoi(value[at+1:])
	id, n := seenVersion(value[:at])
	if err != nil || n == 0 {
		return Refuse("refuse.article_gone")
	}
	r, err := d.article(id)
	if err != nil {
		return err
	}
	if r == nil || n > r.Latest {
		return Refuse("refuse.article_gone")
	}
	v, err := d.tx.ArticleVersion(d.ctx, r.ID, n)
	if err != nil {
		return fmt.Errorf("version %d of %s: %w", n, r.ID, err)
	}
	reader, err := d.reader()
	if err != nil {
		return err
	}
	if d.Staff() != nil && n != r.Public || !v.Content.For(reader) {
		return Refuse("refuse.article_gone")
	}
	m := Message{Title: v.Content.Title}
	if err := articlePage(d.Lang(), &m, v, page); err != nil {
		return err
	}
	return d.Reply(m)
}

// reader is for whom the actor reads: "" for our own people, else their customer.
func (d *Desk) reader() (string, error) {
	switch {
	case d.ours():
		return "", nil
	case d.outside == nil:
		return "", Refuse("refuse.unknown_person")
	}
	return d.outside.Key, nil
}

// showPublic shows a published article from its beginning.
func (d *Desk) showPublic(r *kb.Record, a *kb.Article) error {
	m := Message{Title: a.Title}
	if err := articlePage(d.Lang(), &m, &kb.Version{Article: r.ID, N: r.Public, Content: *a}, 1); err != nil {
		return err
	}
	return d.Reply(m)
}
