package bot_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
)

func at(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.TimeOnly) }

// pages lists who was paged when, "13:45:00 ana", "14:05:00 #payments-team".
func (w *world) pages() []string {
	var out []string
	for _, r := range w.said(bot.Page) {
		whom := r.To
		if whom == "" {
			whom = "#" + r.Channel
		}
		out = append(out, at(r.At)+" "+whom)
	}
	return out
}

func TestNobodyAnswers(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.wait(2 * time.Hour)
	all := slices.Clone(w.records)
	// 75 % of an hour; then the policy: ten minutes a step, run through three
	// times (repeated twice).
	want := []string{
		"13:45:00 ana", "13:55:00 diego", "14:05:00 #payments-team",
		"14:15:00 ana", "14:25:00 diego", "14:35:00 #payments-team",
		"14:45:00 ana", "14:55:00 diego",
	}
	if got := w.pages(); !slices.Equal(got[:min(len(got), len(want))], want) {
		t.Errorf("paged:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	breaches := 0
	for _, r := range all {
		if r.Kind == bot.Post && strings.Contains(r.Message.Title, "incumplió") {
			breaches++
			if at(r.At) != "14:00:00" || r.Channel != "payments-team" {
				t.Errorf("the breach was announced at %s in %s", at(r.At), r.Channel)
			}
		}
	}
	if breaches != 1 {
		t.Errorf("the breach was announced %d times", breaches)
	}
	if first := all[0]; first.Clock != "first_response" || first.Reason != "at_risk" || !first.Due.Equal(begin.Add(time.Hour)) {
		t.Errorf("the page says clock %s, reason %s, due %s", first.Clock, first.Reason, first.Due)
	}
}

func TestAPageQuotesTheWordsThatWaitForAnAnswer(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.wait(10 * time.Minute)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.say("maria", "acme-support", root, "¿alguna novedad con el pago 8841?")
	w.records = nil
	w.wait(2 * time.Hour)
	for _, r := range w.records {
		if r.Kind == bot.Page {
			if r.Clock != "next_response" || !strings.Contains(r.Message.Quote, "8841") {
				t.Errorf("the page for %s quotes %q", r.Clock, r.Message.Quote)
			}
			return
		}
	}
	t.Error("nobody was paged")
}

// asks reports whether there is something to acknowledge.
func asks(m bot.Message) bool {
	return slices.ContainsFunc(m.Buttons, func(b bot.Button) bool { return b.ID == "ack" })
}

func TestWhatEndsThePaging(t *testing.T) {
	for name, act := range map[string]func(w *world){
		"acknowledge":      func(w *world) { w.press("ana", "ack", "INC-1") },
		"taking it":        func(w *world) { w.press("luis", "take", "INC-1") },
		"answering":        func(w *world) { w.say("ana", "acme-support", "INC-1", "lo estamos mirando") },
		"resolving":        func(w *world) { w.command("ana", "payments-team", "/incident resolve INC-1 listo") },
		"calling it off":   func(w *world) { w.command("ana", "payments-team", "/incident cancel INC-1") },
		"waiting for them": func(w *world) { w.command("ana", "payments-team", "/incident wait INC-1 customer") },
		"ack as a command": func(w *world) { w.command("ana", "payments-team", "/incident ack INC-1") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.say("maria", "acme-support", "", report)
			w.wait(46 * time.Minute)
			w.records = nil
			act(w)
			w.wait(9 * time.Minute) // nobody's word holds for ever: see ack_test.go
			if got := w.pages(); len(got) != 0 {
				t.Errorf("still paged: %v", got)
			}
		})
	}
}

func TestAPageIsAcknowledgedOnce(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(56 * time.Minute) // ana, then diego
	w.press("diego", "ack", "INC-1")
	var edited int
	for _, r := range w.said(bot.Update) {
		if r.Purpose == "page" {
			edited++
			if asks(r.Message) || !strings.Contains(r.Message.Footer, "Diego") {
				t.Errorf("the page still asks: %+v", r.Message)
			}
		}
	}
	if edited != 2 {
		t.Errorf("%d pages were edited, want both", edited)
	}
	w.command("ana", "payments-team", "/incident ack INC-1")
	if r := w.one(bot.Refused); !strings.Contains(r.Message.Text, "Diego") {
		t.Errorf("refused with %q", r.Message.Text)
	}
}

func TestEscalateNowDoesNotWait(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(time.Minute)
	w.records = nil
	w.press("luis", "escalate", "INC-1")
	w.press("luis", "escalate", "INC-1")
	if got, want := w.pages(), []string{"13:01:00 ana", "13:01:00 diego"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestAnAnswerAtTheVeryInstantIsInTime(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.must2(w.Approach(t.Context(), begin.Add(time.Hour)))
	w.say("ana", "acme-support", "INC-1", "lo estamos mirando")
	w.wait(time.Hour)
	if c := clock(w.state("INC-1"), "first_response"); c.State != "met" {
		t.Errorf("first response %s", c.State)
	}
	for _, r := range w.records {
		if strings.Contains(r.Message.Title, "incumplió") {
			t.Errorf("a breach was announced: %s", r.Message.Title)
		}
	}
}

func TestAChangeOfSeverityThatLandsInThePastPagesOnce(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(30 * time.Minute)
	w.records = nil
	w.command("luis", "payments-team", "/incident severity INC-1 critical") // due 13:15
	pages := w.said(bot.Page)
	if len(pages) != 1 || pages[0].To != "ana" || pages[0].Reason != "reclassified" {
		t.Fatalf("pages: %+v", pages)
	}
}

func TestAPageThatCannotBeDeliveredIsEscalatedAtOnce(t *testing.T) {
	w := newWorld(t)
	w.fail = func(d *bot.Delivery) error {
		if d.Kind == bot.Page && d.User == "ana" {
			return &bot.DeliveryError{Permanent: true, NotSent: true, Err: errors.New("user_disabled")}
		}
		return nil
	}
	w.say("maria", "acme-support", "", report)
	w.wait(46 * time.Minute)
	if got, want := w.pages(), []string{"13:45:00 diego"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestTheOwnerIsWarnedBeforeWhoIsOnCall(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("luis", "payments-team", "/incident take INC-1")
	w.records = nil
	w.wait(56 * time.Minute)
	if got, want := w.pages(), []string{"13:45:00 luis", "13:55:00 ana"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestAnOwnerWhoIsOnCallIsNotPagedTwiceInARow(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident take INC-1")
	w.records = nil
	w.wait(70 * time.Minute)
	reasons := map[string]string{}
	for _, r := range w.records {
		if r.Kind == bot.Page {
			reasons[at(r.At)] = r.Reason
		}
	}
	if got, want := w.pages(), []string{"13:45:00 ana", "13:55:00 diego", "14:05:00 #payments-team"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
	if reasons["13:55:00"] != "at_risk" || reasons["14:05:00"] != "breached" {
		t.Errorf("the reasons do not follow what is true: %v", reasons)
	}
}

func TestWaitingPausesWhatTheContractSays(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.wait(10 * time.Minute)
	w.say("ana", "acme-support", root, "¿desde qué cuenta?")
	w.command("ana", "payments-team", "/incident wait INC-1 customer")
	w.wait(2 * time.Hour)
	if c := clock(w.state("INC-1"), "resolution"); c.State != "paused" || c.ElapsedS != 600 {
		t.Errorf("while waiting: %+v", c)
	}
	w.say("maria", "acme-support", root, "desde la cuenta 123")
	s := w.state("INC-1")
	if c := clock(s, "resolution"); s.Status != "in_progress" || c.State != "running" || c.ElapsedS != 600 {
		t.Errorf("after the answer: %s, %+v", s.Status, c)
	}
}

func TestWhatWasAnsweredWhileTheBotWasAwayPagesNobody(t *testing.T) {
	late := &later{}
	w := newWorld(t, func(o *bot.Options) { late.Clock = o.Clock; o.Clock = late })
	root := w.say("maria", "acme-support", "", report)
	w.records = nil
	// The bot is down until 15:00; ana answers at 13:50. Catching up tells it so
	// before any timer is looked at.
	late.by = 2 * time.Hour
	w.must(w.bot.Accept(t.Context(), bot.Event{
		Key: "console:late", Platform: "console", Kind: bot.MessagePosted, At: begin.Add(50 * time.Minute),
		Channel: "acme-support", Thread: root, Message: "late", User: "ana", Text: "lo estamos mirando",
	}))
	if got := w.pages(); len(got) != 0 {
		t.Errorf("paged %v", got)
	}
	if c := clock(w.state("INC-1"), "first_response"); c.State != "met" || c.StoppedAt.Sub(begin) != 50*time.Minute {
		t.Errorf("first response: %+v", c)
	}
}

func TestABreachThatWasNoneIsCorrectedNotRewritten(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.wait(2 * time.Hour)
	w.records = nil
	w.must(w.bot.Accept(t.Context(), bot.Event{
		Key: "console:late", Platform: "console", Kind: bot.MessagePosted, At: begin.Add(50 * time.Minute),
		Channel: "acme-support", Thread: root, Message: "late", User: "ana", Text: "lo estamos mirando",
	}))
	var corrections int
	for _, r := range w.said(bot.Post) {
		if strings.Contains(r.Message.Text, "corregido") {
			corrections++
		}
	}
	if c := clock(w.state("INC-1"), "first_response"); c.State != "met" || corrections != 1 {
		t.Errorf("first response %s, %d corrections", c.State, corrections)
	}
	w.command("ana", "payments-team", "/incident show INC-1")
	shown := w.one(bot.Ephemeral).Message.Plain()
	if !strings.Contains(shown, "primera respuesta: incumplida") || !strings.Contains(shown, "Corregido") {
		t.Errorf("the history was rewritten:\n%s", shown)
	}
}

func TestABreachIsNotAnnouncedAgainWhenTheIncidentIsReopened(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.wait(48 * time.Hour)
	w.command("ana", "payments-team", "/incident resolve INC-1 listo")
	w.records = nil
	w.say("maria", "acme-support", root, "volvió a fallar la API")
	w.wait(time.Minute)
	for _, r := range w.records {
		if strings.Contains(r.Message.Title, "incumplió") || r.Kind == bot.Page {
			t.Errorf("told again: %s", r.Message.Plain())
		}
	}
}

// later is a clock that can jump without anything happening on the way.
type later struct {
	bot.Clock
	by time.Duration
}

func (l *later) Now() time.Time { return l.Clock.Now().Add(l.by) }
