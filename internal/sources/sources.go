// Package sources reads the articles of the places that a configuration names: a
// folder of Markdown, a git checkout, or a wiki's export as HTML. It changes
// nothing in a store: whoever reads decides what becomes of what was read.
package sources

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/kb"
)

// Read reads all articles of a source. The error is of the source as a whole; files
// that are wrong are among the reading's mistakes, with paths that begin with the
// source's.
func Read(ctx context.Context, s config.Source) (bot.Reading, error) {
	out := bot.Reading{Source: s.Path}
	info, err := os.Stat(s.Path)
	if err != nil {
		return out, fmt.Errorf("read the articles: %w", err)
	}
	folder, only := s.Path, ""
	if !info.IsDir() {
		folder, only = filepath.Split(filepath.Clean(s.Path))
		folder = filepath.Clean(folder)
	}
	files := map[string]string{} // of articles, by id
	switch {
	case s.Wiki():
		out.Articles, out.Mistakes, err = readWiki(os.DirFS(folder), only, s, files)
	case only != "":
		return out, readFile(&out)
	default:
		out.Articles, out.Mistakes, err = kb.ReadDir(os.DirFS(folder), files)
	}
	if err != nil {
		return out, err
	}
	for i := range out.Mistakes {
		out.Mistakes[i].File = filepath.Join(folder, out.Mistakes[i].File)
	}
	out.Changed = lastCommits(ctx, folder, files)
	return out, nil
}

func readFile(out *bot.Reading) error {
	data, err := os.ReadFile(out.Source)
	if err != nil {
		return fmt.Errorf("read the articles: %w", err)
	}
	a, err := kb.ParseArticle(out.Source, data)
	if errors.As(err, &out.Mistakes) {
		return nil
	}
	out.Articles = append(out.Articles, a)
	return err
}
