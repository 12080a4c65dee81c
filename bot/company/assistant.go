package company

import "slices"

// Use is one thing that the assistant can be asked for.
type Use string

// The uses.
const (
	UseTriage  Use = "triage"
	UseAnswer  Use = "answer"
	UseSummary Use = "summary"
	UseArticle Use = "article"
	UseCauses  Use = "causes"
)

// Uses lists them.
var Uses = []Use{UseTriage, UseAnswer, UseSummary, UseArticle, UseCauses}

// Assistant is what the assistant may do. The zero value: nothing.
type Assistant struct {
	Uses []Use
	// AnswerTo are the keys of the customers who are answered by it without an agent
	// in between, AnswerAll says that all are; Confidence, in (0, 1], is the least for
	// that, of the articles found and of the answer itself.
	AnswerTo   []string
	AnswerAll  bool
	Confidence float64
}

// For reports whether it is asked for that.
func (a Assistant) For(u Use) bool { return slices.Contains(a.Uses, u) }

// Answers reports whether it may answer the customer without an agent in between.
func (a Assistant) Answers(customer string) bool {
	return a.For(UseAnswer) && (a.AnswerAll || slices.Contains(a.AnswerTo, customer))
}
