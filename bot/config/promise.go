package config

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"sereno/bot/sla"
)

// levels are the promises per severity.
type levels map[sla.Severity]level

// level is what is promised at one severity.
type level struct {
	at value
	is sla.Level
	// commitments are where each stands; none of them: nothing is promised.
	commitments map[sla.Name]value
}

func (v value) levels(s section) levels {
	out := levels{}
	f, _ := v.fields(s)
	for _, severity := range sla.Severities {
		if at := f[string(severity)]; at.present() {
			out[severity] = at.level()
		}
	}
	return out
}

// level reads what is promised at one severity.
func (v value) level() level {
	out := level{at: v, commitments: map[sla.Name]value{}}
	if v.isNone() {
		return out
	}
	f, ok := v.fields(levelKeys)
	if !ok {
		return out
	}
	if c := v.r.calendars.find(f["calendar"]); c != nil {
		out.is.Calendar = c.sla
	}
	known, homeless := len(v.r.problems), false
	for _, n := range sla.Names {
		at := f[string(n)]
		c, named := at.commitment()
		if c.Within == 0 {
			continue
		}
		homeless = homeless || !named && !f["calendar"].present()
		out.commitments[n] = at
		out.set(n, c)
	}
	switch {
	case len(v.r.problems) > known:
	case len(out.commitments) == 0:
		v.wants(say(noTargets), say(write, "example", v.name()+": "+none))
	case homeless:
		v.wants(say(missingKey, "key", "calendar"), say(write, "example", levelKeys.keys[0].example()))
	default:
		out.check()
	}
	return out
}

func (l *level) set(n sla.Name, c sla.Commitment) {
	switch n {
	case sla.FirstResponse:
		l.is.FirstResponse = c
	case sla.NextResponse:
		l.is.NextResponse = c
	case sla.Update:
		l.is.Update = c
	case sla.Workaround:
		l.is.Workaround = c
	case sla.Resolution:
		l.is.Resolution = c
	}
}

// check finds commitments that make no sense together.
func (l *level) check() {
	at, w, r := l.commitments, l.is.Workaround, l.is.Resolution
	if l.is.NextResponse.Within > 0 && l.is.FirstResponse.Within == 0 {
		at[sla.NextResponse].wrong(say(nextWithoutFirst), say(writeFirst))
	}
	sameHours := cmp.Or(w.Calendar, l.is.Calendar) == cmp.Or(r.Calendar, l.is.Calendar)
	if w.Within > 0 && r.Within > 0 && sameHours && w.Within >= r.Within {
		at[sla.Workaround].within().wrong(
			say(workaroundLate, "text", spelled(w.Within), "resolution", spelled(r.Within), "where", at[sla.Resolution].within().here()),
			say(writeEarlier))
	}
}

func (v value) isNone() bool {
	s := v.node
	return s != nil && strings.EqualFold(s.Value, none)
}

// commitment reads business time, or a group of keys that says more; named
// tells that it has a calendar of its own.
func (v value) commitment() (c sla.Commitment, named bool) {
	if !v.present() || !v.isMapping() {
		c.Within = v.target()
		return c, false
	}
	f, ok := v.fields(commitmentKeys)
	if !ok {
		return c, false
	}
	c.Within = f["within"].target()
	if named = f["calendar"].present(); named {
		if own := v.r.calendars.find(f["calendar"]); own != nil {
			c.Calendar = own.sla
		}
	}
	if f["warnings"].present() {
		c.Warnings = f["warnings"].warnings().of(c.Within)
	}
	if s, ok := f["from"].oneOf(aStart, starts); ok {
		c.Start = sla.Start(s)
	}
	return c, named
}

// within is where the target of a commitment stands.
func (v value) within() value {
	if !v.isMapping() {
		return v
	}
	pairs, _ := v.pairs("")
	for _, p := range pairs {
		if p.name() == "within" {
			return p
		}
	}
	return v
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

// promise is one commitment of a contract, with what holds for it.
type promise struct {
	at       value
	terms    int         // index of the version
	request  sla.Request // "" for those of the levels
	severity sla.Severity
	name     sla.Name
	is       sla.Commitment // with the calendar and the warnings that hold for it
	again    bool           // as in the version before
}

// promise puts the levels into the terms of the version and remembers where
// each commitment stands.
func (c *contract) promise(out map[sla.Severity]sla.Level, all levels, w warnings, request sla.Request) {
	for _, s := range sla.Severities {
		l := all[s]
		if len(l.commitments) == 0 {
			continue
		}
		out[s] = l.is
		for _, n := range sla.Names {
			is := l.is.Of(n)
			if is.Within == 0 {
				continue
			}
			is.Calendar = cmp.Or(is.Calendar, l.is.Calendar)
			if is.Warnings == nil {
				is.Warnings = w.are
				w.checkFits(l.commitments[n], is.Within)
			}
			c.promises = append(c.promises, promise{l.commitments[n], len(c.sla.Terms), request, s, n, is, c.again})
		}
	}
}

// promised is a target as it stands in the document, and since when it holds.
type promised struct {
	path string
	at   position
	from time.Time
	is   sla.Commitment
}

// promised are the targets of all contracts.
func (r *reader) promised() []promised {
	var out []promised
	for _, c := range r.contracts.all() {
		for _, p := range c.promises {
			if at := p.at.within(); p.is.Calendar != nil && !p.again {
				out = append(out, promised{at.path, at.here(), c.sla.Terms[p.terms].From, p.is})
			}
		}
	}
	return out
}

// path is where sla finds the commitment.
func (c *contract) path(p promise) string {
	levels := "levels"
	if p.request != "" {
		levels = "kinds." + string(p.request)
	}
	if len(c.sla.Terms) > 1 {
		levels = fmt.Sprintf("terms[%d].%s", p.terms, levels)
	}
	return fmt.Sprintf("%s.%s.%s", levels, p.severity, p.name)
}

// checkPossible reports what cannot be kept at all. unclear says that parts of
// the contract could not be read.
func (c *contract) checkPossible(unclear bool) {
	if unclear {
		return
	}
	at := map[string]promise{}
	for _, p := range c.promises {
		at[c.path(p)] = p
	}
	for _, e := range sla.SpecErrors(c.sla.Check()) {
		p, ok := at[e.Path]
		if ok && e.Problem == sla.TargetTooLong {
			p.at.within().wrong(say(neverMet, "text", spelled(p.is.Within), "calendar", quoted(p.is.Calendar.Name())), say(writeShorter))
			continue
		}
		if e.Problem == sla.NoCalendar {
			continue // it is an impossible one, and that was said
		}
		c.at.wants(say(impossibleContract, "detail", e.Error()), say(seeReference))
	}
}
