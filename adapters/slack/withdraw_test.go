package slack

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

func TestAWithdrawnMessageIsGoneWithAllThatBelongsToIt(t *testing.T) {
	for name, thread := range map[string]bool{"in a channel": false, "in a thread": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			root := w.missed("", "no anda")[0]
			d := bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: strings.Repeat("una línea larga\n", 1500)}}
			other := bot.Delivery{Key: "other", Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "otro"}}
			if thread {
				d.Thread.Message, other.Thread.Message = root, root
			}
			attachments(&d, map[string]string{"a.png": "aaa"})
			attachments(&other, map[string]string{"b.png": "bbb"})
			r, err := w.deliver(d)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.deliver(other); err != nil {
				t.Fatal(err)
			}
			gone := bot.Delivery{Key: "gone", Kind: bot.Withdraw, Channel: "C1", Thread: d.Thread, Target: bot.Ref{Message: r.Message}}
			for range 2 { // a second time there is nothing left to do
				if got, err := w.deliver(gone); err != nil || got != r {
					t.Fatalf("receipt %+v, error %v", got, err)
				}
			}
			for name, there := range map[string]bool{"a.png": false, "b.png": true} {
				if kept := w.stored(name); kept != there {
					t.Errorf("%s is there: %v", name, kept)
				}
			}
			said := w.slack.Messages("C1")
			if len(said) != 3 || said[1].Key != "other" || len(said[2].Files) != 1 {
				t.Errorf("what is left is %+v", said)
			}
		})
	}
}

// stored reports whether the workspace holds a file of that name.
func (w *world) stored(name string) bool {
	for _, c := range w.slack.Calls("files.getUploadURLExternal") {
		if c.Params.Get("filename") != name {
			continue
		}
		for _, u := range w.slack.Calls("upload") {
			if f, ok := w.slack.Stored(u.Params.Get("id")); ok && f.Name == name {
				return true
			}
		}
	}
	return false
}

func TestWhatMustStayReadsThatItWasWithdrawn(t *testing.T) {
	w := newWorld(t)
	r, err := w.deliver(bot.Delivery{Kind: bot.Direct, User: "UANA", Message: bot.Message{Text: "me equivoqué"}})
	if err != nil {
		t.Fatal(err)
	}
	w.slack.Fail("chat.delete", slacktest.Fault{Error: "compliance_exports_prevent_deletion"})
	_, err = w.deliver(bot.Delivery{Kind: bot.Withdraw, User: "UANA", Target: bot.Ref{Message: r.Message}, Message: bot.Message{Text: "retirado"}})
	if m := w.slack.Messages("DANA"); err != nil || len(m) != 1 || m[0].Text != "retirado" {
		t.Errorf("error %v, it reads %+v", err, m)
	}
}

func TestAWithdrawalThatFailsIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	r, err := w.deliver(bot.Delivery{Kind: bot.Post, Channel: "C1", Message: bot.Message{Text: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	w.slack.Fail("chat.delete", slacktest.Fault{Status: 429, RetryAfter: "9"})
	d := bot.Delivery{Kind: bot.Withdraw, Channel: "C1", Target: bot.Ref{Message: r.Message}}
	var known *bot.DeliveryError
	if _, err := w.deliver(d); !errors.As(err, &known) || known.RetryAfter != 9*time.Second {
		t.Errorf("the error is %#v", err)
	}
	w.slack.Fail("conversations.history", slacktest.Fault{Error: "channel_not_found"})
	if _, err := w.deliver(d); !errors.As(err, &known) || !known.Permanent {
		t.Errorf("the error is %#v", err)
	}
	if _, err := w.deliver(bot.Delivery{Kind: bot.Withdraw, Channel: "C1"}); !errors.As(err, &known) || !known.Permanent {
		t.Errorf("without a message the error is %#v", err)
	}
}

func TestAReactionIsPutOnOnce(t *testing.T) {
	w := newWorld(t)
	ts := w.missed("", "listo")[0]
	d := bot.Delivery{Kind: bot.React, Channel: "C1", Target: bot.Ref{Message: ts}, Reaction: "white_check_mark"}
	for range 2 {
		if r, err := w.deliver(d); err != nil || r.Message != ts {
			t.Fatalf("receipt %+v, error %v", r, err)
		}
	}
	if m := w.slack.Messages("C1")[0]; len(m.Reactions) != 1 || m.Reactions[0] != "white_check_mark" {
		t.Errorf("on it are %v", m.Reactions)
	}
	var known *bot.DeliveryError
	for name, d := range map[string]bot.Delivery{
		"no such emoji":    {Kind: bot.React, Channel: "C1", Target: bot.Ref{Message: ts}, Reaction: "¡no!"},
		"no emoji":         {Kind: bot.React, Channel: "C1", Target: bot.Ref{Message: ts}},
		"no message":       {Kind: bot.React, Channel: "C1", Reaction: "eyes"},
		"a gone message":   {Kind: bot.React, Channel: "C1", Target: bot.Ref{Message: "1.000001"}, Reaction: "eyes"},
		"nowhere to do it": {Kind: bot.React, Target: bot.Ref{Message: ts}, Reaction: "eyes"},
	} {
		if _, err := w.deliver(d); !errors.As(err, &known) || !known.Permanent {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

func TestAPersonsPageReadsWhatWasPublishedLast(t *testing.T) {
	w := newWorld(t)
	long := bot.Message{Title: "Tus incidentes", Buttons: []bot.Button{{ID: "new", Label: "Abrir un incidente"}}}
	for range 150 {
		long.Items = append(long.Items, bot.Item{Title: "INC-1", Body: "no anda"})
	}
	for _, m := range []bot.Message{{Text: "nada"}, long} {
		if _, err := w.deliver(bot.Delivery{Kind: bot.Home, User: "UANA", Message: m}); err != nil {
			t.Fatal(err)
		}
	}
	home := w.slack.Home("UANA")
	if b := slacktest.HomeButtons(home); len(b) != 1 || !strings.Contains(string(home), "Tus incidentes") {
		t.Errorf("the page is %s", home)
	}
	var known *bot.DeliveryError
	if _, err := w.deliver(bot.Delivery{Kind: bot.Home, Message: long}); !errors.As(err, &known) || !known.Permanent {
		t.Errorf("nobody's page: %#v", err)
	}
}
