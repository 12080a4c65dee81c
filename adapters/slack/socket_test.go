package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

func TestTwoSocketsAreHeld(t *testing.T) {
	w := newWorld(t).run()
	if open, _ := w.slack.Sockets(); open != 2 {
		t.Errorf("%d sockets are open", open)
	}
}

func TestARefreshOpensTheNewSocketBeforeTheOldOneGoes(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested"} {
		t.Run(reason, func(t *testing.T) {
			w := newWorld(t).run()
			before := w.in.timesCaughtUp()
			w.slack.Disconnect(reason)
			w.until("the new ones stand beside the old", func() bool { _, most := w.slack.Sockets(); return most == 4 })
			// What still comes over an old socket is taken and acknowledged there.
			for range 4 {
				_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "x"})
				w.acked(e)
			}
			w.slack.Cut()
			w.until("two are left", func() bool { open, _ := w.slack.Sockets(); return open == 2 })
			w.in.wait(t, "after the cut, which was a gap, it caught up", func() bool { return w.in.caughtUp > before })
		})
	}
}

func TestAHelloTellsOfTooManyConnections(t *testing.T) {
	for frame, warned := range map[string]bool{
		`{"type":"hello","num_connections":2,"debug_info":{"approximate_connection_time":18060}}`: false,
		`{"type":"hello","num_connections":10}`:                                                   true,
		`{"type":"hello","num_connections":"many"}`:                                               false,
	} {
		var log bytes.Buffer
		w := newWorld(t, logTo(&log))
		w.a.greeted([]byte(frame))
		if got := strings.Contains(log.String(), "level=WARN"); got != warned {
			t.Errorf("%s: %s", frame, log.String())
		}
	}
}

func TestTooManySocketsBacksOff(t *testing.T) {
	w := newWorld(t, func(_ *slacktest.Options, c *Config, _ *Options, tune *tuning) {
		c.Connections = 1
		tune.retryMin, tune.retryMax = 20*time.Millisecond, 40*time.Millisecond
	})
	w.slack.TooMany(4)
	w.run()
	calls := w.slack.Calls("apps.connections.open")
	if len(calls) != 5 {
		t.Fatalf("it tried %d times", len(calls))
	}
	for i := 1; i < len(calls); i++ {
		if gap := calls[i].At.Sub(calls[i-1].At); gap < 9*time.Millisecond {
			t.Errorf("try %d came after %s", i+1, gap)
		}
	}
}

func TestOpeningASocketHonoursRetryAfterAndSurvivesFailures(t *testing.T) {
	w := newWorld(t, func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.Connections = 1 })
	w.slack.Fail("apps.connections.open", slacktest.Fault{Status: 500}, slacktest.Fault{Lost: true},
		slacktest.Fault{Error: "internal_error"}, slacktest.Fault{Status: 429, RetryAfter: "1"})
	w.run()
	calls := w.slack.Calls("apps.connections.open")
	if last := calls[len(calls)-1].At.Sub(calls[len(calls)-2].At); len(calls) != 5 || last < time.Second {
		t.Errorf("%d tries, the last after %s", len(calls), last)
	}
}

func TestASilentSocketIsReplaced(t *testing.T) {
	w := newWorld(t, func(_ *slacktest.Options, _ *Config, _ *Options, tune *tuning) { tune.silence = 300 * time.Millisecond }).run()
	w.slack.Deafen()
	before := len(w.slack.Calls("apps.connections.open"))
	w.until("both were replaced", func() bool { return len(w.slack.Calls("apps.connections.open")) >= before+2 })
	w.until("both hear", func() bool { open, _ := w.slack.Sockets(); return open == 2 && w.slack.Hearing() == 2 })
	_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "?"})
	w.acked(e)
}

func TestWhatMakesNoSenseIsCountedAndDoesNotHarmTheSocket(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, logTo(&log)).run()
	frames := []string{
		`not json`, `[]`, `7`, `{"type":7}`, `{"type":"events_api","envelope_id":"E1","payload":"secret words"}`,
		`{"type":"events_api","envelope_id":"E2","payload":{"type":"event_callback","event":{"type":"message","channel":["secret words"]}}}`,
		`{"type":"interactive","envelope_id":"E3","payload":{}}`, `{"type":"slash_commands","envelope_id":"E4","payload":{"text":"secret words"}}`,
		`{"type":"new_thing","envelope_id":"E5","payload":{}}`,
	}
	for _, f := range frames {
		if err := w.slack.SendRaw([]byte(f)); err != nil {
			t.Fatal(err)
		}
	}
	w.in.wait(t, "all were counted", func() bool { return w.in.refusals["malformed"] == len(frames) })
	for range 2 {
		_, e := w.slack.Say(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "hola"})
		w.acked(e)
	}
	w.stop()
	if strings.Contains(log.String(), "secret words") {
		t.Errorf("the log holds what people wrote: %s", &log)
	}
}

func TestMessagesOfAChannelReachTheInboxInOrder(t *testing.T) {
	w := newWorld(t, func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.Connections = 1 }).run()
	var want []string
	for i := range 200 {
		ts := fmt.Sprintf("1700000000.%06d", i)
		want = append(want, "slack:C1:"+ts)
		frame := fmt.Sprintf(`{"type":"events_api","envelope_id":"E%d","payload":{"type":"event_callback",
			"event":{"type":"message","channel":"C1","user":"UMARIA","text":"x","ts":%q}}}`, i, ts)
		if err := w.slack.SendRaw([]byte(frame)); err != nil {
			t.Fatal(err)
		}
	}
	w.in.wait(t, "all are there", func() bool { return len(w.in.events) == len(want) })
	for i, e := range w.in.all() {
		if e.Key != want[i] {
			t.Fatalf("event %d is %s, not %s", i, e.Key, want[i])
		}
	}
}

