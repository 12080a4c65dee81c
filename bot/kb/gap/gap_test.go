package gap_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sereno/bot/company"
	"sereno/bot/kb/gap"
)

func questions(lang company.Lang, texts ...string) []gap.Question {
	var out []gap.Question
	for i, text := range texts {
		out = append(out, gap.Question{ID: int64(i + 1), Language: lang, Text: text})
	}
	return out
}

// show is the groups, one a line: the label, then the members.
func show(groups []gap.Group) string {
	var lines []string
	for _, g := range groups {
		lines = append(lines, fmt.Sprint(strings.Join(g.Label, " "), " ", g.Members))
	}
	return strings.Join(lines, "\n")
}

func TestGroups(t *testing.T) {
	for name, tt := range map[string]struct {
		of   []gap.Question
		want string
	}{
		"forms of the same words": {
			questions("es", "¿Cómo exporto la liquidación a PDF?", "Hola, no puedo exportar liquidaciones", "La exportación de la liquidación falla", "¿Dónde cambio mi clave?"),
			"exportación liquidación [1 2 3]\ncambio clave [4]",
		},
		"an error code is enough": {
			questions("en", "We see ORA-01017 when the nightly job connects", "what does ora-01017 mean", "invoices are late"),
			"ora-01017 [1 2]\ninvoices late [3]",
		},
		"a single word joins what it is the topic of": {
			questions("en", "verify webhook signature", "webhook signature does not match", "webhooks"),
			"webhook signature [1 2 3]",
		},
		"borrowed plurals": {
			questions("es", "verificar la firma del webhook", "firmas de webhooks", "los tokens vencen", "el token vence"),
			"firma webhook [1 2]\ntoken vence [3 4]",
		},
		"the same single word": {
			questions("es", "aguinaldo", "hola! aguinaldo?"),
			"aguinaldo [1 2]",
		},
		"what says nothing is nobody's gap": {
			questions("es", "No funciona", "hola, urgente por favor", "sale un error en la pantalla"),
			"",
		},
		"one word shared by chance": {
			questions("es", "no imprime la etiqueta térmica", "cambiar el logo de la etiqueta de correo saliente"),
			"imprime térmica etiqueta [1]\ncambiar correo logo saliente [2]",
		},
		"languages stay apart": {
			append(questions("es", "api key rotation"), gap.Question{ID: 9, Language: "en", Text: "api key rotation"}),
			"api key rotation [1]\napi key rotation [9]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := show(gap.New(nil, nil).Groups(tt.of)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestSynonymsAndProductsAreOneWord(t *testing.T) {
	g := gap.New([][]string{{"POS", "punto de venta"}}, []string{"Payments API"})
	got := show(g.Groups(questions("es", "el POS no imprime", "el punto de venta no imprime tickets")))
	if got != "imprime pos [1 2]" {
		t.Errorf("got %s", got)
	}
	// Two words of a product's name bring nothing together.
	of := questions("en", "Payments API refund window", "Payments API rate limits")
	if got := g.Groups(of); len(got) != 2 {
		t.Errorf("got %s", show(got))
	}
	if !g.Mentions("en", of[0].Text, "Payments API") || g.Mentions("en", "payments are late", "Payments API") {
		t.Error("the product is not told from its words")
	}
	// One that was said counts like one that is written.
	of = []gap.Question{{ID: 1, Language: "en", Text: "refunds?", Product: "Payments API"}, {ID: 2, Language: "en", Text: "Payments API: refund window"}}
	if got := show(g.Groups(of)); got != "Payments API refund [1 2]" {
		t.Errorf("got %s", got)
	}
}

func TestTellingWords(t *testing.T) {
	g := gap.New(nil, nil)
	for text, want := range map[string]int{"webhooks": 1, "hola, no funciona": 0, "exportar la liquidación": 2, "": 0} {
		if got := g.Telling("es", text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

var vocabulary = strings.Fields(`exportar liquidación webhook firma clave usuario ORA-01017 HTTP 500 reintegro conciliación etiqueta térmica
	impresora correo saliente aguinaldo vacaciones recibo error hola certificado vencido`)

func someQuestions(t *rapid.T) []gap.Question {
	n := rapid.IntRange(0, 40).Draw(t, "n")
	var out []gap.Question
	for id := range n {
		words := rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 6).Draw(t, "words")
		lang := rapid.SampledFrom([]company.Lang{"es", "en"}).Draw(t, "language")
		product := rapid.SampledFrom([]string{"", "Nómina", "Pagos"}).Draw(t, "product")
		out = append(out, gap.Question{ID: int64(id + 1), Language: lang, Text: strings.Join(words, " "), Product: product})
	}
	return out
}

func TestGroupsDoNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := someQuestions(t)
		want := gap.New(nil, []string{"Nómina", "Pagos"}).Groups(of)
		other := rapid.Permutation(of).Draw(t, "order")
		if got := gap.New(nil, []string{"Pagos", "Nómina"}).Groups(other); !reflect.DeepEqual(got, want) {
			t.Fatalf("got\n%s\nwant\n%s", show(got), show(want))
		}
	})
}

func TestEachQuestionIsInOneGroupOfItsLanguageAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := someQuestions(t)
		g := gap.New(nil, []string{"Nómina", "Pagos"})
		seen := map[int64]bool{}
		for _, group := range g.Groups(of) {
			if len(group.Members) == 0 || len(group.Label) == 0 || !slices.IsSorted(group.Members) {
				t.Fatalf("%+v", group)
			}
			for _, id := range group.Members {
				if seen[id] || of[id-1].Language != group.Language {
					t.Fatalf("%d is in two groups, or in one of another language: %+v", id, group)
				}
				seen[id] = true
			}
		}
		for _, q := range of {
			if !seen[q.ID] && q.Product == "" && g.Telling(q.Language, q.Text) > 0 {
				t.Fatalf("%+v is in no group", q)
			}
		}
	})
}

func TestManyQuestions(t *testing.T) {
	var of []gap.Question
	for i := range 3 * gap.Most / 2 {
		text := vocabulary[i%len(vocabulary)] + " " + vocabulary[i*7%len(vocabulary)] + fmt.Sprintf(" caso%d", i%977)
		of = append(of, gap.Question{ID: int64(i + 1), Language: "es", Text: text})
	}
	n := 0
	for _, group := range gap.New(nil, nil).Groups(of) {
		n += len(group.Members)
	}
	if n != gap.Most {
		t.Errorf("%d questions in groups, want the newest %d", n, gap.Most)
	}
}
