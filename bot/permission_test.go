package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
)

// What a customer may never do or see, by any path (ISO 9001:2015, 8.5.3).
// INC-1 is acme's own, INC-2 globex's, which for acme does not exist.
func TestACustomerCanNeverActAsAnAgentNorSeeAnothersIncident(t *testing.T) {
	verbs := []string{
		"take %s", "assign %s ana", "severity %s low", "wait %s customer", "resume %s", "note %s secret", "resolve %s done",
		"resolve %s", "reopen %s", "close %s", "origin %s ours", "team %s platform", "ack %s", "escalate %s",
		"merge %s INC-1", "cancel %s", "reply %s hello",
	}
	buttons := []string{"take", "severity", "escalate", "resolve", "ack", "not_incident", "reopen", "rca", "rca_enough", "rca_done", "rca_origin_ours"}
	for _, id := range []string{"INC-1", "INC-2", "INC-99"} {
		for _, v := range verbs {
			check(t, "/incident "+fmt.Sprintf(v, id), func(w *world) {
				w.command("maria", "acme-support", "/incident "+fmt.Sprintf(v, id))
			})
			check(t, "@sereno "+fmt.Sprintf(v, id)+" in a direct message", func(w *world) {
				w.must(w.Command(w.t.Context(), "maria", console.Place{}, "/incident "+fmt.Sprintf(v, id)))
			})
		}
		for _, v := range []string{"start %s", "show %s", "answer %s because"} {
			check(t, "/rca "+fmt.Sprintf(v, id), func(w *world) { w.command("maria", "acme-support", "/rca "+fmt.Sprintf(v, id)) })
		}
		for _, b := range buttons {
			check(t, "forged button "+b+" on "+id, func(w *world) {
				w.accept(bot.Event{Kind: bot.ButtonPressed, Button: b, Value: id})
			})
		}
		for form, fields := range map[string]map[string]string{"resolve": {"done": "x", "origin": "ours"}, "severity": {"severity": "low"}} {
			check(t, "forged form "+form+" on "+id, func(w *world) {
				w.accept(bot.Event{Kind: bot.FormSent, Form: form, Value: id, Fields: fields})
			})
		}
	}
	for _, b := range []string{"solved", "still_need_help", "rate_5"} {
		check(t, "forged button "+b+" on another's", func(w *world) {
			w.accept(bot.Event{Kind: bot.ButtonPressed, Button: b, Value: "INC-2"})
		})
	}
	check(t, "/incident show of another's", func(w *world) { w.command("maria", "acme-support", "/incident show INC-2") })
	check(t, "/report", func(w *world) { w.command("maria", "acme-support", "/report") })
	check(t, "/oncall", func(w *world) { w.command("maria", "acme-support", "/oncall") })
	check(t, "opening from another's message", func(w *world) {
		w.accept(bot.Event{Kind: bot.OpenAsked, Channel: "globex-support", Message: "m4"})
	})
}

// accept lets an event in as if the platform had sent it for maria.
func (w *world) accept(e bot.Event) {
	w.t.Helper()
	e.Key, e.Platform, e.At, e.User = "console:forged", "console", w.Now(), "maria"
	if e.Channel == "" {
		e.Channel = "acme-support"
	}
	w.must(w.bot.Accept(w.t.Context(), e))
}

// check does what a customer should not be able to do, and sees that it is
// refused in the same words whether the incident exists or not, and changes
// nothing.
func check(t *testing.T, name string, act func(w *world)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		w := newWorld(t)
		w.say("maria", "acme-support", "", report)
		w.say("john", "globex-support", "", "The nightly export fails with error 500")
		w.command("sofia", "platform-team", "/incident note INC-2 the customer must not read this")
		before := fmt.Sprintf("%+v", w.incidents())
		w.records = nil
		act(w)
		for _, r := range w.records {
			if r.Kind != bot.Refused {
				t.Errorf("the bot did:\n%s", transcript(w.records))
			}
			for _, secret := range []string{"Globex", "must not read", "export"} {
				if strings.Contains(r.Message.Plain(), secret) {
					t.Errorf("the refusal tells %q", secret)
				}
			}
		}
		if after := fmt.Sprintf("%+v", w.incidents()); after != before {
			t.Errorf("something changed:\n%s\n%s", before, after)
		}
	})
}

