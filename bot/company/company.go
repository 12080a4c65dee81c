// Package company is the service as its configuration describes it: customers
// and their contracts, teams and people, calendars, schedules and escalation
// policies. Values only: bot/config reads them from the controlled document,
// and everybody else looks things up here.
package company

import (
	"slices"
	"time"

	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// Lang is a language of the interface: "es" or "en".
type Lang string

// The languages that every text exists in.
const (
	Spanish Lang = "es"
	English Lang = "en"
)

// Role is what somebody may do. Roles add up.
type Role string

// The roles, from outside in.
const (
	CustomerRole Role = "customer"
	Agent        Role = "agent"
	Lead         Role = "lead"
	Quality      Role = "quality"
	Admin        Role = "admin"
)

// ChannelID is a channel of a platform, by the platform's own id.
type ChannelID struct{ Platform, ID string }

// Customer is an organisation that is served under a contract.
type Customer struct {
	Key      string // its name in the configuration: "acme"
	Name     string // "Acme S.A."
	Language Lang
	Zone     *time.Location
	Contract *sla.Contract
	Team     *Team
	// Severity of a new incident, and what it is.
	Severity sla.Severity
	Kind     sla.Request
	Channels []ChannelID
	Contacts []*Person
	// Workspaces maps a platform to the ids of the teams, organisations or servers
	// there whose people are the customer's, wherever they write.
	Workspaces map[string][]string
}

// Has reports whether the workspace of the platform is the customer's. Nobody
// has "", which is a workspace that the platform did not name.
func (c *Customer) Has(platform, workspace string) bool {
	return c != nil && workspace != "" && slices.Contains(c.Workspaces[platform], workspace)
}

// Team is a group of agents with a channel of its own.
type Team struct {
	Key      string
	Name     string
	Language Lang
	Zone     *time.Location
	// Channels where its cards appear; the first of a platform is used.
	Channels []ChannelID
	Agents   []*Person
	Lead     *Person // nil when the configuration names none
	Schedule *oncall.Schedule
	Policy   *oncall.Policy
	// Products that it answers for, as articles name them; nil for all.
	Products []string
	// OLA is what the team promises within our own house, nil for nothing.
	OLA *sla.Contract
	// Groups maps a platform to its user groups or roles there: who is in one is an
	// agent of the team, and they are called when its channel is paged.
	Groups map[string][]string
}

// Person is somebody whom the configuration knows.
type Person struct {
	Key      string
	Name     string
	Language Lang
	Zone     *time.Location
	Roles    []Role
	// Customer is set for a customer's contact, nil for our own people.
	Customer *Customer
	// Identities maps a platform to the person's id there.
	Identities map[string]string
	// Reach are the channels in which the person is paged, in order. Nil: every
	// identity, the chats first.
	Reach []Reach
	// Quiet are the hours in which only what is critical pages the person. Of the
	// rest they learn afterwards.
	Quiet []oncall.Window
	// Away is when their own calendar says that they are away, by its start, in
	// UTC; what they say in chat is in the store.
	Away []oncall.Interval
}

// Has reports whether the person has the role. An admin has every role of ours;
// a lead is an agent too.
func (p *Person) Has(r Role) bool {
	if p == nil || p.Customer != nil {
		return r == CustomerRole && p != nil
	}
	if slices.Contains(p.Roles, r) {
		return true
	}
	switch r {
	case Agent:
		return slices.Contains(p.Roles, Lead) || slices.Contains(p.Roles, Admin)
	case Lead, Quality:
		return slices.Contains(p.Roles, Admin)
	}
	return false
}

// Company is the whole service. It is immutable once built: a reload makes a
// new one.
type Company struct {
	Name     string
	Language Lang
	Zone     *time.Location
	// GroupWithin is how long after a person's last message in a customer's
	// channel the next one still belongs to the same incident.
	GroupWithin time.Duration
	// CloseAfter is how long a resolved incident waits for the customer's word
	// before it is closed.
	CloseAfter time.Duration
	// QualityChannels is where the quality manager reads.
	QualityChannels []ChannelID

	Customers []*Customer // in the order of the configuration, as the rest
	Teams     []*Team
	People    []*Person
	Calendars []*sla.Calendar
	Contracts []*sla.Contract
	Schedules []*oncall.Schedule
	Policies  []*oncall.Policy
	// Duties tells documents apart that say differently who is on call, and who is
	// told of it. Two that say the same have the same.
	Duties string

	// Reactions maps an emoji's short name to the action that it stands for:
	// "open", "take", "resolve".
	Reactions map[string]string

	// Files is what is kept of what people attach.
	Files Files
	// Relay says when a customer's words are shown under the incident's card.
	Relay Relay
	// Paging is how people are reached.
	Paging Paging
	// KB is how articles live.
	KB KB
	// Assistant is what the assistant may do, where there is one.
	Assistant Assistant
	// PublicURL is the address at which people reach our HTTP server, without a
	// slash at its end; "" where they cannot.
	PublicURL string
	// ReplyModeFor is after how long without a message an agent's reply mode ends
	// by itself.
	ReplyModeFor time.Duration
}

// Relay says when what a customer writes is also shown in the thread of the
// incident's card.
type Relay string

// When it is shown there.
const (
	// RelayAlways: every message.
	RelayAlways Relay = "always"
	// RelayAcross: only where the team reads on another platform than the customer
	// writes on.
	RelayAcross Relay = "across"
)

// Person finds a person by key, nil when there is none.
func (c *Company) Person(key string) *Person {
	return find(c.People, func(p *Person) bool { return p.Key == key })
}

// PersonAt finds who has the identity on the platform, nil when nobody has.
func (c *Company) PersonAt(platform, id string) *Person {
	if id == "" {
		return nil
	}
	return find(c.People, func(p *Person) bool { return p.Identities[platform] == id })
}

// Customer finds a customer by key, nil when there is none.
func (c *Company) Customer(key string) *Customer {
	return find(c.Customers, func(x *Customer) bool { return x.Key == key })
}

// ContractOf is the contract of a customer, nil when they have none or are not
// served any more.
func (c *Company) ContractOf(customer string) *sla.Contract {
	if found := c.Customer(customer); found != nil {
		return found.Contract
	}
	return nil
}

// Team finds a team by key, nil when there is none.
func (c *Company) Team(key string) *Team {
	return find(c.Teams, func(x *Team) bool { return x.Key == key })
}

// CustomerOf finds the customer whose channel it is, nil when it is nobody's.
func (c *Company) CustomerOf(ch ChannelID) *Customer {
	return find(c.Customers, func(x *Customer) bool { return slices.Contains(x.Channels, ch) })
}

// TeamOf finds the team whose channel it is, nil when it is none's.
func (c *Company) TeamOf(ch ChannelID) *Team {
	return find(c.Teams, func(x *Team) bool { return slices.Contains(x.Channels, ch) })
}

// IsCustomers reports whether the workspace of the platform is a customer's.
func (c *Company) IsCustomers(platform, workspace string) bool {
	return slices.ContainsFunc(c.Customers, func(x *Customer) bool { return x.Has(platform, workspace) })
}

// TeamOfGroup finds the team whose user group or role it is, nil when it is none's.
func (c *Company) TeamOfGroup(platform, id string) *Team {
	return find(c.Teams, func(t *Team) bool { return slices.Contains(t.Groups[platform], id) })
}

// GroupsOn lists the user groups or roles of all teams on the platform.
func (c *Company) GroupsOn(platform string) []string {
	var out []string
	for _, t := range c.Teams {
		out = append(out, t.Groups[platform]...)
	}
	return out
}

// TeamsOf lists the teams of which the person is an agent or the lead.
func (c *Company) TeamsOf(p *Person) []*Team {
	var out []*Team
	for _, t := range c.Teams {
		if t.Lead == p || slices.Contains(t.Agents, p) {
			out = append(out, t)
		}
	}
	return out
}

// ChannelOn is the team's channel on the platform; false when it has none there.
func (t *Team) ChannelOn(platform string) (string, bool) {
	for _, ch := range t.Channels {
		if ch.Platform == platform {
			return ch.ID, true
		}
	}
	return "", false
}

func find[T any](in []*T, ok func(*T) bool) *T {
	for _, x := range in {
		if ok(x) {
			return x
		}
	}
	return nil
}

// Schedule finds a schedule by name, nil when there is none.
func (c *Company) Schedule(name string) *oncall.Schedule {
	return find(c.Schedules, func(s *oncall.Schedule) bool { return s.Name == name })
}
