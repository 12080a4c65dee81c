package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
)

// Run runs the suite. Each case has a platform and an adapter of its own.
func Run(t *testing.T, setup Setup) {
	for _, group := range [][]testCase{heard, said, words, weather, gaps, doubts, endings} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) { c.run(open(t, setup)) })
		}
	}
	t.Run("in a storm nothing is lost, doubled or out of order", func(t *testing.T) {
		for seed := range uint64(2) {
			t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { storm(open(t, setup), seed) })
		}
	})
}

// testCase is one promise of an adapter's.
type testCase struct {
	name string
	run  func(*stage)
}

// stage is a platform with its adapter, and an inbox that outlives it.
type stage struct {
	*testing.T
	*Subject
	in     *Inbox
	stop   func() error // ends Run and answers what it returned
	done   chan error   // what Run returned
	serial int
	used   map[string]bool // events that a case has seen already
	// provoked: the case makes things happen that deserve a line of level error.
	provoked bool
}

// Log is the test's; the adapter's is the subject's.
func (s *stage) Log(args ...any) { s.Helper(); s.T.Log(args...) }

func open(t *testing.T, setup Setup) *stage {
	t.Helper()
	subject := setup(t)
	s := &stage{T: t, Subject: subject, in: NewInbox(subject.Support, subject.Team)}
	t.Cleanup(func() {
		if s.stop != nil {
			_ = s.stop() // asked for in the cases where it matters
		}
		s.checkLog()
	})
	return s
}

// checkLog: no secret is logged, and no error that was not provoked.
func (s *stage) checkLog() {
	s.Helper()
	if s.Subject.Log == nil {
		s.Error("the subject has no log")
		return
	}
	text := s.Subject.Log.String()
	for _, secret := range s.Secrets {
		if strings.Contains(text, secret) {
			s.Errorf("the log holds the secret %q", secret)
		}
	}
	if bad := s.Subject.Log.Errors(); len(bad) > 0 && !s.provoked {
		s.Errorf("logged as an error:\n%s", strings.Join(bad, ""))
	}
	if s.Failed() && testing.Verbose() {
		s.Logf("the adapter's log:\n%s", text)
	}
}

// start runs the adapter.
func (s *stage) start() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	a := s.Adapter
	go func() { done <- a.Run(ctx, s.in) }()
	s.done = done
	s.stop = func() error {
		cancel()
		return s.finished()
	}
}

// run starts the adapter and waits until it has caught up.
func (s *stage) run() *stage {
	s.Helper()
	before := s.in.TimesCaughtUp()
	s.start()
	s.in.Wait(s, "the adapter caught up", func() bool { return s.in.TimesCaughtUp() > before })
	return s
}

// restart ends the adapter, lets something happen and runs another on the same inbox.
func (s *stage) restart(meanwhile func()) {
	s.Helper()
	if err := s.stop(); err != nil {
		s.Fatalf("Run ended with %v", err)
	}
	meanwhile()
	s.Adapter = s.Restart()
	s.run()
}

// delivery gives a delivery what all have.
func (s *stage) delivery(d bot.Delivery) *bot.Delivery {
	s.serial++
	if d.Key == "" {
		d.Key = fmt.Sprintf("delivery-%d-of-%s", s.serial, s.Name())
	}
	if d.Attempt == 0 {
		d.Attempt = 1
	}
	if d.Kind == "" {
		d.Kind = bot.Post
	}
	if d.Channel == "" && d.User == "" {
		d.Channel = s.Support
	}
	d.Platform, d.At = s.Adapter.Platform(), time.Now().UTC()
	return &d
}

// try makes one attempt.
func (s *stage) try(d *bot.Delivery) (bot.Receipt, error) {
	ctx, cancel := context.WithTimeout(s.Context(), soon)
	defer cancel()
	return s.Adapter.Deliver(ctx, d)
}

