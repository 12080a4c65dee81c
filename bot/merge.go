package bot

import "sereno/bot/incident"

// Merge lets one incident go on in another of the same customer, as if they had
// been one (see [incident.Side.Absorb]). The first has no verdict of its own.
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
	for _, inc := range []*incident.Incident{from, to} { // who merges them sees to both
		if err := d.handled(inc); err != nil {
			return err
		}
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
	one, other := incident.Side{Incident: to, History: own}, incident.Side{Incident: from, History: theirs}
	if !one.Absorbs(other) {
		return Refuse("refuse.merge_moved", "id", from.ID(), "into", to.ID())
	}
	for _, e := range one.Absorb(other, stood) {
		if err := d.record(to, e); err != nil {
			return err
		}
	}
	return nil
}

// carryPaging lets what people were told of the elder incident, and who acknowledged
// it, hold in the one that goes on: nobody need be paged for it anew.
func carryPaging(from, to *incident.Incident) {
	if !to.ReportedAt.Equal(from.ReportedAt) {
		return
	}
	to.Announced = append(to.Announced, from.Announced...)
	theirs, own := &from.Escalation, &to.Escalation
	if theirs.AckedBy == "" || own.AckedBy != "" || own.Pending() || own.Unanswered() {
		return
	}
	to.Escalation = *theirs
	own.Pages, own.Unsaid = nil, nil
}
