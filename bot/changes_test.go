package bot_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/oncall"
)

// What changes while people are being paged: who is called then, and when.
func TestPagingFollowsWhatChanges(t *testing.T) {
	paged := func(w *world) { // Ana, at 13:45
		w.say("maria", "acme-support", "", report)
		w.wait(46 * time.Minute)
		w.records = nil
	}
	for name, tc := range map[string]struct {
		act  func(w *world)
		want []string
	}{
		"what is no more at risk and then is again is paged for again": {func(w *world) {
			w.command("diego", "payments-team", "/incident severity INC-1 low")
			w.wait(time.Minute)
			w.command("diego", "payments-team", "/incident severity INC-1 high")
		}, []string{"13:47:00 ana"}},
		"another team has not seen what one of the first has acknowledged": {func(w *world) {
			w.command("ana", "payments-team", "/incident ack INC-1")
			w.wait(time.Minute)
			w.command("ana", "payments-team", "/incident team INC-1 platform")
		}, []string{"13:47:00 sofia"}},
		"whoever is given it by another has not seen it": {func(w *world) {
			w.command("diego", "payments-team", "/incident assign INC-1 luis")
		}, []string{"13:46:00 luis"}},
		"whoever escalates wants another": {func(w *world) {
			w.command("ana", "payments-team", "/incident ack INC-1")
			w.command("ana", "payments-team", "/incident escalate INC-1")
		}, []string{"13:46:00 diego"}},
		"another customer is not at risk": {func(w *world) {
			w.command("diego", "payments-team", "/incident customer INC-1 globex We have your case")
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			paged(w)
			tc.act(w)
			w.wait(time.Minute)
			if got := w.pages(); !slices.Equal(got, tc.want) {
				t.Errorf("paged %v, want %v", got, tc.want)
			}
		})
	}
}

