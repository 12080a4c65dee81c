package incident

import (
	"time"

	"sereno/bot/sla"
)

// EntryKind says what a line of the history states.
type EntryKind string

// What can happen to an incident.
const (
	EReported    EntryKind = "reported"     // Value: severity
	ECustomer    EntryKind = "customer"     // a customer's message; Value "small_talk" when it asks for nothing
	EAgent       EntryKind = "agent"        // a public answer of ours; Value Called when it was given by telephone
	ENote        EntryKind = "note"         // internal
	ETaken       EntryKind = "taken"        // Value: the owner
	ESeverity    EntryKind = "severity"     // Old, Value
	EWaiting     EntryKind = "waiting"      // Value: a WaitingOn
	EResumed     EntryKind = "resumed"      // Old: what it waited on
	EResolved    EntryKind = "resolved"     // Text: what was done; Value "self_service" when an article did it
	EConfirmed   EntryKind = "confirmed"    // the customer says that it is solved
	EReopened    EntryKind = "reopened"     //
	EClosed      EntryKind = "closed"       //
	ECancelled   EntryKind = "cancelled"    // Value: "not_incident"
	EMerged      EntryKind = "merged"       // Value: the surviving incident
	EAbsorbed    EntryKind = "absorbed"     // Value: the incident that was merged into this one
	EMoved       EntryKind = "moved"        // a message went to another incident; Value: which
	ESuggested   EntryKind = "suggested"    // Value: article
	ENeedsHelp   EntryKind = "needs_help"   // the suggestions did not help; Value: an article that was sent, where that did not
	EWarned      EntryKind = "warned"       // Value: clock
	EBreached    EntryKind = "breached"     // Value: clock; as it was written before there were outcomes
	ECorrected   EntryKind = "corrected"    // a recorded outcome was another one; Old, Value: Outcomes
	EPaged       EntryKind = "paged"        // Actor is who was paged; Value: reason
	ESkipped     EntryKind = "page_skipped" // a step that reached nobody; Text: why
	EAcked       EntryKind = "acked"        // Value: "" for a page's, "still" or "remind"
	ERated       EntryKind = "rated"        // Value: 1 to 5; Text: a comment
	EOrigin      EntryKind = "origin"       // Old, Value
	ETeam        EntryKind = "team"         // Old, Value
	EEdited      EntryKind = "edited"       // a message was edited; Old: what it said
	EDeleted     EntryKind = "deleted"      // a message was deleted
	ERCAStarted  EntryKind = "rca_started"  //
	ERCADone     EntryKind = "rca_done"     //
	EReplyMode   EntryKind = "reply_mode"   // Value: "on", "off", "idle"
	EWithdrawn   EntryKind = "withdrawn"    // an answer of ours was taken back; Old: what it said
	EFile        EntryKind = "file"         // an attachment; Text: its name, Value: what became of it, a FileState
	EUndelivered EntryKind = "undelivered"  // a message could not be delivered; Text: why

	EAckExpired EntryKind = "ack_expired" // Actor had acknowledged, and nothing happened
	EHandedOver EntryKind = "handed_over" // the page goes to somebody else; Value: whom
	EDrill      EntryKind = "drill"       // Value: "begun", "acknowledged", "ended", "stopped"

	EKind         EntryKind = "kind"          // Old, Value: a kind of request
	EVerified     EntryKind = "verified"      // one of us confirms it: clocks that wait for that begin
	EWorkaround   EntryKind = "workaround"    // the customer can go on meanwhile; Text: how
	ETransferred  EntryKind = "transferred"   // to another customer; Old, Value: their keys
	EFollows      EntryKind = "follows"       // it came back too late to be reopened; Value: the earlier incident
	EFollowed     EntryKind = "followed"      // Value: the incident in which it came back
	EOutcome      EntryKind = "outcome"       // what came of a commitment; Value: an Outcome
	EExcuseAsked  EntryKind = "excuse_asked"  // Value: an Of; Text: the reason
	EExcused      EntryKind = "excused"       // Value: an Of; Text: the reason; Old: who asked; Actor approved it
	EExcuseDenied EntryKind = "excuse_denied" // Value: an Of; Text: the reason; Old: who asked
	EExcuseUndone EntryKind = "excuse_undone" // Value: an Of

	EArticle EntryKind = "article_sent" // an answer of ours is an article; Text: its title, Value: its id/version

	EAssisted EntryKind = "assisted" // Value "answered": the assistant answered; "accepted": somebody took its proposal. Text: what; Old: what was there
)

