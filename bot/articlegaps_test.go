package bot_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sereno/bot"
	"sereno/bot/kb"
)

// quiet is a world in whose knowledge base only what answers is suggested.
func quiet(t tester, articles ...*kb.Article) *world {
	w := newWorld(t, func(o *bot.Options) { o.Articles = bot.NewLibrary(o.Store, kb.Options{}, nil) })
	w.apply("kb", nil, articles...)
	w.records = nil
	return w
}

// gaps is what an agent reads of them.
func (w *world) gaps(scope string) string {
	w.t.Helper()
	return strings.TrimSpace(w.answer("ana", "payments-team", "/kb gaps "+scope))
}

func lacks(t *testing.T, what, got string, words ...string) {
	t.Helper()
	for _, word := range words {
		if strings.Contains(got, word) {
			t.Errorf("%s holds %q:\n%s", what, word, got)
		}
	}
}

// webhooks is a customer's question three times over, one of them solved by Ana.
func webhooks(w *world) {
	w.say("maria", "acme-support", "", "¿Cómo verifico la firma del webhook?")
	w.wait(10 * time.Minute)
	w.command("ana", "payments-team", "/incident take INC-1")
	w.wait(time.Hour)
	w.command("ana", "payments-team", "/incident resolve INC-1 La firma del webhook se verifica con HMAC y la clave de la cuenta.")
	w.wait(24 * time.Hour)
	w.say("maria", "acme-support", "", "La firma de los webhooks no coincide")
	w.command("luis", "payments-team", "/kb firma webhook")
	w.records = nil
}

func TestGapsAreGroupedByWhatTheyShareAndListedByCost(t *testing.T) {
	w := quiet(t)
	webhooks(w)
	w.wait(time.Hour)
	w.say("maria", "acme-support", "", "¿Dónde descargo el certificado fiscal de 2025?")
	contains(t, "the list", w.gaps(""), "Lo que quedó sin artículo · últimos 90 días",
		"1. firma · webhook: 3 preguntas", "2 incidentes (INC-1, INC-2)", "1 h de atención", "Acme S.A.", "«La firma de los webhooks no coincide» (INC-2)",
		"2. ", "certificado", "(INC-3)", "Solo para nuestra gente")
	contains(t, "the month", w.gaps("2026-11"), "· 2026-11", "1. firma · webhook")
	contains(t, "another month", w.gaps("2026-10"), "Nada de lo que se preguntó quedó sin artículo (2026-10)")
	contains(t, "what is neither", w.gaps("turbinas"), "«turbinas» no es un producto ni un período", "2026-11", "30d")
	contains(t, "the report", w.answer("vera", "quality", "/report 2026-11"), "Sin artículo", "no encontraron un artículo", "1 h de atención")
}

func TestACustomersWordsAreAQuestionAndTheirButtonsTheirOwn(t *testing.T) {
	w := quiet(t)
	webhooks(w)
	got := w.answer("john", "globex-support", "/kb gaps")
	lacks(t, "what a customer reads", got, "webhook", "Acme", "INC-1")
	contains(t, "it is a question", got, "no article")
	w.gaps("")
	for _, button := range []string{"gap_write", "gap_dismiss"} {
		id, err := w.FindButton("ana", button, "")
		w.must2(err)
		w.records = nil
		w.must(w.PressHidden(t.Context(), "john", id, button))
		lacks(t, button, transcript(w.records), "webhook", "Acme", "INC-1")
	}
	contains(t, "nothing is dismissed", w.gaps(""), "1. firma · webhook")
}

func TestAGapIsWrittenFromItsBestIncident(t *testing.T) {
	w := quiet(t)
	webhooks(w)
	w.gaps("")
	w.press("ana", "gap_write", "")
	contains(t, "the draft", w.fill("ana", "", map[string]string{
		"for": "todos los clientes", "text": "## Solución\n\nLa firma del webhook se verifica con HMAC y la clave de la cuenta.",
	}), "Cómo verifico la firma del webhook")
	w.command("diego", "payments-team", "/kb publish "+w.only().ID)
	contains(t, "answered", w.gaps(""), "Nada de lo que se preguntó quedó sin artículo")
}

func TestAGapWithoutAnIncidentIsWrittenFromItsQuestion(t *testing.T) {
	w := quiet(t)
	w.command("sofia", "platform-team", "/kb rotate the signing key of a webhook")
	contains(t, "the list", w.gaps(""), "1 pregunta", "rotate the signing key of a webhook")
	w.press("ana", "gap_write", "")
	w.fill("ana", "", map[string]string{"text": "Settings, keys, rotate: the signing key of a webhook is replaced."})
	r := w.only()
	if r.State != kb.Draft || !r.Head.Internal || r.Head.Title != "rotate the signing key of a webhook" || r.Head.Language != "en" || r.Head.Owner != "ana" {
		t.Errorf("drafted %+v", r)
	}
}

