package incident

import (
	"time"

	"sereno/bot/sla"
)

// Escalation is how far the paging of an incident has gone.
type Escalation struct {
	// Active: people are being paged and nobody has acknowledged.
	Active bool
	// Reason is what it is about: "at_risk", "breached", "reclassified",
	// "escalated", "unattended", "reminder", "handed_over", "drill".
	Reason string
	// Clock is the commitment concerned, "" for a manual escalation; Cycle is
	// which of its cycles.
	Clock sla.Name
	Cycle int
	// Due is when the commitment was due as this escalation began, or as it became
	// worse; the zero instant when it is about none.
	Due time.Time
	// Step is the index of the policy's step that was reached last, from 0; -1 while
	// only the people before the policy were (the owner). Round counts from 0.
	Step, Round int
	// Last: the policy ended, and the last resort was called.
	Last bool
	// Unnamed: it was called because nobody is named for such an incident, not
	// because nobody acknowledged.
	Unnamed bool
	// Since is when this escalation began, ReachedAt when its present step was.
	Since, ReachedAt time.Time
	// NextAt is when the next step falls due while it is active; the zero instant
	// otherwise.
	NextAt time.Time
	// MissedAt is when it should have begun, where we were not there then.
	MissedAt time.Time
	// AckedBy is who acknowledged, "" while nobody has.
	AckedBy string
	AckedAt time.Time
	// AckUntil is when the acknowledgement expires unless something happens; the
	// zero instant when it holds. What happened before AckFrom does not count.
	AckUntil, AckFrom time.Time
	// Remind: whoever acknowledged wants to be paged at AckUntil, whatever happens.
	Remind bool
	// LapsedBy is who had acknowledged an incident that nothing happened to then.
	LapsedBy string
	// Unsaid are the warnings that came while people were being paged for something
	// else: they follow when that is over.
	Unsaid []string
	// Pages are the pages that were sent, those of an earlier escalation that nobody
	// answered included, edited when somebody does.
	Pages []Place
}

// Pending reports whether something is to happen next: another step, or the end
// of an acknowledgement.
func (e *Escalation) Pending() bool { return e.Active || !e.AckUntil.IsZero() }

// Unanswered reports whether people were paged and nobody has acknowledged, be
// there further steps or none.
func (e *Escalation) Unanswered() bool {
	return e.Active || len(e.Pages) > 0 && e.AckedBy == ""
}

// Waiting are the pages that nobody has answered.
func (e *Escalation) Waiting() []Place {
	if e.Unanswered() {
		return e.Pages
	}
	return nil
}

// Acked reports whether somebody has acknowledged what is about the clock.
func (e *Escalation) Acked(clock sla.Name, cycle int) bool {
	return e.AckedBy != "" && e.Clock == clock && e.Cycle == cycle
}
