// Package replicas_test runs two bots on one database, as a company does that
// wants to lose one of them without noticing.
package replicas_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/kb"
	"sereno/commands"
	"sereno/internal/pgtest"
	"sereno/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// chat is a platform that two bots serve.
type chat struct {
	mu    sync.Mutex
	ids   int
	keys  map[string]int          // how often each delivery came
	posts map[string]bot.Delivery // by message id, as it reads now
}

func (c *chat) Platform() string { return "console" }

func (c *chat) Run(ctx context.Context, in bot.Inbox) error {
	in.CaughtUp("console")
	<-ctx.Done()
	return nil
}

func (c *chat) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys[d.Key]++
	id := d.Target.Message
	if d.Kind != bot.Update {
		c.ids++
		id = fmt.Sprintf("b%d", c.ids)
		c.posts[id] = *d
	} else {
		was := c.posts[id]
		was.Message = d.Message
		c.posts[id] = was
	}
	return bot.Receipt{Channel: d.Channel, Message: id}, nil
}

// journal is a log that several goroutines write.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

// pair is two replicas and their platform.
type pair struct {
	t      *testing.T
	chat   *chat
	bots   [2]*bot.Bot
	stores [2]*store.Store
	log    journal
	keys   int
}

// newPair runs two replicas. change, which may be left out, changes what each is
// made of.
func newPair(t *testing.T, change ...func(*bot.Options)) *pair {
	t.Helper()
	p := &pair{t: t, chat: &chat{keys: map[string]int{}, posts: map[string]bot.Delivery{}}}
	address := pgtest.DSN(t)
	for i := range p.bots {
		p.start(i, address, change...)
	}
	return p
}

// start runs a replica until the test or the function that it gives ends it.
func (p *pair) start(i int, address string, change ...func(*bot.Options)) (stop func()) {
	p.t.Helper()
	s, err := store.Open(p.t.Context(), address)
	if err != nil {
		p.t.Fatal(err)
	}
	var mu sync.Mutex
	n := 0
	o := bot.Options{
		Company: config.Sample().Company, Store: s, Adapters: []bot.Adapter{p.chat}, Clock: bot.SystemClock{},
		Commands: commands.New(), Articles: bot.NewLibrary(s, kb.Options{SearchThreshold: -1}, nil),
		Logger: slog.New(slog.NewTextHandler(&p.log, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Keys: func() string {
			mu.Lock()
			defer mu.Unlock()
			n++
			return fmt.Sprintf("r%d-%d", i, n)
		},
	}
	for _, f := range change {
		f(&o)
	}
	b, err := bot.New(o)
	if err != nil {
		p.t.Fatal(err)
	}
	p.bots[i], p.stores[i] = b, s
	ctx, cancel := context.WithCancel(p.t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := b.Run(ctx); err != nil {
			p.t.Error(err)
		}
	})
	stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		if err := s.Close(); err != nil {
			p.t.Error(err)
		}
	})
	p.t.Cleanup(stop)
	return stop
}

// event lets one thing happen; both replicas hear of it, as after a retry.
func (p *pair) event(e bot.Event) {
	p.keys++
	e.Key, e.Platform, e.At = fmt.Sprintf("console:%d", p.keys), "console", time.Now().UTC()
	var both sync.WaitGroup
	for _, b := range p.bots {
		both.Go(func() {
			if err := b.Accept(p.t.Context(), e); err != nil {
				p.t.Error(err)
			}
		})
	}
	both.Wait()
}

// settle waits until nothing is left to do.
func (p *pair) settle() {
	p.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); ; <-tick.C {
		var left bot.Backlog
		err := p.stores[0].View(p.t.Context(), func(tx bot.Tx) (err error) {
			left, err = tx.Backlog(p.t.Context())
			return err
		})
		if err != nil {
			p.t.Fatal(err)
		}
		if left.Events == 0 && left.Deliveries == 0 {
			if left.DeadEvents > 0 || left.DeadDeliveries > 0 {
				p.t.Errorf("given up: %+v", left)
			}
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("still to do: %+v\n%s", left, p.log.b.String())
		}
	}
}

