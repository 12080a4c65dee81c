package cli

import (
	"context"

	"sereno/bot/config"
)

// mirror brings the store's articles in line with the sources of the configuration.
// What cannot be read, or is wrong, is logged with its place, and what was
// published of it stands.
func (s *server) mirror(ctx context.Context, c *config.Config) error {
	if err := s.bot.KeepSources(ctx, c.KB.Sources); err != nil {
		return err
	}
	for _, name := range c.KB.Sources {
		read, err := readSource(name)
		if err != nil {
			s.log.Error("a source of articles cannot be read; its articles stay as they were", "source", name, "error", err)
			continue
		}
		done, err := s.bot.ApplySource(ctx, name, read.articles, read.mistakes)
		for _, m := range append(read.mistakes, done.Refused...) {
			s.log.Error("an article's file is wrong; what was published of it stands", "source", name, "problem", m.Error())
		}
		if err != nil {
			s.log.Error("the articles of a source are not all taken in", "source", name, "error", err)
			continue
		}
		s.log.Info("articles taken in", "source", name, "read", len(read.articles), "published", len(done.Published), "archived", len(done.Archived))
	}
	return nil
}
