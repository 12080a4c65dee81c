package text

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/sla"
)

// Exact tells a duration to the second, so that what is added up can be
// followed: "1 h 30 min 5 s". Hours are not turned into days.
func Exact(d time.Duration) string {
	if d < 0 {
		return "-" + Exact(-d)
	}
	d = d.Truncate(time.Second)
	var parts []string
	for _, unit := range []struct {
		name string
		is   time.Duration
	}{{"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}} {
		if n := d / unit.is; n > 0 || unit.is == time.Second && len(parts) == 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, unit.name))
		}
		d %= unit.is
	}
	return strings.Join(parts, " ")
}

// clock is a time of day, with its seconds where it has some.
func clock(t time.Time) string {
	if t.Second() != 0 {
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}

// Span tells from when to when, on the clocks of the zone; the day is told
// where it is not that of the instant before. Where the clocks are put back between
// the two and show one of them twice, each is told with the zone's abbreviation:
// "02:30 CEST–02:30 CET".
func Span(lang company.Lang, from, to, before time.Time, zone *time.Location) string {
	a, b := from.In(zone), to.In(zone)
	start, end := clock(a), clock(b)
	if putBack(a, b) {
		start, end = start+" "+a.Format("MST"), end+" "+b.Format("MST")
	}
	if before.IsZero() || days(before.In(zone), a) != 0 {
		start = dayAfter(lang, a, before.In(zone)) + " " + start
	}
	if days(a, b) != 0 {
		end = dayAfter(lang, b, a) + " " + end
	}
	return start + "–" + end
}

// putBack reports whether the clocks are put back between the instants and show one
// of them twice.
func putBack(a, b time.Time) bool {
	_, was := a.Zone()
	_, is := b.Zone()
	back := time.Duration(was-is) * time.Second
	if back <= 0 {
		return false
	}
	_, endsFirst := b.Add(-back).Zone()
	_, beginsAgain := a.Add(back).Zone()
	return endsFirst == was || beginsAgain == is
}

// dayAfter is a day as it is read after another: with its year where that is not
// plain from it.
func dayAfter(lang company.Lang, t, after time.Time) string {
	if after.IsZero() {
		return Day(lang, t)
	}
	return DayFrom(lang, t, after)
}

// Arithmetic tells the lines of a clock's time: "Tue 24 Nov 09:00–09:42 counted
// (42 min)", "09:42–11:10 paused: waiting on the customer". A customer's lines name
// no calendar. Lines that follow each other and say the same are one.
func Arithmetic(lang company.Lang, zone *time.Location, lines iter.Seq[sla.Line]) []string {
	var out []string
	var before time.Time
	for l := range joined(lines) {
		what := T(lang, "line."+string(l.Kind), "amount", Exact(l.Amount()), "calendar", l.Calendar)
		switch {
		case l.Kind == sla.Stopped:
			what = T(lang, "line.paused", "why", T(lang, "why."+string(l.Why)))
		case l.Kind == sla.Closed && l.Calendar == "":
			what = T(lang, "line.closed_customer")
		}
		out = append(out, Span(lang, l.From, l.To, before, zone)+" "+what)
		before = l.To
	}
	return out
}

// joined are the lines, one for those that follow each other and say the same.
func joined(lines iter.Seq[sla.Line]) iter.Seq[sla.Line] {
	return func(yield func(sla.Line) bool) {
		var last sla.Line // of no kind before the first
		for l := range lines {
			if l.Kind == last.Kind && l.Why == last.Why && l.Calendar == last.Calendar && l.From.Equal(last.To) {
				last.To = l.To
				continue
			}
			if last.Kind != "" && !yield(last) {
				return
			}
			last = l
		}
		if last.Kind != "" {
			yield(last)
		}
	}
}
