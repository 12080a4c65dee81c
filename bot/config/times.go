package config

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the same zones on every machine, also where none are installed

	"sereno/bot/civil"
)

//go:generate go run ./internal/zones -o zones.txt
//go:embed zones.txt
var zoneList string

// zoneNames are the IANA names that a person may have meant.
func zoneNames() []string { return strings.Fields(zoneList) }

// zone reads an IANA time zone; def where the document names none.
func (v value) zone(def *time.Location) *time.Location {
	name, ok := v.plain()
	if !ok {
		return def
	}
	if name != "Local" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	instead := say(writeZone)
	if near := nearestZone(name); near != "" {
		instead = say(didYouMean, "near", quoted(near))
	}
	v.wrong(say(notA, "text", quoted(name), "kind", aZone), instead)
	return def
}

// nearestZone also knows zones by their city alone.
func nearestZone(name string) string {
	low := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_")
	city := low[strings.LastIndexByte(low, '/')+1:]
	var same []string
	for _, z := range zoneNames() {
		if strings.HasSuffix(strings.ToLower(z), "/"+city) {
			same = append(same, z)
		}
	}
	if len(same) > 0 {
		if near := nearest(name, same); near != "" {
			return near
		}
		return same[0]
	}
	return nearest(low, zoneNames())
}

// How a duration is written: units in falling order, each at most once.
var durationForm = regexp.MustCompile(`^(-?)(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$`)

// maxDuration keeps every sum of an instant and a duration far from overflow.
const maxDuration = 10 * 366 * 24 * time.Hour

// parseDuration reads "15m", "1h30m", "3d". days says that it counts days.
func parseDuration(s string) (d time.Duration, days, ok bool) {
	m := durationForm.FindStringSubmatch(s)
	if m == nil || strings.Trim(s, "-") == "" {
		return 0, false, false
	}
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+2]) // six digits at most; none is zero
		d += time.Duration(n) * unit
	}
	if d > maxDuration {
		return 0, false, false
	}
	if m[1] == "-" {
		d = -d
	}
	return d, m[2] != "", true
}

// duration reads wall time, at least least; def where the document has none.
func (v value) duration(least, def time.Duration) time.Duration {
	s, ok := v.plain()
	if !ok {
		return def
	}
	d, _, ok := parseDuration(s)
	switch {
	case !ok:
		v.wrong(say(notA, "text", quoted(s), "kind", aDuration), durationInstead(s))
	case d < 0:
		v.wrong(say(negative, "text", quoted(s)), say(writeDuration))
	case d < least:
		v.wrong(say(tooShort, "text", quoted(s)), say(writeDuration))
	default:
		return d
	}
	return def
}

// durationWithin reads wall time from least to most; def where there is none.
func (v value) durationWithin(least, most, def time.Duration) time.Duration {
	d := v.duration(least, def)
	if d > most {
		v.wrong(say(tooLong, "text", quoted(v.node.Value)), say(write, "example", strings.TrimSuffix(most.String(), "0m0s")))
		return def
	}
	return d
}

// durationInstead corrects what people write most: a number alone, words for
// the units, spaces.
func durationInstead(s string) phrase {
	short := strings.ToLower(strings.Join(strings.Fields(s), ""))
	for _, w := range [][2]string{
		{"minutes", "m"},
		{"minutos", "m"},
		{"minute", "m"},
		{"minuto", "m"},
		{"mins", "m"},
		{"min", "m"},
		{"hours", "h"},
		{"horas", "h"},
		{"hour", "h"},
		{"hora", "h"},
		{"hrs", "h"},
		{"hs", "h"},
		{"days", "d"},
		{"dias", "d"},
		{"días", "d"},
		{"day", "d"},
		{"dia", "d"},
		{"día", "d"},
		{"seconds", "s"},
		{"segundos", "s"},
		{"secs", "s"},
		{"sec", "s"},
		{"seg", "s"},
	} {
		short = strings.ReplaceAll(short, w[0], w[1])
	}
	if _, _, ok := parseDuration(short); ok {
		return say(write, "example", short)
	}
	if _, err := strconv.Atoi(short); err == nil {
		if _, _, ok := parseDuration(short + "m"); ok {
			return say(writeEither, "one", short+"m", "other", short+"h")
		}
	}
	return say(writeDuration)
}

var timeForm = regexp.MustCompile(`^(\d{1,2}):(\d{2})$`)

// parseTime reads a wall time as minutes after midnight, 24:00 included.
func parseTime(s string) (int, bool) {
	m := timeForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	h, _ := strconv.Atoi(m[1])
	min, _ := strconv.Atoi(m[2])
	if min > 59 || h > 24 || h == 24 && min > 0 {
		return 0, false
	}
	return h*60 + min, true
}

// pastMidnight is a time such as 26:00 as the next day's clocks show it; false of
// one that is no such time.
func pastMidnight(s string) (string, bool) {
	h, min, _ := strings.Cut(s, ":")
	hour, err := strconv.Atoi(h)
	if _, ok := parseTime("00:" + min); err != nil || !ok || hour < 24 || hour > 47 {
		return "", false
	}
	return fmt.Sprintf("%02d:%s", hour-24, min), true
}

func isPastMidnight(s string) bool {
	_, ok := pastMidnight(s)
	return ok
}

var dateForm = regexp.MustCompile(`^(?:(\d{4})-)?(\d{1,2})-(\d{1,2})$`)

// date reads a civil date; yearly allows one without a year ("12-25"), whose
// Year is 0. A date that no calendar has is reported.
func (v value) date(yearly bool) (civil.Date, bool) {
	s, ok := v.plain()
	if !ok {
		return civil.Date{}, false
	}
	return v.dateIn(s, yearly)
}

func (v value) dateIn(s string, yearly bool) (civil.Date, bool) {
	instead := say(writeDate)
	if yearly {
		instead = say(writeYearlyDate)
	}
	m := dateForm.FindStringSubmatch(s)
	if m == nil || m[1] == "" && !yearly {
		v.wrong(say(notA, "text", quoted(s), "kind", aDate), instead)
		return civil.Date{}, false
	}
	year, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	day, _ := strconv.Atoi(m[3])
	d := civil.Date{Year: year, Month: time.Month(month), Day: day}
	check := d
	if m[1] == "" {
		check.Year = 2000 // a leap year: 02-29 is a date, in some years
	}
	if !check.Valid() || check.Year < 1970 {
		v.wrong(say(noSuchDate, "text", quoted(s)), instead)
		return civil.Date{}, false
	}
	return d, true
}

// weekdays are the days as the document names them, by time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func weekday(s string) (time.Weekday, bool) {
	i := slices.Index(weekdays, s)
	return time.Weekday(i), i >= 0
}
