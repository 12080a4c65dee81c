package kb

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"sereno/bot/company"
)

// drawArticle makes an article of few words, so that questions find many.
func drawArticle(t *rapid.T, ids []string) *Article {
	words := func(label string, least, most int) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(fewWords), least, most).Draw(t, label), " ")
	}
	return &Article{
		ID:        rapid.SampledFrom(ids).Draw(t, "id"),
		Title:     words("title", 1, 3),
		Text:      words("text", 0, 6) + ". " + words("more", 0, 6),
		Language:  rapid.SampledFrom([]company.Lang{"es", "en"}).Draw(t, "language"),
		Internal:  rapid.Bool().Draw(t, "internal"),
		Customers: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"acme", "globex", "initech"}), 0, 2, rapid.ID).Draw(t, "customers"),
		Products:  rapid.SliceOfN(rapid.SampledFrom([]string{"Pagos", "Webhooks"}), 0, 1).Draw(t, "products"),
	}
}

var (
	fewWords = strings.Fields("pago pagos pagó garantía garantia tarjeta webhook webhooks error 500 ORA-01017 factura cobro turbine bearing overheating valve the de")
	fewIDs   = strings.Fields("a b c d e f g h")
)

// However the articles came to be there, they are found as if they had been
// there from the beginning.
func TestAChangedIndexAnswersAsANewOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		changed, err := NewIndex(nil, Options{Threshold: -1})
		if err != nil {
			t.Fatal(err)
		}
		held := map[string]*Article{}
		for range rapid.IntRange(1, 12).Draw(t, "changes") {
			if rapid.Bool().Draw(t, "remove") {
				id := rapid.SampledFrom(fewIDs).Draw(t, "removed")
				changed.Remove(id)
				delete(held, id)
				continue
			}
			a := drawArticle(t, fewIDs)
			if err := changed.Put(a); err != nil {
				t.Fatal(err)
			}
			held[a.ID] = a
		}
		var articles []*Article
		for _, id := range fewIDs {
			if held[id] != nil {
				articles = append(articles, held[id])
			}
		}
		fresh, err := NewIndex(articles, Options{Threshold: -1})
		if err != nil {
			t.Fatal(err)
		}
		if changed.Len() != len(held) {
			t.Fatalf("it holds %d articles of %d", changed.Len(), len(held))
		}
		q := Query{Max: 10, Text: strings.Join(rapid.SliceOfN(rapid.SampledFrom(fewWords), 1, 5).Draw(t, "question"), " ")}
		if got, want := shown(changed.Suggest(q)), shown(fresh.Suggest(q)); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", q.Text, got, want)
		}
	})
}

// shown are suggestions in an order that does not depend on which of equals
// came first.
func shown(ss []Suggestion) []string {
	var out []string
	for _, s := range ss {
		out = append(out, fmt.Sprintf("%.6f %s %s", s.Confidence, s.Article.ID, s.Passage))
	}
	slices.Sort(out)
	return out
}

func mayBeShown(s Suggestion, customer string) bool {
	a := s.Article
	return customer == "" || !a.Internal && (len(a.Customers) == 0 || slices.Contains(a.Customers, customer))
}

// A customer never gets a passage of an internal article or of another
// customer's, whatever else is true of it.
func TestNobodyEverSeesWhatIsNotForThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{Threshold: -1, SearchThreshold: -1, Adjust: func(a, _ string) float64 { return float64(len(a)) }}
		ix, err := NewIndex(nil, o)
		if err != nil {
			t.Fatal(err)
		}
		for i := range rapid.IntRange(1, 8).Draw(t, "articles") {
			a := drawArticle(t, fewIDs)
			a.Text = fmt.Sprintf("%s Secreto de %s.", a.Text, a.ID)
			if err := ix.Put(a); err != nil {
				t.Fatal(err)
			}
			ix.Embed(a, []float32{float32(i), 1})
		}
		q := Query{
			Text:     strings.Join(rapid.SliceOfN(rapid.SampledFrom(fewWords), 1, 6).Draw(t, "question"), " "),
			Customer: rapid.SampledFrom([]string{"acme", "globex", "initech", "nobody", ""}).Draw(t, "customer"),
			Product:  rapid.SampledFrom([]string{"", "Pagos", "Webhooks"}).Draw(t, "product"),
			Language: rapid.SampledFrom([]company.Lang{"", "es", "en"}).Draw(t, "language"),
			Max:      10,
		}
		if rapid.Bool().Draw(t, "embedded") {
			q.Vector = []float32{1, 0.5}
		}
		for _, s := range append(ix.Suggest(q), ix.Search(q)...) {
			if !mayBeShown(s, q.Customer) {
				t.Errorf("%s sees %s", q.Customer, s.Article.ID)
			}
		}
	})
}

