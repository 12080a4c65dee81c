package config

import (
	"cmp"
	"slices"

	"sereno/bot/company"
	"sereno/bot/oncall"
)

// person is a person while the document is read.
type person struct {
	at       value
	roles    value
	language value
	timezone value
	reach    value
	quiet    *oncall.Window
	quietAt  value
	away     value
	identity map[string]value
	// contactOf is where the person is a contact, duties where they are one of us.
	contactOf, duties []duty
	// unreachable: it was told that no page reaches the person.
	unreachable bool
	is          *company.Person
}

// duty is a place of the document that gives a person something to do.
type duty struct {
	at       value
	customer *customer    // where they are a contact
	team     *team        // where they are an agent or lead
	role     company.Role // what the duty makes one of us
}

func (v value) person() *person {
	p := &person{at: v, is: &company.Person{Key: v.name(), Name: v.name(), Identities: map[string]string{console: v.name()}}}
	f, ok := v.fields(personKeys)
	if !ok {
		return p
	}
	if s, ok := f["name"].plain(); ok {
		p.is.Name = s
	}
	p.roles, p.language, p.timezone = f["roles"], f["language"], f["timezone"]
	if f["identities"].present() {
		p.identity, _ = f["identities"].fields(v.r.identityKeys())
		for _, on := range v.r.allPlatforms() {
			if id, ok := p.identity[on.name].id(on, personID); ok {
				p.is.Identities[on.name] = id
			}
		}
	}
	p.reach = f["reach"]
	known := len(v.r.problems)
	p.is.Reach = p.reach.reach(p)
	p.unreachable = len(v.r.problems) > known // said already, in other words
	p.quiet, p.quietAt, p.away = f["quiet"].quiet(), f["quiet"], f["away"]
	return p
}

// settlePeople does what needs to wait until everybody's duties are known:
// who is whose contact, which roles follow, whose language and zone hold where
// none is named.
func (r *reader) settlePeople(c *company.Company, clear bool) {
	for _, p := range r.people.all() {
		p.settleSide()
		p.settleRoles(clear)
		language, zone := c.Language, c.Zone
		switch {
		case p.is.Customer != nil:
			language, zone = p.is.Customer.Language, p.is.Customer.Zone
		case p.team() != nil:
			language, zone = p.team().is.Language, p.team().is.Zone
		}
		p.is.Language = p.language.language(language)
		p.is.Zone = p.timezone.zone(zone)
		if p.quiet != nil {
			p.quiet.Zone = cmp.Or(p.quiet.Zone, p.is.Zone)
			p.is.Quiet = []oncall.Window{*p.quiet}
		}
		p.is.Away = p.away.away(p.is.Zone)
		c.People = append(c.People, p.is)
	}
	r.checkIdentities()
}

// settleSide finds who is a customer's contact, and who is on both sides.
func (p *person) settleSide() {
	for i, d := range p.contactOf {
		if i == 0 {
			p.is.Customer = d.customer.is
			continue
		}
		first := p.contactOf[0]
		d.at.wrong(say(contactOfTwo, "person", quoted(p.is.Key), "customer", quoted(first.customer.is.Key), "where", first.at.here()),
			say(keepOneContact))
	}
	if len(p.contactOf) > 0 && len(p.duties) > 0 {
		contact, ours := p.contactOf[0], p.duties[0]
		ours.at.wrong(say(bothSides, "person", quoted(p.is.Key), "customer", quoted(contact.customer.is.Key), "where", contact.at.here()),
			say(keepOneSide))
	}
}

// settleRoles adds the roles that the duties bring to those that are written.
// clear says that all duties are known: only then can somebody have none.
func (p *person) settleRoles(clear bool) {
	for _, item := range p.roles.items() {
		s, ok := item.text()
		if !ok {
			continue
		}
		role := company.Role(s)
		switch {
		case role == company.CustomerRole && len(p.contactOf) == 0:
			item.wrong(say(customerRole, "role", quoted(s)), say(writeContacts, "person", p.is.Key))
		case role == company.CustomerRole:
		case !slices.Contains(ourRoles, s):
			item.wrong(say(notA, "text", quoted(s), "kind", aRole), alternatives(s, ourRoles))
		case len(p.contactOf) > 0:
			item.wrong(say(contactWithRole, "person", quoted(p.is.Key), "customer", quoted(p.contactOf[0].customer.is.Key), "role", quoted(s)),
				say(keepOneSide))
		case slices.Contains(p.is.Roles, role):
			item.wrong(say(listedTwice, "text", quoted(s)), say(keepOne))
		default:
			p.is.Roles = append(p.is.Roles, role)
		}
	}
	if len(p.contactOf) > 0 {
		p.is.Roles = []company.Role{company.CustomerRole}
		return
	}
	for _, role := range []company.Role{company.Lead, company.Agent} { // a lead is an agent too
		if slices.ContainsFunc(p.duties, func(d duty) bool { return d.role == role }) && !p.is.Has(role) {
			p.is.Roles = append(p.is.Roles, role)
		}
	}
	if len(p.is.Roles) == 0 && !p.roles.present() && clear {
		p.at.wants(say(idlePerson, "person", quoted(p.is.Key)), say(writeDuty))
	}
}

// team is the first team that the person belongs to, nil for none.
func (p *person) team() *team {
	for _, d := range p.duties {
		if d.team != nil {
			return d.team
		}
	}
	return nil
}

// checkIdentities finds identities that two people share: what one of them
// says would be taken for the other's words.
func (r *reader) checkIdentities() {
	type account struct{ platform, id string }
	first := map[account]*person{}
	people := r.people.all()
	for _, on := range r.allPlatforms() {
		// Written identities come before the keys that stand for them.
		for _, written := range []bool{true, false} {
			for _, p := range people {
				id := p.is.Identities[on.name]
				if id == "" || p.identity[on.name].present() != written {
					continue
				}
				a := account{on.name, id}
				other := first[a]
				if other == nil {
					first[a] = p
					continue
				}
				mine := p
				if !written { // the mistake is what was written
					mine, other = other, mine
				}
				mine.identityAt(on.name).wrong(
					say(sameIdentity, "id", quoted(id), "platform", on.name, "person", quoted(other.is.Key), "where", other.identityAt(on.name).here()),
					say(writeOwnIdentity))
			}
		}
	}
}

// identityAt is where the person's identity is written; the person's key where
// that stands for it.
func (p *person) identityAt(platform string) value {
	if at := p.identity[platform]; at.present() {
		return at
	}
	at := p.at
	at.node = at.key
	return at
}

func (p *person) addContact(at value, c *customer) {
	p.contactOf = append(p.contactOf, duty{at: at, customer: c})
	slices.SortStableFunc(p.contactOf, byPlace)
}

func (p *person) addDuty(at value, t *team, role company.Role) {
	p.duties = append(p.duties, duty{at: at, team: t, role: role})
	slices.SortStableFunc(p.duties, byPlace)
}

func byPlace(a, b duty) int {
	x, y := a.at.here(), b.at.here()
	return cmp.Or(cmp.Compare(x.line, y.line), cmp.Compare(x.col, y.col))
}
