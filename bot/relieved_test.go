package bot_test

import (
	"slices"
	"testing"
	"time"

	"sereno/bot"
)

func TestALowerSeverityEndsThePagesForWhatIsNoLongerAtRisk(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident severity INC-1 critical")
	w.wait(20 * time.Minute) // at risk at 10:11:15, breached at 10:15
	if got, want := w.pages(), []string{"13:11:15 ana"}; !slices.Equal(got, want) {
		t.Fatalf("paged %v, want %v", got, want)
	}
	w.command("luis", "payments-team", "/incident severity INC-1 high")
	w.wait(24 * time.Minute) // 10:44, due at 11:00
	if got := w.pages(); len(got) != 0 {
		t.Errorf("paged for what is not at risk: %v", got)
	}
	w.wait(time.Minute)
	page := w.one(bot.Page)
	if page.To != "ana" || page.Reason != "at_risk" || !page.Due.Equal(begin.Add(time.Hour)) {
		t.Errorf("at 75 %% of the hour: to %s, %s, due %s", page.To, page.Reason, page.Due)
	}
}
