// Package rca is the root-cause analysis of an incident: the record, and the
// dialogue that fills it one question at a time. Pure values.
package rca

import (
	"fmt"
	"time"

	"sereno/bot/incident"
)

// Status of an analysis.
type Status string

// The states.
const (
	InProgress Status = "in_progress"
	Done       Status = "done"
	Cancelled  Status = "cancelled"
)

// Stage is the question that is being asked.
type Stage string

// The questions, in order.
const (
	AskWhy     Stage = "why" // as often as five times
	AskOrigin  Stage = "origin"
	AskTeam    Stage = "team"
	AskActions Stage = "actions"
	Finished   Stage = "finished"
)

// MaxWhys is how often the dialogue asks why.
const MaxWhys = 5

// Record is one analysis.
type Record struct {
	Number     int
	Incident   int
	Status     Status
	Stage      Stage
	StartedBy  string // a person's key
	StartedAt  time.Time
	FinishedAt time.Time
	// Whys are the answers, the first to "why did it happen?", each next to "why
	// was that so?". The last one is the root cause.
	Whys    []Answer
	Origin  incident.Origin
	Team    string // a team's key
	Actions []Action
	// Platform, Channel and Root are where the dialogue is held: Root is the
	// delivery that opened the thread, Question the one that asked last and whose
	// buttons go when it is answered; 0 when it has none.
	Platform, Channel string
	Root, Question    int64
	// Asked is the text of that question.
	Asked string
}

// Answer is what somebody said to a why.
type Answer struct {
	Text string
	By   string
	At   time.Time
}

// Action is a corrective action.
type Action struct {
	What  string
	Owner string // a person's key
	// Due is a civil date, "2026-12-01".
	Due string
}

// ID is how people name the analysis: RCA-3.
func (r *Record) ID() string { return fmt.Sprintf("RCA-%d", r.Number) }
