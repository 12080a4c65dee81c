package bot

import (
	"fmt"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
)

// auditMove writes a promise that moved in the audit log.
func (d *Desk) auditMove(m Move, who string) error {
	shown := func(t time.Time) string {
		if t.IsZero() {
			return "none"
		}
		return t.UTC().Format(time.RFC3339)
	}
	clock := fmt.Sprintf("%s/%d", m.Of.Clock, m.Of.Cycle)
	if m.Of.Team != "" {
		clock += " of team " + m.Of.Team
	}
	return d.tx.Audit(d.ctx, d.now, who, "promise moved",
		fmt.Sprintf("%s %s: %s → %s", m.Incident.ID(), clock, shown(m.Old), shown(m.New)))
}

// maxMoves bounds how many promises one message names: the audit log has all.
const maxMoves = 25

// tellMoves tells each team, in one message, which promises of its incidents
// fall due at another instant.
func (d *Desk) tellMoves(moves []Move) error {
	for _, t := range d.company.Teams {
		var theirs []Move
		for _, m := range moves {
			if m.Incident.Team == t.Key {
				theirs = append(theirs, m)
			}
		}
		ch, ok := d.bot.teamChannel(t, "")
		if len(theirs) == 0 || !ok {
			continue
		}
		out := Delivery{
			Kind: Post, Platform: ch.Platform, Channel: ch.ID, Purpose: purposeTold, Message: d.movesMessage(t, theirs),
		}
		if t.Lead != nil && t.Lead.Identities[ch.Platform] != "" {
			out.Message.Mentions = []string{t.Lead.Identities[ch.Platform]}
		}
		if _, err := d.say(out); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) movesMessage(t *company.Team, moves []Move) Message {
	lang := t.Language
	m := Message{Title: text.T(lang, "moves.title", "n", len(moves)), Tone: Warning}
	for i, x := range moves {
		if i == maxMoves {
			m.Footer = text.T(lang, "moves.more", "n", len(moves)-i)
			break
		}
		clock := text.T(lang, "clock."+string(x.Of.Clock))
		if x.Of.Team != "" {
			clock = text.T(lang, "clock.own", "clock", clock)
		}
		m.Items = append(m.Items, Item{
			Title: fmt.Sprintf("%s · %s · %s", x.Incident.ID(), d.customerName(x.Incident), clock),
			Body:  text.T(lang, "moves.line", "old", d.moveStamp(lang, x.Old, t.Zone), "new", d.moveStamp(lang, x.New, t.Zone)),
		})
	}
	return m
}

func (d *Desk) moveStamp(lang company.Lang, at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return text.T(lang, "moves.none")
	}
	return d.stampIn(lang, at, zone)
}

// termsBegan follows an incident into the terms that began at the instant.
func (d *Desk) termsBegan(inc *incident.Incident, at time.Time) error {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	// What happened since does not matter: a late look finds the same.
	history = slices.DeleteFunc(history, func(e incident.Entry) bool { return e.At.After(at) })
	for _, m := range moved(inc, stand(d.company, inc, history, at.Add(-instant)), stand(d.company, inc, history, at)) {
		if err := d.auditMove(m, botActor); err != nil {
			return err
		}
	}
	return nil
}
