package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// The kinds of timers.
const (
	timerWarning    = "warning"    // Subject: clock/cycle/share
	timerBreach     = "breach"     // Subject: clock/cycle
	timerEscalation = "escalation" // the next step of the paging
	timerClose      = "close"      // a resolved incident that nobody contradicted
	timerReplyMode  = "reply_mode" // somebody's reply mode that nobody used
)

// instant is the smallest step of time that the store keeps. A commitment is
// broken only after its due instant: an answer at that very instant is in time.
const instant = time.Microsecond

// finish brings everything that follows from the incidents that changed in
// line with them: what their clocks say, the timers, the pages, the card.
func (d *Desk) finish() error {
	for i := 0; i < len(d.changed); i++ { // following one may change another
		inc := d.loaded[d.changed[i]]
		if err := d.follow(inc); err != nil {
			return fmt.Errorf("%s: %w", inc.ID(), err)
		}
	}
	return nil
}

func (d *Desk) follow(inc *incident.Incident) error {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	clocks := computeClocks(d.company, inc, history, d.now)
	recordVerdicts(inc, history, clocks)
	if err := d.announce(inc, clocks); err != nil {
		return err
	}
	if err := d.plan(inc, clocks); err != nil {
		return err
	}
	if err := d.showCard(inc, clocks, history); err != nil {
		return err
	}
	if err := d.sayUnder(inc); err != nil {
		return err
	}
	if err := d.tx.SaveIncident(d.ctx, inc); err != nil {
		return fmt.Errorf("save: %w", err)
	}
	return nil
}

// clocks computes the incident's commitments at this instant from its history
// and the contract in force.
func (d *Desk) clocks(inc *incident.Incident) ([]sla.Clock, error) {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return nil, err
	}
	return computeClocks(d.company, inc, history, d.now), nil
}

// mark names a moment of a clock of which people are told once. The target is
// part of it: another severity makes other promises.
func mark(c sla.Clock, share float64) string {
	return fmt.Sprintf("%s/%d/%s/%g", c.Name, c.Cycle, c.Target, share)
}

// breachOf tells the marks of a breach of the clock, whatever its target was.
func breachOf(c sla.Clock) func(mark string) bool {
	cycle := fmt.Sprintf("%s/%d/", c.Name, c.Cycle)
	return func(mark string) bool { return strings.HasPrefix(mark, cycle) && strings.HasSuffix(mark, "/1") }
}

