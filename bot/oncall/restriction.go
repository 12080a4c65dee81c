package oncall

import (
	"slices"
	"time"

	"sereno/bot/civil"
)

// on is the stretch of the restriction that begins on the date; false when none does.
func (r *Restriction) on(d Date, zone *time.Location) (Interval, bool) {
	if !r.Days[d.Weekday()] {
		return Interval{}, false
	}
	i := Interval{civil.Resolve(zone, d, r.From).Reached(), civil.Last(zone, d, r.To)}
	return i, i.Start.Before(i.End)
}

// within reports whether the instant lies in any of the restrictions.
func within(all []Restriction, zone *time.Location, t time.Time) bool {
	today := civil.DateOf(t, zone)
	for i := range all {
		// One that began on the day before may last; and clocks that went back over
		// midnight show yesterday again.
		for days := -2; days <= 1; days++ {
			if at, ok := all[i].on(today.AddDays(days), zone); ok && at.Contains(t) {
				return true
			}
		}
	}
	return false
}

// edges adds where restrictions begin and end around the instant: those of the
// week before and after it, so that the nearest on either side is among them.
func edges(all []Restriction, zone *time.Location, near *nearest) {
	today := civil.DateOf(near.t, zone)
	for i := range all {
		for days := -9; days <= 8; days++ {
			if at, ok := all[i].on(today.AddDays(days), zone); ok {
				near.add(at.Start)
				near.add(at.End)
			}
		}
	}
}

// Window is weekly hours on the wall clock of a zone.
type Window struct {
	Zone  *time.Location
	Hours []Restriction
}

func (w *Window) same(o *Window) bool {
	return w == o || w != nil && o != nil && w.Zone.String() == o.Zone.String() && slices.Equal(w.Hours, o.Hours)
}

// Contains reports whether the instant lies in any of the hours. The nil
// Window contains nothing.
func (w *Window) Contains(t time.Time) bool {
	return w != nil && w.Zone != nil && within(w.Hours, w.Zone, t)
}

// Until is when the hours that contain the instant end, those that follow at once
// included; false when none contain it. Hours without an end are told for a week.
func (w *Window) Until(t time.Time) (end time.Time, ok bool) {
	if !w.Contains(t) {
		return end, false
	}
	for end = t; w.Contains(end) && end.Sub(t) < 7*24*time.Hour; {
		end = w.endOf(end)
	}
	return end, true
}

// endOf is the latest end of the hours that contain the instant.
func (w *Window) endOf(t time.Time) time.Time {
	end, today := t, civil.DateOf(t, w.Zone)
	for i := range w.Hours {
		for days := -2; days <= 1; days++ {
			if at, ok := w.Hours[i].on(today.AddDays(days), w.Zone); ok && at.Contains(t) && at.End.After(end) {
				end = at.End
			}
		}
	}
	return end
}
