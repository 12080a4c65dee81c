package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/config"
)

// postal only goes one way.
type postal struct{ got []*bot.Delivery }

func (*postal) Platform() string                     { return "mail" }
func (*postal) Features() bot.Features               { return bot.Features{OneWay: true} }
func (*postal) Run(context.Context, bot.Inbox) error { return nil }
func (p *postal) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	p.got = append(p.got, d)
	return bot.Receipt{}, nil
}

// worldWithMail is the sample company with a post office, and Ana's address.
func worldWithMail(t *testing.T, onlyMail bool) (*world, *postal) {
	t.Helper()
	post := &postal{}
	w := newWorld(t, func(o *bot.Options) {
		o.Adapters = append([]bot.Adapter{post}, o.Adapters...) // first of all: it must be chosen last
		c := config.Sample().Company
		ana := c.Person("ana")
		ana.Identities["mail"] = "ana@example.com"
		if onlyMail {
			delete(ana.Identities, "console")
		}
		o.Company = c
	})
	return w, post
}

func TestSomebodyWithAChatIsPagedThereFirst(t *testing.T) {
	w, post := worldWithMail(t, false)
	w.say("maria", "acme-support", "", report)
	w.wait(46 * time.Minute)
	if len(post.got) != 0 {
		t.Errorf("%d deliveries went by mail, first a %s", len(post.got), post.got[0].Kind)
	}
	w.wait(time.Minute + 59*time.Second) // nobody has acknowledged the page in the chat
	if len(post.got) != 1 || post.got[0].Kind != bot.Page {
		t.Errorf("two minutes after the page in the chat: %+v", post.got)
	}
	contains(t, "the timeline", w.answer("ana", "payments-team", "/incident show INC-1"),
		"Aviso a Ana: primera respuesta, compromiso en riesgo", "Aviso a Ana también por mail: primera respuesta, compromiso en riesgo")
}

func TestSomebodyWithoutAChatIsPagedByMailAndAnswersThroughItsLink(t *testing.T) {
	w, post := worldWithMail(t, true)
	w.say("maria", "acme-support", "", report)
	w.wait(time.Hour)
	if len(post.got) == 0 || post.got[0].Kind != bot.Page || post.got[0].User != "ana@example.com" {
		t.Fatalf("got %+v", post.got)
	}
	for range 2 { // the second is refused, and there is nowhere to say so
		w.platform(bot.Event{Kind: bot.ButtonPressed, Platform: "mail", Direct: true, User: "ana@example.com", Button: "ack", Value: "INC-1"})
	}
	w.platform(bot.Event{Kind: bot.ButtonPressed, Platform: "mail", Direct: true, User: "ana@example.com", Button: "resolve", Value: "INC-1"})
	for _, d := range post.got {
		if d.Kind != bot.Page && d.Kind != bot.Update {
			t.Errorf("a %s went by mail", d.Kind)
		}
	}
}

func TestALinkInAMailThatIsReadLateSaysWhatHasBecomeOfItsPage(t *testing.T) {
	w, post := worldWithMail(t, true)
	w.say("maria", "acme-support", "", report)
	w.wait(46 * time.Minute)
	if len(post.got) != 1 || !strings.Contains(post.got[0].Message.Title, "en riesgo") {
		t.Fatalf("got %+v", post.got)
	}
	w.wait(15 * time.Minute)
	l, err := w.bot.Linked(t.Context(), post.got[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(l.Now.Title, "incumplido") || l.Over || l.Delivery.Message.Ack() == nil {
		t.Errorf("after the breach: %q, over %v", l.Now.Title, l.Over)
	}
}
