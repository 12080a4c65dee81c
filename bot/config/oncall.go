package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"sereno/bot/civil"
	"sereno/bot/company"
	"sereno/bot/oncall"
)

// schedule is an on-call schedule while the document is read.
type schedule struct {
	at     value
	people []*person
	is     *oncall.Schedule
}

func (v value) schedule(zone *time.Location) *schedule {
	s := &schedule{at: v, is: &oncall.Schedule{
		Name: v.name(), Zone: zone,
		Layers: []oncall.Layer{{Rotation: oncall.Rotation{Zone: zone, Every: 1}}},
	}}
	if v.name() == oncall.TeamsOwn {
		v.r.report(v.at(), v.path, say(reservedName, "name", quoted(v.name())), say(writeOtherName))
	}
	f, ok := v.fields(scheduleKeys)
	if !ok {
		return s
	}
	rot := &s.is.Layers[0].Rotation
	rot.Zone = f["timezone"].zone(zone)
	s.is.Zone = rot.Zone
	every, okEvery := f["every"].shift()
	if okEvery {
		rot.Every = every
	}
	start, okStart := f["start"].date(false)
	rot.Start = oncall.Date(start)
	if okEvery {
		rot.HandOff = f["handoff"].handOff(every, start, okStart)
	}
	listed := f["people"].items()
	for _, item := range listed {
		if p := v.r.people.find(item); p != nil {
			s.people = append(s.people, p)
			rot.People = append(rot.People, p.is.Key)
			p.addDuty(item, nil, company.Agent)
		}
	}
	if f["people"].isEmptyList() {
		f["people"].wrong(say(emptyList), say(write, "example", "[ana, luis]"))
	}
	return s
}

func (v value) isEmptyList() bool {
	return v.node != nil && v.node.Kind == yaml.SequenceNode && len(v.node.Content) == 0
}

var shiftForm = regexp.MustCompile(`^(\d{1,3})d$`)

// shift reads the length of a shift in civil days.
func (v value) shift() (int, bool) {
	s, ok := v.plain()
	if !ok {
		return 0, false
	}
	switch s {
	case "daily":
		return 1, true
	case "weekly":
		return 7, true
	}
	if m := shiftForm.FindStringSubmatch(s); m != nil {
		if n, _ := strconv.Atoi(m[1]); n > 0 {
			return n, true
		}
	}
	v.wrong(say(notA, "text", quoted(s), "kind", aShift), say(writeShift))
	return 0, false
}

// handOff reads when the shift changes: "09:00", or "mon 09:00" where it is
// the same weekday each time. The weekday must be that of the first hand-off.
func (v value) handOff(every int, start civil.Date, started bool) int {
	s, ok := v.plain()
	if !ok {
		return 0
	}
	instead := say(write, "example", "09:00")
	if every%7 == 0 {
		instead = say(write, "example", "mon 09:00")
	}
	words := strings.Fields(strings.ToLower(s))
	dayGiven := len(words) == 2
	var day time.Weekday
	if dayGiven {
		day, ok = weekday(words[0])
	}
	if !ok || len(words) < 1 || len(words) > 2 {
		v.wrong(say(notA, "text", quoted(s), "kind", aHandOff), instead)
		return 0
	}
	at, ok := parseTime(words[len(words)-1])
	switch {
	case !ok || at == civil.MinutesPerDay:
		v.wrong(say(notA, "text", quoted(s), "kind", aHandOff), instead)
		return 0
	case dayGiven && every%7 != 0:
		v.wrong(say(weekdayHere, "text", quoted(s)), say(write, "example", words[1]))
	case dayGiven && started:
		if first := start.Weekday(); first != day {
			v.wrong(say(otherWeekday, "text", quoted(s), "day", weekdays[first]), say(write, "example", weekdays[first]+" "+words[1]))
		}
	}
	return at
}

// policy is an escalation policy while the document is read.
type policy struct {
	at     value
	people []*person
	// usesTeamSchedule is the first step that reaches the team's own schedule.
	usesTeamSchedule value
	is               *oncall.Policy
}

const (
	maxRepeat          = 20
	defaultRepeatAfter = 10 * time.Minute
)

func (v value) policy() *policy {
	p := &policy{at: v, is: &oncall.Policy{Name: v.name(), RepeatAfter: defaultRepeatAfter}}
	f, ok := v.fields(policyKeys)
	if !ok {
		return p
	}
	steps := f["steps"].items()
	for i, item := range steps {
		if s, ok := item.step(i == 0, p); ok {
			p.is.Steps = append(p.is.Steps, s)
		}
	}
	if f["steps"].isEmptyList() {
		f["steps"].wrong(say(emptyList), say(write, "example", "[{schedule: team}]"))
	}
	p.is.Repeat = f["repeat"].number(0, maxRepeat, 0)
	p.is.RepeatAfter = f["repeat_after"].duration(time.Second, defaultRepeatAfter)
	return p
}

func (v value) step(first bool, p *policy) (oncall.Step, bool) {
	f, ok := v.fields(stepKeys)
	if !ok {
		return oncall.Step{}, false
	}
	var s oncall.Step
	var targets []string
	for _, k := range stepKeys.keys[:3] {
		if f[k.name].present() {
			targets = append(targets, k.name)
		}
	}
	if len(targets) != 1 {
		what := say(stepWithout)
		if len(targets) > 1 {
			what = say(stepWithMany, "targets", targets)
		}
		v.wrong(what, say(writeOneTarget))
	}
	reach := func(kind oncall.TargetKind, name string) {
		s.Targets = append(s.Targets, oncall.Target{Kind: kind, Name: name})
	}
	if name, _ := f["schedule"].text(); name == oncall.TeamsOwn {
		reach(oncall.TargetSchedule, oncall.TeamsOwn)
		if !p.usesTeamSchedule.present() {
			p.usesTeamSchedule = f["schedule"]
		}
	} else if x := v.r.schedules.find(f["schedule"]); x != nil {
		reach(oncall.TargetSchedule, x.is.Name)
		p.people = append(p.people, x.people...)
	}
	if x := v.r.people.find(f["person"]); x != nil {
		reach(oncall.TargetPerson, x.is.Key)
		x.addDuty(f["person"], nil, company.Agent)
		p.people = append(p.people, x)
	}
	if f["channel"].present() {
		if _, ok := f["channel"].oneOf(aStepChannel, []string{"team"}); ok {
			reach(oncall.TargetChannel, oncall.TeamsOwn)
		}
	}
	s.After = f["after"].duration(0, 0)
	if _, written := f["after"]; !first && !written {
		v.wrong(say(missingKey, "key", "after"), say(write, "example", "after: 10m"))
	}
	return s, true
}

// checkPaged finds people whom a page of the team could not reach on any
// platform of the document; each is told once.
func (t *team) checkPaged() {
	if t.policy == nil {
		return
	}
	paged := slices.Clone(t.policy.people)
	if t.schedule != nil && t.policy.usesTeamSchedule.present() {
		paged = append(paged, t.schedule.people...)
	}
	on := t.reaches()
	for _, p := range paged {
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
