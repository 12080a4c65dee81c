package config

import (
	"slices"
	"time"

	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// policy is an escalation policy while the document is read.
type policy struct {
	at    value
	steps []step
	// fallback is what it has of its own.
	fallback targets
	// named are the customers whom a step names.
	named map[string]bool
	// held are the sets of steps whose hours hold together, by the calendar of what
	// is paged about; see hours.
	held map[*sla.Calendar][][]bool
	is   *oncall.Policy
}

// step is a step while the document is read; its places are those of the value,
// its delay and its conditions.
type step struct {
	at, after, share value
	reaches          targets
	customers        []value
	is               oncall.Step
}

// What a policy may be.
const (
	maxSteps           = 50
	maxRepeat          = 20
	defaultRepeatAfter = 10 * time.Minute
	minAck             = time.Minute
	maxAck             = 24 * time.Hour
)

func (v value) policy() *policy {
	p := &policy{at: v, named: map[string]bool{}, is: &oncall.Policy{Name: v.name(), RepeatAfter: defaultRepeatAfter}}
	f, ok := v.fields(policyKeys)
	if !ok {
		return p
	}
	for i, item := range f["steps"].atMost(maxSteps).items() {
		if s, ok := item.step(i == 0); ok {
			p.steps = append(p.steps, s)
		}
	}
	if f["steps"].isEmptyList() {
		f["steps"].wrong(say(emptyList), say(write, "example", "[{schedule: team}]"))
	}
	p.sharesRise()
	for _, s := range p.steps {
		p.is.Steps = append(p.is.Steps, s.is)
		for _, name := range s.is.When.Customers {
			p.named[name] = true
		}
	}
	p.is.Repeat = f["repeat"].number(0, maxRepeat, 0)
	p.is.RepeatAfter = f["repeat_after"].duration(time.Second, defaultRepeatAfter)
	p.is.AckFor = f["ack_for"].durationWithin(minAck, maxAck, 0)
	p.fallback.readList(f["fallback"])
	p.is.Fallback = p.fallback.are
	return p
}

// sharesRise reports steps that would come before those above them.
func (p *policy) sharesRise() {
	var last *step
	for i := range p.steps {
		s := &p.steps[i]
		if s.is.Share == 0 {
			continue
		}
		if last != nil && s.is.Share < last.is.Share {
			s.share.wrong(say(shareFalls, "text", quoted(s.share.node.Value), "last", quoted(last.share.node.Value), "where", last.share.here()), say(orderSteps))
		}
		last = s
	}
}

func (v value) step(first bool) (step, bool) {
	f, ok := v.fields(stepKeys)
	if !ok {
		return step{}, false
	}
	s := step{at: v, after: f["after"], share: f["at"]}
	var given []string
	for _, k := range stepKeys.names()[:len(targetKeys.keys)+1] {
		if f[k].present() {
			given = append(given, k)
		}
	}
	switch {
	case len(given) == 0:
		v.wrong(say(stepWithout), say(writeOneTarget))
	case len(given) > 1:
		v.wrong(say(stepWithMany, "targets", given), say(writeOneTarget))
	}
	s.reaches.read(f)
	s.reaches.readList(f["targets"])
	s.is.Targets = s.reaches.are
	s.is.After = s.after.duration(0, 0)
	s.is.Share = s.share.stepShare()
	if _, written := f["after"]; !first && !written && !s.share.present() {
		v.wrong(say(missingKey, "key", "after"), say(write, "example", "after: 10m"))
	}
	s.is.When = f["when"].condition(&s)
	return s, true
}

// stepShare reads the share of a commitment at which a step is due.
func (v value) stepShare() float64 {
	s, ok := v.plain()
	if !ok {
		return 0
	}
	share, ok := parseShare(s)
	switch {
	case ok && share >= 1:
		v.wrong(say(afterBreach, "text", quoted(s)), say(write, "example", "90%"))
	case !ok || !(share > 0):
		v.wrong(say(notAPart, "text", quoted(s)), say(write, "example", "50%"))
	default:
		return share
	}
	return 0
}

// condition reads when a step counts.
func (v value) condition(s *step) oncall.Condition {
	var c oncall.Condition
	f, ok := v.fields(whenKeys)
	if !ok {
		return c
	}
	for _, item := range f["severity"].items() {
		word, ok := item.oneOf(aSeverity, severities())
		switch {
		case !ok:
		case slices.Contains(c.Severities, sla.Severity(word)):
			item.wrong(say(listedTwice, "text", quoted(word)), say(keepOne))
		default:
			c.Severities = append(c.Severities, sla.Severity(word))
		}
	}
	for _, item := range f["customers"].items() {
		if name, ok := item.plain(); ok {
			c.Customers = append(c.Customers, name)
			s.customers = append(s.customers, item)
		}
	}
	for _, k := range []string{"severity", "customers"} {
		if f[k].isEmptyList() {
			f[k].wrong(say(emptyList), say(removeKey))
		}
	}
	v.when(f, &c)
	return c
}

// when reads at which hours a step counts: those of a calendar, those outside
// it, or hours of its own.
func (v value) when(f map[string]value, c *oncall.Condition) {
	var given []string
	for _, k := range []string{"hours", "within", "outside"} {
		if f[k].present() {
			given = append(given, k)
		}
	}
	if len(given) > 1 {
		v.wrong(say(whenWithMany, "keys", given), say(keepOne))
	}
	for _, k := range []string{"within", "outside"} {
		if x := v.r.calendars.find(f[k]); x != nil {
			c.Calendar, c.Outside = x.sla, k == "outside"
		}
	}
	zone := f["timezone"].zone(v.r.zone)
	if f["timezone"].present() && !f["hours"].present() {
		f["timezone"].wrong(say(zoneWithoutHours), say(removeKey))
	}
	if f["hours"].present() {
		known := len(v.r.problems)
		c.Hours = &oncall.Window{Zone: zone, Hours: f["hours"].weekly()}
		if len(c.Hours.Hours) == 0 && len(v.r.problems) == known {
			f["hours"].wrong(say(noWhenHours), say(write, "example", "hours: {mon-fri: ['09:00-18:00']}"))
		}
	}
}

// settle looks up what was not known yet when the policy was read.
func (p *policy) settle(r *reader) {
	p.fallback.settle(r)
	for i := range p.steps {
		p.steps[i].reaches.settle(r)
		for _, at := range p.steps[i].customers {
			r.customers.find(at)
		}
	}
}

// own is where the policy first reaches what is the incident's own team's.
func (p *policy) own(kind oncall.TargetKind) value {
	for _, s := range p.steps {
		if at := s.reaches.own[kind]; at.present() {
			return at
		}
	}
	return p.fallback.own[kind]
}

// paged is everybody whom the policy reaches for an incident of the team.
func (p *policy) paged(t *team) []*person {
	out := p.fallback.of(t)
	for _, s := range p.steps {
		out = append(out, s.reaches.of(t)...)
	}
	return out
}

// settlePolicies looks up what policies name and was not known when they were
// read, and finds teams that lack what their policy asks of them.
func (r *reader) settlePolicies() {
	r.last.settle(r)
	for _, p := range r.policies.all() {
		p.settle(r)
	}
	for _, t := range r.teams.all() {
		if t.policy == nil {
			continue
		}
		if at := t.policy.own(oncall.TargetSchedule); at.present() && !t.scheduled {
			t.at.wants(say(noTeamSchedule, "policy", quoted(t.policy.is.Name), "where", at.here()), writeSchedule(r))
		}
		if at := t.policy.own(oncall.TargetLead); at.present() && !t.led {
			t.at.wants(say(noTeamLead, "policy", quoted(t.policy.is.Name), "where", at.here()), say(write, "example", "lead: diego"))
		}
	}
}
