package kb

import (
	"maps"
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/kb/internal/plain"
	"sereno/bot/kb/internal/rank"
)

// shelf holds the articles of one language. It does not change.
type shelf struct {
	language company.Lang
	corpus   *rank.Corpus
	entries  []*entry       // by their number in the corpus; nil where there is none
	numbers  map[string]int // by the article's id; of who changes the index, and of no question
}

// entry is an article as it is shown, and to whom.
type entry struct {
	article   *Article
	customers map[string]bool // nil when all may see it
	products  []string        // folded
	sentences []plain.Sentence
	lot       uint64
	vector    *vector // nil when there is none
}

func newShelf(l company.Lang, synonyms [][]string) *shelf {
	return &shelf{language: l, corpus: rank.NewCorpus(string(l), synonyms)}
}

// with is the shelf after a change, see Index.change.
func (s *shelf) with(articles map[string]*Article) *shelf {
	var gone []int
	var come []*entry
	var docs []rank.Doc
	for _, id := range slices.Sorted(maps.Keys(articles)) {
		if n, ok := s.numbers[id]; ok {
			gone = append(gone, n)
		}
		if a := articles[id]; a != nil && a.Language == s.language {
			e := newEntry(a)
			come = append(come, e)
			docs = append(docs, e.doc())
		}
	}
	if len(gone) == 0 && len(come) == 0 {
		return s
	}
	next := &shelf{language: s.language, entries: slices.Clone(s.entries), numbers: s.numbers}
	if next.numbers == nil {
		next.numbers = map[string]int{}
	}
	for _, n := range gone {
		delete(next.numbers, next.entries[n].article.ID)
		next.entries[n] = nil
	}
	next.corpus = s.corpus.With(gone, docs, func(i, n int) {
		for n >= len(next.entries) {
			next.entries = append(next.entries, nil)
		}
		next.entries[n] = come[i]
		next.numbers[come[i].article.ID] = n
	})
	return next
}

func newEntry(a *Article) *entry {
	e := &entry{article: a, lot: lot(a.ID), sentences: plain.Sentences(a.Text)}
	if len(a.Customers) > 0 {
		e.customers = map[string]bool{}
		for _, c := range a.Customers {
			e.customers[c] = true
		}
	}
	for _, p := range a.Products {
		e.products = append(e.products, foldName(p))
	}
	return e
}

// doc is what the article is found by.
func (e *entry) doc() rank.Doc {
	d := rank.Doc{Title: e.article.Title, Labels: slices.Concat(e.article.Tags, e.article.Products)}
	for _, x := range e.sentences {
		d.Sentences = append(d.Sentences, x.Text)
	}
	return d
}

// embed is the shelf with another vector of one article.
func (s *shelf) embed(n int, vector []float32) *shelf {
	next, e := *s, *s.entries[n]
	e.vector = newVector(vector)
	next.entries = slices.Clone(s.entries)
	next.entries[n] = &e
	return &next
}

// unembedded is the shelf without vectors.
func (s *shelf) unembedded() *shelf {
	next := *s
	next.entries = slices.Clone(s.entries)
	for i, e := range s.entries {
		if e != nil && e.vector != nil {
			plain := *e
			plain.vector = nil
			next.entries[i] = &plain
		}
	}
	return &next
}

// visible reports whether whoever asks may see the article.
func (e *entry) visible(q *Query) bool {
	customer := q.Customer
	if q.Except != "" && q.Except == e.article.ID {
		return false
	}
	if customer == "" || q.Inside && e.article.Internal {
		return true
	}
	return !e.article.Internal && (e.customers == nil || e.customers[customer])
}

// foldName is a name as names are compared.
func foldName(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }
