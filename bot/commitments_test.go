package bot_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
)

// under lets the sample company be another one from the start.
func under(change func(c *company.Company)) func(*bot.Options) {
	return func(o *bot.Options) { change(o.Company) }
}

// levels lets a customer's contract promise something else at every severity.
func levels(c *company.Company, customer string, change func(l *sla.Level)) {
	contract := *c.Customer(customer).Contract
	contract.Terms = slices.Clone(contract.Terms)
	contract.Terms[0].Levels = maps.Clone(contract.Terms[0].Levels)
	for s, l := range contract.Terms[0].Levels {
		change(&l)
		contract.Terms[0].Levels[s] = l
	}
	c.Customer(customer).Contract = &contract
}

// entries are the history of INC-1 that are of the kind, as they were recorded.
func (w *world) entries(kind incident.EntryKind) []incident.Entry {
	w.t.Helper()
	var out []incident.Entry
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) error {
		history, err := tx.History(w.t.Context(), 1)
		for _, e := range incident.AsRecorded(history) {
			if e.Kind == kind {
				out = append(out, e)
			}
		}
		return err
	}))
	return out
}

// came lists the outcomes that INC-1's history holds, corrections included.
func (w *world) came() []string {
	var out []string
	for _, kind := range []incident.EntryKind{incident.EOutcome, incident.ECorrected} {
		for _, e := range w.entries(kind) {
			o, _ := incident.ParseOutcome(e.Value)
			line := string(o.Clock) + " " + string(o.Is)
			if was, ok := incident.ParseOutcome(e.Old); ok {
				line += " was " + string(was.Is)
			}
			out = append(out, line)
		}
	}
	return out
}

