package oncall

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// standard is the sample company's policy.
func standard() *Policy {
	return &Policy{
		Name: "standard",
		Steps: []Step{
			{Schedule: TeamSchedule}, {Person: "diego", After: 10 * time.Minute}, {Channel: true, After: 10 * time.Minute},
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
		{"one step, once", &Policy{Steps: []Step{{Channel: true, After: time.Minute}}}, []string{"0.0 at 1m0s"}},
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
		{"an empty schedule", (&Schedule{Rotation: Rotation{HandOff: -1}}).Check(), []string{
			"people nobody takes turns", "every must be one day or more", "hand_off must be between 00:00 and 23:59",
			"start there is no such date", "timezone no time zone",
		}},
		{"a schedule with small mistakes", (&Schedule{Rotation: Rotation{
			[]string{"ana", ""}, 7, day(2026, 2, 29), 1440, time.UTC,
		}}).Check(), []string{
			"people[1] has no name", "hand_off must be between 00:00 and 23:59", "start there is no such date",
		}},
		{"an empty policy", (&Policy{}).Check(), []string{"steps reaches nobody"}},
		{"a policy with mistakes", (&Policy{
			Steps:  []Step{{}, {Person: "ana", Channel: true, After: -1}},
			Repeat: 1,
		}).Check(), []string{
			"steps[0] must reach exactly one of a schedule, a person, and the channel",
			"steps[1] must reach exactly one of a schedule, a person, and the channel",
			"steps[1].after must not be negative",
			"repeat_after must be more than nothing when the policy is repeated",
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
