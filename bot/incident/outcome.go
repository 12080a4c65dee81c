package incident

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/sla"
)

// Outcome is what came of one commitment, as the history records it: once when
// its clock stops or is broken, and again only as the correction of what was
// recorded.
type Outcome struct {
	Clock sla.Name `json:"clock"`
	// Cycle counts from 1 within the clock's name.
	Cycle int `json:"cycle"`
	// Team is the key of the team whose own target it is; "" for the customer's clock.
	Team string `json:"team,omitempty"`
	// Is is what came of it; a correction can also say StillOpen or Nothing.
	Is sla.Outcome `json:"is"`
	// Due is the last instant that was in time, At when the clock stopped; the zero
	// instant while it runs on after its breach.
	Due time.Time `json:"due,omitzero"`
	At  time.Time `json:"at,omitzero"`
	// Late is by how much business time the target was exceeded.
	Late time.Duration `json:"late_ns,omitempty"`
}

// What a correction can say beside an outcome.
const (
	StillOpen sla.Outcome = "open" // it is open, and in time
	Nothing   sla.Outcome = "none" // nothing was promised
)

// OutcomeOf is what came of a clock so far; Is is "" while it is open and in time.
func OutcomeOf(c sla.Clock, team string) Outcome {
	o := Outcome{Clock: c.Name, Cycle: c.Cycle, Team: team, Is: c.Outcome(), At: c.Stopped}
	if c.Due.Before(sla.Never) {
		o.Due = c.Due
	}
	switch o.Is {
	case sla.WasMetLate, sla.WasExcused:
		o.Late = c.Late()
	case sla.WasBreached, "":
		o.At = time.Time{}
	}
	return o
}

// Follows reports whether the outcome is what becomes of a clock whose outcome
// was the other one, with nothing to correct: a breach is made good late, and
// what was open or called off comes to its end.
func (o Outcome) Follows(was Outcome) bool {
	switch was.Is {
	case "", StillOpen, Nothing, sla.WasCancelled:
		return true
	case sla.WasBreached:
		return o.Is == sla.WasMetLate && o.Due.Equal(was.Due) || o.Is == sla.WasCancelled
	}
	return false
}

// Of is which clock an outcome is of.
type Of struct {
	Clock sla.Name
	Cycle int
	Team  string
}

// String is the clock as an excuse's entry names it: clock/cycle, and of a team's
// own target clock/cycle@team.
func (o Of) String() string {
	s := fmt.Sprintf("%s/%d", o.Clock, o.Cycle)
	if o.Team != "" {
		s += "@" + o.Team
	}
	return s
}

// ParseOf reads what String wrote; of anything else the Cycle is 0, which is no clock's.
func ParseOf(s string) Of {
	s, team, _ := strings.Cut(s, "@")
	clock, cycle, _ := strings.Cut(s, "/")
	n, err := strconv.Atoi(cycle)
	if err != nil {
		n = 0
	}
	return Of{Clock: sla.Name(clock), Cycle: n, Team: team}
}

// Of is the clock's.
func (o Outcome) Of() Of { return Of{o.Clock, o.Cycle, o.Team} }

// String is the outcome as an entry's Value holds it.
func (o Outcome) String() string {
	data, err := json.Marshal(o)
	if err != nil { // instants of years beyond 9999, which no clock has
		return ""
	}
	return string(data)
}

// ParseOutcome reads what String wrote; false for anything else.
func ParseOutcome(s string) (Outcome, bool) {
	var o Outcome
	err := json.Unmarshal([]byte(s), &o)
	return o, err == nil && o.Clock != "" && o.Is != ""
}

// AsRecorded is the history in the order in which it became known.
func AsRecorded(history []Entry) []Entry {
	out := slices.Clone(history)
	slices.SortStableFunc(out, func(a, b Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	return out
}

// Outcomes are those that the history has recorded last, by clock.
func Outcomes(history []Entry) map[Of]Outcome {
	out := map[Of]Outcome{}
	for _, e := range AsRecorded(history) {
		if e.Kind != EOutcome && e.Kind != ECorrected {
			continue
		}
		if o, ok := ParseOutcome(e.Value); ok {
			out[o.Of()] = o
		}
	}
	return out
}
