// Package sources reads the articles of the places that a configuration names: a
// folder of Markdown, a git checkout, or a wiki's export as HTML. It changes
// nothing in a store: whoever reads decides what becomes of what was read.
package sources

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/kb"
)

// Read reads all articles of a source of the company; nil: of any. The error is of the source as a whole; files
// that are wrong are among the reading's mistakes, with paths that begin with the
// source's.
func Read(ctx context.Context, s config.Source, c *company.Company) (bot.Reading, error) {
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
	if only != "" && !s.Wiki() {
		return out, readFile(&out, c)
	}
	inside, closed, err := open(folder, only)
	if err != nil {
		return out, fmt.Errorf("read the articles: %w", err)
	}
	defer closed()
	files := map[string]string{} // of articles, by id
	if s.Wiki() {
		err = readWiki(inside, only, s, files, &out)
	} else {
		out.Articles, out.Mistakes, err = kb.ReadDir(inside, files, c)
	}
	if err != nil {
		return out, err
	}
	for _, named := range []kb.Mistakes{out.Mistakes, out.Skipped} {
		for i := range named {
			named[i].File = filepath.Join(folder, named[i].File)
		}
	}
	out.Files = make(map[string]string, len(files))
	for id, name := range files {
		out.Files[id] = filepath.Join(folder, name)
	}
	out.Changed = lastCommits(ctx, folder, files)
	return out, nil
}

// open opens the folder. Of all that is in it, links out of it are not followed: who
// can write there, such as who may push to a checkout, would publish any file of the
// machine. A single file was named by the configuration, wherever it leads.
func open(folder, only string) (fs.FS, func(), error) {
	if only != "" {
		return os.DirFS(folder), func() {}, nil
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), func() { _ = root.Close() }, nil
}

func readFile(out *bot.Reading, c *company.Company) error {
	data, err := kb.ReadFile(os.DirFS(filepath.Dir(out.Source)), filepath.Base(out.Source), kb.MaxArticle)
	if err != nil {
		return fmt.Errorf("read the articles: %w", err)
	}
	a, err := kb.ParseArticleOf(c, out.Source, data)
	if errors.As(err, &out.Mistakes) {
		return nil
	}
	if err != nil {
		return err
	}
	out.Articles, out.Files = append(out.Articles, a), map[string]string{a.ID: out.Source}
	return nil
}
