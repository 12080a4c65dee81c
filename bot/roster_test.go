package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
)

// It is Wednesday 25 November 2026, 10:00 in Buenos Aires: ana is on call for
// payments until Monday 09:00, then luis; tom for platform until 09:00 in New
// York, 11:00 here.

// answer is what the person alone reads after a command.
func (w *world) answer(user, channel, line string) string {
	w.t.Helper()
	w.records = nil
	w.command(user, channel, line)
	for _, r := range w.records {
		if r.Kind == bot.Ephemeral || r.Kind == bot.Refused {
			return r.Message.Plain()
		}
	}
	w.t.Fatalf("%s: no answer:\n%s", line, transcript(w.records))
	return ""
}

// directly are what people were told directly since the last answer, "who: what".
func (w *world) directly() string {
	var out []string
	for _, r := range w.records {
		if r.Kind == bot.Direct {
			out = append(out, r.To+": "+r.Message.Plain())
		}
	}
	return strings.Join(out, "\n")
}

func contains(t *testing.T, what, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%s: want %q in\n%s", what, part, got)
		}
	}
}

func TestWhoIsOnCall(t *testing.T) {
	w := newWorld(t)
	got := w.answer("ana", "payments-team", "/oncall")
	contains(t, "ana's team alone", got, "Ana", "hasta lun 30/11 09:00", "después Luis desde lun 30/11 09:00")
	if strings.Contains(got, "Tom") {
		t.Errorf("ana is not of platform:\n%s", got)
	}
	contains(t, "a customer", w.answer("maria", "acme-support", "/oncall"), "equipo de soporte")
	if got := w.answer("maria", "acme-support", "/oncall schedule payments"); strings.Contains(got, "Luis") {
		t.Errorf("a customer reads the roster:\n%s", got)
	}
}

func TestTheScheduleMarksWhatIsNotTheOrdinaryTurn(t *testing.T) {
	w := newWorld(t)
	w.command("luis", "payments-team", "/oncall vacation 2026-12-01 2026-12-02")
	w.command("luis", "payments-team", "/oncall take payments 2h")
	got := w.answer("ana", "payments-team", "/oncall schedule payments 14")
	contains(t, "the schedule", got,
		"hoy 10:00 – hoy 12:00", "Luis (reemplazo)",
		"hoy 12:00 – lun 30/11 09:00",
		"mar 1/12 00:00 – jue 3/12 00:00", "Ana (Luis no está)",
		"lun 7/12 09:00 – lun 14/12 09:00")
	contains(t, "a schedule that is none", w.answer("ana", "payments-team", "/oncall schedule pagos"), "«pagos» no es una guardia", "payments-oncall, platform-oncall")
}

func TestOverrides(t *testing.T) {
	for _, tt := range []struct{ name, who, line, want string }{
		{"a lead puts somebody on call", "diego", "/oncall override payments luis lun 00:00 lun 06:00", "Luis está de guardia en payments-oncall desde lun 30/11 00:00 hasta lun 30/11 06:00"},
		{"with the person's name of several words", "diego", "/oncall override payments-oncall Luis 2026-11-27T18:00 2026-11-28", "hasta sáb 28/11 24:00"},
		{"anyone puts themselves", "luis", "/oncall override payments luis mañana 18:00 20:00", "Luis está de guardia en payments-oncall desde mañana 18:00 hasta mañana 20:00"},
		{"but nobody else", "luis", "/oncall override platform tom mañana 18:00 20:00", "líder"},
		{"not in the past", "diego", "/oncall override payments luis 2026-11-20 2026-11-28", "ya pasó"},
		{"not upside down", "diego", "/oncall override payments luis 2026-11-28 2026-11-26", "Terminaría"},
		{"not in ten years", "diego", "/oncall override payments luis 2027-11-28 2036-11-26", "más de un año"},
		{"nobody who is not there", "diego", "/oncall override payments anna mañana 18:00 20:00", "«anna» no es agente"},
		{"no customer", "diego", "/oncall override payments maria mañana 18:00 20:00", "«maria» no es agente"},
		{"nothing that is so anyway", "diego", "/oncall override payments ana mañana 18:00 20:00", "Ana ya está de guardia"},
		{"no time that is none", "diego", "/oncall override payments luis nunca 20:00", "desde"},
		{"what is missing is said", "diego", "/oncall override payments luis", "/oncall override"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			contains(t, tt.line, w.answer(tt.who, "payments-team", tt.line), tt.want)
		})
	}
}

