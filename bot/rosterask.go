package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/text"
	"sereno/bot/when"
)

// rostered refuses whoever cannot be on call: only somebody whom the
// configuration names can.
func (d *Desk) rostered() error {
	if err := d.must(company.Agent); err != nil {
		return err
	}
	if d.company.Person(d.actor.Key) == nil {
		return Refuse("refuse.not_rostered")
	}
	return nil
}

// scheduleNamed finds a schedule by its name, or by the key or the name of the
// team whose it is. Left out, it is the actor's team's.
func (d *Desk) scheduleNamed(name string) (*oncall.Schedule, error) {
	if s := d.company.Schedule(name); s != nil {
		return s, nil
	}
	mine := d.company.TeamsOf(d.actor)
	for _, t := range d.company.Teams {
		if t.Schedule == nil {
			continue
		}
		if strings.EqualFold(t.Key, name) || strings.EqualFold(t.Name, name) || name == "" && slices.Contains(mine, t) {
			return t.Schedule, nil
		}
	}
	if name == "" && len(d.company.Schedules) == 1 {
		return d.company.Schedules[0], nil
	}
	var names []string
	for _, s := range d.company.Schedules {
		names = append(names, s.Name)
	}
	if len(names) == 0 {
		return nil, Refuse("refuse.no_schedules")
	}
	return nil, Refuse("refuse.schedule", "value", name, "schedules", strings.Join(names, ", "))
}

// onCallPerson finds somebody who can be put on call.
func (d *Desk) onCallPerson(words string) (*company.Person, error) {
	p := d.personNamed(words)
	if p == nil || !p.Has(company.Agent) {
		return nil, Refuse("refuse.not_an_agent", "name", words, "agents", strings.Join(d.agents(), ", "))
	}
	return p, nil
}

// farAhead bounds what can be changed: further away nobody knows the roster.
const farAhead = 366 * 24 * time.Hour

// longestByWeekday is how much later than its beginning a weekday and time may be:
// “mon 18:00” to “mon 09:00” is a slip, and no week but a night.
const longestByWeekday = 6 * 24 * time.Hour

// spanOf reads from when to when, as typed: to come, not upside down, and within a
// year. What has a day alone for its beginning and begins today begins now.
func (d *Desk) spanOf(from, to string) (oncall.Interval, error) {
	begin, err := d.moment(from)
	if err != nil {
		return oncall.Interval{}, err
	}
	end, err := d.moment(to)
	if err != nil {
		return oncall.Interval{}, err
	}
	i := oncall.Interval{Start: begin.Begin(d.zone(), d.now)}
	i.End = end.End(d.zone(), d.now, i.Start)
	if early := i.End.AddDate(0, 0, -7); end.WeekTime() && i.End.Sub(i.Start) > longestByWeekday && early.Before(i.Start) {
		return i, Refuse("refuse.upside_down", "from", d.stamp(i.Start), "to", d.stampEnd(early))
	}
	if begin.DayOnly() && i.Start.Before(d.now) && i.Start.After(d.now.Add(-25*time.Hour)) && i.End.After(d.now) {
		i.Start = d.now
	}
	return i, d.inTime(i)
}

func (d *Desk) moment(typed string) (when.Moment, error) {
	m, ok := when.Parse(typed)
	if !ok {
		return m, Refuse("refuse.moment", "value", typed)
	}
	return m, nil
}

// inTime refuses what is past, upside down, or too far away.
func (d *Desk) inTime(i oncall.Interval) error {
	switch {
	case !i.End.After(i.Start):
		return Refuse("refuse.upside_down", "from", d.stamp(i.Start), "to", d.stampEnd(i.End))
	case i.Start.Before(d.now.Add(-time.Minute)):
		return Refuse("refuse.past", "from", d.stamp(i.Start))
	case i.Start.After(d.now.Add(farAhead)):
		return Refuse("refuse.too_far", "to", d.stamp(i.Start))
	case i.End.After(d.now.Add(farAhead)):
		return Refuse("refuse.too_far", "to", d.stampEnd(i.End))
	}
	return nil
}

// stamp is an instant as the actor reads it.
func (d *Desk) stamp(t time.Time) string { return text.When(d.Lang(), t, d.zone(), d.now) }

// stampEnd is the end of a time as the actor reads it: a midnight as that of the day
// which is over, as it was typed.
func (d *Desk) stampEnd(t time.Time) string {
	before, midnight := strings.CutSuffix(d.stamp(t.Add(-time.Minute)), "23:59")
	if h, m, s := t.In(d.zone()).Clock(); midnight && h+m+s == 0 {
		return before + "24:00"
	}
	return d.stamp(t)
}

// days reads a number of days, or gives the one that is meant without.
func days(typed string, otherwise int) (int, error) {
	if typed == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(strings.TrimSuffix(strings.ToLower(typed), "d"))
	if err != nil || n < 1 || n > maxDays {
		return 0, Refuse("refuse.days", "value", typed, "max", maxDays)
	}
	return n, nil
}

const (
	maxDays = 92
	day     = 24 * time.Hour
)

// notAway refuses to put somebody on call while they are away.
func (d *Desk) notAway(person string, i oncall.Interval) error {
	c, err := d.rosterChanges()
	if err != nil {
		return err
	}
	for _, a := range c.Absences {
		if a.Person == person && i.Overlaps(oncall.Interval{Start: a.Start, End: a.End}) {
			key := "refuse.away"
			if a.ID == 0 {
				key = "refuse.away_calendar"
			}
			if person == d.actor.Key {
				key += "_you"
			}
			return Refuse(key, "name", d.name(person), "from", d.stamp(a.Start), "to", d.stampEnd(a.End), "id", a.ID)
		}
	}
	return nil
}

// rosterTold bounds how many changes one message lists.
const rosterTold = 15

// spanLine tells a stretch of time.
func spanLine(lang company.Lang, zone *time.Location, now time.Time, i oncall.Interval) string {
	return fmt.Sprintf("%s – %s", text.When(lang, i.Start, zone, now), text.When(lang, i.End, zone, now))
}
