package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/incident"
)

// TestMergedIncidentsCountAsOne: whichever of the two goes on, the clocks are the same.
func TestMergedIncidentsCountAsOne(t *testing.T) {
	type step func(w *world)
	say := func(words string) step { return func(w *world) { w.say("maria", "acme-support", "", words) } }
	do := func(line string) step { return func(w *world) { w.command("ana", "payments-team", line) } }
	wait := func(d time.Duration) step { return func(w *world) { w.wait(d) } }
	type want struct {
		name, state string
		elapsed     time.Duration
	}
	for _, test := range []struct {
		name  string
		steps []step
		want  []want
	}{
		{"a wait for the customer counts in both, until they wrote in the other", []step{
			say(report), wait(5 * time.Minute), do("/incident reply INC-1 ¿nos pasan un ejemplo?"), do("/incident wait INC-1 customer"),
			wait(2 * time.Hour), say("sigue fallando"), wait(10 * time.Minute),
		}, []want{{"first_response", "met", 5 * time.Minute}, {"next_response", "running", 10 * time.Minute}, {"resolution", "running", 15 * time.Minute}}},
		{"what had been solved before the other was reported had been", []step{
			say(report), wait(time.Hour), do("/incident resolve INC-1 listo"), wait(time.Hour),
			do("/incident reopen INC-1"), wait(30 * time.Minute), say("no puedo entrar al panel"), wait(10 * time.Minute),
		}, []want{{"resolution", "met", time.Hour}, {"resolution", "running", 100 * time.Minute}}},
		{"the wait of either is one of both", []step{
			say(report), wait(20 * time.Minute), say("otra cosa"), wait(time.Minute), do("/incident wait INC-1 customer"), wait(19 * time.Minute),
			do("/incident wait INC-2 customer"), wait(20 * time.Minute), do("/incident resume INC-1"), wait(20 * time.Minute),
			do("/incident resume INC-2"), wait(20 * time.Minute),
		}, []want{{"resolution", "running", 41 * time.Minute}}},
		{"a wait for another party rather than one for the customer", []step{
			say(report), wait(20 * time.Minute), say("otra cosa"), wait(time.Minute), do("/incident wait INC-1 third_party"), wait(19 * time.Minute),
			do("/incident wait INC-2 customer"), wait(20 * time.Minute), do("/incident resume INC-2"), wait(20 * time.Minute),
		}, []want{{"resolution", "running", 80 * time.Minute}}},
		{"one that was solved while the other was not counts on", []step{
			say(report), wait(time.Hour), do("/incident resolve INC-1 listo"), wait(time.Hour), say("no puedo entrar al panel"), wait(time.Hour),
			do("/incident reopen INC-1"), wait(30 * time.Minute),
		}, []want{{"resolution", "met", time.Hour}, {"resolution", "running", 150 * time.Minute}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var both [2][]bot.ClockState
			for i, merge := range []string{"/incident merge INC-1 INC-2", "/incident merge INC-2 INC-1"} {
				w := newWorld(t)
				for _, s := range test.steps {
					s(w)
				}
				w.command("ana", "payments-team", merge)
				both[i] = w.state([]string{"INC-2", "INC-1"}[i]).Clocks
			}
			for _, c := range test.want {
				if !slices.ContainsFunc(both[0], func(is bot.ClockState) bool {
					return is.Name == c.name && is.State == c.state && is.ElapsedS == int64(c.elapsed/time.Second)
				}) {
					t.Errorf("no %v in %+v", c, both[0])
				}
			}
			if !slices.Equal(stated(both[0]), stated(both[1])) {
				t.Errorf("INC-1 into INC-2:\n%+v\nINC-2 into INC-1:\n%+v", both[0], both[1])
			}
		})
	}
}

// stated are clocks as text, which can be compared.
func stated(clocks []bot.ClockState) []string {
	var out []string
	for _, c := range clocks {
		out = append(out, c.Name+" "+c.State+" "+c.Due.Format(time.RFC3339)+" "+(time.Duration(c.ElapsedS)*time.Second).String())
	}
	return out
}

func TestAMergeTakesAlongWhoHasItAndHowItStands(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident take INC-1")
	w.command("ana", "payments-team", "/incident wait INC-1 third_party")
	w.wait(30 * time.Minute)
	w.say("maria", "acme-support", "", "sigue el error 500 en pagos")
	w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
	if s := w.state("INC-2"); s.Owner != "ana" || s.Status != string(incident.WaitingThirdParty) {
		t.Errorf("it is %s, and %q has it", s.Status, s.Owner)
	}
}