func TestWhoeverMovesIsToldWithBeforeAndAfter(t *testing.T) {
	w := newWorld(t)
	got := w.answer("luis", "payments-team", "/oncall override payments luis vie 18:00 sáb 10:00")
	contains(t, "luis", got, "vie 27/11 18:00 – sáb 28/11 10:00", "antes: Ana · ahora: Luis")
	told := w.directly()
	contains(t, "ana and the lead", told, "ana: ", "diego: ", "antes: Ana · ahora: Luis")
	if strings.Contains(told, "luis: ") {
		t.Errorf("luis knows what he did:\n%s", told)
	}
	contains(t, "undo", w.answer("luis", "payments-team", "/oncall undo"), "antes: Luis · ahora: Ana")
	contains(t, "twice", w.answer("luis", "payments-team", "/oncall undo"), "No hay ningún reemplazo")
}

func TestTakingThePagerTakesThePages(t *testing.T) {
	w := newWorld(t)
	contains(t, "take", w.answer("luis", "payments-team", "/oncall take payments"), "Luis está de guardia en payments-oncall desde hoy 10:00 hasta lun 30/11 09:00")
	contains(t, "whoever had it", w.directly(), "ana: ")
	contains(t, "taking it again", w.answer("luis", "payments-team", "/oncall take payments 2h"), "Ya estás de guardia")
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.wait(46 * time.Minute)
	if p := w.one(bot.Page); p.To != "luis" {
		t.Errorf("%s was paged", p.To)
	}
}

func TestWhoIsAwayIsPassedOver(t *testing.T) {
	w := newWorld(t)
	contains(t, "vacation", w.answer("ana", "payments-team", "/oncall vacation hoy 2026-11-29"), "No estás desde hoy 10:00 hasta dom 29/11 24:00", "antes: Ana · ahora: Luis")
	contains(t, "who stands in", w.directly(), "luis: ")
	contains(t, "the list", w.answer("luis", "payments-team", "/oncall vacation list"), "Ana · número 1")
	contains(t, "an override in spite of it", w.answer("diego", "payments-team", "/oncall override payments ana mañana 10:00 12:00"), "/oncall vacation cancel 1")
	contains(t, "another's", w.answer("luis", "payments-team", "/oncall vacation cancel 1"), "líder")
	contains(t, "not there", w.answer("ana", "payments-team", "/oncall vacation cancel 7"), "número 7")
	w.wait(time.Hour)
	contains(t, "cancel", w.answer("ana", "payments-team", "/oncall vacation cancel 1"), "se cancelaron", "antes: Luis · ahora: Ana")
	contains(t, "nobody is away", w.answer("ana", "payments-team", "/oncall vacation list"), "Nadie avisó")
}

func TestAGapThatAVacationOpensIsToldAtOnce(t *testing.T) {
	w := newWorld(t)
	w.command("ana", "payments-team", "/oncall vacation 2026-12-08 2026-12-09")
	w.answer("luis", "payments-team", "/oncall vacation 2026-12-09 2026-12-10")
	contains(t, "the lead", w.directly(), "diego: Después de un cambio de Luis, nadie está de guardia en payments-oncall", "mié 9/12 00:00 – jue 10/12 00:00")
	contains(t, "gaps", w.answer("luis", "payments-team", "/oncall gaps 20"), "payments-oncall · mié 9/12 00:00 – jue 10/12 00:00", "nadie está de guardia")
	contains(t, "none before", w.answer("luis", "payments-team", "/oncall gaps 5"), "No hay huecos")
	w.records = nil
	w.wait(5 * 24 * time.Hour) // over Monday 09:00
	contains(t, "the weekly warning", w.directly(), "diego: Guardia de", "mié 9/12 00:00 – jue 10/12 00:00")
}

