package bot

import (
	"sync"
	"time"
)

// Replicas may have read different documents for a while: one was reloaded, the
// other not yet. Who is on call is told by the document that was put in force last:
// a replica with an older one leaves hand-offs, reminders and warnings of gaps to
// the others, and tells them itself only when none of those has for a while.

const (
	// newerHas is how long the replicas with the newer document have.
	newerHas = time.Minute
	// newerAgain is how soon an older one looks again whether they have.
	newerAgain = time.Second
)

// leftToNewer knows since when this process leaves what to others.
type leftToNewer struct {
	mu    sync.Mutex
	since map[Timer]leaving
}

type leaving struct{ first, last time.Time }

// longEnough reports whether the timer has been left for as long as it may be.
func (l *leftToNewer) longEnough(t Timer, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	of := Timer{Kind: t.Kind, Subject: t.Subject}
	was, ok := l.since[of]
	if !ok || now.Sub(was.last) > newerHas { // another time, which others saw to
		was.first = now
	}
	was.last = now
	if l.since == nil {
		l.since = map[Timer]leaving{}
	}
	l.since[of] = was
	return now.Sub(was.first) >= newerHas
}

// outdated reports whether another document than this process has was put in force
// since.
func (d *Desk) outdated() (bool, error) {
	in, err := d.tx.RosterInForce(d.ctx)
	return err == nil && in != "" && in != d.company.Duties, err
}

// leaveToNewer leaves a timer of the roster to a replica that has the document in
// force. Where none has taken it for a while, this process's is put in force.
func (d *Desk) leaveToNewer(t Timer) (bool, error) {
	if t.Kind != timerHandOff && t.Kind != timerReminder && t.Kind != timerGaps {
		return false, nil
	}
	outdated, err := d.outdated()
	if err != nil || !outdated {
		return false, err
	}
	if !d.bot.left.longEnough(t, d.now) {
		t.ID, t.Due = 0, d.now.Add(newerAgain).UTC()
		return true, d.tx.SetTimer(d.ctx, t)
	}
	d.bot.Logger.Warn("no process has the document that was put in force last: who is on call is told by this one's", "timer", t.Kind, "subject", t.Subject)
	if err := d.tx.PutRosterInForce(d.ctx, d.company.Duties, true); err != nil {
		return false, err
	}
	if err := d.tx.Audit(d.ctx, d.now, botActor, "oncall", "the document that was put in force last is served by nobody: another is in force again"); err != nil {
		return false, err
	}
	return false, d.planAll()
}

// askNewer has the replicas with the document in force look at every schedule.
func (d *Desk) askNewer() error {
	for _, s := range d.company.Schedules {
		if err := d.tx.SetTimer(d.ctx, Timer{Kind: timerHandOff, Subject: s.Name, Due: d.now.UTC(), Priority: rosterPriority}); err != nil {
			return err
		}
	}
	return nil
}
