package rank

import (
	"cmp"
	"maps"
	"slices"
)

// With is the corpus without the documents of some numbers and with others
// added, which get the numbers that numbered is told: those of removed ones first, in
// the order of both. What it costs depends on the documents that change, and
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
		n := 0
		if i < len(remove) { // what is replaced keeps its number, and with it what stays as it was
			n = remove[i]
		} else {
			for free < len(next.docs) && next.docs[free] != nil {
				free++
			}
			if n = free; n == len(next.docs) {
				next.docs = append(next.docs, nil)
			}
		}
		next.docs[n] = d
		for _, h := range d.held {
			of(changed, h.doc).come = append(of(changed, h.doc).come, posting{int32(n), h.tf})
		}
		if numbered != nil {
			numbered(i, n)
		}
	}
	postings := c.postings.grown(len(next.words))
	for id, ch := range changed {
		if old := postings.of(id); !ch.nothing(old) {
			postings.set(id, ch.apply(old))
		}
	}
	next.postings = postings.table
	next.measure(c)
	if next.worn() {
		return next.compact()
	}
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

// nothing reports whether all of the old list stays as it is, and puts both lists in
// their order.
func (ch *change) nothing(old []posting) bool {
	slices.Sort(ch.gone)
	slices.SortFunc(ch.come, func(a, b posting) int { return cmp.Compare(a.doc, b.doc) })
	return slices.EqualFunc(ch.gone, ch.come, func(gone int32, come posting) bool {
		i, there := slices.BinarySearchFunc(old, gone, func(p posting, doc int32) int { return cmp.Compare(p.doc, doc) })
		return there && come == old[i]
	})
}

// apply gives a new list: the old one may be being read.
func (ch *change) apply(old []posting) []posting {
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

// measure computes what depends on all documents; before is the corpus that it comes of.
func (c *Corpus) measure(before *Corpus) {
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
	if c.live == before.live && before.rarity != nil { // of their number alone
		c.rarity = before.rarity
		return
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
