package bot

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"sereno/bot/company"
)

// seenAgain is how long a contact's record is good for before it is written anew.
const seenAgain = 24 * time.Hour

// recognise finds out who acts and on whose side they are: somebody whom the
// configuration names; one of our own by a group that it names; or a contact of
// the customer in whose channel they are, or were met before.
func (d *Desk) recognise() error {
	e := d.event
	if e.User == "" {
		return nil
	}
	if d.actor = d.company.PersonAt(e.Platform, e.User); d.actor != nil {
		d.outside = d.actor.Customer
		return nil
	}
	known, err := d.contact(e.Platform, e.User)
	if err != nil {
		return err
	}
	met := Contact{Platform: e.Platform, ID: e.User, Name: e.UserName, Workspace: e.UserTeam, Seen: d.now}
	if known != nil {
		met.Name = cmp.Or(met.Name, known.Name)
		met.Workspace = cmp.Or(met.Workspace, known.Workspace)
		met.Customer, met.Team = known.Customer, known.Team
	}
	d.side(&met)
	d.contacts[identity{e.Platform, e.User}] = &met
	if d.actor = d.personOf(&met); d.actor != nil {
		d.outside = d.actor.Customer
	}
	if known != nil && met.same(*known) && d.now.Sub(known.Seen) < seenAgain {
		return nil
	}
	return d.tx.SaveContact(d.ctx, met)
}

// metElsewhere keeps the name of somebody whose message an event is about.
func (d *Desk) metElsewhere(a *Author) error {
	who := identity{d.event.Platform, a.User}
	if a.User == "" || who.id == d.event.User {
		return nil
	}
	known, err := d.contact(who.platform, who.id)
	if err != nil || known != nil {
		return err
	}
	met := &Contact{Platform: who.platform, ID: who.id, Name: a.Name, Workspace: a.Team, Seen: d.now}
	met.Customer = d.customerOf(met)
	d.contacts[who] = met
	return d.tx.SaveContact(d.ctx, *met)
}

// same reports whether nothing is new but when they were seen.
func (c Contact) same(other Contact) bool {
	c.Seen = other.Seen
	return c == other
}

// side decides for whom somebody acts whom the configuration does not name.
func (d *Desk) side(c *Contact) {
	if t := d.groupOf(d.event); t != nil {
		c.Team, c.Customer = t.Key, ""
		return
	}
	if len(d.event.Groups) == 0 && c.Team != "" && d.event.Kind != MessagePosted {
		return // not every event tells the groups
	}
	c.Team, c.Customer = "", d.customerOf(c)
}

// customerOf is the key of the customer whose contact they are: by the channel
// that they are in, else by their workspace, else as they were met before; ""
// for a guest.
func (d *Desk) customerOf(c *Contact) string {
	if here := d.company.CustomerOf(d.here()); here != nil {
		if theirs(here, c) {
			return here.Key
		}
		return "" // in the customer's channel, and of somebody else
	}
	for _, x := range d.company.Customers {
		if x.Has(c.Platform, c.Workspace) {
			return x.Key
		}
	}
	if x := d.company.Customer(c.Customer); x != nil && theirs(x, c) {
		return x.Key
	}
	return ""
}

// theirs reports whether somebody in the customer's channel is of the customer.
// Where no workspaces are named, everybody there is.
func theirs(x *company.Customer, c *Contact) bool {
	return len(x.Workspaces[c.Platform]) == 0 || x.Has(c.Platform, c.Workspace)
}

// groupOf is the team of which the author is by a group of the platform.
func (d *Desk) groupOf(e *Event) *company.Team {
	for _, g := range e.Groups {
		if t := d.company.TeamOfGroup(e.Platform, g); t != nil {
			return t
		}
	}
	return nil
}

// identity is somebody on a platform.
type identity struct{ platform, id string }

// key is how the history names somebody whom the configuration does not.
func (i identity) key() string { return i.platform + ":" + i.id }

// identified reads such a name; false for a key of the configuration, which has
// no colon.
func identified(key string) (identity, bool) {
	platform, id, ok := strings.Cut(key, ":")
	return identity{platform, id}, ok && platform != "" && id != ""
}

// contact is who was met under the identity, nil when nobody was.
func (d *Desk) contact(platform, id string) (*Contact, error) {
	who := identity{platform, id}
	if c, ok := d.contacts[who]; ok {
		return c, nil
	}
	c, err := d.tx.ContactAt(d.ctx, platform, id)
	if errors.Is(err, ErrNotFound) {
		c, err = nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("who is %s: %w", who.key(), err)
	}
	d.contacts[who] = c
	return c, nil
}

// personOf is the contact as a person; nil for a guest, who is on nobody's side.
func (d *Desk) personOf(c *Contact) *company.Person {
	p := &company.Person{
		Key: identity{c.Platform, c.ID}.key(), Name: cmp.Or(c.Name, c.ID),
		Identities: map[string]string{c.Platform: c.ID},
	}
	if t := d.company.Team(c.Team); t != nil {
		p.Roles, p.Language, p.Zone = []company.Role{company.Agent}, t.Language, t.Zone
		return p
	}
	if x := d.company.Customer(c.Customer); x != nil {
		p.Customer, p.Language, p.Zone = x, x.Language, x.Zone
		return p
	}
	return nil
}

// person finds somebody by how the history names them; nil when nobody is known
// so, or only as a guest.
func (d *Desk) person(key string) *company.Person {
	if p := d.company.Person(key); p != nil {
		return p
	}
	who, ok := identified(key)
	if !ok {
		return nil
	}
	c, err := d.contact(who.platform, who.id)
	if err != nil || c == nil { // a read that failed fails the transaction, too
		return nil
	}
	return d.personOf(c)
}

// name is how people read somebody whom the history names: a person, or a team
// that was paged as a whole.
func (d *Desk) name(author string) string {
	if p := d.company.Person(author); p != nil {
		return p.Name
	}
	if t := d.company.Team(author); t != nil {
		return t.Name
	}
	if who, ok := identified(author); ok {
		if c, err := d.contact(who.platform, who.id); err == nil && c != nil && c.Name != "" {
			return c.Name
		}
		return who.id
	}
	return author
}