func TestSwaps(t *testing.T) {
	ask := func(t *testing.T) *world {
		w := newWorld(t)
		contains(t, "ask", w.answer("ana", "payments-team", "/oncall swap luis mañana 18:00 2026-11-28"), "Le pedí a Luis", "mañana 18:00 – dom 29/11 00:00")
		contains(t, "asked", w.directly(), "luis: Ana te pide que cubras su guardia de payments-oncall: mañana 18:00 – dom 29/11 00:00")
		return w
	}
	at := func(w *world) string {
		w.wait(33 * time.Hour) // Thursday 19:00
		return w.answer("ana", "payments-team", "/oncall")
	}
	t.Run("accepted", func(t *testing.T) {
		w := ask(t)
		w.records = nil
		w.press("luis", "swap_accept", "")
		contains(t, "ana and the lead", w.directly(), "ana: Luis aceptó", "diego: ", "antes: Ana · ahora: Luis")
		contains(t, "luis's own message", w.said(bot.Update)[0].Message.Plain(), "Aceptado: estás de guardia")
		contains(t, "then", at(w), "Luis, hasta dom 29/11 00:00 (en lugar de Ana)")
	})
	t.Run("declined", func(t *testing.T) {
		w := ask(t)
		w.records = nil
		w.press("luis", "swap_decline", "")
		contains(t, "ana", w.directly(), "ana: Luis no puede")
		contains(t, "then", at(w), "Ana, hasta")
	})
	t.Run("withdrawn, and pressed too late", func(t *testing.T) {
		w := ask(t)
		luis, err := w.FindButton("luis", "swap_accept", "")
		w.must2(err)
		w.press("ana", "swap_withdraw", "")
		w.records = nil
		w.must(w.Press(w.t.Context(), "luis", luis, "swap_accept"))
		contains(t, "luis", w.one(bot.Refused).Message.Plain(), "ya está resuelto: retirado")
		contains(t, "then", at(w), "Ana, hasta")
	})
	t.Run("nobody answered before it began", func(t *testing.T) {
		w := ask(t)
		w.records = nil
		w.wait(32 * time.Hour)
		contains(t, "both", w.directly(), "ana: Luis no respondió a tiempo", "luis: Ya es tarde")
	})
	t.Run("of a time that is not theirs", func(t *testing.T) {
		w := newWorld(t)
		contains(t, "luis", w.answer("luis", "payments-team", "/oncall swap ana mañana 18:00"), "No estás de guardia", "lun 30/11 09:00 – lun 7/12 09:00")
		contains(t, "a day alone is the shift", w.answer("luis", "payments-team", "/oncall swap ana 2026-11-30"), "lun 30/11 09:00 – lun 7/12 09:00")
		contains(t, "oneself", w.answer("luis", "payments-team", "/oncall swap luis 2026-11-30"), "Esa persona sos vos")
	})
	t.Run("of a shift that goes on", func(t *testing.T) {
		for _, words := range []string{"/oncall swap luis ahora", "/oncall swap luis mañana"} {
			w := newWorld(t)
			contains(t, words, w.answer("ana", "payments-team", words), "Le pedí a Luis", "hoy 10:00 – lun 30/11 09:00")
			w.records = nil
			w.wait(10 * time.Minute)
			if got := w.directly(); got != "" {
				t.Errorf("%s, and in ten minutes: %s", words, got)
			}
			w.press("luis", "swap_accept", "")
			contains(t, "from when he accepted", w.directly(), "ana: Luis aceptó", "hoy 10:10 – lun 30/11 09:00")
			contains(t, "on call", w.answer("ana", "payments-team", "/oncall"), "Luis")
			w = newWorld(t)
			w.command("ana", "payments-team", words)
			w.wait(61 * time.Minute)
			contains(t, "an hour without an answer", w.directly(), "ana: Luis no respondió a tiempo")
			w.records = nil
			w.press("luis", "swap_accept", "")
			contains(t, "too late", w.one(bot.Refused).Message.Plain(), "fuera de tiempo")
		}
	})
	t.Run("an exchange of what goes on", func(t *testing.T) {
		w := newWorld(t)
		w.command("ana", "payments-team", "/oncall exchange luis ahora lun")
		w.records = nil
		w.wait(10 * time.Minute)
		if got := w.directly(); got != "" {
			t.Errorf("in ten minutes: %s", got)
		}
		w.press("luis", "swap_accept", "")
		contains(t, "both", w.directly(), "hoy 10:10 – lun 30/11 09:00", "lun 30/11 09:00 – lun 7/12 09:00")
	})
	t.Run("of what was given to somebody else meanwhile", func(t *testing.T) {
		w := ask(t)
		w.command("diego", "payments-team", "/oncall override payments sofia 2026-11-27 2026-11-28")
		w.records = nil
		w.press("luis", "swap_accept", "")
		contains(t, "luis takes nothing of sofia's", w.one(bot.Refused).Message.Plain(), "Ana ya no está de guardia en ese momento")
		w.records = nil
		w.press("luis", "swap_decline", "")
		contains(t, "ana", w.directly(), "ana: Pedido cerrado: la guardia de payments-oncall", "cambió mientras tanto")
		if told := transcript(w.records); strings.Contains(told, "sigue de guardia") || strings.Contains(told, "seguís de guardia") {
			t.Errorf("ana is told that she is on call while sofia is:\n%s", told)
		}
	})
	t.Run("nobody else presses", func(t *testing.T) {
		w := ask(t)
		_, err := w.FindButton("luis", "swap_accept", "")
		w.must2(err)
		w.records = nil
		w.press("ana", "swap_withdraw", "")
		if got := w.said(bot.Update); len(got) != 1 {
			t.Errorf("%d updates", len(got))
		}
	})
}

