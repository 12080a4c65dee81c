package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/company"
	"sereno/bot/oncall"
)

var aheadMistakes = []mistake{
	{"a step that comes late after a late warning", "", []edit{{"{channel: team, after: 10m}", "{channel: team, after: ^10m}"}}, []string{
		`warning: escalation.standard.steps[1].after: the step comes 6m15s after the breach of contracts.gold.levels.critical.first_response (15m, in line 11, column 52), when the paging begins with its first warning, which leaves 3m45s: write delays that make less than 3m45s together, or a step set backwards from the breach: at: 90%`,
	}},
	{"steps of the day and of the night do not wait for each other", "", []edit{{"{channel: team, after: 10m}", "{person: diego, after: ^9m, when: {within: office}}, {person: luis, after: ^9m, when: {outside: office}}"}}, []string{
		`warning: escalation.standard.steps[1].after: the step comes 5m15s after the breach of contracts.gold.levels.critical.first_response (15m, in line 11, column 52), when the paging begins with its first warning, which leaves 3m45s: write delays that make less than 3m45s together, or a step set backwards from the breach: at: 90%`,
		`warning: escalation.standard.steps[2].after: the step comes 5m15s after the breach of contracts.gold.levels.critical.first_response (15m, in line 11, column 52), when the paging begins with its first warning, which leaves 3m45s: write delays that make less than 3m45s together, or a step set backwards from the breach: at: 90%`,
	}},
	{"severities of which no step counts", "", []edit{{"  standard:\n", "  ^standard:\n"}, {"[{schedule: team}, {channel: team, after: 10m}]", "[{schedule: team, when: {severity: [low]}}]"}}, []string{
		`warning: escalation.standard: no step of the policy applies to incidents of the severity critical, high, normal, always or at some hours: the last resort is called at once: add a step without conditions`,
	}},
	{"nights on which no step counts, of what is counted at night", "", []edit{{"  standard:\n", "  ^standard:\n"}, {"[{schedule: team}, {channel: team, after: 10m}]", "[{schedule: team, when: {within: office}}]"}}, []string{
		`warning: escalation.standard: no step of the policy applies to incidents of the severity critical, always or at some hours: the last resort is called at once: add a step without conditions`,
	}},
	{"steps set backwards from the breach are in time", "", []edit{{"{channel: team, after: 10m}", "{channel: team, at: 90%}"}}, nil},
	{"a list of holidays that ends, unless others do not", "", []edit{
		{"{channel: team, after: 10m}", "{channel: team, at: 90%}"},
		{`holidays: ["12-25"]`, `^holidays: [2026-12-08, 2026-11-23]`},
		{"hours: {mon-sun: [\"00:00-24:00\"]}}", "hours: {mon-sun: [\"00:00-24:00\"]}, holidays: [2026-12-08], versions: [{from: 2026-12-09, holidays: [{region: AR}]}]}"},
	}, []string{
		`warning: calendars.office.holidays: the last holiday in the list is 2026-12-08: add next year's, or a region, whose holidays do not end: {region: AR}`,
	}},
	{"a schedule with nights that nobody has", "", []edit{
		{"{channel: team, after: 10m}", "{channel: team, at: 90%}"},
		{"  payments-oncall: {every: weekly,", "  ^payments-oncall: {hours: [\"09:00-21:00\"], every: weekly,"},
	}, []string{
		`warning: schedules.payments-oncall: nobody is on call 31 times in the next 30 days, 360h in all, the first time 2026-11-24 22:30 – 2026-11-25 09:00 (America/Argentina/Buenos_Aires): add people, hours or a layer below it, or see to it that somebody takes these times: /oncall override`,
	}},
	{"a schedule that ends", "", []edit{
		{"{channel: team, after: 10m}", "{channel: team, at: 90%}"},
		{"  payments-oncall: {every: weekly,", "  ^payments-oncall: {until: 2026-12-20, every: weekly,"},
	}, []string{
		`warning: schedules.payments-oncall: nobody is on call 2026-12-20 09:00 – 2026-12-24 22:30 (America/Argentina/Buenos_Aires): add people, hours or a layer below it, or see to it that somebody takes these times: /oncall override`,
	}},
	{"somebody on call twice at once", "", []edit{
		{"{channel: team, after: 10m}", "{channel: team, at: 90%}"},
		{"escalation:", "  ^backup: {every: weekly, handoff: mon 09:00, start: 2026-11-02, people: [ana, luis, luis]}\nescalation:"},
	}, []string{
		`warning: schedules.backup: "ana" is on call here and on "payments-oncall" at once, first 2026-11-24 22:30 – 2026-11-30 09:00 (America/Argentina/Buenos_Aires), 1 in all: change the order of the turns, or let somebody else take them: /oncall swap`,
		`warning: schedules.backup: "luis" is on call here and on "payments-oncall" at once, first 2026-11-30 09:00 – 2026-12-07 09:00 (America/Argentina/Buenos_Aires), 1 in all: change the order of the turns, or let somebody else take them: /oncall swap`,
	}},
	{"a contract that warns of nothing", "", []edit{
		{"[75%]", "[]"}, {"first_response: 15m,", "first_response: ^15m,"},
	}, []string{
		`warning: contracts.gold.levels.critical.first_response: nothing warns of the breach of critical.first_response, critical.next_response, critical.resolution, high.first_response, high.resolution, normal.first_response: the paging begins when they are broken: write warnings: [75%]`,
	}},
	{"a contract that warns of nothing, where the policy pages by shares", "", []edit{
		{"[75%]", "[]"}, {"{channel: team, after: 10m}", "{channel: team, at: 90%}"},
	}, nil},
	{"somebody whom hardly any page reaches", "", []edit{
		{"{channel: team, after: 10m}", "{channel: team, at: 90%}"},
		{"  luis: {}", "  luis: {^quiet: {hours: [\"00:00-24:00\"]}}"},
		{"  sofia: {}", "  sofia: {^quiet: {hours: [\"12:00-06:00\", \"06:00-12:00\"], days: [mon-fri, sat, sun]}}"},
		{"  diego: {roles: [lead]}", "  diego: {roles: [lead], quiet: {hours: [\"00:00-24:00\"], days: mon-sat}}"},
	}, []string{
		`warning: people.luis.quiet: "luis" is in quiet hours all day, every day: nothing but critical pages ever reaches them: write quiet: {hours: ['22:00-07:00']}, or remove the key`,
		`warning: people.sofia.quiet: "sofia" is in quiet hours all day, every day: nothing but critical pages ever reaches them: write quiet: {hours: ['22:00-07:00']}, or remove the key`,
	}},
	{"a target that takes years", "", []edit{
		{"{channel: team, after: 10m}", "{channel: team, at: 90%}"},
		{"  always:", "  rare: {timezone: UTC, hours: {}, exceptions: {\"12-24\": [\"09:00-10:00\"]}}\n  always:"},
		{"resolution: 8h", "resolution: {within: ^8h, calendar: rare}, workaround: {within: 1h, calendar: rare}"},
		{"    warnings: [75%]", "    warnings: [75%]\n    versions: [{valid_from: 2027-12-24, levels: {critical: none, high: {calendar: rare, first_response: ^2h}, normal: none, low: none}}]"},
	}, []string{
		`warning: contracts.gold.levels.high.resolution.within: a target of 8h in the calendar "rare" takes more than a year: what begins on 2026-11-25 is due only on 2033-12-24: write a shorter target, or more hours in the calendar`,
		`warning: contracts.gold.versions[0].levels.high.first_response: a target of 2h in the calendar "rare" takes more than a year: what begins on 2027-12-24 is due only on 2028-12-24: write a shorter target, or more hours in the calendar`,
	}},
	{"people whom one platform reaches, and one that nothing connects", "", []edit{
		{"{channel: team, after: 10m}", "{channel: team, at: 90%}"},
		{"  ana: {identities: {slack: U1}}", "  ^ana: {identities: {slack: U1}}"},
		{"  luis: {}", "  luis: {identities: {slack: U2, discord: 1100000000000000001}, ^reach: [slack, discord]}"},
		{"", "slack: {bot_token: '${BOT}', app_token: '${APP}'}\n"},
	}, []string{
		`warning: people.ana: slack alone reaches ana, luis: when it is down, no page does: write a second identity for them, on another platform, mail or a notifier`,
		`warning: people.luis.reach: "luis" is to be reached on discord, which nothing connects: connect discord, or take it out of the list`,
	}},
}