func TestAPromiseThatComesBackIsWarnedOfAnew(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.wait(6*time.Hour + time.Minute)
	w.command("diego", "payments-team", "/incident severity INC-1 low") // which promises no resolution
	w.wait(time.Minute)
	w.records = nil
	w.command("diego", "payments-team", "/incident severity INC-1 high")
	if got, want := w.pages(), []string{"19:02:00 ana"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestWhoIsAssignedAnIncidentIsTold(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.command("diego", "payments-team", "/incident assign INC-1 luis")
	if r := w.one(bot.Direct); r.To != "luis" || !strings.Contains(r.Message.Plain(), "Diego te asignó INC-1") {
		t.Errorf("%s reads %q", r.To, r.Message.Plain())
	}
}

// quietHours are those of every day, in minutes after midnight, in which somebody is left alone.
func quietHours(person string, from, to int) func(*bot.Options) {
	return under(func(c *company.Company) {
		c.Person(person).Quiet = []oncall.Window{{Zone: c.Zone, Hours: []oncall.Restriction{{
			Days: [7]bool{true, true, true, true, true, true, true}, From: from, To: to,
		}}}}
	})
}

func TestWhoIsPassedOverForQuietHoursIsPagedWhenTheyEnd(t *testing.T) {
	w := newWorld(t, quietHours("ana", 0, 12*60))
	w.say("maria", "acme-support", "", report)
	w.wait(2*time.Hour + time.Minute)
	var got []string
	for _, p := range w.pages() {
		if strings.HasSuffix(p, "ana") {
			got = append(got, p)
		}
	}
	if want := []string{"15:00:00 ana"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
	w = newWorld(t, quietHours("ana", 0, 12*60))
	w.say("maria", "acme-support", "", report)
	w.wait(time.Hour)
	w.command("luis", "payments-team", "/incident ack INC-1")
	w.records = nil
	w.wait(time.Hour + time.Minute)
	for _, r := range w.said(bot.Page) {
		if r.To == "ana" && r.At.Equal(begin.Add(2*time.Hour)) && r.Reason == "at_risk" {
			t.Errorf("paged for what was acknowledged:\n%s", transcript([]console.Record{r}))
		}
	}
}

func TestWhoIsPassedOverForQuietHoursIsPagedWhenItBecomesCritical(t *testing.T) {
	w := newWorld(t, quietHours("ana", 0, 18*60))
	w.say("maria", "acme-support", "", report)
	w.wait(46 * time.Minute)
	w.records = nil
	w.command("diego", "payments-team", "/incident severity INC-1 critical")
	if got, want := w.pages(), []string{"13:46:00 ana"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestTheFormerTeamsPagesAskForNothing(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(46 * time.Minute)
	w.command("diego", "payments-team", "/incident team INC-1 platform")
	pages := w.Messages("@ana", "ana")
	if p := pages[len(pages)-1].Body; len(p.Buttons) != 0 {
		t.Errorf("ana is still asked:\n%s", p.Plain())
	}
	if _, err := w.FindButton("sofia", "ack", "INC-1"); err != nil {
		t.Errorf("sofia is not: %v", err)
	}
}

func TestQuietHoursLetAReminderThrough(t *testing.T) {
	w := newWorld(t, quietHours("luis", 10*60+50, 13*60))
	w.say("maria", "acme-support", "", report)
	w.wait(46 * time.Minute)
	w.command("luis", "payments-team", "/incident ack INC-1")
	w.command("luis", "payments-team", "/incident remind INC-1 10m")
	w.records = nil
	w.wait(11 * time.Minute)
	all := slices.Clone(w.records)
	if !slices.Contains(w.pages(), "13:56:00 luis") {
		t.Error("who asked to be reminded was not:\n" + transcript(all))
	}
}

// Every page has failed when the promise is broken, and then all is well again: it
// is paged at once, each once, and the watchman had seen it.
func TestABreachIsPagedAnewWhereNoPageCameThrough(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.fail = func(d *bot.Delivery) error {
		if d.Kind == bot.Page && w.Now().Before(begin.Add(time.Hour)) {
			return &bot.DeliveryError{NotSent: true, Err: errors.New("connection refused")}
		}
		return nil
	}
	w.wait(59 * time.Minute)
	w.command("diego", "payments-team", "/incident escalate INC-1")
	if found := strings.Join(w.bot.Watch(t.Context()), "\n"); !strings.Contains(found, "no platform has taken any page") {
		t.Errorf("the watchman found %q", found)
	}
	w.records = nil
	w.wait(time.Minute + time.Second)
	if got := w.pages(); !slices.Contains(got, "14:00:00 ana") {
		t.Errorf("paged %v", got)
	}
	w.records = nil
	w.wait(8 * time.Minute)
	for _, p := range w.pages() {
		if strings.HasSuffix(p, "ana") {
			t.Errorf("paged twice: %s", p)
		}
	}
	if found := w.bot.Watch(t.Context()); len(found) != 0 {
		t.Errorf("the watchman found %q", found)
	}
	w.records = nil
	w.command("luis", "payments-team", "/incident show INC-1")
	if told := w.one(bot.Ephemeral).Message.Plain(); !strings.Contains(told, "lo reemplazó un aviso posterior") {
		t.Errorf("the proof:\n%s", told)
	}
}

// What a page says stays true: another severity, and what was met when it is reopened.
func TestPagesSayWhatIsTrueAfterAChange(t *testing.T) {
	for name, tc := range map[string]struct {
		lines []string
		want  string
	}{
		"another severity": {[]string{"/incident severity INC-1 normal"}, "normal"},
		"met, and reopened": {
			[]string{"/incident reply INC-1 listo", "/incident resolve INC-1 listo", "/incident reopen INC-1"}, "compromiso cumplido",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.say("maria", "acme-support", "", report)
			w.wait(46 * time.Minute)
			for _, line := range tc.lines {
				w.command("luis", "payments-team", line)
			}
			pages := w.Messages("@ana", "ana")
			if got := pages[len(pages)-1].Body.Plain(); !strings.Contains(got, tc.want) || strings.Contains(got, "vence hoy 11:00") {
				t.Errorf("it says:\n%s", got)
			}
		})
	}
}
