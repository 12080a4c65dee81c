package text

import (
	"fmt"
	"strings"
	"time"

	"sereno/bot/company"
)

// When tells an instant in the zone as people say it, relative to now:
// "today 14:00", "tomorrow 09:00", "Fri 27 Nov 09:00"; with the year where it is
// far away. Without the zone's name.
func When(lang company.Lang, t time.Time, zone *time.Location, now time.Time) string {
	local, today := t.In(zone), now.In(zone)
	clock := local.Format("15:04")
	switch days(today, local) {
	case 0:
		return T(lang, "when.today", "time", clock)
	case 1:
		return T(lang, "when.tomorrow", "time", clock)
	case -1:
		return T(lang, "when.yesterday", "time", clock)
	}
	return DayFrom(lang, local, today) + " " + clock
}

// farAway is how far from now a date without its year is read as another's.
const farAway = 180

// DayFrom tells a civil date, with its year where it is more than about six months
// from today: "Fri 27 Nov", "Fri 27 Nov 2027", "vie 27/11/2027".
func DayFrom(lang company.Lang, t, today time.Time) string {
	out := Day(lang, t)
	if n := days(today, t); n >= -farAway && n <= farAway {
		return out
	}
	if lang == company.Spanish {
		return fmt.Sprintf("%s/%d", out, t.Year())
	}
	return fmt.Sprintf("%s %d", out, t.Year())
}

// Day tells a civil date: "Fri 27 Nov", "vie 27/11".
func Day(lang company.Lang, t time.Time) string {
	weekday := T(lang, "weekday."+strings.ToLower(t.Weekday().String()[:3]))
	if lang == company.Spanish {
		return fmt.Sprintf("%s %d/%02d", weekday, t.Day(), int(t.Month()))
	}
	return fmt.Sprintf("%s %d %s", weekday, t.Day(), t.Format("Jan"))
}

// days counts the civil days from a to b.
func days(a, b time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(b).Sub(day(a)) / (24 * time.Hour))
}

// Zone is the name by which people know a zone: "Buenos Aires".
func Zone(zone *time.Location) string {
	name := zone.String()
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ReplaceAll(name, "_", " ")
}

// Decimal tells a number with one decimal: "4.5", "4,5".
func Decimal(lang company.Lang, x float64) string {
	s := fmt.Sprintf("%.1f", x)
	if lang == company.Spanish {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

// Duration tells a duration in hours, minutes and, under a minute, seconds:
// "1 h 30 min". Hours are not turned into days: business time has no days.
func Duration(d time.Duration) string {
	if d < 0 {
		return "-" + Duration(-d)
	}
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	d = d.Truncate(time.Minute)
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case h == 0:
		return fmt.Sprintf("%d min", m)
	case m == 0:
		return fmt.Sprintf("%d h", h)
	}
	return fmt.Sprintf("%d h %d min", h, m)
}

// Ago tells how long ago something was: "5 min ago", "just now".
func Ago(lang company.Lang, d time.Duration) string {
	if d < time.Second {
		return T(lang, "when.just_now")
	}
	return T(lang, "when.ago", "time", Duration(d))
}

// Left tells how long it is until something: "5 min left", "now".
func Left(lang company.Lang, d time.Duration) string {
	if d < time.Second {
		return T(lang, "when.now")
	}
	return T(lang, "when.in", "time", Duration(d))
}

// Size tells a size in bytes as people read it: "640 B", "12 KB", "3.4 MB".
func Size(bytes int64) string {
	const k = 1024
	switch {
	case bytes < k:
		return fmt.Sprintf("%d B", max(bytes, 0))
	case bytes < k*k:
		return fmt.Sprintf("%d KB", (bytes+k/2)/k)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/(k*k))
}