func TestWhatIsNoGapComesBackWhenItGrows(t *testing.T) {
	w := quiet(t)
	webhooks(w)
	w.gaps("")
	w.press("ana", "gap_dismiss", "")
	contains(t, "dismissed", transcript(w.records), "No es un hueco: 3 preguntas")
	contains(t, "the list", w.gaps(""), "Nada de lo que se preguntó quedó sin artículo")
	contains(t, "those dismissed", w.gaps("descartados"), "1 grupo", "3 preguntas · Ana")
	w.press("ana", "gap_undo", "")
	contains(t, "undone", w.gaps(""), "1. firma · webhook")
	w.press("ana", "gap_dismiss", "")
	w.records = nil
	w.press("ana", "gap_dismiss", "")
	contains(t, "twice", transcript(w.records), "ya dijo que no es un hueco")

	w.wait(time.Hour)
	w.say("maria", "acme-support", "", "firma inválida del webhook")
	contains(t, "one more", w.gaps(""), "Nada de lo que se preguntó quedó sin artículo")
	w.wait(time.Hour)
	w.say("maria", "acme-support", "", "otra vez la firma del webhook")
	contains(t, "it has grown", w.gaps(""), "1. firma · webhook", "5 preguntas")
}

func TestWhatWasShownAndDidNotHelpIsAGapUntilANewerVersion(t *testing.T) {
	a := faq("webhook", "La firma del webhook se verifica con HMAC y la clave de la cuenta.")
	a.Title = "Firma del webhook"
	w := quiet(t, a)
	w.say("maria", "acme-support", "", "¿Cómo se verifica la firma del webhook?")
	contains(t, "the receipt", transcript(w.records), "HMAC")
	contains(t, "while nobody says so", w.gaps(""), "Nada de lo que se preguntó quedó sin artículo")
	w.press("maria", "still_need_help", "INC-1")
	contains(t, "refused", w.gaps(""), "firma", "a 1 se le mostraron artículos que no ayudaron")
	w.wait(time.Hour)
	better := *a
	better.Text = "La firma del webhook se verifica con HMAC-SHA256 y la clave de la cuenta, en hexadecimal."
	w.apply("kb", nil, &better)
	contains(t, "a newer version", w.gaps(""), "Nada de lo que se preguntó quedó sin artículo")
}

func TestAnArticleThatAnAgentSentClosesTheGapUnlessItDidNotHelp(t *testing.T) {
	a := faq("webhook", "La firma del webhook se verifica con HMAC y la clave de la cuenta.")
	a.Title = "Firma del webhook"
	w := quiet(t, a)
	report := w.say("maria", "acme-support", "", "Los reembolsos quedaron trabados anteayer")
	w.wait(time.Minute)
	w.say("maria", "acme-support", report, "¿Cómo se verifica la firma del webhook?")
	contains(t, "before", w.gaps(""), "INC-1")
	w.press("ana", "offer_send", "INC-1")
	w.submits("ana", "Fijate en la firma.")
	contains(t, "sent", w.gaps(""), "Nada de lo que se preguntó quedó sin artículo")
	w.press("maria", "still_need_help", "INC-1")
	contains(t, "it did not help", w.gaps(""), "INC-1", "a 1 se le mostraron artículos que no ayudaron")
}

func TestAQuestionThatBecameAnIncidentCountsOnce(t *testing.T) {
	w := quiet(t)
	w.command("maria", "", "/kb rotación de claves de firma")
	w.press("maria", "kb_open", "")
	contains(t, "the list", w.gaps(""), "1 pregunta ", "INC-1")
}

func TestWhatIsNobodysGapIsNotListed(t *testing.T) {
	w := quiet(t)
	id := w.say("maria", "acme-support", "", "¿Cómo verifico la firma del webhook?")
	w.must(w.Delete(t.Context(), "maria", id))
	w.say("john", "globex-support", "", "Where is the tax certificate of 2025?")
	w.command("sofia", "platform-team", "/incident cancel INC-2")
	contains(t, "the list", w.gaps(""), "Nada de lo que se preguntó quedó sin artículo")
}

// Whatever is asked and dismissed: nothing of a gap reaches a customer, and no customer's
// word another one.
func TestGapsNeverReachCustomers(t *testing.T) {
	words := map[string]string{"maria": "zqacme", "john": "zqglobex"}
	channels := map[string]string{"maria": "acme-support", "john": "globex-support"}
	rapid.Check(t, func(t *rapid.T) {
		w := quiet(t)
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			who := rapid.SampledFrom([]string{"maria", "john"}).Draw(t, "who")
			question := words[who] + " " + rapid.SampledFrom([]string{"firma webhook", "clave vencida", "signing key"}).Draw(t, "question")
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				w.say(who, channels[who], "", question)
			case 1:
				w.command(who, channels[who], "/kb "+question)
			case 2:
				w.command(who, channels[who], "/kb gaps")
			case 3:
				w.command("ana", channels[who], "/kb gaps")
			case 4:
				if _, err := w.FindButton("ana", "gap_dismiss", ""); err == nil {
					w.press("ana", "gap_dismiss", "")
				}
			}
		}
		for _, r := range w.records {
			read := r.Message.Plain()
			for who, word := range words {
				other := map[string]string{"maria": "john", "john": "maria"}[who]
				public := r.To == "" && r.Channel == channels[other]
				if (r.To == other || public) && strings.Contains(read, word) {
					t.Fatalf("%s reads the words of %s: %s", other, who, transcript(w.records))
				}
			}
		}
	})
}

// only is the only article.
func (w *world) only() kb.Record {
	w.t.Helper()
	var all []kb.Record
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) (err error) {
		all, err = tx.Articles(w.t.Context(), bot.ArticleQuery{})
		return err
	}))
	if len(all) != 1 {
		w.t.Fatalf("%d articles", len(all))
	}
	return all[0]
}
