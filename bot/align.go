package bot

import (
	"context"
	"slices"
	"time"

	"sereno/bot/incident"
	"sereno/bot/sla"
)

// alignBatch is how many open incidents are looked at in one view.
const alignBatch = 500

// align looks through the open incidents once after the start, for the
// configuration may have changed while nobody ran: where the timers are not those
// that it asks for, the incident is brought in line, and the promises that moved
// are told as after a reload. What is due is left to its timer.
func (b *Bot) align(ctx context.Context) {
	now := b.Clock.Now()
	var moves []Move
	for after, more := 0, true; more && ctx.Err() == nil; {
		wrong, last, err := b.misaligned(ctx, after, now)
		for some := range slices.Chunk(wrong, reloadAtOnce) {
			if err != nil || ctx.Err() != nil {
				break
			}
			var found []Move
			found, err = b.alignSome(ctx, some, now)
			moves = append(moves, found...)
		}
		if err != nil {
			if ctx.Err() == nil {
				b.Logger.Error("open incidents were not all brought in line with the configuration; each is at its next event", "error", err)
			}
			return
		}
		more, after = last > 0, last
	}
	if len(moves) == 0 || ctx.Err() != nil {
		return
	}
	err := b.Store.Update(ctx, func(tx Tx) error { return b.desk(ctx, tx, nil, now).tellMoves(moves) })
	b.Logger.Warn("promises fall due at other instants than before the start; each is in the audit log", "promises", len(moves), "error", err)
	b.raiseAll()
}

// alignSome brings a few in line in one transaction, and answers the promises that moved.
func (b *Bot) alignSome(ctx context.Context, numbers []int, now time.Time) (moves []Move, err error) {
	err = b.Store.Update(ctx, func(tx Tx) error {
		moves = nil // of an earlier run
		if err := tx.Hold(ctx, numbers...); err != nil {
			return err
		}
		d := b.desk(ctx, tx, nil, now)
		for _, n := range numbers {
			found, err := d.aligned(n)
			if err != nil {
				return err
			}
			moves = append(moves, found...)
		}
		return d.finish()
	})
	return moves, err
}

// misaligned are the next open incidents whose timers are not those wanted; last
// is 0 when there are no more.
func (b *Bot) misaligned(ctx context.Context, after int, now time.Time) (wrong []int, last int, err error) {
	q := IncidentQuery{OpenOnly: true, After: after, Limit: alignBatch}
	err = b.Store.View(ctx, func(tx Tx) error {
		d := b.desk(ctx, tx, nil, now)
		open, err := tx.Incidents(ctx, q)
		if err != nil || len(open) == 0 {
			return err
		}
		last = open[len(open)-1].Number
		histories, err := tx.Histories(ctx, q)
		if err != nil {
			return err
		}
		have, err := tx.TimersOf(ctx, q)
		if err != nil {
			return err
		}
		for _, inc := range open {
			if d.untimely(have[inc.Number], d.wanted(inc, stand(d.company, inc, histories[inc.Number], now))) {
				wrong = append(wrong, inc.Number)
			}
		}
		return nil
	})
	return wrong, last, err
}

// untimely reports whether the clocks' timers are others than those wanted, and
// none of them is due: that one is going to be looked at anyway.
func (d *Desk) untimely(have []Timer, want map[Timer]bool) bool {
	n := 0
	for _, t := range have {
		if !clockTimers[t.Kind] {
			continue
		}
		if !t.Due.After(d.now) {
			return false
		}
		t.ID, t.Due = 0, t.Due.UTC()
		if want[t] {
			n++
		} else {
			n = -len(have) - 1
		}
	}
	return n != len(want)
}

// aligned brings an incident in line and answers the promises that moved, as its
// timers of breaches tell.
func (d *Desk) aligned(number int) ([]Move, error) {
	inc, err := d.incident(number)
	if err != nil {
		return nil, err
	}
	have, err := d.tx.Timers(d.ctx, number, 0)
	if err != nil {
		return nil, err
	}
	s, err := d.standing(inc)
	if err != nil {
		return nil, err
	}
	var moves []Move
	s.each(inc.Team, func(of incident.Of, c sla.Clock) {
		kind := timerBreach
		if of.Team != "" {
			kind = timerTeamBreach
		}
		for _, t := range have {
			old := t.Due.Add(-instant)
			if t.Kind == kind && t.Subject == cycleOf(c) && c.Open() && old.Sub(c.Due).Abs() >= time.Second {
				moves = append(moves, Move{inc, of, old.UTC(), c.Due})
			}
		}
	})
	for _, m := range moves {
		if err := d.auditMove(m, botActor); err != nil {
			return nil, err
		}
	}
	return moves, d.reloaded(number)
}
