package oncall

import (
	"sort"
	"time"

	"sereno/bot/civil"
)

const minutesPerHour = 60

// usable reports whether turns can be counted at all.
func (r *Rotation) usable() bool {
	return len(r.People) > 0 && r.Every >= 1 && r.Every <= maxEvery && r.Unit >= Day && r.Unit <= Hour && r.Zone != nil
}

// minutes is the length of a turn on the wall clock.
func (r *Rotation) minutes() int {
	switch r.Unit {
	case Hour:
		return r.Every * minutesPerHour
	case Week:
		return r.Every * 7 * civil.MinutesPerDay
	}
	return r.Every * civil.MinutesPerDay
}

// begin is the instant at which the turn begins, in UTC: counted on the wall
// clock, so that it stays at its time of day when clocks change.
func (r *Rotation) begin(turn int) time.Time {
	wall := r.HandOff + turn*r.minutes()
	return civil.Resolve(r.Zone, r.Start.AddDays(wall/civil.MinutesPerDay), wall%civil.MinutesPerDay).Reached()
}

// dateLine is more than any wall clock was ever moved.
const dateLine = 26 * minutesPerHour

// turnAt is the number of the turn, from 0, in which the instant lies; false
// before the first.
func (r *Rotation) turnAt(t time.Time) (int, bool) {
	shown := t.In(r.Zone)
	wall := civil.DateOf(t, r.Zone).Sub(r.Start)*civil.MinutesPerDay + shown.Hour()*minutesPerHour + shown.Minute() - r.HandOff
	length := r.minutes()
	// What the clock shows may be less than what it showed before: after clocks went
	// back a turn that has begun lies ahead on the wall.
	first := max(0, (wall-dateLine)/length-1)
	ahead := sort.Search((wall+dateLine)/length+2-first, func(i int) bool { return r.begin(first + i).After(t) })
	turn := first + ahead - 1
	return turn, turn >= 0 && !r.begin(turn).After(t)
}

// person has the turn.
func (r *Rotation) person(turn int) string { return r.People[turn%len(r.People)] }
