// Package rank orders the documents of one language by how well they answer a
// short question, and says how sure it is. It knows words, not articles: who
// may see what, and what is shown, is its caller's business.
//
// A question passes two stages. Postings give the documents that share
// informative words with it, by BM25 over weighted fields; the best of them are
// read again sentence by sentence for what a bag of words does not see, and
// ordered by a linear model of those features (model.go). A second, logistic
// model turns what is known of the first of them into a probability.
package rank

import (
	"math"
	"slices"
	"sync"
)

// Doc is a document to be found.
type Doc struct {
	Title string
	// Labels are tags and product names.
	Labels []string
	// Sentences of the body, plain, in order. Hit.Sentence counts in them.
	Sentences []string
}

// Corpus is the searchable form of the documents of one language. It does not
// change; any number of goroutines may use it.
type Corpus struct {
	lang  string
	terms map[string]int32
	// stems leads from a word as people type it, folded, to its stem: a word
	// without its accents is stemmed as the one with them.
	stems map[string]string
	// info is what meeting each term tells, see idf and commonness.
	info []float32
	docs []doc
	// postings of each term, by document.
	postings [][]posting
	spelling *spelling
	scratch  sync.Pool
}

type doc struct {
	title, labels []int32
	titleInfo     float32
	sentences     [][]int32
	norms         []float32 // of each sentence as a vector of information
}

type posting struct {
	doc    int32
	impact float32 // what the term adds to the document's BM25, per unit of information
}

// Parameters of BM25 over fields, chosen on the sets of the benchmark.
const (
	k1          = 1.0
	lengthShare = 0.4 // b: how much a long document must repeat itself
	titleWeight = 2.5
	labelWeight = 1.5
)

// NewCorpus reads the documents. lang is "es" or "en"; of other languages words
// are compared as they are written.
func NewCorpus(lang string, docs []Doc) *Corpus {
	c := &Corpus{lang: lang, terms: map[string]int32{}, stems: map[string]string{}}
	read := make([]fields, len(docs))
	written := map[string]string{}
	for i, d := range docs {
		read[i] = c.read(d, written)
	}
	for _, f := range read {
		c.docs = append(c.docs, doc{title: c.number(f.title), labels: c.number(f.labels), sentences: c.numberAll(f.sentences)})
	}
	c.count()
	c.spelling = newSpelling(c.terms)
	c.scratch.New = func() any { return newScratch(len(c.docs), len(c.info), len(c.spelling.words)) }
	return c
}

// Len is the number of documents.
func (c *Corpus) Len() int { return len(c.docs) }

// fields of a document as words.
type fields struct {
	title, labels []token
	sentences     [][]token
}

// read cuts a document into words and learns how they are stemmed: the first
// form with accents decides over the same letters without. written remembers
// the deciding forms.
func (c *Corpus) read(d Doc, written map[string]string) fields {
	learn := func(text string) []token {
		ts := tokenize(c.lang, text)
		for _, t := range ts {
			if form, known := written[t.folded]; !known || form == t.folded && t.text != t.folded {
				written[t.folded] = t.text
				c.stems[t.folded] = stem(c.lang, t.text)
			}
		}
		return ts
	}
	f := fields{title: learn(d.Title)}
	for _, l := range d.Labels {
		f.labels = append(f.labels, learn(l)...)
	}
	for _, s := range d.Sentences {
		f.sentences = append(f.sentences, learn(s))
	}
	return f
}

// number gives the terms of words, new ones with a new number. It notes in
// info how telling each is by its language: a stem as its most telling form.
func (c *Corpus) number(ts []token) []int32 {
	ids := make([]int32, 0, len(ts))
	for _, t := range ts {
		s := c.stems[t.folded]
		w := float32(commonness(c.lang, t.folded))
		id, ok := c.terms[s]
		if !ok {
			id = int32(len(c.terms))
			c.terms[s] = id
			c.info = append(c.info, w)
		}
		c.info[id] = max(c.info[id], w)
		ids = append(ids, id)
	}
	return ids
}

func (c *Corpus) numberAll(sentences [][]token) [][]int32 {
	out := make([][]int32, len(sentences))
	for i, ts := range sentences {
		out[i] = c.number(ts)
	}
	return out
}

// count turns what was read into postings, information and norms.
func (c *Corpus) count() {
	lengths, mean := c.lengths()
	df := make([]int, len(c.terms))
	tf := map[int32]float64{}
	c.postings = make([][]posting, len(c.terms))
	for i := range c.docs {
		d := &c.docs[i]
		clear(tf)
		add := func(ids []int32, w float64) {
			for _, id := range ids {
				tf[id] += w
			}
		}
		add(d.title, titleWeight)
		add(d.labels, labelWeight)
		for _, s := range d.sentences {
			add(s, 1)
		}
		norm := k1 * (1 - lengthShare + lengthShare*lengths[i]/mean)
		for id, f := range tf {
			df[id]++
			c.postings[id] = append(c.postings[id], posting{int32(i), float32(f * (k1 + 1) / (f + norm))})
		}
	}
	for id := range c.info {
		c.info[id] *= float32(idf(df[id], len(c.docs)))
	}
	for i := range c.docs {
		d := &c.docs[i]
		d.titleInfo, _ = c.weigh(d.title)
		for _, s := range d.sentences {
			_, norm := c.weigh(s)
			d.norms = append(d.norms, norm)
		}
	}
}

// lengths of the documents in words, and their mean, at least 1.
func (c *Corpus) lengths() ([]float64, float64) {
	out := make([]float64, len(c.docs))
	var total float64
	for i := range c.docs {
		out[i] = titleWeight * float64(len(c.docs[i].title))
		for _, s := range c.docs[i].sentences {
			out[i] += float64(len(s))
		}
		total += out[i]
	}
	return out, max(total/float64(max(len(c.docs), 1)), 1)
}

// weigh gives the information of the distinct terms, and their length as a
// vector of it.
func (c *Corpus) weigh(ids []int32) (sum, norm float32) {
	var squares float64
	for i, id := range ids {
		if !slices.Contains(ids[:i], id) {
			sum += c.info[id]
			squares += float64(c.info[id]) * float64(c.info[id])
		}
	}
	return sum, float32(math.Sqrt(squares))
}

// imagined documents stand beside the real ones without holding any of the
// words, so that a small knowledge base is not sure of too much.
const imagined = 30

// idf is what meeting a word of df documents among n tells, in nats.
func idf(df, n int) float64 {
	return math.Log(1 + (float64(n-df)+imagined)/(float64(df)+0.5))
}

// unseen is what a word tells that no document holds.
func (c *Corpus) unseen() float32 { return float32(idf(0, len(c.docs))) }
