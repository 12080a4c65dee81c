package bot

import (
	"context"
	"time"

	"sereno/bot/company"
	"sereno/bot/kb"
)

// ArticleQuery narrows a list of articles; zero values do not.
type ArticleQuery struct {
	IDs    []string
	State  kb.State
	Source string
	// Translates lists the translations of that article.
	Translates string
	// Incident lists those that were made from it.
	Incident int
	// DueBy lists those that somebody should look at by then: people put them up for
	// review, or the day of one that is published has come.
	DueBy time.Time
	// UnreadBy lists those whose published version must be read, by some at least, and
	// was not by that person.
	UnreadBy string
}

// ArticleChange is an article that became another, or none, for whoever searches.
type ArticleChange struct {
	Record kb.Record
	// Public is the published version; nil when none is, any more.
	Public *kb.Article
}

// ArticleRead says that a person has read a version of an article.
type ArticleRead struct {
	Article, Person string
	Version         int
	At              time.Time
}

// KBTx keeps the knowledge base and what is learned of its use.
type KBTx interface {
	ArticleTx
	KBUseTx
	EmbeddingTx
	AssistantTx
}

// ArticleTx keeps articles, every version of them, and who has read which.
type ArticleTx interface {
	// Article reads a record and, in an Update, keeps others from changing it until
	// the transaction ends. ErrNotFound.
	Article(ctx context.Context, id string) (*kb.Record, error)
	// SaveArticle stores it, new or over an earlier one, and gives it a Revision
	// greater than every one that was committed before.
	SaveArticle(ctx context.Context, r *kb.Record) error
	// Articles lists by ID.
	Articles(ctx context.Context, q ArticleQuery) ([]kb.Record, error)
	// ArticlesSince lists what changed after the revision, of everything for 0, and
	// answers the newest revision. What is committed later has a greater one.
	ArticlesSince(ctx context.Context, revision int64) ([]ArticleChange, int64, error)
	// AddVersion stores a version; its number must be free.
	AddVersion(ctx context.Context, v kb.Version) error
	// ArticleVersion reads one. ErrNotFound.
	ArticleVersion(ctx context.Context, id string, n int) (*kb.Version, error)
	// ArticleVersions lists all of an article, the first first.
	ArticleVersions(ctx context.Context, id string) ([]kb.Version, error)
	// SaveRead says that somebody has read a version; of one and the same, the first
	// time counts.
	SaveRead(ctx context.Context, r ArticleRead) error
	// ArticleReads lists who has read any version of the article, in order of time.
	ArticleReads(ctx context.Context, id string) ([]ArticleRead, error)
	// SourceTold is what people were told of a source of articles last. It takes an
	// Update, and keeps others from asking until that ends.
	SourceTold(ctx context.Context, source string) ([]string, error)
	// SaveSourceTold writes it down, after SourceTold in the same Update.
	SaveSourceTold(ctx context.Context, source string, told []string) error
}

// FoundArticle is one that a search found, and how sure it was.
type FoundArticle struct {
	ID         string
	Version    int `json:",omitempty"`
	Confidence float64
}

// KBSearch is a question to the knowledge base, asked by somebody or on a
// customer's message, and what it found.
type KBSearch struct {
	ID       int64 // given by AddSearch
	Question string
	Language company.Lang
	// Customer is the key of who asked, "" for our own people; Person as the history
	// names people.
	Customer, Person, Product string
	// Incident is a number, 0 where there is none.
	Incident int
	Found    []FoundArticle
	// Shown is how many of those somebody saw.
	Shown int
	// Unsure: what somebody was shown because they asked was not sure enough to be
	// suggested to who did not.
	Unsure bool `json:",omitempty"`
	// Channel and Message are where it was asked, "" where no message was.
	Channel, Message string
	// Outcome is what the customer's person made of it, where they said so without
	// an incident.
	Outcome KBOutcome `json:",omitempty"`
	At      time.Time
}

// KBOutcome says what somebody made of an article that they were shown.
type KBOutcome string

// What people make of articles.
const (
	KBSolved    KBOutcome = "solved"     // it solved it
	KBNotSolved KBOutcome = "not_solved" // they still needed help
	KBSent      KBOutcome = "sent"       // an agent sent it to the customer
)

// KBFeedback is what somebody made of an article.
type KBFeedback struct {
	ID      int64 // given by AddFeedback
	Article string
	Version int
	Product string
	// Customer is the key of whose question it was; Incident a number.
	Customer string
	Incident int
	By       string
	Outcome  KBOutcome
	At       time.Time
	// Undone is when somebody said that it does not count; UndoneBy who.
	Undone   time.Time `json:",omitzero"`
	UndoneBy string    `json:",omitempty"`
}

