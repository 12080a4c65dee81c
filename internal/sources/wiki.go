package sources

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"unicode"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/kb"
)

// maxPage is the largest file of an export that is read, in bytes.
const maxPage = 8 << 20

// readWiki reads every page of an export, or only the one named, and says in files
// which article each is; out has them, and which pages are none.
func readWiki(folder fs.FS, only string, s config.Source, files map[string]string, out *bot.Reading) error {
	root := "."
	if only != "" {
		root = only
	}
	err := fs.WalkDir(folder, root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case kb.Hidden(name) && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || kb.Hidden(name) || !isPage(name):
			return nil
		}
		a, apart, wrong := readPage(folder, name, s)
		switch first := files[idOf(name)]; {
		case apart != nil:
			out.Skipped = append(out.Skipped, apart(name))
			return nil
		case first != "":
			wrong = append(wrong, mistake(name, "%s has the same name: give this file another one, an article's id is its file's name", first))
		default:
			files[idOf(name)] = name
		}
		out.Mistakes = append(out.Mistakes, wrong...)
		if len(wrong) == 0 {
			out.Articles = append(out.Articles, a)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the export: %w", err)
	}
	return nil
}

// placeOf is where a page is on the web; nil where that is not known.
func placeOf(s config.Source, name string) *url.URL {
	base, err := url.Parse(s.BaseURL)
	if err != nil || s.BaseURL == "" {
		return nil
	}
	return base.JoinPath(name)
}

func isPage(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".html" || ext == ".htm"
}

// idOf is the id of a page's article: its path in the export, as one word, since
// wikis have pages of one name in several namespaces.
func idOf(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSuffix(name, path.Ext(name))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '.':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return kb.ShortID(strings.Trim(b.String(), "-."))
}

// mistake is one of a page.
func mistake(name, format string, args ...any) kb.Mistake {
	m := kb.Wrong(name, 1, format, args...)
	m.Article = idOf(name)
	return m
}

// readPage reads one page; apart says why it is no article where it is not meant to be one.
func readPage(folder fs.FS, name string, s config.Source) (a *kb.Article, apart reason, wrong kb.Mistakes) {
	data, err := kb.ReadFile(folder, name, maxPage)
	if err != nil {
		return nil, nil, kb.Mistakes{mistake(name, "it cannot be read: %s", err.Error())}
	}
	if len(data) > maxPage {
		return nil, nil, kb.Mistakes{mistake(name, "it is longer than %d bytes: cut it into several articles", maxPage)}
	}
	p, err := convert(s.Format, data, placeOf(s, name))
	if err != nil {
		return nil, nil, kb.Mistakes{mistake(name, "the page cannot be converted: %s", err.Error())}
	}
	if p.apart != nil {
		return nil, p.apart, nil
	}
	a = &kb.Article{
		ID: idOf(name), Title: p.title, Kind: s.Kind, Language: s.Language, Internal: !s.Customers,
		Customers: s.Only, Owner: s.Owner, Products: s.Products, Tags: s.Tags, Text: p.text,
	}
	return a, nil, faults(name, s.Format, a)
}

// faults is what keeps a page from being an article.
func faults(name, format string, a *kb.Article) (out kb.Mistakes) {
	switch {
	case a.ID == "":
		out = append(out, mistake(name, "the file's name holds no letter: give it another one, an article's id is its file's name"))
	case a.Title == "":
		out = append(out, mistake(name, "the page has no title: is it an export of %s?", format))
	case len([]rune(a.Title)) > kb.MaxTitle:
		out = append(out, mistake(name, "the title has %d characters: write at most %d", len([]rune(a.Title)), kb.MaxTitle))
	case a.Text == "":
		out = append(out, mistake(name, "the page has no text: is it an export of %s?", format))
	case len(a.Text) > kb.MaxArticle:
		out = append(out, mistake(name, "it is longer than %d bytes: cut it into several articles", kb.MaxArticle))
	}
	return out
}
