package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"sereno/bot/config"
	"sereno/bot/kb"
)

// library is the articles in force. A reload puts others in their place.
type library struct{ index atomic.Pointer[kb.Index] }

func (l *library) Suggest(q kb.Query) []kb.Suggestion { return l.index.Load().Suggest(q) }

// Search finds more than what is sure enough to be suggested.
func (l *library) Search(q kb.Query) []kb.Suggestion { return l.index.Load().Search(q) }

// articles reads the knowledge base of a configuration.
func articles(c *config.Config) ([]*kb.Article, error) {
	var out []*kb.Article
	var mistakes kb.Mistakes
	for _, source := range c.KB.Sources {
		found, err := loadSource(source)
		var wrong kb.Mistakes
		if errors.As(err, &wrong) {
			for _, m := range wrong {
				m.File = filepath.Join(source, m.File)
				mistakes = append(mistakes, m)
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	return out, nil
}

// loadSource reads a folder of articles, or one file.
func loadSource(source string) ([]*kb.Article, error) {
	info, err := os.Stat(source)
	if err != nil {
		return nil, fmt.Errorf("read the articles: %w", err)
	}
	if info.IsDir() {
		return kb.LoadDir(os.DirFS(source))
	}
	data, err := fs.ReadFile(os.DirFS(filepath.Dir(source)), filepath.Base(source))
	if err != nil {
		return nil, fmt.Errorf("read the articles: %w", err)
	}
	a, err := kb.ParseArticle(filepath.Base(source), data)
	if err != nil {
		return nil, err
	}
	return []*kb.Article{a}, nil
}

// index makes the articles of a configuration findable.
func index(c *config.Config) (*kb.Index, error) {
	found, err := articles(c)
	if err != nil {
		return nil, err
	}
	return kb.NewIndex(found, kb.Options{Precision: c.KB.Precision, Threshold: c.KB.Confidence, Synonyms: c.KB.Synonyms})
}

// setting is what a story is played with: a configuration, read without the
// secrets that it refers to, and its articles made findable; the sample
// company's when no path is given.
func (p Process) setting(path string) (*config.Config, *kb.Index, error) {
	if path == "" {
		found, err := kb.LoadDir(config.SampleArticles())
		if err != nil {
			return nil, nil, err
		}
		ix, err := kb.NewIndex(found, kb.Options{})
		return config.Sample(), ix, err
	}
	c, err := config.Load(path, p.Env, config.KeepReferences())
	if err != nil {
		return nil, nil, err
	}
	ix, err := index(c)
	return c, ix, err
}
