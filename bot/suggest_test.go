package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/kb"
)

// shelves is a world whose store holds the articles, of which everything that is
// found is suggested.
func shelves(t tester, articles ...*kb.Article) *world {
	w := newWorld(t, func(o *bot.Options) {
		o.Articles = bot.NewLibrary(o.Store, kb.Options{Threshold: -1, SearchThreshold: -1}, nil)
	})
	w.apply("kb", nil, articles...)
	w.records = nil
	return w
}

func (w *world) feedback() (out []bot.KBFeedback) {
	w.t.Helper()
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) (err error) {
		out, _, err = tx.FeedbackSince(w.t.Context(), 0)
		return err
	}))
	return out
}

func (w *world) searches() (out []bot.KBSearch) {
	w.t.Helper()
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) (err error) {
		out, err = tx.Searches(w.t.Context(), time.Time{}, w.Now().Add(time.Hour), 0, 100)
		return err
	}))
	return out
}

const hot = "La turbina se calienta"

func TestWhatCustomersMakeOfSuggestionsIsRecordedAndCounts(t *testing.T) {
	w := shelves(t, faq("a", "Frenar la turbina despacio."))
	w.say("maria", "acme-support", "", hot)
	contains(t, "the receipt", transcript(w.records), "Turbina a", "Frenar la turbina despacio")
	if s := w.searches(); len(s) != 1 || s[0].Incident != 1 || s[0].Customer != "acme" || s[0].Shown != 1 || s[0].Found[0].ID != "a" {
		t.Fatalf("recorded %+v", s)
	}
	w.press("maria", "still_need_help", "INC-1")
	f := w.feedback()
	if len(f) != 1 || f[0].Article != "a" || f[0].Outcome != bot.KBNotSolved || f[0].Incident != 1 || f[0].Version != 1 {
		t.Fatalf("recorded %+v", f)
	}
	contains(t, "the card", w.answer("ana", "payments-team", "/incident show INC-1"), "INC-1")

	w.wait(24 * time.Hour)
	w.say("maria", "acme-support", "", hot+" otra vez")
	w.press("maria", "solved", "INC-2")
	if s := w.state("INC-2"); s.Status != "closed" || !s.Self || clock(s, "resolution").State != "met" {
		t.Errorf("%+v", s)
	}
	if f := w.feedback(); len(f) != 2 || f[1].Outcome != bot.KBSolved {
		t.Fatalf("recorded %+v", f)
	}
	contains(t, "the list", w.answer("vera", "quality", "/kb feedback"), "a · todos los productos", "chances × 1.00: resolvió 1, no resolvió 1")
	contains(t, "one article", w.answer("vera", "quality", "/kb feedback a"), "#1", "no lo resolvió", "INC-1", "#2")
	contains(t, "undo one", w.answer("vera", "quality", "/kb disregard #1"), "1 respuesta ya no cuenta")
	contains(t, "undone", w.answer("vera", "quality", "/kb feedback a"), "chances × 1.25", "deshecho por Vera")
	contains(t, "again", w.answer("vera", "quality", "/kb disregard #1"), "no hay nada que deshacer")
	w.press("vera", "kb_disregard", "")
	contains(t, "all", w.answer("vera", "quality", "/kb feedback"), "0 ajustes")
	contains(t, "an agent may not", w.answer("ana", "payments-team", "/kb disregard a"), "calidad")
}

func TestWhatIsRefusedFallsBehindAndUndoneComesBack(t *testing.T) {
	a, b := faq("a", "Frenar la turbina despacio."), faq("b", "Frenar la turbina despacio.")
	b.Title = a.Title
	w := shelves(t, a, b)
	first := func() string {
		return w.bot.Articles.Search(kb.Query{Text: hot, Language: "es"})[0].Article.ID
	}
	if first() != "a" {
		t.Fatal("a is not first")
	}
	w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
		for range 4 {
			if err := tx.AddFeedback(t.Context(), &bot.KBFeedback{Article: "a", Outcome: bot.KBNotSolved, At: begin}); err != nil {
				return err
			}
		}
		return nil
	}))
	w.must2(w.bot.Articles.(*bot.Library).Follow(t.Context()))
	if first() != "b" {
		t.Error("what solved nothing four times is still first")
	}
	w.answer("vera", "quality", "/kb disregard a")
	if first() != "a" {
		t.Error("undone, it is not first again")
	}
}

func TestACustomerServesThemselvesInADirectMessage(t *testing.T) {
	w := shelves(t, faq("a", "Frenar la turbina despacio."))
	w.command("maria", "", "/kb "+hot)
	contains(t, "found", transcript(w.records), "Frenar la turbina despacio")
	w.records = nil
	w.press("maria", "kb_solved", "")
	contains(t, "no incident", transcript(w.records), "No hace falta abrir nada")
	w.press("maria", "kb_solved", "")
	if f := w.feedback(); w.count() != 0 || len(f) != 1 || f[0].Outcome != bot.KBSolved || f[0].Customer != "acme" {
		t.Errorf("%d incidents, %+v", w.count(), f)
	}
	w.command("maria", "", "/kb "+hot+" mucho")
	w.press("maria", "kb_open", "")
	if w.count() != 1 {
		t.Error("one button away from an incident, and none is open")
	}
	if s := w.searches(); len(s) != 3 || s[1].Outcome != bot.KBNotSolved || s[2].Incident != 1 {
		t.Errorf("%+v", s)
	}
}

