// Package report computes the indicator of the support procedure: incidents
// reported by customers, how many of them originated with us, per team, and
// how many commitments were met. Pure values.
package report

import (
	"slices"
	"time"

	"sereno/bot/incident"
	"sereno/bot/sla"
)

// Case is one incident as the indicator counts it.
type Case struct {
	Customer, Team string
	ReportedAt     time.Time
	Status         incident.Status
	Origin         incident.Origin
	SelfService    bool
	Rating         int
	// Clocks are the commitments to the customer, Own the own targets of the teams that
	// have had it.
	Clocks, Own []sla.Clock
}

// Count is how many incidents were reported, and whose failure they were.
type Count struct {
	Reported, Ours, Undetermined int
}

// Verdicts counts commitments that have ended; a breach that was excused is in no share.
type Verdicts struct{ Met, Breached, Excused int }

// Month is the indicator of one calendar month.
type Month struct {
	// First is the first day of the month, at midnight in the company's zone.
	First time.Time
	Total Count
	// Customers and Teams are keyed by their keys in the configuration.
	Customers, Teams map[string]Count
	// Clocks holds the verdicts per commitment.
	Clocks map[sla.Name]Verdicts
	// Own are those of the teams' own targets.
	Own         map[sla.Name]Verdicts
	SelfService int
	// Ratings counts those given; Stars is their sum.
	Ratings, Stars int
}

// Share is the share of met among met and breached, from 0 to 1; false when
// none has ended.
func (v Verdicts) Share() (float64, bool) {
	if v.Met+v.Breached == 0 {
		return 0, false
	}
	return float64(v.Met) / float64(v.Met+v.Breached), true
}

// ByMonth computes the indicator of each month in which an incident was
// reported, in the company's zone, the newest first. Merged incidents and those that
// were none are not counted (they were reported by nobody, or twice).
func ByMonth(cases []Case, zone *time.Location) []Month {
	months := map[string]*Month{}
	for _, c := range cases {
		if c.Status == incident.Merged || c.Status == incident.Cancelled {
			continue
		}
		y, m, _ := c.ReportedAt.In(zone).Date()
		first := time.Date(y, m, 1, 0, 0, 0, 0, zone)
		key := first.Format("2006-01")
		if months[key] == nil {
			months[key] = &Month{
				First: first, Customers: map[string]Count{}, Teams: map[string]Count{}, Clocks: map[sla.Name]Verdicts{},
				Own: map[sla.Name]Verdicts{},
			}
		}
		months[key].add(c)
	}
	var out []Month
	for _, m := range months {
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b Month) int { return b.First.Compare(a.First) })
	return out
}

func (m *Month) add(c Case) {
	m.Total = m.Total.with(c)
	m.Customers[c.Customer] = m.Customers[c.Customer].with(c)
	m.Teams[c.Team] = m.Teams[c.Team].with(c)
	count(m.Clocks, c.Clocks)
	count(m.Own, c.Own)
	if c.SelfService {
		m.SelfService++
	}
	if c.Rating > 0 {
		m.Ratings++
		m.Stars += c.Rating
	}
}

func count(into map[sla.Name]Verdicts, clocks []sla.Clock) {
	for _, k := range clocks {
		v := into[k.Name]
		switch k.State {
		case sla.Met:
			v.Met++
		case sla.Breached:
			v.Breached++
		case sla.Excused:
			v.Excused++
		default:
			continue
		}
		into[k.Name] = v
	}
}

func (n Count) with(c Case) Count {
	n.Reported++
	switch c.Origin {
	case incident.Ours:
		n.Ours++
	case incident.Undetermined:
		n.Undetermined++
	}
	return n
}
