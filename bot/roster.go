package bot

import (
	"fmt"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/oncall"
)

// keepsShift is how long after its end a change still matters to how a shift of
// today is told: none lasts longer.
const keepsShift = 31 * 24 * time.Hour

// onCall is who is on call now, with what people changed in the schedule;
// false when nobody is, and of a schedule that is not there.
func (d *Desk) onCall(s *oncall.Schedule) (person string, ok bool) {
	shift, ok := d.onCallAt(s, d.now)
	return shift.Person, ok
}

// onCallAt is the same at another instant, not long past.
func (d *Desk) onCallAt(s *oncall.Schedule, t time.Time) (oncall.Shift, bool) {
	if s == nil {
		return oncall.Shift{}, false
	}
	c, err := d.rosterChanges()
	if err != nil {
		// Whoever the document names is better than nobody; and a transaction in
		// which reading failed seldom commits.
		d.bot.Logger.Error("who is on call is told from the document alone", "schedule", s.Name, "error", err)
	}
	return s.OnCallAt(t, c)
}

// rosterChanges are the overrides and absences, those of people's own calendars
// too, that matter now and later, read once in the life of the desk. What concerns nobody whom the configuration
// still knows is left out.
func (d *Desk) rosterChanges() (*oncall.Changes, error) {
	if d.roster != nil {
		return d.roster, nil
	}
	from := d.now.Add(-keepsShift)
	overrides, err := d.tx.Overrides(d.ctx, from, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("read overrides: %w", err)
	}
	absences, err := d.tx.Absences(d.ctx, from, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("read absences: %w", err)
	}
	overrides = slices.DeleteFunc(overrides, func(o oncall.Override) bool { return d.company.Person(o.Person) == nil })
	d.roster = d.company.Roster(&oncall.Changes{Overrides: overrides, Absences: absences})
	return d.roster, nil
}

// teamsOf are the teams whose schedule it is.
func (d *Desk) teamsOf(s *oncall.Schedule) []*company.Team {
	var out []*company.Team
	for _, t := range d.company.Teams {
		if t.Schedule != nil && s != nil && t.Schedule.Name == s.Name {
			out = append(out, t)
		}
	}
	return out
}
