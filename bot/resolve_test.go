package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/kb"
)

func buttonIDs(m bot.Message) []string {
	var out []string
	for _, b := range m.Buttons {
		out = append(out, b.ID)
	}
	return out
}

// answered is a world in which ana has answered INC-1 and resolved it.
func resolved(t *testing.T) (w *world, root string) {
	w = newWorld(t)
	root = w.say("maria", "acme-support", "", report)
	w.wait(10 * time.Minute)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.records = nil
	w.command("ana", "payments-team", "/incident resolve INC-1 se reinició el balanceador")
	return w, root
}

func TestResolvingTellsTheCustomerAndAsks(t *testing.T) {
	w, root := resolved(t)
	var asked bool
	for _, r := range w.said(bot.Post) {
		if r.Channel != "acme-support" {
			continue
		}
		asked = true
		if r.Thread != root || !strings.Contains(r.Message.Plain(), "se reinició el balanceador") {
			t.Errorf("asked in %s: %s", r.Thread, r.Message.Plain())
		}
		want := []string{"solved", "still_need_help", "rate_1", "rate_2", "rate_3", "rate_4", "rate_5"}
		if got := buttonIDs(r.Message); !slices.Equal(got, want) {
			t.Errorf("buttons %v", got)
		}
	}
	if !asked {
		t.Fatal("the customer was not asked")
	}
	if s := w.state("INC-1"); s.Status != "resolved" || s.Owner != "ana" || clock(s, "resolution").State != "met" {
		t.Errorf("%+v", s)
	}
}

func TestTheCustomerConfirmsAndRates(t *testing.T) {
	w, _ := resolved(t)
	w.press("maria", "solved", "INC-1")
	if s := w.state("INC-1"); s.Status != "closed" || s.Self {
		t.Errorf("%+v", s)
	}
	w.press("maria", "rate_4", "INC-1")
	if s := w.state("INC-1"); s.Rating != 4 {
		t.Errorf("rating %d", s.Rating)
	}
}

func TestItIsNotSolved(t *testing.T) {
	for name, act := range map[string]func(w *world, root string){
		"a press":          func(w *world, _ string) { w.press("maria", "still_need_help", "INC-1") },
		"a message":        func(w *world, root string) { w.say("maria", "acme-support", root, "sigue devolviendo error 500") },
		"the agent's word": func(w *world, _ string) { w.command("ana", "payments-team", "/incident reopen INC-1") },
		"later, once closed": func(w *world, root string) {
			w.wait(100 * time.Hour)
			if s := w.state("INC-1"); s.Status != "closed" {
				w.t.Fatalf("nobody contradicted, and it is %s", s.Status)
			}
			w.say("maria", "acme-support", root, "volvió a fallar")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, root := resolved(t)
			w.wait(5 * time.Minute)
			act(w, root)
			s := w.state("INC-1")
			if s.Status != "in_progress" {
				t.Fatalf("status %s", s.Status)
			}
			var states []string
			for _, c := range s.Clocks {
				if c.Name == "resolution" {
					states = append(states, c.State)
				}
			}
			if !slices.Equal(states, []string{"met", "running"}) {
				t.Errorf("resolution cycles %v: the first verdict stays, and a new cycle runs", states)
			}
		})
	}
}

func TestThanksDoesNotReopen(t *testing.T) {
	w, root := resolved(t)
	w.say("maria", "acme-support", root, "muchas gracias!")
	if s := w.state("INC-1"); s.Status != "resolved" {
		t.Errorf("status %s", s.Status)
	}
}

func TestResolvingByFormAsksWhatWasDone(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.press("ana", "resolve", "INC-1")
	form := w.one(bot.OpenForm)
	if form.Form.ID != "resolve" || form.Form.Inputs[0].Name != "done" {
		t.Fatalf("form %+v", form.Form)
	}
	w.must(w.Submit(t.Context(), "ana", "resolve", "INC-1", map[string]string{"done": "se renovó el certificado", "origin": "ours"}))
	if s := w.state("INC-1"); s.Status != "resolved" || s.Origin != "ours" {
		t.Errorf("%+v", s)
	}
}

func TestForbiddenTransitionsAreRefusedWithTheReason(t *testing.T) {
	w, _ := resolved(t)
	for line, words := range map[string]string{
		"/incident take INC-1":          "resuelto",
		"/incident wait INC-1 customer": "resuelto",
		"/incident cancel INC-1":        "resuelto",
		"/incident severity INC-1 low":  "resuelto",
		"/incident resume INC-1":        "resuelto",
	} {
		w.records = nil
		w.command("ana", "payments-team", line)
		if r := w.one(bot.Refused); !strings.Contains(r.Message.Text, words) {
			t.Errorf("%s: %q", line, r.Message.Text)
		}
	}
}

