package company

import "sereno/bot/oncall"

// Roster adds to what people changed in chat when their own calendars say that
// they are away: absences without an ID, which nobody made here. The changes, nil
// for none, stay as they are.
func (c *Company) Roster(changes *oncall.Changes) *oncall.Changes {
	var all oncall.Changes
	if changes != nil {
		all.Overrides = changes.Overrides
		all.Absences = append(all.Absences, changes.Absences...)
	}
	for _, p := range c.People {
		for _, i := range p.Away {
			all.Absences = append(all.Absences, oncall.Absence{Person: p.Key, Start: i.Start, End: i.End})
		}
	}
	return &all
}