func TestHandOffs(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report) // due 14:00, in 13 days of silence long late
	w.records = nil
	w.wait(5 * 24 * time.Hour)
	told := w.directly()
	contains(t, "a reminder half a day before", told, "luis: Pronto estás de guardia en payments-oncall: mañana 09:00 – lun 7/12 09:00")
	contains(t, "the hand-off", told, "luis: Estás de guardia en payments-oncall, hasta lun 7/12 09:00. Antes que vos: Ana.", "1 incidente abierto, 1 en riesgo", "⚠ INC-1 · alta")
	posts := 0
	for _, r := range w.records {
		if r.Kind == bot.Post && r.Channel == "payments-team" && strings.HasPrefix(r.Message.Text, "payments-oncall: Ana → Luis, hasta lun 7/12 09:00.") {
			posts++
		}
	}
	if posts != 1 {
		t.Errorf("the channel read of the hand-off %d times:\n%s", posts, transcript(w.records))
	}
}

// leaping is a clock that may be moved without anything happening on the way.
type leaping struct {
	bot.Clock
	by *time.Duration
}

func (l leaping) Now() time.Time { return l.Clock.Now().Add(*l.by) }

func TestAfterDowntimeOnlyTheLatestHandOffIsTold(t *testing.T) {
	down := new(time.Duration)
	w := newWorld(t, func(o *bot.Options) { o.Clock = leaping{o.Clock, down} })
	w.must2(w.Settle(t.Context()))
	w.records = nil
	*down = 5*24*time.Hour + 2*time.Hour // five hand-offs of platform go by unseen
	w.must2(w.Settle(t.Context()))
	var platform []string
	for _, r := range w.records {
		if r.Kind == bot.Post && r.Channel == "platform-team" {
			platform = append(platform, r.Message.Text)
		}
	}
	if len(platform) != 1 || !strings.Contains(platform[0], "platform-oncall: ") {
		t.Errorf("told:\n%s", strings.Join(platform, "\n"))
	}
	for _, r := range w.records {
		if r.Kind == bot.Direct && strings.Contains(r.Message.Text, "Soon you are") {
			t.Errorf("a reminder of what has begun: %s", r.Message.Text)
		}
	}
}

