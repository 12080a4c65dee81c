package bot

import (
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// How long an acknowledgement lasts, where the policy does not say: half of the
// time that is left of the commitment, within these bounds.
const (
	shortestAck = 10 * time.Minute
	longestAck  = time.Hour
	// overdueAck is how long it lasts once the commitment is broken.
	overdueAck = 15 * time.Minute
)

// Acknowledge says that the actor has seen a page and acts. Agents.
func (d *Desk) Acknowledge(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	esc := &inc.Escalation
	switch {
	case esc.AckedBy == d.author() && esc.AckedBy != "":
		return d.done("done.acknowledged", "id", inc.ID()) // pressed twice
	case inc.Drill && !inc.Open():
		return Refuse("refuse.drill_over", "id", inc.ID())
	case esc.AckedBy != "":
		return Refuse("refuse.acknowledged", "id", inc.ID(), "name", d.name(esc.AckedBy))
	case !esc.Unanswered():
		return Refuse("refuse.no_page", "id", inc.ID())
	}
	if err := d.handled(inc); err != nil {
		return err
	}
	return d.done("done.acknowledged", "id", inc.ID())
}

// handled ends the paging, if nobody had answered it: somebody acts. Of the
// pages of whoever acts, what they did is their proof.
func (d *Desk) handled(inc *incident.Incident) error {
	if inc.Drill && !inc.Open() {
		return nil // it is over: nobody is waited for
	}
	if err := d.actedOn(inc); err != nil {
		return err
	}
	esc := &inc.Escalation
	if !esc.Unanswered() {
		return nil
	}
	handedOver := esc.Reason == reasonHandedOver
	esc.Active, esc.Last, esc.AckedBy, esc.AckedAt = false, false, d.author(), d.at
	esc.AckFrom, esc.AckUntil, esc.Remind = d.now, time.Time{}, false
	if err := d.record(inc, incident.Entry{Kind: incident.EAcked}); err != nil {
		return err
	}
	if err := d.nothingMoreToReach(inc); err != nil {
		return err
	}
	d.showPages(inc)
	if inc.Drill {
		return d.drillOver(inc, "acknowledged")
	}
	if handedOver && inc.Owner != d.author() && d.actor.Has(company.Agent) && inc.Open() && d.event.Kind == ButtonPressed {
		inc.Owner = d.author() // it was another's, who handed it to them
		return d.record(inc, incident.Entry{Kind: incident.ETaken, Value: inc.Owner})
	}
	return nil
}

// planAck sets when the acknowledgement expires: never when what it was about is
// over.
func (d *Desk) planAck(inc *incident.Incident, clocks []sla.Clock) error {
	esc := &inc.Escalation
	if esc.AckedBy == "" || esc.AckFrom.IsZero() {
		return d.timeAt(inc, timerAck, time.Time{})
	}
	c, found, err := d.concerned(inc, clocks)
	if err != nil {
		return err
	}
	if !inc.Open() || esc.Clock != "" && (!found || !c.Open()) {
		esc.AckFrom, esc.AckUntil, esc.Remind = time.Time{}, time.Time{}, false
		d.showPages(inc) // there is nothing to press any more
		return d.timeAt(inc, timerAck, time.Time{})
	}
	if esc.AckUntil.IsZero() {
		esc.AckUntil = d.ackUntil(inc, c, found).UTC().Truncate(instant)
		d.showPages(inc)
	}
	return d.timeAt(inc, timerAck, esc.AckUntil)
}

// ackUntil is when an acknowledgement from now expires, in the hours in which
// the commitment is counted: nobody is asked at night about what rests at night.
func (d *Desk) ackUntil(inc *incident.Incident, c sla.Clock, found bool) time.Time {
	lasts := longestAck
	switch {
	case found && c.State == sla.Running:
		lasts = min(max((c.Target-c.Elapsed)/2, shortestAck), longestAck)
	case found && c.State == sla.Breached:
		lasts = overdueAck
	}
	if p := d.policy(inc); p != nil && p.AckFor > 0 {
		lasts = p.AckFor
	}
	return d.inHours(inc, c.Name, d.now, lasts)
}

// ackExpired looks at what happened since somebody acknowledged. Nothing: they
// are paged again, and then the others.
func (d *Desk) ackExpired(inc *incident.Incident) error {
	esc := inc.Escalation
	if esc.AckUntil.IsZero() || d.now.Before(esc.AckUntil) || !inc.Open() {
		return nil
	}
	c, found, err := d.concerned(inc, nil)
	if err != nil {
		return err
	}
	next := incident.Escalation{Reason: reasonUnattended, Clock: esc.Clock, Cycle: esc.Cycle, Due: c.Due.UTC(), LapsedBy: esc.AckedBy}
	switch {
	case esc.Clock != "" && (!found || !c.Open()):
		return nil // over; planAck sees to it
	case esc.Remind:
		next.Reason, next.LapsedBy = reasonReminder, ""
		return d.begin(inc, next, d.person(esc.AckedBy))
	}
	busy, err := d.happened(inc, esc.AckFrom)
	if err != nil {
		return err
	}
	if busy || found && c.State == sla.Paused {
		inc.Escalation.AckFrom, inc.Escalation.AckUntil = d.now, time.Time{}
		d.change(inc)
		return nil
	}
	entry := incident.Entry{Kind: incident.EAckExpired, Actor: esc.AckedBy, At: d.now}
	if err := d.record(inc, entry); err != nil {
		return err
	}
	return d.begin(inc, next, d.person(esc.AckedBy), d.person(inc.Owner))
}

// doing are the entries that show that somebody works on an incident.
var doing = []incident.EntryKind{
	incident.EAgent, incident.ENote, incident.ETaken, incident.EWaiting, incident.EResumed, incident.ESeverity,
	incident.ETeam, incident.EKind, incident.EVerified, incident.EWorkaround, incident.EResolved,
}

// happened reports whether one of our own people has done something about the
// incident since the instant.
func (d *Desk) happened(inc *incident.Incident, since time.Time) (bool, error) {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(history, func(e incident.Entry) bool {
		p := d.person(e.Actor)
		return slices.Contains(doing, e.Kind) && !e.Recorded.Before(since) && p != nil && p.Customer == nil
	}), nil
}

// acked is the incident that the actor has acknowledged, for what they say about it.
func (d *Desk) acked(id string) (*incident.Incident, error) {
	inc, err := d.find(id)
	if err != nil {
		return nil, err
	}
	if inc.Escalation.Unanswered() {
		if err := d.handled(inc); err != nil {
			return nil, err
		}
	}
	switch by := inc.Escalation.AckedBy; {
	case !inc.Open():
		return nil, d.notOpen(inc)
	case by == "":
		return nil, Refuse("refuse.no_page", "id", inc.ID())
	case by != d.author():
		return nil, Refuse("refuse.acknowledged", "id", inc.ID(), "name", d.name(by))
	}
	return inc, nil
}

// StillOnIt renews the actor's acknowledgement. Agents.
func (d *Desk) StillOnIt(id string) error {
	inc, err := d.acked(id)
	if err != nil {
		return err
	}
	esc := &inc.Escalation
	esc.AckFrom, esc.AckUntil, esc.Remind = d.now, time.Time{}, false
	if err := d.record(inc, incident.Entry{Kind: incident.EAcked, Value: "still"}); err != nil {
		return err
	}
	return d.done("done.still", "id", inc.ID())
}

// Bounds of a reminder.
const (
	shortestReminder = time.Minute
	longestReminder  = 24 * time.Hour
)

// RemindIn is Remind with the wait as people type it: "15m", "1h30m". Agents.
func (d *Desk) RemindIn(id, wait string) error {
	w, err := time.ParseDuration(strings.ToLower(wait))
	if err != nil {
		return Refuse("refuse.duration", "value", wait)
	}
	return d.Remind(id, w)
}

// Remind pages the actor, who acknowledged, again after the wait. Agents.
func (d *Desk) Remind(id string, wait time.Duration) error {
	if wait < shortestReminder || wait > longestReminder {
		return Refuse("refuse.reminder")
	}
	inc, err := d.acked(id)
	if err != nil {
		return err
	}
	esc := &inc.Escalation
	esc.AckFrom, esc.AckUntil, esc.Remind = d.now, d.now.Add(wait).UTC(), true
	if err := d.record(inc, incident.Entry{Kind: incident.EAcked, Value: "remind"}); err != nil {
		return err
	}
	d.showPages(inc)
	return d.done("done.remind", "id", inc.ID(), "when", d.whenHere(esc.AckUntil))
}

// HandOver pages another person in the actor's place; the policy begins when
// they do not acknowledge. Agents.
func (d *Desk) HandOver(id, person string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	p, err := d.agentNamed(person)
	if err != nil {
		return err
	}
	if p == d.actor {
		return d.Take(id)
	}
	esc := inc.Escalation
	if esc.Active && esc.Reason == reasonHandedOver && slices.ContainsFunc(esc.Waiting(), func(of incident.Place) bool { return of.Reader == p.Key }) {
		return Refuse("refuse.handed_over", "id", inc.ID(), "name", p.Name) // twice would wake them twice
	}
	if err := d.handTo(inc, p); err != nil {
		return err
	}
	return d.done("done.handed_over", "id", inc.ID(), "name", p.Name)
}

// handTo pages the person, to whom the actor gives the incident.
func (d *Desk) handTo(inc *incident.Incident, p *company.Person) error {
	esc := inc.Escalation
	if err := d.actedOn(inc); err != nil {
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EHandedOver, Value: p.Key}); err != nil {
		return err
	}
	if err := d.nothingMoreToReach(inc); err != nil {
		return err
	}
	c, _, err := d.concerned(inc, nil)
	if err != nil {
		return err
	}
	next := incident.Escalation{Reason: reasonHandedOver, Clock: esc.Clock, Cycle: esc.Cycle, Due: c.Due.UTC(), LapsedBy: d.author()}
	if err := d.begin(inc, next, p); err != nil {
		return err
	}
	if err := d.takenOver(inc, d.person(esc.AckedBy), p); err != nil {
		return err
	}
	return d.wish(jobSummary, inc.ID(), inc)
}

// takenOver tells who had acknowledged the incident that somebody else has handed it
// over: nobody reminds them any more.
func (d *Desk) takenOver(inc *incident.Incident, from, to *company.Person) error {
	if from == nil || from == d.actor || from == to {
		return nil
	}
	return d.tellPerson(from, Message{Text: text.T(from.Language, "told.handed_over", "id", inc.ID(), "by", d.name(d.author()), "name", to.Name)})
}

// EscalateNow pages the next step at once, without waiting for the delay. Agents.
func (d *Desk) EscalateNow(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	before := len(inc.Escalation.Waiting())
	d.escalating = true
	if inc.Escalation.Active {
		err = d.escalateFurther(inc, true)
	} else {
		err = d.escalate(inc, reasonEscalated, sla.Clock{})
	}
	if err != nil {
		return err
	}
	if len(inc.Escalation.Pages) == before {
		return d.done("done.escalated_nobody", "id", inc.ID())
	}
	var names []string
	for _, p := range inc.Escalation.Pages[min(before, len(inc.Escalation.Pages)):] {
		if name := d.name(p.Reader); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return d.done("done.escalated", "id", inc.ID(), "names", strings.Join(names, ", "))
}
