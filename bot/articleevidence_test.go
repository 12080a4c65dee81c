package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/kb"
)

// turbines is a world with a published article of ana's, which is suggested whatever is asked.
func turbines(t tester, rule company.ReviewRule) *world {
	a := faq("a", brake)
	a.Owner = "ana"
	w := shelves(t, a)
	w.now.KB.Review = rule
	return w
}

var thrice = company.ReviewRule{Refusals: 3, Share: 0.5, Within: 30 * 24 * time.Hour}

// refused is another incident in which the article did not help, as its customer wrote.
func (w *world) refused(words string) {
	w.t.Helper()
	w.wait(2 * time.Hour)
	id := fmt.Sprintf("INC-%d", w.count()+1)
	report := w.say("maria", "acme-support", "", hot+" "+words)
	w.press("maria", "still_need_help", id)
	w.say("maria", "acme-support", report, "ya la frené y "+words)
	w.command("ana", "payments-team", "/incident resolve "+id+" se cambió el rodamiento")
}

// asks are the reviews that people were asked for since the last answer, in words.
func (w *world) asks() string {
	var out []string
	for _, r := range w.records {
		if read := r.Message.Plain(); strings.Contains(read, "Lo pide lo que dijeron") {
			out = append(out, r.To+r.Channel+": "+read)
		}
	}
	w.records = nil
	return strings.Join(out, "\n")
}

func (w *world) record(id string) kb.Record {
	w.t.Helper()
	var out kb.Record
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) error {
		r, err := tx.Article(w.t.Context(), id)
		if err == nil {
			out = *r
		}
		return err
	}))
	return out
}

func TestAnArticleThatDoesNotHelpIsPutUpForReviewOnceWithTheEvidence(t *testing.T) {
	w := turbines(t, thrice)
	w.refused("de noche")
	w.refused("de día")
	if got := w.asks(); got != "" {
		t.Fatalf("two refusals ask already: %s", got)
	}
	w.refused("siempre")
	got := w.asks()
	contains(t, "the owner", got, "ana: Mirá de nuevo a: Turbina a", "No sirvió 3 de 3 veces", "INC-3, INC-2, INC-1", "INC-3 · Acme S.A.",
		"«"+hot+" siempre»", "y después: «ya la frené y de noche»", "sigue publicado")
	if n := strings.Count(got, "Mirá de nuevo"); n != 1 {
		t.Errorf("told %d times", n)
	}
	if strings.Contains(got, "acme-support") {
		t.Errorf("a customer reads it: %s", got)
	}
	w.refused("los lunes")
	if got := w.asks(); got != "" {
		t.Errorf("each refusal asks anew: %s", got)
	}
	contains(t, "show", w.answer("ana", "payments-team", "/kb show a"), "A revisar", "No sirvió 3 de 3 veces", "INC-3", "publicado")
	contains(t, "list", w.answer("ana", "payments-team", "/kb list due"), "a · Turbina a", "A revisar desde", "No sirvió 3 de 3")
	contains(t, "it stays", w.answer("maria", "acme-support", "/kb "+hot), "Frenar la turbina")

	w.records = nil
	w.wait(w.now.KB.RemindEvery)
	contains(t, "the team", w.asks(), "payments-team: Hay que revisar a: Turbina a", "No sirvió 3 de 3 veces", "responsable: Ana")

	contains(t, "confirm", w.answer("ana", "payments-team", "/kb confirm a"), "sigue siendo cierto")
	w.records = nil
	w.wait(3 * w.now.KB.RemindEvery)
	if got := w.asks(); got != "" || w.record("a").Asked != nil {
		t.Errorf("confirmed, it is asked again: %s", got)
	}
	contains(t, "the list", w.answer("ana", "payments-team", "/kb list due"), "0 artículos")
	w.refused("uno")
	w.refused("dos")
	if got := w.asks(); got != "" {
		t.Errorf("what was weighed counts again: %s", got)
	}
	w.refused("tres")
	contains(t, "anew", w.asks(), "No sirvió 3 de 3 veces")
}

func TestAFewRefusalsAmongManyAnswersAskForNothing(t *testing.T) {
	w := turbines(t, thrice)
	w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
		for range 4 {
			if err := tx.AddFeedback(t.Context(), &bot.KBFeedback{Article: "a", Outcome: bot.KBSolved, At: begin}); err != nil {
				return err
			}
		}
		return nil
	}))
	for range 3 {
		w.refused("igual")
	}
	if got := w.asks(); got != "" {
		t.Errorf("3 of 7 ask: %s", got)
	}
	w.refused("igual")
	contains(t, "4 of 8", w.asks(), "No sirvió 4 de 8 veces")
}

func TestIncidentsThatKeepComingPutAnArticleUpForReview(t *testing.T) {
	w := turbines(t, company.ReviewRule{Incidents: 2, Share: 0.5, Within: 48 * time.Hour})
	solved := func(id string) {
		w.say("maria", "acme-support", "", hot)
		w.press("maria", "solved", id)
	}
	solved("INC-1")
	w.wait(72 * time.Hour)
	solved("INC-2")
	if got := w.asks(); got != "" {
		t.Fatalf("one in two days asks: %s", got)
	}
	w.wait(24 * time.Hour)
	w.say("maria", "acme-support", "", hot)
	w.press("ana", "offer_send", "INC-3")
	w.must(w.Submit(t.Context(), "ana", "send_article", "INC-3", map[string]string{"words": "Frenar despacio."}))
	contains(t, "sent again", w.asks(), "ana: Mirá de nuevo a", "Se dio en 2 incidentes en 2 días", "INC-3, INC-2")
}