func (p *pair) state() bot.State {
	p.t.Helper()
	s, err := p.bots[1].State(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

func press(channel, who, button, value string) bot.Event {
	return bot.Event{Kind: bot.ButtonPressed, Channel: channel, User: who, Button: button, Value: value}
}

func typed(channel, who, line string) bot.Event {
	return bot.Event{Kind: bot.CommandTyped, Channel: channel, User: who, Text: line}
}

func TestTwoReplicasDoEverythingOnce(t *testing.T) {
	p := newPair(t)
	const each = 20
	for n := range each { // by people of whom none has written before
		p.event(bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Message: fmt.Sprintf("a%d", n), User: fmt.Sprintf("p%d", n), Text: "La API devuelve error 500"})
		p.event(bot.Event{Kind: bot.MessagePosted, Channel: "globex-support", Message: fmt.Sprintf("g%d", n), User: fmt.Sprintf("q%d", n), Text: "The export fails with error 500"})
	}
	p.settle()
	s := p.state()
	if len(s.Incidents) != 2*each {
		t.Fatalf("%d incidents of %d messages", len(s.Incidents), 2*each)
	}
	for i, inc := range s.Incidents {
		if inc.ID != fmt.Sprintf("INC-%d", i+1) {
			t.Errorf("incident %d is %s", i+1, inc.ID)
		}
	}
	for _, inc := range s.Incidents { // from many conversations at once
		p.event(press("payments-team", "ana", "take", inc.ID))
		p.event(press("platform-team", "sofia", "take", inc.ID))
		p.event(typed("@luis", "luis", "/incident severity "+inc.ID+" critical"))
		p.event(typed("@tom", "tom", "/incident escalate "+inc.ID))
		p.event(typed("payments-team", "ana", "/rca start "+inc.ID))
		p.event(typed("platform-team", "sofia", "/rca start "+inc.ID))
	}
	p.settle()
	for i := 0; i+1 < len(s.Incidents); i += 2 {
		a, b := s.Incidents[i].ID, s.Incidents[i+1].ID
		p.event(typed("payments-team", "ana", "/incident merge "+a+" "+b))
		p.event(typed("platform-team", "sofia", "/incident merge "+b+" "+a))
		p.event(typed("@luis", "luis", "/incident resolve "+a+" done"))
		p.event(typed("@tom", "tom", "/incident resolve "+a+" done too"))
	}
	p.settle()
	p.holds()
}

// holds checks what must be true of both whatever happened.
func (p *pair) holds() {
	t := p.t
	s := p.state()
	rcas := map[string]int{}
	for _, r := range s.RCAs {
		rcas[r.Incident]++
	}
	merged := map[string]string{}
	for _, inc := range s.Incidents {
		merged[inc.ID] = inc.MergedInto
		if rcas[inc.ID] > 1 {
			t.Errorf("%s has %d analyses", inc.ID, rcas[inc.ID])
		}
	}
	for id, into := range merged {
		if into != "" && merged[into] == id {
			t.Errorf("%s and %s were merged into each other", id, into)
		}
	}
	for key, n := range p.chat.keys {
		if n > 1 {
			t.Errorf("delivery %s came %d times", key, n)
		}
	}
	count := map[string]int{}
	for _, d := range p.chat.posts {
		count[d.Purpose+" "+d.Incident]++
	}
	for _, inc := range s.Incidents {
		for _, purpose := range []string{"receipt", "card"} {
			if n := count[purpose+" "+inc.ID]; n != 1 {
				t.Errorf("%s has %d of %s", inc.ID, n, purpose)
			}
		}
		for _, d := range p.chat.posts {
			if d.Purpose == "card" && d.Incident == inc.ID && inc.Owner != "" && !strings.Contains(strings.ToLower(d.Message.Plain()), inc.Owner) {
				t.Errorf("%s is of %s, and its card says\n%s", inc.ID, inc.Owner, d.Message.Plain())
			}
		}
	}
	if log := p.log.b.String(); strings.Contains(log, "tried again") || strings.Contains(log, "doubt") {
		t.Errorf("logged:\n%.3000s", log)
	}
}

func (*chat) Features() bot.Features { return bot.Features{} }
