package sla

import (
	"cmp"
	"slices"
	"time"
)

// Compute gives the clocks of one incident at an instant, from what happened
// to it: the first response, the cycles of the next response, of the update, of
// the workaround and of the resolution, each in order. Facts may come in any
// order and more than once; those after now are ignored. Without a Reported
// fact there are none. The contract is the one that the incident began under,
// nil when there was none; ContractIs facts change it.
//
// Peers disagree on much of this; these are our rules:
//
//   - Clocks start at the earliest Reported or CustomerWrote; those that wait for a
//     confirmation, not before the earliest Confirmed. The severity of the latest
//     Reported is the one that the incident began with: a merge adds earlier ones.
//   - The first public answer, or the resolution, which the customer is told,
//     stops the first response. It is never owed again.
//   - A next response is owed from the oldest unanswered CustomerWrote after the
//     first response; in a resolved incident only once it is reopened.
//   - An update is owed from each public answer of ours to the next, whoever wrote
//     last, until the incident is resolved; and from its reopening.
//   - WorkaroundGiven ends the workaround for good, Resolved until the incident is
//     reopened.
//   - Waiting stops the clocks that the contract names. It ends with Resumed,
//     Resolved, another Waiting, and, when it was for the customer, with
//     CustomerWrote.
//   - Resolved ends a cycle of the resolution with its verdict. Reopened begins
//     another, which goes on counting where that one stopped, or anew, as the
//     contract says.
//   - Another severity, or another kind of request, is another promise: clocks that
//     run are counted anew with its target and calendar from where they began, less
//     their pauses; those that stopped keep their verdict. Where it promises
//     nothing, the clock is cancelled, and comes back with the promise; one that was
//     broken by then stays broken until the incident is solved.
//   - Other terms, and another contract, are the same, but that they count what was
//     before them as the contract's Changes says.
//   - Another customer's contract is another contract. What was owed to whom we talked
//     with, the next response and the update, ends without a verdict, as does a wait
//     for them, and what their contract alone promised, broken or not.
//   - Cancelled ends what is open without a verdict, and ends the story.
//   - An approved excuse excuses the breach of the cycle that it names, of the
//     customer's clock or of the team's.
//
// Cycles are numbered whether or not anything was promised for them, so that
// a number means the same under every contract.
func Compute(c *Contract, facts []Fact, now time.Time) []Clock {
	clocks, _ := count(c, facts, now, false)
	return clocks
}

// count gives the clocks and, where that is asked for, how they were counted.
func count(c *Contract, facts []Fact, now time.Time, explains bool) ([]Clock, []Explanation) {
	known := knownAt(facts, now)
	var r story
	if !r.begin(c, known) {
		return nil, nil
	}
	if explains {
		r.explain(now)
	}
	r.tell(known, now.UTC())
	clocks, how := r.told()
	Excuses(clocks, known)
	return clocks, how
}

// knownAt are the facts up to the instant, in order. It does not change facts.
func knownAt(facts []Fact, now time.Time) []Fact {
	if !inOrder(facts) {
		facts = slices.Clone(facts)
		slices.SortStableFunc(facts, func(a, b Fact) int { return compareFacts(&a, &b) })
	}
	n := len(facts)
	for n > 0 && facts[n-1].At.After(now) {
		n--
	}
	return facts[:n]
}

func inOrder(facts []Fact) bool {
	for i := 1; i < len(facts); i++ {
		if compareFacts(&facts[i-1], &facts[i]) > 0 {
			return false
		}
	}
	return true
}

// rank is which of two facts of the same instant comes first. What people do
// shares a rank: among them the order of recording tells more. Two of them at
// one instant are usual where the clock stands still, as in a replay.
func (k Kind) rank() int {
	switch k {
	case Reported:
		return 1
	case ContractIs:
		return 2
	case SeverityIs, RequestIs, TeamIs, Confirmed:
		return 3
	case CustomerWrote, AgentWrote, Reopened, Resumed, Waiting, WorkaroundGiven, Resolved:
		return 4
	case Cancelled:
		return 5
	case ExcuseGiven, ExcuseWithdrawn:
		return 6
	}
	return 0
}

// settles is the order of what was done at one instant of which it is not known
// how it was recorded.
func (k Kind) settles() int {
	return slices.Index([]Kind{CustomerWrote, AgentWrote, Reopened, Resumed, Waiting, WorkaroundGiven, Resolved}, k)
}

func compareFacts(a, b *Fact) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Kind.rank(), b.Kind.rank()); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Seq, b.Seq),
		cmp.Compare(a.Kind.settles(), b.Kind.settles()),
		cmp.Compare(slices.Index(Severities, b.Severity), slices.Index(Severities, a.Severity)), // the worst last
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.On, b.On),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Request, b.Request),
		cmp.Compare(a.Team, b.Team),
		cmp.Compare(a.Was, b.Was),
		cmp.Compare(a.Contract.name(), b.Contract.name()),
		a.Excuse.compare(b.Excuse),
	)
}
