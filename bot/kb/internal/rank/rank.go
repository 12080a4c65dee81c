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
	vague    bool
}

// Ask is a question.
type Ask struct {
	Text string
	// Allowed tells which documents may be found; nil allows all. What is not
	// allowed does not influence how sure the answer is of what is.
	Allowed func(doc int) bool
	// Lift is what speaks for a document besides its words, in nats; nil: nothing.
	Lift func(doc int) float64
	// Meaning is how near documents are in meaning; nil when it is not known of any.
	Meaning *Meaning
}

// Rank finds the documents for a question, best first, by the model: the best
// 40 by words, and as many by meaning.
func (c *Corpus) Rank(m *Model, a Ask) []Hit { return m.Arrange(c.Gather(a)) }

// Gather finds the documents for a question, in no order, with all that is
// known of them but not yet judged.
func (c *Corpus) Gather(a Ask) []Hit {
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
		// Where all words are common, nothing says that what was found is meant.
		h.vague = q.vague
		hits = append(hits, h)
	}
	s.unmark(&q)
	compare(hits)
	return hits
}

// Arrange puts what was gathered in order, in place, and gives each hit its
// confidence. The evidence is of the first; of the others it is taken in the
// proportion in which the model prefers the first.
func (m *Model) Arrange(hits []Hit) []Hit {
	if len(hits) == 0 {
		return nil
	}
	for i := range hits {
		hits[i].Score = m.score(&hits[i])
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Doc, b.Doc))
	})
	first := &hits[0]
	first.stand(hits)
	if first.vague {
		return hits
	}
	first.Confidence = m.probability(first)
	for i := range hits[1:] {
		h := &hits[i+1]
		h.Confidence = first.Confidence * math.Exp(h.Score-first.Score)
	}
	return hits
}
