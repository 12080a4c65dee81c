package slack

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

// missed stores messages that nobody was told of.
func (w *world) missed(thread string, texts ...string) (ts []string) {
	for _, text := range texts {
		ts = append(ts, w.slack.Store(slacktest.Said{Channel: "C1", User: "UMARIA", Text: text, Thread: thread}))
	}
	return ts
}

func TestWhatWasSaidMeanwhileIsAcceptedInOrder(t *testing.T) {
	w := newWorld(t)
	before := w.missed("", "older than anything accepted", "accepted")
	w.in.cursors["C1"] = before[1]
	want := make([]string, 450) // three pages
	for i := range want {
		want[i] = fmt.Sprint("missed ", i)
	}
	w.missed("", want...)
	w.slack.Store(slacktest.Said{Channel: "C1", User: "UBOT", BotID: "BBOT", Text: "own"})
	w.run()
	if got := w.in.texts(); !slices.Equal(got, want) {
		t.Errorf("accepted %d, first %q, last %q", len(got), got[0], got[len(got)-1])
	}
	e := w.in.all()[0]
	if e.Kind != bot.MessagePosted || e.Channel != "C1" || e.User != "UMARIA" || e.UserName != "María" || e.UserTeam != "T2" || e.Key != "slack:C1:"+e.Message {
		t.Errorf("a caught-up message is %+v", e)
	}
}

func TestAChannelWithoutAPastIsNotReadBackwards(t *testing.T) {
	w := newWorld(t)
	w.missed("", "before the bot came")
	w.run()
	if got := w.in.texts(); len(got) > 0 {
		t.Errorf("accepted %q", got)
	}
}

func TestAnswersInOpenThreadsAreCaughtUpWith(t *testing.T) {
	for _, threads := range []int{1, manyThreads + 4} {
		t.Run(fmt.Sprint(threads, " threads"), func(t *testing.T) {
			w := newWorld(t)
			var roots []string
			for i := range threads {
				roots = append(roots, w.missed("", fmt.Sprint("root ", i))...)
			}
			known := w.missed(roots[0], "known answer")
			for _, r := range roots {
				w.in.threads["C1"] = append(w.in.threads["C1"], bot.ThreadCursor{Root: r})
			}
			w.in.threads["C1"][0].Last = known[0]
			w.in.cursors["C1"] = roots[len(roots)-1]
			w.missed(roots[0], "missed answer")
			newRoot := w.missed("", "missed root")[0]
			w.missed(newRoot, "answer to a missed root")
			w.missed(roots[0], "second missed answer")
			w.run()
			want := []string{"missed answer", "missed root", "answer to a missed root", "second missed answer"}
			if got := w.in.texts(); !slices.Equal(got, want) {
				t.Errorf("accepted %q", got)
			}
			if threads > 1 && len(w.slack.Calls("conversations.replies")) > 2 {
				t.Errorf("every thread was asked: %d calls", len(w.slack.Calls("conversations.replies")))
			}
		})
	}
}

func TestALiveMessageWaitsForThoseMissedBeforeIt(t *testing.T) {
	w := newWorld(t)
	w.in.cursors["C1"] = w.missed("", "accepted")[0]
	missed := w.missed("", "missed")
	answered := make(chan struct{})
	w.slack.Fail("conversations.history", slacktest.Fault{Wait: answered}, slacktest.Fault{Wait: answered})
	w.start()
	w.until("catching up has begun", func() bool { return len(w.slack.Calls("conversations.history")) > 0 })
	w.until("a socket is open", func() bool { open, _ := w.slack.Sockets(); return open > 0 })
	_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "live"})
	edit := w.slack.Edit("C1", missed[0], "missed, and edited")
	for _, e := range []*slacktest.Envelope{e, edit} {
		w.until("it was sent again, unacknowledged", func() bool { n, _ := e.Attempts(); return n > 1 })
	}
	if got := w.in.texts(); len(got) > 0 {
		t.Errorf("accepted already: %q", got)
	}
	// What has no place in the history's order need not wait.
	_, command := w.slack.Command("C1", "UANA", "/incident list")
	w.acked(command)
	close(answered)
	w.in.wait(t, "caught up", func() bool { return w.in.caughtUp > 0 })
	w.in.wait(t, "all are there", func() bool { return len(w.in.events) == 4 })
	got := w.in.texts()
	slices.Sort(got[2:]) // both waited for the one before them, and for nothing else
	if !slices.Equal(got, []string{"/incident list", "missed", "live", "missed, and edited"}) {
		t.Errorf("accepted %q", got)
	}
}

