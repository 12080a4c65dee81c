package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/oncall"
)

// letters lists what went by mail and when, "13:45:00 page ana@example.com".
func letters(post *postal) []string {
	var out []string
	for _, d := range post.got {
		out = append(out, at(d.At)+" "+string(d.Kind)+" "+d.User)
	}
	return out
}

func TestThePageGoesOnAtOnceWhenItsPlatformDoesNotTakeIt(t *testing.T) {
	for name, failure := range map[string]error{
		"it is down":               errors.New("connection refused"),
		"it asks to wait for long": &bot.DeliveryError{RetryAfter: time.Minute, NotSent: true, Err: errors.New("rate limited")},
		"it does not know them":    &bot.DeliveryError{Permanent: true, NotSent: true, Err: errors.New("user_disabled")},
	} {
		t.Run(name, func(t *testing.T) {
			w, post := worldWithMail(t, false)
			w.say("maria", "acme-support", "", report)
			w.fail = func(d *bot.Delivery) error {
				if d.Kind == bot.Page && d.User == "ana" {
					return failure
				}
				return nil
			}
			w.wait(45 * time.Minute)
			if got, want := letters(post), []string{"13:45:00 page ana@example.com"}; !slices.Equal(got, want) {
				t.Errorf("by mail: %v, want %v", got, want)
			}
			pages := w.state("INC-1").Pages
			if len(pages) != 2 || pages[0].Failed == nil || pages[0].Cause == "" || pages[1].Accepted == nil {
				t.Errorf("the proof: %+v", pages)
			}
		})
	}
}

func TestAPageThatNoPlatformAcceptsInTimeGoesOnWithinSeconds(t *testing.T) {
	w, post := worldWithMail(t, false)
	w.say("maria", "acme-support", "", report)
	w.wait(44 * time.Minute)
	w.fail = func(d *bot.Delivery) error { // a second at a time, for ever
		if d.User == "ana" && d.Kind == bot.Page {
			return &bot.DeliveryError{RetryAfter: time.Second, NotSent: true, Err: errors.New("busy")}
		}
		return nil
	}
	w.wait(time.Minute + company.DefaultPatience)
	if len(post.got) != 1 || post.got[0].At.Sub(begin.Add(45*time.Minute)) > company.DefaultPatience {
		t.Errorf("by mail: %v", letters(post))
	}
}

func TestThePageThatArrivesLateSaysWhatCameOfIt(t *testing.T) {
	w, _ := worldWithMail(t, false)
	w.say("maria", "acme-support", "", report)
	down := true
	w.fail = func(d *bot.Delivery) error {
		if down && d.User == "ana" {
			return errors.New("connection refused")
		}
		return nil
	}
	w.wait(46 * time.Minute)
	w.command("luis", "payments-team", "/incident ack INC-1")
	down = false
	w.records = nil
	w.wait(6 * time.Minute)
	pages := w.said(bot.Page)
	if len(pages) != 1 || asks(pages[0].Message) || len(pages[0].Message.Mentions) != 0 || !strings.Contains(pages[0].Message.Footer, "Luis") {
		t.Errorf("the late page: %+v", pages)
	}
}

func TestEachPageIsProven(t *testing.T) {
	w, _ := worldWithMail(t, false)
	w.say("maria", "acme-support", "", report)
	w.wait(48 * time.Minute)
	w.press("ana", "ack", "INC-1")
	pages := w.state("INC-1").Pages
	if len(pages) != 2 || pages[0].Platform != "console" || pages[1].Platform != "mail" {
		t.Fatalf("pages: %+v", pages)
	}
	if p := pages[0]; p.Accepted == nil || p.Delivered == nil || p.Acted == nil || !p.Acted.Equal(begin.Add(48*time.Minute)) {
		t.Errorf("in the chat: %+v", p)
	}
	if p := pages[1]; p.Accepted == nil || p.Delivered != nil {
		t.Errorf("by mail, of which nobody knows whether it arrived: %+v", p)
	}
	w.records = nil
	w.command("ana", "payments-team", "/oncall proof INC-1")
	shown := w.one(bot.Ephemeral).Message.Plain()
	if !strings.Contains(shown, "mail") || !strings.Contains(shown, "10:48:00") {
		t.Errorf("shown:\n%s", shown)
	}
}

