package bot_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/kb"
	"sereno/prompts"
	"sereno/prompts/promptstest"
)

// curious remembers the questions that the articles were asked.
type curious struct {
	*bot.Library
	queries []kb.Query
}

func (a *curious) Suggest(q kb.Query) []kb.Suggestion {
	a.queries = append(a.queries, q)
	return a.Library.Suggest(q)
}

func (a *curious) Search(q kb.Query) []kb.Suggestion {
	a.queries = append(a.queries, q)
	return a.Library.Search(q)
}

// embedding is a world with articles that have vectors, from a scripted endpoint.
func embedding(t *testing.T, script func(promptstest.Request) promptstest.Reply) (*world, *curious, *promptstest.Server) {
	t.Helper()
	endpoint, transport, a := promptstest.New(script), &http.Transport{}, &curious{}
	t.Cleanup(func() { transport.CloseIdleConnections(); endpoint.Close() })
	w := newWorld(t, func(o *bot.Options) {
		a.Library = bot.NewLibrary(o.Store, kb.Options{}, nil)
		o.Articles, o.EmbedWithin = a, 2*time.Second
		o.Embedder = prompts.New(config.Assistant{
			BaseURL: endpoint.BaseURL(), Key: promptstest.Key, Embeddings: config.Embeddings{Model: "e", Dimension: 16}, Timeout: 5 * time.Second, Concurrency: 2,
		}, prompts.Options{Clock: o.Clock, Transport: transport})
	})
	return w, a, endpoint
}

func stored(w *world) []bot.Embedding { return storedOf(w, "e") }

func storedOf(w *world, model string) (out []bot.Embedding) {
	w.t.Helper()
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) (err error) {
		out, err = tx.Embeddings(w.t.Context(), model, 16)
		return err
	}))
	return out
}

func TestPublishedArticlesGetVectorsAndQuestionsAreAskedWithTheirs(t *testing.T) {
	w, a, endpoint := embedding(t, promptstest.Say(""))
	w.publish(retryArticle)
	w.must2(a.Follow(t.Context()))
	w.must(nil)
	if got := stored(w); len(got) != 1 || got[0].Article != "reintentos" || got[0].Version != 1 || len(got[0].Vector) != 16 {
		t.Fatalf("%+v", got)
	}
	w.say("maria", "acme-support", "", problem)
	if n := len(a.queries); n != 2 || len(a.queries[0].Vector) != 16 || !a.queries[1].Inside || len(a.queries[1].Vector) != 16 {
		t.Errorf("asked %d times, for the customer and for who answers them: %+v", n, a.queries)
	}
	if calls := w.calls(); len(calls) != 2 || calls[0].Prompt != "embed" || calls[1].Customer != "acme" {
		t.Errorf("%+v", calls)
	}
	if n := len(endpoint.Requests()); n != 2 {
		t.Errorf("%d requests", n)
	}
	if w.count() != 1 {
		t.Error("the incident was opened more than once")
	}
}

func TestAnotherProcessTakesTheVectorsFromTheStore(t *testing.T) {
	w, a, endpoint := embedding(t, promptstest.Say(""))
	w.publish(retryArticle)
	w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
		return tx.SaveEmbedding(t.Context(), bot.Embedding{Article: "reintentos", Version: 1, Model: "e", Vector: make([]float32, 16)})
	}))
	w.must2(a.Follow(t.Context()))
	w.must(nil)
	if n := len(endpoint.Requests()); n != 0 || len(a.Unembedded(bot.Space{Model: "e", Dimension: 16}, 0)) != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestANewVersionGetsANewVector(t *testing.T) {
	w, a, endpoint := embedding(t, promptstest.Say(""))
	w.publish(retryArticle)
	w.must2(a.Follow(t.Context()))
	w.must(nil)
	next := *retryArticle
	next.Text += " Desde la versión 3 también los reembolsos."
	w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
		if err := tx.AddVersion(t.Context(), kb.Version{Article: next.ID, N: 2, Content: next, At: begin}); err != nil {
			return err
		}
		return tx.SaveArticle(t.Context(), &kb.Record{ID: next.ID, State: kb.Published, Latest: 2, Public: 2, Head: next})
	}))
	w.must2(a.Follow(t.Context()))
	w.must(nil)
	if got := stored(w); len(got) != 1 || got[0].Version != 2 || len(endpoint.Requests()) != 2 {
		t.Errorf("%+v after %d requests", got, len(endpoint.Requests()))
	}
}

// A question whose vector does not come is answered by words, and its incident is
// opened all the same.
func TestAQuestionDoesNotWaitLongForItsVector(t *testing.T) {
	for name, reply := range map[string]promptstest.Reply{"the endpoint is down": {Status: 503}, "it hangs": {Hang: true}} {
		t.Run(name, func(t *testing.T) {
			w, a, _ := embedding(t, func(promptstest.Request) promptstest.Reply { return reply })
			w.bot.Engage(nil, w.bot.Embedder, 20*time.Millisecond)
			w.say("maria", "acme-support", "", problem)
			if len(a.queries) != 2 || a.queries[0].Vector != nil || a.queries[1].Vector != nil || w.count() != 1 {
				t.Errorf("%+v", a.queries)
			}
			if shown := w.posted("acme-support"); !strings.Contains(shown, "INC-1") {
				t.Errorf("the customer reads\n%s", shown)
			}
			if calls := w.calls(); len(calls) != 1 || calls[0].Outcome == bot.CallDone {
				t.Errorf("%+v", calls)
			}
		})
	}
}