func TestAReloadPlansHandOffsAnew(t *testing.T) {
	w := newWorld(t)
	w.must2(w.Settle(t.Context()))
	next := *w.now
	next.Schedules = slices.Clone(next.Schedules)
	moved := *next.Schedules[0]
	moved.Layers = slices.Clone(moved.Layers)
	moved.Layers[0].Rotation.HandOff = 8 * 60
	next.Schedules[0] = &moved
	next.Teams = slices.Clone(next.Teams)
	team := *next.Teams[0]
	team.Schedule = &moved
	next.Teams[0] = &team
	w.must2(w.bot.Reload(t.Context(), &next, "test", nil))
	w.records = nil
	w.wait(4*24*time.Hour + 22*time.Hour + 30*time.Minute) // Monday 08:30
	contains(t, "an hour earlier", w.directly(), "luis: Estás de guardia en payments-oncall")
}

func TestFeeds(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.Company.PublicURL = "https://sereno.example" })
	address := func(line string) string {
		w.records = nil
		w.command("ana", "payments-team", line)
		_, after, ok := strings.Cut(w.directly(), "https://sereno.example"+bot.FeedPath)
		secret, _, _ := strings.Cut(after, bot.FeedEnd)
		if !ok || len(secret) < 20 {
			t.Fatalf("no address:\n%s", transcript(w.records))
		}
		return secret
	}
	first := address("/oncall feed")
	if again := address("/oncall feed"); again != first {
		t.Error("asked twice it is another")
	}
	feed, err := w.bot.FeedOf(t.Context(), first)
	w.must2(err)
	contains(t, "the feed", string(feed), "DTSTART:20261123T120000Z", "DTEND:20261130T120000Z", "SUMMARY:De guardia: payments-oncall", "UID:20261123T120000Z-payments-oncall-ana@sereno")
	second := address("/oncall feed new")
	if _, err := w.bot.FeedOf(t.Context(), first); err == nil || second == first {
		t.Error("the old address still serves")
	}
	if _, err := w.bot.FeedOf(t.Context(), ""); err == nil {
		t.Error("no secret is somebody's")
	}
	w.now.PublicURL = ""
	contains(t, "without an address", w.answer("ana", "payments-team", "/oncall feed"), "public_url")
}

func TestWhoIsOnNobodysListCannotBeOnCall(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) {
		o.Company.Person("luis").Roles = []company.Role{company.Quality}
	})
	for _, line := range []string{"/oncall take payments", "/oncall vacation mañana", "/oncall undo", "/oncall swap ana mañana", "/oncall feed"} {
		contains(t, line, w.answer("luis", "payments-team", line), "agente")
	}
}

func TestTheReportTellsHowTheLoadIsShared(t *testing.T) {
	w := newWorld(t)
	got := w.answer("diego", "payments-team", "/oncall report 2026-11")
	contains(t, "before anything happened", got, "Guardias de noviembre 2026", "Luis: de guardia 336 h", "Ana: de guardia 217 h")
	contains(t, "a month that is none", w.answer("diego", "payments-team", "/oncall report noviembre"), "noviembre")
}

