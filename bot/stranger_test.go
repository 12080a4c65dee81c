package bot_test

import (
	"strings"
	"testing"

	"sereno/bot"
)

func TestAStrangerWithTheNameOfOneOfOursIsAStranger(t *testing.T) {
	w := newWorld(t)
	w.platform(bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Message: "x1", User: "U666", UserName: "ana", Text: report})
	if card := w.card("INC-1"); strings.Contains(card.Plain(), "Ana ") {
		t.Errorf("the card says that one of ours reported it:\n%s", card.Plain())
	}
}
