package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sereno/bot/incident"
	"sereno/bot/text"
)

// How late something is before the watchman speaks of it.
const (
	overdueTimer   = time.Minute
	unacceptedPage = 2 * time.Minute
	// watchBack is how far back pages are looked at.
	watchBack = 24 * time.Hour
	// watchMost bounds how many of a kind are named.
	watchMost = 20
)

// Watch looks for what should not be: an active escalation whose next step has
// no timer, an acknowledgement that never expires, timers that nobody looks at,
// pages that no platform has accepted for long. What can be repaired is repaired.
// It answers what it found, a line each, nil when all is well; an error means
// that it could not look, which is not well either. It is called every minute.
func (b *Bot) Watch(ctx context.Context) []string {
	now := b.Clock.Now()
	found, broken, err := b.look(ctx, now)
	if err != nil {
		found = append(found, finding{"unreadable", "the watchman cannot look: " + err.Error()})
	}
	for _, n := range broken {
		line := incident.FormatID(n) + ": the next step of its escalation had no timer"
		if err := b.repair(ctx, n, now); err != nil {
			line += ", and could not be given one: " + err.Error()
		}
		found = append(found, finding{"no_timer", line})
	}
	var out []string
	for _, f := range found {
		b.Logger.Error("the watchman found something", "kind", f.kind, "what", f.what)
		b.Metrics.WatchFound(f.kind)
		out = append(out, f.what)
	}
	if len(broken) > 0 {
		b.raiseAll()
	}
	return out
}

// finding is something that should not be: kind is "unreadable", "no_timer",
// "overdue_timer" or "unaccepted_page".
type finding struct{ kind, what string }

// look reads what is wrong, and which escalations must be brought in line.
func (b *Bot) look(ctx context.Context, now time.Time) (found []finding, broken []int, err error) {
	err = b.Store.View(ctx, func(tx Tx) error {
		timers, err := tx.Timers(ctx, 0, watchMost)
		if err != nil {
			return err
		}
		for _, t := range timers {
			if late := now.Sub(t.Due); late > overdueTimer {
				found = append(found, finding{"overdue_timer", fmt.Sprintf("a timer (%s %s %s) is overdue by %s", t.Kind, incidentID(t.Incident), t.Subject, text.Duration(late))})
			}
		}
		pages, err := tx.PagesBetween(ctx, now.Add(-watchBack), now.Add(time.Microsecond))
		if err != nil {
			return err
		}
		for _, p := range pages {
			if p.Accepted.IsZero() && p.Failed.IsZero() && p.Delivery != 0 && now.Sub(p.At) > unacceptedPage && len(found) < watchMost {
				found = append(found, finding{"unaccepted_page", fmt.Sprintf("%s: %s has not accepted the page to %s for %s", incidentID(p.Incident), p.Platform, p.Person, text.Duration(now.Sub(p.At)))})
			}
		}
		pending, err := tx.Incidents(ctx, IncidentQuery{Pending: true})
		if err != nil {
			return err
		}
		for _, inc := range pending {
			held, err := held(ctx, tx, inc)
			if err != nil {
				return err
			}
			if !held {
				broken = append(broken, inc.Number)
			}
		}
		return nil
	})
	return found, broken, err
}

// held reports whether what is to happen next to the incident's escalation has
// its timer.
func held(ctx context.Context, tx Tx, inc *incident.Incident) (bool, error) {
	kind := timerAck
	switch {
	case !inc.Open() || !inc.Escalation.Pending():
		return true, nil
	case inc.Escalation.Active:
		kind = timerEscalation
	}
	timers, err := tx.Timers(ctx, inc.Number, 0)
	return slices.ContainsFunc(timers, func(t Timer) bool { return t.Kind == kind }), err
}

// repair brings the timers of the incident in line with its state again.
func (b *Bot) repair(ctx context.Context, number int, now time.Time) error {
	return b.Store.Update(ctx, func(tx Tx) error {
		d := b.desk(ctx, tx, nil, now)
		inc, err := d.incident(number)
		if err != nil {
			return err
		}
		d.change(inc)
		if err := d.audit("escalation repaired", inc.ID()+": its next step had no timer"); err != nil {
			return err
		}
		return d.finish()
	})
}

// watch lets the watchman look every minute.
func (b *Bot) watch(ctx context.Context) {
	for ctx.Err() == nil {
		pause(ctx, watchEvery)
		if ctx.Err() == nil {
			b.Watch(ctx)
		}
	}
}

const watchEvery = time.Minute
