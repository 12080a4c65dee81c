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

// Drill plays a critical incident through a team's real policy with real pages,
// all marked. The team is the actor's own when none is named. Leads.
func (d *Desk) Drill(team string) error {
	if err := d.must(company.Lead); err != nil {
		return err
	}
	t, err := d.drillTeam(team, "/oncall drill")
	if err != nil {
		return err
	}
	running, err := d.drillOf(t)
	if err != nil {
		return err
	}
	if running != nil {
		return Refuse("refuse.drill_running", "id", running.ID(), "team", t.Name)
	}
	inc := &incident.Incident{
		Team: t.Key, Severity: sla.Critical, Status: incident.New, Origin: incident.Undetermined, Drill: true,
		Title: text.T(t.Language, "drill.title"), Text: text.T(t.Language, "drill.text", "name", d.name(d.author())),
		Reporter: d.author(), ReportedAt: d.at,
	}
	if err := d.tx.AddIncident(d.ctx, inc); err != nil {
		return err
	}
	d.change(inc)
	if err := d.record(inc, incident.Entry{Kind: incident.EDrill, Value: "begun"}); err != nil {
		return err
	}
	if err := d.audit("drill", inc.ID()+" "+t.Key); err != nil {
		return err
	}
	if err := d.tellTeam(inc, "drill.begun", "id", inc.ID(), "name", d.name(d.author())); err != nil {
		return err
	}
	if err := d.begin(inc, incident.Escalation{Reason: reasonDrill}); err != nil {
		return err
	}
	return d.done("done.drill", "id", inc.ID(), "team", t.Name)
}

// StopDrill ends the drill that is running. Leads.
func (d *Desk) StopDrill(team string) error {
	if err := d.must(company.Lead); err != nil {
		return err
	}
	t, err := d.drillTeam(team, "/oncall drill stop")
	if err != nil {
		return err
	}
	inc, err := d.drillOf(t)
	if err != nil {
		return err
	}
	if inc == nil {
		return Refuse("refuse.no_drill", "team", t.Name)
	}
	if err := d.drillOver(inc, "stopped"); err != nil {
		return err
	}
	return d.done("done.drill_stopped", "id", inc.ID())
}

// whichTeam asks of which team: of the actor's own, or of any when they are in none.
func (d *Desk) whichTeam(command string) error {
	var keys []string
	for _, t := range d.company.TeamsOf(d.actor) {
		keys = append(keys, t.Key)
	}
	if len(keys) == 0 {
		keys = d.teamKeys()
	}
	return Refuse("refuse.which_team", "teams", strings.Join(keys, ", "), "example", command+" "+keys[0])
}

// drillTeam is the team of that key, or where it is left out the one that can be meant;
// command is what the person would have to write before it.
func (d *Desk) drillTeam(key, command string) (*company.Team, error) {
	if key == "" {
		if own := d.company.TeamsOf(d.actor); len(own) == 1 {
			return own[0], nil
		}
		if t := d.company.TeamOf(d.here()); t != nil {
			return t, nil
		}
	}
	if t := d.company.Team(strings.ToLower(key)); t != nil {
		return t, nil
	}
	if key == "" {
		return nil, d.whichTeam(command)
	}
	return nil, Refuse("refuse.team", "value", key, "teams", strings.Join(d.teamKeys(), ", "))
}

// drillOf is the drill that the team has now; nil when it has none.
func (d *Desk) drillOf(t *company.Team) (*incident.Incident, error) {
	open, err := d.tx.Incidents(d.ctx, IncidentQuery{Team: t.Key, OpenOnly: true})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(open, func(inc *incident.Incident) bool { return inc.Drill })
	if i < 0 {
		return nil, nil
	}
	return d.incident(open[i].Number)
}

// drillOver ends a drill and reports who was reached when, through what.
func (d *Desk) drillOver(inc *incident.Incident, how string) error {
	if !inc.Open() {
		return nil
	}
	inc.Status = incident.Cancelled
	inc.Escalation.Active = false
	if err := d.record(inc, incident.Entry{Kind: incident.EDrill, At: d.now, Value: how}); err != nil {
		return err
	}
	if err := d.audit("drill "+how, inc.ID()); err != nil {
		return err
	}
	if err := d.nothingMoreToReach(inc); err != nil {
		return err
	}
	d.showPages(inc)
	proof, err := d.proof(inc)
	if err != nil {
		return err
	}
	began := inc.ReportedAt
	return d.toTeam(inc, false, func(lang company.Lang) Message {
		_, zone := d.readerOf(inc.Team)
		m := Message{
			Title: text.T(lang, "drill.mark") + " · " + text.T(lang, "drill.over", "id", inc.ID()),
			Text:  text.T(lang, "drill.how."+how, "name", d.name(inc.Escalation.AckedBy), "took", took(d.now.Sub(began))),
			Items: d.proofItems(lang, zone, proof, began),
		}
		for _, e := range d.skippedIn(inc) {
			m.Items = append(m.Items, Item{Title: text.T(lang, "drill.skipped"), Body: text.T(lang, "skipped."+e.Text) + nameIn(d.name(e.Value))})
		}
		if len(m.Items) == 0 {
			m.Items = []Item{{Title: text.T(lang, "drill.nobody")}}
		}
		return m
	})
}

func nameIn(name string) string {
	if name == "" {
		return ""
	}
	return " (" + name + ")"
}

// skippedIn are the entries of steps that reached nobody.
func (d *Desk) skippedIn(inc *incident.Incident) []incident.Entry {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil { // fails the transaction, too
		return nil
	}
	return slices.DeleteFunc(history, func(e incident.Entry) bool { return e.Kind != incident.ESkipped })
}

// took tells a short time to the second.
func took(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return text.Duration(d)
}
