package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/bot/company"
)

// A document that means harm is refused in words, and soon.
func TestHostileDocuments(t *testing.T) {
	bomb := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 12; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	var keys, names, dates strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&keys, "key%d: 1\n", i)
		fmt.Fprintf(&names, "  n%d: 1\n", i)
	}
	for i := range 100_000 {
		fmt.Fprintf(&dates, "%d-01-01,", 2000+i%1000)
	}
	var customers, teams, versions, regions strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&customers, "  c%d: {contract: gold, team: t%d, channels: {console: [c%d]}}\n", i, i%300, i)
	}
	for i := range 300 {
		fmt.Fprintf(&teams, "  t%d: {channels: {console: [t%d]}, agents: [ana], policy: standard}\n", i, i)
		if i%5 == 0 {
			fmt.Fprintf(&regions, "  r%d: {timezone: UTC, hours: {mon-sun: ['00:00-24:00']}, holidays: [{region: DE-BY}, {region: US}]}\n", i)
		}
	}
	for i := range maxVersions {
		fmt.Fprintf(&versions, "{valid_from: 20%02d-01-01, warnings: [%d%%]},", 27+i, 10+i)
	}
	many := strings.NewReplacer("customers:\n", "customers:\n"+customers.String(), "teams:\n", "teams:\n"+teams.String(), "calendars:\n", "calendars:\n"+regions.String(),
		"    warnings: [75%]\n", "    warnings: [75%]\n    versions: ["+versions.String()+"]\n",
		"[{schedule: team}, {channel: team, after: 10m}]", "["+strings.Repeat("{person: ana, after: 1s},", maxSteps)+"]").Replace(base)
	for _, tt := range []struct{ name, doc, want string }{
		{"2,000 customers, 300 teams, 50 versions, 50 steps", strings.Replace(many, "    lead: diego\n", "    lead: nobody\n", 1), `"nobody" is not a person`},
		{"a policy of 51 steps and 50 layers", strings.NewReplacer("{person: ana, after: 1s},", "{person: ana, after: 1s},{person: ana, after: 1s},",
			"{every: weekly, handoff: mon 09:00, start: 2026-11-02, people: [luis, ana]}", "{layers: ["+strings.Repeat("{people: [ana], every: 1h, handoff: '00:00', start: 1970-01-01},", 50)+"]}").Replace(many), "50 entries are too many, 20 is the limit"},
		{"durations beyond all measure", strings.NewReplacer("resolution: 8h", "resolution: 999999h", "[75%]", "[999999h, 1e999%, -0%, 0.0000000000000000000000001%]", "after: 10m", "after: 999999d").Replace(base), `"1e999%" is not a share`},
		{"more bytes than we read", strings.Repeat("#", maxBytes+1), "the file is larger than 4 MiB: take out what is not needed"},
		{"aliases of aliases", bomb, "the document holds more than 200000 values, aliases included: write the values out where they are needed"},
		{"lists in lists", "kb: " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000), "the values are nested more than 64 levels deep: write the values out where they are needed"},
		{"brackets that never close", strings.Repeat("[", 1<<20), ""},
		{"60,000 unknown keys", keys.String(), "there are more than 500 problems: correct these first"},
		{"60,000 people who are none", strings.Replace(base, "people:\n", "people:\n"+names.String(), 1), "there are more than 500 problems: correct these first"},
		{"100,000 holidays", strings.Replace(base, `["12-25"]`, "["+dates.String()+"]", 1), "100000 entries are too many, 1000 is the limit: take out what is not needed"},
		{"a key of a million letters", strings.Repeat("k", 1_000_000) + ": 1\n", ""},
		{"quotation marks that never close", strings.Repeat("a: \"b\n", 40_000), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			began := time.Now()
			got := problemsOf(t, tt.doc).Text(company.English)
			if took := time.Since(began); took > time.Minute {
				t.Errorf("it took %s", took)
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("it does not say %q:\n%.2000s", tt.want, got)
			}
			if lines := strings.Count(got, "\n"); lines > maxProblems || len(got) > 1<<20 {
				t.Errorf("it says %d bytes in %d lines", len(got), lines)
			}
		})
	}
}

// What somebody wrote is repeated without what a terminal would obey.
func TestMessagesRepeatNothingThatATerminalObeys(t *testing.T) {
	got := problemsOf(t, strings.Replace(base, "language: es", `language: "e\e[31m\u202e\ns"`, 1)).Text(company.English)
	if strings.ContainsAny(got, "\x1b\u202e\n") {
		t.Errorf("%q", got)
	}
}

// A company that is large and right is read soon, and what lies ahead of it
// found.
func TestALargeCompanyIsReadSoon(t *testing.T) {
	var customers, schedules strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&customers, "  c%d: {contract: gold, team: payments, channels: {console: [c%d]}}\n", i, i)
	}
	for i := range 10 {
		fmt.Fprintf(&schedules, "  s%d: {every: 1h, handoff: '00:00', start: 1970-01-01, people: [luis], hours: ['0%d:00-0%d:30'], timezone: Europe/Madrid}\n", i, i%9, i%9)
	}
	c := edited(t, edit{"customers:\n", "customers:\n" + customers.String()}, edit{"schedules:\n", "schedules:\n" + schedules.String()})
	if found := c.Ahead(at(t, "2026-11-24T12:00:00Z"), nil); len(found) < 10 {
		t.Errorf("ahead lies\n%s", found)
	}
}