func TestWhatIsSaidOfTheRosterIsTrueInTheReadersLanguage(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct{ name, who, line, want, not string }{
		{"an end that is too far away is the day that was typed", "ana", "/oncall vacation 2026-12-20 2028-01-02", "dom 2/01/2028 24:00 está a más de un año", "lun 3/01"},
		{"and one that is before the beginning", "ana", "/oncall vacation 2026-12-20 2026-12-19", "Terminaría (sáb 19/12 24:00) antes de empezar (dom 20/12 00:00)", "(dom 20/12 00:00) antes"},
		{"a beginning that is too far away is not called missing", "diego", "/oncall override payments luis 9999-12-29 9999-12-30", "29/12/9999", "Falta un dato"},
		{"a beginning that is no date is not called missing", "diego", "/oncall override payments luis 2026-13-30 2026-12-31", "«2026-13-30» no es una fecha", "Falta un dato"},
		{"a month that is none is of this command", "ana", "/oncall report 2026-13", "/oncall report 2026-11", ": /report"},
		{"the evening before the morning of one weekday", "diego", "/oncall override payments luis lun 18:00 lun 09:00", "antes de empezar", "está de guardia"},
		{"a week from weekday to weekday", "diego", "/oncall override payments luis vie 18:00 vie 18:00", "Luis está de guardia en payments-oncall desde vie 27/11 18:00 hasta vie 4/12 18:00", ""},
		{"an override that is taken back", "diego", "/oncall undo", "Deshecho: Luis de guardia en payments-oncall", "override"},
		{"a vacation of somebody whose turn does not come", "luis", "/oncall vacation 2026-11-26", "No tenías guardias", "Otros te cubren"},
		{"a vacation for which others stand in", "ana", "/oncall vacation 2026-11-27", "Otros te cubren", "nadie"},
		{"a vacation that is taken back", "ana", "/oncall undo", "Deshecho: vacaciones de Ana", "vacation"},
		{"a vacation for which nobody stands in", "ana", "/oncall vacation 2026-11-26", "Hay horas de guardia tuyas que nadie cubre", "Otros te cubren"},
		{"a vacation of next year has its year", "luis", "/oncall vacation 2026-12-10 2027-11-20", "sáb 20/11/2027 24:00", ""},
	} {
		got := w.answer(tt.who, "payments-team", tt.line)
		contains(t, tt.name, got, tt.want)
		if tt.not != "" && strings.Contains(got, tt.not) {
			t.Errorf("%s: %q in\n%s", tt.name, tt.not, got)
		}
	}
}

// Tom reads English, in New York, where it is 08:00: sofia is on call for platform
// until 09:00, then he is for a day.
func TestWhatAnOnCallCommandCannotDoIsSaidWithTheRemedy(t *testing.T) {
	for _, tt := range []struct {
		name, who, line string
		want            []string
		not             string
	}{
		{
			"a swap with somebody who is on call elsewhere then", "ana", "/oncall swap tom 2026-11-27T14:00 2h",
			[]string{"Tom está de guardia en platform-oncall a esa hora", "escribí a otra persona u otra hora"},
			"",
		},
		{
			"the same in English", "tom", "/oncall swap ana tomorrow 08:00",
			[]string{"Ana is on call on payments-oncall then", "write somebody else, or another time"},
			"",
		},
		{"what is no date", "ana", "/oncall swap luis xx", []string{"«xx» no es una fecha ni una hora (desde)", "mañana 18:00"}, "Falta"},
		{"what is no date in English", "tom", "/oncall swap sofia xx", []string{"“xx” is no date or time (from)", "tomorrow 18:00"}, "missing"},
		{"what is no date before one", "diego", "/oncall override payments luis xx 2026-11-26", []string{"«xx» no es una fecha ni una hora (desde)"}, "Falta"},
		{"a swap that is all past", "ana", "/oncall swap luis 2026-11-20 2026-11-21", []string{"vie 20/11 00:00 ya pasó"}, "turno"},
		{"part of the shift that is all past", "ana", "/oncall swap luis ayer 09:00 ayer 12:00", []string{"ayer 09:00 ya pasó"}, ""},
		{"a swap all past in English", "tom", "/oncall swap sofia yesterday 10:00 2h", []string{"yesterday 10:00 is past"}, ""},
		{
			"the shift that runs is not the next", "ana", "/oncall swap luis 2026-12-02 18:00",
			[]string{"Turno en curso: hasta lun 30/11 09:00.", "Turno próximo: lun 7/12 09:00 – lun 14/12 09:00."},
			"",
		},
		{
			"nor in English", "sofia", "/oncall swap tom tomorrow 08:00",
			[]string{"Present shift: until today 09:00.", "Next shift: tomorrow 09:00 – Fri 27 Nov 09:00."},
			"",
		},
		{"a drill of one of several teams", "diego", "/oncall drill", []string{"de qué equipo: payments, platform", "/oncall drill payments"}, "«»"},
		{"stopping one", "diego", "/oncall drill stop", []string{"payments, platform", "/oncall drill stop payments"}, "«»"},
		{"what only a lead may", "ana", "/oncall drill payments", []string{"rol líder: Diego."}, ""},
		{"what only a lead may, in English", "tom", "/oncall test ana", []string{"role lead: Diego."}, ""},
		{"and to somebody of no team", "vera", "/oncall test ana", []string{"rol líder: Diego."}, ""},
		{"a word that is like no verb", "ana", "/oncall bogus", []string{"no tiene «bogus». Tiene: now, schedule,", "vacation list", "/oncall now"}, "¿Será"},
		{"a word that is like no verb in English", "tom", "/oncall bogus", []string{"has no “bogus”. It has: now, schedule,"}, "Did you mean"},
		{"a slip in one", "ana", "/oncall exchagne luis", []string{"¿Será «exchange»?"}, "Tiene"},
		{"a customer's is not answered with our verbs", "maria", "/oncall bogus", []string{"equipo de soporte"}, "schedule"},
		{"the report of a month to come", "ana", "/oncall report 2027-11", []string{"2027-11 todavía no empezó", "/oncall report 2026-11"}, "Nadie estuvo"},
		{"the report of a month to come in English", "tom", "/oncall report 2026-12", []string{"2026-12 has not begun"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			got := w.answer(tt.who, "quality", tt.line)
			contains(t, tt.line, got, tt.want...)
			if tt.not != "" && strings.Contains(got, tt.not) {
				t.Errorf("%s: %q in\n%s", tt.line, tt.not, got)
			}
		})
	}
}

