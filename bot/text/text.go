// Package text is the catalogue of everything that a person reads from the
// bot, in Spanish and English, and the formatting of instants and durations
// in each language.
//
// A text may hold {name} for a value and {name|one|many} for a word that
// follows a number.
package text

import (
	_ "embed"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"sereno/bot/company"
)

//go:embed es.yaml
var esYAML []byte

//go:embed en.yaml
var enYAML []byte

var catalogues = map[company.Lang]map[string]string{
	company.Spanish: read("es.yaml", esYAML),
	company.English: read("en.yaml", enYAML),
}

// read panics on a broken catalogue: it is part of the binary, and the tests
// read it first.
func read(name string, data []byte) map[string]string {
	var m map[string]string
	if err := yaml.Unmarshal(data, &m); err != nil {
		panic(fmt.Sprintf("catalogue %s: %v", name, err))
	}
	return m
}

// Has reports whether the catalogues hold the key.
func Has(key string) bool {
	_, ok := catalogues[company.English][key]
	return ok
}

// T is the text of the key in the language, with the values put in: args are
// names and values in turn. A language that is not in the catalogue reads
// English; an unknown key reads as itself, so that it is seen.
func T(lang company.Lang, key string, args ...any) string {
	cat, ok := catalogues[lang]
	if !ok {
		cat = catalogues[company.English]
	}
	pattern, ok := cat[key]
	if !ok {
		return key
	}
	return fill(pattern, args)
}

// Some is the first names of a list, at most that many, and how many more there are:
// "Ana, Luis +2".
func Some(names []string, most int) string {
	out := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		out += fmt.Sprintf(" +%d", more)
	}
	return out
}

func fill(pattern string, args []any) string {
	if !strings.Contains(pattern, "{") {
		return pattern
	}
	var b strings.Builder
	for {
		start := strings.IndexByte(pattern, '{')
		if start < 0 {
			break
		}
		end := strings.IndexByte(pattern[start:], '}')
		if end < 0 {
			break
		}
		b.WriteString(pattern[:start])
		b.WriteString(value(pattern[start+1:start+end], args))
		pattern = pattern[start+end+1:]
	}
	b.WriteString(pattern)
	return b.String()
}

func value(slot string, args []any) string {
	name, forms, plural := strings.Cut(slot, "|")
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		if !plural {
			return fmt.Sprint(args[i+1])
		}
		one, many, _ := strings.Cut(forms, "|")
		if fmt.Sprint(args[i+1]) == "1" {
			return one
		}
		return many
	}
	return "{" + slot + "}"
}
