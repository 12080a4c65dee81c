package rank

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/spanish"
)

// stem reduces a word, with its accents, to the stem that its forms share,
// without accents. Words with digits stay as they are.
func stem(lang, word string) string {
	if strings.ContainsAny(word, "0123456789") {
		return fold(word)
	}
	env := snowballstem.NewEnv(accentuate(lang, word))
	switch lang {
	case "es":
		spanish.Stem(env)
	case "en":
		english.Stem(env)
	}
	return fold(env.Current())
}

// accentuate puts back the accent of endings that always bear one, which the
// stemmer needs to know them by: conciliacion is conciliación.
func accentuate(lang, word string) string {
	if lang != "es" {
		return word
	}
	for _, end := range [...]string{"cion", "sion"} {
		if strings.HasSuffix(word, end) {
			return word[:len(word)-len("on")] + "ón"
		}
	}
	return word
}
