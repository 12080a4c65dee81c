package kb

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"sereno/bot/company"
	"sereno/bot/kb/internal/bench"
)

// sampleQuestion is a line of testdata/questions.jsonl: what a customer of the
// sample company asks, and the articles that answer, none when none does.
type sampleQuestion struct {
	Customer string
	Language company.Lang
	Query    string
	Relevant []string
}

func sampleQuestions(t testing.TB) []sampleQuestion {
	t.Helper()
	data, err := os.ReadFile("testdata/questions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []sampleQuestion
	for line := range bytes.Lines(data) {
		var q sampleQuestion
		if err := json.Unmarshal(line, &q); err != nil {
			t.Fatal(err)
		}
		out = append(out, q)
	}
	return out
}

func sampleArticles(t testing.TB) []*Article {
	t.Helper()
	articles, err := LoadDir(os.DirFS("../config/sample/kb"))
	if err != nil {
		t.Fatal(err)
	}
	return articles
}

func sampleIndex(t testing.TB, o Options) *Index {
	t.Helper()
	ix, err := NewIndex(sampleArticles(t), o)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func TestQuestionsOfTheSampleCompany(t *testing.T) {
	ix := sampleIndex(t, Options{})
	all := sampleIndex(t, Options{Threshold: -1})
	var js []bench.Judged
	var answerable, first, shown, silent, off float64
	for _, q := range sampleQuestions(t) {
		query := Query{Text: q.Query, Language: q.Language, Customer: q.Customer}
		found, likely := all.Suggest(query), ix.Suggest(query)
		j := bench.Judged{Answerable: len(q.Relevant) > 0}
		best := ""
		if len(found) > 0 {
			best, j.Confidence = found[0].Article.ID, found[0].Confidence
			j.Right = slices.Contains(q.Relevant, best)
		}
		js = append(js, j)
		switch {
		case j.Answerable:
			answerable++
			if j.Right {
				first++
				if len(likely) > 0 {
					shown++
				} else {
					t.Logf("silent at %.2f: %s", j.Confidence, q.Query)
				}
			} else {
				t.Logf("first is %s at %.2f: %s", best, j.Confidence, q.Query)
			}
		default:
			off++
			if len(likely) == 0 {
				silent++
			} else {
				t.Logf("suggests %s at %.2f: %s", best, j.Confidence, q.Query)
			}
		}
	}
	t.Logf("R@1 %.3f, suggested %.3f of %v; silent %.3f of %v; silence AUROC %.3f",
		first/answerable, shown/answerable, answerable, silent/off, off, bench.AUROC(js))
}
