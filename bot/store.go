package bot

import (
	"context"
	"errors"
	"io"
	"time"

	"sereno/bot/incident"
	"sereno/bot/rca"
)

// Errors of a store.
var (
	// ErrNotFound: there is no such record.
	ErrNotFound = errors.New("not found")
	// ErrUnavailable: the store cannot be read or written now; trying again later can help.
	ErrUnavailable = errors.New("store unavailable")
	// ErrTooLarge: a file is larger than what may be kept.
	ErrTooLarge = errors.New("too large")
)

// Store keeps everything that must outlive the process.
type Store interface {
	// Accept writes the event down, durably, before it returns; fresh is false
	// when its key was known already. Many callers at once share commits.
	Accept(ctx context.Context, e Event) (fresh bool, err error)
	// Update runs fn in one transaction and commits it durably. fn may run more
	// than once (a lost race, a shared commit that failed) and must have no effect
	// but through tx. An error from fn rolls everything back and is returned as it is.
	Update(ctx context.Context, fn func(tx Tx) error) error
	// View runs fn on a consistent snapshot. Writing in it is an error.
	View(ctx context.Context, fn func(tx Tx) error) error
	// Alive says that the holder of claims lives and is to be believed to for so
	// long, by the database's clock; 0 or less says that it has ended. What one
	// claimed that is not alive any more is handed out again. One that never said
	// so is believed as long as its leases run. Where no other process can take
	// part, nothing is kept.
	Alive(ctx context.Context, holder string, believed time.Duration) error
	// Woken receives when another process may have left work; never closed. A
	// store of a single process may return nil.
	Woken() <-chan struct{}
	// PutFile streams a file's content in and answers its hash (Attachment) and size
	// once all of it is durable. The same content is kept once. ErrTooLarge when there
	// is more than max bytes; nothing is kept then, nor after an error of content,
	// which is returned as it is. Each put is for one KeptFile that is to name the
	// hash: what none has named is for ForgetFiles.
	PutFile(ctx context.Context, content io.Reader, max int64) (hash string, size int64, err error)
	// OpenFile streams a content that is kept, while ctx lasts; the caller closes it.
	// Content that is dropped or damaged meanwhile is an error of reading. ErrNotFound.
	OpenFile(ctx context.Context, hash string) (io.ReadCloser, error)
	// ForgetFiles drops contents that were put longer ago than age, by the
	// database's clock, and that no KeptFile names, and what a crash has left of
	// others; it answers how many.
	ForgetFiles(ctx context.Context, age time.Duration) (int, error)
	// Ready tells whether the store can be written now.
	Ready(ctx context.Context) error
	// Writers is how many transactions that write it runs side by side; 1 when each
	// waits for the one before.
	Writers() int
	Close() error
}

// Tx is a transaction of a store. It is not safe for use by several goroutines
// and is dead after the function that received it returns.
type Tx interface {
	InboxTx
	OutboxTx
	TimerTx
	IncidentTx
	MessageTx
	BridgeTx
	RCATx
	PageTx
	RosterTx
	MissedTx
	SecretTx
	KBTx
	SolvedTx
}

// Inboxed is an accepted event in its place in the queue.
type Inboxed struct {
	Seq   int64
	Event Event
	// Failures is how often handling it has failed.
	Failures int
}

// InboxTx is the queue of accepted events.
type InboxTx interface {
	// NextEvent takes the event that happened first of those that are first in
	// their conversation (by At, then by the order of acceptance: two sockets or two
	// processes may accept in another order than that in which people spoke), not
	// taken by another transaction and not put off beyond now; nil when there is
	// none. It is taken until the transaction ends.
	NextEvent(ctx context.Context, now time.Time) (*Inboxed, error)
	// EventDone takes the event off the queue; its key stays known. It and the two
	// that follow answer ErrNotFound for an event that was settled meanwhile.
	EventDone(ctx context.Context, seq int64, at time.Time) error
	// EventPutOff lets the event (and its conversation) wait until the instant.
	// Failures is stored with it; reason is for people who look into it.
	EventPutOff(ctx context.Context, seq int64, until time.Time, failures int, reason string) error
	// EventDead sets an event aside that cannot be handled, so that its
	// conversation goes on.
	EventDead(ctx context.Context, seq int64, at time.Time, reason string) error
	// ForgetEvents removes the keys of some thousand events done before the
	// instant and answers how many: 0 when none is left.
	ForgetEvents(ctx context.Context, before time.Time) (int, error)
}

