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
		{"with the person's name of several words", "diego", "/oncall override payments-oncall Luis 2026-11-27T18:00 2026-11-28", "hasta dom 29/11 00:00"},
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
	contains(t, "vacation", w.answer("ana", "payments-team", "/oncall vacation hoy 2026-11-29"), "No estás desde hoy 10:00 hasta lun 30/11 00:00", "antes: Ana · ahora: Luis")
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
		{"a beginning that is too far away is not called missing", "diego", "/oncall override payments luis 9999-12-29 9999-12-30", "31/12/9999", "Falta un dato"},
		{"a beginning that is no date is not called missing", "diego", "/oncall override payments luis 2026-13-30 2026-12-31", "«2026-13-30» no es una fecha", "Falta un dato"},
		{"a month that is none is of this command", "ana", "/oncall report 2026-13", "/oncall report 2026-11", ": /report"},
		{"the evening before the morning of one weekday", "diego", "/oncall override payments luis lun 18:00 lun 09:00", "antes de empezar", "está de guardia"},
		{"a week from weekday to weekday", "diego", "/oncall override payments luis vie 18:00 vie 18:00", "Luis está de guardia en payments-oncall desde vie 27/11 18:00 hasta vie 4/12 18:00", ""},
		{"an override that is taken back", "diego", "/oncall undo", "Deshecho: Luis de guardia en payments-oncall", "override"},
		{"a vacation of somebody whose turn does not come", "luis", "/oncall vacation 2026-11-26", "No tenías guardias", "Otros te cubren"},
		{"a vacation for which others stand in", "ana", "/oncall vacation 2026-11-27", "Otros te cubren", "nadie"},
		{"a vacation that is taken back", "ana", "/oncall undo", "Deshecho: vacaciones de Ana", "vacation"},
		{"a vacation for which nobody stands in", "ana", "/oncall vacation 2026-11-26", "Hay horas de guardia tuyas que nadie cubre", "Otros te cubren"},
		{"a vacation of next year has its year", "luis", "/oncall vacation 2026-12-10 2027-11-20", "dom 21/11/2027 00:00", ""},
	} {
		got := w.answer(tt.who, "payments-team", tt.line)
		contains(t, tt.name, got, tt.want)
		if tt.not != "" && strings.Contains(got, tt.not) {
			t.Errorf("%s: %q in\n%s", tt.name, tt.not, got)
		}
	}
}
