package bot

import (
	"cmp"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// Why people are paged.
const (
	reasonAtRisk       = "at_risk"
	reasonBreached     = "breached"
	reasonReclassified = "reclassified"
	reasonEscalated    = "escalated"   // somebody asked for it
	reasonUnattended   = "unattended"  // acknowledged, and nothing happened since
	reasonReminder     = "reminder"    // whoever acknowledged wanted to be reminded
	reasonHandedOver   = "handed_over" // whoever acknowledged hands it to another
	reasonDrill        = "drill"
)

// worse reports whether the reason is that a promise is broken, not that it may be.
func worse(reason string) bool { return reason == reasonBreached || reason == reasonReclassified }

// lastResortAgain is how long the last resort may stay without acknowledgement
// before it is called once more.
const lastResortAgain = time.Hour

// escalate sees that somebody learns of the reason; the zero Clock is no
// commitment in particular. What there is to do depends on how far the paging is:
//
//   - Nobody is being paged: the owner first, then the steps of the team's policy.
//   - People are being paged: a breach is shown in the pages that they have, and
//     the steps to come go on; a further warning adds nothing, and that of another
//     commitment waits (see warned).
//   - Somebody acknowledged: a further warning of the same commitment adds nothing,
//     its breach pages them again before anybody else.
func (d *Desk) escalate(inc *incident.Incident, reason string, c sla.Clock) error {
	esc := &inc.Escalation
	same := esc.Clock == c.Name && esc.Cycle == c.Cycle
	switch {
	case esc.Active && !esc.Last:
		return d.aggravate(inc, reason, c)
	case !worse(reason) && c.Name != "" && same && (esc.AckedBy != "" || esc.Last):
		return nil
	}
	var first []*company.Person
	if worse(reason) && esc.Acked(c.Name, c.Cycle) {
		first = append(first, d.person(esc.AckedBy))
	}
	if reason != reasonEscalated {
		first = append(first, d.person(inc.Owner))
	}
	return d.begin(inc, incident.Escalation{Reason: reason, Clock: c.Name, Cycle: c.Cycle, Due: c.Due.UTC()}, first...)
}

// aggravate makes the paging that goes on say what is worse.
func (d *Desk) aggravate(inc *incident.Incident, reason string, c sla.Clock) error {
	esc := &inc.Escalation
	if !worse(reason) || worse(esc.Reason) {
		return nil
	}
	if failed, err := d.reachedNobody(inc); err != nil {
		return err
	} else if failed { // perhaps they can be reached by now
		return d.begin(inc, incident.Escalation{Reason: reason, Clock: c.Name, Cycle: c.Cycle, Due: c.Due.UTC()}, d.person(inc.Owner))
	}
	esc.Reason, esc.Clock, esc.Cycle, esc.Due = reason, c.Name, c.Cycle, c.Due.UTC()
	d.change(inc)
	d.showPages(inc)
	return nil
}

// reachedNobody reports whether every page of the present paging has failed.
func (d *Desk) reachedNobody(inc *incident.Incident) (bool, error) {
	pages, err := d.tx.PagesOf(d.ctx, inc.Number)
	n := 0
	for _, p := range pages {
		if p.At.Before(inc.Escalation.Since) {
			continue
		}
		if n++; !p.Accepted.IsZero() || p.Failed.IsZero() {
			return false, err
		}
	}
	return n > 0, err
}

// begin starts an escalation with the people before the policy; nil is nobody.
// Where they cannot be reached the policy begins at its own time.
func (d *Desk) begin(inc *incident.Incident, e incident.Escalation, first ...*company.Person) error {
	e.Active, e.Since, e.Step = true, d.now, -1
	e.MissedAt, e.Pages, e.Unsaid = d.missed, inc.Escalation.Waiting(), inc.Escalation.Unsaid
	inc.Escalation = e
	d.change(inc)
	reached := false
	for i, p := range first {
		if p == nil || slices.Contains(first[:i], p) || p.Customer != nil {
			continue
		}
		ok, err := d.page(inc, p)
		if err != nil {
			return err
		}
		reached = reached || ok
	}
	if reached {
		inc.Escalation.ReachedAt = d.now
		return nil // the timer of the next step is set when all is decided
	}
	return d.escalateFurther(inc, false)
}

func (d *Desk) policy(inc *incident.Incident) *oncall.Policy {
	if t := d.company.Team(inc.Team); t != nil {
		return t.Policy
	}
	return nil
}

// escalateFurther pages the next step of the policy if it is due, or in any case
// when it is forced. A step that reaches nobody is skipped at once, one whose
// condition does not hold is as if it were not there, and so is one whose people
// have the page already; when a whole round reaches nobody, the last resort is
// called.
func (d *Desk) escalateFurther(inc *incident.Incident, force bool) error {
	esc := &inc.Escalation
	if !esc.Active || !inc.Open() {
		return nil
	}
	p := d.policy(inc)
	had := false // whom a step names, has the page
	for tries := 0; ; tries++ {
		pos, ok := d.nextPosition(p, inc)
		due, err := d.nextDue(inc, nil)
		if err != nil {
			return err
		}
		if !force && due.After(d.now) {
			if !had {
				return nil
			}
			if late, err := d.brokenBy(inc, due); err != nil || !late {
				return err
			}
		}
		if !ok || tries > len(p.Steps) {
			return d.lastResort(inc)
		}
		esc.Step, esc.Round = pos.Step, pos.Round
		d.change(inc)
		step := p.Steps[pos.Step]
		if !step.When.Holds(inc.Severity, inc.Customer, d.now) {
			continue
		}
		if d.knownTo(inc, step.Targets) {
			force = force || d.escalating
			continue
		}
		before, pages := esc.ReachedAt, len(esc.Pages)
		esc.ReachedAt = d.now
		if err := d.forOthers(inc); err != nil {
			return err
		}
		switch reached, err := d.pageAll(inc, step.Targets); {
		case err != nil:
			return err
		case !reached:
			force = true
		case len(esc.Pages) == pages: // they were reached then: the next waits from there
			esc.ReachedAt, had = before, true
		default:
			return nil
		}
	}
}

// knownTo reports whether targets are only the person who wants others to be called:
// by escalating it now, or by having handed it over.
func (d *Desk) knownTo(inc *incident.Incident, targets []oncall.Target) bool {
	by := ""
	switch esc := &inc.Escalation; {
	case d.escalating:
		by = d.author()
	case esc.Reason == reasonHandedOver:
		by = esc.LapsedBy
	}
	for _, t := range targets {
		people := d.peopleOf(inc, t)
		if t.Kind == oncall.TargetChannel || len(people) == 0 || by == "" ||
			slices.ContainsFunc(people, func(p *company.Person) bool { return p.Key != by }) {
			return false
		}
	}
	return true
}

// brokenBy reports whether the promise that the paging is about would be broken
// before the instant.
func (d *Desk) brokenBy(inc *incident.Incident, t time.Time) (bool, error) {
	c, found, err := d.concerned(inc, nil)
	return found && c.State == sla.Running && !t.Before(c.Due), err
}

// forOthers tells those whom the policy calls why somebody must act: that one
// person was to be reminded, or was given it by another, concerned only them.
func (d *Desk) forOthers(inc *incident.Incident) error {
	esc := &inc.Escalation
	if esc.Reason != reasonReminder && esc.Reason != reasonHandedOver {
		return nil
	}
	c, found, err := d.concerned(inc, nil)
	switch {
	case err != nil:
		return err
	case !found:
		esc.Reason = reasonEscalated
	case c.State == sla.Breached:
		esc.Reason = reasonBreached
	default:
		esc.Reason = reasonAtRisk
	}
	return nil
}

// nextPosition is the step after the present one; false when the policy has
// ended, or there is none.
func (d *Desk) nextPosition(p *oncall.Policy, inc *incident.Incident) (oncall.Position, bool) {
	esc := &inc.Escalation
	switch {
	case p == nil || esc.Last:
		return oncall.Position{}, false
	case esc.Step < 0:
		_, ok := p.Step(p.Start())
		return p.Start(), ok
	}
	next, _, ok := p.Next(oncall.Position{Step: esc.Step, Round: esc.Round})
	return next, ok
}

// nextDue is when the next step of an active escalation is due: the policy's
// delays count from the present step, its shares are instants of the clock that
// the paging is about. clocks may be nil: they are computed when they matter.
func (d *Desk) nextDue(inc *incident.Incident, clocks []sla.Clock) (time.Time, error) {
	esc, p := &inc.Escalation, d.policy(inc)
	since := esc.ReachedAt
	if since.IsZero() {
		since = esc.Since
	}
	pos, ok := d.nextPosition(p, inc)
	switch {
	case esc.Last:
		return d.inHours(inc, esc.Clock, since, lastResortAgain), nil
	case !ok && esc.ReachedAt.IsZero(): // nobody was named
		return since, nil
	case !ok && p == nil: // the owner has as long as any last step
		return since.Add(10 * time.Minute), nil
	case !ok:
		return since.Add(lastWait(p)), nil
	}
	c, found, err := d.concerned(inc, clocks)
	if err != nil {
		return time.Time{}, err
	}
	var used func(float64) time.Time
	if found && c.Open() {
		used = func(share float64) time.Time { return d.usedAt(inc, c, share) }
	}
	if esc.Step >= 0 && esc.ReachedAt.IsZero() && (used == nil || p.Steps[pos.Step].Share == 0) {
		return since, nil // no step applied so far: whoever is first waits for nobody
	}
	due := p.Due(pos, since, used)
	if esc.Step < 0 && !esc.ReachedAt.IsZero() && !due.After(since) {
		due = since.Add(d.firstWait(p, c, since))
	}
	return due, nil
}

// firstWait is how long the people before the policy have: as long as those of
// its first step. Where the promise would be broken by then, half of what is left.
func (d *Desk) firstWait(p *oncall.Policy, c sla.Clock, since time.Time) time.Duration {
	wait := lastWait(p)
	if len(p.Steps) > 1 && p.Steps[1].After > 0 {
		wait = p.Steps[1].After
	}
	if left := c.Due.Sub(since); c.State == sla.Running && left > 0 && left <= wait {
		wait = left / 2
	}
	return wait
}

// lastWait is how long the last step of a policy has before the last resort is
// called. A policy that is not repeated need not say.
func lastWait(p *oncall.Policy) time.Duration {
	return cmp.Or(p.RepeatAfter, p.Steps[len(p.Steps)-1].After, 10*time.Minute)
}

// concerned is the commitment that the paging is about; false when it is about
// none, or that is no more.
func (d *Desk) concerned(inc *incident.Incident, clocks []sla.Clock) (c sla.Clock, ok bool, err error) {
	esc := &inc.Escalation
	if esc.Clock == "" {
		return c, false, nil
	}
	if clocks == nil {
		if clocks, err = d.clocks(inc); err != nil {
			return c, false, err
		}
	}
	i := slices.IndexFunc(clocks, func(c sla.Clock) bool { return c.Name == esc.Clock && c.Cycle == esc.Cycle })
	if i < 0 {
		return c, false, nil
	}
	return clocks[i], true, nil
}

// escalateAnew begins with the first step again, if the paging goes on: another
// team has another policy.
func (d *Desk) escalateAnew(inc *incident.Incident) error {
	esc := &inc.Escalation
	if !esc.Active {
		return nil
	}
	esc.Step, esc.Round, esc.Last, esc.Since, esc.ReachedAt = -1, 0, false, d.now, time.Time{}
	return d.escalateFurther(inc, true)
}

// lastResort calls, louder and whatever the hour, whoever is named for when
// nobody acknowledges, the lead, and the team's channel. It is called again
// while still nobody does.
func (d *Desk) lastResort(inc *incident.Incident) error {
	if inc.Drill {
		return d.drillOver(inc, "ended")
	}
	esc := &inc.Escalation
	unnamed := esc.ReachedAt.IsZero()
	esc.Step, esc.ReachedAt = -1, d.now
	if err := d.forOthers(inc); err != nil {
		return err
	}
	if esc.Last {
		esc.Round++ // they are paged anew
	} else {
		esc.Last, esc.Unnamed, esc.Round = true, unnamed, 0
		if err := d.policyEnded(inc); err != nil {
			return err
		}
	}
	d.change(inc)
	_, err := d.pageAll(inc, d.fallback(inc))
	return err
}

// unacknowledged is why the last step of a policy reached nobody: it ended.
const unacknowledged = "unacknowledged"

// policyEnded records that the policy ended, or named nobody.
func (d *Desk) policyEnded(inc *incident.Incident) error {
	why, told := unacknowledged, "nobody acknowledged"
	if inc.Escalation.Unnamed {
		why, told = "unnamed", "nobody is named"
	}
	d.bot.Logger.Error("the last resort is called", "incident", inc.ID(), "why", told)
	err := d.record(inc, incident.Entry{Kind: incident.ESkipped, Actor: botActor, At: d.now, Text: why})
	if err != nil {
		return err
	}
	if err := d.audit(told, inc.ID()+" "+inc.Escalation.Reason); err != nil {
		return err
	}
	return d.tellTeam(inc, "team.nobody_"+why, "id", inc.ID())
}

// fallback is whom the last resort calls.
func (d *Desk) fallback(inc *incident.Incident) []oncall.Target {
	named := d.company.Paging.Fallback
	if p := d.policy(inc); p != nil && p.Fallback != nil {
		named = p.Fallback
	}
	own := []oncall.Target{{Kind: oncall.TargetLead, Name: oncall.TeamsOwn}, {Kind: oncall.TargetChannel, Name: oncall.TeamsOwn}}
	return append(slices.Clone(named), own...)
}

// audit writes a line of the audit log in the bot's name, or in that of who acts.
func (d *Desk) audit(action, detail string) error {
	return d.tx.Audit(d.ctx, d.now, cmp.Or(d.author(), botActor), action, detail)
}
