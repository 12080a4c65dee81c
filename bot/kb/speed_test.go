package kb

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// language is a made-up one in which words are as unevenly common as in a real
// one: the commonest are Spanish words of grammar, the others are made of syllables.
// Articles have topics, whose words they share with others of it, so that a
// question finds many that resemble its own.
type language struct {
	random *rand.Rand
	zipf   *rand.Zipf
}

func newLanguage() *language {
	r := rand.New(rand.NewPCG(3, 4))
	return &language{r, rand.NewZipf(r, 1.07, 4, 120_000)}
}

var (
	grammarWords = strings.Fields("de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está")
	onsets       = strings.Fields("b c ch d f g l ll m n p qu r s t v br cr dr pl pr tr fl gr")
	vowels       = strings.Fields("a e i o u a e o ia ie ue io")
	codas        = []string{"", "", "", "n", "r", "s", "l"}
)

// spell gives the word of a rank.
func spell(rank uint64) string {
	if rank < uint64(len(grammarWords)) {
		return grammarWords[rank]
	}
	r := rand.New(rand.NewPCG(rank, 7))
	var b strings.Builder
	for range 2 + r.IntN(3) {
		b.WriteString(onsets[r.IntN(len(onsets))] + vowels[r.IntN(len(vowels))] + codas[r.IntN(len(codas))])
	}
	return b.String()
}

// words about a topic: one of five is of its forty.
func (l *language) words(topic uint64, n int) string {
	ws := make([]string, n)
	for i := range ws {
		if l.random.IntN(5) == 0 {
			ws[i] = spell(200 + topic*40 + l.random.Uint64N(40))
		} else {
			ws[i] = spell(l.zipf.Uint64())
		}
	}
	return strings.Join(ws, " ")
}

// article has 40 to 320 words.
func (l *language) article(i int) *Article {
	topic := l.random.Uint64N(300)
	a := &Article{ID: fmt.Sprint(i), Title: l.words(topic, 5), Language: "es", Tags: []string{l.words(topic, 1)}}
	var text strings.Builder
	for range 2 + l.random.IntN(10) {
		text.WriteString(l.words(topic, 10+l.random.IntN(15)) + ".\n")
		if l.random.IntN(3) == 0 {
			text.WriteString("\n")
		}
	}
	a.Text = text.String()
	return a
}

// question is about an article in other words, with a slip of the finger, or
// about nothing of it.
func (l *language) question(a *Article) string {
	ws := strings.Fields(a.Title + " " + a.Text)
	at := l.random.IntN(len(ws) - 6)
	slip := []byte(ws[at])
	slip[len(slip)/2] = 'x'
	switch l.random.IntN(4) {
	case 0:
		return "¿Por qué no " + l.words(l.random.Uint64N(300), 9) + "?"
	case 1:
		return "Hola, ¿cómo hago para " + string(slip) + " " + strings.Join(ws[at+1:at+6], " ") + "? Gracias"
	}
	return "¿Cómo " + strings.Join(ws[at:at+6], " ") + " " + l.words(l.random.Uint64N(300), 3) + " error 500?"
}

// thousands makes a knowledge base of n articles, and questions to it.
func thousands(n int) ([]*Article, []string) {
	l := newLanguage()
	articles := make([]*Article, n)
	for i := range articles {
		articles[i] = l.article(i)
	}
	questions := make([]string, 2000)
	for i := range questions {
		questions[i] = l.question(articles[l.random.IntN(n)])
	}
	return articles, questions
}

func indexOf(b *testing.B, articles []*Article) *Index {
	b.Helper()
	ix, err := NewIndex(articles, Options{Threshold: -1})
	if err != nil {
		b.Fatal(err)
	}
	return ix
}

// reportTimes tells the median and the slowest but one of a hundred.
func reportTimes(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

func ask(ix *Index, question string) time.Duration {
	start := time.Now()
	ix.Suggest(Query{Text: question, Language: "es", Customer: "acme"})
	return time.Since(start)
}

func BenchmarkSuggest(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("articles=%d", n), func(b *testing.B) {
			articles, questions := thousands(n)
			ix := indexOf(b, articles)
			var took []time.Duration
			for b.Loop() {
				took = append(took, ask(ix, questions[len(took)%len(questions)]))
			}
			reportTimes(b, took)
		})
	}
}

// BenchmarkSuggestWhileChanging asks 10,000 articles of which another
// goroutine changes one after the other.
func BenchmarkSuggestWhileChanging(b *testing.B) {
	articles, questions := thousands(10_000)
	ix := indexOf(b, articles)
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond): // a hundred a second
				if err := ix.Put(articles[i%len(articles)]); err != nil {
					b.Error(err)
				}
			}
		}
	}()
	var took []time.Duration
	for b.Loop() {
		took = append(took, ask(ix, questions[len(took)%len(questions)]))
	}
	close(done)
	<-gone
	reportTimes(b, took)
}

// BenchmarkPut changes one of 10,000 articles and asks for it: how long it
// takes until a change is found.
func BenchmarkPut(b *testing.B) {
	articles, _ := thousands(10_000)
	ix := indexOf(b, articles)
	l := newLanguage()
	var took []time.Duration
	for b.Loop() {
		a := l.article(len(took) % len(articles))
		a.Title = fmt.Sprintf("novedad%d", len(took))
		start := time.Now()
		if err := ix.Put(a); err != nil {
			b.Fatal(err)
		}
		if got := ix.Search(Query{Text: a.Title, Language: "es"}); len(got) == 0 || got[0].Article != a {
			b.Fatalf("%s is not found", a.Title)
		}
		took = append(took, time.Since(start))
	}
	reportTimes(b, took)
}

// BenchmarkNewIndex reads 10,000 articles, and tells what the index holds in memory
// besides their text.
func BenchmarkNewIndex(b *testing.B) {
	articles, _ := thousands(10_000)
	before := heap()
	var ix *Index
	for b.Loop() {
		ix = nil
		ix = indexOf(b, articles)
	}
	b.ReportMetric(float64(heap()-before)/(1<<20), "MiB")
	runtime.KeepAlive(ix)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
