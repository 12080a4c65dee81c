package config

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/sla"
)

// none is how the document says that nothing is promised.
const none = "none"

// contract is a contract while the document is read.
type contract struct{ sla *sla.Contract }

func (v value) contract() *contract {
	f, ok := v.fields(contractKeys)
	terms := sla.Terms{Levels: map[sla.Severity]sla.Level{}, Pauses: map[sla.WaitingOn][]sla.Name{}}
	if !ok {
		return &contract{&sla.Contract{Name: v.name(), Terms: []sla.Terms{terms}}}
	}
	if levels, ok := f["levels"].fields(levelsKeys); ok {
		for _, s := range sla.Severities {
			if level, ok := levels[string(s)].level(); ok {
				terms.Levels[s] = level
			}
		}
	}
	if f["pauses"].present() {
		pauses, _ := f["pauses"].fields(pausesKeys)
		for _, k := range pausesKeys.keys {
			if clocks := pauses[k.name].clocks(); len(clocks) > 0 {
				terms.Pauses[sla.WaitingOn(k.name)] = clocks
			}
		}
	}
	terms.Warnings = f["warnings"].warnings()
	return &contract{&sla.Contract{Name: v.name(), Terms: []sla.Terms{terms}}}
}

// level reads what is promised at one severity; false where that is nothing.
func (v value) level() (sla.Level, bool) {
	if !v.present() || v.isNone() {
		return sla.Level{}, false
	}
	f, ok := v.fields(levelKeys)
	if !ok {
		return sla.Level{}, false
	}
	var l sla.Level
	if c := v.r.calendars.find(f["calendar"]); c != nil {
		l.Calendar = c.sla
	}
	known := len(v.r.problems)
	l.FirstResponse.Within = f[string(sla.FirstResponse)].target()
	l.NextResponse.Within = f[string(sla.NextResponse)].target()
	l.Resolution.Within = f[string(sla.Resolution)].target()
	switch {
	case len(v.r.problems) > known:
	case l.FirstResponse.Within == 0 && l.NextResponse.Within == 0 && l.Resolution.Within == 0:
		v.wants(say(noTargets), say(write, "example", v.name()+": "+none))
	case l.FirstResponse.Within == 0 && l.NextResponse.Within > 0:
		f[string(sla.NextResponse)].wrong(say(nextWithoutFirst), say(writeFirst))
	}
	return l, true
}

func (v value) isNone() bool {
	s := v.node
	return s != nil && strings.EqualFold(s.Value, none)
}

// target reads business time; zero for none.
func (v value) target() time.Duration {
	if v.isNone() {
		return 0
	}
	s, ok := v.plain()
	if !ok {
		return 0
	}
	d, days, ok := parseDuration(s)
	switch {
	case !ok:
		v.wrong(say(notA, "text", quoted(s), "kind", aDuration), durationInstead(s))
	case days:
		v.wrong(say(targetInDays, "text", quoted(s)), say(writeHours))
	case d < 0:
		v.wrong(say(negative, "text", quoted(s)), say(writeTarget))
	case d == 0:
		v.wrong(say(zeroTarget, "text", quoted(s)), say(writeTarget))
	}
	return max(d, 0)
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

// defaultWarning is the share of a target at which people are warned where
// the contract does not say.
const defaultWarning = 0.75

// warnings reads shares of a target, "75%" or "0.75", and gives them ascending.
func (v value) warnings() []sla.Warning {
	if !v.present() {
		return []sla.Warning{{Share: defaultWarning}}
	}
	out := []sla.Warning{}
	for _, item := range v.items() {
		s, ok := item.plain()
		if !ok {
			continue
		}
		share, ok := parseShare(s)
		w := sla.Warning{Share: share}
		switch {
		case !ok || !(share > 0 && share < 1):
			item.wrong(say(notAShare, "text", quoted(s)), say(write, "example", "75%"))
		case slices.Contains(out, w):
			item.wrong(say(listedTwice, "text", quoted(s)), say(keepOne))
		default:
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b sla.Warning) int { return cmp.Compare(a.Share, b.Share) })
	return out
}

// parseShare reads "75%" or "0.75".
func parseShare(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	number, percent := strings.CutSuffix(s, "%")
	share, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		share /= 100
	}
	return share, err == nil
}
