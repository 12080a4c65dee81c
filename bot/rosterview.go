package bot

import (
	"fmt"
	"time"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/text"
)

// OnCall tells who is on call now and who comes next, for the actor's teams; for
// every team to somebody who is in none. Our own people.
func (d *Desk) OnCall() error {
	if err := d.Staff(); err != nil {
		return err
	}
	lang := d.Lang()
	m := Message{Title: text.T(lang, "oncall.title")}
	teams := d.company.TeamsOf(d.actor)
	if len(teams) == 0 {
		teams = d.company.Teams
	}
	for _, t := range teams {
		m.Items = append(m.Items, Item{Title: t.Name, Body: d.onCallLine(lang, t.Schedule)})
	}
	m.Footer = text.T(lang, "oncall.footer", "zone", text.Zone(d.zone()))
	if d.rostered() == nil && len(d.company.Schedules) > 0 {
		m.Buttons = []Button{{ID: "swap_exchange", Label: text.T(lang, "button.swap_exchange")}}
	}
	return d.Reply(m)
}

func (d *Desk) onCallLine(lang company.Lang, s *oncall.Schedule) string {
	if s == nil {
		return text.T(lang, "oncall.nobody")
	}
	person, _, until := d.stint(s, d.now)
	line := text.T(lang, "oncall.nobody")
	if person != "" {
		shift, _ := d.onCallAt(s, d.now)
		line = text.T(lang, "oncall.until", "name", d.name(person), "when", d.stamp(until)) + d.causeOf(lang, shift)
	}
	if at, next := d.nextChange(s, d.now); !at.IsZero() && next != "" {
		return line + " · " + text.T(lang, "oncall.next", "name", d.name(next), "when", d.stamp(at))
	}
	if person != "" {
		if at, _ := d.nextChange(s, d.now); !at.IsZero() {
			return line + " · " + text.T(lang, "oncall.next_nobody", "when", d.stamp(at))
		}
	}
	return line
}

// causeOf marks a shift that is not the person's own turn.
func (d *Desk) causeOf(lang company.Lang, s oncall.Shift) string {
	switch {
	case s.Cause == oncall.ByAbsence:
		return " (" + text.T(lang, "oncall.absence", "name", d.name(s.For)) + ")"
	case s.Cause == oncall.ByOverride && s.For != "":
		return " (" + text.T(lang, "oncall.swapped", "name", d.name(s.For)) + ")"
	case s.Cause == oncall.ByOverride:
		return " (" + text.T(lang, "oncall.override") + ")"
	}
	return ""
}

// The schedule as a table: so many days without a number, so many rows at most.
const (
	scheduleDays = 14
	scheduleRows = 40
)

// ShowSchedule lists the shifts to come, with what is overridden, who is away,
// and the gaps. Our own people.
func (d *Desk) ShowSchedule(name, ahead string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	if _, err := days(name, 0); err == nil && name != "" && ahead == "" {
		name, ahead = "", name // only the number was typed
	}
	s, err := d.scheduleNamed(name)
	if err != nil {
		return err
	}
	n, err := days(ahead, scheduleDays)
	if err != nil {
		return err
	}
	c, err := d.rosterChanges()
	if err != nil {
		return err
	}
	lang, until := d.Lang(), d.now.Add(time.Duration(n)*day)
	m := Message{Title: text.T(lang, "schedule.title", "schedule", s.Name, "n", n)}
	add := func(i oncall.Interval, who string) {
		if len(m.Items) < scheduleRows {
			m.Items = append(m.Items, Item{Title: spanLine(lang, d.zone(), d.now, i), Body: who})
		}
	}
	at := d.now
	for _, shift := range s.Shifts(d.now, until, c) {
		if at.Before(shift.Start) {
			add(oncall.Interval{Start: at, End: shift.Start}, text.T(lang, "schedule.gap"))
			m.Tone = Warning
		}
		at = shift.End
		who := d.name(shift.Person) + d.causeOf(lang, shift)
		if shift.Layer != "" {
			who += " · " + shift.Layer
		}
		add(shift.Interval(), who)
	}
	if at.Before(until) {
		add(oncall.Interval{Start: at, End: until}, text.T(lang, "schedule.gap"))
		m.Tone = Warning
	}
	m.Footer = text.T(lang, "oncall.footer", "zone", text.Zone(d.zone()))
	if len(m.Items) == scheduleRows {
		m.Footer = fmt.Sprintf("%s %s", text.T(lang, "schedule.cut", "n", scheduleRows), m.Footer)
	}
	return d.Reply(m)
}