func TestTheRootCauseDialogue(t *testing.T) {
	w, _ := resolved(t)
	w.records = nil
	w.command("ana", "payments-team", "/rca start INC-1")
	posts := w.said(bot.Post)
	if len(posts) != 2 || posts[0].Channel != "payments-team" || len(posts[0].Message.Items) < 4 {
		t.Fatalf("want the timeline and the first question:\n%s", transcript(posts))
	}
	thread := posts[0].ID
	for _, answer := range []string{"el balanceador se colgó", "se quedó sin memoria", "una fuga en el conector"} {
		w.say("luis", "payments-team", thread, answer)
	}
	w.press("luis", "rca_enough", "INC-1")
	w.press("ana", "rca_origin_ours", "INC-1")
	w.press("ana", "rca_team_payments", "INC-1")
	w.records = nil
	w.say("ana", "payments-team", thread, "actualizar el conector; luis; mañana")
	if r := w.one(bot.Refused); !strings.Contains(r.Message.Text, "2026-12-01") {
		t.Errorf("a wrong date: %q", r.Message.Text)
	}
	w.say("ana", "payments-team", thread, "actualizar el conector; luis; 2026-12-01")
	w.records = nil
	w.press("ana", "rca_done", "INC-1")
	record := w.said(bot.Post)
	if len(record) != 1 {
		t.Fatalf("no record:\n%s", transcript(record))
	}
	for _, words := range []string{"una fuga en el conector", "propia", "Payments", "actualizar el conector — Luis"} {
		if !strings.Contains(record[0].Message.Plain(), words) {
			t.Errorf("the record does not say %q:\n%s", words, record[0].Message.Plain())
		}
	}
	if s := w.state("INC-1"); s.Origin != "ours" {
		t.Errorf("origin %s", s.Origin)
	}
	w.records = nil
	w.command("ana", "payments-team", "/rca start INC-1")
	w.one(bot.Refused)
	w.command("ana", "payments-team", "/rca show INC-1")
	w.one(bot.Ephemeral)
}

func TestTheIndicator(t *testing.T) {
	w, _ := resolved(t)
	w.command("ana", "payments-team", "/incident origin INC-1 ours")
	w.say("john", "globex-support", "", "The nightly export fails with error 500")
	w.say("john", "globex-support", "", "thanks")
	w.records = nil
	w.command("ana", "payments-team", "/report")
	plain := w.one(bot.Ephemeral).Message.Plain()
	for _, words := range []string{
		"noviembre 2026: 2 reportados, 1 de origen propio, 1 sin determinar",
		"Cliente Acme S.A.: 1 reportado, 1 de origen propio",
		"Cliente Globex Corp.: 1 reportado, 0 de origen propio",
		"primera respuesta: 1 de 1 cumplidas (100 %)",
	} {
		if !strings.Contains(plain, words) {
			t.Errorf("it does not say %q:\n%s", words, plain)
		}
	}
	w.command("ana", "payments-team", "/report 2026-13")
	w.one(bot.Refused)
}

func TestBothLanguages(t *testing.T) {
	w := newWorld(t)
	w.say("john", "globex-support", "", "The nightly export fails with error 500")
	posts := w.said(bot.Post)
	if got := posts[0].Message.Plain(); !strings.Contains(got, "We have your message") || !strings.Contains(got, "New York") {
		t.Errorf("globex reads: %s", got)
	}
	if got := posts[1].Message.Plain(); !strings.Contains(got, "Globex Corp. · normal · new") {
		t.Errorf("platform-team reads: %s", got)
	}
}

func TestTheHistoryOfWhatACustomerSolvedAloneSaysSo(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.Articles = knows{&kb.Article{ID: "a", Title: "Qué hacer"}} })
	w.say("maria", "acme-support", "", report)
	w.press("maria", "solved", "INC-1")
	w.records = nil
	w.command("maria", "acme-support", "/incident show INC-1")
	if got := w.one(bot.Ephemeral).Message.Plain(); !strings.Contains(got, "Maria confirmó que quedó solucionado") || strings.Contains(got, "resolvió: ") {
		t.Errorf("%s", got)
	}
}
