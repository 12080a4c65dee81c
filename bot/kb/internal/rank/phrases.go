package rank

import (
	"slices"
	"strings"
)

// phraseBook holds phrases of several words that are also one: "punto de
// venta" beside punto, de and venta. By their first word, folded.
type phraseBook map[string][]phrase

type phrase struct {
	words []string // folded
	one   token
}

// join adds the phrases behind the words that make them.
func (b phraseBook) join(ts []token) []token {
	if len(b) == 0 {
		return ts
	}
	out := make([]token, 0, len(ts))
	for i, t := range ts {
		out = append(out, t)
		for _, p := range b[t.folded] {
			if p.begins(ts[i:]) {
				out = append(out, p.one)
			}
		}
	}
	return out
}

func (p phrase) begins(ts []token) bool {
	return len(ts) >= len(p.words) && slices.EqualFunc(ts[:len(p.words)], p.words, func(t token, w string) bool { return t.folded == w })
}

// newLexicon is empty. alike are groups of words and phrases that stand for
// each other.
func newLexicon(lang string, alike [][]string) *lexicon {
	l := &lexicon{lang: lang, phrases: phraseBook{}, alike: map[string][]string{}}
	for _, group := range alike {
		var keys []string
		for _, text := range group {
			if key := l.learn(text); key != "" && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
		for i, key := range keys {
			l.alike[key] = append(l.alike[key], slices.Delete(slices.Clone(keys), i, i+1)...)
		}
	}
	l.scratch.New = func() any { return &scratch{} }
	return l
}

// phraseMark ends the names of phrases: the digit keeps the stemmer and the spelling
// away from them.
const phraseMark = " 1"

// learn makes a word or phrase a term, which it gives; "" when it has no words.
func (l *lexicon) learn(text string) string {
	ts := tokenize(l.lang, text)
	if len(ts) == 0 {
		return ""
	}
	one := ts[0]
	if len(ts) > 1 {
		p := phrase{}
		for _, t := range ts {
			p.words = append(p.words, t.folded)
		}
		name := strings.Join(p.words, " ") + phraseMark
		p.one = token{name, name}
		one = p.one
		l.phrases[p.words[0]] = append(l.phrases[p.words[0]], p)
	}
	key, _ := l.term(one)
	return key
}
