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
