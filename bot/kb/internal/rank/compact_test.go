package rank

import (
	"fmt"
	"reflect"
	"testing"
)

// changing is a document whose words are new at every turn, but for some that stay.
func changing(turn int) Doc {
	d := Doc{Title: fmt.Sprintf("Cobro palabra%s", letters(turn)), Labels: []string{"Pagos"}}
	for i := range 40 {
		d.Sentences = append(d.Sentences, fmt.Sprintf("El garantía %s no llega al cliente.", letters(turn*40+i)))
	}
	return d
}

// letters writes a number as a word that is compared by its letters.
func letters(n int) string {
	var out []byte
	for range 6 {
		out = append(out, "bcdfglmn"[n%8], "aeiou"[n%5])
		n /= 5
	}
	return string(out)
}

func TestWordsThatNobodyWritesAnyMoreAreForgotten(t *testing.T) {
	c := NewCorpus("es", [][]string{{"POS", "punto de venta"}})
	c = c.With(nil, []Doc{changing(0), {Title: "Punto de venta", Sentences: []string{"La terminal pide la clave."}}}, nil)
	most := 0
	for turn := 1; turn < 1000; turn++ {
		c = c.With([]int{0}, []Doc{changing(turn)}, nil)
		most = max(most, len(c.words))
	}
	if most > 2*wornLeast {
		t.Errorf("it has known %d words at once", most)
	}
	fresh := NewCorpus("es", [][]string{{"POS", "punto de venta"}}).With(nil, []Doc{changing(999), {Title: "Punto de venta", Sentences: []string{"La terminal pide la clave."}}}, nil)
	for _, q := range []string{"garantia " + letters(999*40+3), "garantía", "no anda el POS", "la terminall pide clave", letters(40), "cobro del cliente"} {
		got, want := c.Rank(&Learned, Ask{Text: q}), fresh.Rank(&Learned, Ask{Text: q})
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, want %+v", q, got, want)
		}
	}
}

// Who asks the corpus of before meanwhile finds what was there.
func TestACompactedCorpusAnswersAsBefore(t *testing.T) {
	c := NewCorpus("es", nil)
	for turn := range 30 {
		c = c.With(nil, []Doc{changing(turn)}, nil)
	}
	c = c.With([]int{3, 4, 5, 6, 7, 8, 9}, nil, nil)
	next := c.compact()
	for turn := range 30 {
		q := Ask{Text: "garantia " + letters(turn*40+1) + " y el cobro"}
		if got, want := next.Rank(&Learned, q), c.Rank(&Learned, q); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, want %+v", q.Text, got, want)
		}
	}
	if next.lex == c.lex || len(next.words) >= len(c.words) {
		t.Errorf("%d words of %d", len(next.words), len(c.words))
	}
}
