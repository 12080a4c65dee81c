package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/kb"
)

const leak = "La turbina pierde aceite por el cojinete trasero"

// past is a world in which acme's first incident was solved yesterday.
func past(t tester) *world {
	w := newWorld(t)
	w.say("maria", "acme-support", "", leak)
	w.command("ana", "payments-team", "/incident resolve INC-1 Cambiamos el retén del cojinete")
	w.command("ana", "payments-team", "/incident origin INC-1 ours")
	w.wait(24 * time.Hour)
	return w
}

// similar is what the agent reads of past incidents like that one.
func (w *world) similar(id string) string {
	w.t.Helper()
	return w.answer("ana", "payments-team", "/incident similar "+id)
}

func TestPastIncidentsAreFoundWithHowTheyWereSolved(t *testing.T) {
	w := past(t)
	w.command("ana", "payments-team", "/rca start INC-1")
	w.command("ana", "payments-team", "/rca answer INC-1 el retén era de otra medida")
	w.command("ana", "payments-team", "/kb from INC-1")
	w.must(w.Submit(t.Context(), "ana", "article", "INC-1", map[string]string{"for": "interno"}))
	w.records = nil
	w.say("john", "globex-support", "", "Otra turbina pierde aceite por el cojinete")
	var aid string
	for _, m := range w.Messages("platform-team", "sofia") {
		if m.Purpose == "aid" {
			aid = m.Body.Plain()
		}
	}
	contains(t, "under the card", aid, "Similar: INC-1 · Acme S.A.", "Solved by: Cambiamos el retén del cojinete")
	got := w.similar("INC-2")
	contains(t, "the list", got, "1 incidente pasado parecido a INC-2", "INC-1 · Acme S.A. · resuelto mié 25/11 10:00", "Se reportó: "+leak,
		"Se resolvió así: Cambiamos el retén del cojinete", "Causa: el retén era de otra medida", "Origen de la falla: propia", "Artículo: "+slug+" (borrador)")
	contains(t, "itself is not among them", w.similar("INC-1"), "ningún incidente pasado lo bastante parecido a INC-1")
	contains(t, "nothing like it", func() string {
		w.say("maria", "acme-support", "", "El portal no deja cambiar la contraseña del usuario nuevo")
		return w.similar("INC-3")
	}(), "ningún incidente pasado")

	for _, m := range w.Messages("globex-support", "john") {
		if got := m.Body.Plain(); strings.Contains(got, "retén") || strings.Contains(got, "Acme") {
			t.Errorf("another customer reads:\n%s", got)
		}
	}
	contains(t, "a customer asks", w.answer("john", "globex-support", "/incident similar INC-2"), "for the support team")
	w.records = nil
	for _, button := range []string{"similar", "incident_show"} {
		w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "globex-support", User: "john", Button: button, Value: "INC-1"})
	}
	if got := transcript(w.records); strings.Contains(got, "retén") || strings.Contains(got, "cojinete") {
		t.Errorf("a customer's press shows:\n%s", got)
	}
}

// It is edited as things change, so it must be one message where a platform cuts
// long ones: Discord takes 2000 characters.
func TestWhatStandsUnderTheCardIsOneMessage(t *testing.T) {
	long := strings.Repeat("el cojinete de la turbina pierde aceite ", 12)
	var articles []*kb.Article
	for n := range 3 {
		a := faq(fmt.Sprintf("largo-%d", n), long)
		a.Title = fmt.Sprint(n) + long
		articles = append(articles, a)
	}
	w := shelves(t, articles...)
	for n := 1; n <= 3; n++ {
		w.say("maria", "acme-support", "", leak+" "+fmt.Sprint(n))
		w.command("ana", "payments-team", fmt.Sprintf("/incident resolve INC-%d %s", n, long))
		w.wait(24 * time.Hour)
	}
	w.say("maria", "acme-support", "", leak)
	m := w.aid("INC-4")
	if got := []rune(m.Plain()); len(got) > 1900 || len(m.Items) != 6 {
		t.Errorf("%d items in %d characters:\n%s", len(m.Items), len(got), string(got))
	}
}

const slug = "la-turbina-pierde-aceite-por-el-cojinete-trasero"

