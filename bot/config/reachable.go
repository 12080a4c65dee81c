package config

import "slices"

// checkPaged finds people whom no page could reach on any platform of the
// document; each is told once.
func (r *reader) checkPaged() {
	for _, t := range r.teams.all() {
		if t.policy == nil {
			continue
		}
		t.tellUnreachable(t.policy.paged(t))
		t.tellUnreachable(r.last.of(t))
		if t.schedule != nil {
			t.tellUnreachable(t.schedule.people)
		}
	}
}

// tellUnreachable reports those of the people whom no page of the team reaches.
func (t *team) tellUnreachable(people []*person) {
	on := t.reaches()
	for _, p := range people {
		if len(on) == 0 || p.unreachable || slices.ContainsFunc(on, p.is.CanBeReachedOn) {
			continue
		}
		p.unreachable = true
		p.tellUnreachable(t.is.Key, on)
	}
}

// tellUnreachable says that no page of the team reaches the person on the
// platforms: they have an identity on none, or do not want to be called there.
func (p *person) tellUnreachable(team string, on []string) {
	for _, name := range on {
		if p.is.Identities[name] != "" {
			p.reach.wants(say(reachElsewhere, "person", quoted(p.is.Key), "team", quoted(team), "platforms", on), say(write, "example", "reach: ["+name+"]"))
			return
		}
	}
	p.at.wants(say(unreachable, "person", quoted(p.is.Key), "team", quoted(team), "platforms", on), p.writeIdentity(on[0]))
}

// reaches are the platforms on which pages of the team go out: those of its
// channels, and whatever else the document connects.
func (t *team) reaches() []string {
	var on []string
	add := func(name string) {
		if !slices.Contains(on, name) {
			on = append(on, name)
		}
	}
	for _, ch := range t.is.Channels {
		add(ch.Platform)
	}
	for _, name := range t.at.r.connected {
		add(name)
	}
	return on
}
