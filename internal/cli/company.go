package cli

import (
	"context"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/kb"
	"sereno/internal/sources"
)

// readings reads the knowledge base of a configuration; Mistakes when any of its
// files is wrong.
func readings(c *config.Config) ([]bot.Reading, error) {
	var out []bot.Reading
	var mistakes kb.Mistakes
	for _, s := range c.KB.Sources {
		from, err := sources.Read(context.Background(), s, c.Company)
		if err != nil {
			return nil, err
		}
		out, mistakes = append(out, from), append(mistakes, from.Mistakes...)
	}
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	return out, nil
}

// articles reads all of them, and refuses two with one id.
func articles(c *config.Config) ([]*kb.Article, error) {
	found, err := readings(c)
	var out []*kb.Article
	for _, from := range found {
		out = append(out, from.Articles...)
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
func (p Process) setting(path string) (*config.Config, []bot.Reading, error) {
	if path == "" {
		found, err := kb.LoadDir(config.SampleArticles())
		return config.Sample(), []bot.Reading{{Source: "kb", Articles: found}}, err
	}
	c, err := config.Load(path, p.Env, config.KeepReferences())
	if err != nil {
		return nil, nil, err
	}
	if _, err := articles(c); err != nil {
		return nil, nil, err
	}
	found, err := readings(c)
	return c, found, err
}
