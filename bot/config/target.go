package config

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"sereno/bot/company"
	"sereno/bot/oncall"
)

// maxTargets is how many a step or a fallback may reach.
const maxTargets = 50

// targets are what a step or a fallback reaches, while the document is read.
type targets struct {
	are    []oncall.Target
	people []*person
	// named are teams by their names, which are known later.
	named []value
	// own is where each thing of the incident's own team is first named.
	own map[oncall.TargetKind]value
}

func (t *targets) add(kind oncall.TargetKind, name string) {
	t.are = append(t.are, oncall.Target{Kind: kind, Name: name})
}

// addOwn adds what is the incident's own team's.
func (t *targets) addOwn(kind oncall.TargetKind, at value) {
	t.add(kind, oncall.TeamsOwn)
	if t.own == nil {
		t.own = map[oncall.TargetKind]value{}
	}
	if !t.own[kind].present() {
		t.own[kind] = at
	}
}

func (t *targets) addPerson(at value) {
	if p := at.r.people.find(at); p != nil {
		t.add(oncall.TargetPerson, p.is.Key)
		t.people = append(t.people, p)
		p.addDuty(at, nil, company.Agent)
	}
}

// read adds what one group of keys names. The keys are those of targetKeys.
func (t *targets) read(f map[string]value) {
	if at := f["schedule"]; at.present() {
		if name, _ := at.text(); name == oncall.TeamsOwn {
			t.addOwn(oncall.TargetSchedule, at)
		} else if s := at.r.schedules.find(at); s != nil {
			t.add(oncall.TargetSchedule, s.is.Name)
			t.people = append(t.people, s.people...)
		}
	}
	if f["person"].present() {
		t.addPerson(f["person"])
	}
	for _, item := range f["people"].atMost(maxTargets).items() {
		t.addPerson(item)
	}
	if f["people"].isEmptyList() {
		f["people"].wrong(say(emptyList), say(write, "example", "[ana, luis]"))
	}
	for _, kind := range []oncall.TargetKind{oncall.TargetTeam, oncall.TargetChannel, oncall.TargetLead} {
		at := f[string(kind)]
		name, ok := at.plain()
		switch {
		case !ok:
		case name == oncall.TeamsOwn:
			t.addOwn(kind, at)
		default:
			t.add(kind, name)
			t.named = append(t.named, at)
		}
	}
}

// readOne reads an entry of a list of targets: a person's name, or one key with
// what it names.
func (t *targets) readOne(item value) {
	if item.node.Kind != yaml.MappingNode {
		t.addPerson(item)
		return
	}
	f, ok := item.fields(targetKeys)
	if !ok {
		return
	}
	if len(item.node.Content) != 2 { // a key and what it names
		item.wrong(say(oneTargetEach), say(write, "example", "[{person: diego}, {channel: team}]"))
		return
	}
	t.read(f)
}

// readList reads a list of targets.
func (t *targets) readList(v value) {
	for _, item := range v.atMost(maxTargets).items() {
		t.readOne(item)
	}
	if v.isEmptyList() {
		v.wrong(say(emptyList), say(write, "example", "[diego, {channel: team}]"))
	}
}

// settle looks the teams up that the targets name, and their people.
func (t *targets) settle(r *reader) {
	for _, at := range t.named {
		x := r.teams.find(at)
		if x == nil {
			continue
		}
		switch at.key.Value {
		case string(oncall.TargetTeam):
			t.people = append(t.people, x.agents...)
		case string(oncall.TargetLead):
			if x.lead == nil {
				at.wrong(say(noLead, "team", quoted(x.is.Key)), say(writeLead, "team", x.is.Key))
			} else {
				t.people = append(t.people, x.lead)
			}
		}
	}
}

// of is everybody whom the targets reach for an incident of the team.
func (t *targets) of(own *team) []*person {
	out := slices.Clone(t.people)
	if t.own[oncall.TargetSchedule].present() && own.schedule != nil {
		out = append(out, own.schedule.people...)
	}
	if t.own[oncall.TargetTeam].present() {
		out = append(out, own.agents...)
	}
	if t.own[oncall.TargetLead].present() && own.lead != nil {
		out = append(out, own.lead)
	}
	return out
}

// somebody reports whether people are among the targets, not channels alone.
func (t *targets) somebody() bool {
	return slices.ContainsFunc(t.are, func(x oncall.Target) bool { return x.Kind != oncall.TargetChannel })
}
