package rank

import "math"

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

// weighEvidence is what the document alone tells.
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
