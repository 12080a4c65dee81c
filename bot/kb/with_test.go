package kb

import (
	"fmt"
	"slices"
	"testing"
)

// vectored is an index of six articles of which the last is near the question by its
// vector alone.
func vectored(t *testing.T) (*Index, Query) {
	t.Helper()
	ix, err := NewIndex(nil, Options{SearchThreshold: -1})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		a := &Article{ID: fmt.Sprint(i), Title: "Turbine", Text: fmt.Sprintf("Number %d of the turbine.", i), Language: "en"}
		if err := ix.Put(a); err != nil {
			t.Fatal(err)
		}
		v := []float32{1, float32(i%3) / 10, 0}
		if i == 11 {
			v = []float32{0, 0, 1}
		}
		if !ix.Embed(a, v) {
			t.Fatal("not embedded")
		}
	}
	return ix, Query{Text: "turbine", Language: "en", Vector: []float32{0, 0, 1}, Max: 12}
}

func TestAnIndexByOtherOptionsHasTheSameVectors(t *testing.T) {
	ix, q := vectored(t)
	next, err := ix.With(Options{SearchThreshold: -1, Synonyms: [][]string{{"turbine", "rotor"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := shown(next.Search(q)), shown(ix.Search(q)); !slices.Equal(got, want) || next.Search(q)[0].Article.ID != "11" {
		t.Errorf("got %v, want %v", got, want)
	}
	q.Text = "rotor"
	if got := next.Search(q); len(got) == 0 || got[0].Article.ID != "11" {
		t.Errorf("by the new options: %v", got)
	}
}

func TestForgottenVectorsCountNoMore(t *testing.T) {
	ix, q := vectored(t)
	ix.Forget()
	words := q
	words.Vector = nil
	if got, want := shown(ix.Search(q)), shown(ix.Search(words)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
