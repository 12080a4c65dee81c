package bot

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/text"
	"sereno/bot/when"
)

// Override puts somebody on call for a time, whoever else would be. Leads; and
// anyone in favour of themselves.
func (d *Desk) Override(schedule, person, from, to string) error {
	if err := d.rostered(); err != nil {
		return err
	}
	s, err := d.scheduleNamed(schedule)
	if err != nil {
		return err
	}
	p, err := d.onCallPerson(person)
	if err != nil {
		return err
	}
	if p.Key != d.actor.Key {
		if err := d.must(company.Lead); err != nil {
			return err
		}
	}
	i, err := d.spanOf(from, to)
	if err != nil {
		return err
	}
	return d.putOnCall(s, p, i)
}

// TakePager puts the actor on call from now on, for so long or to the end of the
// shift. Agents.
func (d *Desk) TakePager(schedule, howLong string) error {
	if err := d.rostered(); err != nil {
		return err
	}
	s, err := d.scheduleNamed(schedule)
	if err != nil {
		return err
	}
	shift, ok := d.onCallAt(s, d.now)
	if ok && shift.Person == d.actor.Key {
		return Refuse("refuse.already_on_call", "schedule", s.Name, "until", d.stamp(shift.End))
	}
	i := oncall.Interval{Start: d.now}
	switch {
	case howLong != "":
		m, ok := when.Parse(howLong)
		if !ok {
			return Refuse("refuse.how_long", "value", howLong)
		}
		i.End = m.End(d.zone(), d.now, d.now)
	case ok:
		i.End = shift.End
	default:
		if i.End, ok = d.nextStart(s); !ok {
			return Refuse("refuse.how_long", "value", "")
		}
	}
	if err := d.inTime(i); err != nil {
		return err
	}
	return d.putOnCall(s, d.actor, i)
}

// nextStart is when somebody comes on call next; false when nobody does within a year.
func (d *Desk) nextStart(s *oncall.Schedule) (time.Time, bool) {
	c, err := d.rosterChanges()
	if err != nil {
		return time.Time{}, false
	}
	for _, shift := range s.Shifts(d.now, d.now.Add(farAhead), c) {
		if shift.Start.After(d.now) {
			return shift.Start, true
		}
	}
	return time.Time{}, false
}

func (d *Desk) putOnCall(s *oncall.Schedule, p *company.Person, i oncall.Interval) error {
	if err := d.notAway(p.Key, i); err != nil {
		return err
	}
	moves, err := d.changeRoster("override "+s.Name+" "+p.Key, func() error {
		return d.tx.AddOverride(d.ctx, &oncall.Override{
			Schedule: s.Name, Person: p.Key, Start: i.Start.UTC(), End: i.End.UTC(), By: d.actor.Key, At: d.now,
		})
	}, i)
	if err != nil {
		return err
	}
	if len(moves) == 0 {
		return Refuse("refuse.nothing_moves", "name", p.Name, "schedule", s.Name, "from", d.stamp(i.Start), "to", d.stampEnd(i.End))
	}
	return d.Reply(d.moved("done.override", moves, "name", p.Name, "schedule", s.Name, "from", d.stamp(i.Start), "to", d.stampEnd(i.End)))
}

// Vacation takes the actor off call for a time, on every schedule; the next of
// each rotation stands in. Without a time it lists. Agents.
func (d *Desk) Vacation(from, to string) error {
	if from == "" {
		return d.Vacations()
	}
	if err := d.rostered(); err != nil {
		return err
	}
	if to == "" {
		to = from // one day
	}
	i, err := d.spanOf(from, to)
	if err != nil {
		return err
	}
	if err := d.notAway(d.actor.Key, i); err != nil {
		return err
	}
	a := &oncall.Absence{Person: d.actor.Key, Start: i.Start.UTC(), End: i.End.UTC(), By: d.actor.Key, At: d.now}
	moves, err := d.changeRoster("vacation "+d.actor.Key, func() error { return d.tx.AddAbsence(d.ctx, a) }, i)
	if err != nil {
		return err
	}
	return d.Reply(d.moved(vacationDone(moves), moves, "from", d.stamp(i.Start), "to", d.stampEnd(i.End), "id", a.ID))
}

// vacationDone is what is said of a vacation: whether others stand in for it.
func vacationDone(moves []move) string {
	switch {
	case len(moves) == 0:
		return "done.vacation_free"
	case slices.ContainsFunc(moves, func(x move) bool { return x.to == "" }):
		return "done.vacation_uncovered"
	}
	return "done.vacation"
}