// send delivers what must succeed, though it may have to wait for its turn.
func (s *stage) send(d bot.Delivery) bot.Receipt {
	s.Helper()
	whole := s.delivery(d)
	r, _, err := s.insist(whole)
	if err != nil {
		s.Fatalf("deliver a %s: %v", whole.Kind, err)
	}
	return r
}

// insist delivers as the core does: until it is settled, after the wait that
// the platform asked for or one that grows, and doubtful when an attempt may have
// got through. It answers the first failure, too.
func (s *stage) insist(d *bot.Delivery) (r bot.Receipt, first, err error) {
	for {
		r, err = s.try(d)
		if d.Attempt == 1 {
			first = err
		}
		known := asKnown(err)
		if err == nil || s.Context().Err() != nil || d.Attempt > 200 || known != nil && known.Permanent {
			return r, first, err
		}
		pause := time.Duration(min(d.Attempt, 50)) * time.Millisecond // else a platform that is away uses all attempts up
		if known != nil && known.RetryAfter > 0 {
			pause = known.RetryAfter
		}
		select {
		case <-s.Context().Done():
		case <-time.After(pause):
		}
		d.Attempt++
		d.Doubtful = d.Doubtful || known == nil || !known.NotSent
	}
}

// say writes as Maria in the customer's channel.
func (s *stage) say(text string) string { return s.Wire.Say(s.Maria, s.Support, "", text) }

// heard waits for the event about a message.
func (s *stage) heard(kind bot.EventKind, message string) bot.Event {
	s.Helper()
	return s.in.First(s, fmt.Sprintf("%s of %s was heard", kind, message), func(e bot.Event) bool {
		return e.Kind == kind && e.Message == message
	})
}

// shown is the bot's message of that id in the channel.
func (s *stage) shown(channel, id string) Shown {
	s.Helper()
	all := s.Wire.Channel(channel)
	i := slices.IndexFunc(all, func(m Shown) bool { return m.ID == id })
	if i < 0 {
		s.Fatalf("message %q is not in %s: %+v", id, channel, all)
	}
	return all[i]
}

// ours are the bot's messages among those shown.
func ours(all []Shown) []Shown {
	return slices.DeleteFunc(slices.Clone(all), func(m Shown) bool { return m.User != "" })
}

// having are the messages whose text holds the word.
func having(all []Shown, word string) []Shown {
	return slices.DeleteFunc(slices.Clone(all), func(m Shown) bool { return !strings.Contains(m.Text, word) })
}

// asKnown is what the adapter knows of a failure, nil when it says nothing.
func asKnown(err error) *bot.DeliveryError {
	var known *bot.DeliveryError
	if errors.As(err, &known) {
		return known
	}
	return nil
}

// list shows events for a failure's message.
func list(all []bot.Event) string {
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "\n\t%s %s in %q: %.80q", e.Kind, e.Key, e.Channel+"/"+e.Thread, e.Text)
	}
	return b.String()
}

// texts are those of the messages that were posted, in the order of acceptance.
func (in *Inbox) texts() []string {
	var out []string
	for _, e := range in.Events() {
		if e.Kind == bot.MessagePosted {
			out = append(out, e.Text)
		}
	}
	return out
}

// attach gives the delivery files with their content.
func attach(d bot.Delivery, files ...Upload) bot.Delivery {
	for i, f := range files {
		d.Message.Files = append(d.Message.Files, bot.Attachment{
			Name: f.Name, Type: f.Type, Hash: fmt.Sprintf("%064d", i), Size: int64(len(f.Content)),
		})
	}
	d.Open = func(_ context.Context, a bot.Attachment) (io.ReadCloser, error) {
		for i, f := range files {
			if a.Hash == fmt.Sprintf("%064d", i) {
				return io.NopCloser(strings.NewReader(string(f.Content))), nil
			}
		}
		return nil, fmt.Errorf("no attachment %q", a.Hash)
	}
	return d
}
