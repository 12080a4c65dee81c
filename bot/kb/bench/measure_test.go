package bench

import (
	"errors"
	"math"
	"testing"
)

// answers finds the same for everybody who asks the same.
func answers(known map[string]Answer) func(Set) (Finder, error) {
	return func(s Set) (Finder, error) {
		there := map[string]bool{}
		for _, a := range s.Articles {
			there[a.ID] = true
		}
		return func(question string) Answer {
			a := Answer{Confidence: known[question].Confidence}
			for _, id := range known[question].IDs {
				if there[id] {
					a.IDs = append(a.IDs, id)
				}
			}
			return a
		}, nil
	}
}

func near(a, b float64) bool {
	return math.Abs(a-b) < 1e-9 || math.IsNaN(a) && math.IsNaN(b)
}

func TestMeasure(t *testing.T) {
	articles := []Article{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}
	for _, tt := range []struct {
		name                                  string
		questions                             []Question
		known                                 map[string]Answer
		r1, r3, mrr, ndcg, silence, percent80 float64
	}{
		{
			"first, second and not found, of which every second article is gone for silence",
			[]Question{{Text: "1", Relevant: []string{"a"}}, {Text: "2", Relevant: []string{"c"}}, {Text: "3", Relevant: []string{"b"}}},
			map[string]Answer{"1": {[]string{"a"}, 0.9}, "2": {[]string{"b", "c"}, 0.2}, "3": {[]string{"d"}, 0.5}},
			1.0 / 3, 2.0 / 3, 0.5, (1 + 1/math.Log2(3)) / 3, 0.5, 2.0 / 3,
		},
		{
			"a question without answer counts for silence alone, and no article is taken away",
			[]Question{{Text: "1", Relevant: []string{"b"}}, {Text: "2"}},
			map[string]Answer{"1": {[]string{"b"}, 0.9}, "2": {[]string{"a"}, 0.3}},
			1, 1, 1, 1, 1, 1,
		},
		{
			"one of several right articles is right, and all of them count for the gain",
			[]Question{{Text: "1", Relevant: []string{"a", "c"}}},
			map[string]Answer{"1": {[]string{"b", "c"}, 0.9}},
			0, 1, 0.5, 1 / math.Log2(3) / (1 + 1/math.Log2(3)), math.NaN(), 1,
		},
		{
			"no question has an answer",
			[]Question{{Text: "1"}},
			map[string]Answer{"1": {[]string{"b"}, 0.9}},
			math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN(),
		},
		{
			"every answer is among the articles that are taken away",
			[]Question{{Text: "1", Relevant: []string{"b"}}},
			map[string]Answer{"1": {[]string{"b", "a"}, 0.9}},
			1, 1, 1, 1, math.NaN(), math.NaN(),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Measure(Set{Articles: articles, Questions: tt.questions}, answers(tt.known))
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range []struct {
				name      string
				got, want float64
			}{
				{"R@1", f.R1, tt.r1},
				{"R@3", f.R3, tt.r3},
				{"MRR", f.MRR, tt.mrr},
				{"nDCG", f.NDCG, tt.ndcg},
				{"silence", f.Silence, tt.silence},
				{"precision at 80 %", f.Precision80, tt.percent80},
			} {
				if !near(x.got, x.want) {
					t.Errorf("%s is %v, want %v", x.name, x.got, x.want)
				}
			}
		})
	}
	if _, err := Measure(Set{Articles: articles}, func(Set) (Finder, error) { return nil, errors.New("no") }); err == nil {
		t.Error("what cannot be built is measured")
	}
}

func TestAUROC(t *testing.T) {
	j := func(c float64, answerable bool) Judged { return Judged{Confidence: c, Answerable: answerable} }
	for _, tt := range []struct {
		name string
		js   []Judged
		want float64
	}{
		{"all told apart", []Judged{j(0.9, true), j(0.8, true), j(0.1, false)}, 1},
		{"none", []Judged{j(0.1, true), j(0.8, false)}, 0},
		{"equal confidence counts half", []Judged{j(0.5, true), j(0.5, false)}, 0.5},
		{"one of two pairs", []Judged{j(0.5, true), j(0.1, false), j(0.9, false)}, 0.5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := AUROC(tt.js); !near(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPrecisionAt(t *testing.T) {
	// Ten answerable questions, of which eight are reached at 0.5; two others come before that.
	var js []Judged
	for i := range 8 {
		js = append(js, Judged{0.9 - 0.05*float64(i), true, i != 0})
	}
	js = append(js, Judged{0.3, true, true}, Judged{0.2, true, true}, Judged{0.7, false, false}, Judged{0.6, false, false}, Judged{0.1, false, false})
	if got := PrecisionAt(js, 0.8); !near(got, 0.7) {
		t.Errorf("got %v, want 0.7: seven right ones of ten given", got)
	}
}
