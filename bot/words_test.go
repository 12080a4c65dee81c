package bot_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/sla"
)

// reading lets everybody of the sample company read one language.
func reading(lang company.Lang) func(*bot.Options) {
	return under(func(c *company.Company) {
		for _, p := range c.People {
			p.Language = lang
		}
		for _, t := range c.Teams {
			t.Language = lang
		}
		for _, x := range c.Customers {
			x.Language = lang
		}
	})
}

func TestAPausedClockIsPromisedForNoDate(t *testing.T) {
	for lang, want := range map[company.Lang][2]string{
		"es": {"En pausa: resolución; tiempo que queda: 7 h 50 min.", "Resolución a más tardar"},
		"en": {"Paused: resolution; 7 h 50 min left.", "Resolution by"},
	} {
		w := newWorld(t, reading(lang))
		root := w.say("maria", "acme-support", "", report)
		w.say("ana", "acme-support", root, "lo vemos")
		w.wait(10 * time.Minute)
		w.command("ana", "payments-team", "/incident wait INC-1 customer")
		w.wait(time.Hour)
		shown := w.answer("maria", "acme-support", "/incident show INC-1")
		contains(t, "shown", shown, want[0])
		lacks(t, "shown", shown, want[1])
		w.command("ana", "payments-team", "/incident severity INC-1 critical")
		told := w.Messages("acme-support", "maria")
		lacks(t, "told of the severity", told[len(told)-1].Body.Plain(), want[1])
	}
}

func TestABreachThatIsTakenBackIsNotPutDownToAnAnswer(t *testing.T) {
	for lang, want := range map[company.Lang]string{
		"es": "INC-2: la primera respuesta sí se cumplió, en 10 min. El incumplimiento anunciado queda corregido.",
		"en": "INC-2: the first response was met after all, in 10 min. The announced breach is corrected.",
	} {
		w := newWorld(t, reading(lang))
		root := w.say("maria", "acme-support", "", report)
		w.wait(10 * time.Minute)
		w.say("ana", "acme-support", root, "lo vemos")
		w.wait(30 * time.Minute)
		w.say("maria", "acme-support", "", "sigue el error 500 en pagos")
		w.wait(2 * time.Hour)
		w.records = nil
		w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
		contains(t, "the team", transcript(w.said(bot.Post)), want)
	}
}

// three are incidents that were merged one after the other, INC-1 into INC-2 and
// that into INC-3.
func three(t *testing.T, lang company.Lang) *world {
	w := newWorld(t, reading(lang))
	for i, words := range []string{report, "los webhooks no llegan", "el portal tampoco anda"} {
		if i > 0 {
			w.wait(30 * time.Minute)
		}
		w.say("maria", "acme-support", "", words)
	}
	w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
	w.command("ana", "payments-team", "/incident merge INC-2 INC-3")
	return w
}

func TestAMergedIncidentSaysWhereItGoesOn(t *testing.T) {
	for lang, want := range map[company.Lang][2]string{
		"es": {"INC-1 sigue en INC-3.", "INC-1 está unido a otro: sigue en INC-3."},
		"en": {"INC-1 goes on in INC-3.", "INC-1 was merged: it goes on in INC-3."},
	} {
		w := three(t, lang)
		for _, line := range []string{"/sla explain INC-1", "/sla INC-1", "/incident show INC-1"} {
			contains(t, line, w.answer("ana", "payments-team", line), want[0])
			contains(t, line+" of the customer", w.answer("maria", "acme-support", line), want[0])
		}
		for _, line := range []string{
			"/incident take INC-1", "/incident resolve INC-1 listo", "/incident severity INC-1 low", "/incident reply INC-1 hola",
			"/incident merge INC-1 INC-3", "/incident team INC-1 platform",
		} {
			contains(t, line, w.answer("ana", "payments-team", line), want[1])
		}
	}
}

func TestACustomerIsNotToldOfAnIncidentThatIsAnothers(t *testing.T) {
	w := three(t, "es")
	w.command("diego", "payments-team", "/incident customer INC-3 globex We have your case")
	for _, line := range []string{"/sla explain INC-1", "/sla INC-1", "/incident show INC-1"} {
		lacks(t, line, w.answer("maria", "acme-support", line), "INC-3")
	}
	for lang, want := range map[company.Lang]string{"es": "Pasó de Acme S.A. a Globex Corp. (Diego)", "en": "Went from Acme S.A. to Globex Corp. (Diego)"} {
		w.now.Person("ana").Language = lang
		contains(t, "the timeline", w.answer("ana", "payments-team", "/incident show INC-3"), want)
	}
}

func TestACardThatWentSaysSoInTheLanguageOfThoseWhoHadIt(t *testing.T) {
	w := newWorld(t, under(func(c *company.Company) {
		c.Team("payments").Language, c.Team("platform").Language = "es", "en"
	}))
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident team INC-1 platform")
	if got := w.Messages("payments-team", "ana")[0].Body.Plain(); got != "INC-1 pasó a otro equipo: Platform." {
		t.Errorf("payments reads: %s", got)
	}
	w.say("john", "globex-support", "", "the export fails")
	w.command("sofia", "platform-team", "/incident team INC-2 payments")
	if got := transcript(w.records); !strings.Contains(got, "INC-2 went to another team: Payments.") {
		t.Errorf("platform reads:\n%s", got)
	}
}

func TestADeletedMessageIsSaidToBeDeleted(t *testing.T) {
	for lang, want := range map[company.Lang]string{"es": "Maria reportó: (mensaje borrado)", "en": "Maria reported: (message deleted)"} {
		w := newWorld(t, reading(lang))
		before := w.say("maria", "acme-support", "", report)
		w.must(w.Delete(t.Context(), "maria", before))
		w.wait(30 * time.Minute)
		w.say("maria", "acme-support", "", "los webhooks no llegan")
		contains(t, "deleted", w.answer("maria", "acme-support", "/incident show INC-1"), want)
		w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
		for user, channel := range map[string]string{"ana": "payments-team", "maria": "acme-support"} {
			contains(t, "deleted before the merge, to "+user, w.answer(user, channel, "/incident show INC-2"), want)
		}
	}
}

func TestWordsTakenBackAreGoneFromTheCardOfWhatAbsorbedThem(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(30 * time.Minute)
	secret := w.say("maria", "acme-support", "", "la clave es 1234-5678 y no anda")
	w.command("ana", "payments-team", "/incident merge INC-2 INC-1")
	contains(t, "the card", w.card("INC-1").Plain(), "1234")
	w.must(w.Delete(t.Context(), "maria", secret))
	lacks(t, "the card", w.card("INC-1").Plain(), "1234")
}

func TestOfARuleUnderWhichNothingBeganThatIsSaid(t *testing.T) {
	for lang, want := range map[company.Lang]string{
		"es": "Con los nuevos desde el principio: no habría empezado a contar.",
		"en": "With the new ones from the start: it would not have begun to count.",
	} {
		w := newWorld(t, reading(lang), under(func(c *company.Company) {
			contract := *c.Customer("acme").Contract
			later := contract.Terms[0]
			later.From = begin.Add(12 * time.Hour)
			later.Levels = maps.Clone(later.Levels)
			for s, l := range later.Levels {
				l.Resolution.Start = sla.StartConfirmed
				later.Levels[s] = l
			}
			contract.Terms = append(slices.Clone(contract.Terms), later)
			c.Customer("acme").Contract = &contract
		}))
		w.say("maria", "acme-support", "", report)
		w.wait(24 * time.Hour)
		contains(t, "explained", w.answer("ana", "payments-team", "/sla explain INC-1"), want)
	}
}
