package bot

import (
	"context"
	"time"

	"sereno/bot/company"
	"sereno/bot/sla"
)

// Assistant proposes words; people, or the rules of the configuration, decide
// what becomes of them. It is called outside every transaction and nobody waits
// for it. Whatever it answers was checked: values are among those that the
// request allows, sources are passages that it gave, and nothing is in it that
// was not in the request. An error means: go on without. The calls are what was
// asked of the endpoint, with an error too; whoever asked stores them. Safe for
// use by several goroutines.
type Assistant interface {
	// Triage reads a report: a title, a product, a severity, the language.
	Triage(ctx context.Context, r TriageRequest) (*TriageProposal, []Call, error)
	// Answer says what the passages say of the question, and nothing else.
	Answer(ctx context.Context, r AnswerRequest) (*AnswerProposal, []Call, error)
	// Summarize tells who takes over what happened.
	Summarize(ctx context.Context, r SummaryRequest) (*Summary, []Call, error)
	// DraftArticle makes an article of an incident that was resolved. What was
	// redacted stays so in it, since an article has other readers; but for what the
	// person who drafted it has let stand.
	DraftArticle(ctx context.Context, r ArticleRequest) (*ArticleProposal, []Call, error)
	// ProposeCauses proposes answers to the why that is asked.
	ProposeCauses(ctx context.Context, r CausesRequest) (*CausesProposal, []Call, error)
}

// Embedder gives texts vectors of which those of like meaning lie close to each
// other. Safe for use by several goroutines; ctx bounds how long it takes.
type Embedder interface {
	// Space names the model and the number of dimensions; vectors of two spaces
	// have nothing to do with each other.
	Space() (model string, dim int)
	// Embed gives one vector of length 1 for each text, in their order.
	Embed(ctx context.Context, s Subject, texts []string) ([][]float32, []Call, error)
}

// Subject is what a call is about: whose budget it takes from, and the language
// in which the answer is written.
type Subject struct {
	Incident int    // a number; 0 when it concerns none
	Customer string // a customer's key; "" when it concerns none
	Language company.Lang
}

// Utterance is one message of a conversation.
type Utterance struct {
	At time.Time
	// Author is the person's name. It does not leave the house unless the
	// configuration says so.
	Author string
	// Staff: one of our own people. Internal: the customer cannot see it.
	Staff, Internal bool
	Text            string
}

// TriageRequest is a report that was just opened.
type TriageRequest struct {
	Subject
	Text string
	// Products are those that may be named.
	Products []string
	// Severity is the present one, which nothing but a person changes.
	Severity sla.Severity
}

// TriageProposal is how the report may be read.
type TriageProposal struct {
	Title string // one line, at most 120 characters
	// Product is one of the request's, "" for none of them.
	Product  string
	Severity sla.Severity
	// Why is one sentence on the severity.
	Why      string
	Language company.Lang
}

// Passage is a part of an article that may be told to the reader of the answer.
type Passage struct {
	Article     string // its id
	Language    company.Lang
	Title, Text string
}

// AnswerRequest is a question and all that may be said about it.
type AnswerRequest struct {
	Subject
	Question string
	// Thread is what was said since, public messages only.
	Thread   []Utterance
	Passages []Passage
}

// AnswerProposal is an answer, or none: then Sentences is empty and the passages
// do not cover the question.
type AnswerProposal struct {
	Sentences []Sentence
	// Confidence, from 0 to 1, is the model's own estimate that it answers.
	Confidence float64
	// Grounded: most words of every sentence are in its sources. Others may be right
	// too, a translation is not; they are for an agent to look at.
	Grounded bool
}

// Covered reports whether there is an answer.
func (a *AnswerProposal) Covered() bool { return a != nil && len(a.Sentences) > 0 }

// Sentence is one of an answer, with the ids of the articles that say so: one at least.
type Sentence struct {
	Text    string
	Sources []string
}

// SummaryRequest is an incident that somebody takes over.
type SummaryRequest struct {
	Subject
	Title  string
	Thread []Utterance
}

// Summary is what somebody who takes over must know; for our own people only.
type Summary struct {
	// Situation is two or three sentences.
	Situation string
	// Done was tried or established; Open is what is owed or unknown; Next what to
	// do first. Each may be empty.
	Done, Open, Next []string
}

// ArticleRequest is an incident that was resolved.
type ArticleRequest struct {
	Subject
	Title      string
	Thread     []Utterance
	Resolution string
	// Cause is what the root-cause analysis found, "" while there is none.
	Cause string
	// Draft is what a person has written of the article, "" while nobody has.
	Draft string
	// Names are those of people and companies that must not be in an article; the
	// authors' are among them without being listed.
	Names []string
}

// ArticleProposal is a draft for a person to finish. Its texts are Markdown
// without links, and without names or values of the incident's people that the
// request's draft does not hold; Cause may be empty.
type ArticleProposal struct {
	Title, Symptom, Cause, Solution string
	Tags                            []string
}

// CausesRequest is a root-cause analysis at one of its whys.
type CausesRequest struct {
	Subject
	Title      string
	Thread     []Utterance
	Resolution string
	// Whys are the answers that were given so far, in order.
	Whys []string
}

// CausesProposal is at most three answers to the next why; empty where what was
// said does not tell.
type CausesProposal struct{ Causes []Cause }

// Cause is a possible answer to a why, and the words of the thread that speak for
// it: a quotation of one of its utterances, to the letter.
type Cause struct{ Text, Evidence string }

// CallOutcome says what came of a call.
type CallOutcome string

// What comes of a call. The last three never reached the endpoint.
const (
	CallDone        CallOutcome = "done"
	CallInvalid     CallOutcome = "invalid"     // it answered, but not what was asked for
	CallRefused     CallOutcome = "refused"     // it would not answer
	CallTimeout     CallOutcome = "timeout"     // it took too long
	CallUnavailable CallOutcome = "unavailable" // it could not be reached, or failed
	CallOverBudget  CallOutcome = "over_budget"
	CallSuspended   CallOutcome = "suspended" // it failed so often that it is left alone for a while
	CallBusy        CallOutcome = "busy"      // too many calls were under way
)

// Call is one call of the endpoint, as it is stored. It holds no words of anybody's.
type Call struct {
	// Prompt is its name ("triage", …, "embed"), Version that of its text.
	Prompt, Version, Model string
	// TokensIn and TokensOut are what the endpoint counted, or our estimate where it
	// did not say. Cost is in the unit of the configured prices.
	TokensIn, TokensOut int
	Cost                float64
	Latency             time.Duration
	Outcome             CallOutcome
	Incident            int
	Customer            string
	At                  time.Time
}

// Spending is what calls have cost.
type Spending struct {
	Tokens int
	Cost   float64
}

// Ledger tells what was spent, from what is stored.
type Ledger interface {
	// Spent sums the calls of the UTC day of the instant: the customer's, or all
	// for "".
	Spent(ctx context.Context, customer string, day time.Time) (Spending, error)
}
