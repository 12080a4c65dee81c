package config

import (
	"slices"
	"strings"
	"time"

	"sereno/bot/civil"
	"sereno/bot/company"
	"sereno/bot/oncall"
)

var pagingKeys = section{"paging", []key{
	may("patience", "5s"), may("group_within", "5m"), may("gaps_warning", "mon 09:00"), may("remind_before", "12h"), may("fallback", "[diego, {channel: team}]"),
}}

// The least and the most that the settings of paging may be.
const (
	maxPatience  = time.Minute
	maxStorm     = time.Hour
	maxReachWait = 24 * time.Hour
	maxReach     = 10
)

// paging reads how people are reached, whoever they are.
func (v value) paging() (company.Paging, targets) {
	p, last := company.DefaultPaging(), targets{}
	f, ok := v.fields(pagingKeys)
	if !ok {
		return p, last
	}
	p.Patience = f["patience"].durationWithin(time.Second, maxPatience, p.Patience)
	p.GroupWithin = f["group_within"].durationWithin(0, maxStorm, p.GroupWithin)
	p.WeeklyGaps = f["gaps_warning"].weekTime(p.WeeklyGaps)
	p.RemindBefore = f["remind_before"].durationWithin(0, maxReachWait*7, p.RemindBefore)
	last.readList(f["fallback"])
	p.Fallback = last.are
	return p, last
}

// weekTime reads a time of every week, "mon 09:00"; def where there is none.
func (v value) weekTime(def company.WeekTime) company.WeekTime {
	s, ok := v.plain()
	if !ok {
		return def
	}
	if words := strings.Fields(strings.ToLower(s)); len(words) == 2 {
		day, known := weekday(words[0])
		minute, clock := parseTime(words[1])
		if known && clock && minute < civil.MinutesPerDay {
			return company.WeekTime{Day: day, Minute: minute}
		}
	}
	v.wrong(say(notA, "text", quoted(s), "kind", aWeekTime), say(write, "example", "mon 09:00"))
	return def
}

// reach reads the channels in which the person is paged, in order: a name, or
// {name: delay} with the time that the channel before it has.
func (v value) reach(p *person) []company.Reach {
	var out []company.Reach
	for i, item := range v.atMost(maxReach).items() {
		at, on, after, ok := item.oneReach(i)
		if !ok {
			continue
		}
		switch {
		case p.is.Identities[on] == "":
			at.wrong(say(reachWithout, "person", quoted(p.is.Key), "platform", on), p.writeIdentity(on))
		case slices.ContainsFunc(out, func(r company.Reach) bool { return r.Platform == on }):
			at.wrong(say(listedTwice, "text", quoted(on)), say(keepOne))
		default:
			out = append(out, company.Reach{Platform: on, After: after})
		}
	}
	if v.isEmptyList() {
		v.wrong(say(emptyList), say(write, "example", "[slack, {mail: 2m}]"))
	}
	return out
}

// quiet reads the hours in which only what is critical pages the person; their
// own zone holds where none is named.
func (v value) quiet() *oncall.Window {
	f, ok := v.fields(quietKeys)
	if !ok {
		return nil
	}
	w := &oncall.Window{Zone: f["timezone"].zone(nil), Hours: restrictions(f["days"], f["hours"])}
	if len(w.Hours) == 0 {
		return nil
	}
	return w
}

// oneReach reads one channel and its delay: of the first none, of the others
// what everybody's is where none is written.
func (v value) oneReach(i int) (at value, on string, after time.Duration, ok bool) {
	if i > 0 {
		after = company.DefaultReachAfter
	}
	names := v.r.identityKeys().names()
	if !v.isMapping() {
		on, ok = v.oneOf(aWayToReach, names)
		return v, on, after, ok
	}
	pairs, _ := v.pairs("mail: 2m")
	if len(pairs) != 1 {
		v.wrong(say(oneEach), say(write, "example", "[slack, {mail: 2m}]"))
		return v, "", 0, false
	}
	at = pairs[0]
	on = at.name()
	if !slices.Contains(names, on) {
		v.r.report(at.at(), v.path, say(notA, "text", quoted(on), "kind", aWayToReach), alternatives(on, names))
		return at, "", 0, false
	}
	after = at.durationWithin(0, maxReachWait, after)
	if i == 0 && after > 0 {
		at.wrong(say(firstWaits, "text", quoted(at.node.Value)), say(write, "example", on+": 0s"))
	}
	return at, on, after, true
}

// writeIdentity is how the person gets an identity on the platform.
func (p *person) writeIdentity(on string) phrase {
	return say(write, "example", "identities: {"+on+": "+personOn(on)+"}")
}
