package rank

import "math"

// A question is read up to these bounds: of a longer text the beginning counts.
const (
	maxQuestion = 4096 // bytes
	maxSlots    = 48   // words
)

// slot is one word of a question and the terms that may stand for it.
type slot struct {
	info  float32 // what the word tells, whether the corpus knows it or not
	topic float32 // the same, with next to nothing for common words
	known bool
	terms []near
}

// near is a term that may stand for a word: likeness is 1 for the word itself.
type near struct {
	id       int32
	likeness float32
}

// question is a text as the corpus understands it.
type question struct {
	slots []slot
	info  float32 // of all slots
	topic float32
	norm  float32 // length as a vector of information
	// vague: it holds only common words, which tell no topic.
	vague bool
	// counts: a number or a date is asked for.
	counts bool
}

// ask understands a text.
func (c *Corpus) ask(s *scratch, text string) question {
	if len(text) > maxQuestion {
		text = text[:maxQuestion]
	}
	q := question{vague: true}
	seen := map[string]bool{}
	last := ""
	var squares float64
	for _, t := range c.lex.phrases.join(tokenize(c.lex.lang, text)) {
		if len(q.slots) == maxSlots {
			break
		}
		st, telling := c.lex.term(t)
		q.counts = q.counts || asksNumber(last, t.folded)
		last = t.folded
		sl := c.slot(s, t, st, telling)
		q.vague = q.vague && sl.topic < sl.info
		if seen[st] {
			sl.info, sl.topic = 0, 0 // said twice tells nothing more, but keeps the order of words
		}
		seen[st] = true
		q.slots = append(q.slots, sl)
		q.info += sl.info
		q.topic += sl.topic
		squares += float64(sl.info) * float64(sl.info)
	}
	q.norm = float32(math.Sqrt(squares))
	return q
}

// asksNumber reports whether two neighbouring words of a question, in either
// language, ask for a number or a date.
func asksNumber(last, word string) bool {
	switch word {
	case "cuanto", "cuantos", "cuanta", "cuantas", "cuando", "when", "fecha":
		return true
	case "many", "much", "long", "old", "often", "far", "tall", "big":
		return last == "how"
	case "year", "date", "percentage":
		return last == "what" || last == "which"
	case "ano", "porcentaje":
		return last == "que"
	}
	return false
}

// How much of a word is credited to a term that only resembles it, by its
// letters when the corpus does not know the word, when it does, or by meaning;
// and how alike the letters must be. Chosen on the sets of the benchmark.
const (
	unknownCredit, unknownLeast = 0.5, 0.7
	knownCredit, knownLeast     = 0.35, 0.7
	synonymCredit               = 0.45
	companyCredit               = 0.9 // of a company's own synonyms
	maxNear                     = 3
)

func (c *Corpus) slot(s *scratch, t token, key string, telling float32) slot {
	out := slot{info: telling * c.unseen()}
	for _, id := range c.terms(t, key) {
		out.known = true
		out.add(id, 1)
		// The rarity of a common word in this corpus tells nothing.
		out.info = min(c.info(id), out.info)
	}
	out.topic = out.info * telling
	for _, w := range c.lex.alike[key] {
		c.stand(&out, w, companyCredit)
	}
	for _, w := range thesaurus[c.lex.lang][key] {
		c.stand(&out, w, synonymCredit)
	}
	if telling < 1 {
		return out
	}
	for _, n := range c.closest(s, key, out.known) {
		out.add(n.id, n.likeness)
	}
	return out
}

// stand lets a term stand for the slot's word, if the corpus holds it.
func (c *Corpus) stand(sl *slot, key string, credit float32) {
	for _, id := range c.held(c.withTerm(nil, key)) {
		sl.add(id, credit)
	}
}

// add keeps the most that a term gets for a slot.
func (sl *slot) add(id int32, likeness float32) {
	for i := range sl.terms {
		if sl.terms[i].id == id {
			sl.terms[i].likeness = max(sl.terms[i].likeness, likeness)
			return
		}
	}
	sl.terms = append(sl.terms, near{id, likeness})
}
