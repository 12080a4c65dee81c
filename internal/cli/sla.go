package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/sla"
	"sereno/bot/text"
)

const instantsAndPauses = `INSTANT is RFC 3339 (2026-11-25T14:00:00Z, 2026-11-25T11:00:00-03:00) or the time
that the wall clocks of the calendar's zone show (2026-11-25T11:00, with seconds
2026-11-25T11:00:30). Where clocks are put forward, a time that they skip is moved
on by as much; of one that they show twice, it is the first.

A --pause FROM/TO is time that does not count, as while the customer is waited
for. There can be several, in any order; what overlaps is left out once.

The calendar is one of the configuration's, of which nothing else is looked at; of
the sample company's when --config is left out: office-ar, office-ny, always.`

func (p Process) sla() *cobra.Command {
	c := &cobra.Command{
		Use:   "sla",
		Short: "Try the arithmetic of deadlines: when something is due, and how much time has counted",
		Long: `Counts business time in a calendar, as the clocks of incidents do: for those who
negotiate contracts and want to see what they promise.`,
		Example: `  sereno sla due --calendar office-ar --from 2026-11-25T10:00 --add 8h
  sereno sla elapsed --calendar office-ar --from 2026-11-25T10:00 --to 2026-11-26T12:00 --explain`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.SuggestionsMinimumDistance = 2
	c.AddCommand(p.slaDue(), p.slaElapsed(), p.slaMoves())
	return c
}

func (p Process) slaDue() *cobra.Command {
	var q question
	var length string
	c := &cobra.Command{
		Use:   "due",
		Short: "Print the instant by which some business time has gone by",
		Long: `Prints when a promise is due that was made at one instant and is to be kept within
a duration of business time. What is due exactly at closing time is due then, not
at the next opening.

DURATION is business time, as 1h30m, 45m, 60s, or days: 3d is the same wall time
on the third day with opening hours from there (the nearest time at which that day is
open, where it is not open then). 1d2h is a day, and two hours from there. After a
minus it is counted back: --add=-8h is the latest instant from which eight hours
go by.

` + instantsAndPauses,
		Example: `  sereno sla due --calendar office-ar --from 2026-11-25T10:00 --add 1h
  sereno sla due --calendar office-ar --from 2026-11-20T17:00 --add 4h --json
  sereno sla due --calendar office-ny --from 2026-11-25T15:00:00Z --add 3d
  sereno sla due --calendar office-ar --from 2026-11-25T10:00 --add 8h \
      --pause 2026-11-25T11:00/2026-11-25T12:30 --explain
  sereno sla due --config sereno.yaml --calendar office --from 2026-11-25T10:00 --add 8h`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			calendar, from, err := p.ask(&q)
			if err != nil {
				return err
			}
			if length == "" {
				return usage("cli.sla.no_add")
			}
			days, rest, err := parseAmount(length)
			if err != nil {
				return err
			}
			due, err := after(calendar, from, days, rest, q.spans)
			if err != nil {
				return usage("cli.sla.no_opening", "calendar", calendar.Name(), "add", length)
			}
			return p.answerDue(c.OutOrStdout(), &q, calendar, from, due)
		},
	}
	q.flags(c)
	c.Flags().StringVar(&length, "add", "", "the business time to add: 1h30m, 45m, 60s, 3d (DURATION)")
	return c
}

func (p Process) slaElapsed() *cobra.Command {
	var q question
	var end string
	c := &cobra.Command{
		Use:   "elapsed",
		Short: "Print how much business time lies between two instants",
		Long: `Prints the business time from one instant to another, to the second.

` + instantsAndPauses,
		Example: `  sereno sla elapsed --calendar office-ar --from 2026-11-25T17:30 --to 2026-11-26T09:30
  sereno sla elapsed --calendar always --from 2026-11-25T14:00:00Z --to 2026-11-25T15:00:00Z --json
  sereno sla elapsed --calendar office-ny --from 2026-11-25T15:00 --to 2026-11-27T10:00 \
      --pause 2026-11-25T15:30/2026-11-25T16:00 --explain`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			calendar, from, err := p.ask(&q)
			if err != nil {
				return err
			}
			if end == "" {
				return usage("cli.sla.no_to")
			}
			to, err := parseInstant("--to", end, calendar)
			if err != nil {
				return err
			}
			if to.Before(from) {
				return usage("cli.sla.backwards", "to", end, "from", q.from)
			}
			if calendar.Between(from, to) == math.MaxInt64 {
				return usage("cli.sla.too_far", "from", q.from, "to", end)
			}
			return p.answerElapsed(c.OutOrStdout(), &q, calendar, from, to)
		},
	}
	q.flags(c)
	c.Flags().StringVar(&end, "to", "", "until when to count (INSTANT)")
	return c
}

