package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sereno/bot/config"
	"sereno/bot/kb"
)

// source is a folder of articles, or one file, as it was read.
type source struct {
	name     string
	articles []*kb.Article
	mistakes kb.Mistakes // their files' paths begin with its name
}

// readSource reads the articles of a folder, or of one file.
func readSource(name string) (source, error) {
	s := source{name: name}
	info, err := os.Stat(name)
	if err != nil {
		return s, fmt.Errorf("read the articles: %w", err)
	}
	if info.IsDir() {
		s.articles, s.mistakes, err = kb.ReadDir(os.DirFS(name))
		for i := range s.mistakes {
			s.mistakes[i].File = filepath.Join(name, s.mistakes[i].File)
		}
		return s, err
	}
	data, err := fs.ReadFile(os.DirFS(filepath.Dir(name)), filepath.Base(name))
	if err != nil {
		return s, fmt.Errorf("read the articles: %w", err)
	}
	a, err := kb.ParseArticle(name, data)
	if errors.As(err, &s.mistakes) {
		return s, nil
	}
	s.articles = append(s.articles, a)
	return s, err
}

// sources reads the knowledge base of a configuration; Mistakes when any of its
// files is wrong.
func sources(c *config.Config) ([]source, error) {
	var out []source
	var mistakes kb.Mistakes
	for _, name := range c.KB.Sources {
		s, err := readSource(name)
		if err != nil {
			return nil, err
		}
		out, mistakes = append(out, s), append(mistakes, s.mistakes...)
	}
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	return out, nil
}

// articles reads all of them, and refuses two with one id.
func articles(c *config.Config) ([]*kb.Article, error) {
	found, err := sources(c)
	var out []*kb.Article
	for _, s := range found {
		out = append(out, s.articles...)
	}
	if err == nil {
		_, err = kb.NewIndex(out, options(c))
	}
	return out, err
}

// options of the index under a configuration.
func options(c *config.Config) kb.Options {
	return kb.Options{Precision: c.KB.Precision, Threshold: c.KB.Confidence, Synonyms: c.KB.Synonyms}
}

// setting is what a story is played with: a configuration, read without the
// secrets that it refers to, and its articles; the sample company's when no path
// is given.
func (p Process) setting(path string) (*config.Config, []source, error) {
	if path == "" {
		found, err := kb.LoadDir(config.SampleArticles())
		return config.Sample(), []source{{name: "kb", articles: found}}, err
	}
	c, err := config.Load(path, p.Env, config.KeepReferences())
	if err != nil {
		return nil, nil, err
	}
	if _, err := articles(c); err != nil {
		return nil, nil, err
	}
	found, err := sources(c)
	return c, found, err
}
