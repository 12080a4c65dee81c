package rank

import (
	"slices"
	"strings"
	"unicode"
)

// Term is a word of a text, or a name of several words, as texts are compared.
type Term struct {
	// Key is what all forms of the word, and those that stand for it, share.
	Key string
	// Text is as it is written, in lower case.
	Text string
	// Telling: no word of grammar, and none of the talk around a question.
	Telling bool
	// Code: an identifier of letters and digits, as ORA-01017.
	Code bool
}

// Vocabulary reads texts of one language as the ranking does. For one goroutine.
type Vocabulary struct {
	lex   *lexicon
	names map[string]string // by how they are written
}

// NewVocabulary knows groups of words that stand for each other, and names that count as
// one word.
func NewVocabulary(lang string, alike [][]string, names []string) *Vocabulary {
	v := &Vocabulary{lex: newLexicon(lang, alike), names: map[string]string{}}
	for _, name := range names {
		if v.names[name] == "" {
			v.names[name] = v.lex.learn(name)
		}
	}
	return v
}

// Name is the key of one of the names; "" of any other.
func (v *Vocabulary) Name(name string) string { return v.shared(v.names[name]) }

// Terms of a text, in its order; of a long one, those that a question is read for.
func (v *Vocabulary) Terms(text string) []Term {
	if len(text) > maxQuestion {
		text = text[:maxQuestion]
	}
	ts := tokenize(v.lex.lang, text)
	var out []Term
	for i := 0; i < len(ts) && len(out) < maxSlots; i++ {
		t := ts[i]
		for _, p := range v.lex.phrases[t.folded] {
			if len(p.words) > 1 && p.begins(ts[i:]) {
				t = p.one
				i += len(p.words) - 1
				break
			}
		}
		if parts := split([]rune(t.text)); len(parts) > 1 { // a code's parts follow it, and say nothing more
			for i+1 < len(ts) && slices.Contains(parts, ts[i+1].text) {
				i++
			}
		}
		key, telling := v.lex.term(singular(v.lex.lang, t))
		written := strings.TrimSuffix(t.text, phraseMark)
		out = append(out, Term{v.shared(key), written, telling == 1, code(written)})
	}
	return out
}

// singular of a word that Spanish has borrowed with its plural: webhooks, tokens, logs.
// Its own words end so after a vowel, which the stemmer knows.
func singular(lang string, t token) token {
	n := len(t.folded)
	if lang != "es" || n < 4 || t.folded[n-1] != 's' || strings.ContainsRune("aeiou", rune(t.folded[n-2])) || hasDigit(t.folded) {
		return t
	}
	return token{strings.TrimSuffix(t.text, "s"), t.folded[:n-1]}
}

// shared is the least of those that stand for each other.
func (v *Vocabulary) shared(key string) string {
	return slices.Min(append([]string{key}, v.lex.alike[key]...))
}

func code(word string) bool {
	return hasDigit(word) && strings.ContainsFunc(word, unicode.IsLetter) && len(word) >= 4 && !strings.Contains(word, " ")
}
