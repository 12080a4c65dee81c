package bot_test

import (
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
)

// fill sends the form that the person has open and answers what they read then.
func (w *world) fill(user, incident string, fields map[string]string) string {
	w.t.Helper()
	w.records = nil
	w.must(w.Submit(w.t.Context(), user, "article", incident, fields))
	for _, r := range w.records {
		if r.Kind == bot.Ephemeral || r.Kind == bot.Refused || r.Kind == bot.Direct && r.To == user {
			return r.Message.Plain()
		}
	}
	w.t.Fatalf("no answer:\n%s", transcript(w.records))
	return ""
}

// written is a world with a draft of ana's about turbines, for every customer.
func written(t tester) *world {
	w := library(t)
	w.command("ana", "payments-team", "/kb new Turbina que se calienta")
	w.fill("ana", "", map[string]string{"text": "Hay que parar la turbina.", "kind": "procedure", "for": "todos los clientes"})
	return w
}

const turbine = "turbina-que-se-calienta"

func TestTheLifeOfAnArticle(t *testing.T) {
	w := library(t)
	w.command("ana", "payments-team", "/kb new Turbina que se calienta")
	got := w.fill("ana", "", map[string]string{"text": "Hay que parar la turbina.", "kind": "procedure", "for": "todos los clientes"})
	contains(t, "new", got, "Borrador "+turbine, "versión 1, borrador", "todos los clientes")
	if found := w.finds("turbina"); found != "" {
		t.Errorf("a draft is found: %s", found)
	}
	contains(t, "an agent may not publish", w.answer("ana", "payments-team", "/kb publish "+turbine), "líder")
	contains(t, "review", w.answer("ana", "payments-team", "/kb review "+turbine+" es urgente"), "Pedí que revisen")
	var asked string
	for _, r := range w.records {
		if r.Channel == "quality" {
			asked += r.Message.Plain()
		}
	}
	contains(t, "quality reads", asked, "Ana pide revisar "+turbine, "es urgente")
	w.records = nil
	w.press("vera", "article_publish", "")
	contains(t, "published", transcript(w.records), "está publicado. Para: todos los clientes")
	contains(t, "its author is told", w.directly(), "ana: Vera publicó "+turbine)
	if found := w.finds("turbina"); found != turbine {
		t.Errorf("found %q", found)
	}
	contains(t, "a customer finds it", w.answer("maria", "acme-support", "/kb turbina"), "Hay que parar la turbina")

	w.command("luis", "payments-team", "/kb edit "+turbine)
	contains(t, "edit", w.fill("luis", "", map[string]string{"text": "Hay que frenarla despacio."}), "versión 2, borrador; publicada: la 1")
	contains(t, "what is published stands", w.answer("maria", "acme-support", "/kb turbina"), "Hay que parar la turbina")
	contains(t, "history", w.answer("ana", "payments-team", "/kb history "+turbine), "Versión 2", "Luis", "Versión 1 · publicado", "Ana", "1 línea nueva, 1 menos", "/kb restore "+turbine+" 1")
	contains(t, "what changed", w.answer("ana", "payments-team", "/kb history "+turbine+" 2"), "- Hay que parar la turbina.", "+ Hay que frenarla despacio.")
	w.command("diego", "payments-team", "/kb publish "+turbine)
	contains(t, "the new one is found", w.answer("maria", "acme-support", "/kb turbina"), "frenarla despacio")
	contains(t, "restore", w.answer("ana", "payments-team", "/kb restore "+turbine+" 1"), "versión 3, borrador; publicada: la 2")
	contains(t, "show", w.answer("ana", "payments-team", "/kb show "+turbine), "Hay que parar la turbina")
	contains(t, "show an old one", w.answer("ana", "payments-team", "/kb show "+turbine+" 2"), "frenarla despacio", "la última es la 3")
	contains(t, "undo", w.answer("ana", "payments-team", "/kb undo "+turbine), "Deshecho: restauración", "versión 4, publicado")
	contains(t, "archive", w.answer("diego", "payments-team", "/kb archive "+turbine+" ya no hay turbinas"), "está archivado")
	if found := w.finds("turbina"); found != "" {
		t.Errorf("what is archived is found: %s", found)
	}
	contains(t, "list", w.answer("ana", "payments-team", "/kb list"), "0 artículos")
	contains(t, "list archived", w.answer("ana", "payments-team", "/kb list archived"), turbine)
	contains(t, "undo archiving", w.answer("diego", "payments-team", "/kb undo "+turbine), "Deshecho: archivado", "versión 4, publicado")
	if found := w.finds("turbina"); found != turbine {
		t.Errorf("found %q", found)
	}
}

