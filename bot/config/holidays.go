package config

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sereno/bot/civil"
	"sereno/bot/holidays"
	"sereno/bot/ical"
	"sereno/bot/sla"
)

// The years of which the holidays of regions and of files are read: from before
// any incident that is still told of, as far ahead as anybody promises.
const (
	firstHoliday = 2015
	lastHoliday  = 2050
)

const (
	maxRegions      = 40 // entries of one list that are no dates
	maxHolidayFile  = 1 << 20
	maxHolidayDates = 20_000 // of one calendar, with those of its regions and files
)

// closedDays are the holidays of one calendar while they are read.
type closedDays struct {
	are []sla.Holiday
	// first are where dates are written, by date, and yearly by day of the year:
	// "12-25" and "2026-12-25" meet.
	first, yearly map[civil.Date]position
	// last is the last day of this list's single dates; listed: there are some.
	// endless: there are days of other kinds too.
	last            civil.Date
	listed, endless bool
}

// holidays reads the days without hours: dates, regions, files.
func (v value) holidays(zone *time.Location) closedDays {
	c := closedDays{first: map[civil.Date]position{}, yearly: map[civil.Date]position{}}
	others := 0
	for _, item := range v.atMost(maxDates).items() {
		if !item.isMapping() {
			c.date(item)
			continue
		}
		c.endless = true
		if others++; others > maxRegions {
			item.wrong(say(tooManyHere, "n", others, "max", maxRegions), say(writeLess))
			break
		}
		c.group(item, zone)
	}
	if len(c.are) > maxHolidayDates {
		v.wrong(say(tooManyHere, "n", len(c.are), "max", maxHolidayDates), say(writeLess))
		c.are = nil
	}
	return c
}

// date reads one date; one that is there twice is a mistake, for one of the two
// was probably meant to be another day.
func (c *closedDays) date(item value) {
	d, ok := item.date(true)
	if !ok {
		return
	}
	every := civil.Date{Month: d.Month, Day: d.Day}
	at, twice := c.first[d]
	if !twice {
		at, twice = c.first[every]
	}
	if !twice && d == every {
		at, twice = c.yearly[every]
	}
	if twice {
		item.wrong(say(holidayTwice, "text", quoted(item.node.Value), "first", at), say(keepOne))
		return
	}
	c.first[d], c.yearly[every] = item.here(), item.here()
	c.are = append(c.are, sla.Holiday{Year: d.Year, Month: d.Month, Day: d.Day})
	if d.Year == 0 {
		c.endless = true
	} else if c.listed = true; d.Compare(c.last) > 0 {
		c.last = d
	}
}

// group reads the holidays of a region or of a file.
func (c *closedDays) group(item value, zone *time.Location) {
	f, ok := item.fields(holidaysKeys)
	if !ok {
		return
	}
	var days []civil.Date
	from := ""
	switch {
	case f["region"].present() == f["ical"].present():
		item.wrong(say(regionOrFile), say(writeEither, "one", "{region: AR}", "other", "{ical: holidays.ics}"))
		return
	case f["region"].present():
		days, from = f["region"].region(), f["region"].node.Value
	default:
		days, from = f["ical"].holidayFile(zone), f["ical"].node.Value
	}
	worked := f["except"].worked(days, from)
	for _, d := range days {
		if !worked[d] && !worked[civil.Date{Month: d.Month, Day: d.Day}] {
			c.are = append(c.are, sla.Holiday{Year: d.Year, Month: d.Month, Day: d.Day})
		}
	}
}

// worked reads the days of those that are worked all the same.
func (v value) worked(days []civil.Date, from string) map[civil.Date]bool {
	out := map[civil.Date]bool{}
	for _, item := range v.atMost(maxDates).items() {
		d, ok := item.date(true)
		if !ok {
			continue
		}
		out[d] = true
		is := func(o civil.Date) bool { return o == d || d.Year == 0 && o.Month == d.Month && o.Day == d.Day }
		if len(days) > 0 && !slices.ContainsFunc(days, is) {
			item.wrong(say(noHolidayThen, "text", quoted(item.node.Value), "from", quoted(from)), say(removeIt))
		}
	}
	return out
}