func TestWhatIsOtherwiseThanWrittenInASwapIsSaid(t *testing.T) {
	for _, tt := range []struct {
		name, who, line string
		want            []string
	}{
		{"what is over", "ana", "/oncall swap luis ayer 18:00", []string{"hoy 10:00 – lun 30/11 09:00", "Lo que ya pasó no cambia: cuenta desde hoy 10:00."}},
		{"what is over, up to an end to come", "ana", "/oncall swap luis ayer 18:00 mañana 09:00", []string{"hoy 10:00 – mañana 09:00", "cuenta desde hoy 10:00."}},
		{"what is over, in English", "sofia", "/oncall swap tom yesterday 18:00", []string{"today 08:00 – today 09:00", "it counts from today 08:00."}},
		{"what is beyond the shift", "ana", "/oncall swap luis 18:00 400h", []string{"hoy 18:00 – lun 30/11 09:00", "El turno de payments-oncall termina lun 30/11 09:00"}},
		{"what is beyond the shift, in English", "tom", "/oncall swap sofia 10:00 400h", []string{"The shift on platform-oncall ends tomorrow 09:00"}},
		{"of both halves of an exchange", "ana", "/oncall exchange luis vie lun 400h", []string{"termina lun 30/11 09:00", "termina lun 7/12 09:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			contains(t, tt.line, newWorld(t).answer(tt.who, "payments-team", tt.line), tt.want...)
		})
	}
	for _, line := range []string{"/oncall swap luis hoy", "/oncall swap luis ahora", "/oncall swap luis 18:00 2h"} {
		if got := newWorld(t).answer("ana", "payments-team", line); strings.Contains(got, "\n") {
			t.Errorf("%s is as it was written:\n%s", line, got)
		}
	}
}

func TestWhoeverComesOnCallTwiceIsSaidToThemAndTheLead(t *testing.T) {
	w := newWorld(t)
	contains(t, "whoever takes it", w.answer("tom", "payments-team", "/oncall take payments 2h"), "⚠ Tom is on call on platform-oncall too: today 09:00 – today 10:00.")
	contains(t, "the lead", w.directly(), "diego: ", "⚠ Tom está también de guardia en platform-oncall: hoy 11:00 – hoy 12:00.")
	if got := w.answer("luis", "payments-team", "/oncall take payments 1h"); strings.Contains(got, "⚠") {
		t.Errorf("luis is on call once:\n%s", got)
	}
}

