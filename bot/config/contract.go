package config

import (
	"maps"
	"slices"
	"time"

	"sereno/bot/civil"
	"sereno/bot/sla"
)

// none is how the document says that nothing is promised.
const none = "none"

// maxVersions is how many versions a contract or a calendar may have.
const maxVersions = 50

// contract is a contract while the document is read.
type contract struct {
	at  value
	sla *sla.Contract
	// promises are its commitments with their places, for what is only known when
	// the whole document is.
	promises []promise
	// again: the promises that are added now were added before.
	again bool
}

// terms are what one version of a contract says; what the next one leaves out
// holds on.
type terms struct {
	levels   levels
	kinds    map[sla.Request]levels
	pauses   map[sla.WaitingOn][]sla.Name
	warnings warnings
}

func (v value) contract(zone *time.Location) *contract {
	c := &contract{at: v, sla: &sla.Contract{Name: v.name()}}
	known := len(v.r.problems)
	f, ok := v.fields(contractKeys)
	if !ok {
		return c
	}
	t := terms{warnings: warnings{are: []sla.Warning{{Share: defaultWarning}}}}.with(f)
	c.add(t, civil.Date{}, zone, true)
	c.versions(f["versions"], t, zone)
	if s, ok := f["changes"].oneOf(aChange, changes); ok {
		c.sla.Changes = sla.Changes(s)
	}
	if r, ok := f["reopening"].fields(reopeningKeys); ok {
		if s, ok := r["mode"].oneOf(aReopening, reopenings); ok {
			c.sla.Reopening.Mode = sla.ReopenMode(s)
		}
		c.sla.Reopening.NewAfter = r["new_after"].duration(time.Minute, 0)
	}
	c.checkPossible(len(v.r.problems) > known)
	return c
}

// versions reads what the contract says from later days on.
func (c *contract) versions(v value, t terms, zone *time.Location) {
	var last civil.Date
	var lastAt value
	for _, item := range v.atMost(maxVersions).items() {
		f, ok := item.fields(contractVersionKeys)
		if !ok {
			continue
		}
		t = t.with(f)
		from, ok := f["valid_from"].date(false)
		if !ok || !f["valid_from"].follows(from, last, lastAt) {
			continue
		}
		last, lastAt = from, f["valid_from"]
		c.add(t, from, zone, f["levels"].present() || f["kinds"].present() || f["warnings"].present())
	}
}

// follows reports a version that does not begin after the one before it.
func (v value) follows(from, last civil.Date, lastAt value) bool {
	if !lastAt.present() || from.Compare(last) > 0 {
		return true
	}
	v.wrong(say(versionOrder, "text", quoted(v.node.Value), "last", quoted(lastAt.node.Value), "where", lastAt.here()), say(orderVersions))
	return false
}

// with is what holds when these keys are written over the terms.
func (t terms) with(f map[string]value) terms {
	if f["levels"].present() {
		t.levels = f["levels"].levels(levelsKeys)
	}
	if kinds, ok := f["kinds"].fields(kindsKeys); ok {
		t.kinds = map[sla.Request]levels{}
		for _, k := range kindsKeys.keys {
			if kinds[k.name].present() {
				t.kinds[sla.Request(k.name)] = kinds[k.name].levels(kindLevelsKeys)
			}
		}
	}
	if f["pauses"].present() {
		t.pauses = f["pauses"].pauses()
	}
	if f["warnings"].present() {
		t.warnings = f["warnings"].warnings()
	}
	return t
}

// add puts the terms in force from the beginning of the day in the zone; the
// zero day is ever. changed: they promise something else than those before.
func (c *contract) add(t terms, from civil.Date, zone *time.Location, changed bool) {
	out := sla.Terms{Levels: map[sla.Severity]sla.Level{}, Pauses: t.pauses, Warnings: t.warnings.are}
	if from != (civil.Date{}) {
		out.From = civil.Resolve(zone, from, 0).Reached().UTC()
	}
	c.again = !changed
	c.promise(out.Levels, t.levels, t.warnings, "")
	for _, r := range slices.Sorted(maps.Keys(t.kinds)) {
		// A severity that the kind does not name is as it is for everything else.
		own := maps.Clone(t.levels)
		maps.Copy(own, t.kinds[r])
		if out.Kinds == nil {
			out.Kinds = map[sla.Request]map[sla.Severity]sla.Level{}
		}
		out.Kinds[r] = map[sla.Severity]sla.Level{}
		c.promise(out.Kinds[r], own, t.warnings, r)
	}
	c.sla.Terms = append(c.sla.Terms, out)
}

// pauses reads which commitments stand still while the incident waits.
func (v value) pauses() map[sla.WaitingOn][]sla.Name {
	out := map[sla.WaitingOn][]sla.Name{}
	pauses, _ := v.fields(pausesKeys)
	for _, k := range pausesKeys.keys {
		if clocks := pauses[k.name].clocks(); len(clocks) > 0 {
			out[sla.WaitingOn(k.name)] = clocks
		}
	}
	return out
}

// clocks reads which commitments stand still.
func (v value) clocks() []sla.Name {
	var out []sla.Name
	for _, item := range v.items() {
		s, ok := item.oneOf(aClock, names(sla.Names))
		if !ok {
			continue
		}
		if slices.Contains(out, sla.Name(s)) {
			item.wrong(say(listedTwice, "text", quoted(s)), say(keepOne))
			continue
		}
		out = append(out, sla.Name(s))
	}
	return out
}
