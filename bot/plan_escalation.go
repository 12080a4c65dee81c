package bot

import (
	"slices"
	"time"

	"sereno/bot/incident"
	"sereno/bot/sla"
)

// planEscalation brings the timers of the paging in line with how far it is:
// the next step while it is active, the end of the acknowledgement once there is
// one, and, before anything began, the first step that is set backwards from a
// breach. Everything that it needs is in the incident, so that it can be done
// again at any time.
func (d *Desk) planEscalation(inc *incident.Incident, clocks []sla.Clock) error {
	if err := d.planShares(inc, clocks); err != nil {
		return err
	}
	if err := d.planAck(inc, clocks); err != nil {
		return err
	}
	esc := &inc.Escalation
	esc.NextAt = time.Time{}
	if !esc.Active || !inc.Open() {
		return d.timeAt(inc, timerEscalation, time.Time{})
	}
	due, err := d.nextDue(inc, clocks)
	if err != nil {
		return err
	}
	c, found, err := d.concerned(inc, clocks)
	if err != nil {
		return err
	}
	if found && c.State == sla.Running && due.Equal(c.Due) {
		due = due.Add(instant) // with the breach, so that the page says so
	}
	if due.Before(d.now) {
		due = d.now
	}
	esc.NextAt = due.UTC()
	return d.timeAt(inc, timerEscalation, esc.NextAt)
}

// timeAt sets the incident's timer of the kind; the zero instant takes it away.
func (d *Desk) timeAt(inc *incident.Incident, kind string, due time.Time) error {
	if due.IsZero() {
		return d.tx.CancelTimer(d.ctx, kind, inc.Number, "")
	}
	return d.tx.SetTimer(d.ctx, Timer{Due: due.UTC(), Kind: kind, Incident: inc.Number, Priority: priority(inc)})
}

// planShares sees that a policy whose first steps are set backwards from the
// breach begins by itself, whether or not the contract warns by then. While people
// are paged for something else, it waits until they acknowledge, or nobody did.
func (d *Desk) planShares(inc *incident.Incident, clocks []sla.Clock) error {
	esc := &inc.Escalation
	share := d.firstShare(inc)
	if share == 0 || !inc.Open() || esc.Active && !esc.Last {
		return d.timeAt(inc, timerShare, time.Time{})
	}
	var next time.Time
	for _, c := range clocks {
		if !d.owesShare(inc, c, share) {
			continue
		}
		at := d.usedAt(inc, c, share)
		if at.After(d.now) {
			next = earlier(next, at)
			continue
		}
		if c.Due.After(d.now) {
			d.news(inc, mark(c, share))
			if err := d.escalate(inc, reasonAtRisk, c); err != nil {
				return err
			}
			return d.timeAt(inc, timerShare, time.Time{})
		}
	}
	return d.timeAt(inc, timerShare, next)
}

// owesShare reports whether somebody is to be paged when the share of the clock is
// used: nobody has been, nor is, nor has acknowledged it.
func (d *Desk) owesShare(inc *incident.Incident, c sla.Clock, share float64) bool {
	esc := &inc.Escalation
	return share > 0 && c.State == sla.Running && !(esc.Active && esc.Clock == c.Name && esc.Cycle == c.Cycle) &&
		!esc.Acked(c.Name, c.Cycle) && !slices.Contains(inc.Announced, mark(c, share))
}

// firstShare is the smallest share of a commitment at which a step of the
// policy that counts for the incident is due; 0 when there is none.
func (d *Desk) firstShare(inc *incident.Incident) float64 {
	p := d.policy(inc)
	if p == nil {
		return 0
	}
	for _, s := range p.Steps {
		c := s.When
		c.Hours, c.Calendar = nil, nil // who knows what hour it will be
		if s.Share > 0 && c.Holds(inc.Severity, inc.Customer, d.now) {
			return s.Share // they do not fall
		}
	}
	return 0
}

// usedAt is when the share of a clock that has not stopped is used, if nothing
// stops it; of one that is paused, if it went on now. What is used already was
// used now at the latest.
func (d *Desk) usedAt(inc *incident.Incident, c sla.Clock, share float64) time.Time {
	if at, ok := d.backFromDue(inc, c, share); ok {
		if at.After(d.now) {
			return at
		}
		return d.now
	}
	left := time.Duration(share*float64(c.Target)) - c.Elapsed
	if left <= 0 {
		return earlier(d.now, c.Due)
	}
	return d.inHours(inc, c.Name, d.now, left)
}

// backFromDue is when the share of a clock is used, counted back from its due
// instant; false when what is in force now will be so until then.
func (d *Desk) backFromDue(inc *incident.Incident, c sla.Clock, share float64) (time.Time, bool) {
	contract := d.company.ContractOf(inc.Customer)
	if contract == nil || dateless(c.Due) || !c.Due.After(d.now) {
		return time.Time{}, false
	}
	is, will := contract.At(d.now), contract.At(c.Due)
	promise, ok := will.Promised(inc.KindOf(), inc.Severity, c.Name)
	if !ok || is == will && !(contract.Changes == sla.Recompute && promise.Calendar.Changes(d.now, c.Due)) {
		return time.Time{}, false
	}
	rest := promise.Within - time.Duration(share*float64(promise.Within))
	at, err := promise.Calendar.Sub(c.Due, rest)
	return at, err == nil
}

// inHours is the instant when so much time has passed since another in the
// calendar of the commitment: without one, or in one that does not open so
// often, it is any time.
func (d *Desk) inHours(inc *incident.Incident, name sla.Name, since time.Time, wait time.Duration) time.Time {
	if promise, ok := d.promiseOf(inc, name); ok {
		if at, err := promise.Calendar.Add(since, wait); err == nil {
			return at
		}
	}
	return since.Add(wait)
}

// promiseOf is the commitment to the incident's customer; false when there is none.
func (d *Desk) promiseOf(inc *incident.Incident, name sla.Name) (sla.Commitment, bool) {
	c := d.company.Customer(inc.Customer)
	if c == nil {
		return sla.Commitment{}, false
	}
	return c.Contract.At(d.now).Promised(inc.KindOf(), inc.Severity, name)
}

// earlier is the earlier of two instants, where the zero instant is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