func TestAQuestionThatIsAskedTwiceIsEmbeddedOnce(t *testing.T) {
	w, a, endpoint := embedding(t, promptstest.Say(""))
	w.command("maria", "acme-support", "/kb reintentar un pago")
	w.command("john", "globex-support", "/kb reintentar un pago")
	if len(endpoint.Requests()) != 1 || len(a.queries) != 4 || len(a.queries[3].Vector) != 16 { // each is searched for, and asked whether it is sure
		t.Errorf("%d requests, %+v", len(endpoint.Requests()), a.queries)
	}
}

// A reload makes no vector anew.
func TestVectorsOutliveOtherOptions(t *testing.T) {
	w, a, endpoint := embedding(t, promptstest.Say(""))
	w.publish(retryArticle)
	w.must2(a.Follow(t.Context()))
	w.must(nil)
	nearest := func() string { // by the vector alone: no word of the question is in the article
		v := stored(w)[0].Vector
		if got := a.Library.Search(kb.Query{Text: "reintentar", Language: "es", Vector: v}); len(got) > 0 {
			return got[0].Article.ID
		}
		return ""
	}
	before := nearest()
	w.must2(a.SetOptions(kb.Options{Synonyms: [][]string{{"pagos", "cobros"}}, SearchThreshold: -1}))
	w.must(nil)
	if n := len(endpoint.Requests()); n != 1 || len(a.Unembedded(bot.Space{Model: "e", Dimension: 16}, 0)) != 0 {
		t.Errorf("%d requests", n)
	}
	if after := nearest(); after != "reintentos" {
		t.Errorf("found %q before and %q after", before, after)
	}
	if got := a.Library.Search(kb.Query{Text: "cobros", Language: "es"}); len(got) != 1 {
		t.Errorf("the options are not in force: %v", got)
	}
}

// Another model makes all of them anew, though it has as many dimensions: those of
// the old one are neither kept nor compared with.
func TestVectorsOfTwoModelsAreNeverMixed(t *testing.T) {
	w, a, endpoint := embedding(t, promptstest.Say(""))
	w.publish(retryArticle)
	old := make([]float32, 16)
	old[3] = 1
	w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
		return tx.SaveEmbedding(t.Context(), bot.Embedding{Article: "reintentos", Version: 1, Model: "older", Vector: old})
	}))
	w.must2(a.Follow(t.Context()))
	older := bot.Space{Model: "older", Dimension: 16}
	for _, x := range a.Unembedded(older, 0) { // as before the restart, or the reload
		a.Embed(older, x.Article, old)
	}
	if n := len(a.Unembedded(older, 0)); n != 0 {
		t.Fatalf("%d have none", n)
	}
	if n := len(a.Unembedded(bot.Space{Model: "e", Dimension: 16}, 0)); n != 1 {
		t.Fatalf("%d are without a vector of the new model", n)
	}
	w.must(nil)
	if n := len(endpoint.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
	got := stored(w)
	if len(got) != 1 || got[0].Vector[3] == 1 {
		t.Errorf("stored: %+v", got)
	}
	var left []bot.Embedding
	w.must2(w.store.View(t.Context(), func(tx bot.Tx) (err error) {
		left, err = tx.Embeddings(t.Context(), "older", 16)
		return err
	}))
	if len(left) != 0 {
		t.Errorf("kept: %+v", left)
	}
}

func TestAnotherModelMakesAllVectorsAnew(t *testing.T) {
	w, a, _ := embedding(t, promptstest.Say(""))
	w.publish(retryArticle)
	w.must2(a.Follow(t.Context()))
	w.command("maria", "acme-support", "/kb reintentar un pago")
	other, transport := promptstest.New(promptstest.Say("")), &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); other.Close() })
	w.bot.Engage(nil, prompts.New(config.Assistant{
		BaseURL: other.BaseURL(), Key: promptstest.Key, Embeddings: config.Embeddings{Model: "f", Dimension: 16}, Timeout: 5 * time.Second, Concurrency: 2,
	}, prompts.Options{Clock: w, Transport: transport}), 2*time.Second)
	a.queries = nil
	w.command("maria", "acme-support", "/kb reintentar un pago")
	if len(a.queries) == 0 || a.queries[0].Vector == nil || len(other.Requests()) != 2 {
		t.Errorf("%+v after %d requests: the question and the article are asked for", a.queries, len(other.Requests()))
	}
	if kept, old := storedOf(w, "f"), stored(w); len(kept) != 1 || len(old) != 0 {
		t.Errorf("of the new model %+v, of the old %+v", kept, old)
	}
	w.bot.Engage(nil, nil, 0)
	a.queries = nil
	w.command("maria", "acme-support", "/kb reintentar un pago")
	if len(a.queries) == 0 || a.queries[0].Vector != nil {
		t.Errorf("%+v", a.queries)
	}
}
