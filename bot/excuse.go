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

// A commitment that was broken may be excused: one of us asks, and somebody else
// who may approves. Who asked for what, and who decided how, stays in the history.

// ownClock before the name of a commitment is the team's own target of that name.
const ownClock = "team_"

// clockTyped is the commitment as it is typed: "resolution", or of a team's own
// target "team_resolution".
func clockTyped(of incident.Of) string {
	if of.Team != "" {
		return ownClock + string(of.Clock)
	}
	return string(of.Clock)
}

// clockOf is clockTyped with the team whose own target it is.
func clockOf(of incident.Of) string {
	if of.Team != "" {
		return clockTyped(of) + "@" + of.Team
	}
	return clockTyped(of)
}

// means reports whether what was typed stands for the commitment: the team of an
// own target need not be named.
func means(typed string, of incident.Of) bool { return typed == clockTyped(of) || typed == clockOf(of) }

// clockWords is a commitment as it was typed, as people read it.
func (d *Desk) clockWords(typed string) string {
	clock, team, named := strings.Cut(typed, "@")
	if !named {
		return text.T(d.Lang(), "clock."+clock)
	}
	clock = text.T(d.Lang(), "clock."+strings.TrimPrefix(clock, ownClock))
	return text.T(d.Lang(), "clock.own_of", "clock", clock, "team", d.name(team))
}

// AskExcuse asks that the breach of a commitment not be counted: of the customer's
// clock ("resolution"), or of a team's own target ("team_resolution"), also when
// that team has handed the incident on. Where several teams have broken theirs, the
// one is named that is meant ("team_resolution@payments"). Agents.
func (d *Desk) AskExcuse(id, clock, reason string) error {
	inc, err := d.find(id)
	if err == nil {
		inc, err = d.survivor(inc.Number)
	}
	if err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return Refuse("refuse.empty_excuse", "id", inc.ID(), "clock", clock)
	}
	c, of, ok, err := d.lastClock(inc, clock, sla.Breached)
	switch {
	case err != nil:
		return err
	case !ok:
		return Refuse("refuse.nothing_broken", "id", inc.ID(), "clock", d.clockWords(clock))
	}
	label := d.clockWords(clockOf(of))
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
// not excused. Where what was typed means the targets of several teams it is refused.
func (d *Desk) lastClock(inc *incident.Incident, typed string, in sla.State) (found sla.Clock, of incident.Of, ok bool, err error) {
	s, err := d.standing(inc)
	if err != nil {
		return found, of, false, err
	}
	var meant []string
	s.all(inc.Team, func(x incident.Of, c sla.Clock) {
		if !means(typed, x) || c.State != in {
			return
		}
		if !slices.Contains(meant, clockOf(x)) {
			meant = append(meant, clockOf(x))
		}
		found, of, ok = c, x, true
	})
	return found, of, ok, d.oneOf(inc, meant)
}

// oneOf refuses what may mean the own targets of several teams.
func (d *Desk) oneOf(inc *incident.Incident, meant []string) error {
	if len(meant) < 2 {
		return nil
	}
	return Refuse("refuse.whose_target", "id", inc.ID(), "clocks", strings.Join(meant, ", "), "example", meant[0])
}

// whose is the team that an own target is of; of the customer's clocks, and of a team
// that is no more, the one that has the incident.
func (d *Desk) whose(inc *incident.Incident, of incident.Of) *company.Team {
	if t := d.company.Team(of.Team); t != nil {
		return t
	}
	return d.company.Team(inc.Team)
}

