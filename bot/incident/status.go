package incident

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

// Open reports whether work is still owed in this state.
func (s Status) Open() bool {
	switch s {
	case Resolved, Closed, Cancelled, Merged:
		return false
	}
	return true
}