func (w *world) incidents() []bot.IncidentState {
	w.t.Helper()
	s, err := w.bot.State(w.t.Context())
	w.must2(err)
	return s.Incidents
}

func TestACustomerSeesTheirOwnWithoutWhatIsInternal(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.say("john", "globex-support", "", "The nightly export fails with error 500")
	w.command("ana", "payments-team", "/incident note INC-1 el cliente no paga hace meses")
	w.wait(50 * time.Minute) // ana is paged
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.records = nil
	w.command("maria", "acme-support", "/incident show INC-1")
	shown := w.one(bot.Ephemeral).Message.Plain()
	if !strings.Contains(shown, "lo estamos mirando") {
		t.Errorf("the public answer is missing:\n%s", shown)
	}
	for _, secret := range []string{"no paga", "Aviso a", "En riesgo"} {
		if strings.Contains(shown, secret) {
			t.Errorf("it tells %q:\n%s", secret, shown)
		}
	}
	w.command("maria", "acme-support", "/incident list")
	list := w.one(bot.Ephemeral).Message.Plain()
	if !strings.Contains(list, "INC-1") || strings.Contains(list, "INC-2") {
		t.Errorf("list:\n%s", list)
	}
}

func TestNotesStayInside(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.records = nil
	w.command("ana", "payments-team", "/incident note INC-1 clave rotada")
	w.say("ana", "payments-team", "INC-1", "otra nota, bajo la tarjeta")
	for _, r := range w.records {
		if r.Channel == "acme-support" || r.Thread == root {
			t.Errorf("the customer sees: %s", r.Message.Plain())
		}
	}
	w.records = nil
	w.command("luis", "payments-team", "/incident show INC-1")
	shown := w.one(bot.Ephemeral).Message.Plain()
	for _, note := range []string{"clave rotada", "otra nota, bajo la tarjeta"} {
		if !strings.Contains(shown, note) {
			t.Errorf("the note %q was lost:\n%s", note, shown)
		}
	}
	if s := w.state("INC-1"); s.Status != "new" || clock(s, "first_response").State != "running" {
		t.Errorf("a note counted as an answer: %+v", s)
	}
}

// The quality manager reads everything and does no agent's work.
func TestQualityReadsAndDoesNotAct(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/rca start INC-1")
	for _, line := range []string{"/report", "/incident show INC-1", "/incident list", "/rca show INC-1", "/oncall"} {
		w.records = nil
		w.must(w.Command(t.Context(), "vera", console.Place{}, line))
		if got := w.said(bot.Direct); len(got) != 1 {
			t.Errorf("%s: %s", line, transcript(got))
		}
	}
	for _, line := range []string{"/incident take INC-1", "/incident resolve INC-1 done", "/incident cancel INC-1"} {
		w.records = nil
		w.must(w.Command(t.Context(), "vera", console.Place{}, line))
		if s := w.state("INC-1"); s.Owner != "" || s.Status != "new" || len(w.records) != 1 {
			t.Errorf("%s was not refused: %+v", line, s)
		}
	}
}

func TestTheQualityManagerMayCorrectTheOrigin(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident origin INC-1 ours")
	w.command("ana", "payments-team", "/incident origin INC-1 customer")
	if s := w.state("INC-1"); s.Origin != "ours" {
		t.Errorf("an agent changed a determined origin to %s", s.Origin)
	}
	w.command("vera", "quality", "/incident origin INC-1 third_party")
	if s := w.state("INC-1"); s.Origin != "third_party" {
		t.Errorf("after quality's correction: %s", s.Origin)
	}
	w.command("vera", "quality", "/incident take INC-1")
	if s := w.state("INC-1"); s.Owner != "" {
		t.Errorf("quality took an incident: %s", s.Owner)
	}
}
