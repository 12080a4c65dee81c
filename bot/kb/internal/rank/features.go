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
