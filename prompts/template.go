package prompts

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"sereno/bot/company"
)

//go:embed text/*.md
var files embed.FS

// Template is what the model is told to do, in one language. What it is to do it
// with is no part of it: that comes as data, in a message of its own.
type Template struct {
	Name     string       `yaml:"name"`
	Language company.Lang `yaml:"language"`
	// Version is raised with every change of the words.
	Version int    `yaml:"version"`
	Text    string `yaml:"-"`
}

// Key names the template in one word, as it is stored with each call: "es.1".
func (t *Template) Key() string { return fmt.Sprintf("%s.%d", t.Language, t.Version) }

// Templates lists all, by name and language.
func Templates() []*Template { return slices.Clone(templates) }

var templates = mustRead(files)

func mustRead(in fs.FS) []*Template {
	out, err := read(in)
	if err != nil {
		panic(fmt.Sprintf("the prompts, which are part of the binary: %v", err))
	}
	return out
}

func read(in fs.FS) ([]*Template, error) {
	names, err := fs.Glob(in, "text/*.md")
	if err != nil {
		return nil, err
	}
	var out []*Template
	for _, name := range names {
		data, err := fs.ReadFile(in, name)
		if err != nil {
			return nil, err
		}
		t, err := parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if want := t.Name + "." + string(t.Language) + ".md"; path.Base(name) != want {
			return nil, fmt.Errorf("%s: its header says that it is %s", name, want)
		}
		out = append(out, t)
	}
	return out, nil
}

// parse reads a template: its text under a header of YAML between two lines of
// three hyphens.
func parse(data []byte) (*Template, error) {
	head, body, ok := strings.Cut(strings.TrimPrefix(string(data), "---\n"), "\n---\n")
	if !ok {
		return nil, fmt.Errorf("no header between two lines ---")
	}
	t := &Template{Text: strings.TrimSpace(body)}
	dec := yaml.NewDecoder(bytes.NewReader([]byte(head)))
	dec.KnownFields(true)
	if err := dec.Decode(t); err != nil {
		return nil, fmt.Errorf("the header: %w", err)
	}
	if t.Name == "" || t.Language == "" || t.Version < 1 || t.Text == "" {
		return nil, fmt.Errorf("name, language, version (from 1) and a text are needed")
	}
	return t, nil
}

// template is the one of that use in the language, or in English.
func template(u company.Use, lang company.Lang) *Template {
	var found *Template
	for _, t := range templates {
		if t.Name == string(u) && (t.Language == lang || found == nil && t.Language == company.English) {
			found = t
		}
	}
	return found
}
