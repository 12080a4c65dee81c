package bot_test

import (
	"context"
	"strings"
	"testing"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/prompts/promptstest"
)

const fromIncident = "la-api-de-pagos-devuelve-500-desde-las-9-50-escribanme-a-mar"

// drafting is a world in which ana has a draft of an article from INC-1.
func drafting(t *testing.T, script func(promptstest.Request) promptstest.Reply) *assisted {
	w := newAssisted(t, script, company.Assistant{Uses: []company.Use{company.UseArticle}})
	w.say("maria", "acme-support", "", problem)
	w.command("ana", "payments-team", "/incident resolve INC-1 Liberamos el disco")
	w.command("ana", "payments-team", "/kb from INC-1")
	contains(t, "the plain draft is there at once", w.fill("ana", "", nil), "Borrador "+fromIncident, "versión 1, borrador")
	return w
}

func (w *world) article(id string) string {
	w.t.Helper()
	return w.answer("ana", "payments-team", "/kb show "+id)
}

func TestTheAssistantsDraftOfAnArticleComesAsAProposal(t *testing.T) {
	w := drafting(t, sane)
	shown := w.directly()
	contains(t, "its author reads it", shown, "como lo escribiría el asistente", "Error 500 en todos los pagos. Avisar a maria@acme.com.", "## Solución", "Escrito por el asistente")
	contains(t, "the draft stands", w.article(fromIncident), "versión 1, borrador", "Liberamos el disco")
	if sent := w.endpoint.Sent(); strings.Contains(sent, "maria@acme.com") || !strings.Contains(sent, "Liberamos el disco") || len(w.endpoint.Requests()) != 1 {
		t.Errorf("sent: %s", sent)
	}
	w.records = nil
	w.press("ana", "proposal_take", "")
	contains(t, "taken", transcript(w.records), "versión 2", "Ana lo tomó como próxima versión")
	contains(t, "the article", w.article(fromIncident), "versión 2, borrador", "Rotar los registros", "interno")
	contains(t, "history says whose it is", w.answer("ana", "payments-team", "/kb history "+fromIncident), "Versión 2", "tomada del borrador del asistente")
	w.records = nil
	w.command("ana", "payments-team", "/kb undo "+fromIncident)
	contains(t, "undone", w.article(fromIncident), "versión 3, borrador", "Liberamos el disco")
	if calls := w.calls(); len(calls) != 1 || calls[0].Prompt != "article" || calls[0].Version != "es.2" || calls[0].Customer != "acme" {
		t.Errorf("%+v", calls)
	}
}

func TestAProposedArticleIsEditedOrLeft(t *testing.T) {
	w := drafting(t, sane)
	w.press("ana", "proposal_edit", "")
	got := w.fill("ana", "", map[string]string{"title": "Disco lleno"})
	contains(t, "edited", got, "versión 2: Disco lleno")
	contains(t, "the rest is the assistant's", w.article(fromIncident), "Rotar los registros")

	w = drafting(t, sane)
	w.records = nil
	w.press("ana", "proposal_leave", "")
	contains(t, "left", transcript(w.records), "Ana no lo usó")
	contains(t, "the draft stands", w.article(fromIncident), "versión 1, borrador", "Liberamos el disco")
}

func TestWhatAPersonHasEditedIsNeverOverwritten(t *testing.T) {
	edit := func(w *world, words string) {
		w.command("ana", "payments-team", "/kb edit "+fromIncident)
		contains(t, "edit", w.fill("ana", "", map[string]string{"text": words}), "versión 2, borrador")
	}
	t.Run("after the proposal came", func(t *testing.T) {
		w := drafting(t, sane)
		edit(w.world, "Lo mío.")
		w.records = nil
		w.press("ana", "proposal_take", "")
		contains(t, "refused", transcript(w.records), "se editó después: vale la versión 2")
		contains(t, "it stands", w.article(fromIncident), "versión 2, borrador", "Lo mío.")
	})
	t.Run("while the form with it was open", func(t *testing.T) {
		w := drafting(t, sane)
		w.press("ana", "proposal_edit", "")
		w.must(w.bot.Accept(t.Context(), bot.Event{
			Key: "meanwhile", Platform: "console", Kind: bot.FormSent, Channel: "payments-team", User: "luis", Form: "article",
			Value: fromIncident, Fields: map[string]string{"text": "Lo de Luis."}, At: w.Now(),
		}))
		w.must(nil)
		contains(t, "given back", w.fill("ana", "", map[string]string{"text": "Lo de Ana."}), "se editó mientras tanto", "Lo de Ana.")
		contains(t, "it stands", w.article(fromIncident), "versión 2, borrador", "Lo de Luis.")
	})
	t.Run("while the model wrote", func(t *testing.T) {
		w := drafting(t, func(promptstest.Request) promptstest.Reply { return promptstest.Reply{Status: 503} })
		w.records = nil
		w.endpoint.Script(func(r promptstest.Request) promptstest.Reply {
			_ = w.bot.Accept(context.Background(), bot.Event{
				Key: "quick", Platform: "console", Kind: bot.FormSent, Channel: "payments-team", User: "luis", Form: "article",
				Value: fromIncident, Fields: map[string]string{"text": "Lo de Luis."}, At: w.Now(),
			})
			_ = w.bot.Settle(context.Background())
			return sane(r)
		})
		w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
			return tx.AddJob(t.Context(), &bot.Job{Kind: "article", Subject: fromIncident, Incident: 1, Due: w.Now()})
		}))
		w.must(nil)
		shown := w.directly()
		contains(t, "it can be read", shown, "vale la versión 2", "Rotar los registros")
		for _, r := range w.records {
			if strings.Contains(r.Message.Title, "como lo escribiría") && len(r.Message.Buttons) > 0 {
				t.Error("it can be taken")
			}
		}
		contains(t, "it stands", w.article(fromIncident), "versión 2, borrador", "Lo de Luis.")
	})
}

