package oncall

import (
	"time"

	"sereno/bot/civil"
)

// OnCallAt is who is on call at the instant, and the shift in which they are.
// False before the first hand-off, and always of a schedule that Check refuses.
func (s *Schedule) OnCallAt(t time.Time) (person string, shift Shift, ok bool) {
	if s == nil {
		return "", Shift{}, false
	}
	r := &s.Rotation
	turn, ok := r.turnAt(t)
	if !ok {
		return "", Shift{}, false
	}
	shift = r.shift(turn)
	return shift.Person, shift, true
}

// Shifts are the shifts of which any part lies in [from, to), in order and
// whole: the first may have begun before and the last end after. Each begins
// when the one before it ends.
func (s *Schedule) Shifts(from, to time.Time) []Shift {
	if s == nil || !s.Rotation.usable() || !from.Before(to) {
		return nil
	}
	r := &s.Rotation
	turn, ok := r.turnAt(from)
	if !ok {
		turn = 0
	}
	var out []Shift
	for ; r.handOff(turn).Before(to); turn++ {
		if shift := r.shift(turn); shift.Start.Before(shift.End) {
			out = append(out, shift)
		}
	}
	return out
}

// usable reports whether turns can be counted at all.
func (r *Rotation) usable() bool { return len(r.People) > 0 && r.Every >= 1 && r.Zone != nil }

// turnAt is the number of the turn, from 0, in which the instant lies; false
// before the first.
func (r *Rotation) turnAt(t time.Time) (int, bool) {
	if !r.usable() {
		return 0, false
	}
	// The wall calendar is at most a few days away from the turn; hand-offs tell.
	turn := civil.DateOf(t, r.Zone).Sub(r.Start)/r.Every + 1
	for turn >= 0 && r.handOff(turn).After(t) {
		turn--
	}
	return turn, turn >= 0
}

// shift is the turn's. One that begins on a day that the zone's calendars
// skipped may be empty.
func (r *Rotation) shift(turn int) Shift {
	return Shift{r.People[turn%len(r.People)], r.handOff(turn), r.handOff(turn + 1)}
}

// handOff is the instant at which the turn begins, in UTC: counted in days on
// the wall calendar, so that it stays at its time of day when clocks change.
func (r *Rotation) handOff(turn int) time.Time {
	return civil.Resolve(r.Zone, r.Start.AddDays(turn*r.Every), r.HandOff).Reached()
}
