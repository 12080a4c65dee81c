package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// Missed is a breach from a time in which nobody was there, of which the team's
// channel is still to be told.
type Missed struct {
	// Team is the key of whose channel it is.
	Team     string
	Incident int // a number
	Clock    sla.Name
	Cycle    int
	// Own: it is the team's own target.
	Own bool
	Due time.Time
}

// MissedTx keeps what a team's channel is to be told in one message.
type MissedTx interface {
	// AddMissed stores it, over what is stored of the same clock.
	AddMissed(ctx context.Context, m Missed) error
	// TakeMissed removes and lists what the team is to be told, what was due first first.
	TakeMissed(ctx context.Context, team string) ([]Missed, error)
}

// After a time in which nobody was there, breaches come in a burst: each is told
// under its incident's card, and the channel reads one list, as each person has one page.

const (
	timerMissed = "missed" // a team: its channel reads what was missed
	// missedWait is how long the list waits for more, and missedLeft how much of that
	// must be left for another to be put into it without putting it off.
	missedWait = 10 * time.Second
	missedLeft = 5 * time.Second
	// maxMissed bounds the incidents that the list names.
	maxMissed = 25
)

// wasAway reports whether something that was due then was due while nobody was
// there: it is a timer or an event of that time that brings it about, and nothing
// that is done just now, as another configuration is.
func (d *Desk) wasAway(due time.Time) bool {
	if d.now.Sub(due) <= lateAfter {
		return false
	}
	if d.event == nil {
		return !d.missed.IsZero()
	}
	return d.now.Sub(d.event.At) > lateAfter
}

// tellMissed tells of a breach under the incident's card, and puts it into the
// list for the channel.
func (d *Desk) tellMissed(inc *incident.Incident, m Missed, write func(company.Lang) Message) error {
	m.Team, m.Incident = inc.Team, inc.Number
	if err := d.tx.AddMissed(d.ctx, m); err != nil {
		return err
	}
	have, err := d.tx.TimerAt(d.ctx, timerMissed, 0, inc.Team)
	switch {
	case err != nil && !errors.Is(err, ErrNotFound):
		return err
	case err == nil && have.Due.Sub(d.now) > missedLeft: // it is told with the others
	default:
		if err := d.listMissedSoon(inc.Team); err != nil {
			return err
		}
	}
	d.underCard(inc, func() error { return d.toTeam(inc, true, write) })
	return nil
}

func (d *Desk) listMissedSoon(team string) error {
	return d.tx.SetTimer(d.ctx, Timer{Due: d.now.Add(missedWait).UTC(), Kind: timerMissed, Subject: team, Priority: LeastPriority})
}

// missedDue tells a team's channel what was missed, and looks once more: another
// transaction may have added something that this one could not see.
func (d *Desk) missedDue(team string) error {
	all, err := d.tx.TakeMissed(d.ctx, team)
	if err != nil || len(all) == 0 {
		return err
	}
	if err := d.listMissedSoon(team); err != nil {
		return err
	}
	t := d.company.Team(team)
	if t == nil {
		return nil // each has its card with another team by now
	}
	m, err := d.missedMessage(t, all)
	if err != nil || len(m.Items) == 0 {
		return err
	}
	return d.tellChannel(t, m)
}

// missedMessage lists what was missed and still counts.
func (d *Desk) missedMessage(t *company.Team, all []Missed) (Message, error) {
	var m Message
	n := len(all)
	for _, x := range all {
		if len(m.Items) == maxMissed {
			m.Footer = text.T(t.Language, "missed.more", "n", n-maxMissed)
			break
		}
		item, counts, err := d.missedItem(t, x)
		if err != nil {
			return m, err
		}
		if counts {
			m.Items = append(m.Items, item)
		} else {
			n--
		}
	}
	m.Tone, m.Title = Alarm, text.T(t.Language, "missed.title", "n", n)
	return m, nil
}

func (d *Desk) missedItem(t *company.Team, x Missed) (Item, bool, error) {
	inc, err := d.peek(x.Incident)
	if errors.Is(err, ErrNotFound) {
		return Item{}, false, nil // its report was erased
	}
	if err != nil {
		return Item{}, false, err
	}
	s, err := d.standing(inc)
	if err != nil {
		return Item{}, false, err
	}
	clocks, own := s.clocks, ""
	if x.Own {
		clocks, own = s.team, t.Key
	}
	i := slices.IndexFunc(clocks, func(c sla.Clock) bool { return c.Name == x.Clock && c.Cycle == x.Cycle && c.State == sla.Breached })
	if i < 0 || inc.Team != t.Key {
		return Item{}, false, nil
	}
	c, key := clocks[i], "missed.open"
	if !c.Open() {
		key = "missed.late"
	}
	return Item{
		Title: fmt.Sprintf("%s · %s · %s", inc.ID(), d.customerName(inc), d.cycleWords(t.Language, incident.Of{Clock: c.Name, Cycle: c.Cycle, Team: own}.String())),
		Body: text.T(t.Language, key, "due", d.stampIn(t.Language, c.Due, t.Zone), "late", text.Duration(c.Late()),
			"severity", text.T(t.Language, "severity."+string(inc.Severity)), "owner", d.ownerName(t.Language, inc)),
	}, true, nil
}
