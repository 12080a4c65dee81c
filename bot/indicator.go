package bot

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/report"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// reportMonths is how many months are shown when none is named.
const reportMonths = 3

// Report shows the indicator of a month ("2026-11"), or of the last ones when
// none is named. Our own people.
func (d *Desk) Report(month string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	from, to, err := d.span("/report", month)
	if err != nil {
		return err
	}
	p, err := d.period(from, to)
	if err != nil {
		return err
	}
	asked, err := d.unanswered(p)
	if err != nil {
		return err
	}
	lang := d.Lang()
	months := report.ByMonth(d.cases(p), d.company.Zone)
	if len(months) == 0 {
		return d.Reply(Message{Text: text.T(lang, "report.none")})
	}
	m := Message{Title: text.T(lang, "report.title", "company", d.company.Name)}
	for _, r := range months {
		m.Items = append(m.Items, d.reportMonth(lang, r)...)
		m.Items = append(m.Items, d.reportGaps(lang, r.First, asked)...)
	}
	m.Footer = text.T(lang, "report.footer")
	return d.Reply(m)
}

// span is the month that was typed after the command, or the last ones.
func (d *Desk) span(command, month string) (from, to time.Time, err error) {
	y, mo, _ := d.now.In(d.company.Zone).Date()
	from = time.Date(y, mo-reportMonths+1, 1, 0, 0, 0, 0, d.company.Zone)
	to = time.Date(y, mo+1, 1, 0, 0, 0, 0, d.company.Zone)
	if month == "" {
		return from, to, nil
	}
	from, perr := time.ParseInLocation("2006-01", month, d.company.Zone)
	if perr != nil {
		return from, to, Refuse("refuse.month", "command", command, "value", month, "example", d.now.In(d.company.Zone).Format("2006-01"))
	}
	return from, from.AddDate(0, 1, 0), nil
}

// period is what was reported in [from, to).
type period struct {
	from, to  time.Time
	incidents []*incident.Incident
	histories map[int][]incident.Entry
}

func (d *Desk) period(from, to time.Time) (p period, err error) {
	p.from, p.to = from, to
	q := IncidentQuery{From: from, To: to}
	if p.incidents, err = d.tx.Incidents(d.ctx, q); err != nil {
		return p, err
	}
	p.histories, err = d.tx.Histories(d.ctx, q)
	return p, err
}

func (d *Desk) cases(p period) []report.Case {
	var out []report.Case
	for _, inc := range p.incidents {
		if inc.Drill {
			continue
		}
		s := stand(d.company, inc, p.histories[inc.Number], d.now)
		own := s.team
		for _, t := range s.handedOn {
			own = append(own, t.clocks...)
		}
		out = append(out, report.Case{
			Customer: inc.Customer, Team: inc.Team, ReportedAt: inc.ReportedAt, Status: inc.Status,
			Origin: inc.Origin, SelfService: inc.SelfService, Rating: inc.Rating,
			Clocks: s.clocks, Own: own,
		})
	}
	return out
}

// reportGaps says what found no article in a month.
func (d *Desk) reportGaps(lang company.Lang, first time.Time, asked []*asked) []Item {
	n, spent, seen := 0, time.Duration(0), map[int]bool{}
	for _, a := range asked {
		if a.search.At.Before(first) || !a.search.At.Before(first.AddDate(0, 1, 0)) {
			continue
		}
		n++
		if !seen[a.search.Incident] {
			seen[a.search.Incident] = true
			spent += a.spent
		}
	}
	if n == 0 {
		return nil
	}
	return []Item{{Title: text.T(lang, "report.gaps"), Body: text.T(lang, "report.gaps_line", "n", n, "spent", text.Duration(spent))}}
}

func (d *Desk) reportMonth(lang company.Lang, r report.Month) []Item {
	count := func(c report.Count) string {
		return text.T(lang, "report.count", "reported", c.Reported, "ours", c.Ours, "undetermined", c.Undetermined)
	}
	month := text.T(lang, "month."+fmt.Sprint(int(r.First.Month()))) + " " + fmt.Sprint(r.First.Year())
	out := []Item{{Title: month, Body: count(r.Total)}}
	for _, key := range slices.Sorted(maps.Keys(r.Customers)) {
		name := key
		if c := d.company.Customer(key); c != nil {
			name = c.Name
		}
		out = append(out, Item{Title: text.T(lang, "report.customer", "name", name), Body: count(r.Customers[key])})
	}
	for _, key := range slices.Sorted(maps.Keys(r.Teams)) {
		name := key
		if t := d.company.Team(key); t != nil {
			name = t.Name
		}
		out = append(out, Item{Title: text.T(lang, "report.team", "name", name), Body: count(r.Teams[key])})
	}
	out = append(out, reportVerdicts(lang, "clock.", r.Clocks)...)
	out = append(out, reportVerdicts(lang, "clock.team_", r.Own)...)
	if r.SelfService > 0 {
		out = append(out, Item{Title: text.T(lang, "report.self_service"), Body: fmt.Sprint(r.SelfService)})
	}
	if r.Ratings > 0 {
		out = append(out, Item{Title: text.T(lang, "report.rating"), Body: text.T(lang, "report.rating_line",
			"mean", text.Decimal(lang, float64(r.Stars)/float64(r.Ratings)), "n", r.Ratings)})
	}
	return out
}

// reportVerdicts tells of each commitment how many were kept, and how many breaches
// were excused.
func reportVerdicts(lang company.Lang, label string, verdicts map[sla.Name]report.Verdicts) []Item {
	var out []Item
	for _, name := range sla.Names {
		v := verdicts[name]
		share, ok := v.Share()
		var body []string
		if ok {
			body = append(body, text.T(lang, "report.met", "met", v.Met, "all", v.Met+v.Breached, "share", fmt.Sprintf("%.0f", share*100)))
		}
		if v.Excused > 0 {
			body = append(body, text.T(lang, "report.excused", "n", v.Excused))
		}
		if len(body) > 0 {
			out = append(out, Item{Title: text.T(lang, label+string(name)), Body: strings.Join(body, " · ")})
		}
	}
	return out
}