func TestWhatSlackHandedOverInVainWhileWeCaughtUpIsKept(t *testing.T) {
	w := newWorld(t, func(o *slacktest.Options, _ *Config, _ *Options, tune *tuning) {
		o.Retries, tune.hold = []time.Duration{}, 20*time.Millisecond
	})
	root := w.missed("", "accepted")[0]
	w.in.cursors["C1"] = root
	w.in.threads["C1"] = []bot.ThreadCursor{{Root: root}}
	read := make(chan struct{})
	w.slack.Fail("conversations.replies", slacktest.Fault{Wait: read})
	w.start()
	w.until("the history was read, but not the threads", func() bool { return len(w.slack.Calls("conversations.replies")) > 0 })
	_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "said meanwhile"})
	w.until("slack gave it up", func() bool { return !e.Trying() })
	close(read)
	w.in.wait(t, "caught up", func() bool { return w.in.caughtUp > 0 })
	if got := w.in.texts(); !slices.Equal(got, []string{"said meanwhile"}) {
		t.Errorf("accepted %q", got)
	}
}

func TestAChannelWithManyThreadsIsReadInBadWeather(t *testing.T) {
	calls := 0 // the server asks one after the other
	w := newWorld(t, func(o *slacktest.Options, _ *Config, _ *Options, tune *tuning) {
		tune.retryMin = time.Millisecond
		o.Chaos = func(method string, _ url.Values) *slacktest.Fault {
			if method != "conversations.replies" {
				return nil
			}
			if calls++; calls%3 == 0 {
				return &slacktest.Fault{Status: 503}
			}
			return nil
		}
	})
	w.in.cursors["C1"] = w.missed("", "accepted")[0]
	const threads = 40
	for i := range threads {
		w.missed(w.missed("", fmt.Sprint("root ", i))[0], fmt.Sprint("answer ", i))
	}
	w.run()
	if n := len(w.in.texts()); n != 2*threads {
		t.Errorf("%d of %d were found", n, 2*threads)
	}
	if n := len(w.slack.Calls("conversations.replies")); n > 2*threads {
		t.Errorf("%d threads took %d calls", threads, n)
	}
}

func TestLiveMessagesAreLetInWhenCatchingUpGoesOnFailing(t *testing.T) {
	w := newWorld(t, func(o *slacktest.Options, _ *Config, _ *Options, tune *tuning) {
		tune.patience = 50 * time.Millisecond
		o.Chaos = func(method string, _ url.Values) *slacktest.Fault {
			if method == "conversations.history" {
				return &slacktest.Fault{Status: 503}
			}
			return nil
		}
	})
	w.in.cursors["C1"] = "1700000000.000100"
	w.start()
	w.until("a socket is open", func() bool { open, _ := w.slack.Sockets(); return open > 0 })
	_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "live"})
	w.acked(e)
	if w.in.timesCaughtUp() > 0 {
		t.Error("it says that it caught up")
	}
}

func TestCatchingUpIsTriedUntilItWorks(t *testing.T) {
	w := newWorld(t)
	w.in.cursors["C1"] = w.missed("", "accepted")[0]
	w.missed("", "missed")
	w.slack.Fail("conversations.history", slacktest.Fault{Status: 500}, slacktest.Fault{Lost: true},
		slacktest.Fault{Error: "internal_error"}, slacktest.Fault{Status: 429, RetryAfter: "1"})
	w.run()
	if got := w.in.texts(); !slices.Equal(got, []string{"missed"}) {
		t.Errorf("accepted %q", got)
	}
	calls := w.slack.Calls("conversations.history")
	if last := calls[len(calls)-1].At.Sub(calls[len(calls)-2].At); last < time.Second {
		t.Errorf("it came back after %s", last)
	}
}

func TestAFailingStoreIsNotPassedOver(t *testing.T) {
	w := newWorld(t)
	w.in.cursors["C1"] = w.missed("", "accepted")[0]
	w.missed("", "one", "two", "three")
	failures := 2
	w.in.refuse = func(e bot.Event) error {
		if e.Text == "two" && failures > 0 {
			failures--
			return errors.New("locked")
		}
		return nil
	}
	w.run()
	if got := w.in.texts(); !slices.Equal(got, []string{"one", "two", "three"}) {
		t.Errorf("accepted %q", got)
	}
}

func TestAChannelThatWeAreNotInIsReportedAndHoldsUpNobody(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, logTo(&log))
	w.slack.AddChannel("C2", false)
	w.in.cursors["C2"] = "1700000000.000100"
	w.in.cursors["C1"] = w.missed("", "accepted")[0]
	w.missed("", "missed")
	w.run()
	w.stop()
	if got := w.in.texts(); !slices.Equal(got, []string{"missed"}) {
		t.Errorf("accepted %q", got)
	}
	if !strings.Contains(log.String(), "cannot read the channel") || !strings.Contains(log.String(), "C2") {
		t.Errorf("the log does not say so: %s", &log)
	}
}

