package bot_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/commands"
	"sereno/store"
)

func TestARepeatedEventIsOne(t *testing.T) {
	w := newWorld(t)
	e := bot.Event{
		Key: "console:once", Platform: "console", Kind: bot.MessagePosted, At: w.Now(),
		Channel: "acme-support", Message: "x1", User: "maria", Text: report,
	}
	for range 3 {
		w.must(w.bot.Accept(t.Context(), e))
	}
	if got := w.count(); got != 1 {
		t.Errorf("%d incidents", got)
	}
}

func TestAnEventNeedsAKeyAndAnInstant(t *testing.T) {
	w := newWorld(t)
	for name, e := range map[string]bot.Event{
		"no key":      {Platform: "console", At: w.Now()},
		"no platform": {Key: "k", At: w.Now()},
		"no instant":  {Key: "k", Platform: "console"},
	} {
		if err := w.bot.Accept(t.Context(), e); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// rude panics or fails as often as it is told to.
type rude struct {
	bot.Commander
	panics, fails int
}

func (r *rude) Run(ctx context.Context, d *bot.Desk, line string) error {
	if r.panics > 0 {
		r.panics--
		panic("a mistake of ours")
	}
	if r.fails > 0 {
		r.fails--
		return errors.New("a passing failure")
	}
	return r.Commander.Run(ctx, d, line)
}

func TestAFailureWhileDecidingIsTriedAgainAndChangesNothingMeanwhile(t *testing.T) {
	for name, r := range map[string]*rude{
		"panic": {Commander: commands.New(), panics: 3}, "error": {Commander: commands.New(), fails: 3},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(o *bot.Options) { o.Commands = r })
			w.say("maria", "acme-support", "", report)
			w.command("ana", "payments-team", "/incident take INC-1")
			if s := w.state("INC-1"); s.Owner != "" {
				t.Fatalf("owner %q after a failure", s.Owner)
			}
			w.wait(time.Minute)
			if s := w.state("INC-1"); s.Owner != "ana" {
				t.Errorf("owner %q, want ana in the end", s.Owner)
			}
		})
	}
}

func TestAnEventThatCannotBeHandledDoesNotHoldUpItsConversation(t *testing.T) {
	r := &rude{Commander: commands.New(), fails: 1000}
	w := newWorld(t, func(o *bot.Options) { o.Commands = r })
	w.command("maria", "acme-support", "/incident list")
	w.say("maria", "acme-support", "", report)
	if w.count() != 0 {
		t.Fatal("order within the conversation was not kept")
	}
	w.wait(10 * time.Minute)
	if w.count() != 1 {
		t.Error("the conversation still waits")
	}
	if b := w.backlog(); b.DeadEvents != 1 {
		t.Errorf("dead events: %d, want 1", b.DeadEvents)
	}
}

func (w *world) backlog() (b bot.Backlog) {
	w.t.Helper()
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) (err error) {
		b, err = tx.Backlog(w.t.Context())
		return err
	}))
	return b
}

func TestADeliveryIsTriedUntilThePlatformHasIt(t *testing.T) {
	tries := 0
	w := newWorld(t)
	w.fail = func(d *bot.Delivery) error {
		if d.Purpose != "receipt" {
			return nil
		}
		tries++
		switch {
		case tries == 1:
			return &bot.DeliveryError{RetryAfter: 30 * time.Second, NotSent: true, Err: errors.New("ratelimited")}
		case tries < 4:
			if d.Attempt != tries-1 { // the wait that was asked for was none
				t.Errorf("attempt %d says %d", tries-1, d.Attempt)
			}
			return errors.New("connection reset")
		}
		if !d.Doubtful {
			t.Error("after a lost answer the delivery is not marked doubtful")
		}
		return nil
	}
	w.say("maria", "acme-support", "", report)
	if got := w.said(bot.Post); len(got) != 1 {
		t.Fatalf("only the card can have come out: %s", transcript(got))
	}
	w.wait(29 * time.Second)
	if tries != 1 {
		t.Fatalf("the platform's wish to wait was not honoured: %d tries", tries)
	}
	w.wait(time.Minute)
	if got := w.said(bot.Post); tries != 4 || len(got) != 1 || got[0].Purpose != "receipt" {
		t.Errorf("%d tries: %s", tries, transcript(got))
	}
}

func TestWhatCannotBeDeliveredIsReportedToTheTeam(t *testing.T) {
	w := newWorld(t)
	w.fail = func(d *bot.Delivery) error {
		if d.Channel == "acme-support" {
			return &bot.DeliveryError{Permanent: true, NotSent: true, Err: errors.New("is_archived")}
		}
		return nil
	}
	w.say("maria", "acme-support", "", report)
	var told bool
	for _, r := range w.said(bot.Post) {
		told = told || r.Channel == "payments-team" && strings.Contains(r.Message.Text, "/incident show INC-1")
	}
	if !told {
		t.Error("the team was not told")
	}
	if b := w.backlog(); b.DeadDeliveries != 1 {
		t.Errorf("dead deliveries: %d", b.DeadDeliveries)
	}
}

