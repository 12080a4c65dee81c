package bot_test

import (
	"strings"
	"testing"

	"sereno/bot"
)

func TestAnAnswerInADirectMessageThatBecameAnIncidentBelongsToIt(t *testing.T) {
	w := newWorld(t)
	id := w.say("maria", "", "", report)
	w.press("maria", "open", "")
	w.records = nil
	w.say("maria", "", id, "también falla el reintento")
	w.command("ana", "payments-team", "/incident show INC-1")
	if said := w.one(bot.Ephemeral).Message.Plain(); !strings.Contains(said, "reintento") {
		t.Errorf("lost:\n%s", said)
	}
}
