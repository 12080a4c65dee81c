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

	"sereno/bot/company"
	"sereno/bot/text"
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
	Err  error
}

func (m Mistake) Error() string { return m.In(company.English) }

func (m Mistake) Unwrap() error { return m.Err }

// In is the mistake with its place, in the language.
func (m Mistake) In(lang company.Lang) string {
	if m.Line == 0 {
		return fmt.Sprintf("%s: %s", m.File, text.Told(lang, m.Err))
	}
	return fmt.Sprintf("%s:%d: %s", m.File, m.Line, text.Told(lang, m.Err))
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
	if err := r.lines(articlesFile, articleExample, func(line []byte) error { return r.article(&s, line) }); err != nil {
		return Set{}, err
	}
	if err := r.lines(queriesFile, questionExample, func(line []byte) error { return r.question(&s, line) }); err != nil {
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
func (r *reader) lines(file, example string, take func(line []byte) error) error {
	shown := file
	if r.name != "" {
		shown = r.name + "/" + file
	}
	data, err := fs.ReadFile(r.folder, file)
	if errors.Is(err, fs.ErrNotExist) {
		return Mistake{shown, 0, text.NewError("bench.no_file", "example", example)}
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
		if wrong := take(line); wrong != nil {
			return Mistake{shown, r.line, wrong}
		}
	}
	if empty {
		return Mistake{shown, 0, text.NewError("bench.empty", "example", example)}
	}
	return nil
}

func (r *reader) article(s *Set, line []byte) error {
	var a struct {
		ID    *string `json:"id"`
		Title string  `json:"title"`
		Text  string  `json:"text"`
	}
	if wrong := parse(line, &a, articleExample); wrong != nil {
		return wrong
	}
	if wrong := r.once(a.ID, r.articles, articleExample); wrong != nil {
		return wrong
	}
	if strings.TrimSpace(a.Title+a.Text) == "" {
		return text.NewError("bench.says_nothing", "example", articleExample)
	}
	s.Articles = append(s.Articles, Article{*a.ID, a.Title, a.Text})
	return nil
}

func (r *reader) question(s *Set, line []byte) error {
	var q struct {
		ID       *string   `json:"id"`
		Query    string    `json:"query"`
		Relevant *[]string `json:"relevant"`
	}
	if wrong := parse(line, &q, questionExample); wrong != nil {
		return wrong
	}
	if wrong := r.once(q.ID, r.questions, questionExample); wrong != nil {
		return wrong
	}
	switch {
	case strings.TrimSpace(q.Query) == "":
		return text.NewError("bench.no_question")
	case q.Relevant == nil:
		return text.NewError("bench.no_relevant")
	}
	for i, id := range *q.Relevant {
		if r.articles[id] == 0 {
			return text.NewError("bench.no_article", "id", text.Literal(id), "file", articlesFile)
		}
		if slices.Contains((*q.Relevant)[:i], id) {
			return text.NewError("bench.twice", "id", text.Literal(id))
		}
	}
	s.Questions = append(s.Questions, Question{*q.ID, q.Query, *q.Relevant})
	return nil
}

func parse(line []byte, into any, example string) error {
	if !utf8.Valid(line) {
		return text.NewError("bench.encoding")
	}
	err := json.Unmarshal(line, into)
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind) && kind.Field != "":
		return text.NewError("bench.kind", "field", kind.Field, "kind", kind.Value, "example", example)
	case kind != nil:
		return text.NewError("bench.no_object", "kind", kind.Value, "example", example)
	case err != nil:
		return text.NewError("bench.no_json", "example", example)
	}
	return nil
}

func (r *reader) once(id *string, met map[string]int, example string) error {
	switch {
	case id == nil || *id == "":
		return text.NewError("bench.no_id", "example", example)
	case met[*id] > 0:
		return text.NewError("bench.id_taken", "id", text.Literal(*id), "line", met[*id])
	}
	met[*id] = r.line
	return nil
}
