package oncall

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/sla"
)

// reach is a step with one target.
func reach(after time.Duration, kind TargetKind, name string) Step {
	return Step{Targets: []Target{{kind, name}}, After: after}
}

// standard is the sample company's policy.
func standard() *Policy {
	return &Policy{
		Name: "standard",
		Steps: []Step{
			reach(0, TargetSchedule, TeamsOwn), reach(10*time.Minute, TargetPerson, "diego"), reach(10*time.Minute, TargetChannel, TeamsOwn),
		},
		Repeat: 2, RepeatAfter: 15 * time.Minute,
	}
}

func TestPolicyRuns(t *testing.T) {
	for _, tt := range []struct {
		name   string
		policy *Policy
		want   []string
	}{
		{"three steps, twice repeated", standard(), []string{
			"0.0 at 0s", "0.1 at 10m0s", "0.2 at 20m0s",
			"1.0 at 35m0s", "1.1 at 45m0s", "1.2 at 55m0s",
			"2.0 at 1h10m0s", "2.1 at 1h20m0s", "2.2 at 1h30m0s",
		}},
		{"one step, once", &Policy{Steps: []Step{reach(time.Minute, TargetChannel, TeamsOwn)}}, []string{"0.0 at 1m0s"}},
		{"no steps", &Policy{Repeat: 3}, nil},
		{"no policy", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			pos := tt.policy.Start()
			step, ok := tt.policy.Step(pos)
			for at := step.After; ok; {
				got = append(got, fmt.Sprintf("%d.%d at %s", pos.Round, pos.Step, at))
				var wait time.Duration
				pos, wait, ok = tt.policy.Next(pos)
				at += wait
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("pages (-want +got):\n%s", diff)
			}
		})
	}
}

