// Package bench measures a way of finding articles on sets of questions whose
// answer is known.
package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Article of a set.
type Article struct{ ID, Title, Text string }

// Question of a set, and the ids of the articles that answer it.
type Question struct {
	ID       string
	Text     string `json:"query"`
	Relevant []string
}

// Set is a knowledge base with questions to it.
type Set struct {
	Name string
	// Language is "es" for a name that ends in "-es", else "en".
	Language  string
	Articles  []Article
	Questions []Question
}

// Load reads every folder that holds articles.jsonl and queries.jsonl, in the
// order of their names.
func Load(folder fs.FS) ([]Set, error) {
	found, err := fs.Glob(folder, "*/articles.jsonl")
	if err != nil {
		return nil, err
	}
	var sets []Set
	for _, file := range found {
		s := Set{Name: path.Dir(file), Language: "en"}
		if strings.HasSuffix(s.Name, "-es") {
			s.Language = "es"
		}
		if s.Articles, err = read[Article](folder, file); err != nil {
			return nil, err
		}
		if s.Questions, err = read[Question](folder, path.Join(s.Name, "queries.jsonl")); err != nil {
			return nil, err
		}
		sets = append(sets, s)
	}
	if len(sets) == 0 {
		return nil, fmt.Errorf("no folder with articles.jsonl and queries.jsonl")
	}
	return sets, nil
}

func read[T any](folder fs.FS, file string) ([]T, error) {
	f, err := folder.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []T
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for n := 1; lines.Scan(); n++ {
		var x T
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		out = append(out, x)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
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
