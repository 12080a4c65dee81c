package replicas_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/internal/pgtest"
	"sereno/prompts"
	"sereno/prompts/promptstest"
)

// asking gives replicas an assistant before the endpoint, for triage alone.
func asking(t *testing.T, endpoint *promptstest.Server) func(*bot.Options) {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return func(o *bot.Options) {
		c := *o.Company
		c.Assistant = company.Assistant{Uses: []company.Use{company.UseTriage}}
		o.Company = &c
		o.Assistant = prompts.New(config.Assistant{
			BaseURL: endpoint.BaseURL(), Key: promptstest.Key, Model: "m", Structured: config.BySchema, Timeout: time.Minute, Concurrency: 8, MaxOutput: 500,
		}, prompts.Options{Ledger: bot.LedgerOf(o.Store), Clock: o.Clock, Transport: transport})
	}
}

const reading = `{"title":"Se cayó","product":"","severity":"critical","why":"Nadie puede pagar.","language":"es"}`

// calls are what was paid for.
func (p *pair) calls(s bot.Store) (out []bot.Call) {
	p.t.Helper()
	err := s.View(p.t.Context(), func(tx bot.Tx) (err error) {
		out, err = tx.Calls(p.t.Context(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour), 1000)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// proposals counts what the assistant's readings became, by incident.
func (p *pair) proposals() map[string]int {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	out := map[string]int{}
	for _, d := range p.chat.posts {
		if strings.Contains(d.Message.Plain(), "Nadie puede pagar.") {
			out[d.Incident]++
		}
	}
	return out
}

func TestTwoReplicasDoAndPayEachJobOfTheAssistantsOnce(t *testing.T) {
	endpoint := promptstest.New(promptstest.Say(reading))
	defer endpoint.Close()
	p := newPair(t, asking(t, endpoint))
	const many = 30
	for n := range many {
		p.event(bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Message: fmt.Sprintf("a%d", n), User: fmt.Sprintf("p%d", n), Text: "La API devuelve error 500"})
	}
	p.until("every reading is proposed", func() bool { p.settle(); return len(p.proposals()) == many })
	for id, n := range p.proposals() {
		if n != 1 {
			t.Errorf("%s is proposed %d times", id, n)
		}
	}
	if asked, paid := len(endpoint.Requests()), len(p.calls(p.stores[0])); asked != many || paid != many {
		t.Errorf("asked %d times, paid %d of %d", asked, paid, many)
	}
}

// later is a clock that is ahead: what waits two minutes need not be waited for.
type later time.Duration

func (l later) Now() time.Time { return time.Now().UTC().Add(time.Duration(l)) }

// A replica is killed while the model writes: it can neither tell what came of it nor
// put the job off. Once the job's time is over the other one does it.
func TestAJobOfAKilledReplicaIsDoneByAnother(t *testing.T) {
	asked := make(chan int, 10)
	endpoint := promptstest.New(func(r promptstest.Request) promptstest.Reply {
		asked <- r.Try
		if r.Try == 1 {
			return promptstest.Reply{Hang: true}
		}
		return promptstest.Reply{Content: reading}
	})
	defer endpoint.Close()
	p := &pair{t: t, chat: &chat{keys: map[string]int{}, posts: map[string]bot.Delivery{}}}
	address := pgtest.DSN(t)
	dead := &unplugged{}
	kill := p.start(0, address, asking(t, endpoint), func(o *bot.Options) { dead.Store = o.Store; o.Store = dead })
	if err := p.bots[0].Accept(t.Context(), bot.Event{
		Key: "console:1", Platform: "console", Kind: bot.MessagePosted, Channel: "acme-support", Message: "a", User: "maria", Text: "La API devuelve error 500", At: time.Now().UTC(),
	}); err != nil {
		t.Fatal(err)
	}
	<-asked
	p.settle()
	dead.unplug()
	kill()
	p.start(1, address, func(o *bot.Options) { o.Clock = later(3 * time.Minute) }, asking(t, endpoint))
	p.stores[0] = p.stores[1]
	p.until("the reading is proposed", func() bool { p.settle(); return p.proposals()["INC-1"] == 1 })
	if <-asked != 2 || len(asked) != 0 || len(p.proposals()) != 1 {
		t.Errorf("asked %d times more, proposed %v", 1+len(asked), p.proposals())
	}
	if calls := p.calls(p.stores[1]); len(calls) != 1 || calls[0].Outcome != bot.CallDone {
		t.Errorf("paid: %+v", calls)
	}
}

// unplugged is a store that a process which was killed reaches no more.
type unplugged struct {
	bot.Store
	gone atomic.Bool
}

func (u *unplugged) unplug() { u.gone.Store(true) }

func (u *unplugged) Update(ctx context.Context, f func(bot.Tx) error) error {
	if u.gone.Load() {
		return fmt.Errorf("%w: killed", bot.ErrUnavailable)
	}
	return u.Store.Update(ctx, f)
}
