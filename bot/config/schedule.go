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

// What a schedule may hold.
const (
	maxLayers = 20
	maxTurns  = 200 // people of one rotation
	maxEvery  = 1000
)

// schedule is an on-call schedule while the document is read.
type schedule struct {
	at     value
	people []*person
	is     *oncall.Schedule
}

func (v value) schedule(zone *time.Location) *schedule {
	s := &schedule{at: v, is: &oncall.Schedule{Name: v.name(), Zone: zone}}
	if v.name() == oncall.TeamsOwn {
		v.r.report(v.at(), v.path, say(reservedName, "name", quoted(v.name())), say(writeOtherName))
	}
	if !v.holds("layers") {
		if f, ok := v.fields(scheduleKeys); ok {
			s.is.Zone = f["timezone"].zone(zone)
			s.add(f)
		}
		return s
	}
	f, ok := v.fields(layeredKeys)
	if !ok {
		return s
	}
	s.is.Zone = f["timezone"].zone(zone)
	for _, item := range f["layers"].atMost(maxLayers).items() {
		if f, ok := item.fields(layerKeys); ok {
			s.add(f)
		}
	}
	if f["layers"].isEmptyList() {
		f["layers"].wrong(say(emptyList), say(write, "example", layerKeys.line()))
	}
	return s
}

// holds reports whether the value is a group of keys with the key among them.
func (v value) holds(key string) bool {
	if !v.isMapping() {
		return false
	}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		if resolved(v.node.Content[i]).Value == key {
			return true
		}
	}
	return false
}

func (v value) isMapping() bool { return v.node != nil && v.node.Kind == yaml.MappingNode }

func (v value) isEmptyList() bool {
	return v.node != nil && v.node.Kind == yaml.SequenceNode && len(v.node.Content) == 0
}

// add reads one rotation and the hours in which it serves.
func (s *schedule) add(f map[string]value) {
	l := oncall.Layer{}
	rot := &l.Rotation
	l.Name, _ = f["name"].plain()
	rot.Zone = f["timezone"].zone(s.is.Zone)
	turn, okTurn := f["every"].shift()
	rot.Unit, rot.Every = turn.unit, turn.every
	start, okStart := f["start"].date(false)
	rot.Start = start
	rot.HandOff = f["handoff"].handOff(turn, okTurn, start, okStart)
	for _, item := range f["people"].atMost(maxTurns).items() {
		if p := s.at.r.people.find(item); p != nil {
			s.people = append(s.people, p)
			rot.People = append(rot.People, p.is.Key)
			p.addDuty(item, nil, company.Agent)
		}
	}
	if f["people"].isEmptyList() {
		f["people"].wrong(say(emptyList), say(write, "example", "[ana, luis]"))
	}
	if until, ok := f["until"].date(false); ok {
		if l.Until = until; okStart && until.Compare(start) <= 0 {
			f["until"].wrong(say(endsBeforeStart, "text", quoted(f["until"].node.Value), "start", quoted(f["start"].node.Value)), say(writeLaterDate))
		}
	}
	l.Restrict = restrictions(f["days"], f["hours"])
	s.is.Layers = append(s.is.Layers, l)
}

// turn is the length of a turn.
type turn struct {
	unit  oncall.Unit
	every int
}

// sameDay reports whether turns always change on the same day of the week.
func (t turn) sameDay() bool {
	return t.unit == oncall.Week || t.unit == oncall.Day && t.every%7 == 0 || t.unit == oncall.Hour && t.every%(7*24) == 0
}

var shiftForm = regexp.MustCompile(`^(\d{1,4})([hdw])$`)

// shift reads the length of a turn.
func (v value) shift() (turn, bool) {
	s, ok := v.plain()
	if !ok {
		return turn{}, false
	}
	switch s {
	case "daily":
		return turn{oncall.Day, 1}, true
	case "weekly":
		return turn{oncall.Week, 1}, true
	}
	if m := shiftForm.FindStringSubmatch(s); m != nil {
		units := map[string]oncall.Unit{"h": oncall.Hour, "d": oncall.Day, "w": oncall.Week}
		if n, _ := strconv.Atoi(m[1]); n > 0 && n <= maxEvery {
			return turn{units[m[2]], n}, true
		}
	}
	v.wrong(say(notA, "text", quoted(s), "kind", aShift), say(writeShift))
	return turn{}, false
}

// handOff reads when the shift changes: "09:00", or "mon 09:00" where it is
// the same weekday each time. The weekday must be that of the first hand-off. Of a
// turn whose length is not known, either may be.
func (v value) handOff(every turn, known bool, start civil.Date, started bool) int {
	s, ok := v.plain()
	if !ok {
		return 0
	}
	instead := say(write, "example", "09:00")
	if known && every.sameDay() {
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
	case !known:
	case dayGiven && !every.sameDay():
		v.wrong(say(weekdayHere, "text", quoted(s)), say(write, "example", words[1]))
	case dayGiven && started:
		if first := start.Weekday(); first != day {
			v.wrong(say(otherWeekday, "text", quoted(s), "day", weekdays[first]), say(write, "example", weekdays[first]+" "+words[1]))
		}
	}
	return at
}

// restrictions reads hours of some days: all day where no hours are written,
// every day where no days are.
func restrictions(days, hours value) []oncall.Restriction {
	if !days.present() && !hours.present() {
		return nil
	}
	on := [7]bool{true, true, true, true, true, true, true}
	if days.present() {
		on = days.days()
	}
	if !hours.present() {
		return []oncall.Restriction{{Days: on, From: 0, To: civil.MinutesPerDay}}
	}
	_, spans := hours.intervals()
	if hours.isEmptyList() {
		hours.wrong(say(emptyList), say(write, "example", `["09:00-18:00"]`))
	}
	var out []oncall.Restriction
	for _, s := range spans {
		out = append(out, oncall.Restriction{Days: on, From: s.From, To: s.To})
	}
	return out
}

// days reads days of the week: "mon-fri", or a list of days and ranges.
func (v value) days() [7]bool {
	var on [7]bool
	items := []value{v}
	if v.node.Kind == yaml.SequenceNode {
		items = v.items()
	}
	for _, item := range items {
		s, ok := item.plain()
		if !ok {
			continue
		}
		days, ok := daysOf(s)
		if !ok {
			item.wrong(say(notA, "text", quoted(s), "kind", aDay), say(writeDays))
		}
		for _, d := range days {
			on[d] = true
		}
	}
	if v.isEmptyList() {
		v.wrong(say(emptyList), say(write, "example", "mon-fri"))
	}
	return on
}

// weekly reads hours by day of the week as restrictions.
func (v value) weekly() []oncall.Restriction {
	var out []oncall.Restriction
	for day, spans := range v.hours(places{}, "") {
		for _, s := range spans {
			r := oncall.Restriction{From: s.From, To: s.To}
			r.Days[day] = true
			i := slices.IndexFunc(out, func(o oncall.Restriction) bool { return o.From == s.From && o.To == s.To })
			if i < 0 {
				out = append(out, r)
				continue
			}
			out[i].Days[day] = true
		}
	}
	return out
}
