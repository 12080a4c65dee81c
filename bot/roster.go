package bot

import "sereno/bot/oncall"

// onCall is who is on call now, with what people changed in the schedule;
// false when nobody is, and of a schedule that is not there.
func (d *Desk) onCall(s *oncall.Schedule) (person string, shift oncall.Shift, ok bool) {
	shift, ok = s.OnCallAt(d.now, nil)
	return shift.Person, shift, ok
}
