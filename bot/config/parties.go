package config

import (
	"slices"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// team is a team while the document is read.
type team struct {
	at       value
	schedule *schedule
	policy   *policy
	agents   []*person
	lead     *person
	// scheduled and led: a schedule and a lead are named, if perhaps not known.
	scheduled, led bool
	is             *company.Team
}

func (v value) team(c *company.Company) *team {
	t := &team{at: v, is: &company.Team{Key: v.name(), Name: v.name()}}
	f, ok := v.fields(teamKeys)
	if !ok {
		return t
	}
	if s, ok := f["name"].plain(); ok {
		t.is.Name = s
	}
	t.is.Language = f["language"].language(c.Language)
	t.is.Zone = f["timezone"].zone(c.Zone)
	t.is.Channels = f["channels"].channels(party{ofTeam, v.name()})
	t.is.Groups = f["groups"].idsByPlatform(groupKeys, groupID, func(p platform, id string, at value) bool {
		return v.r.claimGroup(p, id, party{ofTeam, v.name()}, at)
	})
	for _, item := range f["products"].items() {
		if s, ok := item.plain(); ok {
			t.is.Products = append(t.is.Products, s)
		}
	}
	for _, item := range f["agents"].items() {
		p := v.r.people.find(item)
		switch {
		case p == nil:
		case slices.Contains(t.is.Agents, p.is):
			item.wrong(say(listedTwice, "text", quoted(p.is.Key)), say(keepOne))
		default:
			t.is.Agents, t.agents = append(t.is.Agents, p.is), append(t.agents, p)
			p.addDuty(item, t, company.Agent)
		}
	}
	if f["agents"].isEmptyList() {
		f["agents"].wrong(say(emptyList), say(write, "example", "[ana, luis]"))
	}
	if p := v.r.people.find(f["lead"]); p != nil {
		t.is.Lead, t.lead = p.is, p
		p.addDuty(f["lead"], t, company.Lead)
	}
	if s := v.r.schedules.find(f["schedule"]); s != nil {
		t.schedule, t.is.Schedule = s, s.is
	}
	if k := v.r.contracts.find(f["ola"]); k != nil {
		t.is.OLA = k.sla
	}
	t.scheduled, t.led = f["schedule"].present(), f["lead"].present()
	t.readPolicy(f["policy"])
	return t
}

// readPolicy finds the team's policy. Where only one is declared it need not
// be named; where none is, the team's channel is told.
func (t *team) readPolicy(at value) {
	r := t.at.r
	switch {
	case at.present():
		t.policy = r.policies.find(at)
	case len(r.policies.order) == 1:
		t.policy = r.policies.all()[0]
	case len(r.policies.order) > 1:
		t.at.wants(say(whichPolicy), say(writeOneOf, "words", r.policies.order))
	default:
		t.is.Policy = &oncall.Policy{Name: "channel", Steps: []oncall.Step{{Targets: []oncall.Target{{Kind: oncall.TargetChannel, Name: oncall.TeamsOwn}}}}}
	}
	if t.policy == nil {
		return
	}
	t.is.Policy = t.policy.is
}

func writeSchedule(r *reader) phrase {
	if len(r.schedules.order) == 0 {
		return say(write, "example", "schedule: <name>")
	}
	return say(write, "example", "schedule: "+r.schedules.order[0])
}

// customer is a customer while the document is read.
type customer struct {
	at       value
	contract *contract
	team     *team
	is       *company.Customer
}

func (v value) customer(c *company.Company) *customer {
	x := &customer{at: v, is: &company.Customer{Key: v.name(), Name: v.name(), Severity: sla.Normal, Kind: sla.Failure}}
	f, ok := v.fields(customerKeys)
	if !ok {
		return x
	}
	if s, ok := f["name"].plain(); ok {
		x.is.Name = s
	}
	x.is.Language = f["language"].language(c.Language)
	x.is.Zone = f["timezone"].zone(c.Zone)
	if k := v.r.contracts.find(f["contract"]); k != nil {
		x.is.Contract, x.contract = k.sla, k
	}
	if t := v.r.teams.find(f["team"]); t != nil {
		x.is.Team, x.team = t.is, t
	}
	if s, ok := f["severity"].oneOf(aSeverity, severities()); ok {
		x.is.Severity = sla.Severity(s)
	}
	if s, ok := f["kind"].oneOf(aKind, names(sla.Requests)); ok {
		x.is.Kind = sla.Request(s)
	}
	x.is.Channels = f["channels"].channels(party{ofCustomer, v.name()})
	x.is.Workspaces = f["workspaces"].workspaces()
	for _, item := range f["contacts"].items() {
		p := v.r.people.find(item)
		switch {
		case p == nil:
		case slices.Contains(x.is.Contacts, p.is):
			item.wrong(say(listedTwice, "text", quoted(p.is.Key)), say(keepOne))
		default:
			x.is.Contacts = append(x.is.Contacts, p.is)
			p.addContact(item, x)
		}
	}
	return x
}

// party is who has a channel: ofCustomer, ofTeam or ofQuality, and its name.
type party struct {
	kind msg
	name string
}

func (p party) phrase() phrase { return say(p.kind, "name", quoted(p.name)) }

// channels reads the party's channels by platform.
func (v value) channels(p party) []company.ChannelID {
	f, ok := v.fields(channelKeys)
	if !ok {
		return nil
	}
	var out []company.ChannelID
	listed := len(v.node.Content) > 2*len(f) // an unknown platform has been reported
	for _, on := range platforms {
		at := f[on.name]
		listed = listed || at.present() && !at.isEmptyList()
		for _, item := range at.items() {
			if id, ok := item.id(on, channelID); ok && v.r.claim(channel{on.name, id}, p, item) {
				out = append(out, company.ChannelID{Platform: on.name, ID: id})
			}
		}
	}
	if !listed {
		v.wants(say(noChannel), say(write, "example", "channels: {"+slack+": [C0123456789]}"))
	}
	return out
}

type channel struct{ platform, id string }

// workspaces reads whose people are the customer's. Two customers may share
// one, as parts of one organisation do; our own is nobody else's.
func (v value) workspaces() map[string][]string {
	seen := map[channel]bool{}
	return v.idsByPlatform(workspaceKeys, workspaceID, func(p platform, id string, at value) bool {
		here := channel{p.name, id}
		ours, own := v.r.own[here]
		switch {
		case own:
			at.wrong(say(ownWorkspace, "text", quoted(id), "where", ours.here()), say(writeTheirs))
			return false
		case seen[here]:
			at.wrong(say(listedTwice, "text", quoted(id)), say(keepOne))
			return false
		}
		seen[here] = true
		return true
	})
}

// claimGroup gives the user group or role to the team. Whoever is in it becomes
// an agent of the team, so it belongs to one, and is not the one that everybody
// is in: a Discord server's own id is also that of its role @everyone.
func (r *reader) claimGroup(p platform, id string, by party, at value) bool {
	here := channel{p.name, id}
	ours, own := r.own[here]
	other, taken := r.groups[here]
	switch {
	case own:
		at.wrong(say(everybodysGroup, "text", quoted(id), "where", ours.here()), say(writeID, "example", p.ids[groupID].example, "found", p.ids[groupID].found))
		return false
	case taken && other.by == by:
		at.wrong(say(listedTwice, "text", quoted(id)), say(keepOne))
		return false
	case taken:
		at.wrong(say(groupTaken, "group", quoted(id), "platform", p.name, "owner", other.by.phrase(), "where", other.at.here()), say(writeOwnGroup))
		return false
	}
	r.groups[here] = claimed{by, at}
	return true
}

// claimed is a channel that the document gives to somebody.
type claimed struct {
	by party
	at value
}

// claim gives the channel to the party. A channel tells whose incident a
// message is about and who may read the answer, so it belongs to one customer
// or one team; only quality may read in a team's.
func (r *reader) claim(ch channel, by party, at value) bool {
	other, taken := r.channels[ch]
	switch {
	case !taken:
		r.channels[ch] = claimed{by, at}
		return true
	case other.by == by:
		at.wrong(say(listedTwice, "text", quoted(ch.id)), say(keepOne))
		return false
	case by.kind == ofQuality && other.by.kind == ofTeam:
		return true
	}
	mine := claimed{by, at}
	if before(mine.at.here(), other.at.here()) {
		mine, other = other, mine
	}
	mine.at.wrong(say(channelTaken, "channel", quoted(ch.id), "platform", ch.platform, "owner", other.by.phrase(), "where", other.at.here()),
		say(writeOwnChannel))
	return false
}