// question is what both commands are asked.
type question struct {
	config, calendar, from string
	pauses                 []string
	json, explain          bool
	spans                  []sla.Interval
}

func (q *question) flags(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&q.config, "config", "", "the configuration that has the calendar; the sample company's when left out")
	f.StringVar(&q.calendar, "calendar", "", "the calendar to count in (NAME)")
	f.StringVar(&q.from, "from", "", "from when to count (INSTANT)")
	f.StringArrayVar(&q.pauses, "pause", nil, "time that does not count (FROM/TO); may be given several times")
	f.BoolVar(&q.json, "json", false, "print one JSON object")
	f.BoolVar(&q.explain, "explain", false, "print the arithmetic, line by line")
}

// ask reads what the question is about.
func (p Process) ask(q *question) (*sla.Calendar, time.Time, error) {
	calendars := config.Sample().Company.Calendars
	if q.config != "" {
		var err error
		if calendars, err = config.LoadCalendars(q.config, p.Env); err != nil {
			return nil, time.Time{}, err
		}
	}
	calendar, err := calendarOf(calendars, q.calendar)
	if err != nil {
		return nil, time.Time{}, err
	}
	if q.from == "" {
		return nil, time.Time{}, usage("cli.sla.no_from")
	}
	from, err := parseInstant("--from", q.from, calendar)
	if err != nil {
		return nil, time.Time{}, err
	}
	for _, s := range q.pauses {
		span, err := parsePause(s, calendar)
		if err != nil {
			return nil, time.Time{}, err
		}
		q.spans = append(q.spans, span)
	}
	return calendar, from, nil
}

func calendarOf(calendars []*sla.Calendar, name string) (*sla.Calendar, error) {
	var names []string
	for _, known := range calendars {
		if known.Name() == name {
			return known, nil
		}
		names = append(names, known.Name())
	}
	slices.Sort(names)
	there := strings.Join(names, ", ")
	switch {
	case len(names) == 0:
		return nil, usage("cli.sla.no_calendars")
	case name == "":
		return nil, usage("cli.sla.which_calendar", "first", names[0], "names", there)
	}
	return nil, usage("cli.sla.no_calendar", "name", text.Literal(name), "names", there)
}

func parsePause(s string, c *sla.Calendar) (sla.Interval, error) {
	from, to, both := strings.Cut(s, "/")
	if !both || from == "" || to == "" {
		return sla.Interval{}, usage("cli.sla.pause", "pause", text.Literal(s))
	}
	start, err := parseInstant("--pause", from, c)
	if err != nil {
		return sla.Interval{}, err
	}
	end, err := parseInstant("--pause", to, c)
	if err != nil {
		return sla.Interval{}, err
	}
	if end.Before(start) {
		return sla.Interval{}, usage("cli.sla.pause_backwards", "pause", text.Literal(s))
	}
	return sla.Interval{Start: start, End: end}, nil
}

// parseInstant reads RFC 3339, or a wall time of the calendar.
func parseInstant(flag, s string, c *sla.Calendar) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(s)); err == nil { // it allows t and z
		return t.UTC(), nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return c.Wall(t), nil
		}
	}
	return time.Time{}, usage("cli.sla.instant", "flag", flag, "value", text.Literal(s), "zone", c.Zone())
}

// amountForm is how business time is written, however much of it.
var amountForm = regexp.MustCompile(`^[-+]?(\d+d)?((\d+\.?\d*|\.\d+)(h|m|s|ms|us|µs|μs|ns))*$`)

