package rca

import (
	"errors"
	"strings"
	"time"

	"sereno/bot/incident"
)

// Errors of the dialogue.
var (
	// ErrFinished: the analysis asks nothing any more.
	ErrFinished = errors.New("the analysis is finished")
	// ErrNotAsked: the answer belongs to another question than the one asked.
	ErrNotAsked = errors.New("that is not what is being asked")
	// ErrEmpty: the answer says nothing.
	ErrEmpty = errors.New("empty answer")
)

// Start is a new analysis that asks its first why.
func Start(incidentNumber int, by string, at time.Time) *Record {
	return &Record{
		Incident: incidentNumber, Status: InProgress, Stage: AskWhy,
		StartedBy: by, StartedAt: at, Origin: incident.Undetermined,
	}
}

// Running reports whether the dialogue still asks something.
func (r *Record) Running() bool { return r.Status == InProgress }

// Why records an answer to the present why. After the fifth the dialogue goes
// on to the origin.
func (r *Record) Why(text, by string, at time.Time) error {
	if err := r.asks(AskWhy); err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return ErrEmpty
	}
	r.Whys = append(r.Whys, Answer{Text: strings.TrimSpace(text), By: by, At: at})
	if len(r.Whys) == MaxWhys {
		r.Stage = AskOrigin
	}
	return nil
}

// Enough ends the whys; at least one must have been answered.
func (r *Record) Enough() error {
	if err := r.asks(AskWhy); err != nil {
		return err
	}
	if len(r.Whys) == 0 {
		return ErrEmpty
	}
	r.Stage = AskOrigin
	return nil
}

// SetOrigin records whose failure it was.
func (r *Record) SetOrigin(o incident.Origin) error {
	if err := r.asks(AskOrigin); err != nil {
		return err
	}
	r.Origin, r.Stage = o, AskTeam
	return nil
}

// SetTeam records the team that the failure is attributed to.
func (r *Record) SetTeam(team string) error {
	if err := r.asks(AskTeam); err != nil {
		return err
	}
	r.Team, r.Stage = team, AskActions
	return nil
}

// AddAction records a corrective action.
func (r *Record) AddAction(a Action) error {
	if err := r.asks(AskActions); err != nil {
		return err
	}
	if strings.TrimSpace(a.What) == "" {
		return ErrEmpty
	}
	r.Actions = append(r.Actions, a)
	return nil
}

// Finish ends the dialogue once actions are being asked for.
func (r *Record) Finish(at time.Time) error {
	if err := r.asks(AskActions); err != nil {
		return err
	}
	r.Stage, r.Status, r.FinishedAt = Finished, Done, at
	return nil
}

// Back takes the last answer back, so that its question is asked again. It
// answers false when there is nothing to take back.
func (r *Record) Back() bool {
	if !r.Running() {
		return false
	}
	switch {
	case r.Stage == AskActions && len(r.Actions) > 0:
		r.Actions = r.Actions[:len(r.Actions)-1]
	case r.Stage == AskActions:
		r.Team, r.Stage = "", AskTeam
	case r.Stage == AskTeam:
		r.Origin, r.Stage = incident.Undetermined, AskOrigin
	case len(r.Whys) > 0:
		r.Whys, r.Stage = r.Whys[:len(r.Whys)-1], AskWhy
	default:
		return false
	}
	return true
}

// Cause is the last why that was answered, "" before the first.
func (r *Record) Cause() string {
	if len(r.Whys) == 0 {
		return ""
	}
	return r.Whys[len(r.Whys)-1].Text
}

func (r *Record) asks(s Stage) error {
	switch {
	case !r.Running():
		return ErrFinished
	case r.Stage != s:
		return ErrNotAsked
	}
	return nil
}

// ParseAction reads an action as people write it: what is to be done, its
// owner and its date, separated by semicolons. The owner and the date are
// returned as written; missing parts are empty.
func ParseAction(line string) (what, owner, due string) {
	parts := strings.SplitN(line, ";", 3)
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	return strings.TrimSpace(parts[0]), strings.TrimPrefix(strings.TrimSpace(parts[1]), "@"), strings.TrimSpace(parts[2])
}
