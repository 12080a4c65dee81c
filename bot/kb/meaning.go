package kb

import (
	"hash/fnv"
	"math"

	"sereno/bot/kb/internal/rank"
)

const (
	// fewVectors is how many an article must be compared among for its nearness to
	// say anything.
	fewVectors = 3
	// manyVectors is from how many on not all are compared exactly: what is usual is
	// then told by sampled of them, and what is near looked for among the shortlisted
	// by their signs.
	manyVectors = 512
	sampled     = 256
	shortlisted = 256
)

// meaning knows how near the articles of a shelf are to a question.
type meaning struct {
	shelf           *shelf
	question        *vector
	mean, deviation float64 // of the cosines
	known           map[int]float64
}

// near compares the articles' vectors with the question's, among those that its
// customer may see; nil when too few have one.
func (s *shelf) near(q *Query, v *vector) *rank.Meaning {
	if v == nil {
		return nil
	}
	var with []int
	for i, e := range s.entries {
		if e != nil && e.vector.comparable(v) && e.visible(q) {
			with = append(with, i)
		}
	}
	if len(with) < fewVectors {
		return nil
	}
	m := &meaning{shelf: s, question: v, known: map[int]float64{}}
	near, others := with, []int(nil)
	if len(with) > manyVectors {
		near, others = s.shortlist(with, v)
	}
	m.measure(near, others)
	return &rank.Meaning{Near: m.near, Nearest: near}
}

// near is how near an article is in standard deviations above the mean, which says
// the same whatever model the vectors are of; 0 where that is not known.
func (m *meaning) near(doc int) float32 {
	if !m.shelf.entries[doc].vector.comparable(m.question) {
		return 0
	}
	return float32((m.cosine(doc) - m.mean) / m.deviation)
}

// cosine is computed once for each article.
func (m *meaning) cosine(doc int) float64 {
	c, ok := m.known[doc]
	if !ok {
		c = m.shelf.entries[doc].vector.cosine(m.question)
		m.known[doc] = c
	}
	return c
}

// measure finds out what is usual: near are all compared, of the others some, which
// stand for all of them.
func (m *meaning) measure(near, others []int) {
	var count, sum, squares float64
	add := func(docs []int, each float64) {
		for _, doc := range docs {
			c := m.cosine(doc)
			count, sum, squares = count+each, sum+each*c, squares+each*c*c
		}
	}
	add(near, 1)
	if some := m.shelf.sample(others); len(some) > 0 {
		add(some, float64(len(others))/float64(len(some)))
	}
	m.mean = sum / count
	m.deviation = math.Sqrt(max(squares/count-m.mean*m.mean, 1e-6))
}

// sample are some of many, always the same articles however they came to be there.
func (s *shelf) sample(docs []int) []int {
	if len(docs) <= sampled {
		return docs
	}
	most := uint64(float64(math.MaxUint64) * sampled / float64(len(docs)))
	out := make([]int, 0, 2*sampled)
	for _, doc := range docs {
		if s.entries[doc].lot <= most {
			out = append(out, doc)
		}
	}
	return out
}

// shortlist are those whose signs differ least from the question's, and the others.
func (s *shelf) shortlist(docs []int, v *vector) (near, others []int) {
	apart := make([]uint16, len(docs))
	counts := make([]int, len(v.parts)+1)
	for i, doc := range docs {
		n := s.entries[doc].vector.apart(v)
		apart[i] = uint16(n)
		counts[n]++
	}
	most, n := 0, counts[0]
	for n < shortlisted && most < len(counts)-1 {
		most++
		n += counts[most]
	}
	room := shortlisted - (n - counts[most]) // for those that are all as far
	near, others = make([]int, 0, shortlisted), make([]int, 0, len(docs))
	for i, doc := range docs {
		switch {
		case int(apart[i]) < most:
			near = append(near, doc)
		case int(apart[i]) == most && room > 0:
			near = append(near, doc)
			room--
		default:
			others = append(others, doc)
		}
	}
	return near, others
}

// lot is a number by which an article is drawn, evenly spread and of nothing but its id.
func lot(id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // a hash takes everything
	x := h.Sum64()
	x ^= x >> 33 // its upper bits hardly depend on the last letters
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}
