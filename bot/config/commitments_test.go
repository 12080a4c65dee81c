package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// edited is the base with the edits.
func edited(t *testing.T, edits ...edit) *Config {
	t.Helper()
	doc := base
	for _, e := range edits {
		doc = e.apply(t, doc)
	}
	c, err := Parse("sereno.yaml", []byte(doc), testEnv)
	if err != nil {
		t.Fatal(err)
	}
	checkServable(t, c)
	return c
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	out, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The hours of a calendar in a week of its life, as the document says them.
func TestCalendarsAreReadWithTheirHolidaysAndVersions(t *testing.T) {
	c := edited(t, edit{`    holidays: ["12-25"]`, `    holidays: ["11-06", 2026-12-07, {region: AR, except: [12-08]}, {ical: testdata/holidays.ics, except: [2028-08-15]}]
    exceptions: {"12-31": ["09:00-13:00"], 2026-12-31: ["09:00-10:00"]}
    versions:
      - {from: 2027-03-01, hours: {mon-sun: ["08:00-20:00"]}}
      - {from: 2028-01-01, timezone: Europe/Madrid, holidays: []}`}).Company.Calendars[0]
	for _, tt := range []struct {
		name, at string
		open     bool
	}{
		{"a Monday", "2026-11-30T10:00:00-03:00", true},
		{"a holiday of one date", "2026-12-07T10:00:00-03:00", false},
		{"a holiday of the region that is worked", "2026-12-08T10:00:00-03:00", true},
		{"a holiday that the law moved", "2026-11-23T10:00:00-03:00", false},
		{"a holiday of every year", "2026-11-06T10:00:00-03:00", false},
		{"a holiday of the file, of two days", "2026-12-24T10:00:00-03:00", false},
		{"a holiday that comes again each year", "2028-08-15T10:00:00+02:00", true},
		{"half a day, of one date", "2026-12-31T09:30:00-03:00", true},
		{"half a day, of one date, at noon", "2026-12-31T12:00:00-03:00", false},
		{"a Sunday before the new hours", "2027-02-28T10:00:00-03:00", false},
		{"a Sunday of the new hours", "2027-03-07T19:59:59-03:00", true},
		{"half a day, of every year", "2027-12-31T12:00:00-03:00", true},
		{"half a day, of every year, in the afternoon", "2027-12-31T13:00:00-03:00", false},
		{"a holiday of the region under the new hours", "2027-05-25T10:00:00-03:00", false},
		{"in Madrid that is none, and the holidays are gone", "2028-05-25T08:00:00+02:00", true},
		{"in Madrid, too early", "2028-05-25T07:59:59+02:00", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := c.OpenAt(at(t, tt.at)); got != tt.open {
				t.Errorf("OpenAt(%s) = %v", tt.at, got)
			}
		})
	}
}

