package bot_test

import (
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
)

// ana is on call for payments until Monday 30/11 09:00, then luis for a week.
func proposed(t *testing.T, options ...func(*bot.Options)) *world {
	t.Helper()
	w := newWorld(t, options...)
	contains(t, "ask", w.answer("ana", "payments-team", "/oncall exchange luis vie lun 24h"),
		"Se lo propuse a Luis", "vie 27/11 00:00 – sáb 28/11 00:00", "lun 30/11 09:00 – mar 1/12 09:00")
	contains(t, "asked", w.directly(), "luis: Ana te propone un cambio", "vie 27/11 00:00 – sáb 28/11 00:00", "lun 30/11 09:00 – mar 1/12 09:00")
	return w
}

// onCallOf is who is on call for payments, as the schedule of a week tells.
func (w *world) onCallOf() string {
	w.t.Helper()
	return w.answer("vera", "quality", "/oncall schedule payments 8")
}

func TestAnExchangeMovesBothShifts(t *testing.T) {
	w := proposed(t)
	if got := w.onCallOf(); strings.Contains(got, "en lugar de") {
		t.Errorf("before it is accepted:\n%s", got)
	}
	w.press("luis", "swap_accept", "")
	contains(t, "ana and the lead", w.directly(), "ana: Luis aceptó", "diego: ", "antes: Ana · ahora: Luis", "antes: Luis · ahora: Ana")
	contains(t, "the schedule", w.onCallOf(), "vie 27/11 00:00 – sáb 28/11 00:00", "Luis (en lugar de Ana)", "lun 30/11 09:00 – mar 1/12 09:00", "Ana (en lugar de Luis)")
	w.wait(2 * 24 * time.Hour) // Friday 10:00
	contains(t, "now", w.answer("ana", "payments-team", "/oncall"), "Luis, hasta mañana 00:00 (en lugar de Ana)")
	w.wait(3 * 24 * time.Hour) // Monday 10:00
	contains(t, "now", w.answer("ana", "payments-team", "/oncall"), "Ana, hasta mañana 09:00 (en lugar de Luis)")
}

func TestAnExchangeIsUndoneByEitherOfTheTwoAndAsAWhole(t *testing.T) {
	for _, who := range []string{"ana", "luis"} {
		t.Run(who, func(t *testing.T) {
			w := proposed(t)
			w.press("luis", "swap_accept", "")
			contains(t, "another", w.answer("diego", "payments-team", "/oncall undo"), "No hay")
			got := w.answer(who, "payments-team", "/oncall undo")
			contains(t, "undo", got, "el cambio entre Ana y Luis", "antes: Luis · ahora: Ana", "antes: Ana · ahora: Luis")
			if got := w.onCallOf(); strings.Contains(got, "en lugar de") {
				t.Errorf("after it:\n%s", got)
			}
			contains(t, "once more", w.answer(who, "payments-team", "/oncall undo"), "No hay")
		})
	}
	t.Run("not by halves", func(t *testing.T) {
		w := proposed(t)
		w.press("luis", "swap_accept", "")
		w.wait(3 * 24 * time.Hour)
		contains(t, "undo", w.answer("ana", "payments-team", "/oncall undo"), "La mitad del cambio ya empezó")
		contains(t, "the other half", w.onCallOf(), "Ana (en lugar de Luis)")
	})
}

