package console

import (
	"slices"

	"sereno/bot/company"
)

// OnConsole is the company as if it worked on the console alone: a person
// without an identity there is known by their key, a channel by its id on the
// platform that it belongs to. Identities on other platforms are gone, so that
// nothing is sent to where nobody listens. The company given is not changed.
func OnConsole(c *company.Company) *company.Company {
	out := *c
	people := map[*company.Person]*company.Person{}
	teams := map[*company.Team]*company.Team{}
	customers := map[*company.Customer]*company.Customer{}
	out.People = make([]*company.Person, len(c.People))
	for i, p := range c.People {
		n := *p
		n.Identities = map[string]string{Name: identity(p)}
		out.People[i], people[p] = &n, &n
	}
	out.Teams = make([]*company.Team, len(c.Teams))
	for i, t := range c.Teams {
		n := *t
		n.Channels = channels(t.Channels)
		n.Agents = mapped(t.Agents, people)
		n.Lead = people[t.Lead]
		out.Teams[i], teams[t] = &n, &n
	}
	out.Customers = make([]*company.Customer, len(c.Customers))
	for i, x := range c.Customers {
		n := *x
		n.Channels = channels(x.Channels)
		n.Contacts = mapped(x.Contacts, people)
		n.Team = teams[x.Team]
		out.Customers[i], customers[x] = &n, &n
	}
	for _, p := range out.People {
		p.Customer = customers[p.Customer]
	}
	out.QualityChannels = channels(c.QualityChannels)
	return &out
}

func mapped[T any](in []*T, to map[*T]*T) []*T {
	out := make([]*T, 0, len(in))
	for _, x := range in {
		if y := to[x]; y != nil {
			out = append(out, y)
		}
	}
	return out
}

func identity(p *company.Person) string {
	if id := p.Identities[Name]; id != "" {
		return id
	}
	return p.Key
}

// channels keeps those of the console; where there are none, each of the
// others is known here by its own id.
func channels(in []company.ChannelID) []company.ChannelID {
	var out []company.ChannelID
	for _, ch := range in {
		if ch.Platform == Name {
			out = append(out, ch)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, ch := range in {
		n := company.ChannelID{Platform: Name, ID: ch.ID}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// directory is who and what the platform knows.
type directory struct {
	company  *company.Company
	people   map[string]bool
	channels map[string]bool
	// aliases lead from a person's key to their name here.
	aliases map[string]string
}

func newDirectory(c *company.Company) *directory {
	d := &directory{company: c, people: map[string]bool{}, channels: map[string]bool{}, aliases: map[string]string{}}
	for _, p := range c.People {
		if id := p.Identities[Name]; id != "" {
			d.people[id], d.aliases[p.Key] = true, id
		}
	}
	for _, name := range Channels(c) {
		d.channels[name] = true
	}
	return d
}

// Channels lists the company's channels on the console: customers' first, then
// teams', then quality's, in the order of the configuration.
func Channels(c *company.Company) []string {
	var out []string
	add := func(in []company.ChannelID) {
		for _, ch := range in {
			if ch.Platform == Name && !slices.Contains(out, ch.ID) {
				out = append(out, ch.ID)
			}
		}
	}
	for _, x := range c.Customers {
		add(x.Channels)
	}
	for _, t := range c.Teams {
		add(t.Channels)
	}
	add(c.QualityChannels)
	return out
}

// People lists the names of the company's people on the console, in the order
// of the configuration.
func People(c *company.Company) []string {
	var out []string
	for _, p := range c.People {
		if id := p.Identities[Name]; id != "" {
			out = append(out, id)
		}
	}
	return out
}