// parseAmount reads business time: days, and what comes on top of them.
func parseAmount(s string) (days int, rest time.Duration, err error) {
	wrong := usage("cli.sla.add", "add", text.Literal(s))
	if amountForm.MatchString(s) {
		wrong = usage("cli.sla.add_long", "add", s, "hours", int64(math.MaxInt64/time.Hour), "days", math.MaxInt32)
	}
	sign, body := 1, s
	switch {
	case strings.HasPrefix(s, "-"):
		sign, body = -1, s[1:]
	case strings.HasPrefix(s, "+"):
		body = s[1:]
	}
	if number, after, ok := strings.Cut(body, "d"); ok {
		n, err := strconv.ParseUint(number, 10, 31)
		if err != nil {
			return 0, 0, wrong
		}
		days, body = int(n), after
	}
	switch {
	case body != "":
		if rest, err = time.ParseDuration(body); err != nil || body[0] == '-' || body[0] == '+' {
			return 0, 0, wrong
		}
	case !strings.Contains(s, "d"):
		return 0, 0, usage("cli.sla.add", "add", text.Literal(s))
	}
	return sign * days, time.Duration(sign) * rest, nil
}

// after is the instant that lies so many business days and so much business time
// after another, pauses left out.
func after(c *sla.Calendar, from time.Time, days int, rest time.Duration, pauses []sla.Interval) (time.Time, error) {
	counted := c.Without(pauses...)
	due := from
	if days != 0 {
		var err error
		if due, err = counted.AddDays(from, days); err != nil {
			return time.Time{}, err
		}
	}
	return counted.Add(due, rest)
}

func (p Process) answerDue(out io.Writer, q *question, c *sla.Calendar, from, due time.Time) error {
	zone := c.ZoneAt(due)
	if q.json {
		return json.NewEncoder(out).Encode(struct {
			Due   string     `json:"due"`
			Local string     `json:"local"`
			Lines []jsonLine `json:"lines,omitempty"`
		}{due.UTC().Format(time.RFC3339Nano), due.In(zone).Format(time.RFC3339Nano), q.lines(c, from, due)})
	}
	if err := q.arithmetic(out, p.lang(), c, from, due); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s (%s)\n", due.In(zone).Format(time.RFC3339Nano), due.UTC().Format(time.RFC3339Nano))
	return err
}

func (p Process) answerElapsed(out io.Writer, q *question, c *sla.Calendar, from, to time.Time) error {
	elapsed := c.Without(q.spans...).Between(from, to)
	if q.json {
		return json.NewEncoder(out).Encode(struct {
			Elapsed json.Number `json:"elapsed_s"`
			Lines   []jsonLine  `json:"lines,omitempty"`
		}{seconds(elapsed), q.lines(c, from, to)})
	}
	if err := q.arithmetic(out, p.lang(), c, from, to); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s (%s s)\n", text.Exact(elapsed), seconds(elapsed))
	return err
}

// seconds are those of a duration, to the nanosecond.
func seconds(d time.Duration) json.Number {
	return json.Number(strconv.FormatFloat(d.Seconds(), 'f', -1, 64))
}

// jsonLine is a line of the arithmetic.
type jsonLine struct {
	From    time.Time   `json:"from"`
	To      time.Time   `json:"to"`
	Kind    string      `json:"kind"` // counted, closed, paused
	Counted json.Number `json:"counted_s"`
}

// lines are those of the arithmetic where it was asked for.
func (q *question) lines(c *sla.Calendar, from, to time.Time) []jsonLine {
	if !q.explain {
		return nil
	}
	var out []jsonLine
	for l := range q.between(c, from, to) {
		out = append(out, jsonLine{l.From, l.To, string(l.Kind), seconds(l.Amount())})
	}
	return out
}

// between are the lines between two instants, whichever is the earlier.
func (q *question) between(c *sla.Calendar, a, b time.Time) iter.Seq[sla.Line] {
	if b.Before(a) {
		a, b = b, a
	}
	return c.Without(q.spans...).Lines(a, b)
}

// arithmetic prints the lines in words where they were asked for.
func (q *question) arithmetic(out io.Writer, lang company.Lang, c *sla.Calendar, from, to time.Time) error {
	if !q.explain {
		return nil
	}
	for _, line := range text.Arithmetic(lang, c.ZoneAt(to), q.between(c, from, to)) {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}