func TestAnAnswerToAMessageWhoseIDIsNotKnownYetWaitsForIt(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	var lost bool
	w.fail = func(d *bot.Delivery) error {
		if d.Purpose == "rca" && !lost && d.Thread.IsZero() {
			lost = true
			return errors.New("the answer was lost")
		}
		return nil
	}
	w.command("ana", "payments-team", "/rca start INC-1")
	if !lost {
		t.Fatal("the analysis was not opened")
	}
	// The platform has the root as m9, which we do not know yet; ana is quick.
	w.must(w.bot.Accept(t.Context(), bot.Event{
		Key: "console:quick", Platform: "console", Kind: bot.MessagePosted, At: w.Now(), Channel: "payments-team",
		Thread: w.nextID(), Message: "quick", User: "ana", Text: "porque se llenó el disco",
	}))
	w.wait(10 * time.Second)
	s, err := w.bot.State(t.Context())
	w.must2(err)
	if len(s.RCAs) != 1 || len(s.RCAs[0].Whys) != 1 {
		t.Errorf("the answer was lost: %+v", s.RCAs)
	}
}

// nextID is the id that the console will give to its next message.
func (w *world) nextID() string {
	w.t.Helper()
	id, err := w.Say(w.t.Context(), "luis", placeOf("payments-team"), "una prueba")
	w.must2(err)
	return "m" + increment(strings.TrimPrefix(id, "m"))
}

func TestReloadBringsOpenIncidentsInLine(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	stricter := *w.Company
	stricter.Customers = nil
	for _, c := range w.Company.Customers {
		changed := *c
		if c.Key == "acme" {
			changed.Contract = w.Company.Customer("globex").Contract
		}
		stricter.Customers = append(stricter.Customers, &changed)
	}
	w.records = nil
	w.must(w.bot.Reload(t.Context(), &stricter, "vera", []string{"customers.acme.contract: gold → standard"}))
	// High under standard: two hours in New York's office, which opens at 14:00Z.
	if c := clock(w.state("INC-1"), "first_response"); !c.Due.Equal(time.Date(2026, 11, 25, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("due %s", c.Due)
	}
	w.one(bot.Update) // the card
}

// A verdict is of the target in force when the clock stopped; a contract that
// changes later does not rewrite it, nor the indicator.
func TestAChangedContractLeavesPastVerdictsAlone(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.wait(40 * time.Minute)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	before := clock(w.state("INC-1"), "first_response")
	gold := *w.Company.Customer("acme").Contract
	gold.Terms = slices.Clone(gold.Terms)
	gold.Terms[0].Levels = maps.Clone(gold.Terms[0].Levels)
	for s, l := range gold.Terms[0].Levels {
		l.FirstResponse.Within /= 2
		l.Resolution.Within /= 2
		gold.Terms[0].Levels[s] = l
	}
	stricter := *w.Company
	stricter.Customers = nil
	for _, c := range w.Company.Customers {
		changed := *c
		if c.Key == "acme" {
			changed.Contract = &gold
		}
		stricter.Customers = append(stricter.Customers, &changed)
	}
	w.must(w.bot.Reload(t.Context(), &stricter, "vera", []string{"contracts.gold: stricter"}))
	s := w.state("INC-1")
	if got := clock(s, "first_response"); got.State != "met" || got.TargetS != before.TargetS {
		t.Errorf("the verdict was rewritten: %+v", got)
	}
	if got := clock(s, "resolution"); got.State != "running" || got.TargetS != 4*3600 {
		t.Errorf("the open clock does not follow the contract: %+v", got)
	}
	w.records = nil
	w.command("ana", "payments-team", "/report")
	if plain := w.one(bot.Ephemeral).Message.Plain(); !strings.Contains(plain, "1 de 1 cumplid") {
		t.Errorf("the indicator was rewritten:\n%s", plain)
	}
}

func TestACustomerWhoLeftKeepsTheirVerdicts(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	without := *w.Company
	without.Customers = nil
	for _, c := range w.Company.Customers {
		if c.Key != "acme" {
			without.Customers = append(without.Customers, c)
		}
	}
	w.must(w.bot.Reload(t.Context(), &without, "vera", nil))
	s := w.state("INC-1")
	if len(s.Clocks) != 1 || s.Clocks[0].State != "met" || len(w.timersOf("INC-1")) != 0 {
		t.Errorf("%+v", s)
	}
}

func (w *world) timersOf(id string) []bot.TimerState {
	w.t.Helper()
	s, err := w.bot.State(w.t.Context())
	w.must2(err)
	return slices.DeleteFunc(s.Timers, func(x bot.TimerState) bool { return x.Incident != id })
}

// downStore fails until it is told to work.
type downStore struct {
	bot.Store
	down atomic.Bool
}

func (s *downStore) Update(ctx context.Context, fn func(bot.Tx) error) error {
	if s.down.Load() {
		return fmt.Errorf("disk full: %w", bot.ErrUnavailable)
	}
	return s.Store.Update(ctx, fn)
}

func TestAnOutageIsSaidOnceAndWorkGoesOnAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		s, err := store.Open(t.Context(), "sqlite::memory:")
		if err != nil {
			t.Fatal(err)
		}
		down := &downStore{Store: s}
		down.down.Store(true)
		b, err := bot.New(bot.Options{
			Company: config.Sample().Company, Store: down, Clock: bot.SystemClock{}, Commands: commands.New(),
			Articles: silent{}, Keys: func() string { return "k" }, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Run(ctx) }()
		<-time.After(time.Minute) // of the bubble, whose clock jumps
		down.down.Store(false)
		<-time.After(10 * time.Second)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if n := strings.Count(log.String(), "cannot be used"); n != 1 || strings.Count(log.String(), "can be used again") != 1 {
			t.Errorf("said %d times:\n%s", n, log.String())
		}
	})
}
