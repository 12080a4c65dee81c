package rank

import (
	"cmp"
	"math"
	"slices"
)

// Hit is a document found.
type Hit struct {
	Doc int
	// Score orders; it is comparable within one question only.
	Score float64
	// Confidence is the estimated probability that the document answers.
	Confidence float64
	// Sentence is the one that answers best.
	Sentence int

	features Features
	evidence Evidence
	beside   float64 // what speaks for it besides its words, in nats
}

// Ask is a question.
type Ask struct {
	Text string
	// Allowed tells which documents may be found; nil allows all. What is not
	// allowed does not influence how sure the answer is of what is.
	Allowed func(doc int) bool
	// Lift is what speaks for a document besides its words, in nats; nil: nothing.
	Lift func(doc int) float64
	// Near is how near each document's meaning is, in standard deviations above
	// the mean of all, 0 where that is not known; nil when it is not known of any.
	Near []float32
}

// Rank finds the documents for a question, best first, by the model: the best
// 40 by words, and as many by meaning.
func (c *Corpus) Rank(m *Model, a Ask) []Hit {
	s := c.borrow()
	defer c.lex.scratch.Put(s)
	q := c.ask(s, a.Text)
	if q.info == 0 {
		return nil
	}
	found := c.candidates(&q, s, a.Allowed)
	found = append(found, s.nearest(a, found)...)
	hits := make([]Hit, 0, len(found))
	s.mark(&q)
	for _, x := range found {
		h := c.examine(&q, s, c.docs[x.doc], x.bm25)
		h.Doc = int(x.doc)
		h.beside = a.beside(h.Doc)
		h.Score = m.score(&h.features) + h.beside
		hits = append(hits, h)
	}
	s.unmark(&q)
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Doc, b.Doc))
	})
	if !q.vague { // else something was found, but nothing says that it is meant
		m.judge(hits)
	}
	return hits
}

// judge gives each hit its confidence. The evidence is of the first; of the
// others it is taken in the proportion in which the model prefers the first.
func (m *Model) judge(hits []Hit) {
	if len(hits) == 0 {
		return
	}
	first := &hits[0]
	var sum float64
	for i := range hits {
		sum += math.Exp(hits[i].Score - first.Score)
	}
	margin := first.Score
	if len(hits) > 1 {
		margin = first.Score - hits[1].Score
	}
	first.evidence[ofMargin] = float32(min(1, margin/10))
	first.evidence[ofShare] = float32(1 / sum)
	first.evidence[ofScore] = float32(first.Score / 10)
	first.Confidence = m.probability(first)
	for i := range hits[1:] {
		h := &hits[i+1]
		h.Confidence = first.Confidence * math.Exp(h.Score-first.Score)
	}
}
