package bot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/text"
)

// load is what being on call cost one person in a time.
type load struct {
	person string
	// pages are those with a message of their own; several channels for one are one.
	pages int
	// night are those of the hours in which people sleep, by the hour on the
	// person's clock.
	night map[int]int
	// acked are how long it took until the page was acted on, in order; the rest
	// never was, by them.
	acked []time.Duration
	// duty is for how long they were on call.
	duty time.Duration
}

// Night, on the person's own clock: from nightBegins to nightEnds.
const (
	nightBegins = 22
	nightEnds   = 7
)

// asking is what makes several uses of channels one page.
type asking struct {
	incident, step, round int
	person, clock, reason string
}

// loads sums the pages up, by person in the order of their keys. What was no page
// of its own, a rehearsal, or for a whole channel is left out: zone answers nil
// for what is no person.
func loads(pages []PageRecord, zone func(person string) *time.Location) map[string]*load {
	out := map[string]*load{}
	acted := map[asking]time.Time{}
	first := map[asking]time.Time{}
	for _, p := range pages {
		if p.Group != 0 || p.Drill || zone(p.Person) == nil {
			continue
		}
		a := asking{p.Incident, p.Step, p.Round, p.Person, p.Clock, p.Reason}
		if _, known := first[a]; !known {
			first[a] = p.At
			l := out[p.Person]
			if l == nil {
				l = &load{person: p.Person, night: map[int]int{}}
				out[p.Person] = l
			}
			l.pages++
			if hour := p.At.In(zone(p.Person)).Hour(); hour >= nightBegins || hour < nightEnds {
				l.night[hour]++
			}
		}
		if was, ok := acted[a]; !p.Acted.IsZero() && (!ok || p.Acted.Before(was)) {
			acted[a] = p.Acted
		}
	}
	for a, at := range acted {
		l := out[a.person]
		l.acked = append(l.acked, max(at.Sub(first[a]), 0))
	}
	for _, l := range out {
		slices.Sort(l.acked)
	}
	return out
}

// median of what is in order: of an even number the lower of the two in the middle.
func median(all []time.Duration) time.Duration { return all[(len(all)-1)/2] }

// OnCallReport tells how the burden of being on call was shared in a month: hours
// on call, pages, those at night, and how soon they were acted on, per person.
// Our own people.
func (d *Desk) OnCallReport(month string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	if month == "" {
		month = d.now.In(d.company.Zone).Format("2006-01")
	}
	from, to, err := d.span("/oncall report", month)
	if err != nil {
		return err
	}
	if from.After(d.now) {
		return Refuse("refuse.month_to_come", "value", month, "example", d.now.In(d.company.Zone).Format("2006-01"))
	}
	if to.After(d.now) {
		to = d.now // what is to come is nobody's burden yet
	}
	pages, err := d.tx.PagesBetween(d.ctx, from, to)
	if err != nil {
		return err
	}
	all := loads(pages, d.zoneOfPerson)
	if err := d.addDuty(all, from, to); err != nil {
		return err
	}
	lang := d.Lang()
	first := from.In(d.company.Zone)
	m := Message{Title: text.T(lang, "load.title", "month", text.T(lang, "month."+fmt.Sprint(int(first.Month())))+" "+fmt.Sprint(first.Year()))}
	for _, l := range slices.SortedFunc(maps.Values(all), func(a, b *load) int {
		return cmp.Or(cmp.Compare(b.pages, a.pages), cmp.Compare(b.duty, a.duty), cmp.Compare(a.person, b.person))
	}) {
		m.Items = append(m.Items, Item{Title: d.name(l.person), Body: l.line(lang)})
	}
	if len(all) == 0 {
		m.Text = text.T(lang, "load.none")
	}
	m.Footer = text.T(lang, "load.footer", "from", nightBegins, "to", nightEnds)
	return d.Reply(m)
}

func (d *Desk) zoneOfPerson(key string) *time.Location {
	p := d.company.Person(key)
	if p == nil || p.Customer != nil {
		return nil
	}
	if p.Zone == nil {
		return d.company.Zone
	}
	return p.Zone
}

// addDuty adds for how long each was on call in [from, to), of the schedules as
// they are configured now and with what people changed then.
func (d *Desk) addDuty(all map[string]*load, from, to time.Time) error {
	overrides, err := d.tx.Overrides(d.ctx, from, to)
	if err != nil {
		return err
	}
	absences, err := d.tx.Absences(d.ctx, from, to)
	if err != nil {
		return err
	}
	c := d.company.Roster(&oncall.Changes{Overrides: overrides, Absences: absences})
	for _, s := range d.company.Schedules {
		for _, shift := range s.Shifts(from, to, c) {
			if d.zoneOfPerson(shift.Person) == nil {
				continue
			}
			l := all[shift.Person]
			if l == nil {
				l = &load{person: shift.Person}
				all[shift.Person] = l
			}
			begin, end := shift.Start, shift.End
			if begin.Before(from) {
				begin = from
			}
			if end.After(to) {
				end = to
			}
			l.duty += end.Sub(begin)
		}
	}
	return nil
}

// line tells it in one line.
func (l *load) line(lang company.Lang) string {
	nights := 0
	var hours []string
	for h := nightBegins; h != nightEnds; h = (h + 1) % 24 {
		if n := l.night[h]; n > 0 {
			nights += n
			hours = append(hours, fmt.Sprintf("%02d h: %d", h, n))
		}
	}
	out := text.T(lang, "load.line", "duty", text.Duration(l.duty), "n", l.pages, "night", nights)
	if len(hours) > 0 {
		out += " (" + strings.Join(hours, ", ") + ")"
	}
	switch {
	case len(l.acked) > 0:
		out += " · " + text.T(lang, "load.acked", "acked", len(l.acked), "median", text.Duration(median(l.acked)), "worst", text.Duration(l.acked[len(l.acked)-1]))
	case l.pages > 0:
		out += " · " + text.T(lang, "load.unacked")
	}
	return out
}