func TestWhatIsNotSolvedAnyMoreIsNotFound(t *testing.T) {
	found := "Cambiamos el retén"
	for name, tt := range map[string]struct {
		meanwhile func(w *world)
		back      func(w *world)
	}{
		"reopened": {
			func(w *world) { w.command("ana", "payments-team", "/incident reopen INC-1") },
			func(w *world) { w.command("ana", "payments-team", "/incident resolve INC-1 Cambiamos el retén") },
		},
		"erased": {
			func(w *world) { w.must(w.Delete(t.Context(), "maria", "m1")) }, nil,
		},
		"it reads otherwise": {
			func(w *world) {
				w.must(w.Edit(t.Context(), "maria", "m1", "El portal no deja cambiar la contraseña"))
			},
			func(w *world) { w.must(w.Edit(t.Context(), "maria", "m1", leak)) },
		},
		"merged": {
			func(w *world) {
				w.say("maria", "acme-support", "", "El portal no deja cambiar la contraseña")
				w.command("ana", "payments-team", "/incident reopen INC-1")
				w.command("ana", "payments-team", "/incident merge INC-1 INC-3")
			}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := past(t)
			w.say("john", "globex-support", "", "Otra turbina pierde aceite por el cojinete")
			contains(t, "at first", w.similar("INC-2"), found)
			tt.meanwhile(w)
			if got := w.similar("INC-2"); strings.Contains(got, found) || !strings.Contains(got, "ningún") {
				t.Errorf("it is found:\n%s", got)
			}
			if tt.back != nil {
				tt.back(w)
				contains(t, "back", w.similar("INC-2"), found)
			}
		})
	}
}

func TestWhatAnArticleSolvedSaysWhich(t *testing.T) {
	w := shelves(t, faq("a", "Apretar el cojinete de la turbina."))
	w.say("maria", "acme-support", "", leak)
	w.press("maria", "solved", "INC-1")
	w.wait(24 * time.Hour)
	w.say("maria", "acme-support", "", leak+" otra vez")
	contains(t, "the list", w.similar("INC-2"), "Lo resolvió el artículo a")
}

// A process that starts reads the newest, a few at a time, and follows what another
// process solves.
func TestAnotherProcessFindsThemToo(t *testing.T) {
	w := past(t)
	other := func() *bot.Past {
		p, err := bot.NewPast(w.store, kb.Options{})
		w.must2(err)
		return p
	}()
	follow := func() {
		for more := true; more; {
			var err error
			more, err = other.Follow(t.Context(), config.Sample().Company)
			w.must2(err)
		}
	}
	follow()
	if held, _ := other.Held(); held != 1 {
		t.Fatalf("it holds %d", held)
	}
	w.say("maria", "acme-support", "", "El portal no deja cambiar la contraseña")
	w.command("ana", "payments-team", "/incident resolve INC-2 Se reinició")
	follow()
	if held, _ := other.Held(); held != 2 {
		t.Errorf("it holds %d", held)
	}
}

// Of more than can be held, the newest are; and what left the index does not stay in
// it for ever.
func TestTheMemoryOfPastIncidentsIsBounded(t *testing.T) {
	w := newWorld(t)
	w.bot.Past.Bound(5)
	for n := 1; n <= 12; n++ {
		w.say("maria", "acme-support", "", fmt.Sprintf("La turbina %d pierde aceite por el cojinete %d", n, n))
		w.command("ana", "payments-team", fmt.Sprintf("/incident resolve INC-%d Cambiamos el retén número %d", n, n))
		w.wait(24 * time.Hour)
	}
	held, replaced := w.bot.Past.Held()
	if held != 5 || replaced > 5 {
		t.Errorf("%d are held, %d left the index", held, replaced)
	}
	w.say("maria", "acme-support", "", "La turbina pierde aceite por el cojinete")
	got := w.similar("INC-13") + "\n"
	for n := 1; n <= 12; n++ {
		if is, want := strings.Contains(got, fmt.Sprintf("retén número %d\n", n)), n > 7; is != want {
			t.Errorf("INC-%d found: %t\n%s", n, is, got)
		}
	}

	late, err := bot.NewPast(w.store, kb.Options{})
	w.must2(err)
	late.Bound(5)
	for more := true; more; {
		more, err = late.Follow(t.Context(), config.Sample().Company)
		w.must2(err)
	}
	if held, _ := late.Held(); held != 5 {
		t.Errorf("one that starts holds %d", held)
	}
}
