package rank

import "strings"

// A lexicon of more terms than wornLeast of which more than half are in no document
// any more is written anew: articles that change bring new words and leave old ones.
const wornLeast = 4096

// worn reports whether most of the terms are in no document.
func (c *Corpus) worn() bool {
	if len(c.words) < wornLeast {
		return false
	}
	dead := 0
	for id := range c.words {
		if !c.holds(int32(id)) {
			dead++
		}
	}
	return dead*2 > len(c.words)
}

// compact is the corpus with a lexicon of its own terms alone. No text is read again:
// what it costs is going once through the numbers of all words.
func (c *Corpus) compact() *Corpus {
	lex, to := c.lex.of(c)
	next := *c
	next.lex = lex
	next.words, next.telling = lex.known()
	postings := (&table{}).grown(len(next.words))
	for id, n := range to {
		if n >= 0 {
			postings.set(n, c.postings.of(int32(id)))
		}
	}
	next.postings = postings.table
	next.docs = make([]*doc, len(c.docs))
	for i, d := range c.docs {
		if d != nil {
			next.docs[i] = d.renumbered(to)
		}
	}
	return &next
}

// of is a lexicon of the terms that the corpus holds, in their order, and the new
// number of each; -1 where it has none.
func (l *lexicon) of(c *Corpus) (*lexicon, []int32) {
	l.writing.Lock()
	defer l.writing.Unlock()
	next := &lexicon{lang: l.lang, phrases: l.phrases, alike: l.alike}
	next.scratch.New = l.scratch.New
	w := next.write()
	defer w.done()
	to := make([]int32, len(c.words))
	for id, word := range c.words {
		if to[id] = -1; c.holds(int32(id)) {
			to[id] = w.put(keyOf(word, c.telling[id]), c.telling[id])
		}
	}
	l.forms.Range(func(form, ids any) bool {
		for _, id := range ids.([]int32) {
			if int(id) < len(to) && to[id] >= 0 {
				grow(&next.forms, form, to[id])
			}
		}
		return true
	})
	return next, to
}

// keyOf is the term that a word is kept under.
func keyOf(word string, telling float32) string {
	if telling < 1 {
		return word + common
	}
	return word
}

// put gives a new term its number.
func (w writer) put(key string, telling float32) int32 {
	id := int32(len(w.words))
	w.words = append(w.words, strings.TrimSuffix(key, common))
	w.telling = append(w.telling, telling)
	if telling == 1 && spelled(key) {
		for _, g := range trigrams(key) {
			w.grams.Store(g, append(numbers(&w.grams, g), id))
		}
	}
	w.number.Store(key, id)
	return id
}

// renumbered is the document by other numbers of its terms, all of which have one.
func (d *doc) renumbered(to []int32) *doc {
	ids := func(in []int32) []int32 {
		out := make([]int32, len(in))
		for i, id := range in {
			out[i] = to[id]
		}
		return out
	}
	next := &doc{title: ids(d.title), labels: ids(d.labels), words: ids(d.words), ends: d.ends, length: d.length}
	next.held = make([]posting, len(d.held))
	for i, h := range d.held {
		next.held[i] = posting{to[h.doc], h.tf}
	}
	return next
}
