// Package holidays knows the public holidays of regions. The dates come from
// github.com/rickar/cal; where its rules differ from the law, ours are in
// corrections.go, each with its source. What a government decides year by year
// (bridge days, a holiday of its own) is not in it and belongs in the
// configuration.
package holidays

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"

	"sereno/bot/civil"
)

// Holiday is a day on which a region does not work.
type Holiday struct {
	Date civil.Date
	Name string // in the region's language
}

// The years for which dates can be computed: from the Gregorian rules of
// Easter that every region uses today, as far as promises are made.
const (
	FirstYear = 1970
	LastYear  = 2100
)

// Regions are the names that Dates knows: a country by ISO 3166-1 ("AR"), a part
// of it by ISO 3166-2 ("DE-BY"), in alphabetical order.
func Regions() []string { return slices.Sorted(maps.Keys(regions)) }

// Known reports whether Dates knows the region.
func Known(region string) bool { return regions[region] != nil }

// Dates are the holidays of the region that fall in the civil year, in order of
// date; of two on one day the first that the region lists. A holiday that is
// moved counts on the day to which it is; one that falls on a weekend and is made
// good on a working day counts on both. An error for a region that Regions does
// not list, and a year outside FirstYear..LastYear.
func Dates(region string, year int) ([]Holiday, error) {
	all := regions[region]
	if all == nil {
		return nil, fmt.Errorf("no holidays are known of the region %q; known are %s", region, strings.Join(Regions(), ", "))
	}
	if year < FirstYear || year > LastYear {
		return nil, fmt.Errorf("holidays are known from %d to %d, not of %d", FirstYear, LastYear, year)
	}
	var out []Holiday
	for _, h := range all {
		// New Year's Day may be made good in December, and the other way round.
		for y := year - 1; y <= year+1; y++ {
			out = append(out, days(h, y)...)
		}
	}
	out = slices.DeleteFunc(out, func(h Holiday) bool { return h.Date.Year != year })
	slices.SortStableFunc(out, func(a, b Holiday) int { return a.Date.Compare(b.Date) })
	return slices.CompactFunc(out, func(a, b Holiday) bool { return a.Date == b.Date }), nil
}

// days are the one or two days of a holiday in a year, none in a year without it.
func days(h *cal.Holiday, year int) []Holiday {
	actual, observed := h.Calc(year)
	if actual.IsZero() {
		return nil
	}
	out := []Holiday{{dateOf(observed), h.Name}}
	if weekend(actual) && !actual.Equal(observed) {
		out = append(out, Holiday{dateOf(actual), h.Name})
	}
	return out
}

func dateOf(t time.Time) civil.Date {
	y, m, d := t.Date()
	return civil.Date{Year: y, Month: m, Day: d}
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }
