package replicas_test

import (
	"fmt"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/kb"
)

// until waits for the condition, and fails when it does not come true.
func (p *pair) until(what string, holds func() bool) {
	p.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s: not within 30 s\n%s", what, p.log.b.String())
		}
	}
}

// found is the text of the article that each of the two finds for the words, "" for none.
func (p *pair) found(words string) (out [2]string) {
	for i, b := range p.bots {
		for _, s := range b.Articles.Search(kb.Query{Text: words, Language: "es"}) {
			out[i] = s.Article.Text
		}
	}
	return out
}

func TestBothReplicasFindWhatIsPublishedOnOne(t *testing.T) {
	p := newPair(t)
	both := func(words string) func() bool {
		return func() bool { return p.found("turbina") == [2]string{words, words} }
	}
	p.event(bot.Event{
		Kind: bot.FormSent, Channel: "payments-team", User: "diego", Form: "article",
		Fields: map[string]string{"title": "Turbina", "text": "Pararla.", "kind": "faq", "for": "interno"},
	})
	p.settle()
	p.until("a draft is not found", both(""))
	published := time.Now()
	p.event(typed("payments-team", "diego", "/kb publish turbina"))
	p.until("what is published is found by both", both("Pararla."))
	t.Logf("found by both %s after it was published", time.Since(published).Round(time.Millisecond))
	p.event(typed("payments-team", "diego", "/kb archive turbina"))
	p.until("what is archived is found by none", both(""))
	p.settle()
}

// Two processes that start together take in the same folder.
func TestBothReplicasMirrorOneSource(t *testing.T) {
	p := newPair(t)
	var read []*kb.Article
	for n := range 120 {
		read = append(read, &kb.Article{ID: fmt.Sprintf("a%03d", n), Title: "Turbina", Kind: kb.FAQ, Language: "es", Text: "Pararla."})
	}
	done := make(chan error, 2)
	for _, b := range p.bots {
		go func() {
			_, err := b.ApplySource(t.Context(), bot.Reading{Source: "kb", Articles: read})
			done <- err
		}()
	}
	for range p.bots {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	err := p.stores[0].View(t.Context(), func(tx bot.Tx) error {
		all, err := tx.Articles(t.Context(), bot.ArticleQuery{})
		if len(all) != len(read) {
			t.Errorf("%d articles of %d files", len(all), len(read))
		}
		for _, r := range all {
			if r.Latest != 1 || r.Public != 1 {
				t.Errorf("%s was taken in twice: %+v", r.ID, r)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