func TestTheWholeArticleIsShownOnlyToWhoMaySeeIt(t *testing.T) {
	a := faq("a", "Frenar la turbina despacio.")
	w := shelves(t, a)
	w.answer("maria", "acme-support", "/kb "+hot)
	w.records = nil
	w.press("maria", "kb_show", "")
	contains(t, "shown", transcript(w.records), "Frenar la turbina despacio.")
	hidden := *a
	hidden.Internal = true
	w.apply("kb", nil, &hidden)
	w.records = nil
	w.press("maria", "kb_show", "")
	if got := transcript(w.records); strings.Contains(got, "Frenar") {
		t.Errorf("what became internal is shown to a customer:\n%s", got)
	}
}

func TestAQuestionThatIsTakenBackIsForgotten(t *testing.T) {
	w := shelves(t)
	id := w.say("maria", "acme-support", "", hot)
	w.must(w.Edit(t.Context(), "maria", id, "La turbina hace ruido"))
	if s := w.searches(); s[0].Question != "La turbina hace ruido" {
		t.Errorf("edited, it reads %q", s[0].Question)
	}
	w.must(w.Delete(t.Context(), "maria", id))
	if s := w.searches(); s[0].Question != "" {
		t.Errorf("deleted, it reads %q", s[0].Question)
	}
}

func TestWhatDidNotSolveItAfterAllIsTold(t *testing.T) {
	w := shelves(t, faq("a", "Frenar la turbina despacio."))
	w.say("maria", "acme-support", "", hot)
	w.press("maria", "solved", "INC-1")
	w.records = nil
	w.press("maria", "still_need_help", "INC-1")
	contains(t, "the team hears what was tried", transcript(w.records), "Ya se le mostró: a", "Ya probó, sin éxito")
	if f := w.feedback(); len(f) != 2 || f[1].Outcome != bot.KBNotSolved {
		t.Errorf("recorded %+v", f)
	}
	w.records = nil
	w.press("maria", "still_need_help", "INC-1")
	contains(t, "again", transcript(w.records), "El equipo ya está avisado")
}

func TestAStaleShowButtonSaysWhatToDo(t *testing.T) {
	w := shelves(t, faq("a", "Frenar la turbina despacio."))
	w.say("maria", "acme-support", "", hot)
	b := faq("a", "Frenar la turbina despacio.")
	b.Internal = true
	w.apply("kb", nil, b)
	w.records = nil
	w.press("maria", "kb_show", "INC-1")
	got := transcript(w.records)
	contains(t, "shown", got, "Ese artículo ya no se puede ver", "/kb")
	if strings.Contains(got, "despacio") || strings.Contains(got, "/incident take") {
		t.Error(got)
	}
}

func TestALongArticleIsReadPageByPage(t *testing.T) {
	a := faq("a", "Frenar la turbina despacio.")
	for i := range 3000 {
		a.Text += fmt.Sprintf("\n\nLa palabra w%04d frena.", i)
	}
	w := shelves(t, a)
	w.say("maria", "acme-support", "", hot)
	w.records = nil
	w.press("maria", "kb_show", "INC-1")
	var read string
	for page := 1; ; page++ {
		shown := w.said(bot.Ephemeral)
		if len(shown) != 1 {
			t.Fatalf("page %d: %d messages", page, len(shown))
		}
		got := shown[0].Message.Plain()
		if n := len(got); n > 9000 {
			t.Errorf("page %d has %d bytes", page, n)
		}
		read += got
		if len(shown[0].Message.Buttons) == 0 {
			if page < 5 {
				t.Errorf("it ends on page %d", page)
			}
			break
		}
		w.press("maria", "article_more", "")
	}
	for i := range 3000 {
		if word := fmt.Sprintf("w%04d", i); strings.Count(read, word) != 1 {
			t.Fatalf("%s is there %d times", word, strings.Count(read, word))
		}
	}

	w.press("maria", "kb_show", "INC-1")
	b := *a
	b.Internal = true
	w.apply("kb", nil, &b)
	w.records = nil
	w.press("maria", "article_more", "")
	if got := transcript(w.records); !strings.Contains(got, "Ese artículo ya no se puede ver") || strings.Contains(got, " frena.") {
		t.Errorf("what became internal is read on:\n%.500s", got)
	}
}

func TestAPageIsReadOnOnlyByWhoMaySeeIt(t *testing.T) {
	a := faq("a", "Frenar la turbina despacio.")
	a.Customers = []string{"globex"}
	w := shelves(t, a)
	for _, value := range []string{"a:1:1", "a:1:2", "a:2:1", "a:0:1", "a:1", "a", "", "b:1:1", ":::", "a:1:x"} {
		w.records = nil
		w.must(w.bot.Accept(t.Context(), bot.Event{
			Key: "forged " + value, Platform: "console", At: w.Now(), User: "maria", Channel: "acme-support",
			Kind: bot.ButtonPressed, Button: "article_more", Value: value,
		}))
		if got := transcript(w.records); !strings.Contains(got, "ya no se puede ver") {
			t.Errorf("%q: %s", value, got)
		}
	}
}
