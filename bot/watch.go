package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sereno/bot/incident"
	"sereno/bot/sla"
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
	// watchBatch is how many open incidents' clocks are looked at each time: the next
	// look goes on where this one ends.
	watchBatch = 500
	// unannounced is how much of a clock may go by after a moment of which somebody is to
	// be told.
	unannounced = time.Minute
)

// Watch looks for what should not be: an active escalation whose next step has
// no timer, an acknowledgement that never expires, a share of an open clock that has
// gone by and at which nobody was paged, timers that nobody looks at, pages that no
// platform has accepted for long, an escalation that has reached nobody. What can be repaired is repaired.
// It answers what it found, a line each, nil when all is well; an error means
// that it could not look, which is not well either. It is called every minute.
func (b *Bot) Watch(ctx context.Context) []string {
	now := b.Clock.Now()
	found, broken, err := b.look(ctx, now)
	if err != nil {
		found = append(found, finding{"unreadable", "the watchman cannot look: " + err.Error()})
	}
	for _, x := range broken {
		if err := b.repair(ctx, x, now); err != nil {
			x.what += ", and could not be mended: " + err.Error()
		}
		found = append(found, finding{x.kind, incident.FormatID(x.incident) + ": " + x.what})
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
// "unannounced", "overdue_timer", "unaccepted_page" or "unreached".
type finding struct{ kind, what string }

// broken is a finding that can be mended: the incident is brought in line.
type broken struct {
	incident int // its number
	finding
}

// look reads what is wrong, and which incidents must be brought in line.
func (b *Bot) look(ctx context.Context, now time.Time) (found []finding, mend []broken, err error) {
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
				mend = append(mend, broken{inc.Number, finding{"no_timer", "the next step of its escalation had no timer"}})
			}
			since, err := unreached(ctx, tx, inc)
			if err != nil {
				return err
			}
			if late := now.Sub(since); !since.IsZero() && late > unacceptedPage && len(found) < watchMost {
				found = append(found, finding{"unreached", fmt.Sprintf("%s: no platform has taken any page of its escalation for %s", inc.ID(), text.Duration(late))})
			}
		}
		silent, err := b.unannounced(ctx, tx, now)
		mend = append(mend, silent...)
		return err
	})
	return found, mend, err
}

// unannounced are incidents of which a moment has passed at which somebody was to be
// told, and nobody was, though no timer is going to.
func (b *Bot) unannounced(ctx context.Context, tx Tx, now time.Time) (mend []broken, err error) {
	q := IncidentQuery{OpenOnly: true, After: int(b.watched.Load()), Limit: watchBatch}
	open, err := tx.Incidents(ctx, q)
	if err != nil {
		return nil, err
	}
	next := 0 // from the beginning
	if len(open) == watchBatch {
		next = open[len(open)-1].Number
	}
	b.watched.Store(int64(next))
	histories, err := tx.Histories(ctx, q)
	if err != nil {
		return nil, err
	}
	timers, err := tx.TimersOf(ctx, q)
	if err != nil {
		return nil, err
	}
	d := b.desk(ctx, tx, nil, now)
	for _, inc := range open {
		if slices.ContainsFunc(timers[inc.Number], func(t Timer) bool { return !t.Due.After(now) }) {
			continue // it is going to be looked at
		}
		if what := d.silent(inc, stand(d.company, inc, histories[inc.Number], now).clocks); what != "" {
			mend = append(mend, broken{inc.Number, finding{"unannounced", what}})
		}
	}
	return mend, nil
}

// silent tells the moment of a commitment of which nobody was told in time; "" when
// there is none.
func (d *Desk) silent(inc *incident.Incident, clocks []sla.Clock) string {
	share := d.firstShare(inc)
	for _, c := range clocks {
		told := func(share float64) bool { return slices.Contains(inc.Announced, mark(c, share)) }
		if !inc.Escalation.Active && d.owesShare(inc, c, share) && c.Elapsed-time.Duration(share*float64(c.Target)) > unannounced {
			return fmt.Sprintf("%.0f %% of its %s is used and nobody was paged, as its policy wants", share*100, c.Name)
		}
		if c.State == sla.Breached && c.Open() && d.now.Sub(c.Due) > unannounced && !slices.ContainsFunc(inc.Announced, breachOf(c)) {
			return fmt.Sprintf("its %s is broken and nobody was told", c.Name)
		}
		for _, m := range c.Marks() {
			if c.State == sla.Running && m.Share < 1 && d.now.Sub(m.At) > unannounced && !told(m.Share) {
				return fmt.Sprintf("%.0f %% of its %s is used and nobody was warned", m.Share*100, c.Name)
			}
		}
	}
	return ""
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

// unreached is since when people are being paged for the incident and none of the
// pages was taken; zero when one was, or none was tried.
func unreached(ctx context.Context, tx Tx, inc *incident.Incident) (since time.Time, err error) {
	esc := &inc.Escalation
	if !inc.Open() || !esc.Active {
		return since, nil
	}
	pages, err := tx.PagesOf(ctx, inc.Number) // in the order in which they were made
	tried := false
	for _, p := range pages {
		switch {
		case !p.Accepted.IsZero():
			since, tried = time.Time{}, false
		case !p.Failed.IsZero():
			since = earlier(since, p.At) // also by a paging that has begun anew
			tried = tried || !p.At.Before(esc.Since)
		}
	}
	if !tried {
		return time.Time{}, err
	}
	return since, err
}

// repair brings the incident in line with its state again.
func (b *Bot) repair(ctx context.Context, x broken, now time.Time) error {
	return b.Store.Update(ctx, func(tx Tx) error {
		d := b.desk(ctx, tx, nil, now)
		inc, err := d.incident(x.incident)
		if err != nil {
			return err
		}
		d.change(inc)
		if err := d.audit("escalation repaired", inc.ID()+": "+x.what); err != nil {
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