// Neither while articles change hands: each is internal, for acme or for
// globex by turns, and what a customer is shown is always one that was for it.
func TestNobodySeesMoreWhileArticlesChange(t *testing.T) {
	ix, err := NewIndex(nil, Options{Threshold: -1})
	if err != nil {
		t.Fatal(err)
	}
	turn := func(id string, n int) *Article {
		a := &Article{ID: id, Title: "Turbine bearing overheating", Language: "en", Text: fmt.Sprintf("Stop the turbine, %d.", n%3)}
		switch n % 3 {
		case 0:
			a.Internal = true
		case 1:
			a.Customers = []string{"acme"}
		case 2:
			a.Customers = []string{"globex"}
		}
		return a
	}
	var changing, asking sync.WaitGroup
	done := make(chan struct{})
	for w := range 2 {
		changing.Go(func() {
			for n := range 150 {
				id := fewIDs[(n+w)%len(fewIDs)]
				if n%5 == 4 {
					ix.Remove(id)
				} else if err := ix.Put(turn(id, n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, customer := range []string{"acme", "globex", "nobody"} {
		asking.Go(func() {
			for {
				for _, s := range ix.Suggest(Query{Text: "the turbine's bearing is overheating", Customer: customer, Max: 10}) {
					mine := map[string]string{"acme": "1.", "globex": "2."}[customer]
					if !mayBeShown(s, customer) || mine == "" || !strings.HasSuffix(s.Passage, mine) {
						t.Errorf("%s sees %s: %q", customer, s.Article.ID, s.Passage)
					}
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	changing.Wait()
	close(done)
	asking.Wait()
}

func TestAnArticleIsFoundOnceItIsPut(t *testing.T) {
	ix := sampleIndex(t, Options{})
	q := Query{Text: "the turbine reports overheating of the bearing", Language: "en", Customer: "globex"}
	a := &Article{ID: "bearing", Title: "Turbine bearing overheating", Language: "en", Text: "Overheating of the turbine bearing: stop it."}
	find := func() string {
		if got := ix.Suggest(q); len(got) > 0 {
			return got[0].Article.ID
		}
		return ""
	}
	if got := find(); got != "" {
		t.Fatalf("%s is found before", got)
	}
	if err := ix.Put(a); err != nil || find() != "bearing" {
		t.Fatalf("not found once put, error %v", err)
	}
	moved := *a
	moved.Language, moved.Title, moved.Text = "es", "Sobrecalentamiento del cojinete", "Detengan la turbina si el cojinete recalienta."
	if err := ix.Put(&moved); err != nil || find() != "" {
		t.Fatalf("the earlier version is found, error %v", err)
	}
	ix.Remove("bearing", "none")
	if n := len(sampleArticles(t)); ix.Len() != n {
		t.Errorf("%d articles, want %d", ix.Len(), n)
	}
}

func TestWhatIsWrongChangesNothing(t *testing.T) {
	ix := sampleIndex(t, Options{})
	n := ix.Len()
	if err := ix.Put(&Article{ID: "good", Title: "T", Language: "es"}, &Article{ID: "bad", Title: "T"}); err == nil || ix.Len() != n {
		t.Errorf("%d articles instead of %d, error %v", ix.Len(), n, err)
	}
}
