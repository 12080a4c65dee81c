package config

import (
	"fmt"
	"slices"
	"time"

	"sereno/bot/civil"
	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// daysAhead is how far a check looks into the future.
const daysAhead = 30

// Ahead tells what the document allows and somebody should know, as of the
// instant: what is there already, and what the next 30 days bring: times at which
// nobody is on call, people on call twice at once, lists of holidays that end, and
// targets that take more than a year from then on.
// changes are the swaps and vacations of the time; nil looks at the document
// alone, and at the calendars that it names. All of them are warnings, in the order of their places.
func (c *Config) Ahead(now time.Time, changes *oncall.Changes) Problems {
	until, changes := now.Add(daysAhead*24*time.Hour), c.Company.Roster(changes)
	out := append(slices.Clone(c.doubts), c.slow(now)...)
	add := func(path string, wrong, instead phrase) {
		at, ok := c.places[path]
		if !ok {
			at = position{1, 1}
		}
		out = append(out, Problem{File: c.Path, Line: at.line, Col: at.col, Path: path, Msg: Message{wrong, instead}, Warning: true})
	}
	for _, s := range c.Company.Schedules {
		path := "schedules." + s.Name
		if gaps := s.Gaps(now, until, changes); len(gaps) > 0 {
			var sum time.Duration
			for _, g := range gaps {
				sum += g.End.Sub(g.Start)
			}
			first := shownInterval(gaps[0], s.Zone)
			if len(gaps) == 1 {
				add(path, say(oneGap, "when", first, "zone", s.Zone.String()), say(fillGap))
			} else {
				add(path, say(manyGaps, "when", first, "zone", s.Zone.String(), "n", len(gaps), "days", daysAhead, "sum", spelled(sum)), say(fillGap))
			}
		}
	}
	for _, d := range c.doubles(now, until, changes) {
		zone := c.Company.Schedule(d.Schedules[1]).Zone
		add("schedules."+d.Schedules[1], say(onTwice, "person", quoted(d.Person), "other", quoted(d.Schedules[0]),
			"when", shownInterval(oncall.Interval{Start: d.Start, End: d.End}, zone), "zone", zone.String(), "n", d.times), say(changeTurns))
	}
	for _, l := range c.lists {
		day := civil.Date{Year: until.Year(), Month: until.Month(), Day: until.Day()}
		if l.last.Compare(day) < 0 {
			add(l.path, say(holidaysEnd, "last", l.last.String()), say(listNextYear))
		}
	}
	return out.sorted()
}

// slow tells of targets that take more than a year, as their calendar hardly opens.
func (c *Config) slow(now time.Time) (out Problems) {
	type target struct {
		calendar *sla.Calendar
		from     time.Time
		within   time.Duration
	}
	dues := map[target]time.Time{}
	for _, p := range c.promised {
		t := target{p.is.Calendar, now, p.is.Within}
		if p.from.After(now) {
			t.from = p.from
		}
		due, known := dues[t]
		if !known {
			var err error
			if due, err = t.calendar.Add(t.from, t.within); err != nil {
				continue // what can never be met was refused
			}
			dues[t] = due
		}
		if !due.After(t.from.AddDate(1, 0, 0)) {
			continue
		}
		date := func(at time.Time) string { return civil.DateOf(at, t.calendar.ZoneAt(at)).String() }
		out = append(out, Problem{File: c.Path, Line: p.at.line, Col: p.at.col, Path: p.path, Warning: true, Msg: Message{
			say(slowlyMet, "text", spelled(t.within), "calendar", quoted(t.calendar.Name()), "from", date(t.from), "due", date(due)), say(writeShorter),
		}})
	}
	return out
}

// double is the first time of several at which a person is on call twice.
type double struct {
	oncall.Double
	times int
}

// doubles are the people who are on call on two schedules at once.
func (c *Config) doubles(now, until time.Time, changes *oncall.Changes) []double {
	var out []double
	for _, d := range oncall.DoubleBookings(c.Company.Schedules, now, until, changes) {
		same := func(o double) bool { return o.Person == d.Person && o.Schedules == d.Schedules }
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i].times++
			continue
		}
		out = append(out, double{d, 1})
	}
	return out
}

// shownInterval is a time on the clocks of the zone, to the minute.
func shownInterval(i oncall.Interval, zone *time.Location) string {
	const full, short = "2006-01-02 15:04", "15:04"
	start, end := i.Start.In(zone), i.End.In(zone)
	if civil.DateOf(i.Start, zone) == civil.DateOf(i.End, zone) {
		return fmt.Sprintf("%s–%s", start.Format(full), end.Format(short))
	}
	return fmt.Sprintf("%s – %s", start.Format(full), end.Format(full))
}