// An article for customers is not made of what we said among ourselves.
func TestAnArticleForCustomersIsAskedForWithoutNotes(t *testing.T) {
	for visible, want := range map[string]bool{"interno": true, "todos los clientes": false} {
		w := newAssisted(t, sane, company.Assistant{Uses: []company.Use{company.UseArticle}})
		w.say("maria", "acme-support", "", problem)
		w.command("ana", "payments-team", "/incident note INC-1 el proveedor tuvo la culpa")
		w.command("ana", "payments-team", "/incident resolve INC-1 Liberamos el disco")
		w.command("ana", "payments-team", "/kb from INC-1")
		w.fill("ana", "", map[string]string{"for": visible})
		if got := strings.Contains(w.endpoint.Sent(), "el proveedor tuvo la culpa"); got != want {
			t.Errorf("%s: the note is sent: %v", visible, got)
		}
	}
}

func TestAnArticleIsDraftedInItsOwnLanguage(t *testing.T) {
	w := newAssisted(t, sane, company.Assistant{Uses: []company.Use{company.UseArticle}})
	w.say("maria", "acme-support", "", problem)
	w.command("ana", "payments-team", "/incident resolve INC-1 Liberamos el disco")
	w.command("ana", "payments-team", "/kb from INC-1")
	w.fill("ana", "", map[string]string{"details": "language: en"})
	contains(t, "the sections", w.directly(), "## Solution")
	if calls := w.calls(); len(calls) != 1 || calls[0].Version != "en.2" {
		t.Errorf("%+v", calls)
	}
}

func TestWithoutBudgetTheDraftOfAnArticleStandsAlone(t *testing.T) {
	w := newAssisted(t, sane, company.Assistant{Uses: []company.Use{company.UseArticle}})
	w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
		return tx.AddCall(t.Context(), bot.Call{Prompt: "triage", Customer: "acme", TokensIn: 50_000, At: w.Now()})
	}))
	w.say("maria", "acme-support", "", problem)
	w.command("ana", "payments-team", "/incident resolve INC-1 Liberamos el disco")
	w.command("ana", "payments-team", "/kb from INC-1")
	contains(t, "the draft", w.fill("ana", "", nil), "versión 1, borrador")
	if shown := w.directly(); strings.Contains(shown, "asistente") || len(w.endpoint.Requests()) != 0 {
		t.Errorf("they read %s", shown)
	}
}

func TestAFormOfAProposalThatIsNotThereIsRefused(t *testing.T) {
	sent := func(w *assisted, value string) string {
		w.records = nil
		w.platform(bot.Event{
			Kind: bot.FormSent, Channel: "payments-team", User: "luis", Form: "article", Value: "proposal " + value,
			Fields: map[string]string{"text": "Inventado."},
		})
		return transcript(w.records)
	}
	w := drafting(t, sane)
	for _, n := range []string{"0", "-1", "2", "99", "", "x", "1 1"} {
		contains(t, "made up: "+n, sent(w, fromIncident+" "+n), fromIncident+" no tiene ningún borrador del asistente", "/kb edit "+fromIncident, "Inventado.")
	}
	contains(t, "of no article", sent(w, "nada 1"), "No hay ningún artículo")
	w.press("ana", "proposal_leave", "")
	contains(t, "left", sent(w, fromIncident+" 1"), "no tiene ningún borrador del asistente")
	contains(t, "the draft stands", w.article(fromIncident), "versión 1, borrador", "Liberamos el disco")
}
