package incident

import (
	"fmt"
	"slices"
	"strings"
)

// Diagram draws the life cycle from Transitions, as a Mermaid state diagram.
func Diagram() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n  [*] --> new: a customer's message\n")
	for _, from := range Statuses {
		for _, to := range Statuses {
			if actions := between(from, to); len(actions) > 0 {
				fmt.Fprintf(&b, "  %s --> %s: %s\n", from, to, strings.Join(actions, ", "))
			}
		}
	}
	for _, end := range []Status{Cancelled, Merged} {
		fmt.Fprintf(&b, "  %s --> [*]\n", end)
	}
	return b.String()
}

func between(from, to Status) []string {
	var out []string
	for _, t := range Transitions {
		if t.To == to && slices.Contains(t.From, from) {
			out = append(out, string(t.Action))
		}
	}
	return out
}
