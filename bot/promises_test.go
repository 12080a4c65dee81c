package bot_test

import (
	"strings"
	"testing"
	"time"

	"sereno/bot"
)

// Whoever reads by when something is owed must not read that nothing is, because
// it is late already.
func TestAPromiseThatIsBrokenIsStillTold(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.say("ana", "acme-support", "INC-1", "lo miramos")
	w.wait(5 * time.Hour)
	w.said(bot.Post)
	w.command("ana", "payments-team", "/incident severity INC-1 critical") // its four hours are over
	told := ""
	for _, m := range w.said(bot.Post) {
		if m.Channel == "acme-support" {
			told = m.Message.Text
		}
	}
	if !strings.Contains(told, "Fuera de plazo: resolución") || strings.Contains(told, "no fija plazos") {
		t.Errorf("the customer reads: %s", told)
	}
}

// To lower the severity to one that promises nothing is no way to lose a breach.
func TestABreachOutlivesItsPromise(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident severity INC-1 critical")
	w.say("ana", "acme-support", "INC-1", "lo miramos")
	w.wait(5 * time.Hour)
	w.command("ana", "payments-team", "/incident severity INC-1 low")
	w.command("ana", "payments-team", "/incident resolve INC-1 listo")
	for _, c := range w.state("INC-1").Clocks {
		if c.Name == "resolution" && (c.State != "breached" || c.StoppedAt == nil) {
			t.Errorf("the resolution is %s", c.State)
		}
	}
}
