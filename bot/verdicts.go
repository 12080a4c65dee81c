package bot

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
)

// computeClocks gives the incident's commitments at the instant: the verdicts
// that were recorded when clocks stopped, and for everything else the
// computation under the contract in force. A contract that changes later does
// not rewrite a verdict; facts that become known later do, for then it was
// passed on another history.
func computeClocks(c *company.Company, inc *incident.Incident, history []incident.Entry, now time.Time) []sla.Clock {
	if n := len(history); n > 0 && history[n-1].At.After(now) {
		now = history[n-1].At // recorded by a replica whose clock is ahead of ours
	}
	facts := incident.Facts(history, c.ContractOf)
	contract := c.ContractOf(incident.FirstCustomer(inc.Customer, history))
	if c.ContractOf(inc.Customer) == nil {
		return passed(inc, facts) // nothing is promised to them any more
	}
	clocks := sla.Compute(contract, facts, now)
	for i, clock := range clocks {
		if v, ok := recorded(inc, facts, clock); ok {
			clocks[i] = v
		}
	}
	return clocks
}

// recordVerdicts keeps the clocks that have stopped, each with the facts that
// it was computed from.
func recordVerdicts(inc *incident.Incident, history []incident.Entry, clocks []sla.Clock) {
	facts := incident.Facts(history, nil)
	inc.Verdicts = nil
	for _, c := range clocks {
		if !c.Open() {
			inc.Verdicts = append(inc.Verdicts, incident.Verdict{Clock: c, Facts: until(facts, c.Stopped)})
		}
	}
}

// recorded is the verdict that was recorded for the clock; false when there is
// none, or when the facts before its end are not those of then.
func recorded(inc *incident.Incident, facts []sla.Fact, c sla.Clock) (sla.Clock, bool) {
	i := slices.IndexFunc(inc.Verdicts, func(v incident.Verdict) bool {
		return v.Clock.Name == c.Name && v.Clock.Cycle == c.Cycle
	})
	if i < 0 {
		return c, false
	}
	v := inc.Verdicts[i]
	return v.Clock, v.Clock.Stopped.Equal(c.Stopped) && v.Facts == until(facts, v.Clock.Stopped)
}

// passed are the recorded verdicts that still rest on the facts.
func passed(inc *incident.Incident, facts []sla.Fact) []sla.Clock {
	var out []sla.Clock
	for _, v := range inc.Verdicts {
		if v.Facts == until(facts, v.Clock.Stopped) {
			out = append(out, v.Clock)
		}
	}
	return out
}

// until tells the facts up to the instant from any others, whatever their order.
func until(facts []sla.Fact, end time.Time) string {
	var sum uint64
	n := 0
	for _, f := range facts {
		if f.At.After(end) {
			continue
		}
		h := fnv.New64a()
		fmt.Fprintf(h, "%d|%s|%s|%s", f.At.UnixMicro(), f.Kind, f.Severity, f.On)
		sum += h.Sum64()
		n++
	}
	return fmt.Sprintf("%d:%x", n, sum)
}
