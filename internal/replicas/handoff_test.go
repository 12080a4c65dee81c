package replicas_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
)

// diegosTurn is the sample company in which diego has luis's turns on payments-oncall.
func diegosTurn() *company.Company {
	c := config.Sample().Company
	people := c.Schedule("payments-oncall").Layers[0].Rotation.People
	people[slices.Index(people, "luis")] = "diego"
	c.Duties += ", changed"
	return c
}

// leap is a clock that goes on from where it is put.
type leap struct{ ahead atomic.Int64 }

func (l *leap) to(at time.Time) { l.ahead.Store(int64(time.Until(at))) }

func (l *leap) Now() time.Time { return time.Now().UTC().Add(time.Duration(l.ahead.Load())) }

// timers counts those of hand-offs.
func (p *pair) timers() (n int) {
	p.t.Helper()
	err := p.stores[0].View(p.t.Context(), func(tx bot.Tx) error {
		all, err := tx.Timers(p.t.Context(), 0, 0)
		for _, t := range all {
			if t.Kind == "handoff" {
				n++
			}
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// handOffs are what was told of payments-oncall, by where.
func (c *chat) handOffs() map[string][]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string][]string{}
	for _, d := range c.posts {
		if strings.Contains(d.Message.Text, "payments-oncall") {
			where := d.Channel
			if d.User != "" {
				where = d.User
			}
			out[where] = append(out[where], d.Message.Text)
		}
	}
	return out
}

// One replica was reloaded, the other not yet, and somebody else comes on call by
// either document: the newer one's is told, once, whoever of the two sees it first.
func TestTwoReplicasWithDifferentDocumentsTellOneHandOff(t *testing.T) {
	handOff := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	clock := new(leap)
	clock.to(handOff.Add(-time.Hour))
	p := newPair(t, func(o *bot.Options) { o.Clock = clock })
	p.until("both have planned", func() bool { return p.timers() > 0 })
	p.settle()
	if err := p.bots[0].Reload(t.Context(), diegosTurn(), "test", nil); err != nil {
		t.Fatal(err)
	}
	clock.to(handOff.Add(-time.Second))
	p.until("the hand-off is told", func() bool { return len(p.chat.handOffs()) > 0 })
	p.until("the next second has passed", func() bool { return clock.Now().After(handOff.Add(3 * time.Second)) })
	if err := p.bots[1].Reload(t.Context(), diegosTurn(), "test", nil); err != nil {
		t.Fatal(err)
	}
	p.settle()
	told := p.chat.handOffs()
	team, diego := told["payments-team"], told["diego"]
	if len(told) != 2 || len(team) != 1 || !strings.HasPrefix(team[0], "payments-oncall: Ana → Diego") || len(diego) != 1 {
		t.Errorf("told: %v", told)
	}
}