func TestAfterAGapTheHistoryIsReadAgain(t *testing.T) {
	w := newWorld(t).run()
	_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "live"})
	w.acked(e)
	w.missed("", "while the sockets were being cut")
	w.slack.Cut()
	w.in.wait(t, "it was found", func() bool { return len(w.in.events) == 2 })
	if got := w.in.texts(); !slices.Equal(got, []string{"live", "while the sockets were being cut"}) {
		t.Errorf("accepted %q", got)
	}
}

func TestWhenSlackWithholdsEventsTheHistoryIsRead(t *testing.T) {
	w := newWorld(t)
	w.in.cursors["C1"] = w.missed("", "accepted")[0]
	w.run()
	w.missed("", "withheld")
	w.acked(w.slack.Push("events_api", map[string]any{"type": "app_rate_limited", "minute_rate_limited": 1700000000, "api_app_id": "A1"}))
	w.in.wait(t, "it was found", func() bool { return len(w.in.events) == 1 })
}

func TestAChannelThatGoesOnFailingDoesNotHideAGapInAnother(t *testing.T) {
	w := newWorld(t, func(o *slacktest.Options, _ *Config, _ *Options, _ *tuning) {
		o.Chaos = func(method string, p url.Values) *slacktest.Fault {
			if method == "conversations.history" && p.Get("channel") == "C2" {
				return &slacktest.Fault{Status: 500}
			}
			return nil
		}
	})
	w.in.cursors["C1"], w.in.cursors["C2"] = w.missed("", "accepted")[0], "1700000000.000100"
	w.missed("", "missed")
	w.start()
	w.in.wait(t, "the good one was read", func() bool { return len(w.in.events) == 1 })
	w.until("the sockets are open", func() bool { open, _ := w.slack.Sockets(); return open == 2 })
	w.missed("", "missed in the gap")
	w.slack.Cut()
	w.in.wait(t, "it was read again", func() bool { return len(w.in.events) == 2 })
}

func TestSocketsThatBringWhatIsSaidAreKept(t *testing.T) {
	w := newWorld(t, func(_ *slacktest.Options, _ *Config, _ *Options, tune *tuning) { tune.sweep = 20 * time.Millisecond }).run()
	ts := w.missed("", "accepted")[0]
	w.in.mu.Lock()
	w.in.cursors["C1"] = ts
	w.in.mu.Unlock()
	w.in.wait(t, "a sweep began from there", func() bool { return w.a.history.Mark("C1") != "" })
	ts, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "live"})
	w.acked(e)
	w.in.wait(t, "a sweep met it", func() bool { return w.a.history.Mark("C1") == ts })
	if w.in.offered("slack:C1:"+ts) != 1 || len(w.slack.Calls("apps.connections.open")) != 2 {
		t.Errorf("it was offered %d times, sockets were opened %d times", w.in.offered("slack:C1:"+ts), len(w.slack.Calls("apps.connections.open")))
	}
}

func TestSocketsThatBringNothingAreReplaced(t *testing.T) {
	w := newWorld(t, func(_ *slacktest.Options, _ *Config, _ *Options, tune *tuning) { tune.sweep = 100 * time.Millisecond })
	w.in.cursors["C1"] = w.missed("", "accepted")[0]
	w.run()
	before := len(w.slack.Calls("apps.connections.open"))
	w.missed("", "never sent")
	w.in.wait(t, "it was found", func() bool { return len(w.in.events) == 1 })
	w.until("the sockets were replaced", func() bool { return len(w.slack.Calls("apps.connections.open")) >= before+2 })
}

func TestInHTTPModeTheHistoryIsReadAtTheStart(t *testing.T) {
	w := newWorld(t, inHTTP)
	w.in.cursors["C1"] = w.missed("", "accepted")[0]
	w.missed("", "missed")
	w.run()
	if got := w.in.texts(); !slices.Equal(got, []string{"missed"}) {
		t.Errorf("accepted %q", got)
	}
}

func TestWhereNoSocketCanBeOpenedTheHistoryIsStillRead(t *testing.T) {
	w := newWorld(t, func(o *slacktest.Options, _ *Config, _ *Options, tune *tuning) {
		tune.patience = 20 * time.Millisecond
		o.Chaos = func(method string, _ url.Values) *slacktest.Fault {
			if method == "apps.connections.open" {
				return &slacktest.Fault{Status: 500}
			}
			return nil
		}
	})
	w.start()
	w.in.wait(t, "caught up", func() bool { return w.in.caughtUp > 0 })
}
