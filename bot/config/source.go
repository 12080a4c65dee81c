package config

import (
	"os"
	"path/filepath"

	"sereno/bot/company"
	"sereno/bot/kb"
)

// Source is where articles come from.
type Source struct {
	// Path of a folder or a file, relative to the working directory.
	Path string
	// Format is what is there: "markdown", or the wiki that exported it as HTML,
	// "dokuwiki", "mediawiki" or "confluence".
	Format string
	// Pull: the folder is a git checkout that is kept up to date.
	Pull bool
	// What holds for all articles of a wiki, whose pages do not say it. Customers:
	// customers may see them, and not our own people alone.
	Language       company.Lang
	Kind           kb.Kind
	Customers      bool
	Products, Tags []string
}

// Wiki reports whether the source is an export of a wiki.
func (s Source) Wiki() bool { return s.Format != markdown }

const markdown = "markdown"

// The words of a source.
var (
	sourceFormats = []string{markdown, "dokuwiki", "mediawiki", "confluence"}
	articleKinds  = []string{string(kb.FAQ), string(kb.Tutorial), string(kb.Troubleshooting), string(kb.Procedure), string(kb.GoodPractice)}
	visibilities  = []string{"internal", "customers"}
)

// source reads one entry of kb.sources: a path, or more about it. Its path is
// relative to the document's folder.
func (v value) source(folder string) (Source, bool) {
	s := Source{Format: markdown}
	at := v
	var f map[string]value
	if v.isMapping() {
		f, _ = v.fields(sourceKeys)
		at = f["path"]
	}
	path := at.setting("")
	if path == "" {
		return s, false
	}
	s.Path = path
	if !filepath.IsAbs(path) {
		s.Path = filepath.Join(folder, path)
	}
	format, known := f["format"].oneOf(aSourceFormat, sourceFormats)
	if known {
		s.Format = format
	}
	if known || !f["format"].present() {
		s.ofWiki(v, f)
	}
	s.Pull = f["pull"].yes(false)
	if !v.r.disk || at.kept() {
		return s, true
	}
	if _, err := os.Stat(s.Path); err != nil {
		at.wrong(say(sourceUnreadable, "path", quoted(path), "reason", fileReason(err)), say(makeSource))
	} else if _, err := os.Stat(filepath.Join(s.Path, ".git")); err != nil && s.Pull {
		f["pull"].wrong(say(notCheckout, "path", quoted(path)), say(cloneSource))
	}
	return s, true
}

// ofWiki reads what holds for all articles of a wiki; Markdown says it itself.
func (s *Source) ofWiki(v value, f map[string]value) {
	if !s.Wiki() {
		for _, key := range []string{"language", "kind", "visibility", "products", "tags"} {
			if f[key].present() {
				f[key].wants(say(wikiOnly, "key", key), say(writeInArticles, "key", key))
			}
		}
		return
	}
	for _, key := range []string{"language", "kind"} {
		if !f[key].present() {
			k, _ := sourceKeys.key(key)
			v.wants(say(missingKey, "key", key), say(write, "example", k.example()))
		}
	}
	s.Language = f["language"].language("")
	if kind, ok := f["kind"].oneOf(anArticleKind, articleKinds); ok {
		s.Kind = kb.Kind(kind)
	}
	if who, ok := f["visibility"].oneOf(aVisibility, visibilities); ok {
		s.Customers = who == "customers"
	}
	s.Products, s.Tags = f["products"].texts(), f["tags"].texts()
}

// texts reads a list of texts.
func (v value) texts() (out []string) {
	for _, item := range v.atMost(maxSynonyms).items() {
		if s, ok := item.plain(); ok {
			out = append(out, s)
		}
	}
	return out
}
