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

// near is how near each article's vector is to the question's, among those
// that its customer may see: in standard deviations above their mean, which
// says the same whatever model the vectors are of. Nil when too few have one.
func (s *shelf) near(q Query) []float32 {
	const few = 3
	if q.Vector == nil {
		return nil
	}
	cosines := make([]float32, len(s.entries))
	var sum, squares float64
	n := 0
	for i, e := range s.entries {
		if e == nil || len(e.vector) != len(q.Vector) || !e.visible(&q) {
			cosines[i] = float32(math.NaN())
			continue
		}
		cosines[i] = dot(e.vector, q.Vector)
		sum += float64(cosines[i])
		squares += float64(cosines[i]) * float64(cosines[i])
		n++
	}
	if n < few {
		return nil
	}
	mean := sum / float64(n)
	deviation := math.Sqrt(max(squares/float64(n)-mean*mean, 1e-6))
	for i, c := range cosines {
		cosines[i] = float32((float64(c) - mean) / deviation)
		if c != c { // it has no vector: that says nothing
			cosines[i] = 0
		}
	}
	return cosines
}

func dot(a, b []float32) float32 {
	var sum [4]float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		sum[0] += a[i] * b[i]
		sum[1] += a[i+1] * b[i+1]
		sum[2] += a[i+2] * b[i+2]
		sum[3] += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		sum[0] += a[i] * b[i]
	}
	return sum[0] + sum[1] + sum[2] + sum[3]
}
