package rank

import (
	"cmp"
	"maps"
	"slices"
)

// With is the corpus without the documents of some numbers and with others
// added, which get the numbers that numbered is told, in their order: those of
// removed ones first. What it costs depends on the documents that change, and
// on all others only as far as a few flat lists are copied.
func (c *Corpus) With(remove []int, add []Doc, numbered func(i, number int)) *Corpus {
	read := c.lex.read(add)
	next := &Corpus{lex: c.lex, docs: slices.Clone(c.docs), live: c.live - len(remove) + len(add)}
	next.words, next.telling = c.lex.known()
	changed := map[int32]*change{}
	for _, n := range remove {
		for _, h := range next.docs[n].held {
			of(changed, h.doc).gone = append(of(changed, h.doc).gone, int32(n))
		}
		next.docs[n] = nil
	}
	free := 0
	for i, d := range read {
		for free < len(next.docs) && next.docs[free] != nil {
			free++
		}
		if free == len(next.docs) {
			next.docs = append(next.docs, nil)
		}
		next.docs[free] = d
		for _, h := range d.held {
			of(changed, h.doc).come = append(of(changed, h.doc).come, posting{int32(free), h.tf})
		}
		if numbered != nil {
			numbered(i, free)
		}
	}
	next.postings = make([][]posting, len(next.words))
	copy(next.postings, c.postings)
	for id, ch := range changed {
		next.postings[id] = ch.apply(next.postings[id])
	}
	next.measure()
	return next
}

// change is what becomes of one term's postings. Both lists are in the order of
// the documents' numbers when it is applied.
type change struct {
	gone []int32
	come []posting
}

func of(changed map[int32]*change, id int32) *change {
	ch := changed[id]
	if ch == nil {
		ch = &change{}
		changed[id] = ch
	}
	return ch
}

// apply gives a new list: the old one may be being read.
func (ch *change) apply(old []posting) []posting {
	slices.Sort(ch.gone)
	out := make([]posting, 0, len(old)-len(ch.gone)+len(ch.come))
	come := ch.come
	for _, p := range old {
		if _, gone := slices.BinarySearch(ch.gone, p.doc); gone {
			continue
		}
		for len(come) > 0 && come[0].doc < p.doc {
			out, come = append(out, come[0]), come[1:]
		}
		out = append(out, p)
	}
	return append(out, come...)
}

// measure computes what depends on all documents.
func (c *Corpus) measure() {
	var total float64
	for _, d := range c.docs {
		if d != nil {
			total += d.length
		}
	}
	c.mean = max(total/float64(max(c.live, 1)), 1)
	c.norms = make([]float32, len(c.docs))
	for i, d := range c.docs {
		if d != nil {
			c.norms[i] = float32(k1 * (1 - lengthShare + lengthShare*d.length/c.mean))
		}
	}
	c.rarity = make([]float32, c.live+1)
	for df := range c.rarity {
		c.rarity[df] = float32(idf(df, c.live))
	}
}

// read numbers the words of documents.
func (l *lexicon) read(docs []Doc) []*doc {
	w := l.write()
	defer w.done()
	out := make([]*doc, len(docs))
	for i, d := range docs {
		r := &doc{title: w.numbers(d.Title)}
		for _, label := range d.Labels {
			r.labels = append(r.labels, w.numbers(label)...)
		}
		for _, s := range d.Sentences {
			r.words = append(r.words, w.numbers(s)...)
			r.ends = append(r.ends, int32(len(r.words)))
		}
		r.words, r.ends = slices.Clip(r.words), slices.Clip(r.ends)
		r.count()
		out[i] = r
	}
	return out
}

// count adds up which terms the document holds, and its length in words.
func (d *doc) count() {
	tf := map[int32]float32{}
	add := func(ids []int32, weight float32) {
		for _, id := range ids {
			tf[id] += weight
		}
	}
	add(d.title, titleWeight)
	add(d.labels, labelWeight)
	add(d.words, 1)
	d.length = titleWeight*float64(len(d.title)) + float64(len(d.words))
	d.held = make([]posting, 0, len(tf))
	for id := range maps.Keys(tf) {
		d.held = append(d.held, posting{id, tf[id]})
	}
	slices.SortFunc(d.held, func(a, b posting) int { return cmp.Compare(a.doc, b.doc) })
}