// KBGap is a group of questions that found no article, as somebody was shown it.
type KBGap struct {
	ID int64 // given by AddGap
	// Searches are the questions' ids, ascending; Example is the one that tells best
	// what all of them ask. No words are kept here: who takes theirs back has done so.
	Searches []int64
	Example  int64
	// Incidents are those that they were asked in.
	Incidents []int `json:",omitempty"`
	Product   string
	// Dismissed is when somebody said that it is no gap; DismissedBy who.
	Dismissed   time.Time `json:",omitzero"`
	DismissedBy string    `json:",omitempty"`
}

// KBUseTx keeps what people asked the knowledge base and what they made of it.
type KBUseTx interface {
	// AddSearch stores it and gives it its ID.
	AddSearch(ctx context.Context, s *KBSearch) error
	// SaveSearch stores what became of it. ErrNotFound.
	SaveSearch(ctx context.Context, s KBSearch) error
	// Searches lists those of [from, to) by ID, after the ID, at most limit.
	Searches(ctx context.Context, from, to time.Time, after int64, limit int) ([]KBSearch, error)
	// SearchesOf lists those of an incident, by ID.
	SearchesOf(ctx context.Context, incident int) ([]KBSearch, error)
	// AddGap stores it and gives it its ID; of one with the same questions, that one's,
	// which stays as it is.
	AddGap(ctx context.Context, g *KBGap) error
	// Gap reads one and, in an Update, keeps others from changing it until the
	// transaction ends. ErrNotFound.
	Gap(ctx context.Context, id int64) (*KBGap, error)
	// SaveGap stores what became of it. ErrNotFound.
	SaveGap(ctx context.Context, g KBGap) error
	// DismissedGaps lists those that were dismissed from the instant on, the latest first.
	DismissedGaps(ctx context.Context, from time.Time) ([]KBGap, error)
	// AddFeedback stores it and gives it its ID.
	AddFeedback(ctx context.Context, f *KBFeedback) error
	// Feedback reads one. ErrNotFound.
	Feedback(ctx context.Context, id int64) (*KBFeedback, error)
	// UndoFeedback says that it does not count. ErrNotFound.
	UndoFeedback(ctx context.Context, id int64, by string, at time.Time) error
	// FeedbackSince lists what was added or undone after the revision, for 0 all of
	// it, and answers the newest revision. What is committed later has a greater one.
	FeedbackSince(ctx context.Context, revision int64) ([]KBFeedback, int64, error)
	// FeedbackOf lists what was made of an article, by ID.
	FeedbackOf(ctx context.Context, article string) ([]KBFeedback, error)
}

// Embedding is the vector of a version of an article, by a model.
type Embedding struct {
	Article string
	Version int
	Model   string
	Vector  []float32
}

// EmbeddingTx keeps the vectors of articles.
type EmbeddingTx interface {
	// SaveEmbedding stores it, in place of that of any other version by the model
	// and of as many dimensions.
	SaveEmbedding(ctx context.Context, e Embedding) error
	// Embeddings lists those by the model and of so many dimensions, by article.
	Embeddings(ctx context.Context, model string, dim int) ([]Embedding, error)
	// ForgetEmbeddings drops those of other models or dimensions, and answers how many.
	ForgetEmbeddings(ctx context.Context, model string, dim int) (int, error)
}

// Job is work for the assistant, which a change has left and nobody waits for.
// Kind and Subject together are unique: the same wish twice is one job.
type Job struct {
	ID       int64 // given by AddJob
	Kind     string
	Subject  string
	Incident int
	// Body is what it needs to know, as its kind writes it.
	Body string
	// Due is when it may begin.
	Due time.Time
	// Tries is how often it was taken before.
	Tries int
}

// AssistantTx keeps the assistant's work and what its calls cost.
type AssistantTx interface {
	// AddJob queues the job and gives it its ID; one of that Kind and Subject that
	// waits is replaced.
	AddJob(ctx context.Context, j *Job) error
	// TakeJobs takes up to max jobs that are due, the earliest first; each is handed
	// out again after the lease unless it is done or put off before.
	TakeJobs(ctx context.Context, now time.Time, lease time.Duration, max int) ([]Job, error)
	// JobDone takes it off the queue. ErrNotFound when it is not there any more.
	JobDone(ctx context.Context, id int64) error
	// PutOffJob lets it wait. ErrNotFound as JobDone.
	PutOffJob(ctx context.Context, id int64, until time.Time) error
	// AddCall stores a call of the assistant's endpoint.
	AddCall(ctx context.Context, c Call) error
	// Calls lists those of [from, to) by time, at most limit, the latest of them.
	Calls(ctx context.Context, from, to time.Time, limit int) ([]Call, error)
	// Spent sums those of [from, to): the customer's, or all for "".
	Spent(ctx context.Context, customer string, from, to time.Time) (Spending, error)
}
