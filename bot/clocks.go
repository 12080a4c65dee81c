package bot

import (
	"fmt"
	"time"

	"sereno/bot/incident"
	"sereno/bot/sla"
)

// The kinds of timers.
const (
	timerWarning     = "warning"      // Subject: clock/cycle/share
	timerBreach      = "breach"       // Subject: clock/cycle
	timerTeamWarning = "team_warning" // as timerWarning, of what the incident's team promises in our own house
	timerTeamBreach  = "team_breach"
	timerTerms       = "terms"      // a contract's next terms begin
	timerEscalation  = "escalation" // the next step of the paging
	timerClose       = "close"      // a resolved incident that nobody contradicted
	timerCard        = "card"       // a card that could wait is shown anew
	timerReplyMode   = "reply_mode" // somebody's reply mode that nobody used
	timerShare       = "share"      // the first step that is set backwards from a breach
	timerAck         = "ack"        // the end of an acknowledgement
	timerReach       = "reach"      // Subject: a page, whose person's next channel is looked at
	timerGroup       = "group"      // Subject: a page, whose list is brought up to date
	timerQuiet       = "quiet"      // Subject: a person whose quiet hours end
	timerTest        = "test"       // Subject: a person whose channels are being tested
)

// instant is the smallest step of time that the store keeps. A commitment is
// broken only after its due instant: an answer at that very instant is in time.
const instant = time.Microsecond

// finish brings everything that follows from the incidents that changed in
// line with them: what their clocks say, the timers, the pages, the card.
func (d *Desk) finish() error {
	if err := d.followAll(); err != nil {
		return err
	}
	if err := d.listLater(); err != nil {
		return err
	}
	if err := d.refreshPages(); err != nil {
		return err
	}
	return d.markSolved()
}

// followAll is finish but for the pages, which are edited once for all that changed.
func (d *Desk) followAll() error {
	for i := 0; i < len(d.changed); i++ { // following one may change another
		inc := d.loaded[d.changed[i]]
		if err := d.follow(inc); err != nil {
			return fmt.Errorf("%s: %w", inc.ID(), err)
		}
	}
	d.changed = nil
	return nil
}

// follow brings one of them in line: one read of its history, and no write of
// what is as it was.
func (d *Desk) follow(inc *incident.Incident) error {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	s := stand(d.company, inc, history, d.now)
	recordVerdicts(inc, s)
	if err := d.recordOutcomes(inc, history, s); err != nil {
		return err
	}
	if err := d.announce(inc, s); err != nil {
		return err
	}
	if err := d.plan(inc, s); err != nil {
		return err
	}
	if err := d.planEscalation(inc, s.clocks); err != nil {
		return err
	}
	if at, later := d.cards[inc.Number]; later {
		if err := d.tx.SetTimer(d.ctx, Timer{Due: at, Kind: timerCard, Incident: inc.Number, Priority: LeastPriority}); err != nil {
			return err
		}
	} else if err := d.showCard(inc, s, history); err != nil {
		return err
	}
	if err := d.sayUnder(inc); err != nil {
		return err
	}
	if err := d.showAid(inc, history); err != nil {
		return err
	}
	d.noteSolved(inc)
	if err := d.tx.SaveIncident(d.ctx, inc); err != nil {
		return fmt.Errorf("save: %w", err)
	}
	return nil
}

// standing computes where the incident stands at this instant, from its history
// and what is promised.
func (d *Desk) standing(inc *incident.Incident) (standing, error) {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return standing{}, err
	}
	return stand(d.company, inc, history, d.now), nil
}

// clocks computes the incident's commitments to the customer at this instant.
func (d *Desk) clocks(inc *incident.Incident) ([]sla.Clock, error) {
	s, err := d.standing(inc)
	return s.clocks, err
}

// due looks at an incident whose timer fell due. What there is to do follows
// from its state at this instant; often there is nothing any more.
func (d *Desk) due(t Timer) error {
	if ours, err := d.rosterTimer(t); ours {
		return err
	}
	if ours, err := d.articleTimer(t); ours {
		return err
	}
	if d.now.Sub(t.Due) > lateAfter {
		d.missed = t.Due
	}
	switch t.Kind {
	case timerReach:
		return d.reachDue(t.Subject)
	case timerGroup:
		return d.groupDue(t.Subject)
	case timerTest:
		return d.testOver(t.Subject)
	}
	inc, err := d.incident(t.Incident)
	if err != nil {
		return err
	}
	d.change(inc)
	switch t.Kind {
	case timerTerms:
		return d.termsBegan(inc, t.Due)
	case timerEscalation:
		s, err := d.standing(inc)
		if err != nil {
			return err
		}
		if err := d.announce(inc, s); err != nil { // a breach first: the step says what is true
			return err
		}
		return d.escalateFurther(inc, false)
	case timerAck:
		return d.ackExpired(inc)
	case timerQuiet:
		return d.quietOver(inc, t.Subject)
	case timerReplyMode:
		return d.replyModeIdle(inc)
	case timerClose:
		if inc.Status == incident.Resolved {
			return d.closed(inc)
		}
	}
	return nil
}

// closeLater sets the instant at which a resolved incident is closed unless
// the customer says otherwise.
func (d *Desk) closeLater(inc *incident.Incident) error {
	return d.tx.SetTimer(d.ctx, Timer{
		Due: d.now.Add(d.company.CloseAfter).UTC(), Kind: timerClose, Incident: inc.Number, Priority: LeastPriority,
	})
}
