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
	EAgent       EntryKind = "agent"        // a public answer of ours
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
	ENeedsHelp   EntryKind = "needs_help"   // the suggestions did not help
	EWarned      EntryKind = "warned"       // Value: clock
	EBreached    EntryKind = "breached"     // Value: clock
	ECorrected   EntryKind = "corrected"    // a recorded breach was none; Value: clock
	EPaged       EntryKind = "paged"        // Actor is who was paged; Value: reason
	ESkipped     EntryKind = "page_skipped" // a step that reached nobody; Text: why
	EAcked       EntryKind = "acked"        //
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
)

// EntryKinds lists every kind.
var EntryKinds = []EntryKind{
	EReported, ECustomer, EAgent, ENote, ETaken, ESeverity, EWaiting, EResumed,
	EResolved, EConfirmed, EReopened, EClosed, ECancelled, EMerged, EAbsorbed, EMoved, ESuggested,
	ENeedsHelp, EWarned, EBreached, ECorrected, EPaged, ESkipped, EAcked, ERated, EOrigin, ETeam,
	EEdited, EDeleted, ERCAStarted, ERCADone, EReplyMode, EWithdrawn, EFile, EUndelivered,
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
		EConfirmed, EReopened, EClosed, ECancelled, ERated, ESuggested, ENeedsHelp:
		return false
	}
	return true
}

// Facts are the entries that move clocks, as bot/sla understands them.
func Facts(history []Entry) []sla.Fact {
	var out []sla.Fact
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
		default:
			continue
		}
		out = append(out, f)
	}
	return out
}

// SmallTalk is the Value of a customer's message that asks for nothing.
const SmallTalk = "small_talk"
