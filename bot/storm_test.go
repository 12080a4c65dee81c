package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/oncall"
)

// storm lets so many people of acme report something within two minutes.
func storm(w *world, n int) {
	for i := range n {
		w.must(w.bot.Accept(w.t.Context(), bot.Event{
			Key: fmt.Sprint("console:storm", i), Platform: "console", Kind: bot.MessagePosted, At: w.Now(),
			Channel: "acme-support", Message: fmt.Sprint("storm", i), User: fmt.Sprint("user", i), Text: fmt.Sprintf("El pago %d devuelve error 500", i),
		}))
		w.wait(2 * time.Second)
	}
}

func TestAStormIsOnePagePerPersonWithTheList(t *testing.T) {
	w := newWorld(t)
	storm(w, 40)
	w.records = nil
	w.wait(50 * time.Minute)
	pages := w.said(bot.Page)
	var whom []string
	for _, p := range pages {
		whom = append(whom, at(p.At)+" "+p.To)
	}
	if want := []string{"13:45:00 ana", "13:46:20 "}; len(whom) == 0 || whom[0] != want[0] {
		t.Fatalf("paged %v", whom)
	}
	if n := len(slices.DeleteFunc(slices.Clone(pages), func(r recordOf) bool { return r.To != "ana" })); n != 1 {
		t.Errorf("ana was paged %d times: %v", n, whom)
	}
	m := w.newest("@ana", "ana")
	if len(m.Items) != 20 || !strings.Contains(m.Title, "40") {
		t.Errorf("the page lists %d: %s", len(m.Items), m.Plain())
	}
	w.press("ana", "ack_all", "")
	for i := 1; i <= 40; i++ {
		id := fmt.Sprintf("INC-%d", i)
		s := w.state(id)
		if !slices.ContainsFunc(s.Pages, func(p bot.PageState) bool { return p.To == "ana" && p.Acted != nil }) {
			t.Fatalf("%s: no proof that ana acted: %+v", id, s.Pages)
		}
	}
	if m := w.newest("@ana", "ana"); asks(m) || len(m.Buttons) != 0 {
		t.Errorf("there is still something to press: %s", m.Plain())
	}
}

func TestACriticalIncidentPagesAnewAfterLesserOnes(t *testing.T) {
	w := newWorld(t)
	storm(w, 3)
	w.wait(44*time.Minute + 30*time.Second)
	w.records = nil
	w.must(w.bot.Accept(t.Context(), bot.Event{
		Key: "console:critical", Platform: "console", Kind: bot.MessagePosted, At: w.Now().Add(-20 * time.Minute),
		Channel: "acme-support", Message: "critical", User: "someone", Text: "No se puede pagar nada",
	}))
	w.command("ana", "payments-team", "/incident severity INC-4 critical")
	pages := w.said(bot.Page)
	if len(pages) != 1 || pages[0].To != "ana" || pages[0].Incident != "INC-4" {
		t.Errorf("pages: %+v", pages)
	}
}

func TestAfterHoursOfDowntimeThereIsOneDigestPerPerson(t *testing.T) {
	late := &later{}
	w := newWorld(t, func(o *bot.Options) { late.Clock = o.Clock; o.Clock = late })
	storm(w, 5)
	w.records = nil
	late.by = 3 * time.Hour // nobody ran it
	w.must(nil)
	pages := w.said(bot.Page)
	if len(pages) != 1 || pages[0].To != "ana" {
		t.Fatalf("%d pages: %s", len(pages), transcript(w.records))
	}
	m := w.newest("@ana", "ana")
	if len(m.Items) != 5 || !strings.Contains(m.Text, "no estaba funcionando") && !strings.Contains(m.Text, "was not running") {
		t.Errorf("the digest: %s", m.Plain())
	}
}

type recordOf = console.Record

// newest is what the newest message in the place says now.
func (w *world) newest(channel, reader string) bot.Message {
	w.t.Helper()
	all := w.Messages(channel, reader)
	if len(all) == 0 {
		w.t.Fatalf("nothing in %s", channel)
	}
	return all[len(all)-1].Body
}

func TestTheLastResortAndTheChannelInAStormAreOnePageEach(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) {
		o.Company.Team("payments").Policy = &oncall.Policy{
			Name: "short", RepeatAfter: 10 * time.Minute,
			Steps: []oncall.Step{{Targets: []oncall.Target{{Kind: oncall.TargetChannel, Name: oncall.TeamsOwn}}}},
		}
	})
	storm(w, 10)
	w.records = nil
	w.wait(56 * time.Minute) // the last resort, and its channel
	want := []string{"13:45:00 #payments-team", "13:55:00 diego", "13:55:00 #payments-team"}
	if got := w.pages(); !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
	if m := w.newest("@diego", "diego"); len(m.Items) != 10 || !strings.Contains(m.Text, "NADIE RESPONDE") {
		t.Errorf("the last resort lists %d: %s", len(m.Items), m.Plain())
	}
	w.wait(3 * time.Minute)
	w.records = nil
	w.wait(64 * time.Minute) // called again, after an hour, for the breaches
	for _, whom := range []string{"diego", "#payments-team"} {
		if n := len(slices.DeleteFunc(w.pagesOf(), func(p string) bool { return !strings.HasSuffix(p, whom) })); n > 3 {
			t.Errorf("%s was paged %d times: %v", whom, n, w.pagesOf())
		}
	}
}

// pagesOf is pages without forgetting them.
func (w *world) pagesOf() []string {
	kept := w.records
	defer func() { w.records = kept }()
	return w.pages()
}

// An incident of a list that went to another team is nothing that its reader can
// answer for, be it the first of the list or another.
func TestAListAnswersForNoIncidentOfAnotherTeam(t *testing.T) {
	for _, moved := range []string{"INC-1", "INC-2"} {
		t.Run(moved, func(t *testing.T) {
			w := newWorld(t)
			storm(w, 3)
			w.wait(46 * time.Minute)
			w.command("diego", "payments-team", "/incident team "+moved+" platform")
			m := w.newest("@ana", "ana")
			if told := m.Plain(); !strings.Contains(told, "Lo siguió otro aviso") || !strings.Contains(told, "2 sin respuesta") {
				t.Errorf("the list:\n%s", told)
			}
			w.press("ana", "ack_all", "")
			if _, err := w.FindButton("sofia", "ack", moved); err != nil {
				t.Errorf("sofia is not asked any more: %v", err)
			}
		})
	}
}

func TestAListNamesAnIncidentThatComesBackOnce(t *testing.T) {
	w := newWorld(t)
	storm(w, 3)
	w.wait(46 * time.Minute)
	w.command("diego", "payments-team", "/incident severity INC-2 low")
	w.command("diego", "payments-team", "/incident severity INC-2 high")
	if told := w.newest("@ana", "ana").Plain(); strings.Count(told, "INC-2 ") > 1 || strings.Contains(told, "4 incidentes") {
		t.Errorf("the list:\n%s", told)
	}
}
