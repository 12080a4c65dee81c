package kb

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"sereno/bot/company"
	"sereno/bot/kb/bench"
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

// What customers of the sample company ask finds its article, and what has
// nothing to do with the articles finds none.
func TestQuestionsOfTheSampleCompany(t *testing.T) {
	ix := sampleIndex(t, Options{Threshold: -1})
	var all []bench.Judged
	var answerable, first, suggested, off, silent float64
	for _, q := range sampleQuestions(t) {
		j := bench.Judged{Answerable: len(q.Relevant) > 0}
		found := ix.Suggest(Query{Text: q.Query, Language: q.Language, Customer: q.Customer})
		if len(found) > 0 {
			j.Confidence = found[0].Confidence
			j.Right = slices.Contains(q.Relevant, found[0].Article.ID)
		}
		all = append(all, j)
		shown := j.Confidence >= ThresholdFor(DefaultPrecision)
		switch {
		case j.Answerable && j.Right:
			answerable++
			first++
			if shown {
				suggested++
			} else {
				t.Logf("silent at %.2f: %s", j.Confidence, q.Query)
			}
		case j.Answerable:
			answerable++
			t.Logf("not first: %s (%s)", q.Query, brief(found))
		default:
			off++
			if !shown {
				silent++
			} else {
				t.Logf("suggests: %s (%s)", q.Query, brief(found))
			}
		}
	}
	auroc := bench.AUROC(all)
	t.Logf("R@1 %.3f, suggested %.3f of %v answerable; silent on %.3f of %v others; silence AUROC %.3f",
		first/answerable, suggested/answerable, answerable, silent/off, off, auroc)
	if first/answerable < 0.95 || suggested/answerable < 0.9 || silent/off < 0.95 || auroc < 0.97 {
		t.Error("the retrieval has become worse")
	}
}
