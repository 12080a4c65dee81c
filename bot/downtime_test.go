package bot_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/commands"
	"sereno/store"
)

// phone is a platform that takes everything, and keeps it.
type phone struct {
	mu    sync.Mutex
	taken []bot.Delivery
}

func (*phone) Platform() string       { return "console" }
func (*phone) Features() bot.Features { return bot.Features{Edits: true, PrivateReply: true} }

func (*phone) Run(ctx context.Context, in bot.Inbox) error {
	in.CaughtUp("console")
	<-ctx.Done()
	return nil
}

func (p *phone) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = append(p.taken, *d)
	if d.Kind == bot.Update {
		return bot.Receipt{Channel: d.Channel, Message: d.Target.Message}, nil
	}
	return bot.Receipt{Channel: d.Channel + d.User, Message: d.Key}, nil
}

// pages counts the pages that called each person or channel.
func (p *phone) pages() map[string]int {
	out := map[string]int{}
	for _, d := range p.taken {
		if d.Kind == bot.Page {
			out[d.User+d.Channel]++
		}
	}
	return out
}

// life runs a bot on the store for so long, with what happens at its start.
func (p *phone) life(t *testing.T, s bot.Store, lasts time.Duration, happens ...bot.Event) {
	t.Helper()
	keys := 0
	b, err := bot.New(bot.Options{
		Company: config.Sample().Company, Store: s, Adapters: []bot.Adapter{p}, Clock: bot.SystemClock{},
		Commands: commands.New(), Articles: silent{},
		Keys: func() string { keys++; return fmt.Sprintf("%d-%d", time.Now().UnixNano(), keys) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range happens {
		if err := b.Accept(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	if err := b.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestAfterHoursOfDowntimeEverybodyIsCalledOnceForAllThatWasMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		<-time.After(time.Until(begin)) // of the bubble, whose clock jumps
		s, err := store.Open(t.Context(), "sqlite::memory:")
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		const all = 30
		var reports []bot.Event
		for n := range all { // by as many people, so that each is an incident
			reports = append(reports, bot.Event{
				Key: fmt.Sprint("k", n), Platform: "console", Kind: bot.MessagePosted, At: time.Now(), Channel: "acme-support",
				Message: fmt.Sprint("m", n), User: fmt.Sprint("p", n), Text: report,
			})
		}
		p := &phone{}
		p.life(t, s, time.Minute, reports...)
		if got := p.pages(); len(got) > 0 {
			t.Fatalf("paged before anything was due: %v", got)
		}
		<-time.After(3 * time.Hour) // nobody runs: warnings and breaches fall due
		p.life(t, s, 2*time.Minute)
		got := p.pages()
		for who, times := range got {
			if times > 1 {
				t.Errorf("%s was called %d times", who, times)
			}
		}
		if got["ana"] != 1 {
			t.Errorf("who is on call was called %d times: %v", got["ana"], got)
		}
		proved := map[int]bool{}
		err = s.View(t.Context(), func(tx bot.Tx) error {
			pages, err := tx.PagesBetween(t.Context(), begin, time.Now())
			for _, page := range pages {
				proved[page.Incident] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(proved) != all {
			t.Errorf("%d incidents of %d have a page to show", len(proved), all)
		}
	})
}
