package bot

import (
	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// What a team promises within our own house concerns nobody else: its channel
// is told, and nobody is paged.

// teamMark names a moment of a team's clock of which its channel is told once.
func teamMark(team string, c sla.Clock, share float64) string {
	return "team:" + team + "/" + mark(c, share)
}

// announceTeam tells the team's channel of what passed of its own targets.
func (d *Desk) announceTeam(inc *incident.Incident, clocks []sla.Clock) error {
	for _, c := range clocks {
		switch c.State {
		case sla.Running:
			risk := false
			for _, m := range c.Marks() {
				if m.Share < 1 && !m.At.After(d.now) && d.news(inc, teamMark(inc.Team, c, m.Share)) {
					risk = true
				}
			}
			if !risk {
				continue
			}
		case sla.Breached:
			if !c.Open() || !d.news(inc, teamMark(inc.Team, c, 1)) {
				continue
			}
		default:
			continue
		}
		if err := d.tellOwnTarget(inc, c); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) tellOwnTarget(inc *incident.Incident, c sla.Clock) error {
	write := func(lang company.Lang) Message {
		key, tone := "team.target_at_risk", Warning
		if c.State == sla.Breached {
			key, tone = "team.target_breached", Alarm
		}
		return Message{Tone: tone, Text: text.T(lang, key, "id", inc.ID(), "customer", d.customerName(inc),
			"clock", text.T(lang, "clock."+string(c.Name)), "due", d.when(lang, inc, c.Due), "owner", d.ownerName(lang, inc))}
	}
	if c.State == sla.Breached && !c.Reclassified && d.wasAway(c.Due) {
		return d.tellMissed(inc, Missed{Clock: c.Name, Cycle: c.Cycle, Own: true, Due: c.Due}, write)
	}
	return d.toTeam(inc, false, write)
}
