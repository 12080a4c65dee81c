package kb

import (
	"os"
	"testing"

	"sereno/bot/company"
	"sereno/bot/kb/internal/bench"
)

// finder answers a set's questions through the index, as the bot does, but
// with everything that was found however little likely.
func finder(t testing.TB, s bench.Set) bench.Finder {
	lang := company.Lang(s.Language)
	var articles []*Article
	for _, a := range s.Articles {
		articles = append(articles, &Article{ID: a.ID, Title: a.Title, Language: lang, Text: a.Text})
	}
	ix, err := NewIndex(articles, Options{Threshold: -1})
	if err != nil {
		t.Fatal(err)
	}
	return func(question string) bench.Answer {
		var a bench.Answer
		for _, s := range ix.Suggest(Query{Text: question, Language: lang, Max: 10}) {
			if len(a.IDs) == 0 {
				a.Confidence = s.Confidence
			}
			a.IDs = append(a.IDs, s.Article.ID)
		}
		return a
	}
}

// TestFigures prints how good the retrieval is, and what thresholds mean, on a
// folder of sets of questions (see internal/bench):
//
//	SERENO_KB_BENCH=FOLDER go test ./bot/kb -run TestFigures -v
//
// The sets are too large for the repository. Without a folder the sample
// company's questions are measured alone, which TestQuestionsOfTheSampleCompany
// always does.
func TestFigures(t *testing.T) {
	folder := os.Getenv("SERENO_KB_BENCH")
	if folder == "" {
		t.Log("SERENO_KB_BENCH names no folder of sets: only the sample company's questions are measured")
		return
	}
	sets, err := bench.Load(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sets {
		f := bench.Measure(s, func(part bench.Set) bench.Finder { return finder(t, part) })
		t.Logf("%-10s %v", s.Name, f)
		for _, at := range []float64{0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8} {
			p, c := bench.At(f.Judged, at)
			t.Logf("%-10s threshold %.1f: precision %.3f, %.3f of the answerable answered", s.Name, at, p, c)
		}
	}
}