// aheadOf is what is told of the base with the edits at noon of 24 November
// 2026, and what is wanted with its places.
func aheadOf(t *testing.T, m mistake, changes *oncall.Changes) (got Problems, want string) {
	t.Helper()
	doc := base
	for _, e := range m.edits {
		doc = e.apply(t, doc)
	}
	doc, places := marked(doc)
	c, err := Parse("sereno.yaml", []byte(doc), testEnv)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for i, w := range m.wants {
		place := places[min(i, len(places)-1)]
		lines = append(lines, fmt.Sprintf("sereno.yaml:%d:%d: %s", place.line, place.col, w))
	}
	return c.Ahead(at(t, "2026-11-24T22:30:00-03:00"), changes), strings.Join(lines, "\n")
}

func TestAhead(t *testing.T) {
	for _, tt := range aheadMistakes {
		t.Run(tt.name, func(t *testing.T) {
			got, want := aheadOf(t, tt, nil)
			if d := cmp.Diff(want, got.Text(company.English)); d != "" {
				t.Errorf("ahead (-want +got):\n%s", d)
			}
		})
	}
}

// Somebody who is away leaves a gap where there was none.
func TestAheadKnowsVacations(t *testing.T) {
	alone := mistake{edits: []edit{{"{channel: team, after: 10m}", "{channel: team, at: 90%}"}, {"people: [luis, ana]}", "people: [luis]}"}}}
	if got, _ := aheadOf(t, alone, nil); len(got) > 0 {
		t.Errorf("ahead lies\n%s", got)
	}
	start := at(t, "2026-12-01T00:00:00-03:00")
	away := &oncall.Changes{Absences: []oncall.Absence{{Person: "luis", Start: start, End: start.Add(24 * time.Hour)}}}
	got, _ := aheadOf(t, alone, away)
	if len(got) != 1 || !strings.Contains(got.Text(company.Spanish), "aviso: schedules.payments-oncall: no hay nadie de guardia 2026-12-01 00:00 – 2026-12-02 00:00") {
		t.Errorf("ahead lies\n%s", got.Text(company.Spanish))
	}
}