// announce tells people of every moment that has passed since they were last
// told: a warning to who is on call, a breach to the team.
func (d *Desk) announce(inc *incident.Incident, clocks []sla.Clock) error {
	for i, c := range clocks {
		switch c.State {
		case sla.Breached:
			// What was breached before it was solved is no news when it is reopened.
			again := c.Name == sla.Resolution && i > 0 && clocks[i-1].Name == c.Name && clocks[i-1].State == sla.Breached
			if err := d.breached(inc, c, again); err != nil {
				return err
			}
		case sla.Running:
			if err := d.corrected(inc, c); err != nil {
				return err
			}
			if err := d.relieved(inc, c); err != nil {
				return err
			}
			if err := d.warned(inc, c); err != nil {
				return err
			}
		case sla.Met, sla.Paused:
			if err := d.corrected(inc, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// corrected takes a breach back that was recorded and is none any more: an
// answer in time became known late, or the severity or a wait gives more time.
// What was recorded stays, with the correction after it, for all to see.
func (d *Desk) corrected(inc *incident.Incident, c sla.Clock) error {
	before := len(inc.Announced)
	inc.Announced = slices.DeleteFunc(inc.Announced, breachOf(c))
	if len(inc.Announced) == before {
		return nil
	}
	err := d.record(inc, incident.Entry{Kind: incident.ECorrected, Actor: botActor, At: d.now, Value: string(c.Name)})
	if err != nil {
		return err
	}
	return d.toTeam(inc, false, func(lang company.Lang) Message {
		clock := text.T(lang, "clock."+string(c.Name))
		if c.State == sla.Met {
			return Message{Tone: Good, Text: text.T(lang, "team.corrected", "id", inc.ID(), "clock", clock, "took", text.Duration(c.Elapsed))}
		}
		return Message{Text: text.T(lang, "team.corrected_open", "id", inc.ID(), "clock", clock, "due", d.when(lang, inc, c.Due))}
	})
}

// breached records and announces a breach, once.
func (d *Desk) breached(inc *incident.Incident, c sla.Clock, again bool) error {
	// Under another severity it is the same clock, broken already.
	again = again || slices.ContainsFunc(inc.Announced, breachOf(c))
	if !d.news(inc, mark(c, 1)) {
		return nil
	}
	for _, share := range c.Shares {
		d.news(inc, mark(c, share)) // a warning would come too late
	}
	if again {
		return nil
	}
	entry := incident.Entry{At: c.Due, Kind: incident.EBreached, Actor: botActor, Value: string(c.Name)}
	if c.Reclassified {
		entry.Text = reasonReclassified
	}
	if err := d.record(inc, entry); err != nil {
		return err
	}
	d.bot.Metrics.ClockBreached(inc.Customer, string(c.Name))
	d.bot.Logger.Warn("commitment breached", "incident", inc.ID(), "clock", c.Name, "due", c.Due)
	if err := d.tellBreach(inc, c); err != nil {
		return err
	}
	if esc := &inc.Escalation; esc.Active && esc.Clock == c.Name && esc.Reason == reasonAtRisk {
		esc.Reason = reasonBreached // the pages to come say what is true now
	}
	if !c.Stopped.IsZero() || inc.Escalation.Active {
		return nil
	}
	reason := reasonBreached
	if c.Reclassified {
		reason = reasonReclassified
	}
	if esc := &inc.Escalation; esc.AckedBy != "" && esc.Clock == c.Name && esc.Cycle == c.Cycle {
		return nil // they were paged for this clock, and somebody has it
	}
	return d.escalate(inc, reason, c)
}

// warned pages when a share of a commitment has gone by.
func (d *Desk) warned(inc *incident.Incident, c sla.Clock) error {
	due := false
	for _, m := range c.Marks() {
		if m.Share < 1 && !m.At.After(d.now) && d.news(inc, mark(c, m.Share)) {
			due = true
		}
	}
	if !due {
		return nil
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EWarned, Actor: botActor, At: d.now, Value: string(c.Name)}); err != nil {
		return err
	}
	if inc.Escalation.Active {
		return nil // they are being paged already
	}
	return d.escalate(inc, reasonAtRisk, c)
}

// relieved follows a commitment that was put off while people are being paged
// for it, by a lower severity or another contract: what is no longer at risk
// is left until it is again, and nobody reads of a breach that is none.
func (d *Desk) relieved(inc *incident.Incident, c sla.Clock) error {
	esc := &inc.Escalation
	if !esc.Active || esc.Clock != c.Name || esc.Cycle != c.Cycle {
		return nil
	}
	marks := c.Marks()
	if len(marks) > 0 && marks[0].At.After(d.now) {
		esc.Active = false
		return d.tx.CancelTimer(d.ctx, timerEscalation, inc.Number, "")
	}
	esc.Reason = reasonAtRisk
	return nil
}

// news reports whether people have not been told of the mark yet, and notes
// that they are now.
func (d *Desk) news(inc *incident.Incident, mark string) bool {
	if slices.Contains(inc.Announced, mark) {
		return false
	}
	inc.Announced = append(inc.Announced, mark)
	d.change(inc)
	return true
}

// priority is that of the incident's timers and pages: its severity.
func priority(inc *incident.Incident) int {
	if i := slices.Index(sla.Severities, inc.Severity); i >= 0 {
		return i
	}
	return LeastPriority
}

// plan sets the timers of the clocks that run, and takes the others away.
func (d *Desk) plan(inc *incident.Incident, clocks []sla.Clock) error {
	want := map[Timer]bool{}
	for _, c := range clocks {
		for _, m := range c.Marks() {
			switch {
			case m.Share == 1:
				want[Timer{
					Due: m.At.Add(instant).UTC(), Kind: timerBreach, Incident: inc.Number, Priority: priority(inc),
					Subject: fmt.Sprintf("%s/%d", c.Name, c.Cycle),
				}] = true
			case m.At.After(d.now):
				want[Timer{
					Due: m.At.UTC(), Kind: timerWarning, Incident: inc.Number, Priority: priority(inc),
					Subject: fmt.Sprintf("%s/%d/%g", c.Name, c.Cycle, m.Share),
				}] = true
			}
		}
	}
	have, err := d.tx.Timers(d.ctx, inc.Number, 0)
	if err != nil {
		return err
	}
	for _, t := range have {
		if t.Kind != timerWarning && t.Kind != timerBreach {
			continue
		}
		t.ID, t.Due = 0, t.Due.UTC()
		if want[t] {
			delete(want, t)
			continue
		}
		if err := d.tx.CancelTimer(d.ctx, t.Kind, t.Incident, t.Subject); err != nil {
			return err
		}
	}
	for _, t := range sortedTimers(want) {
		if err := d.tx.SetTimer(d.ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func sortedTimers(set map[Timer]bool) []Timer {
	var out []Timer
	for t := range set {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b Timer) int {
		if c := a.Due.Compare(b.Due); c != 0 {
			return c
		}
		return strings.Compare(a.Kind+a.Subject, b.Kind+b.Subject)
	})
	return out
}

// due looks at an incident whose timer fell due. What there is to do follows
// from its state at this instant; often there is nothing any more.
func (d *Desk) due(t Timer) error {
	inc, err := d.incident(t.Incident)
	if err != nil {
		return err
	}
	d.change(inc)
	switch t.Kind {
	case timerEscalation:
		return d.escalateFurther(inc)
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
