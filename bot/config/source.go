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
	// customers may see them, and not our own people alone; all of them, or those of
	// Only. Owner is a person's name.
	Language       company.Lang
	Kind           kb.Kind
	Customers      bool
	Only           []string
	Owner          string
	Products, Tags []string
	// BaseURL is where the wiki is, for the links between its pages; "" where they
	// lead nowhere.
	BaseURL string
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
		for _, key := range []string{"language", "kind", "visibility", "customers", "owner", "products", "tags", "base_url"} {
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
	s.BaseURL = f["base_url"].webAddress("", exampleWikiURL, "https", "http")
	s.Owner, _ = f["owner"].plain()
	v.r.owners = append(v.r.owners, f["owner"])
	for _, item := range f["customers"].items() {
		if name, ok := item.plain(); ok {
			s.Only, s.Customers = append(s.Only, name), true
		}
		v.r.readers = append(v.r.readers, item)
	}
	switch {
	case f["customers"].isEmptyList():
		f["customers"].wrong(say(emptyList), say(write, "example", "[acme]"))
	case f["customers"].present() && f["visibility"].present() && f["visibility"].node.Value == "internal":
		f["customers"].wrong(say(internalCustomers), say(keepOne))
	}
}

// exampleWikiURL is how an address of a wiki looks.
const exampleWikiURL = "https://wiki.example.com"

// settleSources refuses owners and customers of sources who do not exist, once
// people and customers are known.
func (r *reader) settleSources() {
	for _, item := range r.readers {
		r.customers.find(item)
	}
	for _, at := range r.owners {
		if !at.present() {
			continue
		}
		if p := r.people.find(at); p != nil && len(p.contactOf) > 0 {
			at.wrong(say(ownerContact, "person", quoted(p.is.Key), "customer", quoted(p.contactOf[0].customer.is.Key)), say(writeOwner))
		}
	}
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
