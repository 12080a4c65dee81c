package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/sla"
	"sereno/commands"
)

// reloaded puts a sample company in force that was changed.
func (w *world) reloaded(change func(c *company.Company)) {
	w.t.Helper()
	c := config.Sample().Company
	change(c)
	w.now = c
	w.must(w.bot.Reload(w.t.Context(), c, "admin", nil))
}

func TestAReloadTellsTheTeamOnceWhichPromisesMoved(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.say("john", "globex-support", "", "the export fails")
	w.records = nil
	w.reloaded(func(c *company.Company) {
		levels(c, "acme", func(l *sla.Level) { l.FirstResponse.Within *= 2; l.Resolution.Within /= 2 })
	})
	posts := w.said(bot.Post)
	if len(posts) != 1 || posts[0].Channel != "payments-team" {
		t.Fatalf("told:\n%s", transcript(posts))
	}
	told := posts[0].Message.Plain()
	for _, want := range []string{"INC-1 · Acme S.A. · primera respuesta: vencía mié 25/11 11:00; ahora mié 25/11 12:00", "resolución"} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not in:\n%s", want, told)
		}
	}
	s := w.state("INC-1")
	if c := clock(s, "first_response"); !c.Due.Equal(begin.Add(2 * time.Hour)) {
		t.Errorf("due %s", c.Due)
	}
}

func TestAReloadThatMovesNothingTouchesNothing(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.reloaded(func(c *company.Company) {
		levels(c, "globex", func(l *sla.Level) { l.Resolution.Within /= 2 })
	})
	if len(w.records) != 0 {
		t.Errorf("said:\n%s", transcript(w.records))
	}
}

func TestAContractsNextTermsComeIntoForceByThemselves(t *testing.T) {
	from := begin.Add(30 * time.Minute)
	w := newWorld(t, under(func(c *company.Company) {
		levels(c, "acme", func(*sla.Level) {})
		contract := c.Customer("acme").Contract
		next := *c.Customer("globex").Contract
		levels(c, "globex", func(l *sla.Level) {})
		stricter := c.Customer("globex").Contract.Terms[0]
		stricter.From = from
		for s, l := range contract.Terms[0].Levels {
			l.FirstResponse.Within /= 2
			stricter.Levels[s] = l
		}
		c.Customer("globex").Contract = &next
		contract.Terms = append(contract.Terms, stricter)
	}))
	w.say("maria", "acme-support", "", report)
	state, err := w.bot.State(t.Context())
	w.must2(err)
	if !slices.ContainsFunc(state.Timers, func(x bot.TimerState) bool { return x.Kind == "terms" && x.At.Equal(from) }) {
		t.Fatalf("nothing waits for it: %+v", state.Timers)
	}
	w.wait(31 * time.Minute)
	c := clock(w.state("INC-1"), "first_response")
	if c.TargetS != 1800 || c.State != "breached" {
		t.Errorf("%+v", c) // half an hour had gone by, which is all of it
	}
}

// ahead is a clock that is ahead of another.
type ahead struct {
	bot.Clock
	by time.Duration
}

func (a ahead) Now() time.Time { return a.Clock.Now().Add(a.by) }

// Nobody ran from 10:00 to 12:00; the answer of 10:50 is caught up first.
func TestWhatWasAnsweredWhileTheBotWasDownIsMet(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	n := 0
	again, err := bot.New(bot.Options{
		Company: config.Sample().Company, Store: w.store, Adapters: []bot.Adapter{void{"console"}},
		Clock: ahead{w.Stage, 2 * time.Hour}, Commands: commands.New(), Articles: silent{},
		Keys: func() string { n++; return fmt.Sprintf("again%d", n) },
	})
	w.must2(err)
	w.must2(again.Accept(t.Context(), bot.Event{
		Key: "console:while-down", Platform: "console", Kind: bot.MessagePosted, At: begin.Add(50 * time.Minute),
		Channel: "acme-support", Thread: root, Message: "while-down", User: "ana", Text: "lo estamos mirando",
	}))
	w.must2(again.Settle(t.Context()))
	state, err := again.State(t.Context())
	w.must2(err)
	if c := clock(state.Incidents[0], "first_response"); c.State != "met" || c.ElapsedS != 3000 {
		t.Errorf("%+v", c)
	}
	w.must2(w.store.View(t.Context(), func(tx bot.Tx) error {
		pages, err := tx.PagesBetween(context.Background(), begin.Add(-time.Hour), begin.Add(24*time.Hour))
		if len(pages) != 0 {
			t.Errorf("paged: %+v", pages)
		}
		return err
	}))
	w.same("outcomes", w.came(), []string{"first_response met"})
}
