package bot

import (
	"errors"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/oncall"
	"sereno/bot/text"
)

// Who is on call follows from the document, what people changed, and the instant;
// who was told so is kept. Where the two differ and no hand-off is due, the document
// or a calendar was changed, here or while nobody ran: whoever comes and goes is told
// then, once.

// tellRoster tells whoever is on call by now and was not told so. A service that
// never told anybody begins in silence.
func (d *Desk) tellRoster() error {
	all, err := d.tx.ToldOnCall(d.ctx)
	if err != nil {
		return err
	}
	first := len(all) == 0 && !d.bot.rosterPlanned.Load()
	for _, s := range d.company.Schedules {
		if err := d.tellScheduled(s, all, first); err != nil {
			return err
		}
	}
	for _, told := range all {
		if d.company.Schedule(told.Schedule) == nil {
			if err := d.tellNoSchedule(told); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellScheduled does so of one schedule. A hand-off that is due tells by itself.
func (d *Desk) tellScheduled(s *oncall.Schedule, all []Told, first bool) error {
	have, err := d.tx.TimerAt(d.ctx, timerHandOff, 0, s.Name)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return err
	case !have.Due.After(d.now):
		return nil
	}
	told, known := toldOf(all, s.Name)
	person, since, until := d.stint(s, d.now)
	switch {
	case known && told.Person == person:
		return nil
	case known && told.Since.After(d.now) && told.Since.Before(d.now.Add(handOffLate)):
		return nil // told by a clock that has been set back since, or is ahead of ours
	case !known && (first || person == ""):
		_, err := d.noteOnCall(s, person, since)
		return err
	}
	fresh, err := d.noteOnCall(s, person, since)
	if err != nil || !fresh {
		return err
	}
	if err := d.handOff(s, told.Person, person, until); err != nil {
		return err
	}
	p := d.company.Person(told.Person)
	if p == nil {
		return nil
	}
	return d.tellPerson(p, Message{Text: text.T(p.Language, "handoff.relieved", "schedule", s.Name, "to", d.onCallName(p.Language, person))})
}

// tellNoSchedule tells who was on call on a schedule that is no more.
func (d *Desk) tellNoSchedule(told Told) error {
	err := d.tx.ForgetOnCall(d.ctx, told.Schedule)
	if errors.Is(err, ErrNotFound) {
		return nil // another replica did
	}
	p := d.company.Person(told.Person)
	if err != nil || p == nil {
		return err
	}
	return d.tellPerson(p, Message{Text: text.T(p.Language, "handoff.gone", "schedule", told.Schedule)})
}

func toldOf(all []Told, schedule string) (Told, bool) {
	i := slices.IndexFunc(all, func(t Told) bool { return t.Schedule == schedule })
	if i < 0 {
		return Told{Schedule: schedule}, false
	}
	return all[i], true
}

// noteOnCall notes who is told of their time; false when they know already.
func (d *Desk) noteOnCall(s *oncall.Schedule, person string, since time.Time) (bool, error) {
	if person == "" {
		since = time.Time{}
	}
	return d.tx.TellOnCall(d.ctx, Told{Schedule: s.Name, Person: person, Since: since.UTC()})
}

// takeOverPages pages whoever came on call for what the schedule was paged for
// and nobody has acknowledged. Those who have the page keep it.
func (d *Desk) takeOverPages(s *oncall.Schedule, t *company.Team, p *company.Person) error {
	waiting, err := d.tx.Incidents(d.ctx, IncidentQuery{Team: t.Key, Pending: true})
	if err != nil {
		return err
	}
	for _, found := range waiting {
		if !found.Escalation.Active {
			continue // who acknowledged has it, and the policy calls who is on call after that
		}
		inc, err := d.incident(found.Number)
		if err != nil {
			return err
		}
		if !inc.Open() || !inc.Escalation.Active || !d.wasPaged(inc, s) {
			continue
		}
		d.change(inc)
		if _, err := d.page(inc, p); err != nil {
			return err
		}
	}
	return nil
}

// wasPaged reports whether the paging of the incident has come to the schedule.
func (d *Desk) wasPaged(inc *incident.Incident, s *oncall.Schedule) bool {
	esc, p := &inc.Escalation, d.policy(inc)
	if esc.Last && d.names(inc, d.fallback(inc), s) {
		return true
	}
	if p == nil {
		return false
	}
	for i, step := range p.Steps {
		reached := esc.Last || esc.Round > 0 || i <= esc.Step
		if reached && step.When.Holds(inc.Severity, inc.Customer, d.now) && d.names(inc, step.Targets, s) {
			return true
		}
	}
	return false
}

// names reports whether the schedule is among the targets.
func (d *Desk) names(inc *incident.Incident, targets []oncall.Target, s *oncall.Schedule) bool {
	return slices.ContainsFunc(targets, func(t oncall.Target) bool {
		if t.Kind != oncall.TargetSchedule {
			return false
		}
		of := d.scheduleOf(inc, t.Name)
		return of != nil && of.Name == s.Name
	})
}
