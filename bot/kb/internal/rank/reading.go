package rank

// match is how much of each slot some text holds.
type match [maxSlots]float32

func (m *match) merge(o *match, n int) {
	for i := range n {
		m[i] = max(m[i], o[i])
	}
}

// mark notes which terms stand for which slot.
func (s *scratch) mark(q *question) {
	for i := range q.slots {
		if q.slots[i].info == 0 {
			continue
		}
		for _, t := range q.slots[i].terms {
			if t.likeness > s.credit[t.id] {
				s.slotOf[t.id], s.credit[t.id] = int16(i+1), t.likeness
			}
		}
	}
}

func (s *scratch) unmark(q *question) {
	for i := range q.slots {
		for _, t := range q.slots[i].terms {
			s.slotOf[t.id], s.credit[t.id] = 0, 0
		}
	}
}

// in tells what of the marked question some text holds.
func (s *scratch) in(ids []int32) (m match) {
	for _, id := range ids {
		if k := s.slotOf[id]; k > 0 {
			m[k-1] = max(m[k-1], s.credit[id])
		}
	}
	return m
}

func (q *question) held(m *match) float32 {
	var sum float32
	for i := range q.slots {
		sum += q.slots[i].info * m[i]
	}
	return sum
}

// reading is what going through a document's sentences gave.
type reading struct {
	all, window, pairs   match
	sentence, windowHeld float32
	window3              float32
	number               bool // in the best sentence or the next
	pair                 float32
	cosines              [3]float32 // the best, in their order
	best                 int
	usefulness           float32
}

// readAgain goes through the sentences of a document.
func (c *Corpus) readAgain(q *question, s *scratch, d *doc) (r reading) {
	n := len(q.slots)
	var before, earlier match
	for i := range d.ends {
		ids := d.sentence(i)
		m := s.in(ids)
		r.all.merge(&m, n)
		earlier.merge(&before, n)
		earlier.merge(&m, n)
		r.window3 = max(r.window3, q.held(&earlier))
		earlier = before
		before.merge(&m, n)
		if w := q.held(&before); w > r.windowHeld {
			r.windowHeld, r.window = w, before
		}
		before = m
		held := q.held(&m)
		r.sentence = max(r.sentence, held)
		var p match
		pair := s.neighbours(q, ids, &p)
		r.pair = max(r.pair, pair)
		r.pairs.merge(&p, n)
		cos := q.cosine(&m, c.norm(ids))
		r.enter(cos)
		if use := held + pair + cos*q.info/2; use > r.usefulness {
			r.best, r.usefulness = i, use
		}
	}
	if q.counts {
		for i := r.best; i < min(r.best+2, len(d.ends)); i++ {
			r.number = r.number || c.tellsNumber(s, d.sentence(i))
		}
	}
	return r
}

// enter keeps a cosine if it is among the best.
func (r *reading) enter(cos float32) {
	for i, c := range r.cosines {
		if cos > c {
			r.cosines[i], cos = cos, c
		}
	}
}

func (q *question) cosine(m *match, norm float32) float32 {
	if norm == 0 {
		return 0
	}
	var dot float32
	for k := range q.slots {
		dot += q.slots[k].info * q.slots[k].info * m[k]
	}
	return dot / (q.norm * norm)
}

// neighbours adds up the information of neighbouring slots that are neighbours
// in the text too, in the same order; one word between them is half forgiven.
func (s *scratch) neighbours(q *question, ids []int32, out *match) float32 {
	var sum float32
	for i := 0; i+1 < len(ids); i++ {
		a := s.slotOf[ids[i]]
		if a == 0 {
			continue
		}
		for gap := 1; gap <= 2 && i+gap < len(ids); gap++ {
			b := s.slotOf[ids[i+gap]]
			if b != a+1 && b != a+2 {
				continue
			}
			w := (q.slots[a-1].info*s.credit[ids[i]] + q.slots[b-1].info*s.credit[ids[i+gap]]) / 2
			if gap > 1 || b == a+2 {
				w *= 0.6
			}
			if w > out[a-1] {
				sum += w - out[a-1]
				out[a-1] = w
			}
			break
		}
	}
	return sum
}
