package kb

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// space makes vectors as models do: all of them lean to one side, those of a topic
// are near each other, and each has something of its own.
type space struct {
	random *rand.Rand
	dim    int
	side   []float32
	topics [][]float32
}

func newSpace(dim int) *space {
	s := &space{random: rand.New(rand.NewPCG(5, 6)), dim: dim}
	s.side = s.any()
	for range 300 {
		s.topics = append(s.topics, s.any())
	}
	return s
}

func (s *space) any() []float32 {
	v := make([]float32, s.dim)
	for i := range v {
		v[i] = float32(s.random.NormFloat64())
	}
	return v
}

func (s *space) about(topic int) []float32 {
	v := s.any()
	for i := range v {
		v[i] = 0.7*s.side[i] + s.topics[topic][i] + 0.8*v[i]
	}
	return v
}

// embeddedIndex has n articles of which each says nothing but its number, and vectors.
func embeddedIndex(t testing.TB, s *space, n int, change func(i int, a *Article)) (*Index, [][]float32) {
	t.Helper()
	articles, vectors := make([]*Article, n), make([][]float32, n)
	for i := range articles {
		articles[i] = &Article{ID: fmt.Sprint(i), Title: fmt.Sprintf("n%d", i), Language: "en"}
		vectors[i] = s.about(i % len(s.topics))
		if change != nil {
			change(i, articles[i])
		}
	}
	ix, err := NewIndex(articles, Options{SearchThreshold: -1})
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range articles {
		ix.Embed(a, vectors[i])
	}
	return ix, vectors
}

func cosine(a, b []float32) float64 {
	var dot, x, y float64
	for i := range a {
		dot += float64(a[i]) * float64(b[i])
		x += float64(a[i]) * float64(a[i])
		y += float64(b[i]) * float64(b[i])
	}
	return dot / math.Sqrt(x*y)
}

func TestVectorsAreKeptSmallAndComparedWell(t *testing.T) {
	s := newSpace(768)
	for i := range 100 {
		a, b := s.about(i), s.about(i/2)
		if got, want := newVector(a).cosine(newVector(b)), cosine(a, b); math.Abs(got-want) > 0.003 {
			t.Errorf("cosine %v, want %v", got, want)
		}
	}
	for name, v := range map[string][]float32{"none": nil, "zero": {0, 0}, "no number": {float32(math.NaN()), 1}, "infinite": {float32(math.Inf(1)), 1}} {
		if newVector(v) != nil {
			t.Errorf("%s has a direction", name)
		}
	}
}

// Among many, what is looked for by signs is what comparing all of them finds, and as
// near.
func TestAmongManyTheNearestAreFound(t *testing.T) {
	s := newSpace(384)
	ix, vectors := embeddedIndex(t, s, 3000, nil)
	shelf := (*ix.shelves.Load())[0]
	for n := range 50 {
		q := s.about(n)
		exact := make([]float64, len(vectors))
		order := make([]int, len(vectors))
		var mean, deviation float64
		for i, v := range vectors {
			exact[i], order[i] = cosine(q, v), i
			mean += exact[i] / float64(len(vectors))
		}
		for _, c := range exact {
			deviation += (c - mean) * (c - mean) / float64(len(vectors))
		}
		deviation = math.Sqrt(deviation)
		slices.SortFunc(order, func(a, b int) int { return int(math.Copysign(1, exact[b]-exact[a])) })
		m := shelf.near(&Query{}, newVector(q))
		if len(m.Nearest) > shortlisted {
			t.Fatalf("%d are compared", len(m.Nearest))
		}
		for _, i := range order[:8] {
			doc := shelf.numbers[fmt.Sprint(i)]
			if !slices.Contains(m.Nearest, doc) {
				t.Errorf("question %d: %d is not among the nearest", n, i)
			}
			if got, want := float64(m.Near(doc)), (exact[i]-mean)/deviation; math.Abs(got-want) > 0.1*want {
				t.Errorf("question %d: %d is %v near, not %v", n, i, got, want)
			}
		}
	}
}

// What is not for a customer is neither found by its vector nor moves what is.
func TestAmongManyNobodySeesByMeaningWhatIsNotForThem(t *testing.T) {
	s := newSpace(64)
	hide := func(i int, a *Article) { a.Internal = i%2 == 0 }
	ix, vectors := embeddedIndex(t, s, 2400, hide)
	only, err := NewIndex(nil, Options{SearchThreshold: -1})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range vectors {
		if i%2 == 1 {
			a := &Article{ID: fmt.Sprint(i), Title: fmt.Sprintf("n%d", i), Language: "en"}
			if err := only.Put(a); err != nil {
				t.Fatal(err)
			}
			only.Embed(a, v)
		}
	}
	for n := range 40 {
		q := Query{Text: "n1 something", Language: "en", Customer: "acme", Vector: s.about(n), Max: 10}
		got := ix.Search(q)
		for _, x := range got {
			if x.Article.Internal {
				t.Errorf("acme sees %s", x.Article.ID)
			}
		}
		want := only.Search(q)
		if len(got) == 0 || len(want) == 0 || got[0].Article.ID != want[0].Article.ID || math.Abs(got[0].Confidence-want[0].Confidence) > 1e-9 {
			t.Errorf("question %d: %v, without the others %v", n, shown(got), shown(want))
		}
	}
}

// BenchmarkSuggestByMeaning asks 10,000 articles with vectors, and tells what these
// hold in memory besides the index.
func BenchmarkSuggestByMeaning(b *testing.B) {
	articles, questions := thousands(10_000)
	for _, dim := range []int{768, 1536, 3072} {
		b.Run(fmt.Sprintf("dimension=%d", dim), func(b *testing.B) {
			s := newSpace(dim)
			ix := indexOf(b, articles)
			before := heap()
			for i, a := range articles {
				ix.Embed(a, s.about(i%300))
			}
			held := heap() - before
			asked := make([][]float32, 100)
			for i := range asked {
				asked[i] = s.about(i)
			}
			var took []time.Duration
			for b.Loop() {
				n := len(took)
				start := time.Now()
				ix.Suggest(Query{Text: questions[n%len(questions)], Language: "es", Customer: "acme", Vector: asked[n%len(asked)]})
				took = append(took, time.Since(start))
			}
			reportTimes(b, took)
			b.ReportMetric(float64(held)/(1<<20), "MiB")
		})
	}
}