// A run whose policy was shortened under it ends.
func TestPositionThatIsNoMore(t *testing.T) {
	p := standard()
	for _, pos := range []Position{{3, 0}, {0, 3}, {-1, 0}, {0, -1}, {2, 2}} {
		if next, wait, ok := p.Next(pos); ok {
			t.Errorf("Next(%v) = %v, %v", pos, next, wait)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want []string
	}{
		{"the sample company's schedule", payments(t).Check(), nil},
		{"the sample company's policy", standard().Check(), nil},
		{"an empty schedule", (&Schedule{}).Check(), []string{"layers has no layer"}},
		{"an empty layer", single("", Rotation{HandOff: -1}).Check(), []string{
			"layers[0].people nobody takes turns", "layers[0].every must be 1 or more", "layers[0].hand_off must be between 00:00 and 23:59",
			"layers[0].start there is no such date", "layers[0].timezone no time zone",
		}},
		{"a schedule with small mistakes", single("", Rotation{
			People: []string{"ana", ""}, Unit: 7, Every: 2000, Start: day(2026, 2, 29), HandOff: 1440, Zone: time.UTC,
		}).Check(), []string{
			"layers[0].people[1] has no name", "layers[0].every must be counted in hours, days or weeks", "layers[0].every must be 1000 or less",
			"layers[0].hand_off must be between 00:00 and 23:59", "layers[0].start there is no such date",
		}},
		{"a layer that is over before it begins and never serves", (&Schedule{Zone: time.UTC, Layers: []Layer{{
			Rotation: Rotation{People: []string{"ana"}, Every: 1, Start: day(2026, 2, 2)},
			Restrict: []Restriction{{From: nine, To: nine}, {Days: [7]bool{1: true}, From: -1, To: 1440}}, Until: day(2026, 2, 2),
		}}}).Check(), []string{
			"layers[0].until must be after the layer's first day", "layers[0].restrict[0].days names no day of the week",
			"layers[0].restrict[0].to must be after the beginning, and at most a day later",
			"layers[0].restrict[1].from must be between 00:00 and 23:59",
			"layers[0].restrict[1].to must be after the beginning, and at most a day later",
		}},
		{"an empty policy", (&Policy{}).Check(), []string{"steps reaches nobody"}},
		{"a policy with mistakes", (&Policy{
			Steps: []Step{
				{},
				{Targets: []Target{{TargetPerson, TeamsOwn}, {"", "ana"}}, After: -1, Share: 1},
				{Targets: []Target{{TargetLead, TeamsOwn}}, Share: 0.5, When: Condition{Hours: &Window{}}},
			},
			Repeat: 1, AckFor: -1, Fallback: []Target{{TargetChannel, ""}},
		}).Check(), []string{
			"steps[0].targets reaches nobody",
			"steps[1].targets[0] must name a schedule, a person, a team, a channel or a lead",
			"steps[1].targets[1] must name a schedule, a person, a team, a channel or a lead",
			"steps[1].after must not be negative",
			"steps[1].share must be more than 0 % and less than 100 %",
			"steps[2].share must not be less than that of an earlier step",
			"steps[2].when.timezone no time zone", "steps[2].when.hours names no day of the week",
			"repeat_after must be more than nothing when the policy is repeated",
			"ack_for must not be negative",
			"fallback[0] must name a schedule, a person, a team, a channel or a lead",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, e := range SpecErrors(tt.err) {
				got = append(got, e.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || (tt.err == nil) != (tt.want == nil) {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

// A critical commitment of 60 minutes, of which the paging begins with nothing used.
func TestPoliciesBackwardsFromTheBreach(t *testing.T) {
	begin := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	used := func(share float64) time.Time { return begin.Add(time.Duration(share * float64(time.Hour))) }
	p := &Policy{
		Steps: []Step{
			{Targets: []Target{{TargetSchedule, TeamsOwn}}, Share: 0.5},
			{Targets: []Target{{TargetLead, TeamsOwn}}, Share: 0.75},
			{Targets: []Target{{TargetChannel, TeamsOwn}}, After: 5 * time.Minute},
		},
		Repeat: 1, RepeatAfter: 10 * time.Minute,
	}
	for _, tt := range []struct {
		name  string
		pos   Position
		since time.Duration
		used  func(float64) time.Time
		want  time.Duration
	}{
		{"at half of the commitment", Position{0, 0}, 0, used, 30 * time.Minute},
		{"at three quarters", Position{1, 0}, 30 * time.Minute, used, 45 * time.Minute},
		{"at once when the share is past", Position{1, 0}, 50 * time.Minute, used, 50 * time.Minute},
		{"by its delay after it", Position{2, 0}, 45 * time.Minute, used, 50 * time.Minute},
		{"the next round by its own wait", Position{0, 1}, 50 * time.Minute, used, time.Hour},
		{"and its steps by the same", Position{1, 1}, time.Hour, used, 70 * time.Minute},
		{"without a commitment the first is due at once", Position{0, 0}, time.Minute, nil, time.Minute},
		{"and the next after the wait of a round", Position{1, 0}, time.Minute, nil, 11 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := p.Due(tt.pos, begin.Add(tt.since), tt.used).Sub(begin); got != tt.want {
				t.Errorf("due after %v, want %v", got, tt.want)
			}
		})
	}
	if got := p.FirstRound(time.Hour, 0); got != 50*time.Minute {
		t.Errorf("the first round takes %v", got)
	}
	if got := p.FirstRound(time.Hour, 56*time.Minute); got < time.Hour {
		t.Errorf("begun at 56 of 60 minutes, it ends after %v", got)
	}
	if got := standard().Length(); got != 90*time.Minute {
		t.Errorf("all rounds of the standard policy take %v", got)
	}
	if got := (&Policy{}).Length(); got != 0 {
		t.Errorf("an empty policy takes %v", got)
	}
}

func TestConditions(t *testing.T) {
	night := &Window{Zone: time.UTC, Hours: []Restriction{{Days: [7]bool{true, true, true, true, true, true, true}, From: 22 * 60, To: 30 * 60}}}
	noon, midnight := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		when Condition
		at   time.Time
		want bool
	}{
		{"none", Condition{}, noon, true},
		{"its severity", Condition{Severities: []sla.Severity{sla.Critical, sla.High}}, noon, true},
		{"another severity", Condition{Severities: []sla.Severity{sla.Low}}, noon, false},
		{"its customer", Condition{Customers: []string{"acme"}}, noon, true},
		{"another customer", Condition{Customers: []string{"globex"}}, noon, false},
		{"outside the hours", Condition{Hours: night}, noon, false},
		{"within the hours", Condition{Hours: night}, midnight, true},
		{"turned round, outside them", Condition{Hours: night, Outside: true}, noon, true},
		{"turned round, within them", Condition{Hours: night, Outside: true}, midnight, false},
		{"all parts must hold", Condition{Customers: []string{"acme"}, Hours: night}, noon, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.when.Holds(sla.High, "acme", tt.at); got != tt.want {
				t.Errorf("holds: %v", got)
			}
		})
	}
}
