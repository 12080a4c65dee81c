package adaptertest

import (
	"fmt"
	"slices"
	"time"

	"sereno/bot"
)

// way is a way of saying something, and of seeing how often it is there.
type way struct {
	name string
	has  func(bot.Features) bool // nil: everywhere
	// rough: it leaves no trace to look for, and may be there more than once.
	rough bool
	// several calls make it up, of which some may have been made.
	several bool
	prepare func(s *stage, tag string) (bot.Delivery, func() int)
}

var ways = []way{
	{name: "a post", prepare: func(s *stage, tag string) (bot.Delivery, func() int) {
		return bot.Delivery{Message: bot.Message{Text: tag}}, func() int { return len(having(s.Wire.Channel(s.Support), tag)) }
	}},
	{name: "an answer in a thread", prepare: func(s *stage, tag string) (bot.Delivery, func() int) {
		root := s.say("pregunta")
		return bot.Delivery{Thread: bot.Ref{Message: root}, Message: bot.Message{Text: tag}}, func() int {
			return len(slices.DeleteFunc(having(s.Wire.Channel(s.Support), tag), func(m Shown) bool { return m.Thread != root }))
		}
	}},
	{name: "a direct message", prepare: func(s *stage, tag string) (bot.Delivery, func() int) {
		return bot.Delivery{Kind: bot.Direct, User: s.Ana, Message: bot.Message{Text: tag}}, func() int {
			return len(having(s.Wire.Direct(s.Ana), tag))
		}
	}},
	{name: "a private reply", rough: true, prepare: func(s *stage, tag string) (bot.Delivery, func() int) {
		return bot.Delivery{Kind: bot.Ephemeral, Channel: s.Support, User: s.Ana, Message: bot.Message{Text: tag}}, func() int {
			return len(having(s.Wire.Private(s.Ana), tag)) + len(having(s.Wire.Direct(s.Ana), tag))
		}
	}},
	{name: "a long text in a thread", several: true, prepare: func(s *stage, _ string) (bot.Delivery, func() int) {
		root := s.say("pregunta")
		text, want := longText(4000)
		return bot.Delivery{Thread: bot.Ref{Message: root}, Message: bot.Message{Text: text}}, func() int {
			all := slices.DeleteFunc(s.Wire.Channel(s.Support), func(m Shown) bool { return m.Thread != root })
			got := numbered(all)
			if !slices.Equal(got, want) {
				s.Logf("in %d parts %d of %d words: %s", len(all), len(got), len(want), firstDifference(got, want))
				return 0
			}
			return 1
		}
	}},
	{
		name: "a card's change", has: func(f bot.Features) bool { return f.Edits },
		prepare: func(s *stage, tag string) (bot.Delivery, func() int) {
			r := s.send(bot.Delivery{Message: bot.Message{Text: "tarjeta"}})
			return bot.Delivery{Kind: bot.Update, Target: bot.Ref{Message: r.Message}, Message: bot.Message{Text: tag}}, func() int {
				return len(having(s.Wire.Channel(s.Support), tag))
			}
		},
	},
	{
		name: "a withdrawal", has: func(f bot.Features) bool { return f.Deletes },
		prepare: func(s *stage, tag string) (bot.Delivery, func() int) {
			r := s.send(bot.Delivery{Message: bot.Message{Text: tag}})
			return bot.Delivery{Kind: bot.Withdraw, Target: bot.Ref{Message: r.Message}, Message: bot.Message{Text: "(retirado)"}}, func() int {
				return 1 - len(having(s.Wire.Channel(s.Support), tag))
			}
		},
	},
	{
		name: "a reaction", has: func(f bot.Features) bool { return f.Reactions },
		prepare: func(s *stage, _ string) (bot.Delivery, func() int) {
			id := s.say("no anda")
			return bot.Delivery{Kind: bot.React, Target: bot.Ref{Message: id}, Reaction: "eyes"}, func() int {
				return len(s.shown(s.Support, id).Reactions)
			}
		},
	},
	{
		name: "a message with files", several: true, has: func(f bot.Features) bool { return f.Files },
		prepare: func(s *stage, tag string) (bot.Delivery, func() int) {
			root := s.say("pregunta")
			files := []Upload{{"uno.txt", "text/plain", []byte("uno")}, {"dos.txt", "text/plain", []byte("dos")}}
			d := attach(bot.Delivery{Thread: bot.Ref{Message: root}, Message: bot.Message{Text: tag}}, files...)
			return d, func() int {
				all := slices.DeleteFunc(ours(s.Wire.Channel(s.Support)), func(m Shown) bool { return m.Thread != root })
				names := ""
				for _, m := range all {
					for _, f := range m.Files {
						names += f.Name + "=" + string(f.Content) + " "
					}
				}
				if n := len(having(all, tag)); n != 1 || names != "uno.txt=uno dos.txt=dos " {
					s.Logf("the text is there %d times, of files there are %s", n, names)
					return n + 1
				}
				return 1
			}
		},
	},
}

