package rank

import (
	"cmp"
	"slices"
)

// considered is how many documents are read again sentence by sentence.
const considered = 40

// A word in more documents than this, and in more than a fifth of all, does
// not bring documents in; it still counts for those that other words brought.
const crowd = 500

// scratch is the memory of one search, used again by the next.
type scratch struct {
	score   []float32 // of each document, 0 between searches
	touched []int32
	slotOf  []int16   // of each term: the slot that it stands for, plus 1
	credit  []float32 // of each term: for how much of it
	shared  []uint8   // of each term: groups of letters shared with a word
	words   []int32
}

// borrow gives memory that is large enough, to be given back to the lexicon.
func (c *Corpus) borrow() *scratch {
	s := c.lex.scratch.Get().(*scratch)
	s.score = reach(s.score, len(c.docs))
	s.slotOf = reach(s.slotOf, len(c.words))
	s.credit = reach(s.credit, len(c.words))
	s.shared = reach(s.shared, len(c.words))
	return s
}

// reach makes a list of zeros long enough, and somewhat longer so that a
// corpus that grows does not need a new one each time.
func reach[T any](list []T, n int) []T {
	if len(list) >= n {
		return list
	}
	return make([]T, n+n/8)
}

// candidate is a document that the first stage found.
type candidate struct {
	doc  int32
	bm25 float32
}

// candidates gives the documents worth reading again.
func (c *Corpus) candidates(q *question, s *scratch, allowed func(doc int) bool) []candidate {
	rare, crowded := c.divide(q)
	s.touched = s.touched[:0]
	for _, i := range rare {
		sl := &q.slots[i]
		for _, t := range sl.terms {
			w := sl.info * t.likeness
			for _, p := range c.postings.of(t.id) {
				if s.score[p.doc] == 0 {
					s.touched = append(s.touched, p.doc)
				}
				s.score[p.doc] += w * c.impact(p)
			}
		}
	}
	best := s.top(allowed)
	for i := range best {
		for _, k := range crowded {
			best[i].bm25 += c.adds(&q.slots[k], best[i].doc)
		}
	}
	return best
}

// impact is what a term adds to a document's BM25, per unit of information.
func (c *Corpus) impact(p posting) float32 {
	return p.tf * (k1 + 1) / (p.tf + c.norms[p.doc])
}

// divide tells the slots that bring documents in from those that only count.
// When all are in a crowd, all bring documents in.
func (c *Corpus) divide(q *question) (rare, crowded []int) {
	for i := range q.slots {
		sl := &q.slots[i]
		if sl.info == 0 || len(sl.terms) == 0 {
			continue
		}
		n := 0
		for _, t := range sl.terms {
			n = max(n, len(c.postings.of(t.id)))
		}
		if n > crowd && n*5 > c.live {
			crowded = append(crowded, i)
		} else {
			rare = append(rare, i)
		}
	}
	if len(rare) == 0 {
		return crowded, nil
	}
	return rare, crowded
}

// adds is what a slot adds to a document's BM25.
func (c *Corpus) adds(sl *slot, doc int32) float32 {
	var sum float32
	for _, t := range sl.terms {
		ps := c.postings.of(t.id)
		if i, ok := slices.BinarySearchFunc(ps, doc, func(p posting, d int32) int { return cmp.Compare(p.doc, d) }); ok {
			sum += sl.info * t.likeness * c.impact(ps[i])
		}
	}
	return sum
}

// top takes the best documents out of the scores, in no order, and leaves the
// scores empty. It keeps a heap whose root is the worst.
func (s *scratch) top(allowed func(doc int) bool) []candidate {
	heap := make([]candidate, 0, considered)
	for _, d := range s.touched {
		x := candidate{d, s.score[d]}
		s.score[d] = 0
		if len(heap) == considered && !better(x, heap[0]) {
			continue
		}
		if allowed != nil && !allowed(int(d)) {
			continue
		}
		if len(heap) < considered {
			heap = append(heap, x)
			for i := len(heap) - 1; i > 0 && better(heap[(i-1)/2], heap[i]); i = (i - 1) / 2 {
				heap[i], heap[(i-1)/2] = heap[(i-1)/2], heap[i]
			}
			continue
		}
		heap[0] = x
		sink(heap)
	}
	return heap
}

func better(a, b candidate) bool {
	return a.bm25 > b.bm25 || a.bm25 == b.bm25 && a.doc < b.doc
}

func sink(heap []candidate) {
	for i := 0; ; {
		worst := i
		for _, k := range [...]int{2*i + 1, 2*i + 2} {
			if k < len(heap) && better(heap[worst], heap[k]) {
				worst = k
			}
		}
		if worst == i {
			return
		}
		heap[i], heap[worst] = heap[worst], heap[i]
		i = worst
	}
}
