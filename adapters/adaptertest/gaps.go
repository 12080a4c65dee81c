package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"sereno/bot"
)

// gaps: what happened while there was no connection.
var gaps = []testCase{
	{"what is said when every connection is cut is heard", func(s *stage) {
		s.run()
		root := s.say("raíz")
		s.heard(bot.MessagePosted, root)
		for i := range 5 {
			id := s.say(fmt.Sprint("antes del corte ", i))
			s.Wire.Cut()
			reply := s.Wire.Say(s.Maria, s.Support, root, fmt.Sprint("después del corte ", i))
			s.heard(bot.MessagePosted, id)
			s.heard(bot.MessagePosted, reply)
		}
		s.everythingOnce(11)
	}},
	{"it is known since when there is no connection", func(s *stage) {
		l, ok := s.Adapter.(bot.Listener)
		if !ok {
			s.Skip("it has none to lose")
		}
		s.run()
		if since := l.DeafSince(); !since.IsZero() {
			s.Errorf("connected, and deaf since %v", since)
		}
		if err := s.stop(); err != nil {
			s.Errorf("Run ended with %v", err)
		}
		if l.DeafSince().IsZero() {
			s.Errorf("without a connection it is not deaf")
		}
	}},
	{"edits and removals are heard although the connection is cut just then", func(s *stage) {
		s.run()
		one, two := s.say("uno"), s.say("dos")
		s.heard(bot.MessagePosted, one)
		s.heard(bot.MessagePosted, two)
		s.Wire.Edit(s.Support, one, "uno, mejor")
		s.Wire.Cut()
		s.heard(bot.MessageEdited, one)
		s.Wire.Delete(s.Support, two)
		s.Wire.Cut()
		s.heard(bot.MessageDeleted, two)
	}},
	{"what was said while the platform could not be reached is heard in order", func(s *stage) {
		s.run()
		s.provoked = true
		root := s.say("raíz")
		s.heard(bot.MessagePosted, root)
		s.Wire.Away(true)
		want := []string{"raíz"}
		for i := range 5 {
			text := fmt.Sprint("mientras tanto ", i)
			want = append(want, text)
			if i%2 == 1 {
				s.Wire.Say(s.Maria, s.Support, root, text)
				continue
			}
			s.say(text)
		}
		s.Wire.Away(false)
		s.in.Wait(s, "all of it", func() bool { return len(s.in.texts()) == len(want) })
		if got := s.in.texts(); !slices.Equal(got, want) {
			s.Errorf("heard %q", got)
		}
		s.heard(bot.MessagePosted, s.say("después"))
	}},
	{"what was said while nobody ran is heard before the adapter says that it caught up", func(s *stage) {
		s.run()
		root := s.say("raíz")
		quiet := s.Wire.Say(s.Maria, s.Team, "", "otra raíz")
		s.heard(bot.MessagePosted, root)
		s.heard(bot.MessagePosted, quiet)
		known := s.Wire.Say(s.Maria, s.Support, root, "conocida")
		s.heard(bot.MessagePosted, known)
		s.restart(func() {
			s.say("nueva")
			s.Wire.Say(s.Maria, s.Support, root, "en el hilo")
			late := s.say("otra nueva")
			s.Wire.Say(s.Ana, s.Support, late, "en un hilo nuevo")
			s.Wire.Say(s.Ana, s.Team, quiet, "en el otro canal")
		})
		want := []string{"raíz", "otra raíz", "conocida", "nueva", "en el hilo", "otra nueva", "en un hilo nuevo", "en el otro canal"}
		got := s.in.texts()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			s.Errorf("heard %q", got)
		}
		s.everythingOnce(len(want))
		s.restart(func() {})
		s.everythingOnce(len(want))
	}},
	{"hundreds of missed messages are heard in order", func(s *stage) {
		s.run()
		s.heard(bot.MessagePosted, s.say("0"))
		want := []string{"0"}
		s.restart(func() {
			for i := range 450 {
				want = append(want, fmt.Sprint("perdido ", i))
				s.say(want[i+1])
			}
		})
		if got := s.in.texts(); !slices.Equal(got, want) {
			s.Errorf("heard %d of %d: %s", len(got), len(want), firstDifference(got, want))
		}
	}},
	{"what was edited and removed while nobody ran is heard where the platform tells", func(s *stage) {
		s.run()
		edited, removed, root := s.say("uno"), s.say("dos"), s.say("tres")
		reply := s.Wire.Say(s.Maria, s.Support, root, "respuesta")
		for _, id := range []string{edited, removed, root, reply} {
			s.heard(bot.MessagePosted, id)
		}
		s.restart(func() {
			s.Wire.Edit(s.Support, edited, "uno, mejor")
			s.Wire.Edit(s.Support, reply, "respuesta, mejor")
			s.Wire.Delete(s.Support, removed)
			s.Wire.Edit(s.Support, s.say("cuatr"), "cuatro")
		})
		if last := s.in.First(s, "the new one", func(e bot.Event) bool { return strings.HasPrefix(e.Text, "cuatr") }); last.Text != "cuatro" && s.KeepsChanges {
			s.Errorf("heard %+v", last)
		}
		if s.KeepsChanges {
			s.heard(bot.MessageEdited, edited)
			s.heard(bot.MessageEdited, reply)
			s.heard(bot.MessageDeleted, removed)
		}
		before := len(s.in.Events())
		s.restart(func() {})
		if all := s.in.Events(); len(all) != before {
			s.Errorf("another restart brings %s", list(all[before:]))
		}
	}},
	{"live messages wait for those that were missed before them", func(s *stage) {
		s.run()
		s.heard(bot.MessagePosted, s.say("0"))
		want := []string{"0"}
		say := func(n int) {
			for range n {
				want = append(want, fmt.Sprint(len(want)))
				s.say(want[len(want)-1])
			}
		}
		reached, release := make(chan struct{}), make(chan struct{})
		var once sync.Once
		s.restartWith(func() {
			say(10)
			s.in.Meet(func(ctx context.Context, e bot.Event) error {
				if e.Text == "3" {
					once.Do(func() { close(reached) })
					select {
					case <-release:
					case <-ctx.Done():
						return ctx.Err()
					}
				}
				return nil
			})
		})
		<-reached
		say(10)
		// A command has no place in the order of messages and need not wait.
		s.Wire.Type(s.Ana, s.Team, "/incident take INC-7")
		s.in.First(s, "the command", func(e bot.Event) bool { return e.Kind == bot.CommandTyped })
		close(release)
		s.in.Wait(s, "all of them", func() bool { return len(s.in.texts()) == len(want) })
		if got := s.in.texts(); !slices.Equal(got, want) {
			s.Errorf("heard %q", got)
		}
	}},
	{"what the inbox refuses is handed over again, and in order when it was missed", func(s *stage) {
		s.provoked = true
		s.run()
		tries := map[string]int{}
		var mu sync.Mutex
		refuse := func(n int) func(context.Context, bot.Event) error {
			return func(_ context.Context, e bot.Event) error {
				mu.Lock()
				defer mu.Unlock()
				if tries[e.Key]++; tries[e.Key] <= n {
					return errors.New("the disk is full")
				}
				return nil
			}
		}
		s.in.Meet(refuse(2))
		for _, text := range []string{"0", "en vivo"} {
			s.heard(bot.MessagePosted, s.say(text))
		}
		want := []string{"0", "en vivo"}
		s.restart(func() {
			for i := range 20 {
				want = append(want, fmt.Sprint("perdido ", i))
				s.say(want[len(want)-1])
			}
			s.in.Meet(refuse(1))
		})
		if got := s.in.texts(); !slices.Equal(got, want) {
			s.Errorf("heard %q", got)
		}
	}},
	{"what the inbox refuses for longer than the platform insists is heard when it takes it", func(s *stage) {
		s.provoked = true
		s.run()
		root := s.say("raíz")
		s.heard(bot.MessagePosted, root)
		var mu sync.Mutex
		tries := map[string]int{}
		s.in.Meet(func(_ context.Context, e bot.Event) error {
			mu.Lock()
			defer mu.Unlock()
			if tries[e.Key]++; tries[e.Key] <= 8 {
				return errors.New("the store is away")
			}
			return nil
		})
		said := s.say("uno")
		reply := s.Wire.Say(s.Maria, s.Support, root, "en el hilo")
		s.Wire.Edit(s.Support, root, "raíz, mejor")
		s.heard(bot.MessagePosted, said)
		s.heard(bot.MessagePosted, reply)
		s.heard(bot.MessageEdited, root)
		s.heard(bot.MessagePosted, s.say("dos"))
		s.everythingOnce(4)
	}},
	{"a stop in the middle of catching up loses nothing", func(s *stage) {
		s.provoked = true
		s.run()
		s.heard(bot.MessagePosted, s.say("0"))
		want := []string{"0"}
		reached := make(chan struct{})
		var once sync.Once
		s.restartWith(func() {
			for range 30 {
				want = append(want, fmt.Sprint(len(want)))
				s.say(want[len(want)-1])
			}
			s.in.Meet(func(ctx context.Context, e bot.Event) error {
				if e.Text != "1" && e.Text != "2" {
					once.Do(func() { close(reached) })
					<-ctx.Done()
					return ctx.Err()
				}
				return nil
			})
		})
		<-reached
		s.restart(func() { s.in.Meet(nil) })
		if got := s.in.texts(); !slices.Equal(got, want) {
			s.Errorf("heard %q", got)
		}
	}},
	{"a slow inbox loses nothing, and nothing counts as taken before it is", func(s *stage) {
		s.provoked = true
		s.run()
		s.heard(bot.MessagePosted, s.say("0"))
		reached := make(chan struct{})
		var once sync.Once
		s.in.Meet(func(ctx context.Context, _ bot.Event) error {
			once.Do(func() { close(reached) })
			<-ctx.Done()
			return ctx.Err()
		})
		want := []string{"0"}
		for i := range 20 {
			want = append(want, fmt.Sprint("lento ", i))
			s.say(want[len(want)-1])
		}
		<-reached
		s.restart(func() { s.in.Meet(nil) })
		s.in.Wait(s, "all of them", func() bool { return len(s.in.texts()) == len(want) })
		if got := s.in.texts(); !slices.Equal(got, want) {
			s.Errorf("heard %q", got)
		}
	}},
	{"an inbox that takes its time gets all in order", func(s *stage) {
		s.run()
		reached, release := make(chan struct{}), make(chan struct{})
		var once sync.Once
		s.in.Meet(func(ctx context.Context, _ bot.Event) error {
			once.Do(func() { close(reached) })
			select {
			case <-release:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		var want []string
		for i := range 20 {
			want = append(want, fmt.Sprint("lento ", i))
			s.say(want[i])
		}
		<-reached
		close(release)
		s.in.Wait(s, "all of them", func() bool { return len(s.in.texts()) == len(want) })
		if got := s.in.texts(); !slices.Equal(got, want) {
			s.Errorf("heard %q", got)
		}
		s.everythingOnce(len(want))
	}},
}

// restartWith is restart without waiting until the adapter has caught up.
func (s *stage) restartWith(meanwhile func()) {
	s.Helper()
	if err := s.stop(); err != nil {
		s.Fatalf("Run ended with %v", err)
	}
	meanwhile()
	s.Adapter = s.Restart()
	s.start()
}

// everythingOnce: n messages were accepted, no two of them alike.
func (s *stage) everythingOnce(n int) {
	s.Helper()
	texts := s.in.texts()
	slices.Sort(texts)
	if once := slices.Compact(slices.Clone(texts)); len(texts) != n || len(once) != n {
		s.Errorf("%d messages were accepted, %d different ones, of %d", len(texts), len(once), n)
	}
}
