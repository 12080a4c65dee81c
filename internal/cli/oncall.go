package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/oncall"
	"sereno/bot/text"
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

Times are those of the schedule's zone, of two schedules that of the first; with
--json they are UTC, in one object:
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
				return usage("cli.oncall.days", "days", days, "max", maxRosterDays)
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
					return usage("cli.oncall.from", "from", text.Literal(from))
				}
				begin = m.Begin(zoneOf(schedules, co), begin)
			}
			r := rosterOf(schedules, co.Roster(nil), begin.UTC().Truncate(time.Second), days)
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(r)
			}
			return r.print(c.OutOrStdout(), p.lang(), schedules)
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
	return nil, usage("cli.oncall.no_schedule", "name", text.Literal(name), "names", strings.Join(names, ", "))
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
func (r rosterJSON) print(w io.Writer, lang company.Lang, schedules []*oncall.Schedule) error {
	var b strings.Builder
	line := func(zone *time.Location, at spanJSON, what string) {
		fmt.Fprintf(&b, "  %s – %s  %s\n", dayAndTime(lang, at.Start.In(zone)), dayAndTime(lang, at.End.In(zone)), what)
	}
	nobody := text.T(lang, "cli.oncall.gap")
	for i, s := range r.Schedules {
		zone, key := schedules[i].Zone, "cli.oncall.nobody"
		if s.Now != "" {
			key = "cli.oncall.now"
		}
		fmt.Fprintln(&b, text.T(lang, key, "schedule", s.Name, "zone", s.Zone, "person", s.Now, "at", r.From.In(zone).Format("2006-01-02 15:04")))
		gaps := s.Gaps
		for _, shift := range s.Shifts {
			for len(gaps) > 0 && gaps[0].Start.Before(shift.Start) {
				line(zone, gaps[0], nobody)
				gaps = gaps[1:]
			}
			who := shift.Person
			if shift.Layer != "" {
				who += " (" + shift.Layer + ")"
			}
			line(zone, shift.spanJSON, who)
		}
		for _, g := range gaps {
			line(zone, g, nobody)
		}
		fmt.Fprintf(&b, "  %s\n\n", text.T(lang, "cli.oncall.gaps", "gaps", len(s.Gaps), "days", int(r.To.Sub(r.From)/(24*time.Hour))))
	}
	for _, d := range r.Double { // in the zone of the first of the two
		i := slices.IndexFunc(schedules, func(s *oncall.Schedule) bool { return s.Name == d.Schedules[0] })
		zone := schedules[i].Zone
		line(zone, d.spanJSON, text.T(lang, "cli.oncall.double", "person", d.Person, "one", d.Schedules[0], "other", d.Schedules[1], "zone", zone))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// dayAndTime is a wall time with its day: "Mon 2026-11-23 09:00".
func dayAndTime(lang company.Lang, t time.Time) string {
	return text.T(lang, "weekday."+strings.ToLower(t.Weekday().String()[:3])) + " " + t.Format("2006-01-02 15:04")
}
