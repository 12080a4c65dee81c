package bot

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
)

// reloadBatch is how many incidents one transaction of a reload brings in line.
const reloadBatch = 200

// Reload puts another configuration in force: from now on everything is
// decided by it, and the clocks, timers and cards of every open incident that
// it concerns are brought in line. changes is for the audit log, a line each; who
// is whose hand it was. Each promise that falls due at another instant is written
// there too, and each team is told of its own.
func (b *Bot) Reload(ctx context.Context, c *company.Company, who string, changes []string) error {
	r := reload{was: b.company.Swap(c), is: c, now: b.Clock.Now(), who: who}
	err := b.Store.Update(ctx, func(tx Tx) error {
		for _, line := range changes {
			if err := tx.Audit(ctx, r.now, who, "configuration", line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write the change of configuration down: %w", err)
	}
	if err := b.planRoster(ctx); err != nil {
		return err
	}
	r.concerns()
	var moves []Move
	for after, more := 0, true; more; {
		var found []Move
		last := after
		err := b.Store.Update(ctx, func(tx Tx) (err error) {
			last, more, found, err = r.batch(b.desk(ctx, tx, nil, r.now), after)
			return err
		})
		if err != nil {
			return fmt.Errorf("bring open incidents in line: %w", err)
		}
		after, moves = last, append(moves, found...)
	}
	if len(moves) > 0 {
		b.Logger.Warn("promises fall due at other instants; each is in the audit log", "promises", len(moves), "who", who)
	}
	err = b.Store.Update(ctx, func(tx Tx) error { return b.desk(ctx, tx, nil, r.now).tellMoves(moves) })
	if err != nil {
		return fmt.Errorf("tell which promises moved: %w", err)
	}
	b.raiseAll()
	return nil
}

// reload is one change of configuration.
type reload struct {
	was, is *company.Company
	now     time.Time
	who     string
	// all incidents are to be looked at; else those of these customers and teams.
	all              bool
	customers, teams map[string]bool
}

// concerns finds out whom the change can concern.
func (r *reload) concerns() {
	r.all = !reflect.DeepEqual(faces(r.was), faces(r.is))
	r.customers, r.teams = map[string]bool{}, map[string]bool{}
	for _, c := range r.is.Customers {
		if !c.Contract.Same(r.was.ContractOf(c.Key)) {
			r.customers[c.Key] = true
		}
	}
	for _, t := range r.is.Teams {
		if old := r.was.Team(t.Key); old != nil && !t.OLA.Same(old.OLA) {
			r.teams[t.Key] = true
		}
	}
}

// faces is what people read of the company, clocks aside.
func faces(c *company.Company) []string {
	var out []string
	for _, x := range c.Customers {
		out = append(out, fmt.Sprint("customer", x.Key, x.Name, x.Language, x.Zone, x.Team.Key, x.Channels))
	}
	for _, t := range c.Teams {
		lead := ""
		if t.Lead != nil {
			lead = t.Lead.Key
		}
		out = append(out, fmt.Sprint("team", t.Key, t.Name, t.Language, t.Zone, t.Channels, lead, t.Schedule != nil, t.Policy != nil))
	}
	for _, p := range c.People {
		out = append(out, fmt.Sprint("person", p.Key, p.Name, p.Language, p.Zone, p.Roles, p.Identities))
	}
	return append(out, fmt.Sprint(c.Name, c.Language, c.Zone, c.Relay))
}

// batch brings the next open incidents in line; it answers the last of them, and
// whether there may be more.
func (r *reload) batch(d *Desk, after int) (last int, more bool, moves []Move, err error) {
	q := IncidentQuery{OpenOnly: true, After: after, Limit: reloadBatch}
	open, err := d.tx.Incidents(d.ctx, q)
	if err != nil || len(open) == 0 {
		return after, false, nil, err
	}
	concerned := r.all || slices.ContainsFunc(open, r.concerned)
	var histories map[int][]incident.Entry
	if concerned {
		if histories, err = d.tx.Histories(d.ctx, q); err != nil {
			return after, false, nil, err
		}
	}
	for _, inc := range open {
		if !r.all && !r.concerned(inc) {
			continue
		}
		found, err := r.one(d, inc, histories[inc.Number])
		if err != nil {
			return after, false, nil, err
		}
		moves = append(moves, found...)
	}
	return open[len(open)-1].Number, len(open) == reloadBatch, moves, d.finish()
}

func (r *reload) concerned(inc *incident.Incident) bool {
	return r.customers[inc.Customer] || r.teams[inc.Team] || r.is.Customer(inc.Customer) == nil
}

// one brings an incident in line, if anything about it is not as it was.
func (r *reload) one(d *Desk, inc *incident.Incident, history []incident.Entry) ([]Move, error) {
	was, is := stand(r.was, inc, history, r.now), stand(r.is, inc, history, r.now)
	if !r.all && reflect.DeepEqual(was.clocks, is.clocks) && reflect.DeepEqual(was.team, is.team) {
		return nil, nil
	}
	moves := moved(inc, was, is)
	for _, m := range moves {
		if err := d.auditMove(m, r.who); err != nil {
			return nil, err
		}
	}
	return moves, d.reloaded(inc.Number)
}

// reloaded brings an open incident in line. One whose team is no more goes to
// that of its customer, or nobody would see it or be paged for it.
func (d *Desk) reloaded(number int) error {
	inc, err := d.incident(number)
	if err != nil {
		return err
	}
	d.change(inc)
	c := d.company.Customer(inc.Customer)
	if c == nil || d.company.Team(inc.Team) != nil {
		return nil
	}
	if err := d.endReplyModes(inc); err != nil {
		return err
	}
	entry := incident.Entry{Kind: incident.ETeam, Actor: botActor, Old: inc.Team, Value: c.Team.Key}
	inc.Team = c.Team.Key
	if err := d.record(inc, entry); err != nil {
		return err
	}
	return d.escalateAnew(inc)
}