// faults are those after which it is not plain whether the platform has it.
var faults = map[string]Fault{
	"answered with 500":                      {Status: 500},
	"answered with 503":                      {Status: 503},
	"answered with 500 although it was done": {Status: 500, Done: true},
	"answered with 502 although it was done": {Status: 502, Done: true},
	"cut off":                                {},
	"cut off although it was done":           {Done: true},
}

// weather: calls fail.
var weather = []testCase{
	{"a call that is answered with 429 says how long to wait, and is then there once", func(s *stage) {
		s.each(func(w way, tag string) {
			d, count := w.prepare(s, tag)
			s.Wire.Fault(Fault{Status: 429, RetryAfter: time.Second}, 1)
			whole := s.delivery(d)
			_, err := s.try(whole)
			known := asKnown(err)
			switch {
			case known == nil || known.Permanent || known.RetryAfter < 900*time.Millisecond || known.RetryAfter > 3*time.Second:
				s.Errorf("%s failed with %#v", w.name, err)
				return
			case !known.NotSent && !w.several:
				s.Errorf("%s may have been sent: %#v", w.name, err)
			}
			if w.name != "a post" && w.name != "a card's change" {
				return // the waits would add up
			}
			<-time.After(known.RetryAfter)
			whole.Attempt, whole.Doubtful = 2, !known.NotSent
			if _, _, err := s.insist(whole); err != nil || count() != 1 {
				s.Errorf("%s is there %d times: %v", w.name, count(), err)
			}
		})
	}},
	{"a call that fails is repeated and its effect is there once", func(s *stage) {
		s.each(func(w way, tag string) {
			for what, f := range faults {
				d, count := w.prepare(s, fmt.Sprintf("«%s, %s»", tag, what))
				s.Wire.Fault(f, 1)
				_, first, err := s.insist(s.delivery(d))
				if n := count(); err != nil || n != 1 && !(w.rough && n > 0) {
					s.Errorf("%s, %s: it is there %d times, after %v: %v", w.name, what, n, first, err)
				}
				if known := asKnown(first); known != nil && known.Permanent {
					s.Errorf("%s, %s: given up for good: %v", w.name, what, first)
				}
			}
		})
	}},
	{"many failures in a row leave it there once", func(s *stage) {
		s.each(func(w way, tag string) {
			d, count := w.prepare(s, tag)
			for _, f := range faults {
				s.Wire.Fault(f, 2)
			}
			_, _, err := s.insist(s.delivery(d))
			s.Wire.Fault(Fault{}, 0)
			if n := count(); err != nil || n != 1 && !(w.rough && n > 0) {
				s.Errorf("%s is there %d times: %v", w.name, n, err)
			}
		})
	}},
	{"a form whose opening fails is open in the end, or given up for good", func(s *stage) {
		s.needs(s.Adapter.Features().Forms, "forms")
		s.run()
		for what, f := range faults {
			s.Wire.Type(s.Ana, s.Team, "/incident resolve INC-7")
			asked := s.in.First(s, "the command", func(e bot.Event) bool { return e.Kind == bot.CommandTyped && s.unused(e.Key) })
			s.Wire.Fault(f, 1)
			_, _, err := s.insist(s.delivery(bot.Delivery{Kind: bot.OpenForm, User: s.Ana, Channel: s.Team, Trigger: asked.Trigger, Form: &form}))
			if known := asKnown(err); err != nil && (known == nil || !known.Permanent) {
				s.Errorf("%s: %v", what, err)
			}
			if err == nil && s.Wire.Form(s.Ana) == nil {
				s.Errorf("%s: no form is open", what)
			}
		}
	}},
	{"deliveries wait while the platform cannot be reached", func(s *stage) {
		s.run()
		s.provoked = true
		s.Wire.Away(true)
		whole := s.delivery(bot.Delivery{Message: bot.Message{Text: "mientras tanto"}})
		_, err := s.try(whole)
		if known := asKnown(err); err == nil || known != nil && known.Permanent {
			s.Errorf("it failed with %v", err)
		}
		s.Wire.Away(false)
		whole.Doubtful = true
		if _, _, err := s.insist(whole); err != nil {
			s.Fatal(err)
		}
		if n := len(having(s.Wire.Channel(s.Support), "mientras tanto")); n != 1 {
			s.Errorf("it is there %d times", n)
		}
	}},
}

// each runs over all ways of saying something that the platform has.
func (s *stage) each(do func(w way, tag string)) {
	s.run()
	s.provoked = true
	for i, w := range ways {
		if w.has == nil || w.has(s.Adapter.Features()) {
			do(w, fmt.Sprintf("«%d»", i))
		}
	}
	s.Wire.Fault(Fault{}, 0)
}
