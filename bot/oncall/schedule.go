package oncall

import (
	"slices"
	"time"
)

// OnCallAt is the shift in which somebody is on call at the instant; false when
// nobody is, and always of a schedule that Check refuses. c may be nil.
func (s *Schedule) OnCallAt(t time.Time, c *Changes) (Shift, bool) {
	if s == nil {
		return Shift{}, false
	}
	return s.with(c).shiftAt(t)
}

// Shifts are the shifts of which any part lies in [from, to), in order and
// whole: the first may have begun before and the last end after. c may be nil.
func (s *Schedule) Shifts(from, to time.Time, c *Changes) []Shift {
	if s == nil {
		return nil
	}
	var out []Shift
	r := s.with(c)
	for t := from; t.Before(to); {
		shift, ok := r.shiftAt(t)
		if ok {
			out, t = append(out, shift), shift.End
			continue
		}
		if t = r.around(t).after; t.IsZero() {
			break
		}
	}
	return out
}

// Gaps are the stretches of [from, to) in which nobody is on call, in order. c may be nil.
func (s *Schedule) Gaps(from, to time.Time, c *Changes) []Interval {
	var out []Interval
	at := from
	for _, shift := range s.Shifts(from, to, c) {
		if at.Before(shift.Start) {
			out = append(out, Interval{at, shift.Start})
		}
		at = shift.End
	}
	if at.Before(to) {
		out = append(out, Interval{at, to})
	}
	return out
}

// roster is a schedule with what people changed in it.
type roster struct {
	layers  []*Layer
	changes *Changes
}

func (s *Schedule) with(c *Changes) *roster {
	r := &roster{changes: c.of(s.Name)}
	for i := range s.Layers {
		r.layers = append(r.layers, s.Layers[i].resolved(s.Zone))
	}
	return r
}

// at is who is on call at the instant: the first layer's that has somebody,
// then what overrides make of it, the later over the earlier.
func (r *roster) at(t time.Time) (d duty, ok bool) {
	d.override = -1
	rostered := ""
	for i, l := range r.layers {
		turn, person, whose, found := l.at(t, r.changes)
		if rostered == "" {
			rostered = whose
		}
		if found {
			d, ok = duty{layer: i, turn: turn, override: -1, person: person}, true
			if person != whose {
				d.cause, d.instead = ByAbsence, whose
			}
			break
		}
	}
	if r.changes == nil {
		return d, ok
	}
	for i := range r.changes.Overrides {
		o := &r.changes.Overrides[i]
		if !(Interval{o.Start, o.End}).Contains(t) || r.changes.Away(o.Person, t) {
			continue
		}
		if o.For == "" || ok && o.For == d.person || o.For == rostered {
			d, ok = duty{override: i, person: o.Person, cause: ByOverride, instead: o.For}, true
		}
	}
	return d, ok
}

// around are the nearest instants at which who is on call may change.
func (r *roster) around(t time.Time) nearest {
	near := nearest{t: t}
	for _, l := range r.layers {
		l.around(&near)
	}
	r.changes.edges(&near)
	return near
}

// farthest is how many changes a shift may last that do not touch it: an
// override of years over a rotation of hours.
const farthest = 100_000

// shiftAt is the whole shift around the instant.
func (r *roster) shiftAt(t time.Time) (Shift, bool) {
	d, ok := r.at(t)
	if !ok {
		return Shift{}, false
	}
	near := r.around(t)
	start, end := near.before, near.after
	for range farthest {
		if same, ok := r.at(start.Add(-1)); !ok || same != d {
			break
		}
		start = r.around(start.Add(-1)).before
	}
	for range farthest {
		if same, ok := r.at(end); !ok || same != d {
			break
		}
		end = r.around(end).after
	}
	shift := Shift{Person: d.person, Start: start.UTC(), End: end.UTC(), Cause: d.cause, For: d.instead}
	if d.override >= 0 {
		shift.Override = r.changes.Overrides[d.override].ID
	} else {
		shift.Layer = r.layers[d.layer].Name
	}
	return shift, true
}

// People are all who take turns in the schedule, each once, in their order.
func (s *Schedule) People() []string {
	var out []string
	for _, l := range s.Layers {
		for _, p := range l.Rotation.People {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}
