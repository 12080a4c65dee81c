package kb

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"sereno/bot/company"
)

// checkSuggestion holds what every suggestion promises.
func checkSuggestion(t testing.TB, s Suggestion) {
	t.Helper()
	if s.Article == nil {
		t.Fatal("a suggestion without an article")
	}
	if n := utf8.RuneCountInString(s.Passage); n > 300 || !utf8.ValidString(s.Passage) {
		t.Errorf("passage of %d characters: %q", n, s.Passage)
	}
	if math.IsNaN(s.Confidence) || s.Confidence < 0 || s.Confidence > 1 {
		t.Errorf("confidence %v", s.Confidence)
	}
}

func TestSuggestFindsTheArticle(t *testing.T) {
	ix := sampleIndex(t, Options{})
	for _, tt := range []struct {
		customer string
		language company.Lang
		text     string
		want     string
		at       float64 // least confidence
	}{
		{"acme", "es", "La API de pagos devuelve error 500 desde las 9:50", "api-pagos-error-500", 0.9},
		{"acme", "es", "La API de pagos devuelve 500 desde las 9:50", "api-pagos-error-500", 0.8},
		{"acme", "es", "tenemos diferencias en la conciliacion de ayer", "conciliacion-diferencias", 0.8},
		{"acme", "es", "nos aparece un eror 500 en la api de pgaos", "api-pagos-error-500", 0.5},
		{"acme", "es", "recibimos webhooks duplicados", "webhooks-no-llegan", 0.5},
		{"acme", "es", "me rechazan todas las tarjetas", "tarjetas-rechazos", 0.8},
		{"globex", "en", "The nightly export job fails with error 500 since this morning", "export-job-fails", 0.9},
		{"globex", "en", "Users cannot log in with SSO", "sso-login-fails", 0.8},
		{"globex", "en", "SAML-102", "sso-login-fails", 0.8},
		{"globex", "en", "how do I schedule a report every monday", "scheduled-jobs", 0.7},
		{"globex", "en", "we are getting 429 from the API", "api-keys-rate-limits", 0.6},
	} {
		t.Run(tt.text, func(t *testing.T) {
			got := ix.Suggest(Query{Text: tt.text, Language: tt.language, Customer: tt.customer})
			if len(got) == 0 || got[0].Article.ID != tt.want || got[0].Confidence < tt.at {
				t.Fatalf("got %v, want %s at %v or more", brief(got), tt.want, tt.at)
			}
			for _, s := range got {
				checkSuggestion(t, s)
			}
		})
	}
}

func brief(ss []Suggestion) string {
	var b strings.Builder
	for _, s := range ss {
		fmt.Fprintf(&b, "%s %.2f; ", s.Article.ID, s.Confidence)
	}
	return b.String()
}

func TestSuggestIsSilent(t *testing.T) {
	ix := sampleIndex(t, Options{})
	for _, text := range []string{
		"gracias!", "thanks a lot!", "hola", "buen día a todos", "good morning team", "ok", "dale, perfecto",
		"¿a qué hora es la reunión?", "what time is the meeting?", "Necesitamos la factura de octubre",
		"please cancel our subscription", "¿Quién está de vacaciones?", "ORA-01017 invalid username",
		"", "   ", "?", "!!! ???", "👍🎉", "\x00\x00", "\xff\xfe", ".", "-_-", "9:50",
	} {
		for _, c := range []struct {
			customer string
			language company.Lang
		}{{"acme", "es"}, {"globex", "en"}, {"", ""}} {
			if got := ix.Suggest(Query{Text: text, Language: c.language, Customer: c.customer}); len(got) > 0 {
				t.Errorf("%s asks %q and is shown %v", c.customer, text, brief(got))
			}
		}
	}
}

func TestHostileQuestionsDoNoHarm(t *testing.T) {
	ix := sampleIndex(t, Options{Threshold: -1})
	for name, text := range map[string]string{
		"very long":            strings.Repeat("error 500 en la API de pagos ", 40_000),
		"one very long word":   strings.Repeat("pagos", 100_000),
		"only joiners":         strings.Repeat("-_.:'", 10_000),
		"NUL bytes":            "API\x00de\x00pagos\x00error\x00500",
		"no UTF-8":             "API de pagos \xff\xc0\xaf error 500",
		"marks without end":    "e" + strings.Repeat("\u0301", 5_000),
		"another script":       "支付接口返回错误 500",
		"turned right to left": "\u202e005 rorre",
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range ix.Suggest(Query{Text: text, Language: "es"}) {
				checkSuggestion(t, s)
			}
		})
	}
}

