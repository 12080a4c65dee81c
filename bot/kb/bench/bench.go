// Package bench reads sets of questions whose answer is known, and measures a
// way of finding articles on them.
package bench

import (
	"io/fs"
	"path"
	"slices"

	"sereno/bot/kb/internal/rank"
)

// Article of a set.
type Article struct{ ID, Title, Text string }

// Question of a set, and the ids of the articles that answer it; none when it has
// no answer.
type Question struct {
	ID, Text string
	Relevant []string
}

// Set is a knowledge base with questions to it.
type Set struct {
	Name string
	// Language is "es" or "en", by the words of the articles.
	Language  string
	Articles  []Article
	Questions []Question
}

// Load reads every folder that holds articles.jsonl and queries.jsonl, in the
// order of their names.
func Load(folder fs.FS) ([]Set, error) {
	found, err := fs.Glob(folder, "*/"+articlesFile)
	if err != nil {
		return nil, err
	}
	var sets []Set
	for _, file := range found {
		sub, err := fs.Sub(folder, path.Dir(file))
		if err != nil {
			return nil, err
		}
		s, err := Read(path.Dir(file), sub)
		if err != nil {
			return nil, err
		}
		sets = append(sets, s)
	}
	return sets, nil
}

// language of the texts that the set is made of.
func (s Set) language() string {
	var texts []string
	for _, a := range s.Articles {
		texts = append(texts, a.Title, a.Text)
	}
	for _, q := range s.Questions {
		texts = append(texts, q.Text)
	}
	return rank.Language(texts)
}

// Part is the set with only the articles for which keep is true of their
// position. Its questions remain: those whose article is gone have no answer.
func (s Set) Part(keep func(position int) bool) Set {
	var kept []Article
	for i, a := range s.Articles {
		if keep(i) {
			kept = append(kept, a)
		}
	}
	s.Articles = kept
	return s
}

// Even keeps the positions 0, 2, 4 …
func Even(position int) bool { return position%2 == 0 }

// Silent is the set in which some questions have no answer: itself where that
// is so already, else with every second article taken away.
func (s Set) Silent() Set {
	if slices.ContainsFunc(s.Questions, func(q Question) bool { return len(q.Relevant) == 0 }) {
		return s
	}
	return s.Part(Even)
}
