package oncall

import (
	"time"

	"sereno/bot/civil"
)

// resolved is the layer with the schedule's zone where it has none of its own.
func (l *Layer) resolved(zone *time.Location) *Layer {
	if l.Rotation.Zone != nil {
		return l
	}
	own := *l
	own.Rotation.Zone = zone
	return &own
}

// bounds are the instants from which on and until which the layer is valid;
// zero where it is open.
func (l *Layer) bounds() (from, until time.Time) {
	at := func(d Date) time.Time {
		if d == (Date{}) {
			return time.Time{}
		}
		return civil.Resolve(l.Rotation.Zone, d, l.Rotation.HandOff).Reached()
	}
	return at(l.From), at(l.Until)
}

// duty is who is on call in one turn of one layer, or by one override: what
// stays the same is one shift.
type duty struct {
	layer, turn int
	override    int // its index, -1 for none
	person      string
	cause       Cause
	instead     string
}

// at is the layer's duty at the instant. Whoever has the turn and is away is
// passed over.
func (l *Layer) at(t time.Time, c *Changes) (turn int, person, rostered string, ok bool) {
	r := &l.Rotation
	if !r.usable() || !l.serves(t) {
		return 0, "", "", false
	}
	turn, ok = r.turnAt(t)
	if !ok {
		return 0, "", "", false
	}
	rostered = r.person(turn)
	for i := range r.People {
		if p := r.person(turn + i); !c.Away(p, t) {
			return turn, p, rostered, true
		}
	}
	return turn, "", rostered, false
}

// serves reports whether the layer is valid at the instant and in its hours.
func (l *Layer) serves(t time.Time) bool {
	from, until := l.bounds()
	if !from.IsZero() && t.Before(from) || !until.IsZero() && !t.Before(until) {
		return false
	}
	if len(l.Restrict) == 0 {
		return true
	}
	return within(l.Restrict, l.Rotation.Zone, t)
}

// around adds the instants nearest to near's at which the layer's answer may change.
func (l *Layer) around(near *nearest) {
	t := near.t
	r := &l.Rotation
	if !r.usable() {
		return
	}
	turn, ok := r.turnAt(t)
	if !ok {
		near.add(r.begin(0))
		return
	}
	near.add(r.begin(turn))
	for next := turn + 1; ; next++ { // a turn on a day that the calendars skipped is empty
		if at := r.begin(next); at.After(t) {
			near.add(at)
			break
		}
	}
	from, until := l.bounds()
	near.add(from)
	near.add(until)
	if len(l.Restrict) > 0 {
		edges(l.Restrict, r.Zone, near)
	}
}
