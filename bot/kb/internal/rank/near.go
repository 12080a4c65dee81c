package rank

import (
	"math"
	"slices"
)

// A standard deviation of nearness in meaning beyond what is common counts
// for so much, in nats, up to a bound: it helps where words are few and
// outvotes none that are many.
const (
	nearWeight = 1.0
	nearCommon = 2.0
	nearMost   = 3.0
)

// Meaning tells how near documents are to a question in meaning, whatever the words.
type Meaning struct {
	// Near is that of a document, in standard deviations above the mean of all; 0
	// where it is not known. It is asked of those that are found.
	Near func(doc int) float32
	// Nearest are documents among which those that are near are, in any order.
	Nearest []int
}

// beside is what speaks for a document besides its words.
func (a *Ask) beside(doc int) float64 {
	var sum float64
	if a.Lift != nil {
		sum = a.Lift(doc)
	}
	if a.Meaning != nil {
		if near := a.Meaning.Near(doc); near != 0 {
			sum += max(-nearMost, min(nearMost, nearWeight*(float64(near)-nearCommon)))
		}
	}
	return sum
}

// nearest are the documents nearest in meaning that words did not find.
func (s *scratch) nearest(a Ask, found []candidate) []candidate {
	if a.Meaning == nil {
		return nil
	}
	s.touched = s.touched[:0]
	for _, doc := range a.Meaning.Nearest {
		near := a.Meaning.Near(doc)
		known := slices.ContainsFunc(found, func(x candidate) bool { return int(x.doc) == doc })
		if near > nearCommon && !known && !math.IsInf(float64(near), 0) {
			s.score[doc] = near
			s.touched = append(s.touched, int32(doc))
		}
	}
	out := s.top(a.Allowed)
	for i := range out {
		out[i].bm25 = 0
	}
	return out
}
