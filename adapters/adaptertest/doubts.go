package adaptertest

import (
	"fmt"

	"sereno/bot"
)

// doubts: it is not known whether the platform has it.
var doubts = []testCase{
	{"a doubtful delivery that the platform has is not sent again, nor by another process", func(s *stage) {
		s.each(func(w way, tag string) {
			d, count := w.prepare(s, tag)
			whole := s.delivery(d)
			if _, err := s.try(whole); err != nil {
				s.Fatalf("%s: %v", w.name, err)
			}
			for i := range 25 { // it is not the newest any more
				s.Wire.Say(s.Maria, s.Support, d.Thread.Message, fmt.Sprint("otra cosa ", i))
			}
			whole.Attempt, whole.Doubtful = 2, true
			again, err := s.try(whole)
			if n := count(); err != nil || n != 1 && !w.rough {
				s.Errorf("%s is there %d times: %v", w.name, n, err)
			}
			if d.Kind == bot.Post && again.Message == "" {
				s.Errorf("%s: the receipt names no message", w.name)
			}
			s.restart(func() {})
			whole.Attempt++
			third, err := s.try(whole)
			if n := count(); err != nil || n != 1 && !w.rough {
				s.Errorf("%s is there %d times after a restart: %v", w.name, n, err)
			}
			if third.Message != again.Message {
				s.Errorf("%s: the receipts name %q and %q", w.name, again.Message, third.Message)
			}
		})
	}},
	{"a doubtful delivery that the platform does not have is sent", func(s *stage) {
		s.each(func(w way, tag string) {
			d, count := w.prepare(s, tag)
			whole := s.delivery(d)
			whole.Attempt, whole.Doubtful = 2, true
			if _, err := s.try(whole); err != nil || count() != 1 {
				s.Errorf("%s is there %d times: %v", w.name, count(), err)
			}
		})
	}},
	{"two deliveries that read the same are both there", func(s *stage) {
		s.run()
		for range 2 {
			whole := s.delivery(bot.Delivery{Message: bot.Message{Text: "igual"}})
			whole.Attempt, whole.Doubtful = 2, true
			if _, err := s.try(whole); err != nil {
				s.Fatal(err)
			}
		}
		if n := len(having(s.Wire.Channel(s.Support), "igual")); n != 2 {
			s.Errorf("there are %d", n)
		}
	}},
}
