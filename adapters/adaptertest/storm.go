package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"sereno/bot"
)

// storm: through restarts, cut connections and calls that fail or whose answer
// is lost, every message is accepted once and every delivery is there once, in
// the order of its conversation.
func storm(s *stage, seed uint64) {
	s.provoked = true
	dice := &dice{r: rand.New(rand.NewPCG(seed, 1))}
	root := s.run().say("raíz")
	s.heard(bot.MessagePosted, root)
	s.in.Meet(func(context.Context, bot.Event) error {
		if dice.chance(10) {
			return errors.New("the store is busy")
		}
		return nil
	})
	const rounds, each = 3, 12
	said := []string{"raíz"}
	sent := map[string][]string{}
	for round := range rounds {
		var delivering sync.WaitGroup
		for channel, thread := range map[string]string{s.Support: root, s.Team: ""} {
			var queue []*bot.Delivery
			for i := range each {
				tag := fmt.Sprintf("«entrega %d.%d»", round, i)
				sent[channel] = append(sent[channel], tag)
				queue = append(queue, s.delivery(bot.Delivery{Channel: channel, Thread: bot.Ref{Message: thread}, Message: bot.Message{Text: tag}}))
			}
			delivering.Go(func() {
				for _, d := range queue {
					s.badWeather(dice)
					if _, _, err := s.insist(d); err != nil {
						s.Errorf("%s: %v", d.Message.Text, err)
					}
				}
			})
		}
		for i := range each {
			text := fmt.Sprintf("dicho %d.%d", round, i)
			said = append(said, text)
			thread := ""
			if i%3 == 2 {
				thread = root
			}
			s.Wire.Say(s.Maria, s.Support, thread, text)
			switch i {
			case each / 3:
				s.Wire.Cut()
			case each / 2:
				s.Wire.Away(true)
			case each/2 + 2:
				s.Wire.Away(false)
			}
		}
		delivering.Wait()
		s.restartWith(func() {
			text := fmt.Sprintf("dicho mientras nadie corría, %d", round)
			said = append(said, text)
			s.say(text)
		})
	}
	dice.calm()
	s.Wire.Fault(Fault{}, 0)
	s.in.Wait(s, "every message was accepted", func() bool { return len(s.in.texts()) >= len(said) })
	s.everythingOnce(len(said))
	for channel, want := range sent {
		var got []string
		for _, m := range ours(s.Wire.Channel(channel)) {
			got = append(got, m.Text)
		}
		if !slices.Equal(got, want) {
			s.Errorf("in %s there are %q", channel, got)
		}
	}
}

// badWeather lets one of the next calls fail, now and then.
func (s *stage) badWeather(d *dice) {
	if !d.chance(40) {
		return
	}
	f := Fault{Done: d.chance(50)}
	if d.chance(50) {
		f.Status = 502
	}
	s.Wire.Fault(f, 1)
}

// dice may be thrown by several goroutines.
type dice struct {
	mu   sync.Mutex
	r    *rand.Rand
	over bool
}

// chance is true in n of a hundred cases, until it is calm.
func (d *dice) chance(n int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.over && d.r.IntN(100) < n
}

func (d *dice) calm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = true
}