func TestWithoutARuleNothingIsAsked(t *testing.T) {
	w := turbines(t, company.ReviewRule{Share: 0.5, Within: time.Hour})
	for range 4 {
		w.refused("igual")
	}
	if got := w.asks(); got != "" || w.record("a").Asked != nil {
		t.Errorf("asked: %s", got)
	}
}

func TestEvidenceThatCountsNoMoreTakesTheReviewBack(t *testing.T) {
	w := turbines(t, thrice)
	for range 3 {
		w.refused("igual")
	}
	w.answer("vera", "quality", "/kb disregard #2")
	if r := w.record("a"); r.Asked != nil {
		t.Errorf("still asked: %+v", r.Asked)
	}
	w.records = nil
	w.wait(2 * w.now.KB.RemindEvery)
	if got := w.asks(); got != "" {
		t.Errorf("reminded of it: %s", got)
	}
}

func TestANewVersionBeginsAnewAndUndoingItBringsTheReviewBack(t *testing.T) {
	w := shelves(t)
	w.now.KB.Review = thrice
	w.command("ana", "payments-team", "/kb new Turbina que se calienta")
	w.fill("ana", "", map[string]string{"text": brake, "for": "todos los clientes", "details": "language: es\nowner: ana"})
	w.command("diego", "payments-team", "/kb publish "+turbine)
	for range 3 {
		w.refused("igual")
	}
	contains(t, "asked", w.asks(), "Mirá de nuevo "+turbine)
	w.command("ana", "payments-team", "/kb edit "+turbine)
	w.fill("ana", "", map[string]string{"text": brake + " Y avisar."})
	if w.record(turbine).Asked == nil {
		t.Error("a draft ends the review")
	}
	w.command("diego", "payments-team", "/kb publish "+turbine)
	if w.record(turbine).Asked != nil {
		t.Error("a new version does not end the review")
	}
	w.refused("igual")
	w.refused("igual")
	w.records = nil
	contains(t, "undo", w.answer("diego", "payments-team", "/kb undo "+turbine), "Deshecho")
	if w.record(turbine).Asked == nil {
		t.Error("what was said of the version that is published again is forgotten")
	}
	w.records = nil
	w.wait(w.now.KB.RemindEvery)
	contains(t, "the team is reminded", w.asks(), "Hay que revisar "+turbine)
}

func TestWithoutAnOwnerQualityIsTold(t *testing.T) {
	w := shelves(t, faq("a", brake))
	w.now.KB.Review = thrice
	for range 3 {
		w.refused("igual")
	}
	contains(t, "quality", w.asks(), "quality: Hay que revisar a: Turbina a")
}

func (w *world) standing() (out []bot.KBFeedback) {
	w.t.Helper()
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) error {
		all, err := tx.FeedbackOf(w.t.Context(), "a")
		out = nil
		for _, f := range all {
			if f.Undone.IsZero() {
				out = append(out, f)
			}
		}
		return err
	}))
	return out
}

func TestOfWhatOnePersonSaysOfAnArticleTheLastWordCounts(t *testing.T) {
	stands := func(t *testing.T, w *world, when string, want ...bot.KBOutcome) {
		t.Helper()
		var got []bot.KBOutcome
		for _, f := range w.standing() {
			got = append(got, f.Outcome)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", when, got, want)
		}
	}
	t.Run("of what we showed them", func(t *testing.T) {
		w := turbines(t, thrice)
		w.say("maria", "acme-support", "", hot)
		w.press("maria", "solved", "INC-1")
		stands(t, w, "solved", bot.KBSolved)
		w.wait(time.Minute)
		w.press("maria", "still_need_help", "INC-1")
		stands(t, w, "came back", bot.KBNotSolved)
		w.wait(time.Minute)
		w.press("maria", "solved", "INC-1")
		stands(t, w, "solved after all", bot.KBSolved)
		contains(t, "who took it back", w.answer("vera", "quality", "/kb feedback a"), "Maria")
	})
	t.Run("of what an agent sent", func(t *testing.T) {
		w := turbines(t, thrice)
		w.say("maria", "acme-support", "", hot)
		w.sends("ana", "")
		w.press("maria", "solved", "INC-1")
		w.wait(time.Minute)
		w.press("maria", "still_need_help", "INC-1")
		stands(t, w, "came back", bot.KBSent, bot.KBNotSolved)
	})
	t.Run("of what was disregarded", func(t *testing.T) {
		w := turbines(t, thrice)
		w.say("maria", "acme-support", "", hot)
		w.press("maria", "still_need_help", "INC-1")
		w.command("vera", "quality", "/kb disregard a")
		w.wait(time.Minute)
		w.press("maria", "solved", "INC-1")
		w.wait(time.Minute)
		w.press("maria", "still_need_help", "INC-1")
		stands(t, w, "the same again")
	})
	t.Run("of a question", func(t *testing.T) {
		w := turbines(t, thrice)
		w.command("maria", "acme-support", "/kb "+hot)
		w.press("maria", "kb_solved", "")
		stands(t, w, "solved", bot.KBSolved)
		w.press("maria", "kb_open", "")
		stands(t, w, "an incident all the same")
	})
}