// region reads a region and gives the days that are holidays there.
func (v value) region() []civil.Date {
	name, ok := v.plain()
	if !ok {
		return nil
	}
	if !holidays.Known(name) {
		v.wrong(say(noSuchRegion, "text", quoted(name)), v.nearRegion(name))
		return nil
	}
	if days, ok := v.r.regions[name]; ok {
		return days
	}
	var out []civil.Date
	for year := firstHoliday; year <= lastHoliday; year++ {
		days, err := holidays.Dates(name, year)
		if err != nil { // the region and the year are known
			v.wrong(say(noSuchRegion, "text", quoted(name)), v.nearRegion(name))
			return nil
		}
		for _, d := range days {
			out = append(out, d.Date)
		}
	}
	v.r.regions[name] = out
	return out
}

// nearRegion offers the region that was probably meant; of a part that is not
// known, its country.
func (v value) nearRegion(name string) phrase {
	all := holidays.Regions()
	if strings.EqualFold(name, "UK") {
		return say(didYouMean, "near", quoted("GB")) // its code in ISO 3166
	}
	country, _, _ := strings.Cut(strings.ToUpper(name), "-")
	switch near := nearest(name, all); {
	case holidays.Known(strings.ToUpper(name)):
		return say(didYouMean, "near", quoted(strings.ToUpper(name)))
	case holidays.Known(country):
		return say(writeCountry, "example", country)
	case near != "":
		return say(didYouMean, "near", quoted(near))
	}
	return say(seeReference)
}

// holidayFile reads the days of an iCalendar file.
func (v value) holidayFile(zone *time.Location) []civil.Date {
	events, path, ok := v.icalFile(zone, maxHolidayFile, holidaysUnreadable, holidaysWrong, func(ical.Event) bool { return true })
	if !ok {
		return nil
	}
	var out []civil.Date
	for _, e := range events {
		for d := e.First; e.AllDay && d.Compare(e.Last) <= 0 && len(out) <= maxHolidayDates; d = d.AddDays(1) {
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		v.wrong(say(holidaysNone, "path", quoted(path), "first", firstHoliday, "last", lastHoliday), say(checkHolidays))
	}
	return out
}

// icalFile reads those events of an iCalendar file that are wanted. What is in the
// file is part of the document.
func (v value) icalFile(zone *time.Location, most int64, unreadable, mistaken msg, wanted func(ical.Event) bool) (events []ical.Event, path string, ok bool) {
	if path, ok = v.plain(); !ok {
		return nil, "", false
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(v.r.file), path)
	}
	data, err := readRegular(path, most)
	if err != nil {
		v.wrong(say(unreadable, "path", quoted(path), "reason", fileReason(err)), say(checkHolidays))
		return nil, path, false
	}
	from, to := time.Date(firstHoliday, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(lastHoliday+1, 1, 1, 0, 0, 0, 0, time.UTC)
	events, err = ical.ReadOnly(strings.NewReader(data), zone, from, to, wanted)
	var wrong *ical.ReadError
	switch {
	case errors.As(err, &wrong):
		v.wrong(say(mistaken, "path", quoted(path), "mistake", wrong), say(correctLine))
		return nil, path, false
	case err != nil:
		v.wrong(say(unreadable, "path", quoted(path), "reason", fileOther), say(checkHolidays))
		return nil, path, false
	}
	v.r.contents[v.path] = fmt.Sprintf("%.12x", sha256.Sum256([]byte(data)))
	return events, path, true
}

// readRegular reads a regular file of at most so many bytes: a pipe or a device
// could block or never end.
func readRegular(path string, most int64) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return "", errNotFile
	}
	data, err := os.ReadFile(path)
	return string(data), err
}
