package incident

import (
	"cmp"
	"encoding/json"
	"slices"
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
	// Is "met", "met_late", "breached", "excused" or "cancelled".
	Is string `json:"is"`
	// Due is the last instant that was in time, At when the clock stopped; the zero
	// instant while it runs on after its breach.
	Due time.Time `json:"due,omitzero"`
	At  time.Time `json:"at,omitzero"`
	// Late is by how much business time the target was exceeded.
	Late time.Duration `json:"late_ns,omitempty"`
}

// Of is which clock the outcome is of; two of the same clock's follow one another.
type Of struct {
	Clock sla.Name
	Cycle int
	Team  string
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

// Outcomes are those that the history has recorded last, by clock.
func Outcomes(history []Entry) map[Of]Outcome {
	entries := slices.Clone(history)
	slices.SortStableFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	out := map[Of]Outcome{}
	for _, e := range entries {
		if e.Kind != EOutcome && e.Kind != ECorrected {
			continue
		}
		if o, ok := ParseOutcome(e.Value); ok {
			out[o.Of()] = o
		}
	}
	return out
}