func (w *world) same(what string, got, want []string) {
	w.t.Helper()
	if !slices.Equal(got, want) {
		w.t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAWorkaroundIsToldAndKeepsItsCommitment(t *testing.T) {
	w := newWorld(t, under(func(c *company.Company) {
		levels(c, "acme", func(l *sla.Level) { l.Workaround.Within = 4 * time.Hour })
	}))
	w.say("maria", "acme-support", "", report)
	w.wait(30 * time.Minute)
	w.records = nil
	w.command("ana", "payments-team", "/incident workaround INC-1 usar la API v1")
	told := false
	for _, r := range w.said(bot.Post) {
		told = told || r.Channel == "acme-support" && strings.Contains(r.Message.Plain(), "usar la API v1")
	}
	s := w.state("INC-1")
	if c := clock(s, "workaround"); !told || c.State != "met" || c.ElapsedS != 1800 {
		t.Errorf("told: %v, %+v", told, c)
	}
	if c := clock(s, "resolution"); c.State != "running" {
		t.Errorf("the resolution is %s", c.State)
	}
}

func TestAnUpdateIsOwedFromEachAnswerToTheNext(t *testing.T) {
	w := newWorld(t, under(func(c *company.Company) {
		levels(c, "acme", func(l *sla.Level) { l.Update.Within = 2 * time.Hour })
	}))
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.wait(time.Hour)
	w.say("ana", "acme-support", root, "encontramos la causa")
	w.wait(90 * time.Minute) // 75 % of it
	page := w.one(bot.Page)
	if page.To != "ana" || page.Clock != "update" || page.Reason != "at_risk" {
		t.Errorf("paged %s for %s, %s", page.To, page.Clock, page.Reason)
	}
	w.command("ana", "payments-team", "/incident resolve INC-1 listo")
	var states []string
	for _, c := range w.state("INC-1").Clocks {
		if c.Name == "update" {
			states = append(states, c.State)
		}
	}
	w.same("updates", states, []string{"met", "met"})
}

func TestACommitmentThatWaitsForConfirmationBeginsWithIt(t *testing.T) {
	w := newWorld(t, under(func(c *company.Company) {
		levels(c, "acme", func(l *sla.Level) { l.Resolution.Start = sla.StartConfirmed })
	}))
	w.say("maria", "acme-support", "", report)
	w.wait(20 * time.Minute)
	w.command("ana", "payments-team", "/incident take INC-1") // which confirms nothing
	if c := clock(w.state("INC-1"), "resolution"); c.Name != "" {
		t.Fatalf("it is counted already: %+v", c)
	}
	w.wait(10 * time.Minute)
	w.press("ana", "confirm_report", "INC-1")
	c := clock(w.state("INC-1"), "resolution")
	if want := begin.Add(24*time.Hour - 30*time.Minute); c.State != "running" || !c.Due.Equal(want) {
		t.Errorf("%+v, want due %s", c, want) // 8 h from 10:30, of which 7.5 are today's
	}
	w.command("ana", "payments-team", "/incident confirm INC-1")
	if got := w.said(bot.Refused); len(got) != 1 {
		t.Error("it was confirmed twice")
	}
}

func TestAKindOfRequestHasPromisesOfItsOwn(t *testing.T) {
	w := newWorld(t, under(func(c *company.Company) {
		levels(c, "acme", func(*sla.Level) {})
		terms := &c.Customer("acme").Contract.Terms[0]
		slow := maps.Clone(terms.Levels)
		l := slow[sla.High]
		l.FirstResponse.Within = 4 * time.Hour
		slow[sla.High] = l
		terms.Kinds = map[sla.Request]map[sla.Severity]sla.Level{sla.Question: slow}
	}))
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident kind INC-1 consulta")
	s := w.state("INC-1")
	if c := clock(s, "first_response"); s.Kind != "question" || c.TargetS != 4*3600 {
		t.Errorf("%s: %+v", s.Kind, c)
	}
	if shown := w.shownIn(w.now.Team("payments"), "INC-1").Plain(); !strings.Contains(shown, "Clase de pedido: consulta") {
		t.Errorf("the card does not say so:\n%s", shown)
	}
}

func TestTheKindOfACustomersNewIncidents(t *testing.T) {
	w := newWorld(t, under(func(c *company.Company) { c.Customer("acme").Kind = sla.ServiceRequest }))
	w.say("maria", "acme-support", "", report)
	if s := w.state("INC-1"); s.Kind != "request" {
		t.Errorf("it is a %q", s.Kind)
	}
}

func TestWhatCameOfACommitmentIsRecordedOnce(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.wait(70 * time.Minute) // due at 60
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.wait(time.Hour)
	w.command("ana", "payments-team", "/incident resolve INC-1 listo")
	w.wait(time.Hour)
	w.same("outcomes", w.came(), []string{"first_response breached", "first_response met_late", "resolution met"})
	if c := clock(w.state("INC-1"), "first_response"); c.Outcome != "met_late" || c.LateS != 600 {
		t.Errorf("%+v", c)
	}
}

func TestALateFactCorrectsWhatWasRecorded(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(70 * time.Minute)
	w.command("ana", "payments-team", "/sla called INC-1 10:30 le expliqué la causa")
	w.same("outcomes", w.came(), []string{"first_response breached", "first_response met was breached"})
	w.records = nil
	w.command("ana", "payments-team", "/sla history INC-1")
	told := w.one(bot.Ephemeral).Message.Plain()
	if !strings.Contains(told, "incumplida") || !strings.Contains(told, "→ primera respuesta: cumplida") {
		t.Errorf("the history tells:\n%s", told)
	}
}

func TestWhatACallMayNotBe(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(30 * time.Minute)
	for _, line := range []string{
		"/sla called INC-1 later le expliqué", "/sla called INC-1 2026-11-25T11:00 le expliqué",
		"/sla called INC-1 09:59 le expliqué", "/sla called INC-1 10:10",
	} {
		w.records = nil
		w.command("ana", "payments-team", line)
		if len(w.said(bot.Refused)) != 1 {
			t.Errorf("%q was taken", line)
		}
	}
	contains(t, "a time that is still to come", w.answer("ana", "payments-team", "/sla called INC-1 23:00 le expliqué"), "«23:00» todavía no llegó")
	if n := len(w.entries(incident.EAgent)); n != 0 {
		t.Errorf("%d answers", n)
	}
}

func TestABreachIsExcusedByAnotherThanWhoAsks(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/sla excuse INC-1 first_response todavía no")
	if len(w.said(bot.Refused)) != 1 {
		t.Error("what is not broken was excused")
	}
	w.wait(70 * time.Minute)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.command("diego", "payments-team", "/sla excuse INC-1 first_response el corte fue del proveedor")
	w.records = nil
	w.press("diego", "excuse_approve", "INC-1")
	if len(w.said(bot.Refused)) != 1 {
		t.Error("who asked approved")
	}
	w.press("ana", "excuse_approve", "INC-1")
	if refused := w.said(bot.Refused); len(refused) != 1 || !strings.Contains(refused[0].Message.Plain(), "líder o calidad") {
		t.Errorf("an agent approved, or reads: %v", refused)
	}
	w.command("vera", "quality", "/sla approve INC-1")
	c := clock(w.state("INC-1"), "first_response")
	if c.State != "excused" || c.Outcome != "excused" || c.Excuse != "el corte fue del proveedor" {
		t.Errorf("%+v", c)
	}
	approved := w.entries(incident.EExcused)
	if len(approved) != 1 || approved[0].Actor != "vera" || approved[0].Old != "diego" {
		t.Errorf("%+v", approved)
	}
	w.command("diego", "payments-team", "/sla undo INC-1 first_response")
	if c := clock(w.state("INC-1"), "first_response"); c.Outcome != "met_late" {
		t.Errorf("undone: %+v", c)
	}
	w.same("outcomes", w.came(), []string{
		"first_response breached", "first_response met_late",
		"first_response excused was met_late", "first_response met_late was excused",
	})
}

func TestARefusedExcuseStaysInTheHistory(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(70 * time.Minute)
	w.command("ana", "payments-team", "/sla excuse INC-1 first_response porque sí")
	w.press("diego", "excuse_deny", "INC-1")
	if c := clock(w.state("INC-1"), "first_response"); c.State != "breached" {
		t.Errorf("%+v", c)
	}
	if n := len(w.entries(incident.EExcuseDenied)); n != 1 {
		t.Errorf("%d refusals", n)
	}
	w.records = nil
	w.press("diego", "excuse_approve", "INC-1")
	if len(w.said(bot.Refused)) != 1 {
		t.Error("it was decided twice")
	}
}

func TestATeamsOwnTargetPagesNobody(t *testing.T) {
	w := newWorld(t, under(func(c *company.Company) {
		ola := *c.Customer("acme").Contract
		levels(c, "globex", func(*sla.Level) {})
		ola.Terms = slices.Clone(ola.Terms)
		ola.Terms[0].Levels = maps.Clone(ola.Terms[0].Levels)
		l := ola.Terms[0].Levels[sla.High]
		l.FirstResponse.Within = 20 * time.Minute
		ola.Terms[0].Levels[sla.High] = l
		c.Team("payments").OLA = &ola
	}))
	w.say("maria", "acme-support", "", report)
	w.wait(25 * time.Minute) // 75 % at 15, due at 20
	var told []string
	for _, r := range w.records {
		if r.Kind == bot.Page {
			t.Errorf("%s was paged", r.To)
		}
		if r.Kind == bot.Post && strings.Contains(r.Message.Text, "objetivo interno") {
			told = append(told, r.At.Format(time.TimeOnly)+" "+r.Channel)
		}
	}
	w.same("told", told, []string{"13:15:00 payments-team", "13:20:00 payments-team"})
	s := w.state("INC-1")
	if len(s.TeamClocks) == 0 || s.TeamClocks[0].Outcome != "breached" {
		t.Errorf("%+v", s.TeamClocks)
	}
	if shown := w.shownIn(w.now.Team("payments"), "INC-1").Plain(); !strings.Contains(shown, "primera respuesta (objetivo interno): incumplida") {
		t.Errorf("the card:\n%s", shown)
	}
	w.records = nil
	w.command("maria", "acme-support", "/sla explain INC-1")
	if told := w.one(bot.Ephemeral).Message.Plain(); strings.Contains(told, "interno") || !strings.Contains(told, "10:00–10:25 contado (25 min)") {
		t.Errorf("the customer reads:\n%s", told)
	}
	w.command("ana", "payments-team", "/sla explain INC-1")
	if told := w.one(bot.Ephemeral).Message.Plain(); !strings.Contains(told, "objetivo interno") || !strings.Contains(told, "Payments: 25 min") {
		t.Errorf("the agent reads:\n%s", told)
	}
}

func TestAPromiseIsExplainedLineByLine(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.wait(42 * time.Minute)
	w.command("ana", "payments-team", "/incident wait INC-1 customer")
	w.wait(88 * time.Minute)
	w.say("maria", "acme-support", root, "ya lo probé y sigue fallando")
	w.wait(10*time.Minute + 30*time.Second)
	w.records = nil
	w.command("maria", "acme-support", "/sla explain INC-1")
	told := w.one(bot.Ephemeral).Message.Plain()
	for _, line := range []string{
		"10:00–10:42 contado (42 min)", "10:42–12:10 en pausa: en espera del cliente", "12:10–12:20:30 contado (10 min 30 s)",
		"Contado en total: 52 min 30 s de 8 h.", "tiempo que queda: 7 h 7 min 30 s",
	} {
		if !strings.Contains(told, line) {
			t.Errorf("%q is not in:\n%s", line, told)
		}
	}
	w.command("john", "globex-support", "/sla explain INC-1")
	if len(w.said(bot.Refused)) != 1 {
		t.Error("another customer may read it")
	}
}

func TestTheOpenPromisesOfMyTeam(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.say("john", "globex-support", "", "the export fails")
	w.records = nil
	w.command("ana", "payments-team", "/sla")
	m := w.one(bot.Ephemeral).Message
	if len(m.Items) != 2 || !strings.Contains(m.Items[0].Title, "INC-1 · primera respuesta") {
		t.Errorf("%s", m.Plain())
	}
	w.command("ana", "payments-team", "/sla INC-2")
	if m := w.one(bot.Ephemeral).Message; len(m.Items) != 2 || !strings.Contains(m.Items[0].Title, "INC-2") {
		t.Errorf("%s", m.Plain())
	}
	w.command("john", "globex-support", "/sla INC-1")
	if len(w.said(bot.Refused)) != 1 {
		t.Error("another customer may read it")
	}
}

func TestWhatHasNoDateIsNotGivenOne(t *testing.T) {
	past := sla.Date{Year: 2020, Month: time.January, Day: 6}
	over, err := sla.NewCalendar(sla.CalendarSpec{
		Name: "over", Zone: time.UTC, Exceptions: map[sla.Date][]sla.Span{past: {{From: 540, To: 1080}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, under(func(c *company.Company) {
		levels(c, "acme", func(l *sla.Level) { l.FirstResponse.Calendar, l.Resolution.Calendar = over, over })
	}))
	w.say("maria", "acme-support", "", report)
	w.press("ana", "escalate", "INC-1")
	told := transcript(w.records) + w.answer("ana", "payments-team", "/sla explain INC-1") + w.shownIn(w.now.Team("payments"), "INC-1").Plain()
	for _, date := range []string{"31/12", "9999", "20:59"} {
		if strings.Contains(told, date) {
			t.Errorf("%s is told:\n%s", date, told)
		}
	}
	contains(t, "who reads", told, "La resolución no tiene fecha: las horas de atención previstas no vuelven a abrir", "sin fecha: su calendario no vuelve a abrir", "Sin fecha de vencimiento")
}

func TestATermThatBeginsToPromiseIsKeptTimeOfThoughNothingRanBefore(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) {
		c := o.Company.Customer("acme")
		later := c.Contract.Terms[0]
		later.From = begin.Add(time.Hour)
		of := *c.Contract
		of.Terms = []sla.Terms{{}, later}
		c.Contract = &of
	})
	w.say("maria", "acme-support", "", report)
	if n := len(w.state("INC-1").Clocks); n != 0 {
		t.Fatalf("%d clocks before anything is promised", n)
	}
	w.records = nil
	w.wait(2*time.Hour - time.Second)
	if got, want := w.pages(), []string{"14:45:00 ana", "14:55:00 diego"}; !slices.Equal(got, want) {
		t.Errorf("paged %v, want %v", got, want)
	}
}

func TestATeamsOwnTargetIsExcusedAsTheCustomersClockIs(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) {
		always := o.Company.Customer("acme").Contract.Terms[0].Levels[sla.Critical].Calendar
		ola := sla.Contract{Name: "ola", Terms: []sla.Terms{{Levels: map[sla.Severity]sla.Level{
			sla.High: {Calendar: always, Resolution: sla.Commitment{Within: 30 * time.Minute}},
		}}}}
		o.Company.Team("payments").OLA = &ola
	})
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo vemos")
	w.wait(31 * time.Minute)
	contains(t, "the customer's clock is not broken", w.answer("luis", "payments-team", "/sla excuse INC-1 resolution fue una prueba"), "no hay nada que excusar")
	w.command("diego", "payments-team", "/sla excuse INC-1 team_resolution el banco no respondía")
	contains(t, "twice", w.answer("luis", "payments-team", "/sla excuse INC-1 team_resolution otra vez"), "objetivo interno", "Diego")
	w.records = nil
	w.press("diego", "excuse_approve", "INC-1")
	contains(t, "who asked may not approve", w.one(bot.Refused).Message.Plain(), "otra persona")
	contains(t, "nor does the name of the customer's clock mean it", w.answer("vera", "quality", "/sla approve INC-1 resolution"), "no tiene")
	w.command("vera", "quality", "/sla approve INC-1 team_resolution")
	if c := w.state("INC-1").TeamClocks; len(c) != 1 || c[0].State != "excused" || c[0].Excuse != "el banco no respondía" {
		t.Errorf("the team's clock: %+v", c)
	}
	if c := clock(w.state("INC-1"), "resolution"); c.State != "running" || c.Excuse != "" {
		t.Errorf("the customer's clock: %+v", c)
	}
	contains(t, "explain", w.answer("ana", "payments-team", "/sla explain INC-1"), "resolución (objetivo interno de Payments)", "el banco no respondía", "Diego", "Vera")
	if got := w.answer("maria", "acme-support", "/sla explain INC-1"); strings.Contains(got, "interno") || strings.Contains(got, "banco") {
		t.Errorf("the customer reads\n%s", got)
	}
	contains(t, "history", w.answer("ana", "payments-team", "/sla history INC-1"), "resolución (objetivo interno de Payments)", "excusada")
	contains(t, "report", w.answer("diego", "payments-team", "/report 2026-11"), "resolución (objetivo interno): 1 excusada")
	contains(t, "undo", w.answer("diego", "payments-team", "/sla undo INC-1 team_resolution"), "resolución (objetivo interno de Payments)")
	if c := w.state("INC-1").TeamClocks[0]; c.State != "breached" {
		t.Errorf("after undoing it: %+v", c)
	}
	contains(t, "report", w.answer("diego", "payments-team", "/report 2026-11"), "resolución (objetivo interno): 0 de 1")
}

// twoTargets gives both teams half an hour of their own to resolve what is high.
func twoTargets(o *bot.Options) {
	always := o.Company.Customer("acme").Contract.Terms[0].Levels[sla.Critical].Calendar
	ola := sla.Contract{Name: "ola", Terms: []sla.Terms{{Levels: map[sla.Severity]sla.Level{
		sla.High: {Calendar: always, Resolution: sla.Commitment{Within: 30 * time.Minute}},
	}}}}
	o.Company.Team("payments").OLA, o.Company.Team("platform").OLA = &ola, &ola
}

// ownTargets are the states of the teams' own targets: of the team that has it under "".
func (w *world) ownTargets() map[string]string {
	out := map[string]string{}
	for _, c := range w.state("INC-1").TeamClocks {
		out[c.Team] = c.State
	}
	return out
}

// handedOn is an incident that payments had for the time, then platform for the other.
func handedOn(t *testing.T, payments, platform time.Duration) *world {
	t.Helper()
	w := newWorld(t, twoTargets)
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo vemos")
	w.wait(payments)
	w.command("ana", "payments-team", "/incident team INC-1 platform")
	w.wait(platform)
	return w
}

func TestATargetIsExcusedOfATeamThatHasHandedTheIncidentOn(t *testing.T) {
	w := handedOn(t, 31*time.Minute, 5*time.Minute)
	if got, want := w.ownTargets(), map[string]string{"": "running", "payments": "breached"}; !maps.Equal(got, want) {
		t.Errorf("after the hand-over: %v, want %v", got, want)
	}
	contains(t, "report", w.answer("diego", "payments-team", "/report 2026-11"), "resolución (objetivo interno): 0 de 1")

	w.records = nil
	w.command("luis", "payments-team", "/sla excuse INC-1 team_resolution el banco no respondía")
	asked := w.said(bot.Post)
	if len(asked) != 1 || asked[0].Channel != "payments-team" || !strings.Contains(asked[0].Message.Plain(), "objetivo interno") {
		t.Fatalf("asked in:\n%s", transcript(w.records))
	}
	contains(t, "twice", w.answer("sofia", "platform-team", "/sla excuse INC-1 team_resolution@payments again"), "Luis")
	w.records = nil
	w.press("ana", "excuse_approve", "INC-1")
	contains(t, "an agent may not approve", w.one(bot.Refused).Message.Plain(), "líder o calidad")
	w.records = nil
	w.press("diego", "excuse_approve", "INC-1")
	if told := w.said(bot.Post); len(told) != 1 || told[0].Channel != "payments-team" || !strings.Contains(told[0].Message.Text, "Diego aprobó excusar la resolución (objetivo interno de Payments)") {
		t.Errorf("told:\n%s", transcript(w.records))
	}
	if got, want := w.ownTargets(), map[string]string{"": "running", "payments": "excused"}; !maps.Equal(got, want) {
		t.Errorf("after the approval: %v, want %v", got, want)
	}
	contains(t, "explain", w.answer("sofia", "platform-team", "/sla explain INC-1"),
		"resolution (own target of Payments)", "resolution (own target of Platform)", "Reason: el banco no respondía (asked by Luis, approved by Diego)")
	contains(t, "history", w.answer("ana", "payments-team", "/sla history INC-1"),
		"Luis pidió excusar resolución (objetivo interno de Payments)", "Diego aprobó", "Corregido: resolución (objetivo interno de Payments): incumplida")
	contains(t, "report", w.answer("diego", "payments-team", "/report 2026-11"), "resolución (objetivo interno): 1 excusada")
	if got := w.answer("maria", "acme-support", "/sla explain INC-1"); strings.Contains(got, "interno") || strings.Contains(got, "banco") {
		t.Errorf("the customer reads\n%s", got)
	}

	w.command("diego", "payments-team", "/sla undo INC-1 team_resolution")
	if got, want := w.ownTargets(), map[string]string{"": "running", "payments": "breached"}; !maps.Equal(got, want) {
		t.Errorf("after undoing it: %v, want %v", got, want)
	}
}

func TestWhoseTargetIsMeantIsSaidWhereSeveralAreBroken(t *testing.T) {
	w := handedOn(t, 31*time.Minute, 31*time.Minute)
	const both = "team_resolution@platform, team_resolution@payments"
	contains(t, "unnamed", w.answer("luis", "payments-team", "/sla excuse INC-1 team_resolution fue el banco"), both)
	contains(t, "no team", w.answer("luis", "payments-team", "/sla excuse INC-1 team_resolution@ventas fue el banco"), "ventas", "no hay nada que excusar")
	contains(t, "not of a customer's clock", w.answer("luis", "payments-team", "/sla excuse INC-1 resolution@payments fue el banco"), "no es una opción")
	for _, team := range []string{"platform", "payments"} {
		w.command("luis", "payments-team", "/sla excuse INC-1 team_resolution@"+team+" fue el banco")
	}
	contains(t, "unnamed", w.answer("vera", "quality", "/sla deny INC-1 team_resolution"), both)
	w.command("vera", "quality", "/sla approve INC-1 team_resolution@Payments")
	w.command("vera", "quality", "/sla deny INC-1 team_resolution")
	if got, want := w.ownTargets(), map[string]string{"": "breached", "payments": "excused"}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestTheTargetsOfEachTeamThatHadItEndWithTheIncident(t *testing.T) {
	w := handedOn(t, 20*time.Minute, 31*time.Minute)
	w.command("sofia", "platform-team", "/incident resolve INC-1 listo")
	if got, want := w.ownTargets(), map[string]string{"": "breached", "payments": "met"}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	contains(t, "history", w.answer("ana", "payments-team", "/sla history INC-1"), "resolución (objetivo interno de Payments): cumplida")
	contains(t, "report", w.answer("diego", "payments-team", "/report 2026-11"), "resolución (objetivo interno): 1 de 2")
}

func TestASeverityThatOwesNothingButAnAnswerSaysSo(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.wait(10 * time.Minute)
	w.say("maria", "acme-support", root, "¿cuándo estará?")
	w.records = nil
	w.command("ana", "payments-team", "/incident severity INC-1 low")
	for _, r := range w.said(bot.Post) {
		if told := r.Message.Plain(); r.Channel == "acme-support" && !strings.Contains(told, "Siguiente respuesta a más tardar") {
			t.Error(told)
		}
	}
}

func TestPagingEndsWithThePromise(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", root, "lo estamos mirando")
	w.wait(6*time.Hour + time.Minute)
	if page := w.said(bot.Page); len(page) == 0 || page[0].Clock != "resolution" {
		t.Fatal("nobody was paged")
	}
	w.command("ana", "payments-team", "/incident severity INC-1 low") // which promises no resolution
	w.records = nil
	w.wait(8 * time.Hour)
	if pages := w.said(bot.Page); len(pages) != 0 {
		t.Errorf("paged for what is promised no more:\n%s", transcript(pages))
	}
}
