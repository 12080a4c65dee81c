// Package kb finds the article of the knowledge base that answers a question,
// and stays silent when none does.
package kb

import (
	"slices"
	"time"

	"sereno/bot/company"
)

// Kind of an article.
type Kind string

// The kinds.
const (
	FAQ             Kind = "faq"
	Tutorial        Kind = "tutorial"
	Troubleshooting Kind = "troubleshooting"
	Procedure       Kind = "procedure"
	GoodPractice    Kind = "good_practice"
)

// Article is one document of the knowledge base.
type Article struct {
	// ID is stable and unique: the file's name without its ending, or one made of
	// the title for an article that is written in chat.
	ID       string
	Title    string
	Kind     Kind
	Language company.Lang
	Tags     []string
	Products []string
	// Customers who may see it, by key; empty for everybody. Internal articles
	// are for our own people only.
	Customers []string
	Internal  bool
	// Owner is the key of the person who answers for it, "" for nobody.
	Owner string
	// ReviewBy is the day, at midnight UTC, by which somebody must say that it is
	// still true; the zero instant where nobody must.
	ReviewBy time.Time
	// MustRead: whoever supports one of its products must have read it.
	MustRead bool
	// Translates is the ID of the article that this one is a translation of; "" for
	// an original.
	Translates string
	// Text is the body as Markdown.
	Text string
}

// For reports whether the customer may see the article; "" is one of our own people.
func (a *Article) For(customer string) bool {
	return customer == "" || !a.Internal && (len(a.Customers) == 0 || slices.Contains(a.Customers, customer))
}

// Query is a question to the knowledge base.
type Query struct {
	Text     string
	Language company.Lang
	// Customer limits the answer to what that customer may see; "" for our people.
	Customer string
	// Inside: our own people ask, to answer the Customer: what is internal is found too.
	Inside bool
	// Except is the id of an article that is not to be found; "" for none.
	Except string
	// Product that the question is about, as articles name theirs; "" when it is
	// not known. It favours articles, and excludes none.
	Product string
	// Vector is the question as an embedding by the model that the articles'
	// vectors are of, see Index.Embed; nil: only words count.
	Vector []float32
	// Max is how many suggestions are wanted at most; 0 means 3.
	Max int
}

// Suggestion is an article that probably answers a question.
type Suggestion struct {
	Article *Article
	// Passage is the part of the text that answers, plain, at most 300 characters.
	Passage string
	// Confidence is the estimated probability that it answers, from 0 to 1.
	Confidence float64
}