func TestWhatCannotBeDoneToAnArticleIsSaid(t *testing.T) {
	w := written(t)
	w.apply("kb", nil, faq("copiado", "uno"))
	for _, tt := range []struct{ name, who, line, want string }{
		{"an article that is not there", "ana", "/kb show nada", "No hay ningún artículo «nada»"},
		{"part of an id", "ana", "/kb show turbina", "¿Es alguno de estos? copiado, " + turbine},
		{"a version that is not there", "ana", "/kb history " + turbine + " 9", "la última es la 1"},
		{"a mirrored article", "ana", "/kb edit copiado", "se copia de kb"},
		{"publishing what is published", "diego", "/kb publish copiado", "se copia de kb"},
		{"restoring what is newest", "ana", "/kb restore " + turbine + " 1", "ya dice exactamente eso"},
		{"a list that is none", "ana", "/kb list algo", "«algo» no es una lista"},
		{"reading a draft", "ana", "/kb read " + turbine, "versión 1, borrador"},
		{"a day that is past", "ana", "/kb confirm copiado 2026-01-01", "no es un día que esté por venir"},
		{"an incident that is open", "ana", "/kb from INC-1", "todavía no está resuelto"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "an incident that is open" {
				w.say("maria", "acme-support", "", report)
			}
			contains(t, tt.line, w.answer(tt.who, "payments-team", tt.line), tt.want)
		})
	}
	for _, tt := range []struct{ name, field, value, want string }{
		{"a customer who is none", "for", "acme, inicial", "«inicial» no es un cliente"},
		{"a day that is none", "details", "language: es\nreview_by: pronto", "review_by no puede ser pronto"},
		{"an owner who is none", "details", "language: es\nowner: maria", "«maria» no es nadie de los nuestros"},
		{"an original that is not there", "details", "language: es\ntranslates: nada", "No hay ningún artículo «nada»"},
		{"no text", "text", "  ", "necesitan"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w.command("ana", "payments-team", "/kb new Otra cosa")
			fields := map[string]string{"text": "texto"}
			fields[tt.field] = tt.value
			if tt.field == "text" {
				if err := w.Submit(t.Context(), "ana", "article", "", fields); err == nil {
					t.Error("a form without a text can be sent")
				}
				w.Dismiss("ana", w.Forms("ana")[0].ID)
				return
			}
			contains(t, tt.name, w.fill("ana", "", fields), tt.want)
		})
	}
}

func TestCustomersNeverMeetTheLifeOfArticles(t *testing.T) {
	w := written(t)
	w.command("diego", "payments-team", "/kb publish "+turbine)
	for _, verb := range []string{"new", "from INC-1", "edit", "show", "list", "review", "publish", "archive", "history", "restore", "undo", "confirm", "read", "reads"} {
		got := w.answer("maria", "acme-support", "/kb "+verb+" "+turbine)
		if strings.Contains(got, "versión") || strings.Contains(got, "borrador") || len(w.Forms("maria")) > 0 {
			t.Errorf("/kb %s: %s", verb, got)
		}
	}
}

