package bot

import "sereno/bot/incident"

// Merge lets one incident go on in another of the same customer, as if they had
// been one (see [incident.Incident.Absorb]). The first has no verdict of its own.
// Agents.
func (d *Desk) Merge(id, into string) error {
	from, err := d.find(id)
	if err != nil {
		return err
	}
	to, err := d.find(into)
	if err != nil {
		return err
	}
	switch {
	case from.Number == to.Number:
		return Refuse("refuse.merge_self", "id", from.ID())
	case from.Customer != to.Customer:
		return Refuse("refuse.merge_customers", "id", from.ID(), "into", to.ID())
	case !to.Open():
		return d.notOpen(to)
	}
	stood := from.Status
	if err := d.move(from, incident.Merge); err != nil {
		return err
	}
	if err := d.endReplyModes(from); err != nil {
		return err
	}
	if err := d.absorb(from, to, stood); err != nil {
		return err
	}
	from.MergedInto = to.ID()
	if err := d.record(from, incident.Entry{Kind: incident.EMerged, Value: to.ID()}); err != nil {
		return err
	}
	if err := d.handled(from); err != nil {
		return err
	}
	carryPaging(from, to)
	if err := d.tellCustomer(from, "customer.merged", "id", from.ID(), "into", to.ID()); err != nil {
		return err
	}
	return d.done("done.merged", "id", from.ID(), "into", to.ID())
}

// absorb adds to the history of the one what happened in the other.
func (d *Desk) absorb(from, to *incident.Incident, stood incident.Status) error {
	theirs, err := d.tx.History(d.ctx, from.Number)
	if err != nil {
		return err
	}
	own, err := d.tx.History(d.ctx, to.Number)
	if err != nil {
		return err
	}
	for _, e := range to.Absorb(from, stood, own, theirs, d.at) {
		if err := d.record(to, e); err != nil {
			return err
		}
	}
	return nil
}

// carryPaging lets an acknowledgement hold in the incident that goes on: who has
// one that began earlier, and is the elder, need not be paged for it anew.
func carryPaging(from, to *incident.Incident) {
	theirs, own := &from.Escalation, &to.Escalation
	if theirs.AckedBy == "" || own.Pending() || own.Unanswered() || !to.ReportedAt.Equal(from.ReportedAt) {
		return
	}
	to.Announced = append(to.Announced, from.Announced...)
	to.Escalation = *theirs
	own.Pages, own.Unsaid = nil, nil
}