func TestRunEndsWhenATokenIsRefused(t *testing.T) {
	for name, set := range map[string]setting{
		"the bot's":                      func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.BotToken = "xoxb-old" },
		"the app's":                      func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.AppToken = "xapp-old" },
		"because of the wrong workspace": func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.Team = "T9" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, set)
			w.start()
			select {
			case err := <-w.stopped:
				if err == nil || strings.Contains(err.Error(), "-old") {
					t.Errorf("it ended with %v", err)
				}
			case <-time.After(soon):
				t.Fatal("it did not end")
			}
		})
	}
}

func TestADeliveryThatFindsTheTokenRefusedEndsRunOnlyWhenSlackConfirmsIt(t *testing.T) {
	w := newWorld(t).run()
	w.slack.Fail("chat.postMessage", slacktest.Fault{Error: "account_inactive"})
	_, err := w.deliver(bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "x"}})
	var known *bot.DeliveryError
	if !errors.As(err, &known) || known.Permanent || !known.NotSent || known.RetryAfter == 0 {
		t.Fatalf("the delivery failed with %#v", err)
	}
	w.until("slack was asked", func() bool { return len(w.slack.Calls("auth.test")) == 2 })
	select {
	case err := <-w.stopped:
		t.Fatalf("it ended although the token is good: %v", err)
	default:
	}
	w.slack.Fail("auth.test", slacktest.Fault{Error: "token_revoked"}, slacktest.Fault{Error: "token_revoked"})
	w.slack.Fail("chat.postMessage", slacktest.Fault{Error: "token_revoked"})
	if _, err = w.deliver(bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "x"}}); err == nil {
		t.Fatal("the delivery did not fail")
	}
	select {
	case err := <-w.stopped:
		if !refusedToken(err) {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(soon):
		t.Fatal("it did not end")
	}
}

func TestRunEndsWithoutAnErrorWhenToldTo(t *testing.T) {
	w := newWorld(t).run()
	w.stop()
	if err := <-w.stopped; err != nil {
		t.Errorf("it ended with %v", err)
	}
	w = newWorld(t)
	w.slack.Fail("auth.test", slacktest.Fault{Status: 500}, slacktest.Fault{Wait: context.Background().Done()})
	w.start()
	w.until("it signs in", func() bool { return len(w.slack.Calls("auth.test")) == 2 })
	w.stop()
	if err := <-w.stopped; err != nil {
		t.Errorf("while signing in it ended with %v", err)
	}
}

func TestPressesAndFormsComeBackWithWhatTheBotAttached(t *testing.T) {
	for _, mode := range []Mode{Socket, HTTP} {
		t.Run(string(mode), func(t *testing.T) {
			w := newWorld(t, func(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.Mode = mode })
			if mode == HTTP {
				w.serve()
			}
			w.run()
			root := w.slack.Store(slacktest.Said{Channel: "C1", User: "UMARIA", Text: "no anda"})
			r, err := w.deliver(bot.Delivery{Kind: bot.Post, Channel: "C1", Thread: bot.Ref{Message: root}, Message: bot.Message{
				Text: "recibido", Buttons: []bot.Button{{ID: "solved", Label: "Sí", Value: "INC-1"}, {ID: "solved", Label: "Casi", Value: "INC-1:almost"}},
			}})
			if err != nil {
				t.Fatal(err)
			}
			press, err := w.slack.Press("C1", r.Message, "UMARIA", "solved#2")
			if err != nil {
				t.Fatal(err)
			}
			w.acked(press)
			got := w.in.all()[0]
			if got.Kind != bot.ButtonPressed || got.Button != "solved" || got.Value != "INC-1:almost" || got.Message != r.Message ||
				got.Thread != root || got.Channel != "C1" || got.User != "UMARIA" || got.UserTeam == "" || got.Trigger == "" || got.At.IsZero() {
				t.Errorf("the press is %+v", got)
			}

			_, err = w.deliver(bot.Delivery{Kind: bot.OpenForm, User: "UMARIA", Trigger: got.Trigger, Form: &bot.Form{
				ID: "resolve", Title: "¿Qué se hizo?", Submit: "Enviar", Value: "INC-1",
				Inputs: []bot.Input{{Name: "what", Label: "Qué", Multiline: true}, {Name: "origin", Label: "Origen", Options: []bot.Option{{Value: "ours", Label: "Nuestro"}, {Value: "theirs", Label: "Del cliente"}}}},
			}})
			if err != nil {
				t.Fatal(err)
			}
			w.acked(w.slack.Submit(w.slack.Views()[0], "UMARIA", map[string]string{"what": "reinicio", "origin": "option:ours"}))
			form := w.in.all()[1]
			if form.Kind != bot.FormSent || form.Form != "resolve" || form.Value != "INC-1" || form.Fields["what"] != "reinicio" ||
				form.Fields["origin"] != "ours" || form.User != "UMARIA" || form.Channel != "" {
				t.Errorf("the form is %+v", form)
			}
		})
	}
}
