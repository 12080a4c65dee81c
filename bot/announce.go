package bot

import (
	"fmt"
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

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
func (d *Desk) announce(inc *incident.Incident, s standing) error {
	for i, c := range s.clocks {
		switch c.State {
		case sla.Breached:
			// What was breached before it was solved is no news when it is reopened.
			again := c.Name == sla.Resolution && i > 0 && s.clocks[i-1].Name == c.Name && s.clocks[i-1].State == sla.Breached
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
		case sla.Excused:
			if err := d.over(inc, c); err != nil {
				return err
			}
		case sla.CancelledOff:
			if err := d.over(inc, c); err != nil {
				return err
			}
			forget(inc, c) // should it come back, it is news
		}
	}
	return d.announceTeam(inc, s.team)
}

// corrected takes a breach back that was announced and is none any more: an
// answer in time became known late, or the severity or a wait gives more time.
func (d *Desk) corrected(inc *incident.Incident, c sla.Clock) error {
	before := len(inc.Announced)
	inc.Announced = slices.DeleteFunc(inc.Announced, breachOf(c))
	if len(inc.Announced) == before {
		return nil
	}
	d.showPages(inc)
	return d.toTeam(inc, false, func(lang company.Lang) Message {
		clock := text.T(lang, "clock."+string(c.Name))
		if c.State == sla.Met {
			return Message{Tone: Good, Text: text.T(lang, "team.corrected", "id", inc.ID(), "clock", clock, "took", text.Duration(c.Elapsed))}
		}
		return Message{Text: text.T(lang, "team.corrected_open", "id", inc.ID(), "clock", clock, "due", d.when(lang, inc, c.Due))}
	})
}

// breached announces a breach, once.
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
	d.bot.Metrics.ClockBreached(inc.Customer, string(c.Name))
	d.bot.Logger.Warn("commitment breached", "incident", inc.ID(), "clock", c.Name, "due", c.Due)
	if err := d.tellBreach(inc, c); err != nil {
		return err
	}
	if !c.Stopped.IsZero() {
		return nil
	}
	reason := reasonBreached
	if c.Reclassified {
		reason = reasonReclassified
	}
	return d.escalate(inc, reason, c)
}

// warned pages when a share of a commitment has gone by. While people are being paged
// for something else they are left alone: the warning follows when that is over.
func (d *Desk) warned(inc *incident.Incident, c sla.Clock) error {
	esc := &inc.Escalation
	first, due := false, []string(nil)
	for _, m := range c.Marks() {
		if m.Share == 1 || m.At.After(d.now) {
			continue
		}
		is := mark(c, m.Share)
		fresh := d.news(inc, is)
		if fresh || slices.Contains(esc.Unsaid, is) {
			first, due = first || fresh, append(due, is)
		}
	}
	if first {
		if err := d.record(inc, incident.Entry{Kind: incident.EWarned, Actor: botActor, At: d.now, Value: string(c.Name)}); err != nil {
			return err
		}
	}
	if len(due) == 0 {
		return nil
	}
	esc.Unsaid = slices.DeleteFunc(esc.Unsaid, func(mark string) bool { return slices.Contains(due, mark) })
	if esc.Active && !esc.Last && !(esc.Clock == c.Name && esc.Cycle == c.Cycle) {
		esc.Unsaid = append(esc.Unsaid, due...)
		return nil
	}
	return d.escalate(inc, reasonAtRisk, c)
}

// relieved follows a commitment that was put off while people are being paged
// for it, by a lower severity or another contract: what is no longer at risk
// is left until it is again, and nobody reads of a breach that is none. Whoever
// is paged early, by a policy's share or because somebody asked for it, is so
// while the promise stands as it stood.
func (d *Desk) relieved(inc *incident.Incident, c sla.Clock) error {
	esc := &inc.Escalation
	if !esc.Active || esc.Clock != c.Name || esc.Cycle != c.Cycle {
		return nil
	}
	if !esc.Due.IsZero() && c.Due.After(esc.Due) && !d.pagesBy(inc, c) {
		esc.Active = false
		forget(inc, c) // they are told again when it is at risk again
		d.showPages(inc)
		esc.Pages = nil
		return d.tx.CancelTimer(d.ctx, timerEscalation, inc.Number, "")
	}
	if worse(esc.Reason) {
		esc.Reason = reasonAtRisk
	}
	return nil
}

// pagesBy reports whether a moment of the clock has passed at which people are
// paged: a mark, or the first share at which the policy does.
func (d *Desk) pagesBy(inc *incident.Incident, c sla.Clock) bool {
	if marks := c.Marks(); len(marks) > 0 && !marks[0].At.After(d.now) {
		return true
	}
	share := d.firstShare(inc)
	return share > 0 && !d.usedAt(inc, c, share).After(d.now)
}

// over ends the paging for a clock that was excused, or is promised no more.
func (d *Desk) over(inc *incident.Incident, c sla.Clock) error {
	esc := &inc.Escalation
	if !esc.Active || esc.Clock != c.Name || esc.Cycle != c.Cycle {
		return nil
	}
	esc.Active = false
	d.showPages(inc)
	esc.Pages = nil
	return d.tx.CancelTimer(d.ctx, timerEscalation, inc.Number, "")
}

// forget lets the moments of a clock be told anew.
func forget(inc *incident.Incident, c sla.Clock) {
	cycle := fmt.Sprintf("%s/%d/", c.Name, c.Cycle)
	inc.Announced = slices.DeleteFunc(inc.Announced, func(mark string) bool { return strings.HasPrefix(mark, cycle) })
	inc.Escalation.Unsaid = slices.DeleteFunc(inc.Escalation.Unsaid, func(mark string) bool { return strings.HasPrefix(mark, cycle) })
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
