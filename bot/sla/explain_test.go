package sla

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// written are lines as the wall clocks of a zone show them.
func written(lines iter.Seq[Line], zone *time.Location) []string {
	out := []string{}
	for l := range lines {
		s := fmt.Sprintf("%s–%s %s", l.From.In(zone).Format("Mon 15:04"), l.To.In(zone).Format("Mon 15:04"), l.Kind)
		switch l.Kind {
		case Counted:
			s += " " + l.Amount().String()
		case Stopped:
			s += " " + string(l.Why)
		}
		out = append(out, s)
	}
	return out
}

func TestExplain(t *testing.T) {
	m, utc := calM(t), always(t, "UTC")
	for _, tt := range []struct {
		name     string
		contract *Contract
		story    string
		want     []string
	}{
		{"counted, and paused for the customer", contract(m, 0, 0, 480), `
			2026-09-16 09:00 reported high
			09:42 waiting waiting_customer
			11:10 customer_wrote
			11:40`, []string{
			"Wed 09:00–Wed 09:42 counted 42m0s", "Wed 09:42–Wed 11:10 paused waiting_customer", "Wed 11:10–Wed 11:40 counted 30m0s",
		}},
		{"over a night", contract(m, 0, 0, 480), `
			2026-09-16 17:00 reported high
			2026-09-17 10:00`, []string{
			"Wed 17:00–Wed 18:00 counted 1h0m0s", "Wed 18:00–Thu 09:00 closed", "Thu 09:00–Thu 10:00 counted 1h0m0s",
		}},
		{"a pause through the night is one line", contract(m, 0, 0, 480), `
			2026-09-16 17:00 reported high
			17:30 waiting waiting_customer
			2026-09-17 10:00 resumed
			10:30`, []string{
			"Wed 17:00–Wed 17:30 counted 30m0s", "Wed 17:30–Thu 10:00 paused waiting_customer", "Thu 10:00–Thu 10:30 counted 30m0s",
		}},
		{"reported at night", contract(m, 0, 0, 480), `
			2026-09-16 22:00 reported high
			23:00`, []string{"Wed 22:00–Wed 23:00 closed"}},
		{"a wait that does not pause it is not told", contract(m, 0, 0, 480), `
			2026-09-16 10:00 reported high
			10:30 waiting waiting_third_party
			11:00`, []string{"Wed 10:00–Wed 11:00 counted 1h0m0s"}},
		{"at once there is nothing to tell", contract(m, 0, 0, 480), "2026-09-16 10:00 reported high", []string{}},
		{"where the calendar changed with the terms", contract(utc, 0, 0, 480, from(time.Date(2026, 9, 16, 6, 0, 0, 0, time.UTC), contract(m, 0, 0, 480), Piecewise)), `
			2026-09-16 07:00 reported high
			10:00`, []string{
			"Wed 07:00–Wed 08:00 counted 1h0m0s", "Wed 08:00–Wed 09:00 closed", "Wed 09:00–Wed 10:00 counted 1h0m0s",
		}},
		{"where other terms count in the same hours", contract(m, 0, 0, 480, from(time.Date(2026, 9, 16, 8, 0, 0, 0, time.UTC), contract(calM(t), 0, 0, 240), Piecewise)), `
			2026-09-16 09:00 reported high
			11:00`, []string{"Wed 09:00–Wed 11:00 counted 2h0m0s"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			facts, now := told(t, m, tt.story)
			e := Explain(tt.contract, facts, now)
			if diff := cmp.Diff(tt.want, written(e[0].Lines(), m.Zone())); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
	morning := at(t, m, "2026-09-16 08:59")
	first := m.Without().Lines(morning, morning.Add(time.Minute+time.Millisecond))
	if diff := cmp.Diff([]string{"Wed 08:59–Wed 09:00 closed", "Wed 09:00–Wed 09:00 counted 1ms"}, written(first, m.Zone())); diff != "" {
		t.Errorf("the first millisecond after opening counts (-want +got):\n%s", diff)
	}
	facts, now := told(t, m, `
		2026-09-16 09:00 reported high
		10:00 resolved
		12:00 reopened
		12:30`)
	e := Explain(contract(m, 0, 0, 480), facts, now)
	want := []string{"Wed 09:00–Wed 10:00 counted 1h0m0s", "Wed 10:00–Wed 12:00 paused solved", "Wed 12:00–Wed 12:30 counted 30m0s"}
	if diff := cmp.Diff(want, written(e[1].Lines(), m.Zone())); diff != "" {
		t.Errorf("the cycle of a reopening tells the one before, too (-want +got):\n%s", diff)
	}
	if e[1].Left() != 6*time.Hour+30*time.Minute {
		t.Errorf("%s are left", e[1].Left())
	}
}

// What stands still while a team does not have the incident, or somebody else is
// waited for, is not the team's time.
func TestTeamClocks(t *testing.T) {
	utc := always(t, "UTC")
	ola := contract(utc, 30, 0, 120, func(c *Contract) { c.Terms[0].Pauses = nil })
	for _, tt := range []struct {
		name, story string
		want        []string
	}{
		{"from the start to the end in one team", `
			2026-09-16 10:00 reported high
			10:10 agent_wrote
			11:00 resolved`, []string{
			"first_response met, due Wed 16 10:30:00, took 10m0s",
			"resolution met, due Wed 16 12:00:00, took 1h0m0s",
		}},
		{"waits are nobody's time in the team", `
			2026-09-16 10:00 reported high
			10:10 agent_wrote
			10:30 waiting waiting_third_party
			12:30 waiting in_development
			13:00 resumed
			13:15`, []string{
			"first_response met, due Wed 16 10:30:00, took 10m0s",
			"resolution running, due Wed 16 14:30:00, took 45m0s",
		}},
		{"it begins when the team gets it", `
			2026-09-16 10:00 reported high
			10:10 agent_wrote
			11:00 team payments after platform
			12:00`, []string{"resolution running, due Wed 16 13:00:00, took 1h0m0s"}},
		{"it stands still when the team gives it away", `
			2026-09-16 10:00 reported high
			10:20 team platform after payments
			11:00 agent_wrote
			15:00 resolved`, []string{
			"first_response met, due Wed 16 11:10:00, took 20m0s",
			"resolution met, due Wed 16 16:40:00, took 20m0s",
		}},
		{"and goes on when it comes back", `
			2026-09-16 10:00 reported high
			10:00 agent_wrote
			10:20 team platform after payments
			11:00 team payments after platform
			12:40:01`, []string{
			"first_response met, due Wed 16 10:30:00, took 0s",
			"resolution breached, due Wed 16 12:40:00, took 2h0m1s, still open",
		}},
		{"a team that never had it has no clocks", `
			2026-09-16 10:00 reported high
			10:20 team platform after network
			11:00`, []string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			facts, now := told(t, utc, tt.story)
			got := read(TeamClocks(ola, "payments", facts, now), time.UTC)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("clocks (-want +got):\n%s", diff)
			}
		})
	}
	counts := contract(utc, 0, 0, 120, pausing(Customer), pausing(ThirdParty, Resolution))
	facts, now := told(t, utc, `
		2026-09-16 10:00 reported high
		10:30 waiting waiting_customer
		11:00 waiting waiting_third_party
		11:30`)
	if got := TeamClocks(counts, "payments", facts, now)[0].Elapsed; got != time.Hour {
		t.Errorf("pauses that the terms name are theirs alone: %s", got)
	}
}

func TestHolders(t *testing.T) {
	m := calM(t)
	facts, now := told(t, m, `
		2026-09-16 10:00 reported high
		11:00 waiting waiting_customer
		11:30 customer_wrote
		12:00 team network after payments
		17:00 waiting waiting_third_party
		2026-09-17 10:00 resumed
		11:00 team payments after network
		11:30 resolved
		15:00 reopened
		15:15 waiting in_development
		16:00`)
	want := []Holding{
		{Team: "payments", Time: 2*time.Hour + 15*time.Minute},
		{On: Customer, Time: 30 * time.Minute},
		{Team: "network", Time: 6 * time.Hour},
		{On: ThirdParty, Time: 2 * time.Hour},
		{On: Development, Time: 45 * time.Minute},
	}
	if diff := cmp.Diff(want, Holders(contract(m, 0, 0, 480), "payments", facts, now)); diff != "" {
		t.Errorf("who had it (-want +got):\n%s", diff)
	}
	if got := Holders(contract(m, 0, 0, 480), "payments", facts[1:], now); len(got) != 0 {
		t.Errorf("what was not reported nobody has: %v", got)
	}
}

// Who had it is told in the hours of then, as the clocks are.
func TestHoldersUnderTermsThatChange(t *testing.T) {
	utc, w := always(t, "UTC"), calW(t)
	noon := time.Date(2026, 9, 16, 12, 0, 0, 0, time.UTC)
	for rule, want := range map[Changes]time.Duration{Piecewise: 20 * time.Hour, Recompute: 13 * time.Hour} {
		c := contract(utc, 0, 0, 480, from(noon, contract(w, 0, 0, 480), rule))
		facts, now := told(t, utc, "2026-09-16 02:00 reported high\n2026-09-17 14:00")
		if got := Holders(c, "payments", facts, now); len(got) != 1 || got[0].Time != want {
			t.Errorf("%s: %v, want %v", rule, got, want)
		}
	}
}
