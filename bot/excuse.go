package bot

import (
	"fmt"
	"strings"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// A commitment that was broken may be excused: one of us asks, and somebody else
// who may approves. Who asked for what, and who decided how, stays in the history.

// ownClock before the name of a commitment is the team's own target of that name.
const ownClock = "team_"

// clockTyped is the commitment as it is typed: "resolution", or of the team's own
// target "team_resolution".
func clockTyped(of incident.Of) string {
	if of.Team != "" {
		return ownClock + string(of.Clock)
	}
	return string(of.Clock)
}

// AskExcuse asks that the breach of a commitment not be counted: of the customer's
// clock ("resolution"), or of the team's own ("team_resolution"). Agents.
func (d *Desk) AskExcuse(id, clock, reason string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	label := text.T(d.Lang(), "clock."+clock)
	if strings.TrimSpace(reason) == "" {
		return Refuse("refuse.empty_excuse", "id", inc.ID(), "clock", clock)
	}
	c, of, ok, err := d.lastClock(inc, clock, sla.Breached)
	switch {
	case err != nil:
		return err
	case !ok:
		return Refuse("refuse.nothing_broken", "id", inc.ID(), "clock", label)
	}
	asked, err := d.excuses(inc)
	if err != nil {
		return err
	}
	for _, e := range asked {
		if e.Value == of.String() {
			return Refuse("refuse.excuse_asked", "id", inc.ID(), "clock", label, "name", d.name(e.Actor))
		}
	}
	reason = strings.TrimSpace(reason)
	if err := d.record(inc, incident.Entry{Kind: incident.EExcuseAsked, Value: of.String(), Text: reason}); err != nil {
		return err
	}
	if err := d.askApproval(inc, c, of, reason); err != nil {
		return err
	}
	return d.done("done.excuse_asked", "id", inc.ID(), "clock", label)
}

// cycleOf names a clock as excuses do.
func cycleOf(c sla.Clock) string { return fmt.Sprintf("%s/%d", c.Name, c.Cycle) }

// lastClock is the newest cycle of the clock that is in the state; a broken one is
// not excused.
func (d *Desk) lastClock(inc *incident.Incident, typed string, in sla.State) (found sla.Clock, of incident.Of, ok bool, err error) {
	s, err := d.standing(inc)
	s.each(inc.Team, func(x incident.Of, c sla.Clock) {
		if clockTyped(x) == typed && c.State == in {
			found, of, ok = c, x, true
		}
	})
	return found, of, ok, err
}

// askApproval shows the request in the team's channel, to whoever may approve it.
func (d *Desk) askApproval(inc *incident.Incident, c sla.Clock, of incident.Of, reason string) error {
	value := inc.ID() + ":" + of.String()
	_, err := d.toTeamAs(inc, true, purposeTold, func(lang company.Lang) Message {
		m := Message{
			Title: text.T(lang, "excuse.title", "id", inc.ID(), "clock", text.T(lang, "clock."+clockTyped(of)), "name", d.name(d.author())),
			Text:  text.T(lang, "excuse.who", "due", d.when(lang, inc, c.Due), "late", text.Duration(c.Late())),
			Quote: reason,
			Buttons: []Button{
				{ID: "excuse_approve", Label: text.T(lang, "button.excuse_approve"), Value: value, Primary: true},
				{ID: "excuse_deny", Label: text.T(lang, "button.excuse_deny"), Value: value},
			},
		}
		if team := d.company.Team(inc.Team); team != nil && team.Lead != nil {
			if ch, ok := d.bot.teamChannel(team, inc.Platform); ok && team.Lead.Identities[ch.Platform] != "" {
				m.Mentions = []string{team.Lead.Identities[ch.Platform]}
			}
		}
		return m
	})
	return err
}

// excuses are the requests that nobody has decided yet, oldest first.
func (d *Desk) excuses(inc *incident.Incident) ([]incident.Entry, error) {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return nil, err
	}
	var open []incident.Entry
	for _, e := range incident.AsRecorded(history) {
		switch e.Kind {
		case incident.EExcuseAsked:
			open = append(open, e)
		case incident.EExcused, incident.EExcuseDenied:
			var left []incident.Entry
			for _, asked := range open {
				if asked.Value != e.Value {
					left = append(left, asked)
				}
			}
			open = left
		}
	}
	return open, nil
}

// DecideExcuse approves or denies what was asked for; clock is "" where there is
// one request alone. Leads and quality, and never who asked.
func (d *Desk) DecideExcuse(id, clock string, approve bool) error {
	switch {
	case !d.ours():
		return Refuse("refuse.not_allowed")
	case !d.actor.Has(company.Lead) && !d.actor.Has(company.Quality):
		return Refuse("refuse.lead_or_quality")
	}
	inc, err := d.lookup(id)
	if err != nil {
		return err
	}
	asked, err := d.excuses(inc)
	if err != nil {
		return err
	}
	for _, e := range asked {
		if clock != "" && clock != e.Value && clock != clockTyped(incident.ParseOf(e.Value)) {
			continue
		}
		if e.Actor == d.author() {
			return Refuse("refuse.own_excuse", "id", inc.ID())
		}
		return d.decided(inc, e, approve)
	}
	return Refuse("refuse.no_excuse", "id", inc.ID())
}

func (d *Desk) decided(inc *incident.Incident, asked incident.Entry, approve bool) error {
	kind, key := incident.EExcuseDenied, "team.excuse_denied"
	if approve {
		kind, key = incident.EExcused, "team.excused"
	}
	err := d.record(inc, incident.Entry{Kind: kind, Value: asked.Value, Old: asked.Actor, Text: asked.Text})
	if err != nil {
		return err
	}
	clock := d.cycleWords(d.teamLang(inc), asked.Value)
	if err := d.tellTeam(inc, key, "id", inc.ID(), "clock", clock, "name", d.name(d.author())); err != nil {
		return err
	}
	return d.done("done.excuse_decided", "id", inc.ID())
}

// cycleWords is "resolution/2" as people read it, and "resolution/2@payments" too.
func (d *Desk) cycleWords(lang company.Lang, value string) string {
	of := incident.ParseOf(value)
	words := text.T(lang, "clock."+string(of.Clock))
	if of.Cycle > 1 {
		words += fmt.Sprintf(" (%d)", of.Cycle)
	}
	if of.Team != "" {
		words = text.T(lang, "clock.own", "clock", words)
	}
	return words
}

// UndoExcuse lets a breach count again that was excused. Leads.
func (d *Desk) UndoExcuse(id, clock string) error {
	if err := d.must(company.Lead); err != nil {
		return err
	}
	inc, err := d.lookup(id)
	if err != nil {
		return err
	}
	label := text.T(d.Lang(), "clock."+clock)
	_, of, ok, err := d.lastClock(inc, clock, sla.Excused)
	switch {
	case err != nil:
		return err
	case !ok:
		return Refuse("refuse.not_excused", "id", inc.ID(), "clock", label)
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EExcuseUndone, Value: of.String()}); err != nil {
		return err
	}
	return d.done("done.excuse_undone", "id", inc.ID(), "clock", label)
}

// excusePressed decides by a button, whose Value is "INC-7:resolution/1".
func excusePressed(approve bool) func(*Desk, string) error {
	return func(d *Desk, value string) error {
		id, clock, _ := strings.Cut(value, ":")
		return d.DecideExcuse(id, clock, approve)
	}
}
