package replicas_test

import (
	"fmt"
	"strings"
	"testing"

	"sereno/bot"
	"sereno/bot/kb"
)

// Many customers say at once, to both, that an article did not help: its review is
// asked for once, and each answer counts once.
func TestTwoReplicasAskForAReviewOnce(t *testing.T) {
	p := newPair(t, func(o *bot.Options) {
		o.Articles = bot.NewLibrary(o.Store, kb.Options{Threshold: -1, SearchThreshold: -1}, nil)
	})
	a := &kb.Article{ID: "a", Title: "Error 500 de la API", Kind: kb.FAQ, Language: "es", Owner: "ana", Text: "Reintentar el pedido a la API con el mismo identificador."}
	if _, err := p.bots[0].ApplySource(t.Context(), bot.Reading{Source: "kb", Articles: []*kb.Article{a}}); err != nil {
		t.Fatal(err)
	}
	for _, b := range p.bots {
		if err := b.Articles.(*bot.Library).Follow(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	const many = 8
	for n := range many {
		p.event(bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Message: fmt.Sprintf("a%d", n), User: fmt.Sprintf("p%d", n), Text: "La API devuelve error 500"})
	}
	p.settle()
	for n := range many {
		for range 2 {
			p.event(press("@p"+fmt.Sprint(n), "maria", "still_need_help", fmt.Sprintf("INC-%d", n+1)))
		}
	}
	p.settle()
	asked := 0
	for _, d := range p.chat.posts {
		if strings.Contains(d.Message.Plain(), "Lo pide lo que dijeron") {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("%d reviews were asked for\n%.3000s", asked, p.log.b.String())
	}
	var all []bot.KBFeedback
	err := p.stores[1].View(t.Context(), func(tx bot.Tx) (err error) {
		all, err = tx.FeedbackOf(t.Context(), "a")
		return err
	})
	if err != nil || len(all) != many {
		t.Errorf("%d answers of %d: %v", len(all), many, err)
	}
}