func TestContractsAreReadWithTheirKindsAndVersions(t *testing.T) {
	c := edited(t, edit{"high: {calendar: office, first_response: 1h, resolution: 8h}", `high:
        calendar: office
        first_response: {within: 1h, calendar: always, from: confirmed, warnings: [20m, 50%, 10m, 25%]}
        update: 2h
        workaround: 4h
        resolution: 8h`}, edit{"    warnings: [75%]", `    warnings: [5m, 90%, 50%]
    kinds: {question: {high: {calendar: office, first_response: 9h}, critical: none}}
    changes: from_start
    reopening: {mode: restart, new_after: 14d}
    versions:
      - {valid_from: 2027-01-01, warnings: [75%]}
      - {valid_from: 2027-07-01, levels: {critical: none, high: {calendar: office, resolution: 6h}, normal: none, low: none}, pauses: {}}`}).Company.Contracts[0]
	if c.Changes != sla.Recompute || c.Reopening != (sla.Reopening{Mode: sla.Restart, NewAfter: 14 * 24 * time.Hour}) || len(c.Terms) != 3 {
		t.Fatalf("the contract is %+v", c)
	}
	type row struct {
		at       string
		request  sla.Request
		severity sla.Severity
		name     sla.Name
	}
	for _, tt := range []struct {
		name     string
		of       row
		within   time.Duration
		calendar string
		warnings []sla.Warning
		start    sla.Start
	}{
		{
			"all of its own",
			row{"2026-12-31T23:59:59-03:00", sla.Failure, sla.High, sla.FirstResponse},
			time.Hour, "always",
			[]sla.Warning{{Share: 0.25}, {Share: 0.5}, {Left: 20 * time.Minute}, {Left: 10 * time.Minute}},
			sla.StartConfirmed,
		},
		{
			"an update, as the level and the contract say",
			row{"2026-12-01T00:00:00Z", "", sla.High, sla.Update},
			2 * time.Hour, "office",
			[]sla.Warning{{Share: 0.5}, {Share: 0.9}, {Left: 5 * time.Minute}},
			"",
		},
		{
			"a workaround of the next year, by its warnings",
			row{"2027-01-01T00:00:00-03:00", "", sla.High, sla.Workaround},
			4 * time.Hour, "office",
			[]sla.Warning{{Share: 0.75}},
			"",
		},
		{"a question", row{"2027-01-01T00:00:00-03:00", sla.Question, sla.High, sla.FirstResponse}, 9 * time.Hour, "office", []sla.Warning{{Share: 0.75}}, ""},
		{"a question of a severity that the kind does not name", row{"2027-01-01T00:00:00-03:00", sla.Question, sla.Normal, sla.FirstResponse}, 4 * time.Hour, "office", []sla.Warning{{Share: 0.75}}, ""},
		{"a critical question", row{"2027-01-01T00:00:00-03:00", sla.Question, sla.Critical, sla.FirstResponse}, 0, "", nil, ""},
		{"a request is as a failure", row{"2027-01-01T00:00:00-03:00", sla.ServiceRequest, sla.Critical, sla.FirstResponse}, 15 * time.Minute, "always", []sla.Warning{{Share: 0.75}}, ""},
		{"the second before new levels", row{"2027-06-30T23:59:59-03:00", "", sla.High, sla.Resolution}, 8 * time.Hour, "office", []sla.Warning{{Share: 0.75}}, ""},
		{"new levels", row{"2027-07-01T00:00:00-03:00", "", sla.High, sla.Resolution}, 6 * time.Hour, "office", []sla.Warning{{Share: 0.75}}, ""},
		{"new levels, what questions keep of their own", row{"2027-07-01T00:00:00-03:00", sla.Question, sla.High, sla.FirstResponse}, 9 * time.Hour, "office", []sla.Warning{{Share: 0.75}}, ""},
		{"new levels, what they do not promise", row{"2027-07-01T00:00:00-03:00", "", sla.Critical, sla.Resolution}, 0, "", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := c.At(at(t, tt.of.at)).Promised(tt.of.request, tt.of.severity, tt.of.name)
			if ok != (tt.within > 0) || got.Within != tt.within {
				t.Fatalf("promised is %+v, %v", got, ok)
			}
			if !ok {
				return
			}
			if got.Calendar.Name() != tt.calendar || got.Start != tt.start {
				t.Errorf("it is counted by %s, from %q", got.Calendar.Name(), got.Start)
			}
			if d := cmp.Diff(tt.warnings, got.Warnings); d != "" {
				t.Errorf("warnings (-want +got):\n%s", d)
			}
		})
	}
	for i, want := range []bool{true, true, false} {
		if got := c.Terms[i].Stops(sla.Customer, sla.Resolution); got != want {
			t.Errorf("version %d stops: %v", i, got)
		}
	}
}

