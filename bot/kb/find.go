package kb

import (
	"cmp"
	"slices"

	"sereno/bot/company"
	"sereno/bot/kb/internal/rank"
)

// foreign is how much surer an article of another language than the
// question's must be to come before one of its own.
const foreign = 0.15

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
	language company.Lang
	entry    *entry
	hit      rank.Hit
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
	v := newVector(q.Vector)
	var all []found
	for _, s := range *ix.shelves.Load() {
		all = append(all, s.find(q, v, n, ix.options.Adjust)...)
	}
	slices.SortStableFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.entry.article.ID, b.entry.article.ID))
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
		if f.language != all[0].language {
			continue
		}
		out = append(out, Suggestion{
			Article:    f.entry.article,
			Passage:    passage(f.entry.sentences, f.hit.Sentence),
			Confidence: f.hit.Confidence,
		})
	}
	return out
}

func (s *shelf) find(q Query, v *vector, n int, adjust func(article, product string) float64) []found {
	hits := s.corpus.Rank(&rank.Learned, rank.Ask{
		Text:    q.Text,
		Allowed: func(doc int) bool { return s.entries[doc].visible(&q) },
		Lift:    s.lift(q.Product, adjust),
		Meaning: s.near(&q, v),
	})
	var out []found
	for _, h := range hits[:min(n, len(hits))] {
		f := found{language: s.language, entry: s.entries[h.Doc], hit: h, worth: h.Confidence}
		if q.Language != "" && q.Language != s.language {
			f.worth -= foreign
		}
		out = append(out, f)
	}
	return out
}
