package prompts

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"

	"sereno/bot"
)

const (
	// tripAfter is how many calls in a row must fail before the endpoint is left alone.
	tripAfter = 5
	// restFor is for how long; then one call tries again.
	restFor = time.Minute
)

// gate lets calls through: not too many at once, none while the endpoint is
// broken, none over the budget.
type gate struct {
	slots   chan struct{} // as many as calls may be under way
	breaker *gobreaker.CircuitBreaker[struct{}]
	mu      sync.Mutex
	// reserved is what the calls under way may use, of all and of each customer, in tokens.
	reserved map[string]int
}

func newGate(name string, concurrency int, log *slog.Logger) *gate {
	return &gate{
		slots: make(chan struct{}, max(concurrency, 1)), reserved: map[string]int{},
		breaker: gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
			Name: name, Timeout: restFor,
			ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= tripAfter },
			IsSuccessful: func(err error) bool { return !broken(err) },
			OnStateChange: func(name string, from, to gobreaker.State) {
				log.Warn("assistant's endpoint", "calls", name, "was", from.String(), "is", to.String())
			},
		}),
	}
}

// broken reports whether the error says something of the endpoint rather than of
// one request.
func broken(err error) bool {
	o := outcomeOf(err)
	return err != nil && (o == bot.CallUnavailable || o == bot.CallTimeout)
}

// pass does something when it is its turn; ctx bounds the wait for that.
func (g *gate) pass(ctx context.Context, do func() error) error {
	select {
	case g.slots <- struct{}{}:
		defer func() { <-g.slots }()
	case <-ctx.Done():
		return failed(bot.CallBusy, "too many calls are under way")
	}
	_, err := g.breaker.Execute(func() (struct{}, error) { return struct{}{}, do() })
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return failed(bot.CallSuspended, "the endpoint failed %d times in a row and is left alone for a while", tripAfter)
	}
	return err
}

// reserve sets tokens aside of the budgets of all ("") and of the customer;
// release gives them back when what was really used is known.
func (g *gate) reserve(customer string, tokens int) (release func()) {
	add := func(n int) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.reserved[""] += n
		if customer != "" {
			if g.reserved[customer] += n; g.reserved[customer] == 0 {
				delete(g.reserved, customer)
			}
		}
	}
	add(tokens)
	return func() { add(-tokens) }
}

func (g *gate) underWay(customer string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.reserved[customer]
}

// affordable refuses a call when what was spent today, and what the calls under way
// may use, has reached a bound.
func (a *Assistant) affordable(ctx context.Context, g *gate, customer string) error {
	if a.ledger == nil {
		return nil
	}
	b := a.settings.Budget
	for _, x := range []struct {
		customer string
		tokens   int
		cost     float64
	}{{"", b.Tokens, b.Cost}, {customer, b.CustomerTokens, b.CustomerCost}} {
		if x.tokens == 0 && x.cost == 0 {
			continue
		}
		spent, err := a.ledger.Spent(ctx, x.customer, a.clock.Now())
		if err != nil {
			return failed(bot.CallOverBudget, "what was spent today is not known")
		}
		if x.tokens > 0 && spent.Tokens+g.underWay(x.customer) >= x.tokens || x.cost > 0 && spent.Cost >= x.cost {
			return failed(bot.CallOverBudget, "today's budget is used up")
		}
		if customer == "" {
			break
		}
	}
	return nil
}
