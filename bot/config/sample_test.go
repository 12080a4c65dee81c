package config

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// The sample company is specified to the last name, hour and holiday: this is
// the specification.
func TestSampleIsTheCompanyOfTheDesign(t *testing.T) {
	c := Sample().Company
	if c.Language != company.Spanish || c.Zone.String() != "America/Argentina/Buenos_Aires" {
		t.Errorf("the company speaks %s in %s", c.Language, c.Zone)
	}
	if c.GroupWithin != 5*time.Minute || c.CloseAfter != 72*time.Hour {
		t.Errorf("groups within %s, closes after %s", c.GroupWithin, c.CloseAfter)
	}
	want := map[string]string{"ticket": "open", "eyes": "take", "white_check_mark": "resolve"}
	if d := cmp.Diff(want, c.Reactions); d != "" {
		t.Errorf("reactions (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]company.ChannelID{{Platform: "console", ID: "quality"}}, c.QualityChannels); d != "" {
		t.Errorf("quality reads elsewhere:\n%s", d)
	}
}

func TestSampleCustomers(t *testing.T) {
	type row struct {
		Key, Name, Language, Zone, Channel, Contact, Contract, Team, Severity string
	}
	var got []row
	for _, x := range Sample().Company.Customers {
		if len(x.Channels) != 1 || len(x.Contacts) != 1 || x.Contacts[0].Customer != x {
			t.Fatalf("%s has channels %v and contacts %v", x.Key, x.Channels, x.Contacts)
		}
		got = append(got, row{
			x.Key, x.Name, string(x.Language), x.Zone.String(), x.Channels[0].Platform + ":" + x.Channels[0].ID,
			x.Contacts[0].Key, x.Contract.Name, x.Team.Key, string(x.Severity),
		})
	}
	want := []row{
		{"acme", "Acme S.A.", "es", "America/Argentina/Buenos_Aires", "console:acme-support", "maria", "gold", "payments", "high"},
		{"globex", "Globex Corp.", "en", "America/New_York", "console:globex-support", "john", "standard", "platform", "normal"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("customers (-want +got):\n%s", d)
	}
}

func TestSampleTeams(t *testing.T) {
	type row struct {
		Key, Language, Zone, Channel, Schedule, Lead string
		Agents                                       []string
	}
	var got []row
	for _, x := range Sample().Company.Teams {
		r := row{Key: x.Key, Language: string(x.Language), Zone: x.Zone.String(), Channel: x.Channels[0].ID, Schedule: x.Schedule.Name, Lead: x.Lead.Key}
		for _, p := range x.Agents {
			r.Agents = append(r.Agents, p.Key)
		}
		got = append(got, r)
		if x.Policy == nil || x.Policy.Name != "sample" {
			t.Errorf("%s escalates by %v", x.Key, x.Policy)
		}
	}
	want := []row{
		{"payments", "es", "America/Argentina/Buenos_Aires", "payments-team", "payments-oncall", "diego", []string{"ana", "luis"}},
		{"platform", "en", "America/New_York", "platform-team", "platform-oncall", "diego", []string{"sofia", "tom"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("teams (-want +got):\n%s", d)
	}
}

func TestSamplePeople(t *testing.T) {
	type row struct{ Key, Language, Zone, Console, Roles string }
	var got []row
	for _, p := range Sample().Company.People {
		roles := ""
		for _, r := range p.Roles {
			roles += string(r) + " "
		}
		got = append(got, row{p.Key, string(p.Language), p.Zone.String(), p.Identities["console"], roles})
	}
	ar, ny := "America/Argentina/Buenos_Aires", "America/New_York"
	want := []row{
		{"maria", "es", ar, "maria", "customer "},
		{"john", "en", ny, "john", "customer "},
		{"ana", "es", ar, "ana", "agent "},
		{"luis", "es", ar, "luis", "agent "},
		{"sofia", "en", ny, "sofia", "agent "},
		{"tom", "en", ny, "tom", "agent "},
		{"diego", "es", ar, "diego", "lead "},
		{"vera", "es", ar, "vera", "quality "},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("people (-want +got):\n%s", d)
	}
}

func TestSampleContracts(t *testing.T) {
	type level struct {
		Calendar          string
		First, Next, Done time.Duration
	}
	got := map[string]map[sla.Severity]level{}
	for _, c := range Sample().Company.Contracts {
		got[c.Name] = map[sla.Severity]level{}
		for s, l := range c.Terms[0].Levels {
			got[c.Name][s] = level{l.Calendar.Name(), l.FirstResponse.Within, l.NextResponse.Within, l.Resolution.Within}
		}
		if d := cmp.Diff(map[sla.WaitingOn][]sla.Name{sla.Customer: {sla.Resolution, sla.NextResponse}}, c.Terms[0].Pauses); d != "" {
			t.Errorf("%s pauses (-want +got):\n%s", c.Name, d)
		}
		if d := cmp.Diff([]sla.Warning{{Share: 0.75}}, c.Terms[0].Warnings); d != "" {
			t.Errorf("%s warns (-want +got):\n%s", c.Name, d)
		}
		if err := c.Check(); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	const m, h = time.Minute, time.Hour
	want := map[string]map[sla.Severity]level{
		"gold": {
			sla.Critical: {"always", 15 * m, 30 * m, 4 * h},
			sla.High:     {"office-ar", h, 2 * h, 8 * h},
			sla.Normal:   {"office-ar", 4 * h, 8 * h, 27 * h},
			sla.Low:      {"office-ar", 9 * h, 9 * h, 0},
		},
		"standard": {
			sla.Critical: {"office-ny", h, 2 * h, 8 * h},
			sla.High:     {"office-ny", 2 * h, 4 * h, 16 * h},
			sla.Normal:   {"office-ny", 8 * h, 8 * h, 40 * h},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("contracts (-want +got):\n%s", d)
	}
}

func TestSampleCalendars(t *testing.T) {
	calendars := map[string]*sla.Calendar{}
	for _, c := range Sample().Company.Calendars {
		calendars[c.Name()] = c
	}
	for _, tt := range []struct {
		name, calendar, at string
		open               bool
	}{
		{"office-ar opens at nine in Buenos Aires", "office-ar", "2026-11-24T09:00:00-03:00", true},
		{"office-ar is closed a second before", "office-ar", "2026-11-24T08:59:59-03:00", false},
		{"office-ar is open until six", "office-ar", "2026-11-24T17:59:59-03:00", true},
		{"office-ar is closed at six", "office-ar", "2026-11-24T18:00:00-03:00", false},
		{"office-ar is closed on Saturday", "office-ar", "2026-11-28T10:00:00-03:00", false},
		{"office-ar is closed on 2026-11-23", "office-ar", "2026-11-23T10:00:00-03:00", false},
		{"office-ar is closed on 2026-12-08", "office-ar", "2026-12-08T10:00:00-03:00", false},
		{"office-ar is closed on 2026-12-25", "office-ar", "2026-12-25T10:00:00-03:00", false},
		{"office-ar is closed on 2027-01-01", "office-ar", "2027-01-01T10:00:00-03:00", false},
		{"office-ar is open on Thanksgiving", "office-ar", "2026-11-26T10:00:00-03:00", true},
		{"office-ar is open on the next Immaculate Conception", "office-ar", "2027-12-08T10:00:00-03:00", true},
		{"office-ny opens at nine in New York", "office-ny", "2026-11-24T09:00:00-05:00", true},
		{"office-ny is closed at five", "office-ny", "2026-11-24T17:00:00-05:00", false},
		{"office-ny is closed on 2026-11-26", "office-ny", "2026-11-26T10:00:00-05:00", false},
		{"office-ny is closed on 2026-12-25", "office-ny", "2026-12-25T10:00:00-05:00", false},
		{"office-ny is closed on 2027-01-01", "office-ny", "2027-01-01T10:00:00-05:00", false},
		{"office-ny is open on 2026-11-23", "office-ny", "2026-11-23T10:00:00-05:00", true},
		{"always is open on Christmas night", "always", "2026-12-25T03:00:00Z", true},
		{"always is open at midnight", "always", "2026-12-26T00:00:00Z", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := calendars[tt.calendar].OpenAt(at); got != tt.open {
				t.Errorf("OpenAt(%s) = %v", tt.at, got)
			}
		})
	}
}

func TestSampleOnCall(t *testing.T) {
	type rotation struct {
		Name, Zone     string
		People         []string
		Every, HandOff int
		Start          oncall.Date
	}
	var got []rotation
	for _, s := range Sample().Company.Schedules {
		r := s.Layers[0].Rotation
		got = append(got, rotation{s.Name, r.Zone.String(), r.People, r.Every, r.HandOff, r.Start})
	}
	start := oncall.Date{Year: 2026, Month: time.November, Day: 2}
	want := []rotation{
		{"payments-oncall", "America/Argentina/Buenos_Aires", []string{"luis", "ana"}, 1, 9 * 60, start},
		{"platform-oncall", "America/New_York", []string{"sofia", "tom"}, 1, 9 * 60, start},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("schedules (-want +got):\n%s", d)
	}
	wantPolicy := []*oncall.Policy{{
		Name: "sample",
		Steps: []oncall.Step{
			{Targets: []oncall.Target{{Kind: oncall.TargetSchedule, Name: oncall.TeamsOwn}}},
			{Targets: []oncall.Target{{Kind: oncall.TargetPerson, Name: "diego"}}, After: 10 * time.Minute},
			{Targets: []oncall.Target{{Kind: oncall.TargetChannel, Name: oncall.TeamsOwn}}, After: 10 * time.Minute},
		},
		Repeat: 2, RepeatAfter: 10 * time.Minute,
	}}
	if d := cmp.Diff(wantPolicy, Sample().Company.Policies); d != "" {
		t.Errorf("policies (-want +got):\n%s", d)
	}
}

func TestSampleIsNewEachTime(t *testing.T) {
	if a, b := Sample(), Sample(); a.Company == b.Company {
		t.Error("two samples share one company")
	}
}

func TestSamplePolicyCanWork(t *testing.T) {
	if late := Sample().Unworkable(); len(late) > 0 {
		t.Error(late)
	}
}
