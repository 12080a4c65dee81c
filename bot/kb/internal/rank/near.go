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

// beside is what speaks for a document besides its words.
func (a *Ask) beside(doc int) float64 {
	var sum float64
	if a.Lift != nil {
		sum = a.Lift(doc)
	}
	if a.Near != nil && a.Near[doc] != 0 {
		sum += max(-nearMost, min(nearMost, nearWeight*(float64(a.Near[doc])-nearCommon)))
	}
	return sum
}

// nearest are the documents nearest in meaning that words did not find.
func (s *scratch) nearest(a Ask, found []candidate) []candidate {
	if a.Near == nil {
		return nil
	}
	s.touched = s.touched[:0]
	for doc, near := range a.Near {
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
