package kb

import (
	"cmp"
	"fmt"
	"slices"

	"sereno/bot/company"
	"sereno/bot/kb/internal/plain"
	"sereno/bot/kb/internal/rank"
)

// DefaultThreshold is the confidence under which Suggest stays silent. Where
// articles differ in topic (the xquad sets) and half of the questions have no
// answer among them, it means that about 85 of 100 first suggestions shown are
// right and that 88 of 100 answerable questions get one; where dozens of
// articles resemble each other (banking77), about 67 are right and 66 get one.
// TestFigures prints the table for other thresholds and sets.
const DefaultThreshold = 0.4

// DefaultSearchThreshold is the confidence under which Search leaves an
// article out: who asked looks at more than a customer who did not, and a
// single word ("webhooks") says too little to be sure of anything.
const DefaultSearchThreshold = 0.005

// foreign is how much surer an article of another language than the
// question's must be to come before one of its own.
const foreign = 0.2

// defaultMax is the number of suggestions when the query names none.
const defaultMax = 3

// Options of an index. The zero value means the defaults.
type Options struct {
	// Threshold of Suggest, SearchThreshold of Search, from 0 to 1; 0 means the
	// default and a negative one that everything found is given.
	Threshold, SearchThreshold float64
}

// Index finds articles. It does not change; any number of goroutines may use
// it. A change of articles makes a new one.
type Index struct {
	suggest, search float64
	shelves         []*shelf
}

// shelf holds the articles of one language.
type shelf struct {
	language  company.Lang
	articles  []*Article
	customers []map[string]bool // nil when all may see it
	sentences [][]plain.Sentence
	corpus    *rank.Corpus
}

// NewIndex reads the articles, which must not change afterwards. It refuses
// articles without id, language or title, and two with one id.
func NewIndex(articles []*Article, o Options) (*Index, error) {
	ix := &Index{
		suggest: cmp.Or(o.Threshold, DefaultThreshold),
		search:  cmp.Or(o.SearchThreshold, DefaultSearchThreshold),
	}
	ids := map[string]bool{}
	byLanguage := map[company.Lang]*shelf{}
	for _, a := range articles {
		switch {
		case a == nil || a.ID == "":
			return nil, fmt.Errorf("index the articles: one has no id")
		case ids[a.ID]:
			return nil, fmt.Errorf("index the articles: two have the id %s", a.ID)
		case a.Title == "" && a.Text == "":
			return nil, fmt.Errorf("index the articles: %s has neither title nor text", a.ID)
		case a.Language == "":
			return nil, fmt.Errorf("index the articles: %s has no language", a.ID)
		}
		ids[a.ID] = true
		s := byLanguage[a.Language]
		if s == nil {
			s = &shelf{language: a.Language}
			byLanguage[a.Language] = s
			ix.shelves = append(ix.shelves, s)
		}
		s.add(a)
	}
	for _, s := range ix.shelves {
		s.build()
	}
	return ix, nil
}

func (s *shelf) add(a *Article) {
	var only map[string]bool
	if len(a.Customers) > 0 {
		only = map[string]bool{}
		for _, c := range a.Customers {
			only[c] = true
		}
	}
	s.articles = append(s.articles, a)
	s.customers = append(s.customers, only)
	s.sentences = append(s.sentences, plain.Sentences(a.Text))
}

func (s *shelf) build() {
	docs := make([]rank.Doc, len(s.articles))
	for i, a := range s.articles {
		docs[i].Title = a.Title
		docs[i].Labels = slices.Concat(a.Tags, a.Products)
		for _, x := range s.sentences[i] {
			docs[i].Sentences = append(docs[i].Sentences, x.Text)
		}
	}
	s.corpus = rank.NewCorpus(string(s.language), docs)
}

// Suggest gives the articles that probably answer the question, best first,
// at most q.Max, and none when none is likely to. A customer is never shown an
// internal article or one kept for others. Articles in the question's language
// come before those in another, which are given only when they are much likelier
// to answer; all that are given are in one language.
func (ix *Index) Suggest(q Query) []Suggestion {
	return ix.find(q, ix.suggest, func(f found) float64 { return f.worth })
}

// Search is Suggest for somebody who asked for articles: what is given need
// only possibly answer.
// An article in another language is found where there is none in the question's.
func (ix *Index) Search(q Query) []Suggestion {
	return ix.find(q, ix.search, func(f found) float64 { return f.hit.Confidence })
}

// found is an article that may be suggested.
type found struct {
	shelf *shelf
	hit   rank.Hit
	// worth is the confidence, less what another language costs.
	worth float64
}

// find gives the articles whose measure reaches the threshold, in the order of
// their worth.
func (ix *Index) find(q Query, threshold float64, measure func(found) float64) []Suggestion {
	n := q.Max
	if n <= 0 {
		n = defaultMax
	}
	var all []found
	for _, s := range ix.shelves {
		all = append(all, s.find(q, n)...)
	}
	slices.SortStableFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.shelf.articles[a.hit.Doc].ID, b.shelf.articles[b.hit.Doc].ID))
	})
	if len(all) == 0 || measure(all[0]) < threshold {
		return nil
	}
	var out []Suggestion
	for _, f := range all {
		// Who is shown one probable article may be shown others half as probable.
		if measure(f) < threshold/2 || len(out) == n {
			break
		}
		// Who has an answer in one language gains nothing from another.
		if f.shelf != all[0].shelf {
			continue
		}
		out = append(out, Suggestion{
			Article:    f.shelf.articles[f.hit.Doc],
			Passage:    passage(f.shelf.sentences[f.hit.Doc], f.hit.Sentence),
			Confidence: f.hit.Confidence,
		})
	}
	return out
}

func (s *shelf) find(q Query, n int) []found {
	hits := s.corpus.Rank(&rank.Learned, q.Text, func(doc int) bool { return s.visible(doc, q.Customer) })
	var out []found
	for _, h := range hits[:min(n, len(hits))] {
		f := found{shelf: s, hit: h, worth: h.Confidence}
		if q.Language != "" && q.Language != s.language {
			f.worth -= foreign
		}
		out = append(out, f)
	}
	return out
}

// visible reports whether the customer may see the article; "" is one of our
// own people.
func (s *shelf) visible(doc int, customer string) bool {
	if customer == "" {
		return true
	}
	return !s.articles[doc].Internal && (s.customers[doc] == nil || s.customers[doc][customer])
}
