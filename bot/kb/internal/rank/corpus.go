// Package rank orders the documents of one language by how well they answer a
// short question, and says how sure it is. It knows words, not articles: who
// may see what, and what is shown, is its caller's business.
//
// A question passes two stages. Postings give the documents that share
// informative words with it, by BM25 over weighted fields; the best of them are
// read again sentence by sentence for what a bag of words does not see
// (features.go), and ordered by a small net of what was seen (model.go). A second
// net turns what is known of the first of them (evidence.go) into a probability.
package rank

import "math"

// Doc is a document to be found.
type Doc struct {
	Title string
	// Labels are tags and product names.
	Labels []string
	// Sentences of the body, plain, in order. Hit.Sentence counts in them.
	Sentences []string
}

// Corpus is the searchable form of the documents of one language. It does not
// change; any number of goroutines may use it, also while With makes the next
// one of it. How documents rank depends on which there are, and not on how
// they came.
type Corpus struct {
	lex *lexicon
	// words and telling are the lexicon's, as far as this corpus knows it.
	words   []string
	telling []float32
	docs    []*doc // by number; nil where there is none
	live    int
	mean    float64 // length
	// norms are what a long document must repeat itself, by document.
	norms []float32
	// postings of each term, in the order of the documents.
	postings table
	// rarity is what meeting a term tells, by how many documents hold it.
	rarity []float32
}

type doc struct {
	title, labels []int32
	// words of all sentences, one after the other, and where each sentence ends.
	words, ends []int32
	// held are its terms; posting.doc is the term's number here.
	held   []posting
	length float64
}

// sentence gives the words of one.
func (d *doc) sentence(i int) []int32 {
	from := int32(0)
	if i > 0 {
		from = d.ends[i-1]
	}
	return d.words[from:d.ends[i]]
}

type posting struct {
	doc int32
	tf  float32 // how often the term is there, by the weights of the fields
}

// Parameters of BM25 over fields, chosen on the sets of the benchmark.
const (
	k1          = 1.0
	lengthShare = 0.4 // b: how much a long document must repeat itself
	titleWeight = 2.5
	labelWeight = 1.5
)

// NewCorpus has no documents yet. lang is "es" or "en"; of other languages
// words are compared as they are written. alike are groups of words or phrases
// that stand for each other in these documents.
func NewCorpus(lang string, alike [][]string) *Corpus {
	return (&Corpus{lex: newLexicon(lang, alike)}).With(nil, nil, nil)
}

// Len is the number of documents.
func (c *Corpus) Len() int { return c.live }

// info is what meeting a term tells, in nats.
func (c *Corpus) info(id int32) float32 {
	return c.telling[id] * c.rarity[len(c.postings.of(id))]
}

// norm is the length of a sentence as a vector of information.
func (c *Corpus) norm(ids []int32) float32 {
	var squares float32
	for _, id := range ids {
		w := c.info(id)
		squares += w * w
	}
	return float32(math.Sqrt(float64(squares)))
}

// imagined documents stand beside the real ones without holding any of the
// words, so that a small knowledge base is not sure of too much.
const imagined = 100

// idf is what meeting a word of df documents among n tells, in nats.
func idf(df, n int) float64 {
	return math.Log(1 + (float64(n-df)+imagined)/(float64(df)+0.5))
}

// unseen is what a word tells that no document holds.
func (c *Corpus) unseen() float32 { return c.rarity[0] }