// Wait says until when a delivery waits, and why.
type Wait struct {
	Until time.Time
	// Doubtful: the platform may have it.
	Doubtful bool
	// Asked: the platform asked for it. It was no attempt then.
	Asked  bool
	Reason string
	// Holder is who claimed it: when it is another's by now, it stays so. "" is anybody.
	Holder string
}

// Sent is a delivery that its platform took, with what that answered.
type Sent struct {
	Delivery int64 // its ID
	Receipt  Receipt
	At       time.Time
}

// OutboxTx is the queue of deliveries.
type OutboxTx interface {
	// Enqueue queues the delivery and sets its ID. An Update whose target has an
	// earlier Update still waiting takes that one's place: only the newest text is
	// sent. Its ID is not to be relied on then.
	Enqueue(ctx context.Context, d *Delivery) error
	// ClaimDeliveries takes up to max deliveries, each the first of its
	// conversation and not put off beyond now, pages first (by their Priority),
	// with references resolved, for the lease (judged by the database's clock). One
	// whose lease ran out, or whose holder is gone (Store.Alive), is handed out again
	// as Doubtful. Those of the busy platforms are left where they are. A holder that
	// is taken for gone claims nothing.
	ClaimDeliveries(ctx context.Context, now time.Time, holder string, lease time.Duration, max int, busy ...string) ([]*Delivery, error)
	// DeliveryAt reads a delivery as it was queued, whatever has become of it. ErrNotFound.
	DeliveryAt(ctx context.Context, id int64) (*Delivery, error)
	// DeliveriesSent settles them and remembers the messages that they became. Told
	// again of one, it keeps the first receipt; told of one that was given up, it
	// believes the platform. ErrNotFound when one is not there.
	DeliveriesSent(ctx context.Context, sent ...Sent) error
	// DeliveryPutOff lets it (and its conversation) wait. ErrNotFound when it is
	// settled, or not the Holder's any more.
	DeliveryPutOff(ctx context.Context, id int64, w Wait) error
	// DeliveryDead gives it up.
	DeliveryDead(ctx context.Context, id int64, at time.Time, reason string) error
	// DeadDeliveries lists those given up since the instant, newest first, at most limit.
	DeadDeliveries(ctx context.Context, since time.Time, limit int) ([]DeadDelivery, error)
	// Unsettled reports whether a delivery to the channel is on its way, so that
	// a message there may be one of ours whose id is not known yet.
	Unsettled(ctx context.Context, platform, channel string) (bool, error)
	// Backlog counts what waits.
	Backlog(ctx context.Context) (Backlog, error)
	// NextWake is the earliest instant after now at which a delivery or event that
	// was put off, or a timer, falls due; false when there is none.
	NextWake(ctx context.Context, now time.Time) (time.Time, bool, error)
}

// DeadDelivery is a delivery that was given up, and why.
type DeadDelivery struct {
	Delivery Delivery
	At       time.Time
	Reason   string
}

// Backlog counts what waits in the queues.
type Backlog struct {
	Events, Deliveries, Timers int
	DeadEvents, DeadDeliveries int
}

// Timer is a durable wish to look at something at an instant. Kind, Incident
// and Subject together are unique.
type Timer struct {
	ID       int64
	Due      time.Time
	Kind     string
	Incident int // a number; 0 when it concerns none
	Subject  string
	// Priority orders what is due at once: 0, which is critical, to LeastPriority.
	Priority int
}

// LeastPriority is the Priority of a timer that is taken after all others.
const LeastPriority = 4

// TimerTx keeps the timers.
type TimerTx interface {
	// SetTimer sets or moves the timer of that kind, incident and subject, and its
	// priority.
	SetTimer(ctx context.Context, t Timer) error
	// CancelTimer removes it if it is there.
	CancelTimer(ctx context.Context, kind string, incident int, subject string) error
	// CancelTimers removes every timer of the incident whose kind is one of those
	// given, or all of them when none is given.
	CancelTimers(ctx context.Context, incident int, kinds ...string) error
	// TakeTimers removes and returns up to max timers due at or before now that no
	// other transaction has taken: by priority, then the earliest first.
	TakeTimers(ctx context.Context, now time.Time, max int) ([]Timer, error)
	// TimerAt reads the timer of that kind, incident and subject. ErrNotFound.
	TimerAt(ctx context.Context, kind string, incident int, subject string) (*Timer, error)
	// PutOffTimer moves the timer of that ID, if it is still there.
	PutOffTimer(ctx context.Context, id int64, due time.Time) error
	// Timers lists the timers that wait, earliest first, at most limit, all of
	// them when limit is 0; of one incident when incident is not 0.
	Timers(ctx context.Context, incident, limit int) ([]Timer, error)
	// TimersOf lists the timers of the incidents that the query finds, as Timers
	// does those of one.
	TimersOf(ctx context.Context, q IncidentQuery) (map[int][]Timer, error)
}

