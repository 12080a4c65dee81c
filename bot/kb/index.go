package kb

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"sereno/bot/company"
	"sereno/bot/kb/internal/rank"
)

// DefaultPrecision is how many of the suggestions shown should be right, as a
// share, when nothing else is configured.
const DefaultPrecision = 0.8

// DefaultSearchThreshold is the confidence of the best article under which
// Search gives none: who asked looks at more than a customer who did not, and a
// single word ("webhooks") says too little to be sure of anything; but one in ten
// is the least that is worth their time.
const DefaultSearchThreshold = 0.1

// defaultMax is the number of suggestions when the query names none.
const defaultMax = 3

// Options of an index. The zero value means the defaults.
type Options struct {
	// Precision, in (0, 1), is how many of the first suggestions shown are expected to
	// be right: Suggest stays silent under the confidence from which that many
	// were on the questions that the model was fitted to, see ThresholdFor. 0
	// means DefaultPrecision.
	Precision float64
	// Threshold, from 0 to 1, is the least confidence of a suggestion when it is
	// not to follow from Precision; a negative one gives everything found.
	Threshold float64
	// SearchThreshold is the least confidence of what Search gives; 0 means
	// DefaultSearchThreshold, a negative one gives everything found.
	SearchThreshold float64
	// Synonyms are groups of words or phrases that stand for each other in this
	// company: {"POS", "punto de venta", "terminal"}.
	Synonyms [][]string
	// Adjust is what was learned of an article from those who took or refused it for a
	// product, in nats: 0 nothing, positive what speaks for it. More than
	// MaxAdjust either way counts as that. It is asked while a question is
	// answered, so it must be quick, and by many at once. Nil means 0. See
	// Adjustment.
	Adjust func(article, product string) float64
}

// ThresholdFor is the confidence from which a share of the first suggestions is expected to
// be right. How it was fitted is told in docs/knowledge.md.
func ThresholdFor(precision float64) float64 { return rank.Learned.Threshold(precision) }

// Index finds articles. Any number of goroutines may ask it while another
// changes it: a question sees all of a change or nothing, and never waits for
// one.
type Index struct {
	suggest, search float64 // thresholds
	options         Options
	changing        sync.Mutex
	shelves         atomic.Pointer[[]*shelf]
}

// NewIndex holds the articles. It refuses what Put refuses, and two articles
// with one id.
func NewIndex(articles []*Article, o Options) (*Index, error) {
	ix := &Index{options: o, search: cmp.Or(o.SearchThreshold, DefaultSearchThreshold)}
	ix.suggest = cmp.Or(o.Threshold, ThresholdFor(cmp.Or(o.Precision, DefaultPrecision)))
	ix.shelves.Store(new([]*shelf))
	if err := ix.Put(articles...); err != nil {
		return nil, err
	}
	if n := ix.Len(); n < len(articles) {
		return nil, fmt.Errorf("index the articles: two have the id %s", twice(articles))
	}
	return ix, nil
}

// With is an index of the same articles, with their vectors, by other options.
func (ix *Index) With(o Options) (*Index, error) {
	ix.changing.Lock()
	defer ix.changing.Unlock()
	var articles []*Article
	vectors := map[*Article]*vector{}
	for _, s := range *ix.shelves.Load() {
		for _, e := range s.entries {
			if e != nil {
				articles = append(articles, e.article)
				vectors[e.article] = e.vector
			}
		}
	}
	next, err := NewIndex(articles, o)
	if err != nil {
		return nil, err
	}
	for _, s := range *next.shelves.Load() { // nobody else has it yet
		for _, e := range s.entries {
			e.vector = vectors[e.article]
		}
	}
	return next, nil
}

// Forget takes the vectors of all articles away.
func (ix *Index) Forget() {
	ix.changing.Lock()
	defer ix.changing.Unlock()
	shelves := slices.Clone(*ix.shelves.Load())
	for i, s := range shelves {
		shelves[i] = s.unembedded()
	}
	ix.shelves.Store(&shelves)
}

func twice(articles []*Article) string {
	seen := map[string]bool{}
	for _, a := range articles {
		if seen[a.ID] {
			return a.ID
		}
		seen[a.ID] = true
	}
	return ""
}

// Len is the number of articles.
func (ix *Index) Len() int {
	n := 0
	for _, s := range *ix.shelves.Load() {
		n += s.corpus.Len()
	}
	return n
}

// Products are those that the articles name, in order.
func (ix *Index) Products() []string {
	var out []string
	for _, s := range *ix.shelves.Load() {
		for _, e := range s.entries {
			if e != nil {
				out = append(out, e.article.Products...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Synonyms are the company's own.
func (ix *Index) Synonyms() [][]string { return ix.options.Synonyms }

// Put adds articles, which must not be changed afterwards, each in the place
// of the one with its id. Who asks after Put returned finds them. Of several
// with one id the last remains. Articles without id, without language, or with
// neither title nor text are refused, and then nothing is changed.
func (ix *Index) Put(articles ...*Article) error {
	for _, a := range articles {
		if err := a.indexable(); err != nil {
			return fmt.Errorf("index the articles: %w", err)
		}
	}
	put := map[string]*Article{}
	for _, a := range articles {
		put[a.ID] = a
	}
	ix.change(put)
	return nil
}

func (a *Article) indexable() error {
	switch {
	case a == nil || a.ID == "":
		return errors.New("one has no id")
	case a.Title == "" && a.Text == "":
		return fmt.Errorf("%s has neither title nor text", a.ID)
	case a.Language == "":
		return fmt.Errorf("%s has no language", a.ID)
	}
	return nil
}

// Remove takes articles out; ids that are not there do no harm.
func (ix *Index) Remove(ids ...string) {
	gone := map[string]*Article{}
	for _, id := range ids {
		gone[id] = nil
	}
	ix.change(gone)
}

// Embed gives an article its vector, of the model that queries' vectors are
// of; nil takes it away. It reports whether the article is there as it was
// embedded: one that was put since then has no vector yet.
func (ix *Index) Embed(a *Article, vector []float32) bool {
	ix.changing.Lock()
	defer ix.changing.Unlock()
	shelves := slices.Clone(*ix.shelves.Load())
	for i, s := range shelves {
		if n, ok := s.numbers[a.ID]; ok && s.entries[n].article == a {
			shelves[i] = s.embed(n, vector)
			ix.shelves.Store(&shelves)
			return true
		}
	}
	return false
}

// change puts articles, by id, in the place of what has that id; nil takes it
// out.
func (ix *Index) change(articles map[string]*Article) {
	ix.changing.Lock()
	defer ix.changing.Unlock()
	shelves := slices.Clone(*ix.shelves.Load())
	languages := map[company.Lang]bool{}
	for _, a := range articles {
		if a != nil && !languages[a.Language] {
			languages[a.Language] = true
			if !slices.ContainsFunc(shelves, func(s *shelf) bool { return s.language == a.Language }) {
				shelves = append(shelves, newShelf(a.Language, ix.options.Synonyms))
			}
		}
	}
	slices.SortFunc(shelves, func(a, b *shelf) int { return cmp.Compare(a.language, b.language) })
	for i, s := range shelves {
		shelves[i] = s.with(articles)
	}
	ix.shelves.Store(&shelves)
}
