package ical

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	rfc "github.com/emersion/go-ical"

	"sereno/bot/text"
)

// What a calendar may hold at most: more is a mistake or an attack.
const (
	maxLines       = 500_000
	maxLine        = 1 << 20 // bytes, folded or not
	maxOccurrences = 20_000  // in the span asked for, of all events
)

// Read answers what happens in the calendar within [from, to): each occurrence
// of each event that lies in it at least in part, by its start. Events that recur
// yearly, monthly, weekly or daily are expanded, with their exceptions; cancelled
// ones are left out. Times without a zone are read in the zone. An error of what
// is written there is a *ReadError.
func Read(r io.Reader, zone *time.Location, from, to time.Time) ([]Event, error) {
	return ReadOnly(r, zone, from, to, func(Event) bool { return true })
}

// ReadOnly is Read of those events alone that are wanted by what they are called
// and marked as; when the others are, need not be understood. wanted is given no
// times.
func ReadOnly(r io.Reader, zone *time.Location, from, to time.Time, wanted func(Event) bool) ([]Event, error) {
	components, err := scan(r)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{} // the UIDs of those that are wanted
	for _, c := range components {
		if c.marks = c.named(); wanted(c.marks) {
			c.wanted, known[c.marks.UID] = true, true
		}
	}
	var events []*series
	moved := map[place]bool{}
	for _, c := range components {
		// An occurrence that has another name by now does not take place under the old one.
		if !c.wanted && (!known[c.marks.UID] || c.one(rfc.PropRecurrenceID) == nil) {
			continue
		}
		s, err := c.event(zone)
		if err != nil {
			return nil, err
		}
		if !s.instead.IsZero() {
			moved[place{s.UID, s.instead.Unix()}] = true
		}
		if c.wanted {
			events = append(events, s)
		}
	}
	var out []Event
	for _, s := range events {
		all, err := s.occurrences(from, to, moved)
		if err != nil {
			return nil, err
		}
		if out = append(out, all...); len(out) > maxOccurrences {
			return nil, wrong(s.line, "ical.many_events", "n", maxOccurrences)
		}
	}
	slices.SortStableFunc(out, func(a, b Event) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.UID, b.UID))
	})
	return out, nil
}

// property is a line of an event, with the number of the line where it begins.
type property struct {
	*rfc.Prop
	line int
}

// component is a VEVENT as written.
type component struct {
	line   int
	props  map[string][]*property
	marks  Event // without its times
	wanted bool
}

func (c *component) one(name string) *property {
	if all := c.props[name]; len(all) > 0 {
		return all[0]
	}
	return nil
}

func (c *component) value(name string) string {
	if p := c.one(name); p != nil {
		return p.Value
	}
	return ""
}

// scan finds the events. Every other component is checked for its brackets alone.
func scan(r io.Reader) ([]*component, error) {
	var out []*component
	var open []string
	var event *component
	calendars := 0
	last, err := lines(r, func(number int, text string) error {
		name, value, _ := strings.Cut(text, ":")
		name, value = strings.ToUpper(strings.TrimSpace(name)), strings.TrimSpace(value)
		var prop *rfc.Prop
		if name != "BEGIN" && name != "END" {
			if prop = parse(text); prop == nil {
				return wrong(number, "ical.not_a_line", "text", shorten(text))
			}
			name = prop.Name
		}
		switch {
		case name == "BEGIN":
			value = strings.ToUpper(value)
			if len(open) == 0 && value != "VCALENDAR" {
				return wrong(number, "ical.begin", "text", shorten(value))
			}
			if open = append(open, value); len(open) > 8 {
				return wrong(number, "ical.deep")
			}
			if value == "VEVENT" && len(open) == 2 {
				event = &component{line: number, props: map[string][]*property{}}
			}
		case name == "END":
			value = strings.ToUpper(value)
			if len(open) == 0 || open[len(open)-1] != value {
				return wrong(number, "ical.end", "text", shorten(value))
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				calendars++
			}
			if event != nil && len(open) == 1 {
				out, event = append(out, event), nil
			}
		case len(open) == 0:
			return wrong(number, "ical.before", "text", shorten(text))
		case event != nil && len(open) == 2:
			event.props[name] = append(event.props[name], &property{prop, number})
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(open) > 0:
		return nil, wrong(last, "ical.open", "text", shorten(open[len(open)-1]))
	case calendars == 0:
		return nil, wrong(max(last, 1), "ical.no_calendar")
	}
	return out, nil
}

// parse reads a line other than BEGIN and END; nil when it is none of a calendar.
// The library reads whole calendars, so it is given one, and panics on some lines.
func parse(line string) (p *rfc.Prop) {
	defer func() {
		if recover() != nil {
			p = nil
		}
	}()
	c, err := rfc.NewDecoder(strings.NewReader("BEGIN:VCALENDAR\r\n" + line + "\r\nEND:VCALENDAR\r\n")).Decode()
	if err != nil || len(c.Props) != 1 || len(c.Children) != 0 {
		return nil
	}
	for _, all := range c.Props {
		p = &all[0]
	}
	return p
}

// lines gives each logical line (RFC 5545, 3.1: a line that begins with a blank
// continues the one before) with the number of the line where it begins; last is
// the number of the last.
func lines(r io.Reader, each func(number int, text string) error) (last int, err error) {
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxLine)
	begun, number := "", 0
	flush := func() error {
		if strings.TrimSpace(begun) == "" {
			return nil
		}
		return each(number, begun)
	}
	for in.Scan() {
		text := strings.TrimSuffix(in.Text(), "\r")
		if last++; last > maxLines {
			return last, wrong(last, "ical.many_lines", "n", maxLines)
		}
		if last == 1 {
			text = strings.TrimPrefix(text, "\uFEFF")
		}
		if number > 0 && text != "" && (text[0] == ' ' || text[0] == '\t') {
			if len(begun)+len(text) > maxLine {
				return last, wrong(last, "ical.long_line", "n", maxLine)
			}
			begun += text[1:]
			continue
		}
		if err := flush(); err != nil {
			return last, err
		}
		begun, number = text, last
	}
	if err := in.Err(); err != nil {
		return last, &ReadError{last + 1, text.WrapError(err, "ical.unread")}
	}
	return last, flush()
}

// shorten bounds what an error repeats of the calendar.
func shorten(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return text.Literal(string(r[:most])) + "…"
	}
	return text.Literal(s)
}
