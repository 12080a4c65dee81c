package demo

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// farthest is how far one step of the clock may go: a slip of the finger must
// not play a hundred years.
const farthest = 366 * 24 * time.Hour

var stepPart = regexp.MustCompile(`^(\d{1,6})([wdhms])`)

// parseStep reads "45m", "1h30m", "2d", "1w".
func parseStep(s string) (time.Duration, bool) {
	units := map[string]time.Duration{"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second}
	var total time.Duration
	for s = strings.ReplaceAll(s, " ", ""); s != ""; {
		part := stepPart.FindStringSubmatch(s)
		if part == nil {
			return 0, false
		}
		n, err := strconv.Atoi(part[1])
		if err != nil {
			return 0, false
		}
		unit := units[part[2]]
		total = min(total+min(time.Duration(n), 2*farthest/unit)*unit, 2*farthest)
		s = s[len(part[0]):]
	}
	return total, total > 0
}

// parseInstant reads where the clock shall go: "+45m", "18:00" (the next one),
// "2026-11-26T09:00" or "2026-11-26" (its first instant) in the zone, or an instant with its offset.
func parseInstant(s string, now time.Time, zone *time.Location) (time.Time, bool) {
	if step, ok := strings.CutPrefix(s, "+"); ok {
		d, ok := parseStep(step)
		return now.Add(d), ok
	}
	if hour, err := time.Parse("15:04", s); err == nil {
		local := now.In(zone)
		at := time.Date(local.Year(), local.Month(), local.Day(), hour.Hour(), hour.Minute(), 0, 0, zone)
		if !at.After(now) {
			at = time.Date(local.Year(), local.Month(), local.Day()+1, hour.Hour(), hour.Minute(), 0, 0, zone)
		}
		return at, true
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05"} {
		if at, err := time.ParseInLocation(layout, s, zone); err == nil {
			return at, true
		}
	}
	if day, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
		return day, true
	}
	at, err := time.Parse(time.RFC3339, s)
	return at, err == nil
}

// city is how people call a zone: "Buenos Aires".
func city(zone *time.Location) string {
	name := zone.String()
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}

// hour is the wall time in the zone, with the zone where it is not the demo's.
func (s *session) hour(at time.Time, zone *time.Location) string {
	layout := "15:04"
	if at.Second() != 0 {
		layout = "15:04:05"
	}
	text := at.In(zone).Format(layout)
	_, there := at.In(zone).Zone()
	if _, here := at.In(s.home).Zone(); there != here {
		text += " " + city(zone)
	}
	return text
}

// date is the day in words.
func (s *session) date(at time.Time) string {
	local := at.In(s.home)
	return s.words.t("date", "weekday", s.words.t(fmt.Sprintf("weekday.%d", local.Weekday())),
		"day", strconv.Itoa(local.Day()), "month", s.words.t(fmt.Sprintf("month.%d", local.Month())),
		"year", strconv.Itoa(local.Year()))
}

// moment is the day and hour in words, at home.
func (s *session) moment(at time.Time) string {
	return s.date(at) + ", " + s.hour(at, s.home) + " · " + city(s.home)
}

// day draws a line across when the day is another than that of what was shown last.
func (s *session) day(at time.Time) {
	date := s.date(at)
	if date == s.shownDay {
		return
	}
	s.shownDay = date
	head := "── " + date + " "
	s.print(s.colours.in(dim, head+strings.Repeat("─", max(s.width-columns(head), 0))) + "\n")
}
