package config

import (
	"cmp"
	"maps"
	"slices"

	"sereno/bot/civil"
	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// doubts are what the document allows and somebody should know: steps that come
// after a breach, breaches of which nothing warns, people whom only one platform
// reaches, or one that nothing connects, and people whom hardly any page reaches.
func (r *reader) doubts() Problems {
	out := *r
	out.problems = nil
	r.lateSteps(&out)
	r.uncounted(&out)
	r.unwarned(&out)
	r.thinReach(&out)
	r.alwaysQuiet(&out)
	for i := range out.problems {
		out.problems[i].Warning = true
	}
	return out.problems.sorted()
}

// lateSteps tells of each step that comes after a breach when the paging begins
// with the first warning, for the one after which it comes the latest.
func (r *reader) lateSteps(to *reader) {
	worst := map[*step]tooLate{}
	for group := range r.rescues() {
		for _, d := range group {
			if d.promise.left() == 0 {
				continue
			}
			for i, at := range d.times(d.promise.warned()) {
				if at == never || d.late(at) < 0 {
					continue
				}
				s, found := &d.policy.steps[i], tooLate{d, i, lateAfterAll, d.late(at)}
				if before, twice := worst[s]; !twice || found.late > before.late {
					worst[s] = found
				}
			}
		}
	}
	for _, found := range worst {
		found.tell(to)
	}
}

// uncounted tells of policies of which no step counts for some severity that they
// serve, at some hours at least: the last resort is called then.
func (r *reader) uncounted(to *reader) {
	told := map[*policy][]string{}
	for group := range r.rescues() {
		if len(group) == 0 {
			continue
		}
		d, none := group[0], true
		for i := range d.policy.steps {
			none = none && !d.counts(i)
		}
		if s := string(d.promise.severity); none && len(d.policy.steps) > 0 && !slices.Contains(told[d.policy], s) {
			told[d.policy] = append(told[d.policy], s)
		}
	}
	for p, severities := range told {
		at := p.at
		at.r = to
		at.wants(say(noneCounts, "severities", severities), say(addStepForAll))
	}
}

// unwarned tells of commitments of which nothing warns, neither the contract nor the
// policy of everybody who has it: the paging begins when they are broken.
func (r *reader) unwarned(to *reader) {
	early := r.pagedEarly()
	for _, c := range r.contracts.all() {
		var none []string
		var first *promise
		for i := range c.promises {
			p := &c.promises[i]
			name := string(p.severity) + "." + string(p.name)
			if p.left() == 0 && !early(c, p) && !slices.Contains(none, name) {
				none = append(none, name)
				first = cmp.Or(first, p)
			}
		}
		if first != nil {
			at := first.at
			at.r = to
			at.wrong(say(nothingWarns, "commitments", none), say(write, "example", "warnings: [75%]"))
		}
	}
}

// pagedEarly tells of which commitments every policy pages by a share of them, before
// they are broken.
func (r *reader) pagedEarly() func(*contract, *promise) bool {
	type promised struct {
		contract *contract
		severity sla.Severity
		name     sla.Name
	}
	early, late := map[promised]bool{}, map[promised]bool{}
	for group := range r.rescues() {
		for _, d := range group {
			of := promised{d.customer.contract, d.promise.severity, d.promise.name}
			byShare := false
			for i, s := range d.policy.steps {
				byShare = byShare || s.is.Share > 0 && d.counts(i)
			}
			early[of], late[of] = early[of] || byShare, late[of] || !byShare
		}
	}
	without := map[*contract]bool{} // somebody who has it has no policy
	for _, x := range r.customers.all() {
		without[x.contract] = without[x.contract] || x.team == nil || x.team.policy == nil
	}
	return func(c *contract, p *promise) bool {
		of := promised{c, p.severity, p.name}
		return early[of] && !late[of] && !without[c]
	}
}

// thinReach tells of people on call whom one platform alone reaches, so that
// nobody does when it is down, and of platforms in reach that nothing connects.
func (r *reader) thinReach(to *reader) {
	if len(r.connected) == 0 {
		return // a document for the demo or a replay
	}
	only := map[string][]string{}
	for _, p := range r.onCall() {
		var on []string
		for _, name := range r.connected {
			if p.is.CanBeReachedOn(name) {
				on = append(on, name)
			}
		}
		if len(on) == 1 {
			only[on[0]] = append(only[on[0]], p.is.Key)
		}
		for _, step := range p.is.Reach {
			if !slices.Contains(r.connected, step.Platform) {
				at := p.reach
				at.r = to
				at.wants(say(reachUnconnected, "person", quoted(p.is.Key), "platform", step.Platform), say(connectIt, "platform", step.Platform))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(only)) {
		at := r.people.items[only[name][0]].at
		at.r = to
		at.wants(say(onlyOneWay, "platform", name, "people", only[name]), say(writeSecondWay))
	}
}

// alwaysQuiet tells of people whose quiet hours are all of the week.
func (r *reader) alwaysQuiet(to *reader) {
	for _, p := range r.people.all() {
		if p.quiet == nil || !wholeWeek(p.quiet.Hours) {
			continue
		}
		at := p.quietAt
		at.r = to
		at.wants(say(alwaysQuiet, "person", quoted(p.is.Key)), say(writeOrRemove, "example", "quiet: {hours: ['22:00-07:00']}"))
	}
}

// wholeWeek reports whether the hours leave no minute of the week out.
func wholeWeek(hours []oncall.Restriction) bool {
	var covered [7 * civil.MinutesPerDay]bool
	for _, h := range hours {
		for day, on := range h.Days {
			for m := h.From; on && m < h.To; m++ {
				covered[(day*civil.MinutesPerDay+m)%len(covered)] = true
			}
		}
	}
	return !slices.Contains(covered[:], false)
}

// onCall are all whom a page may go to, in the order of the document.
func (r *reader) onCall() []*person {
	found := map[*person]bool{}
	add := func(people []*person) {
		for _, p := range people {
			found[p] = true
		}
	}
	for _, s := range r.schedules.all() {
		add(s.people)
	}
	for _, t := range r.teams.all() {
		if t.policy != nil {
			add(t.policy.paged(t))
		}
		add(r.last.of(t))
	}
	return slices.DeleteFunc(r.people.all(), func(p *person) bool { return !found[p] })
}
