package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/commands"
	"sereno/store"
)

// pier is a platform whose deliveries end when they are let, and which may give up.
type pier struct {
	name  string
	ends  error
	holds chan struct{} // nil: nothing is held
	got   chan *bot.Delivery
}

func newPier(name string) *pier { return &pier{name: name, got: make(chan *bot.Delivery, 200)} }

func (p *pier) Platform() string       { return p.name }
func (p *pier) Features() bot.Features { return bot.Features{Edits: true} }

func (p *pier) Run(ctx context.Context, in bot.Inbox) error {
	in.CaughtUp(p.name)
	if p.ends != nil {
		return p.ends
	}
	<-ctx.Done()
	return nil
}

func (p *pier) Deliver(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	if p.holds != nil {
		select {
		case <-p.holds:
		case <-ctx.Done():
			return bot.Receipt{}, ctx.Err()
		}
	}
	p.got <- d
	return bot.Receipt{Channel: d.Channel, Message: d.Key}, nil
}

// waits answers the next delivery that has the words in it.
func (p *pier) waits(t *testing.T, words string) *bot.Delivery {
	t.Helper()
	end := time.After(20 * time.Second)
	for {
		select {
		case d := <-p.got:
			if strings.Contains(d.Message.Plain(), words) {
				return d
			}
		case <-end:
			t.Fatalf("%s never got %q", p.name, words)
		}
	}
}

// harbour runs the sample company with acme's channels on one pier, one for each
// number, and the team's on the other.
func harbour(t *testing.T, far, near *pier, channels int) (*bot.Bot, <-chan error) {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	c := config.Sample().Company
	acme := c.Customer("acme")
	acme.Channels = nil
	for i := range channels {
		acme.Channels = append(acme.Channels, company.ChannelID{Platform: far.name, ID: fmt.Sprint("c", i)})
	}
	c.Person("ana").Identities[far.name], c.Person("luis").Identities[far.name] = "ANA", "LUIS"
	keys := make(chan string)
	done := make(chan struct{})
	go func() {
		for n := 0; ; n++ {
			select {
			case keys <- fmt.Sprint("k", n):
			case <-done:
				return
			}
		}
	}()
	b, err := bot.New(bot.Options{
		Company: c, Store: s, Adapters: []bot.Adapter{far, near}, Clock: bot.SystemClock{},
		Commands: commands.New(), Articles: silent{}, Keys: func() string { return <-keys },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	finished := make(chan struct{})
	go func() { ended <- b.Run(ctx); close(finished) }()
	t.Cleanup(func() {
		stop()
		<-finished
		close(done)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return b, ended
}

// More hang on the one platform than the bot has hands for it; the other's
// people wait for none of them.
func TestAPlatformThatHangsDelaysNoneOfTheOthers(t *testing.T) {
	far, near := newPier("far"), newPier("console")
	far.holds = make(chan struct{})
	b, _ := harbour(t, far, near, 40)
	for i := range 40 {
		err := b.Accept(t.Context(), bot.Event{
			Key: fmt.Sprint("far:", i), Platform: "far", Kind: bot.MessagePosted, At: time.Now(), Channel: fmt.Sprint("c", i),
			Message: fmt.Sprint("m", i), User: fmt.Sprint("U", i), Text: report,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 {
		near.waits(t, fmt.Sprintf("INC-%d ", i+1))
	}
	if len(far.got) > 0 {
		t.Error("something was not held")
	}
	close(far.holds)
	far.waits(t, "INC-40")
}

func TestAPlatformThatIsGivenUpTakesNothingDownWithIt(t *testing.T) {
	far, near := newPier("far"), newPier("console")
	far.ends = errors.New("the token was revoked")
	b, ended := harbour(t, far, near, 1)
	near.waits(t, "the token was revoked")
	if b.GivenUp() == nil {
		t.Error("nobody can ask")
	}
	err := b.Accept(t.Context(), bot.Event{
		Key: "far:1", Platform: "far", Kind: bot.MessagePosted, At: time.Now(), Channel: "c0", Message: "m1", User: "U1", Text: report,
	})
	if err != nil {
		t.Fatal(err)
	}
	near.waits(t, "INC-1")
	select {
	case err := <-ended:
		t.Fatalf("the bot ended: %v", err)
	default:
	}
	if len(far.got) > 0 {
		t.Error("something was handed to a platform that was given up")
	}
}

func TestTheBotEndsWhenNoPlatformIsLeft(t *testing.T) {
	far, near := newPier("far"), newPier("console")
	far.ends, near.ends = errors.New("revoked there"), errors.New("revoked here")
	_, ended := harbour(t, far, near, 1)
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "revoked there") || !strings.Contains(err.Error(), "revoked here") {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it goes on with nobody to talk to")
	}
}

func TestAPageThatHangsOnOnePlatformGoesThroughAnotherWithinSeconds(t *testing.T) {
	far, near := newPier("far"), newPier("console")
	far.holds = make(chan struct{})
	b, _ := harbour(t, far, near, 1)
	accept := func(e bot.Event) {
		t.Helper()
		e.At = time.Now()
		if err := b.Accept(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	accept(bot.Event{Key: "far:1", Platform: "far", Kind: bot.MessagePosted, Channel: "c0", Message: "m1", User: "U1", Text: report})
	near.waits(t, "INC-1")
	// Whoever is on call these days is one of the two.
	accept(bot.Event{Key: "console:1", Platform: "console", Kind: bot.CommandTyped, Channel: "payments-team", User: "luis", Text: "/incident escalate INC-1"})
	began := time.Now()
	for d := range near.got {
		if d.Kind == bot.Page {
			t.Logf("paged in another way after %s", time.Since(began).Round(time.Millisecond))
			break
		}
	}
	close(far.holds)
}
