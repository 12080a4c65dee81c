// Package when reads instants and durations as people type them, in Spanish and
// in English alike: "mon 09:00", "mañana 18:00", "2026-12-01T09:00", "2h".
package when

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"sereno/bot/civil"
)

// Moment is what somebody typed: at least a day or a time of day.
type Moment struct {
	exact   time.Time // typed with its zone, or "now"
	day     dayKind
	date    civil.Date
	weekday time.Weekday
	ahead   int // days from today
	minute  int // of the day; -1 when no time of day was typed
	after   time.Duration
}

type dayKind int

const (
	noDay dayKind = iota
	aDate
	aWeekday
	relative
)

// DayOnly reports whether no time of day was typed.
func (m Moment) DayOnly() bool { return m.exact.IsZero() && m.after == 0 && m.minute < 0 }

// WeekTime reports whether a day of the week and a time were typed.
func (m Moment) WeekTime() bool { return m.day == aWeekday && m.minute >= 0 }

// Read reads the moment with which the words begin, and says how many of them it
// takes, one or two; none when they begin with something else.
func Read(words []string) (Moment, int) {
	if len(words) == 0 {
		return Moment{}, 0
	}
	first := strings.ToLower(words[0])
	if m, ok := whole(first); ok {
		return m, 1
	}
	m, ok := dayOf(first)
	if !ok {
		if minute, ok := Clock(first); ok {
			return Moment{minute: minute}, 1
		}
		return Moment{}, 0
	}
	if len(words) > 1 {
		if minute, ok := Clock(words[1]); ok {
			m.minute = minute
			return m, 2
		}
	}
	return m, 1
}

// Parse reads a moment that takes all of the text.
func Parse(text string) (Moment, bool) {
	words := strings.Fields(text)
	m, n := Read(words)
	return m, n > 0 && n == len(words)
}

// whole reads what says day and time in one word.
func whole(word string) (Moment, bool) {
	switch word {
	case "now", "ahora":
		return Moment{exact: time.Unix(0, 0), minute: -1}, true
	}
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(word)); err == nil {
		return Moment{exact: t}, sane(t)
	}
	if d, ok := Duration(strings.TrimPrefix(word, "+")); ok {
		return Moment{after: d}, true
	}
	for _, layout := range []string{"2006-01-02t15:04", "2006-01-02t15:04:05"} {
		if t, err := time.Parse(layout, word); err == nil && t.Second() == 0 && sane(t) {
			return Moment{day: aDate, date: civil.DateOf(t, time.UTC), minute: t.Hour()*60 + t.Minute()}, true
		}
	}
	return Moment{}, false
}

// sane bounds the years that are meant.
func sane(t time.Time) bool { return t.Year() >= 2000 && t.Year() <= 9999 }

var relatives = map[string]int{
	"today": 0, "hoy": 0, "tomorrow": 1, "mañana": 1, "manana": 1, "yesterday": -1, "ayer": -1,
}

var weekdays = map[string]time.Weekday{
	"sun": 0, "sunday": 0, "dom": 0, "domingo": 0,
	"mon": 1, "monday": 1, "lun": 1, "lunes": 1,
	"tue": 2, "tuesday": 2, "tues": 2, "mar": 2, "martes": 2,
	"wed": 3, "wednesday": 3, "mie": 3, "mié": 3, "miercoles": 3, "miércoles": 3,
	"thu": 4, "thursday": 4, "thurs": 4, "jue": 4, "jueves": 4,
	"fri": 5, "friday": 5, "vie": 5, "viernes": 5,
	"sat": 6, "saturday": 6, "sab": 6, "sáb": 6, "sabado": 6, "sábado": 6,
}

func dayOf(word string) (Moment, bool) {
	if t, err := time.Parse(time.DateOnly, word); err == nil {
		return Moment{day: aDate, date: civil.DateOf(t, time.UTC), minute: -1}, sane(t)
	}
	if n, ok := relatives[word]; ok {
		return Moment{day: relative, ahead: n, minute: -1}, true
	}
	if w, ok := weekdays[word]; ok {
		return Moment{day: aWeekday, weekday: w, minute: -1}, true
	}
	return Moment{}, false
}

var clockForm = regexp.MustCompile(`^(\d{1,2})[:.h](\d{2})h?$`)

// Clock reads a time of day, "09:00" to "24:00", in minutes after midnight.
func Clock(word string) (int, bool) {
	m := clockForm.FindStringSubmatch(strings.ToLower(word))
	if m == nil {
		return 0, false
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	at := hour*60 + minute
	return at, minute < 60 && at <= civil.MinutesPerDay
}

var durationForm = regexp.MustCompile(`^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})(?:m|min))?$`)

// Duration reads a length of time of a minute or more: "2h", "1h30m", "45min", "1d".
func Duration(word string) (time.Duration, bool) {
	m := durationForm.FindStringSubmatch(strings.ToLower(word))
	if m == nil {
		return 0, false
	}
	var sum time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		n, _ := strconv.Atoi(m[i+1])
		sum += time.Duration(n) * unit
	}
	return sum, sum > 0
}

// Begin is the instant that is meant as a beginning, on the clocks of the zone: a
// day alone is its midnight; a weekday or a time of day alone is the next that is
// not before now.
func (m Moment) Begin(zone *time.Location, now time.Time) time.Time { return m.at(zone, now, now, 0) }

// End is the instant that is meant as an end of what begins then: a day alone is
// that day to its end; a weekday or a time alone is the next after the beginning;
// a length of time counts from it.
func (m Moment) End(zone *time.Location, now, begin time.Time) time.Time {
	return m.at(zone, now, begin, civil.MinutesPerDay)
}

// at resolves the moment: weekdays, times of day and lengths count from the
// instant from, "tomorrow" from now; a day without a time is its minute dayAlone.
func (m Moment) at(zone *time.Location, now, from time.Time, dayAlone int) time.Time {
	switch {
	case m.after > 0:
		return from.Add(m.after)
	case !m.exact.IsZero() && m.exact.Unix() == 0:
		return now
	case !m.exact.IsZero():
		return m.exact.UTC()
	}
	minute := m.minute
	if minute < 0 {
		minute = dayAlone
	}
	date := civil.DateOf(from, zone)
	switch m.day {
	case aDate:
		date = m.date
	case relative:
		date = civil.DateOf(now, zone).AddDays(m.ahead)
	case aWeekday:
		date = date.AddDays((int(m.weekday-date.Weekday()) + 7) % 7)
		if t := civil.Resolve(zone, date, minute).At; m.minute >= 0 && !t.After(from) {
			date = date.AddDays(7)
		}
	case noDay:
		if t := civil.Resolve(zone, date, minute).At; !t.After(from) {
			date = date.AddDays(1)
		}
	}
	return civil.Resolve(zone, date, minute).At
}