func TestAnArticleIsMadeFromAnIncident(t *testing.T) {
	w := library(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident resolve INC-1 Se reinició la pasarela")
	w.command("ana", "payments-team", "/kb from INC-1")
	form := w.Forms("ana")[0].Form
	contains(t, "the form", form.Inputs[1].Value, "## Síntoma", report, "## Causa", "(falta completar)", "## Solución", "Se reinició la pasarela")
	contains(t, "saved", w.fill("ana", "INC-1", map[string]string{"title": "Pasarela caída"}), "Borrador pasarela-caida", "INC-1", "interno", "Ana")
	contains(t, "the incident tells", w.answer("ana", "payments-team", "/incident show INC-1"), "pasarela-caida")
}

func TestAnArticleComesAsAFile(t *testing.T) {
	w := library(t)
	send := func(name, content string) string {
		w.records = nil
		_, err := w.Say(t.Context(), "ana", console.Place{}, "acá va", console.Attachment{Name: name, Content: []byte(content)})
		w.must(err)
		return transcript(w.records)
	}
	contains(t, "a file", send("turbina.md", "---\ntitle: Turbina\nkind: faq\nlanguage: es\nowner: luis\n---\nPararla."), "Borrador turbina", "Luis")
	contains(t, "again, changed", send("turbina.md", "---\ntitle: Turbina\nkind: faq\nlanguage: es\n---\nFrenarla."), "turbina, versión 2")
	header := "---\ntitle: Turbina\nkind: faq\nlanguage: es\n---\n"
	contains(t, "a long one", send("larga.md", header+strings.Repeat("Frenarla. ", 1000)), "Borrador larga")
	contains(t, "edited as a file", w.answer("ana", "payments-team", "/kb edit larga"), "mandame el archivo larga.md", "kind: faq", "Frenarla.")
	contains(t, "a very long one", send("larga.md", header+strings.Repeat("Frenarla. ", 5000)), "larga, versión 2")
	contains(t, "edited without being shown", w.answer("ana", "payments-team", "/kb edit larga"), "demasiado largo", "larga.md")
	contains(t, "a broken one", send("rota.md", "---\ntitle: Turbina\nkind: fax\n---\nFrenarla."), "rota.md:1: falta language: escribí language: es, language: en\n", "rota.md:3: kind no puede ser fax")
	w.apply("kb", nil, faq("copiado", "uno"))
	contains(t, "a name without Latin letters", send("タービン.md", "---\ntitle: Turbina japonesa\nkind: faq\nlanguage: es\n---\nPararla."), "Borrador turbina-japonesa")
	contains(t, "a mirrored one", send("copiado.md", "---\ntitle: T\nkind: faq\nlanguage: es\n---\nx"), "se copia de kb")
}

func TestAReviewIsRemindedOfUntilSomebodyLooks(t *testing.T) {
	w := library(t)
	a := faq("a", "uno")
	a.Owner, a.ReviewBy = "luis", time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	w.apply("kb", nil, a)
	w.records = nil
	w.wait(2 * 24 * time.Hour)
	contains(t, "the owner", w.directly(), "luis: Revisá si a sigue siendo cierto", "2026-11-27")
	contains(t, "it is due", w.answer("luis", "payments-team", "/kb list due"), "a · Turbina a")
	w.records = nil
	w.wait(7 * 24 * time.Hour)
	if got := transcript(w.records); !strings.Contains(got, "payments-team") || !strings.Contains(got, "Nadie revisó a") {
		t.Errorf("the team was not told:\n%s", got)
	}
	w.press("ana", "article_confirm", "")
	w.records = nil
	w.wait(60 * 24 * time.Hour)
	if got := transcript(w.records); strings.Contains(got, "Revisá si") || strings.Contains(got, "Nadie revisó") {
		t.Errorf("reminded of what was confirmed:\n%s", got)
	}
	w.wait(150 * 24 * time.Hour)
	contains(t, "half a year later", w.directly(), "luis: Revisá si a sigue")
}

func TestWhatMustBeReadIsRead(t *testing.T) {
	w := newWorldWith(t, func(c *company.Company) {
		c.Team("payments").Products, c.Team("platform").Products = []string{"API"}, []string{"Jobs"}
	})
	a := faq("a", "uno")
	a.MustRead, a.Products = true, []string{"API"}
	w.records = nil
	w.apply("kb", nil, a)
	w.must2(w.Settle(t.Context()))
	told := w.directly()
	contains(t, "who supports the product", told, "ana: Tenés que leer a", "luis: Tenés que leer a", "diego: Tenés que leer a")
	if strings.Contains(told, "sofia") || strings.Contains(told, "tom") {
		t.Errorf("the other team too:\n%s", told)
	}
	contains(t, "unread", w.answer("ana", "payments-team", "/kb list unread"), "a · Turbina a")
	w.press("ana", "article_read", "")
	contains(t, "typed", w.answer("diego", "payments-team", "/kb read a"), "leíste la versión 1")
	contains(t, "who is missing", w.answer("diego", "payments-team", "/kb reads a"), "Ana", "Diego", "Falta que lean la versión 1: Luis")
	w.records = nil
	w.wait(7 * 24 * time.Hour)
	told = w.directly()
	contains(t, "reminders", told, "luis: Todavía tenés que leer a", "diego: En ", "todavía no leyeron a", "Luis")
	if strings.Contains(told, "ana: Todavía") {
		t.Errorf("who has read it is reminded:\n%s", told)
	}
	b := *a
	b.Text = "dos"
	w.records = nil
	w.apply("kb", nil, &b)
	w.must2(w.Settle(t.Context()))
	contains(t, "another version", w.directly(), "ana: Tenés que leer a")
	contains(t, "nobody has read it", w.answer("diego", "payments-team", "/kb reads a"), "versión 1", "Falta que lean la versión 2: Ana, Luis, Diego")
}

func TestADraftChangesNothingOfWhatMustBeRead(t *testing.T) {
	w := library(t)
	w.command("ana", "payments-team", "/kb new Turbina que se calienta")
	w.fill("ana", "", map[string]string{"text": "Hay que parar la turbina.", "details": "language: es\nmust_read: true"})
	w.command("diego", "payments-team", "/kb publish "+turbine)
	w.command("ana", "payments-team", "/kb edit "+turbine)
	w.fill("ana", "", map[string]string{"details": "language: es"})
	contains(t, "unread", w.answer("luis", "payments-team", "/kb list unread"), turbine)
	contains(t, "its author", w.answer("ana", "payments-team", "/kb list unread"), "0 artículos")
	w.command("luis", "payments-team", "/kb read "+turbine)
	contains(t, "read", w.answer("luis", "payments-team", "/kb list unread"), "0 artículos")
}

func TestATranslationIsAskedForWhenItsOriginalChanges(t *testing.T) {
	w := library(t)
	orig, tr := faq("original", "uno"), faq("copy", "one")
	tr.Language, tr.Translates, tr.Owner = "en", "original", "luis"
	w.apply("kb", nil, tr, orig)
	w.must2(w.Settle(t.Context()))
	if got := w.directly(); strings.Contains(got, "más vieja") {
		t.Errorf("asked for at once:\n%s", got)
	}
	changed := *orig
	changed.Text = "dos"
	w.records = nil
	w.apply("kb", nil, tr, &changed)
	w.must2(w.Settle(t.Context()))
	contains(t, "asked for", w.directly(), "luis: La traducción copy", "más vieja que su original, original")
	contains(t, "shown", w.answer("ana", "payments-team", "/kb show original"), "Traducciones: copy en inglés (más vieja que el original)")
	contains(t, "shown there", w.answer("ana", "payments-team", "/kb show copy"), "Traduce: original (más vieja que el original)")
}

func TestNobodysChangeIsLostToAnothers(t *testing.T) {
	w := written(t)
	w.command("ana", "payments-team", "/kb edit "+turbine)
	w.command("luis", "payments-team", "/kb edit "+turbine)
	contains(t, "the first", w.fill("ana", "", map[string]string{"text": "Hay que frenarla."}), "versión 2")
	got := w.fill("luis", "", map[string]string{"text": "Hay que mirar el termómetro."})
	contains(t, "the second", got, "Ana hizo la versión 2", "/kb edit "+turbine, "Lo que habías escrito:", "Hay que mirar el termómetro.")
	contains(t, "what stands", w.answer("luis", "payments-team", "/kb show "+turbine), "versión 2", "Hay que frenarla.")
	w.command("luis", "payments-team", "/kb edit "+turbine)
	contains(t, "again", w.fill("luis", "", map[string]string{"text": "Hay que frenarla y mirar el termómetro."}), "versión 3")
}

func TestWhatARefusedFormHeldIsGivenBack(t *testing.T) {
	w := library(t)
	w.command("ana", "payments-team", "/kb new Turbina")
	got := w.fill("ana", "", map[string]string{"text": "Mucho que costó escribir.", "details": "language: fr"})
	contains(t, "refused", got, "language no puede ser fr", "Lo que habías escrito:", "Mucho que costó escribir.")
}

func TestAButtonPublishesWhatWasShownWithIt(t *testing.T) {
	w := written(t)
	w.command("ana", "payments-team", "/kb review "+turbine)
	w.command("ana", "payments-team", "/kb edit "+turbine)
	w.fill("ana", "", map[string]string{"text": "Hay que dejarla girar."})
	w.records = nil
	w.press("vera", "article_publish", "")
	contains(t, "refused", transcript(w.records), "cambió desde la versión 1", "Ana hizo la 2", "/kb show "+turbine)
	if found := w.finds("turbina"); found != "" {
		t.Errorf("found %q, which nobody looked at", found)
	}
	contains(t, "shown", w.answer("vera", "quality", "/kb show "+turbine), "Hay que dejarla girar")
	w.press("vera", "article_publish", "")
	if found := w.finds("turbina"); found != turbine {
		t.Errorf("found %q", found)
	}
}

func TestAnArticleIsReachedByTheNameOfItsFile(t *testing.T) {
	w := library(t)
	a := faq("API-Errores", "El cuarzo magenta")
	a.MustRead = true
	w.apply("kb", nil, a)
	w.must2(w.Settle(t.Context()))
	w.press("luis", "article_read", "")
	contains(t, "the button", transcript(w.records), "leíste la versión 1 de API-Errores")
	for _, name := range []string{"API-Errores", "api-errores", "API-Errores.md"} {
		contains(t, name, w.answer("ana", "payments-team", "/kb show "+name), "El cuarzo magenta")
	}
}

func TestAFormHoldsAllOfAnArticleOrIsNotOpened(t *testing.T) {
	w := library(t)
	tags := strings.Repeat("una etiqueta, ", 300)
	_, err := w.Say(t.Context(), "ana", console.Place{}, "acá va", console.Attachment{
		Name: "turbina.md", Content: []byte("---\ntitle: Turbina\nkind: faq\nlanguage: es\ntags: [" + tags + "fin]\n---\nPararla."),
	})
	w.must(err)
	contains(t, "too many tags for a form", w.answer("ana", "payments-team", "/kb edit turbina"), "mandame el archivo turbina.md", "fin]")
	if len(w.Forms("ana")) > 0 {
		t.Error("a form is open all the same")
	}
}

func TestLinesOfAFormEndAsThoseOfAFile(t *testing.T) {
	w := written(t)
	w.command("ana", "payments-team", "/kb edit "+turbine)
	w.fill("ana", "", map[string]string{"text": "Hay que parar la turbina.\r\nY esperar.\r\n"})
	contains(t, "what changed", w.answer("ana", "payments-team", "/kb history "+turbine), "1 línea nueva, 0 menos")
}

func TestPublishingMovesAReviewThatIsPast(t *testing.T) {
	w := library(t)
	w.command("ana", "payments-team", "/kb new Turbina que se calienta")
	w.fill("ana", "", map[string]string{"text": "Hay que parar la turbina.", "details": "language: es\nowner: luis\nreview_by: 2026-11-27"})
	w.command("diego", "payments-team", "/kb publish "+turbine)
	publishes := func(what, words, reviewBy string) {
		w.command("luis", "payments-team", "/kb edit "+turbine)
		w.fill("luis", "", map[string]string{"text": words})
		w.records = nil
		w.command("diego", "payments-team", "/kb publish "+turbine)
		if told := w.directly(); strings.Contains(told, "sigue siendo cierto") {
			t.Errorf("%s: who has just looked is asked to:\n%s", what, told)
		}
		contains(t, what, w.answer("ana", "payments-team", "/kb show "+turbine), "Revisar antes del: "+reviewBy)
	}
	w.wait(9 * 24 * time.Hour)
	w.press("luis", "article_confirm", "")
	publishes("the day that was set stands", "Hay que frenar la turbina.", "2027-06-02")
	w.wait(200 * 24 * time.Hour)
	publishes("another day", "Hay que frenar la turbina despacio.", "2027-12")
}

func TestAnUnfinishedDraftIsNotPublished(t *testing.T) {
	w := library(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident resolve INC-1 Se reinició la pasarela")
	w.command("ana", "payments-team", "/kb from INC-1")
	w.fill("ana", "INC-1", map[string]string{"title": "Pasarela caída"})
	contains(t, "refused", w.answer("diego", "payments-team", "/kb publish pasarela-caida"), "no está terminado", "Falta escribir: Causa.", "/kb edit pasarela-caida")
	w.command("ana", "payments-team", "/kb review pasarela-caida")
	w.records = nil
	w.press("vera", "article_publish", "")
	contains(t, "the button", transcript(w.records), "Falta escribir: Causa.")
	w.command("ana", "payments-team", "/kb edit pasarela-caida")
	w.fill("ana", "", map[string]string{"text": "## Cause\n\n- (To be filled in)\n\nSe reinicia; en el formulario dice (falta completar)."})
	contains(t, "in English", w.answer("diego", "payments-team", "/kb publish pasarela-caida"), "Falta escribir: Cause.")
	w.command("ana", "payments-team", "/kb edit pasarela-caida")
	w.fill("ana", "", map[string]string{"text": "Se reinicia; en el formulario dice (falta completar)."})
	contains(t, "words among others", w.answer("diego", "payments-team", "/kb publish pasarela-caida"), "publicado")
}

func TestNobodysChangeIsLostToAnothersFile(t *testing.T) {
	w := library(t)
	send := func(who, content string) string {
		w.records = nil
		_, err := w.Say(t.Context(), who, console.Place{}, "acá va", console.Attachment{Name: "larga.md", Content: []byte(content)})
		w.must(err)
		return transcript(w.records)
	}
	header := "---\ntitle: Turbina\nkind: faq\nlanguage: es\n---\n"
	send("ana", header+strings.Repeat("Frenarla. ", 1000))
	w.command("ana", "payments-team", "/kb edit larga")
	given := func() string {
		shown := w.answer("luis", "payments-team", "/kb edit larga")
		return shown[strings.Index(shown, "---\n") : strings.LastIndex(shown, "Frenarla.")+len("Frenarla.")]
	}
	file := given()
	contains(t, "the file", file, "version: 1")
	contains(t, "the first", send("ana", file+" Esperar."), "larga, versión 2")
	contains(t, "sent twice", send("ana", file+" Esperar."), "ya dice exactamente eso")
	contains(t, "the second", send("luis", file+" Mirarla."), "cambia la versión 1 de larga", "Ana hizo la 2", "No se guardó nada", "/kb edit larga")
	contains(t, "anew", send("luis", given()+" Esperar. Mirarla."), "larga, versión 3")
	contains(t, "of no version", send("ana", header+strings.Repeat("Pararla. ", 1000)), "larga, versión 4")
	contains(t, "what is none", send("ana", "---\nversion: -1\n"+header[4:]+"Pararla."), "larga.md:2: version no puede ser -1")
	w.command("ana", "payments-team", "/kb undo larga")
	contains(t, "after an undo", send("luis", strings.Replace(file, "version: 1", "version: 4", 1)), "Ana hizo la 5")
}

func TestATranslationOfNoArticleIsReported(t *testing.T) {
	w := library(t)
	tr := faq("copy", "one")
	tr.Language, tr.Translates = "en", "nada"
	done := w.apply("kb", nil, tr)
	if len(done.Strays) != 1 || len(done.Published) != 1 {
		t.Fatalf("%+v", done)
	}
	contains(t, "it", done.Strays[0].Error(), "copy.md: there is no article nada")
	if done = w.apply("kb", nil, tr, faq("nada", "uno")); len(done.Strays) != 0 {
		t.Errorf("%+v", done)
	}
}

func TestAFormThatIsSentTwiceMakesOneArticle(t *testing.T) {
	w := library(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident resolve INC-1 Se reinició la pasarela")
	sent := func(who string) string {
		w.records = nil
		w.platform(bot.Event{
			Kind: bot.FormSent, Channel: "payments-team", User: who, Form: "article", Value: "from INC-1",
			Fields: map[string]string{"title": "Pasarela caída", "text": "Reiniciarla.", "for": "Acme S.A."},
		})
		return transcript(w.records)
	}
	contains(t, "first", sent("ana"), "Borrador pasarela-caida")
	contains(t, "again", sent("ana"), "pasarela-caida ya dice exactamente eso")
	w.command("ana", "payments-team", "/kb undo pasarela-caida")
	contains(t, "after it was undone", sent("ana"), "Borrador pasarela-caida-2")
}

func TestWhatWasMadeOfAnIncidentIsToldBeforeMoreIsMade(t *testing.T) {
	w := library(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident resolve INC-1 Se reinició la pasarela")
	sent := func(who, value, title string) string {
		w.records = nil
		w.platform(bot.Event{
			Kind: bot.FormSent, Channel: "payments-team", User: who, Form: "article", Value: value,
			Fields: map[string]string{"title": title, "text": "Lo de " + who, "for": "interno"},
		})
		return transcript(w.records)
	}
	w.command("ana", "payments-team", "/kb from INC-1")
	w.command("luis", "payments-team", "/kb from INC-1")
	contains(t, "the first", w.fill("ana", "INC-1", map[string]string{"title": "Pasarela caída"}), "Borrador pasarela-caida")
	contains(t, "a form that was open meanwhile", sent("luis", "from INC-1", "Caída"), "se hizo pasarela-caida de INC-1", "/kb edit pasarela-caida", "Lo que habías escrito:", "Lo de luis")
	contains(t, "asked again", w.answer("luis", "payments-team", "/kb from INC-1"), "De INC-1 ya se hizo:", "pasarela-caida · Pasarela caída", "versión 1, borrador")
	w.records = nil
	w.press("luis", "article_show", "")
	contains(t, "the button", transcript(w.records), "Se reinició la pasarela")
	w.press("luis", "article_another", "")
	contains(t, "another", w.fill("luis", "INC-1", map[string]string{"title": "Caída", "text": "Otra cosa."}), "Borrador caida")
	contains(t, "both", w.answer("luis", "payments-team", "/kb from INC-1"), "caida · Caída", "pasarela-caida · Pasarela caída")
	contains(t, "sent twice", sent("luis", "from INC-1 another", "Caída 3"), "Borrador caida-3")
	contains(t, "sent twice", sent("luis", "from INC-1 another", "Caída 3"), "caida-3 ya dice exactamente eso")
	for _, id := range []string{"caida", "caida-3", "pasarela-caida"} {
		w.command("diego", "payments-team", "/kb archive "+id)
	}
	w.command("ana", "payments-team", "/kb from INC-1")
	contains(t, "archived ones are none", w.fill("ana", "INC-1", map[string]string{"title": "De nuevo"}), "Borrador de-nuevo")
}

func TestAFormOfANewArticleThatIsSentTwiceMakesOne(t *testing.T) {
	w := library(t)
	sent := func(text string) string {
		w.records = nil
		w.platform(bot.Event{
			Kind: bot.FormSent, Channel: "payments-team", User: "ana", Form: "article",
			Fields: map[string]string{"title": "Turbina", "text": text, "for": "Acme S.A."},
		})
		return transcript(w.records)
	}
	contains(t, "first", sent("Frenarla."), "Borrador turbina", "Para: Acme S.A.")
	contains(t, "again", sent("Frenarla."), "turbina ya dice exactamente eso")
	contains(t, "another of that title", sent("Otra cosa."), "Borrador turbina-2")
	contains(t, "that one again", sent("Otra cosa."), "turbina-2 ya dice exactamente eso")
}