func TestAMergeEndsAWaitThatTheCustomerAnsweredInTheOther(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident wait INC-1 customer")
	w.wait(30 * time.Minute)
	w.say("maria", "acme-support", "", "sigue el error 500 en pagos")
	w.command("ana", "payments-team", "/incident merge INC-2 INC-1")
	if s := w.state("INC-1"); s.Status != string(incident.InProgress) {
		t.Errorf("it is %s", s.Status)
	}
}

func TestAMergeKeepsTheTimeOfTheTeamThatHadItFirst(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident team INC-1 platform")
	w.wait(30 * time.Minute)
	w.say("maria", "acme-support", "", "sigue el error 500 en pagos")
	w.command("sofia", "platform-team", "/incident merge INC-1 INC-2")
	w.records = nil
	w.command("ana", "payments-team", "/sla explain INC-2")
	if got := w.one(bot.Ephemeral).Message.Plain(); !strings.Contains(got, "Platform: 30 min") {
		t.Error(got)
	}
}

func TestAMergeKeepsWhatWasExcused(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(2 * time.Hour)
	w.command("ana", "payments-team", "/sla excuse INC-1 first_response corte de luz")
	w.command("diego", "payments-team", "/sla approve INC-1")
	w.say("maria", "acme-support", "", "sigue el error 500 en pagos")
	w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
	if c := clock(w.state("INC-2"), "first_response"); c.State != "excused" {
		t.Errorf("%+v", c)
	}
}

func TestWhoAcknowledgedIsNotPagedAnewForAMerge(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(time.Hour + time.Minute)
	w.command("luis", "payments-team", "/oncall ack INC-1")
	w.say("maria", "acme-support", "", "sigue el error 500 en pagos")
	w.records = nil
	w.command("luis", "payments-team", "/incident merge INC-1 INC-2")
	if pages := w.said(bot.Page); len(pages) != 0 {
		t.Errorf("paged:\n%s", transcript(pages))
	}
	w.wait(8 * time.Hour)
	if pages := w.said(bot.Page); len(pages) == 0 {
		t.Error("the acknowledgement never ended")
	}
}