func TestAnExchangeThatIsNotAcceptedChangesNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		act  func(w *world)
		want string
	}{
		"declined":  {func(w *world) { w.press("luis", "swap_decline", "") }, "ana: Luis no puede"},
		"withdrawn": {func(w *world) { w.press("ana", "swap_withdraw", "") }, "luis: Ana retira la propuesta"},
		"too late":  {func(w *world) { w.wait(2 * 24 * time.Hour) }, "ana: Luis no respondió a tiempo: nada cambia"},
	} {
		t.Run(name, func(t *testing.T) {
			w := proposed(t)
			w.records = nil
			tc.act(w)
			contains(t, "told", w.directly(), tc.want)
			if got := w.onCallOf(); strings.Contains(got, "en lugar de") {
				t.Errorf("it moved:\n%s", got)
			}
		})
	}
	for name, tc := range map[string]struct{ who, line, refused, moved string }{
		"of what is no longer theirs":     {"diego", "/oncall override payments sofia lun 12:00 13:00", "Luis ya no está de guardia", "en lugar de"},
		"by somebody who is away by then": {"ana", "/oncall vacation 2026-11-30 2026-12-01", "Ana no está desde", "Luis (en lugar de Ana)"},
	} {
		t.Run(name, func(t *testing.T) {
			w := proposed(t)
			w.command(tc.who, "payments-team", tc.line)
			w.records = nil
			w.press("luis", "swap_accept", "")
			contains(t, "luis", w.one(bot.Refused).Message.Plain(), tc.refused)
			if got := w.onCallOf(); strings.Contains(got, tc.moved) {
				t.Errorf("one half moved:\n%s", got)
			}
		})
	}
}

func TestWhatCannotBeExchangedIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name, line, want string
		set              func(c *company.Company)
	}{
		{"one half alone", "/oncall exchange luis vie", "Hacen falta las dos guardias", nil},
		{"with oneself", "/oncall exchange ana vie lun", "Esa persona sos vos", nil},
		{"what is not theirs", "/oncall exchange luis vie sáb", "Luis no está de guardia", nil},
		{"what is not mine", "/oncall exchange luis 2026-12-01 2026-12-02", "No estás de guardia", nil},
		{"what is past", "/oncall exchange luis 2026-11-24T10:00 2026-12-01 2h", "ya pasó", nil},
		{"somebody who is nobody", "/oncall exchange pedro vie lun", "«pedro» no es agente", nil},
		{"somebody without a chat", "/oncall exchange luis vie lun", "Luis no tiene un chat", func(c *company.Company) { c.Person("luis").Identities = nil }},
		{"somebody who is on call elsewhere then", "/oncall exchange tom 2026-11-27T12:00 2026-12-01T12:00 1h", "Tom está de guardia en platform-oncall a esa hora", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, func(o *bot.Options) {
				if tt.set != nil {
					tt.set(o.Company)
				}
			})
			contains(t, tt.line, w.answer("ana", "payments-team", tt.line), tt.want)
		})
	}
	t.Run("the same time of two schedules", func(t *testing.T) {
		w := newWorld(t)
		contains(t, "overlapping", w.answer("ana", "payments-team", "/oncall exchange tom 2026-11-25T11:30 2026-11-25T11:30 1h"), "a la misma hora")
	})
}

func TestAnExchangeByItsForm(t *testing.T) {
	w := newWorld(t)
	w.answer("ana", "payments-team", "/oncall")
	w.press("ana", "swap_exchange", "")
	form := w.records[len(w.records)-1].Form
	if form == nil || len(form.Inputs) != 3 {
		t.Fatalf("no form:\n%s", transcript(w.records))
	}
	mine, theirs := form.Inputs[0].Options, form.Inputs[1].Options
	contains(t, "mine", mine[0].Label, "payments-oncall", "lun 30/11 09:00")
	contains(t, "theirs", theirs[0].Label, "Luis · payments-oncall")
	w.records = nil
	w.must(w.Submit(t.Context(), "ana", "exchange", "", map[string]string{"mine": mine[1].Value, "theirs": theirs[0].Value}))
	contains(t, "luis", w.directly(), "Ana te propone un cambio", "lun 7/12 09:00 – lun 14/12 09:00", "lun 30/11 09:00 – lun 7/12 09:00")
	w.press("luis", "swap_accept", "")
	contains(t, "the schedule", w.answer("vera", "quality", "/oncall schedule payments 20"), "lun 30/11 09:00 – lun 7/12 09:00", "Ana (en lugar de Luis)", "Luis (en lugar de Ana)")
	w.records = nil
	w.command("ana", "payments-team", "/oncall exchange")
	if r := w.records[len(w.records)-1]; r.Form == nil {
		t.Errorf("the command alone opens no form:\n%s", transcript(w.records))
	}
}