func TestALaterWordThatAPageFailedMovesItOn(t *testing.T) {
	w, post := worldWithMail(t, true)
	w.say("maria", "acme-support", "", report)
	w.wait(45 * time.Minute)
	w.records = nil
	w.platform(bot.Event{Kind: bot.PageFailed, Platform: "mail", User: "ana@example.com", Delivery: post.got[0].ID, Text: "mailbox full"})
	if got, want := w.pages(), []string{"13:45:00 diego"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestADrillGoesThroughTheRealPolicyAndCountsNowhere(t *testing.T) {
	w := newWorld(t)
	w.command("diego", "payments-team", "/oncall drill payments")
	w.wait(time.Minute)
	if p := w.one(bot.Page); p.To != "ana" || !strings.HasPrefix(p.Message.Title, "SIMULACRO") {
		t.Errorf("to %s: %s", p.To, p.Message.Title)
	}
	contains(t, "the list", w.answer("ana", "payments-team", "/incident list"), "Payments · nadie todavía · Simulacro")
	w.press("ana", "ack", "INC-1")
	var result string
	for _, r := range w.said(bot.Post) {
		result += r.Message.Plain()
	}
	if !strings.Contains(result, "Ana") || !strings.Contains(result, "1 min") {
		t.Errorf("the result: %s", result)
	}
	s := w.state("INC-1")
	if !s.Drill || len(s.Clocks) != 0 || s.Status != "cancelled" || len(w.timers()) != 0 {
		t.Errorf("after it: %+v, timers %v", s, w.timers())
	}
	contains(t, "the report", w.answer("diego", "payments-team", "/report"), "No hubo incidentes reportados")
}

func TestADrillThatNobodyAcknowledgesEndsWithThePolicy(t *testing.T) {
	w := newWorld(t)
	w.command("diego", "payments-team", "/oncall drill payments")
	w.wait(4 * time.Hour)
	if s := w.state("INC-1"); s.Status != "cancelled" || len(s.Pages) != 9 {
		t.Errorf("%s, %d pages", s.Status, len(s.Pages))
	}
}

func TestADrillThatWasStoppedIsNotAcknowledged(t *testing.T) {
	for lang, want := range map[company.Lang]string{
		company.Spanish: "El simulacro INC-1 ya terminó", company.English: "The drill INC-1 is over",
	} {
		w := newWorld(t, func(o *bot.Options) { o.Company.Person("ana").Language = lang })
		w.command("diego", "payments-team", "/oncall drill payments")
		page, err := w.FindButton("ana", "ack", "INC-1")
		w.must2(err)
		w.command("diego", "payments-team", "/oncall drill stop payments")
		w.records = nil
		w.platform(bot.Event{Kind: bot.ButtonPressed, User: "ana", Channel: "@ana", Message: page, Button: "ack", Value: "INC-1"})
		contains(t, "ana", w.one(bot.Refused).Message.Plain(), want)
		for _, line := range []string{"/incident ack INC-1", "/incident still INC-1"} {
			w.command("ana", "payments-team", line)
		}
		if got := w.answer("diego", "payments-team", "/incident show INC-1"); strings.Contains(got, "tomó conocimiento") || strings.Contains(got, "atendió") {
			t.Errorf("it is recorded:\n%s", got)
		}
	}
	w := newWorld(t)
	w.command("diego", "payments-team", "/oncall drill payments")
	w.press("ana", "ack", "INC-1")
	contains(t, "who ended it asks again", w.answer("ana", "payments-team", "/incident ack INC-1"), "Queda registrado")
	contains(t, "another", w.answer("luis", "payments-team", "/incident ack INC-1"), "ya terminó")
}

func TestWhoeverComesAfterTheAcknowledgementReadsWhatToDo(t *testing.T) {
	w := atRisk(t)
	w.wait(time.Minute)
	w.press("ana", "ack", "INC-1")
	contains(t, "luis", w.answer("luis", "payments-team", "/incident ack INC-1"), "Ana ya tomó conocimiento de INC-1", "/incident take INC-1", "/incident handover INC-1")
	contains(t, "in English", w.answer("tom", "payments-team", "/incident still INC-1"), "Ana has already acknowledged INC-1", "/incident take INC-1", "/incident handover INC-1")
}

func TestTheCardNamesAllWhoHaveAnOpenPage(t *testing.T) {
	paged := func(w *world) string {
		for _, f := range w.card("INC-1").Fields {
			if f.Label == "Aviso pendiente de" {
				return f.Value
			}
		}
		return ""
	}
	w := newWorld(t, policyOf(&oncall.Policy{Name: "wide", RepeatAfter: time.Hour, Steps: []oncall.Step{
		{Targets: person("ana")},
		{Targets: person("diego"), After: 5 * time.Minute},
		{Targets: slices.Concat(person("luis"), person("sofia"), person("tom")), After: 5 * time.Minute},
	}}))
	w.say("maria", "acme-support", "", report)
	w.command("luis", "payments-team", "/incident escalate INC-1")
	for _, want := range []string{"Ana", "Ana, Diego", "Ana, Diego, Luis +2"} {
		if got := paged(w); got != want {
			t.Errorf("the card names %q, want %q", got, want)
		}
		w.wait(5 * time.Minute)
	}
	w.press("diego", "ack", "INC-1")
	if got := paged(w); got != "" {
		t.Errorf("after it was acknowledged it names %q", got)
	}
}

func TestThatSomebodyHadThePageIsRecordedOnceInAnEscalation(t *testing.T) {
	w := newWorld(t, policyOf(&oncall.Policy{
		Name: "short", RepeatAfter: 10 * time.Minute, Steps: []oncall.Step{{Targets: person("ana")}}, Fallback: person("diego"),
	}))
	w.say("maria", "acme-support", "", report)
	w.command("luis", "payments-team", "/incident escalate INC-1")
	w.wait(4 * time.Hour)
	got := w.answer("luis", "payments-team", "/incident show INC-1")
	if n := strings.Count(got, "acababa de recibir este aviso"); n != 2 { // who asked, and the breach
		t.Errorf("recorded %d times of two escalations:\n%s", n, got)
	}
}

func TestTheChannelsOfAPersonAreTested(t *testing.T) {
	w, post := worldWithMail(t, false)
	w.command("ana", "payments-team", "/oncall test")
	if len(post.got) != 1 {
		t.Errorf("by mail: %v", letters(post))
	}
	w.wait(time.Minute)
	w.press("ana", "received", "")
	w.records = nil
	w.wait(10 * time.Minute)
	r := w.one(bot.Direct)
	if got := r.Message.Plain(); !strings.Contains(got, "console: confirmado en 1 min") || !strings.Contains(got, "mail: sin confirmar") {
		t.Errorf("told: %s", got)
	}
}

func TestTheWatchmanGivesAnEscalationItsTimerBack(t *testing.T) {
	w := atRisk(t)
	if found := w.bot.Watch(t.Context()); len(found) != 0 {
		t.Fatalf("found %v where all is well", found)
	}
	w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
		return tx.CancelTimers(context.Background(), 1, "escalation")
	}))
	if found := w.bot.Watch(t.Context()); len(found) != 1 || !strings.Contains(found[0], "INC-1") {
		t.Errorf("found %v", found)
	}
	if found := w.bot.Watch(t.Context()); len(found) != 0 {
		t.Errorf("after the repair: %v", found)
	}
	w.records = nil
	w.wait(10 * time.Minute)
	if got, want := w.pages(), []string{"13:55:00 diego"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

// However long ago people were paged.
func TestTheWatchmanForgetsNoReminder(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident severity INC-1 low")
	w.say("ana", "acme-support", "INC-1", "lo miramos")
	w.command("luis", "payments-team", "/incident escalate INC-1")
	w.wait(9 * time.Minute)
	w.command("ana", "payments-team", "/incident remind INC-1 24h")
	w.wait(24*time.Hour - 5*time.Minute)
	w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
		return tx.CancelTimers(context.Background(), 1, "ack")
	}))
	if found := w.bot.Watch(t.Context()); len(found) != 1 || !strings.Contains(found[0], "INC-1") {
		t.Errorf("found %v", found)
	}
	w.records = nil
	w.wait(6 * time.Minute)
	if got := w.one(bot.Page); got.To != "ana" || got.Reason != "reminder" {
		t.Errorf("paged %s: %s", got.To, got.Reason)
	}
}

func TestWhoeverIsNoMoreOnTheStaffIsPassedOver(t *testing.T) {
	w := atRisk(t)
	c := *w.now
	c.People = slices.DeleteFunc(slices.Clone(c.People), func(p *company.Person) bool { return p.Key == "diego" })
	for _, team := range c.Teams {
		team.Lead = nil
	}
	w.must2(w.bot.Reload(t.Context(), &c, "test", nil))
	w.records = nil
	w.wait(11 * time.Minute)
	if got, want := w.pages(), []string{"13:55:00 #payments-team"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}
