package slack

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync"
	"testing"
	"time"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

// Through restarts, cut connections and answers that fail or are lost, every
// message is accepted once and every delivery is there once.
func TestNothingIsLostOrSaidTwiceInAStorm(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { storm(t, rand.New(rand.NewPCG(seed, 1))) })
	}
}

func storm(t *testing.T, r *rand.Rand) {
	var mu sync.Mutex
	calm := false
	chance := func(n int) bool {
		mu.Lock()
		defer mu.Unlock()
		return !calm && r.IntN(100) < n
	}
	w := newWorld(t, func(o *slacktest.Options, _ *Config, _ *Options, tune *tuning) {
		o.AckWithin = 30 * time.Millisecond
		tune.hold = 20 * time.Millisecond
		o.Chaos = func(string, url.Values) *slacktest.Fault {
			switch {
			case chance(8):
				return &slacktest.Fault{Lost: true}
			case chance(8):
				return &slacktest.Fault{Lost: true, Done: true}
			case chance(8):
				return &slacktest.Fault{Status: 502, Done: chance(50)}
			}
			return nil
		}
	})
	w.in.cursors["C1"] = w.missed("", "accepted before")[0]
	w.in.refuse = func(bot.Event) error {
		if chance(10) {
			return errors.New("the store is busy")
		}
		return nil
	}

	const rounds, each = 4, 15
	var said, sent []string
	for round := range rounds {
		w.start()
		var delivering sync.WaitGroup
		for i := range each {
			key := fmt.Sprintf("delivery %d.%d", round, i)
			sent = append(sent, key)
			delivering.Go(func() {
				insist(t, w.a, bot.Delivery{Key: key, Kind: bot.Post, Channel: "C2", Message: bot.Message{Text: key}, At: time.Now()})
			})
			ts, _ := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: key})
			said = append(said, "slack:C1:"+ts)
			if i == each/2 {
				w.slack.Cut()
			}
		}
		delivering.Wait()
		w.stop()
		said = append(said, "slack:C1:"+w.missed("", "while it was stopped")[0])
		restarted, err := New(w.a.config, Options{Logger: w.a.log})
		if err != nil {
			t.Fatal(err)
		}
		restarted.tune, restarted.api = w.a.tune, w.a.api
		w.a = restarted
	}
	mu.Lock()
	calm = true
	mu.Unlock()
	w.start()
	w.in.wait(t, "every message was accepted", func() bool { return len(w.in.events) >= len(said) })
	for _, key := range said {
		if w.in.offered(key) == 0 {
			t.Errorf("%s was lost", key)
		}
	}
	copies := w.slack.Copies()
	for _, key := range sent {
		if copies[key] != 1 {
			t.Errorf("%s is there %d times", key, copies[key])
		}
	}
}

// insist delivers as the core does: until it is settled, and doubtful when an
// attempt may have got through.
func insist(t *testing.T, a *Adapter, d bot.Delivery) {
	for d.Attempt = 1; ; d.Attempt++ {
		_, err := a.Deliver(t.Context(), &d)
		if err == nil {
			return
		}
		var known *bot.DeliveryError
		if errors.As(err, &known) && known.Permanent {
			t.Errorf("%s: %v", d.Key, err)
			return
		}
		d.Doubtful = d.Doubtful || known == nil || !known.NotSent
	}
}