func TestNobodySeesWhatIsNotForThem(t *testing.T) {
	const text = "the turbine reports overheating of the bearing"
	article := func(id string, internal bool, customers ...string) *Article {
		return &Article{ID: id, Title: "Turbine bearing overheating", Language: "en", Text: "Overheating of the turbine bearing: stop it.", Internal: internal, Customers: customers}
	}
	articles := []*Article{
		article("everybody", false), article("acme", false, "acme"), article("globex", false, "globex"),
		article("both", false, "acme", "globex"), article("ours", true), article("ours-of-acme", true, "acme"),
	}
	ix, err := NewIndex(articles, Options{Threshold: -1, SearchThreshold: -1})
	if err != nil {
		t.Fatal(err)
	}
	for customer, want := range map[string]string{
		"acme":   "acme both everybody",
		"globex": "both everybody globex",
		"other":  "everybody",
		"":       "acme both everybody globex ours ours-of-acme",
	} {
		for name, ask := range map[string]func(Query) []Suggestion{"Suggest": ix.Suggest, "Search": ix.Search} {
			for _, lang := range []company.Lang{"en", "es", ""} {
				seen := map[string]bool{}
				for _, s := range ask(Query{Text: text, Customer: customer, Language: lang, Max: 10}) {
					seen[s.Article.ID] = true
				}
				var got []string
				for _, a := range []string{"acme", "both", "everybody", "globex", "ours", "ours-of-acme"} {
					if seen[a] {
						got = append(got, a)
					}
				}
				if strings.Join(got, " ") != want {
					t.Errorf("%s by %q in %q sees %v, want %s", name, customer, lang, got, want)
				}
			}
		}
	}
}

func TestTheCustomersLanguageComesFirst(t *testing.T) {
	ix := sampleIndex(t, Options{})
	for _, tt := range []struct {
		name, text string
		language   company.Lang
		want       string
	}{
		{"Spanish for who reads Spanish", "error 500 API", "es", "api-pagos-error-500"},
		{"English for who reads English", "error 500 API", "en", "payments-api-error-500"},
		{"English where it is much better", "why does the Payments API return error 500", "es", "payments-api-error-500"},
		{"Spanish where it is much better", "la API de pagos devuelve error 500", "en", "api-pagos-error-500"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ix.Search(Query{Text: tt.text, Language: tt.language, Customer: "acme"})
			if len(got) == 0 || got[0].Article.ID != tt.want {
				t.Errorf("got %v, want %s first", brief(got), tt.want)
			}
		})
	}
}

func TestSearchShowsMoreThanSuggest(t *testing.T) {
	ix := sampleIndex(t, Options{})
	q := Query{Text: "la api no anda", Language: "es", Customer: "acme"}
	if got := ix.Suggest(q); len(got) > 0 {
		t.Errorf("suggested %v", brief(got))
	}
	if got := ix.Search(q); len(got) == 0 {
		t.Error("nothing found")
	}
}

// Who asks about what no article is about is told so: what has only everyday words in
// common with a question is not shown.
func TestSearchIsSilentAboutWhatNothingIsAbout(t *testing.T) {
	ix := sampleIndex(t, Options{})
	for _, text := range []string{"turbina que vibra", "el horno no calienta", "vacaciones del personal"} {
		if got := ix.Search(Query{Text: text, Language: "es"}); len(got) > 0 {
			t.Errorf("%q finds %v", text, brief(got))
		}
	}
}

// A word is what people type who look for something.
func TestOneWordFindsWhatIsAboutIt(t *testing.T) {
	ix := sampleIndex(t, Options{})
	for word, want := range map[string]string{
		"webhooks": "webhooks-no-llegan", "webhook": "webhooks-configurar", "tarjetas": "tarjetas-rechazos",
		"SSO": "sso-login-fails", "exports": "export-job-fails",
	} {
		if got := ix.Search(Query{Text: word, Language: "es"}); len(got) == 0 || got[0].Article.ID != want {
			t.Errorf("%q finds %v, want %s first", word, brief(got), want)
		}
	}
	for _, word := range []string{"vacaciones", "almuerzo", "¿a qué hora es la reunión?"} {
		if got := ix.Search(Query{Text: word, Language: "es"}); len(got) > 0 {
			t.Errorf("%q finds %v", word, brief(got))
		}
	}
}

func TestAtMostAsManyAsAsked(t *testing.T) {
	ix := sampleIndex(t, Options{Threshold: -1})
	for asked, want := range map[int]int{0: 3, -1: 3, 1: 1, 2: 2, 100: 10} {
		if got := ix.Suggest(Query{Text: "error 500 de la API de pagos en un webhook de tarjetas key", Max: asked}); len(got) > want || len(got) == 0 {
			t.Errorf("asked for %d, got %d", asked, len(got))
		}
	}
}

func TestAnIndexRefusesWhatItCannotName(t *testing.T) {
	for name, articles := range map[string][]*Article{
		"no article":     {nil},
		"no id":          {{Title: "T", Language: "es"}},
		"one id twice":   {{ID: "a", Title: "T", Language: "es"}, {ID: "a", Title: "U", Language: "es"}},
		"no language":    {{ID: "a", Title: "T"}},
		"nothing to say": {{ID: "a", Language: "es"}},
	} {
		if _, err := NewIndex(articles, Options{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	ix, err := NewIndex(nil, Options{})
	if err != nil || ix.Suggest(Query{Text: "anything"}) != nil {
		t.Errorf("an empty knowledge base answers, or fails: %v", err)
	}
}

func TestManyAskAtOnce(t *testing.T) {
	ix := sampleIndex(t, Options{})
	q := Query{Text: "La API de pagos devuelve eror 500", Language: "es", Customer: "acme"}
	want := brief(ix.Suggest(q))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := brief(ix.Suggest(q)); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				ix.Search(Query{Text: "users cannot log in", Language: "en"})
			}
		})
	}
	wg.Wait()
}
