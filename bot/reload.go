package bot

import (
	"context"
	"fmt"

	"sereno/bot/company"
	"sereno/bot/incident"
)

// reloadBatch is how many incidents one transaction of a reload brings in line.
const reloadBatch = 200

// Reload puts another configuration in force: from now on everything is
// decided by it, and the clocks, timers and cards of every open incident are
// brought in line. changes is for the audit log, a line each; who is whose hand
// it was.
func (b *Bot) Reload(ctx context.Context, c *company.Company, who string, changes []string) error {
	b.company.Store(c)
	now := b.Clock.Now()
	err := b.Store.Update(ctx, func(tx Tx) error {
		for _, line := range changes {
			if err := tx.Audit(ctx, now, who, "configuration", line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write the change of configuration down: %w", err)
	}
	for after, more := 0, true; more; {
		last := after
		err := b.Store.Update(ctx, func(tx Tx) error {
			d := b.desk(ctx, tx, nil, now)
			open, err := tx.Incidents(ctx, IncidentQuery{OpenOnly: true, After: after, Limit: reloadBatch})
			if err != nil {
				return err
			}
			more = len(open) == reloadBatch
			for _, found := range open {
				if err := d.reloaded(found.Number); err != nil {
					return err
				}
			}
			if len(open) > 0 {
				last = open[len(open)-1].Number
			}
			return d.finish()
		})
		if err != nil {
			return fmt.Errorf("bring open incidents in line: %w", err)
		}
		after = last
	}
	b.raiseAll()
	return nil
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
