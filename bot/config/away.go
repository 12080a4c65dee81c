package config

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"sereno/bot/ical"
	"sereno/bot/oncall"
)

const (
	maxAwayFile  = 8 << 20 // a person's calendar of many years
	maxAway      = 1000    // times away of one person
	maxAwayWords = 50
)

// awayWords mark an event as a vacation where a document names no others.
var awayWords = []string{
	"vacation", "vacations", "leave", "out of office", "ooo", "pto",
	"vacaciones", "licencia", "fuera de la oficina",
}

// away reads when somebody's own calendar says that they are away, in order; what
// overlaps or touches is one time.
func (v value) away(zone *time.Location) []oncall.Interval {
	f, ok := v.fields(awayKeys)
	if !ok {
		return nil
	}
	words := awayWords
	if items := f["words"].atMost(maxAwayWords).items(); f["words"].present() {
		words = nil
		for _, item := range items {
			if s, ok := item.plain(); ok {
				words = append(words, s)
			}
		}
	}
	events, _, ok := f["ical"].icalFile(zone, maxAwayFile, awayUnreadable, awayWrong, func(e ical.Event) bool { return marksAway(e, words) })
	if !ok {
		return nil
	}
	var out []oncall.Interval
	for _, e := range events { // by their start
		last := len(out) - 1
		switch {
		case !e.End.After(e.Start):
		case last >= 0 && !e.Start.After(out[last].End):
			if e.End.After(out[last].End) {
				out[last].End = e.End
			}
		default:
			out = append(out, oncall.Interval{Start: e.Start, End: e.End})
		}
	}
	if len(out) > maxAway {
		f["ical"].wrong(say(tooManyHere, "n", len(out), "max", maxAway), say(writeLess))
		return nil
	}
	return out
}

// marksAway reports whether the event is filed under one of the words, has it in
// its title, or is one of absence by what its program says.
func marksAway(e ical.Event, words []string) bool {
	title := plainWords(e.Summary)
	return e.OutOfOffice || slices.ContainsFunc(words, func(word string) bool {
		word = plainWords(word)
		return strings.Contains(title, word) || slices.ContainsFunc(e.Categories, func(c string) bool { return plainWords(c) == word })
	})
}

// plainWords are the words of the text in small letters, with a blank around each.
func plainWords(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, " ") + " "
}