// askApproval shows the request to whoever may approve it, in the channel of the
// team that has the incident, or whose own target it is.
func (d *Desk) askApproval(inc *incident.Incident, c sla.Clock, of incident.Of, reason string) error {
	value, team := inc.ID()+":"+of.String(), d.whose(inc, of)
	_, err := d.inChannelOf(team, inc, true, purposeTold, func(lang company.Lang) Message {
		m := Message{
			Title: text.T(lang, "excuse.title", "id", inc.ID(), "clock", text.T(lang, "clock."+clockTyped(of)), "name", d.name(d.author())),
			Text:  text.T(lang, "excuse.who", "due", d.when(lang, inc, c.Due), "late", text.Duration(c.Late())),
			Quote: reason,
			Buttons: []Button{
				{ID: "excuse_approve", Label: text.T(lang, "button.excuse_approve"), Value: value, Primary: true},
				{ID: "excuse_deny", Label: text.T(lang, "button.excuse_deny"), Value: value},
			},
		}
		if team != nil && team.Lead != nil {
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

// excusesFrom are the requests of an incident that were made in another one, which
// was merged into it: only some go along.
func (d *Desk) excusesFrom(inc, named *incident.Incident) ([]incident.Entry, error) {
	asked, err := d.excuses(inc)
	if err != nil || inc.Number == named.Number {
		return asked, err
	}
	made, err := d.excuses(named)
	return slices.DeleteFunc(asked, func(e incident.Entry) bool {
		return !slices.ContainsFunc(made, func(m incident.Entry) bool {
			return m.Value == e.Value && m.Actor == e.Actor && m.Text == e.Text && m.At.Equal(e.At)
		})
	}), err
}

// DecideExcuse approves or denies what was asked for; clock is "" where there is
// one request alone. Of a merged incident it decides in the one that goes on, where
// it counts. Leads and quality, and never who asked.
func (d *Desk) DecideExcuse(id, clock string, approve bool) error {
	return d.decideExcuse(id, clock, approve, func(inc, _ *incident.Incident) ([]incident.Entry, error) {
		return d.excuses(inc)
	})
}

// decideExcuse decides one of the requests that pending gives, of the incident that
// goes on and the one that was named.
func (d *Desk) decideExcuse(id, clock string, approve bool, pending func(inc, named *incident.Incident) ([]incident.Entry, error)) error {
	switch {
	case !d.ours():
		return Refuse("refuse.not_allowed")
	case !d.actor.Has(company.Lead) && !d.actor.Has(company.Quality):
		return d.leadsOnly("refuse.lead_or_quality")
	}
	named, err := d.lookup(id)
	if err != nil {
		return err
	}
	inc, err := d.survivor(named.Number)
	if err != nil {
		return err
	}
	asked, err := pending(inc, named)
	if err != nil {
		return err
	}
	asked = slices.DeleteFunc(asked, func(e incident.Entry) bool {
		return clock != "" && clock != e.Value && !means(clock, incident.ParseOf(e.Value))
	})
	if len(asked) == 0 {
		return Refuse("refuse.no_excuse", "id", inc.ID())
	}
	if clock != "" {
		var meant []string
		for _, e := range asked {
			if of := clockOf(incident.ParseOf(e.Value)); !slices.Contains(meant, of) {
				meant = append(meant, of)
			}
		}
		if err := d.oneOf(inc, meant); err != nil {
			return err
		}
	}
	if asked[0].Actor == d.author() {
		return Refuse("refuse.own_excuse", "id", inc.ID())
	}
	return d.decided(inc, asked[0], approve)
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
	team := d.whose(inc, incident.ParseOf(asked.Value))
	_, err = d.inChannelOf(team, inc, true, purposeTold, func(lang company.Lang) Message {
		return Message{Text: text.T(lang, key, "id", inc.ID(), "clock", d.cycleWords(lang, asked.Value), "name", d.name(d.author()))}
	})
	if err != nil {
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
		words = text.T(lang, "clock.own_of", "clock", words, "team", d.name(of.Team))
	}
	return words
}

// UndoExcuse lets a breach count again that was excused. Leads.
func (d *Desk) UndoExcuse(id, clock string) error {
	if err := d.must(company.Lead); err != nil {
		return err
	}
	inc, err := d.lookup(id)
	if err == nil {
		inc, err = d.survivor(inc.Number)
	}
	if err != nil {
		return err
	}
	_, of, ok, err := d.lastClock(inc, clock, sla.Excused)
	switch {
	case err != nil:
		return err
	case !ok:
		return Refuse("refuse.not_excused", "id", inc.ID(), "clock", d.clockWords(clock))
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EExcuseUndone, Value: of.String()}); err != nil {
		return err
	}
	return d.done("done.excuse_undone", "id", inc.ID(), "clock", d.clockWords(clockOf(of)))
}

// excusePressed decides by a button, whose Value is "INC-7:resolution/1": the
// request that it stands under, and no other of that name.
func excusePressed(approve bool) func(*Desk, string) error {
	return func(d *Desk, value string) error {
		id, clock, _ := strings.Cut(value, ":")
		return d.decideExcuse(id, clock, approve, d.excusesFrom)
	}
}
