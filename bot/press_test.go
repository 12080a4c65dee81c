package bot_test

import (
	"bytes"
	"testing"

	"sereno/bot"
)

func TestTwoAgentsTakeAtOnceAndTheSecondIsTold(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "payments-team", Button: "take", Value: "INC-1", User: "ana"})
	w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "payments-team", Button: "take", Value: "INC-1", User: "luis"})
	if owner := w.state("INC-1").Owner; owner != "ana" {
		t.Errorf("the owner is %s", owner)
	}
	w.one(bot.Refused)
}

func TestAButtonOfAnotherVersionIsRefusedAtOnce(t *testing.T) {
	for _, e := range []bot.Event{
		{Kind: bot.ButtonPressed, Button: "snooze", Value: "INC-1"},
		{Kind: bot.ButtonPressed, Button: "rca_snooze", Value: "INC-1"},
		{Kind: bot.ButtonPressed, Button: "rate_10", Value: "INC-1"},
		{Kind: bot.ButtonPressed, Button: "take", Value: "INC-1:x"},
		{Kind: bot.FormSent, Form: "snooze", Value: "INC-1", Fields: map[string]string{"x": "y"}},
		{Kind: bot.FormSent, Form: "resolve", Value: "INC-1"},
		{Kind: bot.FormSent, Form: "resolve", Value: "INC-1", Fields: map[string]string{"done": "x", "origin": "nobody"}},
		{Kind: bot.FormSent, Form: "severity", Value: "INC-1", Fields: map[string]string{"severity": ""}},
	} {
		t.Run(e.Button+e.Form+e.Value, func(t *testing.T) {
			var log bytes.Buffer
			w := newWorld(t, logged(&log))
			w.say("maria", "acme-support", "", report)
			w.command("ana", "payments-team", "/rca start INC-1")
			w.records = nil
			e.Channel, e.User = "payments-team", "ana"
			w.platform(e)
			w.one(bot.Refused)
			if log.Len() > 0 {
				t.Errorf("logged: %s", log.String())
			}
		})
	}
}