// EntryKinds lists every kind.
var EntryKinds = []EntryKind{
	EReported, ECustomer, EAgent, ENote, ETaken, ESeverity, EWaiting, EResumed,
	EResolved, EConfirmed, EReopened, EClosed, ECancelled, EMerged, EAbsorbed, EMoved, ESuggested,
	ENeedsHelp, EWarned, EBreached, ECorrected, EPaged, ESkipped, EAcked, EAckExpired, EHandedOver, EDrill, ERated, EOrigin, ETeam,
	EEdited, EDeleted, ERCAStarted, ERCADone, EReplyMode, EWithdrawn, EFile, EUndelivered,
	EKind, EVerified, EWorkaround, ETransferred, EFollows, EFollowed,
	EOutcome, EExcuseAsked, EExcused, EExcuseDenied, EExcuseUndone, EArticle, EAssisted,
}

// Entry is one line of an incident's history. It is never changed afterwards,
// but for a message that moves to another incident.
type Entry struct {
	Seq int64 // given by the store, ascending in the order of recording
	// At is when it happened, Recorded when we learned of it. UTC.
	At, Recorded time.Time
	Kind         EntryKind
	// Actor is a person's key, a platform's user id, or "" for the bot.
	Actor string
	Text  string
	// Value and Old are what the kind says.
	Value, Old string
	// Message is the platform's id of the message it stems from, "" when none.
	Message string
}

// Internal reports whether the entry must never be shown to a customer.
func (e Entry) Internal() bool {
	switch e.Kind {
	case EReported, ECustomer, EAgent, ETaken, ESeverity, EWaiting, EResumed, EResolved,
		EConfirmed, EReopened, EClosed, ECancelled, ERated, ESuggested, ENeedsHelp, EKind, EVerified, EWorkaround:
		return false
	}
	return true
}

// FirstCustomer is the key of the customer whose incident it was at first: it
// may have been transferred since to the one whose it is now.
func FirstCustomer(now string, history []Entry) string {
	for _, e := range history {
		if e.Kind == ETransferred {
			return e.Old
		}
	}
	return now
}

// Facts are the entries that move clocks, as bot/sla understands them. contractOf
// is the contract of a customer, nil when they have none; it may be nil itself
// where nothing is counted.
func Facts(history []Entry, contractOf func(customer string) *sla.Contract) []sla.Fact {
	out := make([]sla.Fact, 0, len(history))
	for _, e := range history {
		f := sla.Fact{At: e.At, Seq: e.Seq}
		switch e.Kind {
		case EReported:
			f.Kind, f.Severity = sla.Reported, sla.Severity(e.Value)
		case ECustomer:
			if e.Value == SmallTalk {
				continue
			}
			f.Kind = sla.CustomerWrote
		case EAgent:
			f.Kind = sla.AgentWrote
		case ESeverity:
			f.Kind, f.Severity = sla.SeverityIs, sla.Severity(e.Value)
		case EWaiting:
			f.Kind, f.On = sla.Waiting, sla.WaitingOn(e.Value)
		case EResumed:
			f.Kind = sla.Resumed
		case EResolved:
			f.Kind = sla.Resolved
		case EReopened:
			f.Kind = sla.Reopened
		case ECancelled, EMerged:
			f.Kind = sla.Cancelled
		case EKind:
			f.Kind, f.Request = sla.RequestIs, sla.Request(e.Value)
		case EVerified:
			f.Kind = sla.Confirmed
		case EWorkaround:
			f.Kind = sla.WorkaroundGiven
		case ETeam:
			f.Kind, f.Team, f.Was = sla.TeamIs, e.Value, e.Old
		case ETransferred:
			f.Kind = sla.ContractIs
			if contractOf != nil {
				f.Contract = contractOf(e.Value)
			}
		case EExcused, EExcuseUndone:
			f.Kind, f.Excuse = excuse(e)
		default:
			continue
		}
		out = append(out, f)
	}
	return out
}

// excuse reads what an entry says of a clock's excuse.
func excuse(e Entry) (sla.Kind, sla.Excuse) {
	of := ParseOf(e.Value)
	out := sla.Excuse{Name: of.Clock, Cycle: of.Cycle, Team: of.Team}
	if e.Kind == EExcuseUndone {
		return sla.ExcuseWithdrawn, out
	}
	out.Reason, out.By, out.ApprovedBy = e.Text, e.Old, e.Actor
	return sla.ExcuseGiven, out
}

// Called is the Value of an answer of ours that was given by telephone.
const Called = "called"

// SmallTalk is the Value of a customer's message that asks for nothing.
const SmallTalk = "small_talk"
