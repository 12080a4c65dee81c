// Command sets makes sets of questions out of public data, for the fit:
//
//	git clone https://github.com/clinc/oos-eval                              # CC BY 3.0
//	git clone https://github.com/xliuhw/NLU-Evaluation-Data                  # CC BY 4.0
//	git clone https://github.com/ccasimiro88/TranslateAlignRetrieve          # CC BY-SA 4.0
//	go run ./bot/kb/internal/sets -from . -out FOLDER
//
// It makes clinc150 (150 intents of assistants, with questions that none of
// them answers), hwu64 (64 intents at home) and squad-es (questions to
// passages, translated into Spanish), each in a folder of its own. Intents
// become articles with a title and five examples of what people say, as in
// banking77. What it picks is always the same.
package main

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	from := flag.String("from", ".", "the folder in which the repositories are")
	out := flag.String("out", "", "the folder for the sets")
	flag.Parse()
	if err := run(*from, *out); err != nil {
		fmt.Fprintln(os.Stderr, "sets:", err)
		os.Exit(1)
	}
}

func run(from, out string) error {
	if out == "" {
		return fmt.Errorf("-out is missing: name the folder for the sets")
	}
	for name, make := range map[string]func(string) (*set, error){"clinc150": clinc, "hwu64": hwu, "squad-es": squad} {
		s, err := make(from)
		if err == nil {
			err = s.write(filepath.Join(out, name))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

type article struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

type question struct {
	ID       string   `json:"id"`
	Query    string   `json:"query"`
	Relevant []string `json:"relevant"`
}

type set struct {
	articles  []article
	questions []question
}

func (s *set) ask(text string, relevant ...string) {
	if relevant == nil {
		relevant = []string{}
	}
	s.questions = append(s.questions, question{fmt.Sprint(len(s.questions)), strings.TrimSpace(text), relevant})
}

// intent is an article of five examples.
func (s *set) intent(name string, examples []string) {
	s.articles = append(s.articles, article{name, strings.ReplaceAll(name, "_", " "), strings.Join(examples[:min(5, len(examples))], "\n")})
}

func (s *set) write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := lines(filepath.Join(folder, "articles.jsonl"), s.articles); err != nil {
		return err
	}
	return lines(filepath.Join(folder, "queries.jsonl"), s.questions)
}

func lines[T any](file string, all []T) error {
	var b strings.Builder
	e := json.NewEncoder(&b)
	for _, x := range all {
		if err := e.Encode(x); err != nil {
			return err
		}
	}
	return os.WriteFile(file, []byte(b.String()), 0o644)
}

func readJSON(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

// clinc reads pairs of a text and its intent.
func clinc(from string) (*set, error) {
	var data map[string][][2]string
	if err := readJSON(filepath.Join(from, "oos-eval/data/data_full.json"), &data); err != nil {
		return nil, err
	}
	examples := map[string][]string{}
	var names []string
	for _, x := range data["train"] {
		if examples[x[1]] == nil {
			names = append(names, x[1])
		}
		examples[x[1]] = append(examples[x[1]], x[0])
	}
	s := &set{}
	slices.Sort(names)
	for _, name := range names {
		s.intent(name, examples[name])
	}
	for i, x := range data["test"] {
		if i%2 == 0 {
			s.ask(x[0], x[1])
		}
	}
	for i, x := range data["oos_test"] {
		if i%2 == 0 {
			s.ask(x[0])
		}
	}
	return s, nil
}

// hwu reads a file of examples for each intent.
func hwu(from string) (*set, error) {
	files, err := filepath.Glob(filepath.Join(from, "NLU-Evaluation-Data/CrossValidation/*/*/CrossValidation/KFold_1/trainset/*.csv"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no files of examples (%v)", err)
	}
	s := &set{}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		r := csv.NewReader(f)
		r.Comma, r.LazyQuotes, r.FieldsPerRecord = ';', true, -1
		rows, err := r.ReadAll()
		f.Close()
		if err != nil {
			return nil, err
		}
		var said []string
		for _, row := range rows[1:] {
			if len(row) == 6 {
				said = append(said, row[5])
			}
		}
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		s.intent(name, said)
		for _, text := range said[min(5, len(said)):min(35, len(said))] {
			s.ask(text, name)
		}
	}
	return s, nil
}

// squad takes every ninth passage with five of its questions.
func squad(from string) (*set, error) {
	var data struct {
		Data []struct {
			Paragraphs []struct {
				Context string
				QAs     []struct{ Question string } `json:"qas"`
			}
		}
	}
	if err := readJSON(filepath.Join(from, "TranslateAlignRetrieve/SQuAD-es-v1.1/dev-v1.1-es_small.json"), &data); err != nil {
		return nil, err
	}
	s := &set{}
	for i, d := range data.Data {
		for j, p := range d.Paragraphs {
			if j%9 != 4 || len(p.QAs) == 0 {
				continue
			}
			id := fmt.Sprintf("%d-%d", i, j)
			s.articles = append(s.articles, article{id, "", p.Context})
			for _, q := range p.QAs[:min(5, len(p.QAs))] {
				s.ask(q.Question, id)
			}
		}
	}
	return s, nil
}
