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

const (
	// reloadBatch is how many incidents a reload looks at in one view.
	reloadBatch = 500
	// reloadAtOnce is how many one transaction brings in line: few, so that no
	// message waits for it noticeably.
	reloadAtOnce = 10
	// cardsAtOnce is how many cards a reload edits itself. The others follow, so many
	// a second: what people write must not wait behind them.
	cardsAtOnce  = 200
	cardsASecond = 20
)

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
	if err := b.planRoster(ctx, r.is.Duties != r.was.Duties); err != nil {
		return err
	}
	r.concerns()
	var moves []Move
	for after, more := 0, true; more; {
		var touched []int
		err := b.Store.View(ctx, func(tx Tx) (err error) {
			touched, after, more, err = r.look(ctx, tx, after)
			return err
		})
		if err != nil {
			return fmt.Errorf("look at open incidents: %w", err)
		}
		for some := range slices.Chunk(touched, reloadAtOnce) {
			var found []Move
			err := b.Store.Update(ctx, func(tx Tx) (err error) {
				found, err = r.batch(b.desk(ctx, tx, nil, r.now), some)
				return err
			})
			if err != nil {
				return fmt.Errorf("bring open incidents in line: %w", err)
			}
			moves = append(moves, found...)
		}
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
	// policies are the teams whose incidents are paged by another policy.
	policies map[string]bool
	// cards counts those that are to be shown anew.
	cards int
}

// concerns finds out whom the change can concern.
func (r *reload) concerns() {
	r.all = !reflect.DeepEqual(faces(r.was), faces(r.is))
	r.customers, r.teams, r.policies = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range r.is.Customers {
		if !c.Contract.Same(r.was.ContractOf(c.Key)) {
			r.customers[c.Key] = true
		}
	}
	for _, t := range r.is.Teams {
		old := r.was.Team(t.Key)
		if old == nil {
			continue
		}
		r.teams[t.Key] = !t.OLA.Same(old.OLA)
		r.policies[t.Key] = !t.Policy.Same(old.Policy)
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

// look answers which of the next open incidents are not as they were, the last
// that it has looked at, and whether there may be more.
func (r *reload) look(ctx context.Context, tx Tx, after int) (touched []int, last int, more bool, err error) {
	q := IncidentQuery{OpenOnly: true, After: after, Limit: reloadBatch}
	open, err := tx.Incidents(ctx, q)
	if err != nil || len(open) == 0 {
		return nil, after, false, err
	}
	var histories map[int][]incident.Entry
	if !r.all && slices.ContainsFunc(open, r.concerned) {
		if histories, err = tx.Histories(ctx, q); err != nil {
			return nil, after, false, err
		}
	}
	for _, inc := range open {
		if r.all || r.concerned(inc) && r.touches(inc, histories[inc.Number]) {
			touched = append(touched, inc.Number)
		}
	}
	return touched, open[len(open)-1].Number, len(open) == reloadBatch, nil
}

// touches reports whether anything that is promised of the incident is not as it was.
func (r *reload) touches(inc *incident.Incident, history []incident.Entry) bool {
	was, is := stand(r.was, inc, history, r.now), stand(r.is, inc, history, r.now)
	return r.is.Customer(inc.Customer) == nil || r.policies[inc.Team] ||
		!reflect.DeepEqual(was.clocks, is.clocks) || !reflect.DeepEqual(was.team, is.team)
}

// batch brings incidents in line.
func (r *reload) batch(d *Desk, numbers []int) (moves []Move, err error) {
	if err := d.tx.Hold(d.ctx, numbers...); err != nil {
		return nil, err
	}
	d.cards = map[int]time.Time{}
	for _, n := range numbers {
		if r.cards++; r.cards > cardsAtOnce {
			d.cards[n] = r.now.Add(time.Duration(r.cards-cardsAtOnce) * time.Second / cardsASecond).UTC()
		}
		found, err := r.one(d, n)
		if err != nil {
			return nil, err
		}
		moves = append(moves, found...)
	}
	return moves, d.finish()
}

func (r *reload) concerned(inc *incident.Incident) bool {
	return r.customers[inc.Customer] || r.teams[inc.Team] || r.policies[inc.Team] || r.is.Customer(inc.Customer) == nil
}

// one brings an incident in line, unless it was closed meanwhile.
func (r *reload) one(d *Desk, number int) ([]Move, error) {
	inc, err := d.incident(number)
	if err != nil || !inc.Open() {
		return nil, err
	}
	history, err := d.tx.History(d.ctx, number)
	if err != nil {
		return nil, err
	}
	moves := moved(inc, stand(r.was, inc, history, r.now), stand(r.is, inc, history, r.now))
	for _, m := range moves {
		if err := d.auditMove(m, r.who); err != nil {
			return nil, err
		}
	}
	return moves, d.reloaded(number)
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
