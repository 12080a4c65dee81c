package kb

import (
	"math"
	"testing"
)

// twins are two articles that say the same, of different products.
func twins(t *testing.T, o Options) (*Index, []*Article) {
	o.Threshold = -1
	articles := []*Article{
		{ID: "pos", Title: "El equipo no imprime", Language: "es", Text: "Cambien el rollo.", Products: []string{"Terminal POS"}},
		{ID: "printer", Title: "El equipo no imprime", Language: "es", Text: "Cambien el rollo.", Products: []string{"Impresora"}},
		{ID: "third", Title: "Horarios", Language: "es", Text: "De nueve a seis."},
	}
	ix, err := NewIndex(articles, o)
	if err != nil {
		t.Fatal(err)
	}
	return ix, articles
}

func firstOf(t *testing.T, ix *Index, q Query) Suggestion {
	t.Helper()
	got := ix.Suggest(q)
	if len(got) == 0 {
		t.Fatalf("%q finds nothing", q.Text)
	}
	return got[0]
}

func TestTheProductDecidesBetweenTwins(t *testing.T) {
	ix, _ := twins(t, Options{})
	for product, want := range map[string]string{"terminal  pos": "pos", "Impresora": "printer"} {
		if got := firstOf(t, ix, Query{Text: "no imprime", Product: product}); got.Article.ID != want {
			t.Errorf("%s: got %s", product, got.Article.ID)
		}
	}
}

func TestWhatPeopleSaidOfAnArticleCountsWithinBounds(t *testing.T) {
	ask := func(by float64) Suggestion {
		ix, _ := twins(t, Options{Adjust: func(article, product string) float64 {
			if article == "printer" && product == "x" {
				return by
			}
			return 0
		}})
		return firstOf(t, ix, Query{Text: "no imprime", Product: "x"})
	}
	if got := ask(0.3); got.Article.ID != "printer" {
		t.Errorf("what was accepted comes second to %s", got.Article.ID)
	}
	if got := ask(-0.3); got.Article.ID != "pos" {
		t.Errorf("what was refused comes first")
	}
	for _, by := range []float64{1e9, math.Inf(1)} {
		if got, most := ask(by).Confidence, ask(MaxAdjust).Confidence; got != most {
			t.Errorf("%v counts more than the bound: %v, %v", by, got, most)
		}
	}
	if got := ask(math.NaN()).Confidence; math.IsNaN(got) {
		t.Error("no number makes no number")
	}
}

func TestAdjustment(t *testing.T) {
	for _, tt := range []struct {
		name            string
		solved, refused int
		least, most     float64
	}{
		{"nobody said anything", 0, 0, 0, 0},
		{"one said that it solved it", 1, 0, 0.1, 0.3},
		{"one said that it did not", 0, 1, -0.3, -0.1},
		{"as many said either", 50, 50, 0, 0},
		{"all of many said that it solved it", 1000, 0, MaxAdjust, MaxAdjust},
		{"all of many said that it did not", 0, 1000, -MaxAdjust, -MaxAdjust},
		{"a count below nothing is nothing", -5, 0, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Adjustment(tt.solved, tt.refused); got < tt.least || got > tt.most {
				t.Errorf("got %v, want %v to %v", got, tt.least, tt.most)
			}
		})
	}
}

func TestCompanysSynonymsStandForEachOther(t *testing.T) {
	articles := []*Article{
		{ID: "pos", Title: "El punto de venta no imprime", Language: "es", Text: "Cambien el rollo."},
		{ID: "venta", Title: "Ventas del mes", Language: "es", Text: "El punto más alto de la venta."},
	}
	for name, synonyms := range map[string][][]string{"without them": nil, "with them": {{"POS", "punto de venta", "datáfono"}}} {
		ix, err := NewIndex(articles, Options{Threshold: -1, Synonyms: synonyms})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"POS", "datafonos"} {
			got := ix.Suggest(Query{Text: text})
			if found := len(got) == 1 && got[0].Article.ID == "pos"; found != (synonyms != nil) {
				t.Errorf("%s, %q: %s", name, text, brief(got))
			}
		}
	}
}

func TestMeaningFindsWhatWordsDoNot(t *testing.T) {
	ix, articles := twins(t, Options{})
	vectors := [][]float32{{0.1, 1, 0}, {0.1, 0.9, 0.1}, {1, 0, 0.2}}
	for i, a := range articles {
		if !ix.Embed(a, vectors[i]) {
			t.Fatal("an article that is there is not embedded")
		}
	}
	for i := range 20 { // what else there is has nothing to do with it
		a := &Article{ID: string(rune('A' + i)), Title: "Otra cosa", Language: "es"}
		if err := ix.Put(a); err != nil || !ix.Embed(a, []float32{0.1, 0.3, 1}) {
			t.Fatal(err)
		}
	}
	q := Query{Text: "¿cuándo atienden?", Vector: []float32{2, 0.1, 0.1}}
	if got := firstOf(t, ix, q); got.Article.ID != "third" {
		t.Errorf("got %s", got.Article.ID)
	}
	if ix.Embed(&Article{ID: "third"}, vectors[0]) {
		t.Error("another version than the one that is there took its vector")
	}
	for name, v := range map[string][]float32{"of another length": {1, 2}, "of no length": {0, 0, 0}, "no number": {float32(math.NaN()), 1, 1}} {
		q.Text, q.Vector = "no imprime", v
		with := shown(ix.Suggest(q))
		q.Vector = nil
		if without := shown(ix.Suggest(q)); len(with) != len(without) || with[0] != without[0] {
			t.Errorf("a vector %s changes the answer: %v, %v", name, with, without)
		}
	}
}

func TestThresholds(t *testing.T) {
	last := 0.0
	for p := 0.01; p < 1; p += 0.01 {
		got := ThresholdFor(p)
		if got < last || got > 1 {
			t.Fatalf("precision %.2f needs %v, a lower one %v", p, got, last)
		}
		last = got
	}
	if ThresholdFor(1) != 1 {
		t.Error("certainty needs less than certainty")
	}
}
