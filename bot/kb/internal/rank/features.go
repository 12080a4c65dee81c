package rank

import (
	"math"
	"slices"
)

// The features by which documents are ordered, each about from 0 to 1 and free
// of the size of the corpus. Shares are shares of the question's information.
const (
	byBM25         = iota // over all fields
	byCoverage            // share that the document holds anywhere
	bySentence            // share that its best sentence holds
	byWindow              // share that its best two neighbouring sentences hold
	byTitle               // share that its title holds
	byTitleAsked          // share of the title that the question holds
	byCosine              // of the best sentence with the question
	byCosine2             // of the second best
	byCosine3             // of the third
	byPair                // share in neighbouring words that neighbour in the best sentence
	byPairs               // the same over all sentences
	byTitleBoth           // byTitle × byTitleAsked
	byRare                // share of the squares: rare words count more
	byExact               // share that it holds to the letter
	byWindow3             // share that its best three neighbouring sentences hold
	byLength              // its length beside the mean, in doublings, an eighth
	byNumber              // it gives the number that is asked for: 1, or not: -1
	byTopic               // byCoverage with next to nothing for common words
	byBestBM25            // byBM25, of the most that any document has
	byBestCoverage        // the same of byCoverage
	byBestCosine          // the same of byCosine
	features
)

// Features of a document for a question.
type Features [features]float32

// compare sets the features that are relative to the other documents found.
func compare(hits []Hit) {
	for relative, of := range map[int]int{byBestBM25: byBM25, byBestCoverage: byCoverage, byBestCosine: byCosine} {
		var most float32
		for i := range hits {
			most = max(most, hits[i].features[of])
		}
		if most == 0 {
			continue
		}
		for i := range hits {
			hits[i].features[relative] = hits[i].features[of] / most
		}
	}
}

// The evidence that a document found answers at all. Topic is the question's
// information with next to nothing for common words.
const (
	ofTopic   = iota // share of the topic that the document holds
	ofWindow         // that its title and best two neighbouring sentences hold
	ofRarest         // the rarest word that it holds, of the rarest there can be
	ofMissing        // the same of those that it does not hold
	ofUnknown        // share of the topic that no document holds
	ofWords          // number of telling words, up to 8, of 8
	ofMissed         // number of them that it does not hold, up to 4, of 4
	ofExact          // share of the topic that it holds to the letter
	ofMargin         // score above the next document's, a tenth, at most 1
	ofShare          // of the exponentials of all scores
	ofScore          // a tenth
	ofAlone          // topic held, above the most that another document holds
	ofCosine         // cosine, above the best of another document
	ofScatter        // how evenly the exponentials are spread: entropy, of ln 40
	ofSquared        // ofTopic, squared
	evidenceLen
)

// Evidence for a document.
type Evidence [evidenceLen]float32

// stand completes the evidence of the first of the hits by how it stands
// among the others.
func (h *Hit) stand(hits []Hit) {
	e := &h.evidence
	margin := h.Score
	var topic, cosine float32
	var sum, weighted float64
	for i := range hits {
		d := hits[i].Score - h.Score
		sum += math.Exp(d)
		weighted += d * math.Exp(d)
		if i == 1 {
			margin = -d
		}
		if i > 0 {
			topic = max(topic, hits[i].evidence[ofTopic])
			cosine = max(cosine, hits[i].features[byCosine])
		}
	}
	e[ofMargin] = float32(min(1, margin/10))
	e[ofShare] = float32(1 / sum)
	e[ofScore] = float32(h.Score / 10)
	e[ofAlone] = e[ofTopic] - topic
	e[ofCosine] = h.features[byCosine] - cosine
	e[ofScatter] = float32((math.Log(sum) - weighted/sum) / math.Log(considered))
	e[ofSquared] = e[ofTopic] * e[ofTopic]
}

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

// read goes through the sentences of a document.
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

// examine reads a document against the marked question.
func (c *Corpus) examine(q *question, s *scratch, d *doc, bm25 float32) Hit {
	r := c.readAgain(q, s, d)
	n := len(q.slots)
	title, labels := s.in(d.title), s.in(d.labels)
	s.neighbours(q, d.title, &r.pairs)
	r.all.merge(&title, n)
	r.all.merge(&labels, n)
	r.window.merge(&title, n)

	h := Hit{Sentence: r.best}
	f := &h.features
	f[byBM25] = bm25 / q.info / (k1 + 1)
	f[byCoverage] = q.held(&r.all) / q.info
	f[bySentence] = r.sentence / q.info
	f[byWindow] = r.windowHeld / q.info
	f[byWindow3] = r.window3 / q.info
	f[byLength] = c.longer(d)
	switch {
	case r.number:
		f[byNumber] = 1
	case q.counts:
		f[byNumber] = -1
	}
	f[byTitle] = q.held(&title) / q.info
	f[byTitleAsked] = c.titleAsked(s, d)
	f[byCosine], f[byCosine2], f[byCosine3] = r.cosines[0], r.cosines[1], r.cosines[2]
	f[byPair] = r.pair / q.info
	for k := range n {
		info := q.slots[k].info
		f[byPairs] += r.pairs[k] / q.info
		f[byRare] += info * info * r.all[k] / (q.norm * q.norm)
		if r.all[k] == 1 {
			f[byExact] += info / q.info
		}
	}
	f[byTitleBoth] = f[byTitle] * f[byTitleAsked]
	h.evidence = c.weighEvidence(q, &r)
	f[byTopic] = h.evidence[ofTopic]
	return h
}

// tellsNumber reports whether a sentence holds a number that the question does
// not.
func (c *Corpus) tellsNumber(s *scratch, ids []int32) bool {
	return slices.ContainsFunc(ids, func(id int32) bool { return s.slotOf[id] == 0 && hasDigit(c.words[id]) })
}

// longer is how long a document is beside the mean.
func (c *Corpus) longer(d *doc) float32 {
	x := math.Log2((d.length+5)/(c.mean+5)) / 8
	return float32(max(-1, min(1, x)))
}

// titleAsked is the share of the title's information that the question holds.
func (c *Corpus) titleAsked(s *scratch, d *doc) float32 {
	var all, got float32
	for i, id := range d.title {
		if slices.Contains(d.title[:i], id) {
			continue
		}
		all += c.info(id)
		if s.slotOf[id] > 0 {
			got += c.info(id) * s.credit[id]
		}
	}
	if all == 0 {
		return 0
	}
	return got / all
}

func (c *Corpus) weighEvidence(q *question, r *reading) (e Evidence) {
	if q.topic == 0 {
		return e
	}
	words, missed := 0, 0
	for k := range q.slots {
		t := q.slots[k].topic
		e[ofTopic] += t * r.all[k] / q.topic
		e[ofWindow] += t * r.window[k] / q.topic
		if r.all[k] == 1 {
			e[ofExact] += t / q.topic
			e[ofRarest] = max(e[ofRarest], t/c.unseen())
		}
		e[ofMissing] = max(e[ofMissing], t*(1-r.all[k])/c.unseen())
		if !q.slots[k].known {
			e[ofUnknown] += t / q.topic
		}
		if t > telling*c.unseen() {
			words++
			if r.all[k] < 0.5 {
				missed++
			}
		}
	}
	e[ofWords] = float32(min(words, 8)) / 8
	e[ofMissed] = float32(min(missed, 4)) / 4
	return e
}

// telling is the share of the most that a word can tell from which it counts as
// a telling one.
const telling = 0.3
