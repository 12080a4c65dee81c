package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/oncall"
	"sereno/bot/when"
)

// maxRosterDays bounds how far ahead shifts are listed.
const maxRosterDays = 366

func (p Process) oncall() *cobra.Command {
	var path, schedule, from string
	var days int
	var asJSON bool
	c := &cobra.Command{
		Use:   "oncall",
		Short: "Print who is on call, and when nobody is",
		Long: `Prints who is on call now, the shifts to come and the gaps, of every schedule of a
configuration or of the sample company, and who is on two schedules at once. It
reads the document alone: overrides, swaps and vacations, which people make in
chat, are not in it (“/oncall schedule” shows them).

Times are those of the schedule's zone; with --json they are UTC, in one object:
  {"from":"…","to":"…","schedules":[{"name":"payments-oncall","zone":"…","now":"ana","until":"…",
    "shifts":[{"person":"ana","start":"…","end":"…"}],"gaps":[{"start":"…","end":"…"}]}],"double":[]}

Use it to try a rotation before it goes live, and to see what a change of clocks
does to it. Exit status 0 whether or not there are gaps; “sereno check” judges.`,
		Example: `  sereno oncall --config sereno.yaml
  sereno oncall --config sereno.yaml --schedule payments-oncall --from 2026-12-21 --days 14
  sereno oncall --json`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			if days < 1 || days > maxRosterDays {
				return usagef("--days %d: write a number from 1 to %d", days, maxRosterDays)
			}
			co, err := p.roster(path)
			if err != nil {
				return err
			}
			schedules := co.Schedules
			if schedule != "" {
				s, err := scheduleOf(co, schedule)
				if err != nil {
					return err
				}
				schedules = []*oncall.Schedule{s}
			}
			begin := time.Now()
			if from != "" {
				m, ok := when.Parse(from)
				if !ok {
					return usagef("--from %q: write a day or an instant, such as 2026-12-21, 2026-12-21T09:00 or 2026-12-21T09:00:00Z", from)
				}
				begin = m.Begin(zoneOf(schedules, co), begin)
			}
			r := rosterOf(schedules, co.Roster(nil), begin.UTC().Truncate(time.Second), days)
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(r)
			}
			return r.print(c.OutOrStdout(), schedules)
		},
	}
	c.Flags().StringVar(&path, "config", "", "the configuration; without it, the sample company's")
	c.Flags().StringVar(&schedule, "schedule", "", "only this schedule, by its name or its team's")
	c.Flags().StringVar(&from, "from", "", "from this day or instant on; without it, now")
	c.Flags().IntVar(&days, "days", 30, "how many days")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// roster is the company of a configuration; its secrets are not needed.
func (p Process) roster(path string) (*company.Company, error) {
	if path == "" {
		return config.Sample().Company, nil
	}
	conf, err := config.Load(path, p.Env, config.KeepReferences())
	if err != nil {
		return nil, err
	}
	return conf.Company, nil
}

func scheduleOf(co *company.Company, name string) (*oncall.Schedule, error) {
	if s := co.Schedule(name); s != nil {
		return s, nil
	}
	if t := co.Team(name); t != nil && t.Schedule != nil {
		return t.Schedule, nil
	}
	var names []string
	for _, s := range co.Schedules {
		names = append(names, s.Name)
	}
	return nil, usagef("there is no schedule %q; there are: %s", name, strings.Join(names, ", "))
}

// zoneOf is the zone in which --from is read.
func zoneOf(schedules []*oncall.Schedule, co *company.Company) *time.Location {
	if len(schedules) == 1 {
		return schedules[0].Zone
	}
	return co.Zone
}

// rosterJSON is what --json prints; instants are UTC.
type rosterJSON struct {
	From      time.Time      `json:"from"`
	To        time.Time      `json:"to"`
	Schedules []scheduleJSON `json:"schedules"`
	Double    []doubleJSON   `json:"double"`
}

type scheduleJSON struct {
	Name string `json:"name"`
	Zone string `json:"zone"`
	// Now is who is on call at From, "" when nobody is; Until when that ends.
	Now    string      `json:"now"`
	Until  *time.Time  `json:"until,omitempty"`
	Shifts []shiftJSON `json:"shifts"`
	Gaps   []spanJSON  `json:"gaps"`
}

type spanJSON struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

type shiftJSON struct {
	Person string `json:"person"`
	Layer  string `json:"layer,omitempty"`
	spanJSON
}

type doubleJSON struct {
	Person    string    `json:"person"`
	Schedules [2]string `json:"schedules"`
	spanJSON
}

func rosterOf(schedules []*oncall.Schedule, changes *oncall.Changes, from time.Time, days int) rosterJSON {
	to := from.Add(time.Duration(days) * 24 * time.Hour)
	r := rosterJSON{From: from, To: to, Schedules: []scheduleJSON{}, Double: []doubleJSON{}}
	for _, s := range schedules {
		x := scheduleJSON{Name: s.Name, Zone: s.Zone.String(), Shifts: []shiftJSON{}, Gaps: []spanJSON{}}
		if now, ok := s.OnCallAt(from, changes); ok {
			x.Now, x.Until = now.Person, &now.End
		}
		for _, shift := range s.Shifts(from, to, changes) {
			x.Shifts = append(x.Shifts, shiftJSON{shift.Person, shift.Layer, spanJSON{shift.Start, shift.End}})
		}
		for _, g := range s.Gaps(from, to, changes) {
			x.Gaps = append(x.Gaps, spanJSON{g.Start.UTC(), g.End.UTC()})
		}
		r.Schedules = append(r.Schedules, x)
	}
	for _, d := range oncall.DoubleBookings(schedules, from, to, changes) {
		r.Double = append(r.Double, doubleJSON{d.Person, d.Schedules, spanJSON{d.Start, d.End}})
	}
	return r
}

// print writes the roster as people read it, each schedule in its own zone.
func (r rosterJSON) print(w io.Writer, schedules []*oncall.Schedule) error {
	var b strings.Builder
	line := func(zone *time.Location, at spanJSON, what string) {
		const layout = "Mon 2006-01-02 15:04"
		fmt.Fprintf(&b, "  %s – %s  %s\n", at.Start.In(zone).Format(layout), at.End.In(zone).Format(layout), what)
	}
	for i, s := range r.Schedules {
		zone, now := schedules[i].Zone, "nobody"
		if s.Now != "" {
			now = s.Now
		}
		fmt.Fprintf(&b, "%s (%s): %s is on call at %s\n", s.Name, s.Zone, now, r.From.In(zone).Format("2006-01-02 15:04"))
		gaps := s.Gaps
		for _, shift := range s.Shifts {
			for len(gaps) > 0 && gaps[0].Start.Before(shift.Start) {
				line(zone, gaps[0], "NOBODY")
				gaps = gaps[1:]
			}
			who := shift.Person
			if shift.Layer != "" {
				who += " (" + shift.Layer + ")"
			}
			line(zone, shift.spanJSON, who)
		}
		for _, g := range gaps {
			line(zone, g, "NOBODY")
		}
		fmt.Fprintf(&b, "  %s in %s\n\n", count(len(s.Gaps), "gap", "gaps"), count(int(r.To.Sub(r.From)/(24*time.Hour)), "day", "days"))
	}
	for _, d := range r.Double {
		line(time.UTC, d.spanJSON, fmt.Sprintf("%s is on call on %s and %s at once (UTC)", d.Person, d.Schedules[0], d.Schedules[1]))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