// Vacations lists who will be away. Our own people.
func (d *Desk) Vacations() error {
	if err := d.Staff(); err != nil {
		return err
	}
	c, err := d.rosterChanges()
	if err != nil {
		return err
	}
	m := Message{Title: text.T(d.Lang(), "vacation.title")}
	all := slices.Clone(c.Absences)
	slices.SortStableFunc(all, func(a, b oncall.Absence) int { return a.Start.Compare(b.Start) })
	for _, a := range all {
		if a.End.After(d.now) && len(m.Items) < maxListed {
			key := "vacation.item"
			if a.ID == 0 {
				key = "vacation.item_calendar"
			}
			m.Items = append(m.Items, Item{
				Title: text.T(d.Lang(), key, "name", d.name(a.Person), "id", a.ID),
				Body:  spanLine(d.Lang(), d.zone(), d.now, oncall.Interval{Start: a.Start, End: a.End}),
			})
		}
	}
	if len(m.Items) == 0 {
		m.Title = text.T(d.Lang(), "vacation.none")
	}
	return d.Reply(m)
}

// CancelVacation takes a vacation back. Whose it is; and leads.
func (d *Desk) CancelVacation(id string) error {
	if err := d.rostered(); err != nil {
		return err
	}
	c, err := d.rosterChanges()
	if err != nil {
		return err
	}
	for _, a := range c.Absences {
		if a.ID == 0 || fmt.Sprint(a.ID) != id || !a.End.After(d.now) {
			continue
		}
		if a.Person != d.actor.Key {
			if err := d.must(company.Lead); err != nil {
				return err
			}
		}
		return d.takeBackAbsence(a, "done.vacation_cancelled")
	}
	return Refuse("refuse.no_vacation", "id", id)
}

// UndoRoster takes back the actor's last override, exchange or vacation that is not
// over. What of it has happened stays; of an exchange both halves are to come. Agents.
func (d *Desk) UndoRoster() error {
	if err := d.rostered(); err != nil {
		return err
	}
	c, err := d.rosterChanges()
	if err != nil {
		return err
	}
	var last time.Time
	undo := func() error { return Refuse("refuse.nothing_to_undo") }
	for _, o := range c.Overrides {
		both := d.exchangeOf(o, c.Overrides)
		if (o.By == d.actor.Key || len(both) > 0) && o.End.After(d.now) && !o.At.Before(last) {
			last, undo = o.At, func() error {
				if len(both) > 0 {
					return d.takeBackExchange(both)
				}
				return d.takeBackOverride(o)
			}
		}
	}
	for _, a := range c.Absences {
		if a.By == d.actor.Key && a.End.After(d.now) && !a.At.Before(last) {
			last, undo = a.At, func() error {
				return d.takeBackAbsence(a, "done.undone")
			}
		}
	}
	return undo()
}

func (d *Desk) takeBackOverride(o oncall.Override) error {
	is := text.T(d.Lang(), "roster.is.override", "name", d.name(o.Person), "schedule", o.Schedule)
	return d.takeBack(o.Start, o.End, "override "+o.Schedule+" "+o.Person, is, "done.undone", func() error { return d.dropOverride(o) })
}

func (d *Desk) takeBackAbsence(a oncall.Absence, key string) error {
	is := text.T(d.Lang(), "roster.is.vacation", "name", d.name(a.Person))
	return d.takeBack(a.Start, a.End, "vacation "+a.Person, is, key, func() error { return d.dropAbsence(a) })
}

// takeBack takes back what the audit log calls what, and people is.
func (d *Desk) takeBack(start, end time.Time, what, is, key string, drop func() error) error {
	i := oncall.Interval{Start: start, End: end}
	moves, err := d.changeRoster("undo "+what, drop, i)
	if err != nil {
		return err
	}
	return d.Reply(d.moved(key, moves, "from", d.stamp(start), "to", d.stamp(end), "what", is))
}

// dropOverride takes one back from now on.
func (d *Desk) dropOverride(o oncall.Override) error {
	if err := d.tx.DropOverride(d.ctx, o.ID); err != nil || !o.Start.Before(d.now) {
		return takenBack(err)
	}
	o.End = d.now
	return d.tx.AddOverride(d.ctx, &o)
}

// dropAbsence takes one back from now on.
func (d *Desk) dropAbsence(a oncall.Absence) error {
	if err := d.tx.DropAbsence(d.ctx, a.ID); err != nil || !a.Start.Before(d.now) {
		return takenBack(err)
	}
	a.End = d.now
	return d.tx.AddAbsence(d.ctx, &a)
}

// takenBack makes an answer of what somebody else took back at the same time.
func takenBack(err error) error {
	if errors.Is(err, ErrNotFound) {
		return Refuse("refuse.nothing_to_undo")
	}
	return err
}