func TestSchedulesAreReadWithTheirLayers(t *testing.T) {
	c := edited(t, edit{"{every: weekly, handoff: mon 09:00, start: 2026-11-02, people: [luis, ana]}", `
    timezone: Europe/Madrid
    layers:
      - {name: night, every: 12h, handoff: "20:00", start: 2026-11-02, people: [luis, ana], days: [mon-fri, sun], hours: ["22:00-07:00", "12:00-13:00"], until: 2027-01-01}
      - {timezone: UTC, every: 2w, handoff: mon 09:00, start: 2026-11-02, people: [sofia]}`})
	madrid, all := c.Company.Schedules[0].Zone, [7]bool{true, true, true, true, true, true, false}
	want := []oncall.Layer{
		{
			Name:     "night",
			Rotation: oncall.Rotation{People: []string{"luis", "ana"}, Unit: oncall.Hour, Every: 12, Start: oncall.Date{Year: 2026, Month: 11, Day: 2}, HandOff: 20 * 60, Zone: madrid},
			Restrict: []oncall.Restriction{{Days: all, From: 22 * 60, To: 31 * 60}, {Days: all, From: 12 * 60, To: 13 * 60}},
			Until:    oncall.Date{Year: 2027, Month: 1, Day: 1},
		},
		{Rotation: oncall.Rotation{People: []string{"sofia"}, Unit: oncall.Week, Every: 2, Start: oncall.Date{Year: 2026, Month: 11, Day: 2}, HandOff: 9 * 60, Zone: time.UTC}},
	}
	if d := cmp.Diff(want, c.Company.Schedules[0].Layers, zones); d != "" {
		t.Errorf("layers (-want +got):\n%s", d)
	}
}

// zones are compared by name.
var zones = cmp.Comparer(func(a, b *time.Location) bool { return a == b || a != nil && b != nil && a.String() == b.String() })

