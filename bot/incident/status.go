package incident

import "slices"

// Status is where an incident stands.
type Status string

// The states.
const (
	New               Status = "new"
	InProgress        Status = "in_progress"
	WaitingCustomer   Status = "waiting_customer"
	WaitingThirdParty Status = "waiting_third_party"
	InDevelopment     Status = "in_development"
	Resolved          Status = "resolved"
	Closed            Status = "closed"
	Cancelled         Status = "cancelled"
	Merged            Status = "merged"
)

// Statuses lists every state, in the order of a life.
var Statuses = []Status{
	New, InProgress, WaitingCustomer, WaitingThirdParty, InDevelopment,
	Resolved, Closed, Cancelled, Merged,
}

// Open reports whether work is still owed in this state.
func (s Status) Open() bool {
	switch s {
	case Resolved, Closed, Cancelled, Merged:
		return false
	}
	return true
}

// Waiting reports whether somebody else has to act first.
func (s Status) Waiting() bool {
	switch s {
	case WaitingCustomer, WaitingThirdParty, InDevelopment:
		return true
	}
	return false
}

// Action is what moves an incident from one state to another.
type Action string

// The actions.
const (
	Take           Action = "take"
	Answer         Action = "answer" // a public answer of ours
	WaitCustomer   Action = "wait_customer"
	WaitThirdParty Action = "wait_third_party"
	Develop        Action = "develop"
	Resume         Action = "resume"
	Resolve        Action = "resolve"
	Close          Action = "close"
	Reopen         Action = "reopen"
	Cancel         Action = "cancel" // not an incident
	Merge          Action = "merge"  // its customer's words go on in another one
)

// Transition is one allowed move. An empty To keeps the state.
type Transition struct {
	Action Action
	From   []Status
	To     Status
}

var open = []Status{New, InProgress, WaitingCustomer, WaitingThirdParty, InDevelopment}

// Transitions is the life cycle: what is not in it is refused (ISO 9001:2015,
// 8.5.1, controlled conditions).
var Transitions = []Transition{
	{Take, []Status{New}, InProgress},
	{Take, []Status{InProgress, WaitingCustomer, WaitingThirdParty, InDevelopment}, ""},
	{Answer, []Status{New}, InProgress},
	{Answer, []Status{InProgress, WaitingCustomer, WaitingThirdParty, InDevelopment, Resolved, Closed}, ""},
	{WaitCustomer, []Status{New, InProgress, WaitingThirdParty, InDevelopment}, WaitingCustomer},
	{WaitThirdParty, []Status{New, InProgress, WaitingCustomer, InDevelopment}, WaitingThirdParty},
	{Develop, []Status{New, InProgress, WaitingCustomer, WaitingThirdParty}, InDevelopment},
	{Resume, []Status{WaitingCustomer, WaitingThirdParty, InDevelopment}, InProgress},
	{Resolve, open, Resolved},
	{Close, []Status{Resolved}, Closed},
	{Reopen, []Status{Resolved, Closed}, InProgress},
	{Cancel, open, Cancelled},
	{Merge, open, Merged},
}

// After is the state after the action; false when the action is not allowed
// in this state.
func (s Status) After(a Action) (Status, bool) {
	for _, t := range Transitions {
		if t.Action == a && slices.Contains(t.From, s) {
			if t.To == "" {
				return s, true
			}
			return t.To, true
		}
	}
	return s, false
}