// IncidentQuery narrows a list of incidents; zero values do not.
type IncidentQuery struct {
	// Numbers: only these; nil does not narrow.
	Numbers               []int
	Customer, Team, Owner string
	OpenOnly              bool
	// Pending: open ones whose escalation has something to do next.
	Pending bool
	// Reported in [From, To).
	From, To time.Time
	// After continues a list: numbers greater than it.
	After int
	Limit int // 0 for all
	// Newest: the greatest numbers first, where Limit leaves some out.
	Newest bool
}

// IncidentTx keeps incidents and their history.
type IncidentTx interface {
	// AddIncident gives it the next number and stores it.
	AddIncident(ctx context.Context, i *incident.Incident) error
	// Incident reads it and, in an Update, keeps others from changing it until the
	// transaction ends. ErrNotFound.
	Incident(ctx context.Context, number int) (*incident.Incident, error)
	SaveIncident(ctx context.Context, i *incident.Incident) error
	// Hold reads many incidents at once, as Incident reads one, with their histories,
	// timers and pages: until the transaction ends, what is asked of one of them alone
	// (Incident, History, Timers, PagesOf) is answered from that and from what this
	// transaction has changed since. What others do without holding the incident, as
	// the acceptance of a page, is not seen. The error of what is changed later may
	// come with a later call, or with Update's end. Numbers that are not there are left
	// out. It is to be called once, before other incidents are read.
	Hold(ctx context.Context, numbers ...int) error
	// Incidents lists by number, ascending, or descending when Newest is asked for.
	Incidents(ctx context.Context, q IncidentQuery) ([]*incident.Incident, error)
	// AddEntry appends to the history.
	AddEntry(ctx context.Context, number int, e incident.Entry) error
	// History is all that happened, by the instant at which it happened.
	History(ctx context.Context, number int) ([]incident.Entry, error)
	// Histories is the history of every incident that the query finds, in one read.
	Histories(ctx context.Context, q IncidentQuery) (map[int][]incident.Entry, error)
	// DropEntries removes the entries that stem from the message, which went to
	// this incident by mistake and belongs to another now.
	DropEntries(ctx context.Context, number int, message string) error
	// EraseEntries empties Text and Old of the entries that stem from the message;
	// that they happened stays.
	EraseEntries(ctx context.Context, number int, message string) error
}

// Said is a message on a platform that the core remembers: a person's, or one
// of ours (then Delivery is set).
type Said struct {
	Platform, Channel, ID string
	Thread                string // root, "" outside threads
	// Author is the person's key, else the platform's id of the user.
	Author string
	Staff  bool
	At     time.Time
	Text   string
	// Incident it belongs to; 0 when to none.
	Incident int
	Delivery int64
	Purpose  string
	Deleted  bool
	// EditedAt is when Text was last changed; the zero instant when it never was.
	EditedAt time.Time
}

// MessageTx keeps the messages.
type MessageTx interface {
	// SaveMessage stores it, over an earlier one with the same platform, channel and id.
	SaveMessage(ctx context.Context, m Said) error
	// MessageAt finds one. ErrNotFound.
	MessageAt(ctx context.Context, platform, channel, id string) (*Said, error)
	// LastIncidentMessageBy finds the author's newest message in the channel, in
	// threads or outside, that belongs to an incident and is not older than since. ErrNotFound.
	LastIncidentMessageBy(ctx context.Context, platform, channel, author string, since time.Time) (*Said, error)
	// LastMessage is the id of the newest message accepted from the channel outside
	// threads (thread == "") or in the thread; "" when there is none.
	LastMessage(ctx context.Context, platform, channel, thread string) (string, error)
	// OpenThreads lists roots of the channel in which a person may still be heard.
	OpenThreads(ctx context.Context, platform, channel string) ([]ThreadCursor, error)
}

// Contact is somebody whom the configuration does not name and who was met on
// a platform: a customer's person, or one of our own by their group there.
type Contact struct {
	// Platform and ID are the identity; Name is what the platform showed last.
	Platform, ID, Name string
	// Workspace is the platform's id of the organisation that they belong to.
	Workspace string
	// Customer is the key of whose contact they are, Team that of the team of ours
	// whose group they are in; both "" for somebody who is neither.
	Customer, Team string
	// Seen is when they last did something.
	Seen time.Time
}

