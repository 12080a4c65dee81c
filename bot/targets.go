package bot

import (
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// pageAll pages everybody whom the targets reach; false when that is nobody.
func (d *Desk) pageAll(inc *incident.Incident, targets []oncall.Target) (reached bool, err error) {
	for _, t := range targets {
		ok, err := d.pageTarget(inc, t)
		if err != nil {
			return false, err
		}
		reached = reached || ok
	}
	return reached, nil
}

func (d *Desk) pageTarget(inc *incident.Incident, t oncall.Target) (bool, error) {
	if t.Kind == oncall.TargetPerson {
		return d.page(inc, d.company.Person(t.Name))
	}
	if t.Kind == oncall.TargetSchedule {
		return d.pageSchedule(inc, t.Name)
	}
	team := d.teamOf(inc, t)
	if team == nil {
		return false, d.skipped(inc, "no_team", t.Name)
	}
	switch t.Kind {
	case oncall.TargetLead:
		if team.Lead == nil {
			return false, d.skipped(inc, "no_lead", team.Key)
		}
		return d.page(inc, team.Lead)
	case oncall.TargetTeam:
		return d.pageTeam(inc, team)
	}
	return d.pageChannel(inc, team)
}

func (d *Desk) pageTeam(inc *incident.Incident, team *company.Team) (reached bool, err error) {
	for _, p := range team.Agents {
		ok, err := d.page(inc, p)
		if err != nil {
			return false, err
		}
		reached = reached || ok
	}
	if len(team.Agents) == 0 {
		return false, d.skipped(inc, "nobody", team.Key)
	}
	return reached, nil
}

// pageSchedule pages whoever is on call there now.
func (d *Desk) pageSchedule(inc *incident.Incident, name string) (bool, error) {
	schedule := d.scheduleOf(inc, name)
	if schedule == nil {
		return false, d.skipped(inc, "no_schedule", name)
	}
	person, ok := d.onCall(schedule)
	if !ok {
		return false, d.skipped(inc, "nobody_on_call", schedule.Name)
	}
	return d.page(inc, d.company.Person(person))
}

// quiet is until when the person must not be woken for the incident; false when they
// may be: always for a critical one, as the last resort, and for what they asked to
// be reminded of or were handed.
func (d *Desk) quiet(inc *incident.Incident, p *company.Person) (until time.Time, is bool) {
	esc := &inc.Escalation
	if inc.Severity == sla.Critical || esc.Last || esc.Reason == reasonReminder || esc.Reason == reasonHandedOver {
		return until, false
	}
	for _, w := range p.Quiet {
		if end, ok := w.Until(d.now); ok {
			until, is = later(until, end), true
		}
	}
	return until, is
}

// quietOver pages somebody whose quiet hours have ended, if nobody has acknowledged
// yet what they were passed over for.
func (d *Desk) quietOver(inc *incident.Incident, key string) error {
	esc, p := &inc.Escalation, d.company.Person(key)
	if !esc.Active || p == nil {
		return nil
	}
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	passed := slices.ContainsFunc(history, func(e incident.Entry) bool {
		return e.Kind == incident.ESkipped && e.Text == "quiet" && e.Value == key && !e.At.Before(esc.Since)
	})
	if !passed {
		return nil
	}
	_, err = d.page(inc, p)
	return err
}

// wake pages whoever was passed over for their quiet hours in the present paging, with
// what is true by now.
func (d *Desk) wake(inc *incident.Incident) error {
	if !inc.Escalation.Active {
		return nil
	}
	s, err := d.standing(inc)
	if err != nil {
		return err
	}
	if err := d.announce(inc, s); err != nil {
		return err
	}
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	var passed []string
	for _, e := range history {
		if e.Kind == incident.ESkipped && e.Text == "quiet" && !e.At.Before(inc.Escalation.Since) && !slices.Contains(passed, e.Value) {
			passed = append(passed, e.Value)
		}
	}
	for _, key := range passed {
		if err := d.quietOver(inc, key); err != nil {
			return err
		}
	}
	return nil
}

// leftAlone reports whether the person is away (on vacation) and must not be
// paged for the incident now: it was not handed to them, nor are they who asked
// to be reminded, nor the last resort with nobody else there.
func (d *Desk) leftAlone(inc *incident.Incident, p *company.Person) (bool, error) {
	changes, err := d.rosterChanges()
	if err != nil || !changes.Away(p.Key, d.now) {
		return false, err
	}
	esc := &inc.Escalation
	if esc.Reason == reasonHandedOver || esc.Reason == reasonReminder {
		return false, nil
	}
	if !esc.Last {
		return true, nil
	}
	for _, t := range d.fallback(inc) {
		if slices.ContainsFunc(d.peopleOf(inc, t), func(p *company.Person) bool { return !changes.Away(p.Key, d.now) }) {
			return true, nil
		}
	}
	return false, nil
}

// justPaged records that a step names somebody who has just been paged: once in an
// escalation, for it comes again with each round. It is no news to the team.
func (d *Desk) justPaged(inc *incident.Incident, key string) error {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(history, func(e incident.Entry) bool {
		return e.Kind == incident.ESkipped && e.Text == hadPage && e.Value == key && !e.At.Before(inc.Escalation.Since)
	})
	if known {
		return nil
	}
	return d.record(inc, incident.Entry{Kind: incident.ESkipped, Actor: botActor, At: d.now, Text: hadPage, Value: key})
}

// hadPage is why a step paged nobody anew: whom it names had the page already.
const hadPage = "just_paged"

// skipped records a step, or a target of one, that reached nobody, and says so
// where the team reads.
func (d *Desk) skipped(inc *incident.Incident, why, what string) error {
	d.bot.Logger.Warn("escalation step reached nobody", "incident", inc.ID(), "why", why, "what", what)
	err := d.record(inc, incident.Entry{Kind: incident.ESkipped, Actor: botActor, At: d.now, Text: why, Value: what})
	if err != nil {
		return err
	}
	return d.tellSkipped(inc, why, what)
}

func (d *Desk) teamOf(inc *incident.Incident, t oncall.Target) *company.Team {
	if t.Name == oncall.TeamsOwn {
		return d.company.Team(inc.Team)
	}
	return d.company.Team(t.Name)
}

// scheduleOf is the schedule of the name, or that of the incident's team.
func (d *Desk) scheduleOf(inc *incident.Incident, name string) *oncall.Schedule {
	if team := d.company.Team(inc.Team); name == oncall.TeamsOwn && team != nil {
		return team.Schedule
	}
	return d.company.Schedule(name)
}
