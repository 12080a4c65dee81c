package rank

import (
	"slices"
	"sync"
)

// lexicon numbers the terms of one language's documents. It only grows, until a corpus
// of which most words are gone gets a new one (compact.go), and
// whoever asks a Corpus may read it while documents are added: a Corpus knows
// the terms whose numbers are below the length of its words.
type lexicon struct {
	lang    string
	phrases phraseBook
	// alike leads from a term to those of its company's words that stand for it.
	alike map[string][]string

	writing sync.Mutex
	number  sync.Map // term → int32
	// forms leads from a word as people type it, folded, to the terms that its
	// forms are: garantia finds garantía.
	forms sync.Map // string → []int32
	// grams leads from a group of three letters to the terms that hold it.
	grams sync.Map // [3]byte → []int32
	// words are the terms' stems, and telling how much meeting each tells by its
	// language alone, from 0 to 1, by their numbers.
	words   []string
	telling []float32

	scratch sync.Pool
}

// common ends the terms of common words, which stay as they are written and
// are no form of a telling one: "uses" are no users.
const common = "\x00"

// term is what a word counts as, and how telling it is.
func (l *lexicon) term(t token) (string, float32) {
	if w := commonness(l.lang, t.folded); w < 1 {
		return t.folded + common, float32(w)
	}
	return stem(l.lang, t.text), 1
}

// known are the words that there are now, and how telling they are.
func (l *lexicon) known() ([]string, []float32) {
	l.writing.Lock()
	defer l.writing.Unlock()
	return slices.Clip(l.words), slices.Clip(l.telling)
}

// writer adds words. There is one at a time.
type writer struct {
	*lexicon
	seen map[string]int32 // words as written
}

func (l *lexicon) write() writer {
	l.writing.Lock()
	return writer{l, map[string]int32{}}
}

func (w writer) done() { w.writing.Unlock() }

// numbers of a text's words.
func (w writer) numbers(text string) []int32 {
	ts := w.phrases.join(tokenize(w.lang, text))
	ids := make([]int32, len(ts))
	for i, t := range ts {
		id, ok := w.seen[t.text]
		if !ok {
			id = w.add(t)
			w.seen[t.text] = id
		}
		ids[i] = id
	}
	return ids
}

func (w writer) add(t token) int32 {
	key, telling := w.term(t)
	v, ok := w.number.Load(key)
	if !ok {
		v = w.put(key, telling)
	}
	grow(&w.forms, t.folded, v.(int32))
	return v.(int32)
}

// grow adds a number to a list that others may be reading. They have the list
// at its old length, up to which it stays as it was.
func grow(m *sync.Map, key any, id int32) {
	list := numbers(m, key)
	if !slices.Contains(list, id) {
		m.Store(key, append(list, id))
	}
}

func numbers(m *sync.Map, key any) []int32 {
	if v, ok := m.Load(key); ok {
		return v.([]int32)
	}
	return nil
}

// terms that a word of a question is, of those that the corpus holds.
func (c *Corpus) terms(t token, key string) []int32 {
	return c.held(c.withTerm(slices.Clone(numbers(&c.lex.forms, t.folded)), key))
}

func (c *Corpus) withTerm(ids []int32, key string) []int32 {
	if v, ok := c.lex.number.Load(key); ok && !slices.Contains(ids, v.(int32)) {
		ids = append(ids, v.(int32))
	}
	return ids
}

// held drops the terms that no document holds.
func (c *Corpus) held(ids []int32) []int32 {
	return slices.DeleteFunc(ids, func(id int32) bool { return !c.holds(id) })
}

func (c *Corpus) holds(id int32) bool {
	return int(id) < c.postings.terms && len(c.postings.of(id)) > 0
}
