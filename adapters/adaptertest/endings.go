package adaptertest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/goleak"

	"sereno/bot"
)

// endings: Run returns.
var endings = []testCase{
	{"Run returns nil when it is told to stop, and leaves no goroutine", func(s *stage) {
		before := goleak.IgnoreCurrent()
		s.run()
		s.heard(bot.MessagePosted, s.say("hola"))
		s.send(bot.Delivery{Message: bot.Message{Text: "hola"}})
		if err := s.stop(); err != nil {
			s.Errorf("it returned %v", err)
		}
		options := append([]goleak.Option{before}, idle...)
		if s.Retries != "" {
			options = append(options, goleak.IgnoreAnyFunction(s.Retries))
		}
		if err := goleak.Find(options...); err != nil {
			s.Error(err)
		}
	}},
	{"Run returns nil when it is told to stop while the inbox is slow", func(s *stage) {
		s.provoked = true
		s.run()
		reached := make(chan struct{})
		var once sync.Once
		s.in.Meet(func(ctx context.Context, _ bot.Event) error {
			once.Do(func() { close(reached) })
			<-ctx.Done()
			return ctx.Err()
		})
		s.say("hola")
		<-reached
		if err := s.stop(); err != nil {
			s.Errorf("it returned %v", err)
		}
	}},
	{"Run returns nil when it is told to stop while the platform cannot be reached", func(s *stage) {
		s.provoked = true
		s.run()
		s.Wire.Away(true)
		if err := s.stop(); err != nil {
			s.Errorf("it returned %v", err)
		}
		s.Adapter = s.Restart()
		s.start()
		if err := s.stop(); err != nil {
			s.Errorf("before it had connected it returned %v", err)
		}
		s.Wire.Away(false)
	}},
	{"Run goes on when the platform could not be reached at the start", func(s *stage) {
		s.provoked = true
		s.Wire.Away(true)
		s.start()
		s.say("antes")
		s.Wire.Away(false)
		s.in.Wait(s, "the adapter caught up", func() bool { return s.in.TimesCaughtUp() > 0 })
		s.heard(bot.MessagePosted, s.say("hola"))
	}},
	{"a token that is revoked ends Run, and deliveries say so", func(s *stage) {
		s.provoked = true
		s.run()
		s.Wire.Revoke()
		whole := s.delivery(bot.Delivery{Message: bot.Message{Text: "hola"}})
		_, err := s.try(whole)
		if known := asKnown(err); err == nil || known != nil && known.Permanent {
			s.Errorf("the delivery failed with %v: a person may put the token right, and it must then be sent", err)
		}
		s.isFinal(err, s.finished())
	}},
	{"a token that is worthless from the start ends Run", func(s *stage) {
		s.provoked = true
		s.Wire.Revoke()
		s.start()
		s.isFinal(nil, s.finished())
	}},
}

// idle are connections of the HTTP client and of the test's server that nobody
// uses and that end with both.
var idle = []goleak.Option{
	goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"),
	goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"),
	goleak.IgnoreAnyFunction("net/http.(*conn).serve"),
	goleak.IgnoreAnyFunction("net/http.(*connReader).backgroundRead"),
}

// finished waits for Run to return on its own.
func (s *stage) finished() error {
	s.Helper()
	select {
	case err := <-s.done:
		s.done <- err
		return err
	case <-time.After(soon):
		s.Fatal("Run does not return")
		return nil
	}
}

// isFinal: the errors say what to do, and no secret.
func (s *stage) isFinal(delivery, run error) {
	s.Helper()
	if run == nil {
		s.Fatal("Run returned nil")
	}
	if !strings.Contains(run.Error(), "token") {
		s.Errorf("Run's error does not say what to put right: %v", run)
	}
	for _, err := range []error{delivery, run} {
		if err != nil && slices.ContainsFunc(s.Secrets, func(secret string) bool { return strings.Contains(err.Error(), secret) }) {
			s.Errorf("there is a secret in %q", err)
		}
	}
}
