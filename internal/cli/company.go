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
func articles(c *config.Config) ([]*kb.Article, []bot.Reading, error) {
	found, err := readings(c)
	if err != nil {
		return nil, nil, err
	}
	if wrong := doubles(found); len(wrong) > 0 {
		return nil, nil, wrong
	}
	var out []*kb.Article
	for _, from := range found {
		out = append(out, from.Articles...)
	}
	_, err = kb.NewIndex(out, options(c))
	return out, found, err
}

// doubles are the articles that have the id of one of another source.
func doubles(found []bot.Reading) (out kb.Mistakes) {
	first := map[string]string{}
	for _, from := range found {
		for _, a := range from.Articles {
			if first[a.ID] == "" {
				first[a.ID] = from.Files[a.ID]
				continue
			}
			out = append(out, kb.Wrong(from.Files[a.ID], 1, "%s has the same name: give this file another one, an article's id is its file's name", first[a.ID]))
		}
	}
	return out
}

// strays are the translations whose original is in none of the sources. It may be an
// article that is edited in chat, of which a configuration knows nothing.
func strays(found []bot.Reading) kb.Mistakes {
	known := map[string]bool{}
	for _, from := range found {
		for _, a := range from.Articles {
			known[a.ID] = true
		}
	}
	var out kb.Mistakes
	for _, from := range found {
		for _, a := range from.Articles {
			if a.Translates != "" && !known[a.Translates] {
				out = append(out, kb.Stray(from.Files[a.ID], a))
			}
		}
	}
	return out
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
	_, found, err := articles(c)
	if err != nil {
		return nil, nil, err
	}
	return c, found, nil
}