func TestASwapThatWouldBookSomebodyTwiceByNowIsNotAccepted(t *testing.T) {
	w := newWorld(t)
	w.command("ana", "payments-team", "/oncall swap luis vie 12:00 2h")
	w.command("luis", "payments-team", "/oncall override platform luis vie 00:00 sáb 00:00")
	w.records = nil
	w.press("luis", "swap_accept", "")
	contains(t, "luis", w.one(bot.Refused).Message.Plain(), "A esa hora estás de guardia en platform-oncall")
	contains(t, "the schedule", w.answer("ana", "payments-team", "/oncall schedule payments 3"), "Ana")
}

func TestTheSameSwapIsAskedOnce(t *testing.T) {
	const line = "/oncall swap luis mañana 18:00 20:00"
	w := newWorld(t)
	w.command("ana", "payments-team", line)
	w.wait(time.Minute)
	contains(t, "once more", w.answer("ana", "payments-team", line), "Ya se lo pediste a Luis (hoy 10:00)", "retirá ese pedido")
	if told := w.directly(); told != "" {
		t.Errorf("he is asked again: %s", told)
	}
	w.press("ana", "swap_withdraw", "")
	contains(t, "after it was withdrawn", w.answer("ana", "payments-team", line), "Le pedí a Luis")
	w.press("luis", "swap_decline", "")
	contains(t, "after it was declined", w.answer("ana", "payments-team", line), "Le pedí a Luis")
	contains(t, "another time", w.answer("ana", "payments-team", "/oncall swap luis mañana 18:00 21:00"), "Le pedí a Luis")

	w = newWorld(t)
	w.command("ana", "payments-team", "/oncall swap luis ahora")
	w.wait(5 * time.Minute)
	contains(t, "time that goes on", w.answer("ana", "payments-team", "/oncall swap luis ahora"), "Ya se lo pediste")
	w.wait(time.Hour)
	contains(t, "when nobody answered", w.answer("ana", "payments-team", "/oncall swap luis ahora"), "Le pedí a Luis")

	w = newWorld(t)
	w.command("tom", "platform-team", "/oncall swap sofia tomorrow 08:00")
	contains(t, "in English", w.answer("tom", "platform-team", "/oncall swap sofia tomorrow 08:00"), "You asked Sofia that already (today 08:00)", "withdraw")
}

func TestWhoAskedForASwapIsToldOnceThatItIsAccepted(t *testing.T) {
	for _, line := range []string{"/oncall swap luis mañana 18:00 20:00", "/oncall exchange luis vie lun 24h"} {
		w := newWorld(t)
		w.command("ana", "payments-team", line)
		w.records = nil
		w.press("luis", "swap_accept", "")
		told := w.directly()
		contains(t, line, told, "ana: Luis aceptó", "diego: Luis cambió")
		if n := strings.Count(told, "ana: "); n != 1 {
			t.Errorf("%s: she is told %d times:\n%s", line, n, told)
		}
	}
}

func TestWhoIsAwayIsSpokenTo(t *testing.T) {
	w := newWorld(t)
	w.command("ana", "payments-team", "/oncall vacation hoy 2026-12-10")
	for _, line := range []string{"/oncall vacation 2026-12-09", "/oncall take payments 2h"} {
		got := w.answer("ana", "payments-team", line)
		contains(t, line, got, "Avisaste que no estás", "/oncall vacation cancel 1")
		if strings.Contains(got, "Ana") || strings.Contains(got, "otra persona") {
			t.Errorf("%s speaks of somebody else:\n%s", line, got)
		}
	}
	contains(t, "of another", w.answer("diego", "payments-team", "/oncall override payments ana mañana 10:00 12:00"), "Ana no está desde")
	w.command("tom", "platform-team", "/oncall vacation 2026-12-09")
	contains(t, "in English", w.answer("tom", "platform-team", "/oncall vacation 2026-12-09"), "You told that you are away", "/oncall vacation cancel 2")
}
