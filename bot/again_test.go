package bot_test

import (
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/sla"
)

// aWeek lets acme's incidents be reopened for a week.
func aWeek(c *company.Company) {
	contract := *c.Customer("acme").Contract
	contract.Reopening = sla.Reopening{NewAfter: 7 * 24 * time.Hour}
	c.Customer("acme").Contract = &contract
}

func TestWhatComesBackTooLateIsAnotherIncident(t *testing.T) {
	w := newWorld(t, under(aWeek))
	root := w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident resolve INC-1 listo")
	w.wait(6 * 24 * time.Hour)
	w.say("maria", "acme-support", root, "volvió a fallar la API")
	if s := w.state("INC-1"); s.Status != "in_progress" || w.count() != 1 {
		t.Fatalf("within the week it is %s, %d incidents", s.Status, w.count())
	}
	w.command("ana", "payments-team", "/incident resolve INC-1 listo")
	w.wait(8 * 24 * time.Hour)
	w.say("maria", "acme-support", root, "volvió a fallar la API")
	old, again := w.state("INC-1"), w.state("INC-2")
	if old.Status != "closed" || old.FollowedBy != "INC-2" || again.Follows != "INC-1" || again.Status != "new" {
		t.Fatalf("%+v\n%+v", old, again)
	}
	// What is said there from now on is the new one's.
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.say("maria", "acme-support", root, "gracias, espero novedades de la API")
	if c := clock(w.state("INC-2"), "first_response"); c.State != "met" || w.count() != 2 {
		t.Errorf("%+v, %d incidents", c, w.count())
	}
}

func TestAPressThatComesTooLateIsAnotherIncidentToo(t *testing.T) {
	w := newWorld(t, under(aWeek))
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident resolve INC-1 listo")
	w.wait(8 * 24 * time.Hour)
	w.press("maria", "still_need_help", "INC-1")
	if s := w.state("INC-2"); s.Follows != "INC-1" {
		t.Fatalf("%+v", s)
	}
	w.records = nil
	w.press("maria", "still_need_help", "INC-1")
	if len(w.said(bot.Refused)) != 1 || w.count() != 2 {
		t.Errorf("pressed twice: %d incidents", w.count())
	}
}

func TestAnIncidentThatGoesToAnotherCustomerTakesNothingAlong(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", "of-maria: la API devuelve error 500")
	w.say("ana", "acme-support", root, "of-maria, lo estamos mirando")
	w.wait(time.Hour)
	w.command("ana", "payments-team", "/incident customer INC-1 globex")
	if len(w.said(bot.Refused)) != 1 {
		t.Error("an agent moved it")
	}
	w.command("diego", "payments-team", "/incident customer INC-1 globex The payments API answers 500")
	s := w.state("INC-1")
	if c := clock(s, "resolution"); s.Customer != "globex" || c.TargetS != 16*3600 {
		t.Fatalf("%s: %+v", s.Customer, c)
	}
	w.records = nil
	w.command("john", "globex-support", "/incident show INC-1")
	w.command("john", "globex-support", "/incident list")
	w.command("john", "globex-support", "/sla explain INC-1")
	for _, r := range w.said(bot.Ephemeral) {
		if text := r.Message.Plain(); strings.Contains(text, "of-maria") || strings.Contains(text, "Acme") || strings.Contains(text, "Maria") {
			t.Errorf("globex reads:\n%s", text)
		}
	}
	// The first customer's thread is another incident's from now on, for both sides.
	w.say("ana", "acme-support", root, "of-maria, una cosa más")
	w.say("maria", "acme-support", root, "of-maria: sigue fallando la API")
	w.say("maria", "acme-support", root, "of-maria: y el portal también falla")
	if s := w.state("INC-2"); s.Customer != "acme" || w.count() != 2 {
		t.Fatalf("%+v, %d incidents", s, w.count())
	}
	w.command("maria", "acme-support", "/incident show INC-1")
	if len(w.said(bot.Refused)) != 1 {
		t.Error("the first customer may still read it")
	}
	for _, m := range w.Messages("globex-support", "john") {
		if strings.Contains(m.Body.Plain(), "of-maria") {
			t.Errorf("globex reads:\n%s", m.Body.Plain())
		}
	}
}

func TestWhatIsOwedToAnotherCustomerAfterAll(t *testing.T) {
	w := newWorld(t, under(func(c *company.Company) {
		levels(c, "acme", func(l *sla.Level) { l.Update.Within, l.Workaround.Within = 3*time.Hour, 2*time.Hour })
	}))
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.wait(time.Hour)
	w.say("maria", "acme-support", root, "¿novedades?")
	w.command("luis", "payments-team", "/incident take INC-1")
	w.wait(90 * time.Minute) // the workaround is broken, and Luis is being paged for it
	if esc := w.state("INC-1"); clock(esc, "workaround").State != "breached" {
		t.Fatalf("%+v", esc)
	}
	w.records = nil
	w.command("diego", "payments-team", "/incident customer INC-1 globex We have your case")
	for _, r := range w.said(bot.Post) {
		if r.Channel == "globex-support" && strings.Contains(r.Message.Plain(), "Overdue") {
			t.Errorf("globex reads of what was owed to acme:\n%s", r.Message.Plain())
		}
	}
	s := w.state("INC-1")
	for name, want := range map[string]string{"next_response": "cancelled", "update": "cancelled", "workaround": "cancelled", "resolution": "running"} {
		if c := clock(s, name); c.State != want {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if s.Team != "platform" || s.Owner != "" {
		t.Errorf("it is with %s, and %q has it", s.Team, s.Owner)
	}
	w.command("john", "globex-support", "/sla explain INC-1")
	told := w.one(bot.Ephemeral).Message.Plain()
	if strings.Contains(told, "workaround") || strings.Contains(told, "office-ar") || !strings.Contains(told, "before it was followed here: 2 h 30 min") {
		t.Errorf("globex reads:\n%s", told)
	}
	pages := w.Messages("@luis", "luis")
	if p := pages[len(pages)-1].Body; !strings.Contains(p.Plain(), "compromiso sin efecto") || strings.Contains(p.Plain(), "venció") || len(p.Buttons) != 0 {
		t.Errorf("luis still reads:\n%s\n%v", p.Plain(), p.Buttons)
	}
	w.wait(10 * time.Hour)
	for _, r := range w.said(bot.Page) {
		if r.Clock != "resolution" {
			t.Errorf("paged for what is owed to nobody:\n%s", transcript([]console.Record{r}))
		}
	}
	w.say("john", "globex-support", "", "hello")
	w.command("sofia", "platform-team", "/incident reply INC-1 We are on it")
	w.records = nil
	w.command("john", "globex-support", "/sla INC-1")
	if told := w.one(bot.Ephemeral).Message.Plain(); strings.Contains(told, "(2)") {
		t.Errorf("cycles before it was theirs are counted:\n%s", told)
	}
}

func TestNobodyWaitsForTheCustomerWhoHadItBefore(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident team INC-1 platform") // not whoever looks after acme
	w.command("sofia", "platform-team", "/incident wait INC-1 customer")
	w.wait(time.Hour)
	w.command("diego", "payments-team", "/incident customer INC-1 globex We have your case")
	if s := w.state("INC-1"); s.Status != "in_progress" || s.Team != "platform" || clock(s, "resolution").State != "running" {
		t.Errorf("%+v", s)
	}
}