// Copy links what was said in one place with the message of ours that carries
// it to another, so that an edit follows it and a withdrawal too.
type Copy struct {
	// Delivery is the copy.
	Delivery int64
	// Platform, Channel and Message are the original; Message is "" for what was
	// said by a command or a form.
	Platform, Channel, Message string
	Incident                   int
	// Author is who said it, as the history names them; Customer says that the copy
	// is what the customer reads.
	Author   string
	Customer bool
	// Notice is the delivery that shows our own people that the copy went out; 0 when none does.
	Notice int64
}

// FileState says what became of an attachment.
type FileState string

// What becomes of an attachment.
const (
	FileAwaited FileState = "awaited" // it is being fetched
	FileKept    FileState = "kept"
	FileRefused FileState = "refused" // too large, or of a type that is not kept
	FileLost    FileState = "lost"    // the platform would not hand it out
	FileErased  FileState = "erased"  // its message was taken back
)

// KeptFile is an attachment of a message that belongs to an incident.
type KeptFile struct {
	ID       int64 // given by AddFile
	Incident int
	// Where it was attached, by whom and when.
	Platform, Channel, Message, Author string
	At                                 time.Time
	// Staff: one of our own people attached it. Public: the customer can see it.
	Staff, Public bool
	// Source is what the platform said of it; Attachment what was kept.
	Source     File
	State      FileState
	Attachment Attachment
}

// Exchange is a form that is asked question by question where it cannot be
// shown. One person has at most one in a conversation's thread.
type Exchange struct {
	Platform, Channel, Thread, User string
	Form                            Form
	Incident                        int
	// Answers are those given so far, by the inputs' names.
	Answers map[string]string
	At      time.Time
}

// BridgeTx keeps what connects people and places of several platforms.
type BridgeTx interface {
	// SaveContact stores it, over an earlier one of the same identity.
	SaveContact(ctx context.Context, c Contact) error
	// ContactAt finds one. ErrNotFound.
	ContactAt(ctx context.Context, platform, id string) (*Contact, error)
	// AddCopy links a copy with its original, over an earlier link of that copy.
	AddCopy(ctx context.Context, c Copy) error
	// CopiesOf lists the copies of a message, oldest first; of the message "", none.
	CopiesOf(ctx context.Context, platform, channel, message string) ([]Copy, error)
	// CopyBy finds a copy by its delivery. ErrNotFound.
	CopyBy(ctx context.Context, delivery int64) (*Copy, error)
	// AddFile stores an attachment and gives it its ID. One that is FileKept names
	// its Attachment's content, which must be there: else ErrNotFound.
	AddFile(ctx context.Context, f *KeptFile) error
	// SaveFile stores what became of it; it names a content while it is FileKept.
	// Content that no file names any more is dropped with the transaction. ErrNotFound.
	SaveFile(ctx context.Context, f KeptFile) error
	// FileAt finds one by its ID. ErrNotFound.
	FileAt(ctx context.Context, id int64) (*KeptFile, error)
	// FilesOf lists an incident's, in the order in which they were attached.
	FilesOf(ctx context.Context, incident int) ([]KeptFile, error)
	// FilesWith lists those attached to a message, as FilesOf does; to the message "", none.
	FilesWith(ctx context.Context, platform, channel, message string) ([]KeptFile, error)
	// SaveExchange stores it, over one that the person has in the same place.
	SaveExchange(ctx context.Context, x Exchange) error
	// ExchangeAt finds the one of the person in the place. ErrNotFound.
	ExchangeAt(ctx context.Context, platform, channel, thread, user string) (*Exchange, error)
	// EndExchange forgets it if it is there.
	EndExchange(ctx context.Context, platform, channel, thread, user string) error
}

// RCATx keeps root-cause analyses.
type RCATx interface {
	// AddRCA stores a new one and gives it the next number.
	AddRCA(ctx context.Context, r *rca.Record) error
	SaveRCA(ctx context.Context, r *rca.Record) error
	// RCAOf is the newest of the incident, locked as Incident does. ErrNotFound.
	RCAOf(ctx context.Context, incident int) (*rca.Record, error)
	// RCAs lists all, or those of incidents in the query's span.
	RCAs(ctx context.Context, from, to time.Time) ([]*rca.Record, error)
	// Audit writes a line of the audit log.
	Audit(ctx context.Context, at time.Time, actor, action, detail string) error
}
