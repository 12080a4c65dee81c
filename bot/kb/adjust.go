package kb

import (
	"math"
	"slices"
)

// MaxAdjust bounds what was learned of an article from those who were shown it, in nats
// either way: the odds that it answers are at most doubled or halved.
const MaxAdjust = math.Ln2

// Adjustment is what the answers of those who were shown an article say for it, in nats within
// MaxAdjust: the logarithm of the odds of those who said that it solved it,
// with four of either imagined so that a few answers say little.
func Adjustment(solved, refused int) float64 {
	const imagined = 4
	odds := (float64(max(solved, 0)) + imagined) / (float64(max(refused, 0)) + imagined)
	return bounded(math.Log(odds))
}

func bounded(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return max(-MaxAdjust, min(MaxAdjust, x))
}

// What an article's products say when the question's product is known, in
// nats: it is of this one, or of others only. They are chosen, not fitted: the
// sets of the benchmark name no products.
const (
	ofProduct      = 0.7
	ofOtherProduct = -1.0
)

// lift is what is known of an article besides its words, nil when nothing is.
func (s *shelf) lift(product string, adjust func(article, product string) float64) func(doc int) float64 {
	if product == "" && adjust == nil {
		return nil
	}
	name := foldName(product)
	return func(doc int) float64 {
		e := s.entries[doc]
		var sum float64
		switch {
		case product == "" || len(e.products) == 0:
		case slices.Contains(e.products, name):
			sum = ofProduct
		default:
			sum = ofOtherProduct
		}
		if adjust != nil {
			sum += bounded(adjust(e.article.ID, product))
		}
		return sum
	}
}
