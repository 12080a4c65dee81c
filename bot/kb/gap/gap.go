// Package gap groups questions that found no article by what they have in
// common, so that one article can be written for each group. Pure values; the same
// questions give the same groups, in whatever order they come.
package gap

import (
	"cmp"
	"maps"
	"slices"

	"sereno/bot/company"
	"sereno/bot/kb/internal/rank"
)

// Most bounds how many questions are grouped: of more, those with the greatest ids.
const Most = 10_000

// Question is one that found nothing.
type Question struct {
	// ID is no other question's.
	ID       int64
	Language company.Lang
	Text     string
	// Product that it is about, "" where nobody has said so.
	Product string
}

// Group is questions of one language that have something in common, or one that
// has nothing in common with any other.
type Group struct {
	Language company.Lang
	// Label are the words that they share, those first by which they were brought
	// together, as most of them are written.
	Label []string
	// Members are the questions' ids, ascending.
	Members []int64
}

// Grouper reads questions with the words of a company. For one goroutine.
type Grouper struct {
	synonyms     [][]string
	products     []string
	vocabularies map[company.Lang]*vocabulary
}

// New makes one that knows words that stand for each other, and the names of products,
// each of which counts as one word.
func New(synonyms [][]string, products []string) *Grouper {
	products = slices.Compact(slices.Sorted(slices.Values(products)))
	return &Grouper{synonyms: synonyms, products: products, vocabularies: map[company.Lang]*vocabulary{}}
}

// Telling is how many words of the text tell what it is about.
func (g *Grouper) Telling(lang company.Lang, text string) int {
	return len(g.in(lang).read(Question{Text: text}).words)
}

// Mentions reports whether the product is named in the text.
func (g *Grouper) Mentions(lang company.Lang, text, product string) bool {
	v := g.in(lang)
	_, ok := v.read(Question{Text: text}).words[v.Name(product)]
	return ok
}

// Groups puts each question into one group at most: none are those that say no more
// than that something does not work. Ordered by their first members.
func (g *Grouper) Groups(questions []Question) []Group {
	questions = slices.SortedFunc(slices.Values(questions), func(a, b Question) int { return cmp.Compare(a.ID, b.ID) })
	questions = questions[max(0, len(questions)-Most):]
	shelves := map[company.Lang]*pile{}
	for _, q := range questions {
		if shelves[q.Language] == nil {
			shelves[q.Language] = &pile{}
		}
		if it := g.in(q.Language).read(q); len(it.words) > 0 {
			shelves[q.Language].add(it)
		}
	}
	var out []Group
	for _, lang := range slices.Sorted(maps.Keys(shelves)) {
		for _, group := range shelves[lang].groups() {
			group.Language = lang
			out = append(out, group)
		}
	}
	slices.SortFunc(out, func(a, b Group) int { return cmp.Compare(a.Members[0], b.Members[0]) })
	return out
}

func (g *Grouper) in(lang company.Lang) *vocabulary {
	if g.vocabularies[lang] == nil {
		v := &vocabulary{Vocabulary: rank.NewVocabulary(string(lang), g.synonyms, g.products)}
		v.vague, v.products = map[string]bool{}, map[string]string{}
		for _, name := range g.products {
			if key := v.Name(name); key != "" {
				v.products[key] = name
			}
		}
		for _, t := range v.Terms(trade[lang]) {
			v.vague[t.Key] = true
		}
		g.vocabularies[lang] = v
	}
	return g.vocabularies[lang]
}
