package oncall

import (
	"slices"
	"time"
)

// Double is a stretch in which a person is on call on two schedules at once.
type Double struct {
	Person     string
	Schedules  [2]string
	Start, End time.Time
}

// DoubleBookings are the stretches of [from, to) in which somebody is on call on
// two of the schedules at once, by their start. c may be nil.
func DoubleBookings(schedules []*Schedule, from, to time.Time, c *Changes) []Double {
	var out []Double
	all := make([][]Shift, len(schedules))
	for i, s := range schedules {
		all[i] = s.Shifts(from, to, c)
		for j, other := range schedules[:i] {
			for _, b := range all[i] {
				for _, a := range all[j] {
					start, end := latest(from, a.Start, b.Start), earliest(to, a.End, b.End)
					if a.Person == b.Person && start.Before(end) {
						out = append(out, Double{a.Person, [2]string{other.Name, s.Name}, start, end})
					}
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Double) int { return a.Start.Compare(b.Start) })
	return out
}

func latest(all ...time.Time) time.Time { return slices.MaxFunc(all, time.Time.Compare) }

func earliest(all ...time.Time) time.Time { return slices.MinFunc(all, time.Time.Compare) }
