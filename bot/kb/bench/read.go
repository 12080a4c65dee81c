package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"
)

// The files of a set.
const (
	articlesFile = "articles.jsonl"
	queriesFile  = "queries.jsonl"
)

// Mistake is what is wrong with a set's files, and what to write instead.
type Mistake struct {
	File string
	Line int // from 1; 0 for the file as a whole
	Text string
}

func (m Mistake) Error() string {
	if m.Line == 0 {
		return fmt.Sprintf("%s: %s", m.File, m.Text)
	}
	return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Text)
}

// Examples of lines, to say what to write.
const (
	articleExample  = `{"id": "refund", "title": "Refunds", "text": "A refund takes five days."}`
	questionExample = `{"id": "1", "query": "where is my money?", "relevant": ["refund"]}`
)

// Read reads the set of a folder that holds articles.jsonl and queries.jsonl.
// The error is the first Mistake; in it files are named below name.
func Read(name string, folder fs.FS) (Set, error) {
	s := Set{Name: name}
	r := reader{name: name, folder: folder, articles: map[string]int{}, questions: map[string]int{}}
	if err := r.lines(articlesFile, articleExample, func(line []byte) string { return r.article(&s, line) }); err != nil {
		return Set{}, err
	}
	if err := r.lines(queriesFile, questionExample, func(line []byte) string { return r.question(&s, line) }); err != nil {
		return Set{}, err
	}
	s.Language = s.language()
	return s, nil
}

type reader struct {
	name   string
	folder fs.FS
	line   int
	// articles and questions were met on these lines, by their ids.
	articles, questions map[string]int
}

// lines gives each line that is not empty to take, which says what is wrong
// with it; one at least there must be.
func (r *reader) lines(file, example string, take func(line []byte) string) error {
	shown := file
	if r.name != "" {
		shown = r.name + "/" + file
	}
	data, err := fs.ReadFile(r.folder, file)
	if errors.Is(err, fs.ErrNotExist) {
		return Mistake{shown, 0, "there is no such file: write one with a line such as " + example + " each"}
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", shown, err)
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	r.line = 0
	empty := true
	for line := range bytes.Lines(data) {
		r.line++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		empty = false
		if wrong := take(line); wrong != "" {
			return Mistake{shown, r.line, wrong}
		}
	}
	if empty {
		return Mistake{shown, 0, "it is empty: write a line such as " + example}
	}
	return nil
}

func (r *reader) article(s *Set, line []byte) string {
	var a struct {
		ID    *string `json:"id"`
		Title string  `json:"title"`
		Text  string  `json:"text"`
	}
	if wrong := parse(line, &a, articleExample); wrong != "" {
		return wrong
	}
	if wrong := r.once(a.ID, r.articles, articleExample); wrong != "" {
		return wrong
	}
	if strings.TrimSpace(a.Title+a.Text) == "" {
		return "the article says nothing: write a \"title\" or a \"text\", as in " + articleExample
	}
	s.Articles = append(s.Articles, Article{*a.ID, a.Title, a.Text})
	return ""
}

func (r *reader) question(s *Set, line []byte) string {
	var q struct {
		ID       *string   `json:"id"`
		Query    string    `json:"query"`
		Relevant *[]string `json:"relevant"`
	}
	if wrong := parse(line, &q, questionExample); wrong != "" {
		return wrong
	}
	if wrong := r.once(q.ID, r.questions, questionExample); wrong != "" {
		return wrong
	}
	switch {
	case strings.TrimSpace(q.Query) == "":
		return "the question is missing: write \"query\": \"where is my money?\""
	case q.Relevant == nil:
		return "\"relevant\" is missing: write the ids of the articles that answer, or \"relevant\": [] when none does"
	}
	for i, id := range *q.Relevant {
		if r.articles[id] == 0 {
			return fmt.Sprintf("no article has the id %q: write one of %s, or \"relevant\": [] when none answers", id, articlesFile)
		}
		if slices.Contains((*q.Relevant)[:i], id) {
			return fmt.Sprintf("%q is named twice: write it once", id)
		}
	}
	s.Questions = append(s.Questions, Question{*q.ID, q.Query, *q.Relevant})
	return ""
}

func parse(line []byte, into any, example string) string {
	if !utf8.Valid(line) {
		return "not UTF-8: save the file in that encoding"
	}
	err := json.Unmarshal(line, into)
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf("%q is a %s: write it as in %s", kind.Field, kind.Value, example)
	case kind != nil:
		return fmt.Sprintf("no JSON object (a JSON %s): write one a line, such as %s", kind.Value, example)
	case err != nil:
		return fmt.Sprintf("no JSON object (%v): write one a line, such as %s", err, example)
	}
	return ""
}

func (r *reader) once(id *string, met map[string]int, example string) string {
	switch {
	case id == nil || *id == "":
		return "\"id\" is missing: write one, as in " + example
	case met[*id] > 0:
		return fmt.Sprintf("the id %q is that of line %d already: give each its own", *id, met[*id])
	}
	met[*id] = r.line
	return ""
}