// What was merged into an incident goes along when that is merged into another.
func TestThreeThatAreOneCountAsOne(t *testing.T) {
	var all [][]string
	for _, merges := range [][2]string{{"INC-1 INC-2", "INC-2 INC-3"}, {"INC-3 INC-2", "INC-2 INC-1"}, {"INC-2 INC-3", "INC-1 INC-3"}} {
		w := newWorld(t)
		w.say("maria", "acme-support", "", report)
		w.wait(5 * time.Minute)
		w.command("ana", "payments-team", "/incident reply INC-1 lo estamos mirando")
		w.command("ana", "payments-team", "/incident wait INC-1 customer")
		w.wait(time.Hour)
		w.say("maria", "acme-support", "", "sigue fallando")
		w.wait(20 * time.Minute)
		w.say("maria", "acme-support", "", "y también el portal")
		w.wait(time.Minute)
		for _, m := range merges {
			w.command("ana", "payments-team", "/incident merge "+m)
		}
		_, last, _ := strings.Cut(merges[1], " ")
		all = append(all, stated(w.state(last).Clocks))
	}
	want := []string{
		"first_response met 2026-11-25T14:00:00Z 5m0s", "next_response running 2026-11-25T16:05:00Z 21m0s",
		"resolution running 2026-11-26T13:00:00Z 26m0s",
	}
	for _, got := range all {
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// What the first customer said stays theirs through every merge, and what was answered
// to them is no answer to the present one.
func TestAMergeShowsNothingOfAnotherCustomer(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", "of-maria: la API devuelve error 500")
	w.say("ana", "acme-support", root, "of-ana: lo estamos mirando")
	w.wait(10 * time.Minute)
	w.say("maria", "acme-support", root, "of-maria: ¿novedades?")
	w.say("john", "globex-support", "", "The payments API answers 500")
	w.wait(10 * time.Minute)
	w.command("diego", "payments-team", "/incident customer INC-1 globex We have your case")
	w.records = nil
	w.command("diego", "payments-team", "/incident merge INC-2 INC-1")
	if r := w.one(bot.Refused).Message.Plain(); !strings.Contains(r, "/incident merge INC-1 INC-2") {
		t.Error(r)
	}
	w.command("diego", "payments-team", "/incident merge INC-1 INC-2")
	w.records = nil
	w.command("john", "globex-support", "/incident show INC-2")
	w.command("john", "globex-support", "/sla explain INC-2")
	for _, r := range w.said(bot.Ephemeral) {
		if text := r.Message.Plain(); strings.Contains(text, "of-maria") || strings.Contains(text, "of-ana") || strings.Contains(text, "Maria") {
			t.Errorf("globex reads:\n%s", text)
		}
	}
	s := w.state("INC-2")
	if want := begin.Add(10 * time.Minute); !s.ReportedAt.Equal(want) {
		t.Errorf("it counts from %v, want %v: the other was theirs later", s.ReportedAt, want)
	}
	if c := clock(s, "first_response"); c.State != "running" {
		t.Errorf("the first response is %+v", c)
	}
	if c := clock(s, "next_response"); c.Name != "" {
		t.Errorf("a next response: %+v", c)
	}
}

// Who merges an incident into one that people are paged for has seen both.
func TestWhoMergesIntoAnIncidentAcknowledgesIt(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(46 * time.Minute)
	w.say("maria", "acme-support", "", "sigue el error 500 en pagos")
	w.command("luis", "payments-team", "/incident merge INC-2 INC-1")
	w.records = nil
	w.wait(9*time.Minute + 30*time.Second)
	if pages := w.said(bot.Page); len(pages) != 0 {
		t.Errorf("paged:\n%s", transcript(pages))
	}
}

// bothAsked is INC-2, with an excuse that was asked for, merged into the older INC-1 with
// one of its own.
func bothAsked(t *testing.T) *world {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.wait(70 * time.Minute)
	w.say("ana", "acme-support", root, "lo vemos")
	w.say("maria", "acme-support", "", "los webhooks no llegan")
	w.wait(70 * time.Minute)
	w.command("ana", "payments-team", "/sla excuse INC-1 first_response corte")
	w.command("ana", "payments-team", "/sla excuse INC-2 first_response otro corte")
	w.command("ana", "payments-team", "/incident merge INC-2 INC-1")
	return w
}

func TestAnExcuseIsDecidedInTheIncidentThatGoesOn(t *testing.T) {
	for name, decide := range map[string]func(w *world){
		"button":  func(w *world) { w.press("diego", "excuse_approve", "INC-1") },
		"command": func(w *world) { w.command("diego", "payments-team", "/sla approve INC-1") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			root := w.say("maria", "acme-support", "", report)
			w.wait(70 * time.Minute)
			w.say("ana", "acme-support", root, "lo vemos")
			w.command("ana", "payments-team", "/sla excuse INC-1 first_response corte")
			w.say("maria", "acme-support", "", "los webhooks no llegan")
			w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
			decide(w)
			if c := clock(w.state("INC-2"), "first_response"); c.State != "excused" || c.Excuse != "corte" {
				t.Errorf("decided: %+v", c)
			}
			if n := len(w.entries(incident.EExcused)); n != 0 {
				t.Error("it was decided in the one that was merged")
			}
			w.command("diego", "payments-team", "/sla undo INC-1 first_response")
			if c := clock(w.state("INC-2"), "first_response"); c.State != "breached" {
				t.Errorf("undone: %+v", c)
			}
			contains(t, "asked anew", w.answer("ana", "payments-team", "/sla excuse INC-1 first_response de nuevo"), "INC-2")
			contains(t, "denied", w.answer("diego", "payments-team", "/sla deny INC-1"), "INC-2")
			if c := clock(w.state("INC-2"), "first_response"); c.State != "breached" {
				t.Errorf("denied: %+v", c)
			}
		})
	}
}

func TestTheButtonOfARequestThatDidNotGoAlongDecidesNoOther(t *testing.T) {
	w := bothAsked(t)
	w.records = nil
	w.press("diego", "excuse_approve", "INC-2")
	contains(t, "pressed", w.one(bot.Refused).Message.Plain(), "INC-1 no tiene ningún pedido de excusa pendiente")
	if n := len(w.entries(incident.EExcused)); n != 0 {
		t.Error("the request of INC-1 was decided by the button of INC-2's")
	}
	w.press("diego", "excuse_approve", "INC-1")
	if c := clock(w.state("INC-1"), "first_response"); c.Excuse != "corte" {
		t.Errorf("%+v", c)
	}
}

func TestWhoMergesAnswersForAnEarlierAcknowledgement(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(46 * time.Minute)
	w.command("luis", "payments-team", "/incident ack INC-1")
	w.say("maria", "acme-support", "", "sigue el error 500 en pagos")
	w.command("diego", "payments-team", "/incident escalate INC-2")
	w.command("diego", "payments-team", "/incident merge INC-1 INC-2")
	pages := w.Messages("@ana", "ana")
	if got := pages[len(pages)-1].Body.Plain(); !strings.Contains(got, "Diego tomó conocimiento") {
		t.Errorf("ana reads:\n%s", got)
	}
}