func TestPoliciesAreReadWithTheirTargetsAndConditions(t *testing.T) {
	c := edited(t, edit{"[{schedule: team}, {channel: team, after: 10m}]", `
      - {people: [ana, luis], at: 25%}
      - {targets: [diego, {schedule: payments-oncall}, {lead: payments}, {team: platform}, {channel: payments}], at: 50%, after: 3m}
      - {lead: payments, at: 90%, when: {severity: [critical, high], customers: [acme], outside: office}}
      - {team: team, at: 90%, when: {hours: {mon-fri: ["09:00-18:00"], sat: ["10:00-12:00"]}, timezone: UTC}}
    ack_for: 20m
    fallback: [diego, {channel: team}]`}, edit{"", "paging: {fallback: [{team: platform}]}\n"})
	p := c.Company.Policies[0]
	target := func(kind oncall.TargetKind, name string) oncall.Target { return oncall.Target{Kind: kind, Name: name} }
	weekdays := [7]bool{false, true, true, true, true, true, false}
	want := &oncall.Policy{
		Name: "standard", RepeatAfter: 10 * time.Minute, AckFor: 20 * time.Minute,
		Fallback: []oncall.Target{target(oncall.TargetPerson, "diego"), target(oncall.TargetChannel, oncall.TeamsOwn)},
		Steps: []oncall.Step{
			{Targets: []oncall.Target{target(oncall.TargetPerson, "ana"), target(oncall.TargetPerson, "luis")}, Share: 0.25},
			{Targets: []oncall.Target{
				target(oncall.TargetPerson, "diego"), target(oncall.TargetSchedule, "payments-oncall"), target(oncall.TargetLead, "payments"),
				target(oncall.TargetTeam, "platform"), target(oncall.TargetChannel, "payments"),
			}, Share: 0.5, After: 3 * time.Minute},
			{
				Targets: []oncall.Target{target(oncall.TargetLead, "payments")}, Share: 0.9,
				When: oncall.Condition{Severities: []sla.Severity{sla.Critical, sla.High}, Customers: []string{"acme"}, Calendar: c.Company.Calendars[0], Outside: true},
			},
			{Targets: []oncall.Target{target(oncall.TargetTeam, oncall.TeamsOwn)}, Share: 0.9, When: oncall.Condition{Hours: &oncall.Window{
				Zone:  time.UTC,
				Hours: []oncall.Restriction{{Days: weekdays, From: 9 * 60, To: 18 * 60}, {Days: [7]bool{6: true}, From: 10 * 60, To: 12 * 60}},
			}}},
		},
	}
	sameCalendar := cmp.Comparer(func(a, b *sla.Calendar) bool { return a == b })
	if d := cmp.Diff(want, p, zones, sameCalendar); d != "" {
		t.Errorf("policy (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]oncall.Target{target(oncall.TargetTeam, "platform")}, c.Company.Paging.Fallback); d != "" {
		t.Errorf("the last resort (-want +got):\n%s", d)
	}
}

func TestPeopleAreReadWithHowTheyAreReached(t *testing.T) {
	c := edited(
		t, edit{"  ana: {identities: {slack: U1}}", `  ana: {timezone: Europe/Madrid, identities: {slack: U1, mail: ana@example.com}, reach: [console, {slack: 0s}, mail], quiet: {hours: ["22:00-07:00"]}}`},
		edit{"  luis: {}", `  luis: {quiet: {hours: ["13:00-15:00"], days: mon-fri, timezone: UTC}}`},
		edit{"    contacts: [maria]", "    contacts: [maria]\n    kind: question"}, edit{"    lead: diego", "    lead: diego\n    ola: gold"},
	)
	ana, luis := c.Company.Person("ana"), c.Company.Person("luis")
	want := []company.Reach{{Platform: console}, {Platform: slack}, {Platform: mail, After: company.DefaultReachAfter}}
	if d := cmp.Diff(want, ana.Reach); d != "" {
		t.Errorf("ana is reached (-want +got):\n%s", d)
	}
	if !ana.CanBeReachedOn(mail) || ana.CanBeReachedOn(discord) || !luis.CanBeReachedOn(console) || luis.CanBeReachedOn(slack) {
		t.Error("somebody can be reached where they cannot, or not where they can")
	}
	night := at(t, "2026-11-25T05:59:59+00:00")
	if q := ana.Quiet; len(q) != 1 || !q[0].Contains(night) || q[0].Contains(night.Add(time.Second)) {
		t.Errorf("ana is left alone %+v", q)
	}
	if q := luis.Quiet; len(q) != 1 || !q[0].Contains(at(t, "2026-11-25T13:00:00Z")) || q[0].Contains(at(t, "2026-11-28T13:00:00Z")) {
		t.Errorf("luis is left alone %+v", q)
	}
	if x := c.Company.Customer("acme"); x.Kind != sla.Question || c.Company.Customer("globex").Kind != sla.Failure {
		t.Errorf("a new incident is a %s", x.Kind)
	}
	if ola := c.Company.Team("payments").OLA; ola == nil || ola.Name != "gold" || c.Company.Team("platform").OLA != nil {
		t.Errorf("the team promises %+v", ola)
	}
}

// What changed in lists of several kinds and in files beside the document is
// told too.
func TestDiffOfWhatIsNew(t *testing.T) {
	old := edited(t, edit{`["12-25"]`, `["12-25", {region: AR}, {ical: testdata/holidays.ics}]`}, edit{"{slack: U1}", "{slack: U1}, reach: [console, {slack: 2m}]"})
	next := edited(t, edit{`["12-25"]`, `["12-25", {region: ES}, {ical: testdata/holidays.ics}]`}, edit{"{slack: U1}", "{slack: U1}, reach: [console, {slack: 3m}]"})
	old.leaves = replaced(old.leaves, "testdata/holidays.ics (", "testdata/holidays.ics (0000")
	var got []string
	for _, line := range Diff(old, next) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	want := []string{
		"calendars.office.holidays[1].region: AR → ES",
		"calendars.office.holidays[2].ical: testdata/holidays.ics (0000",
		"people.ana.reach[1].slack: 2m → 3m",
	}
	for i := range got {
		if i == 1 {
			got[i] = got[i][:len(want[i])]
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("what changed (-want +got):\n%s", d)
	}
}

func replaced(all []leaf, old, new string) []leaf {
	for i := range all {
		all[i].shown = strings.Replace(all[i].shown, old, new, 1)
		all[i].value = strings.Replace(all[i].value, old, new, 1)
	}
	return all
}
