package bot

import (
	"context"
	"time"

	"sereno/bot/rca"
	"sereno/bot/sla"
)

// State is how things stand at an instant: what `sereno replay --state` prints.
type State struct {
	Kind      string          `json:"kind"` // "state"
	At        time.Time       `json:"at"`
	Incidents []IncidentState `json:"incidents"`
	Timers    []TimerState    `json:"timers"`
	RCAs      []RCAState      `json:"rcas"`
	Findings  []struct{}      `json:"findings"`
}

// IncidentState is one incident in a State.
type IncidentState struct {
	ID         string    `json:"id"`
	Customer   string    `json:"customer"`
	Team       string    `json:"team"`
	Severity   string    `json:"severity"`
	Status     string    `json:"status"`
	Owner      string    `json:"owner,omitempty"`
	Origin     string    `json:"origin"`
	ReportedAt time.Time `json:"reported_at"`
	MergedInto string    `json:"merged_into,omitempty"`
	Rating     int       `json:"rating,omitempty"`
	Self       bool      `json:"self_service,omitempty"`
	// Kind is left out for a failure.
	Kind        string     `json:"kind,omitempty"`
	ConfirmedAt *time.Time `json:"confirmed_at,omitempty"`
	Follows     string     `json:"follows,omitempty"`
	FollowedBy  string     `json:"followed_by,omitempty"`
	// Clocks are the commitments to the customer, TeamClocks the own targets of the
	// team, and of those that have handed it on.
	Drill      bool         `json:"drill,omitempty"`
	Clocks     []ClockState `json:"clocks"`
	Pages      []PageState  `json:"pages"`
	TeamClocks []ClockState `json:"team_clocks,omitempty"`
}

// ClockState is one commitment in a State. Times of business are in seconds.
type ClockState struct {
	Name string `json:"name"`
	// Team has handed the incident on; "" is the one that has it.
	Team      string     `json:"team,omitempty"`
	Cycle     int        `json:"cycle,omitempty"` // from the second on
	TargetS   int64      `json:"target_s"`
	Due       time.Time  `json:"due"`
	ElapsedS  int64      `json:"elapsed_s"`
	State     string     `json:"state"`
	StoppedAt *time.Time `json:"stopped_at,omitempty"`
	// Outcome is what came of it so far, LateS how much business time was used
	// beyond the target.
	Outcome string `json:"outcome,omitempty"`
	LateS   int64  `json:"late_s,omitempty"`
	// Excuse is why a breach is excused.
	Excuse string `json:"excuse,omitempty"`
}

// TimerState is one timer in a State.
type TimerState struct {
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"`
	Incident string    `json:"incident,omitempty"`
	Subject  string    `json:"subject,omitempty"`
}

// RCAState is one root-cause analysis in a State.
type RCAState struct {
	ID       string        `json:"id"`
	Incident string        `json:"incident"`
	Status   string        `json:"status"`
	Stage    string        `json:"stage"`
	Whys     []string      `json:"whys"`
	Origin   string        `json:"origin"`
	Team     string        `json:"team,omitempty"`
	Actions  []ActionState `json:"actions"`
}

// ActionState is one corrective action in a State.
type ActionState struct {
	What  string `json:"what"`
	Owner string `json:"owner"`
	Due   string `json:"due"`
}

// State tells how things stand at the clock's present instant.
func (b *Bot) State(ctx context.Context) (State, error) {
	now := b.Clock.Now()
	out := State{
		Kind: "state", At: now,
		Incidents: []IncidentState{}, Timers: []TimerState{}, RCAs: []RCAState{}, Findings: []struct{}{},
	}
	err := b.Store.View(ctx, func(tx Tx) error {
		incidents, err := tx.Incidents(ctx, IncidentQuery{})
		if err != nil {
			return err
		}
		histories, err := tx.Histories(ctx, IncidentQuery{})
		if err != nil {
			return err
		}
		for _, inc := range incidents {
			s := IncidentState{
				ID: inc.ID(), Customer: inc.Customer, Team: inc.Team, Severity: string(inc.Severity),
				Status: string(inc.Status), Owner: inc.Owner, Origin: string(inc.Origin),
				ReportedAt: inc.ReportedAt.UTC(), MergedInto: inc.MergedInto, Rating: inc.Rating, Self: inc.SelfService, Drill: inc.Drill,
				Follows: inc.Follows, FollowedBy: inc.FollowedBy, Clocks: []ClockState{},
			}
			if inc.KindOf() != sla.Failure {
				s.Kind = string(inc.Kind)
			}
			if at := inc.VerifiedAt.UTC(); !at.IsZero() {
				s.ConfirmedAt = &at
			}
			stands := stand(b.company.Load(), inc, histories[inc.Number], now)
			for _, c := range stands.clocks {
				s.Clocks = append(s.Clocks, clockState(c))
			}
			for _, c := range stands.team {
				s.TeamClocks = append(s.TeamClocks, clockState(c))
			}
			for _, t := range stands.handedOn {
				for _, c := range t.clocks {
					of := clockState(c)
					of.Team = t.team
					s.TeamClocks = append(s.TeamClocks, of)
				}
			}
			if s.Pages, err = pageStates(ctx, tx, inc); err != nil {
				return err
			}
			out.Incidents = append(out.Incidents, s)
		}
		timers, err := tx.Timers(ctx, 0, 0)
		if err != nil {
			return err
		}
		for _, t := range timers {
			if t.Incident == 0 {
				continue // the roster's, which are there whatever happens
			}
			out.Timers = append(out.Timers, TimerState{
				At: t.Due.UTC().Truncate(time.Millisecond), Kind: t.Kind, Incident: incidentID(t.Incident), Subject: t.Subject,
			})
		}
		records, err := tx.RCAs(ctx, time.Time{}, time.Time{})
		for _, r := range records {
			out.RCAs = append(out.RCAs, rcaState(r))
		}
		return err
	})
	return out, err
}

func clockState(c sla.Clock) ClockState {
	s := ClockState{
		Name: string(c.Name), TargetS: int64(c.Target / time.Second), Due: c.Due.UTC(),
		ElapsedS: int64(c.Elapsed / time.Second), State: string(c.State),
		Outcome: string(c.Outcome()), LateS: int64(c.Late() / time.Second),
	}
	if c.State == sla.Excused {
		s.Excuse = c.Excuse.Reason
	}
	if c.Cycle > 1 {
		s.Cycle = c.Cycle
	}
	if !c.Stopped.IsZero() {
		at := c.Stopped.UTC()
		s.StoppedAt = &at
	}
	return s
}

func rcaState(r *rca.Record) RCAState {
	s := RCAState{
		ID: r.ID(), Incident: incidentID(r.Incident), Status: string(r.Status), Stage: string(r.Stage),
		Whys: []string{}, Origin: string(r.Origin), Team: r.Team, Actions: []ActionState{},
	}
	for _, w := range r.Whys {
		s.Whys = append(s.Whys, w.Text)
	}
	for _, a := range r.Actions {
		s.Actions = append(s.Actions, ActionState(a))
	}
	return s
}
