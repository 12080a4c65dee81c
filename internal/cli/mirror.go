package cli

import (
	"context"
	"errors"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/kb"
	"sereno/internal/sources"
)

// mirrorOf keeps the store's articles in line with their sources. What cannot be
// read, or is wrong, is logged with its place and told to those who look after the
// articles, and what was published of it stands.
func (s *server) mirrorOf() *sources.Mirror {
	return &sources.Mirror{Take: s.takeIn, Failed: func(ctx context.Context, from config.Source, wrong kb.Mistake) {
		s.wrong(ctx, from, kb.Mistakes{wrong})
	}}
}

// mirror puts the sources of the configuration in force.
func (s *server) mirror(ctx context.Context, c *config.Config) error {
	paths := make([]string, len(c.KB.Sources))
	for i, from := range c.KB.Sources {
		paths[i] = from.Path
	}
	if err := s.bot.KeepSources(ctx, paths); err != nil {
		return err
	}
	s.sources.Set(ctx, c.KB.Sources, c.Company)
	return nil
}

// takeIn takes in what was read of a source, all of it but what others have in its place.
func (s *server) takeIn(ctx context.Context, from config.Source, read bot.Reading) (whole bool, err error) {
	done, err := s.bot.ApplySource(ctx, read)
	wrong := append(read.Mistakes, done.Refused...)
	if errors.Is(err, bot.ErrEmptied) {
		wrong = append(wrong, kb.Wrong(from.Path, 0, "there is no article any more: its articles stay as they were. Take the source out of kb.sources to archive them"))
		err = nil
	}
	if err != nil {
		s.log.Error("the articles of a source are not all taken in", "source", from.Path, "error", err)
		return false, err
	}
	s.log.Info("articles taken in", "source", from.Path, "read", len(read.Articles), "skipped", len(read.Skipped), "published", len(done.Published), "archived", len(done.Archived))
	for _, m := range read.Skipped {
		s.log.Debug("a page is no article", "source", from.Path, "page", m.Error())
	}
	for _, m := range done.Strays { // told to nobody in chat: its original may come with the next source
		s.log.Warn("a translation has no original", "source", from.Path, "problem", m.Error())
	}
	s.wrong(ctx, from, wrong)
	return len(done.Refused) == 0, nil
}

// wrong says what is wrong with a source; nothing, when all is well.
func (s *server) wrong(ctx context.Context, from config.Source, wrong kb.Mistakes) {
	for _, m := range wrong {
		s.log.Error("a source of articles is wrong; what was published of it stands", "source", from.Path, "problem", m.Error())
	}
	if err := s.bot.ReportSource(ctx, from.Path, from.Products, wrong); err != nil && ctx.Err() == nil {
		s.log.Error("nobody is told what is wrong with a source of articles", "source", from.Path, "error", err)
	}
}
