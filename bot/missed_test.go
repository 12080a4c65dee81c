package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/sla"
)

func TestAfterDowntimeTheChannelReadsOneListOfWhatWasMissed(t *testing.T) {
	down := new(time.Duration)
	w := newWorld(t, func(o *bot.Options) { o.Clock = leaping{o.Clock, down} })
	const all = 30
	for n := range all {
		w.heard(bot.Event{Kind: bot.MessagePosted, At: w.Now(), Message: fmt.Sprint("r", n), User: fmt.Sprint("p", n), Text: report})
	}
	w.must2(w.Settle(t.Context()))
	*down = 3 * time.Hour // first responses were due two hours ago
	w.records = nil
	w.must2(w.Settle(t.Context()))
	w.wait(time.Minute)
	var lists []console.Record
	under := map[string]int{}
	for _, r := range w.records {
		switch {
		case r.Kind != bot.Post || r.Channel != "payments-team":
		case r.Thread != "":
			if strings.Contains(r.Message.Title, "se incumplió la primera respuesta") {
				under[r.Incident]++
			}
		case strings.Contains(r.Message.Title, "incumpli"):
			lists = append(lists, r)
		}
	}
	if len(lists) != 1 {
		t.Fatalf("%d messages in the channel:\n%s", len(lists), transcript(w.records))
	}
	list := lists[0].Message
	if got, want := list.Title, "Mientras no estuve se incumplieron 30 compromisos"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if len(list.Items) != 25 || !strings.Contains(list.Footer, "Y 5 más") {
		t.Errorf("%d items, then %q", len(list.Items), list.Footer)
	}
	contains(t, "an item", list.Plain(), "INC-1 · Acme S.A. · primera respuesta", "vencía mié 25/11 11:00; lleva 2 h", "de atraso y sigue pendiente · alta")
	for n := range all {
		if id := fmt.Sprintf("INC-%d", n+1); under[id] != 1 {
			t.Errorf("under the card of %s it is told %d times", id, under[id])
		}
	}
	if n := w.backlog().Timers; n == 0 {
		t.Error("nothing is planned any more")
	}
	w.records = nil
	w.wait(time.Minute)
	for _, r := range w.records {
		if r.Kind == bot.Post && r.Thread == "" && strings.Contains(r.Message.Title, "Mientras no estuve") {
			t.Errorf("told again: %s", r.Message.Plain())
		}
	}
}

func TestTheListOfWhatWasMissedTellsWhatIsTrueWhenItIsRead(t *testing.T) {
	down := new(time.Duration)
	w := newWorld(t, func(o *bot.Options) { o.Clock = leaping{o.Clock, down} })
	w.say("maria", "acme-support", "", report)
	w.heard(bot.Event{Kind: bot.MessagePosted, At: w.Now(), Message: "other", User: "p", Text: report})
	w.must2(w.Settle(t.Context()))
	started := w.Now()
	*down = 3 * time.Hour
	// What was said meanwhile is caught up with: INC-1 was answered in time, INC-2 too late.
	w.heard(bot.Event{Kind: bot.MessagePosted, At: started.Add(2 * time.Hour), Message: "late", Thread: "other", User: "ana", Text: "lo vemos"})
	w.records = nil
	w.must2(w.Settle(t.Context()))
	w.heard(bot.Event{
		Kind: bot.MessagePosted, At: started.Add(30 * time.Minute), Message: "in time", Thread: firstThread(t, w), User: "ana", Text: "lo vemos",
	})
	w.must2(w.Settle(t.Context()))
	w.wait(time.Minute)
	var lists []string
	for _, r := range w.records {
		if r.Kind == bot.Post && r.Channel == "payments-team" && strings.Contains(r.Message.Title, "Mientras no estuve") {
			lists = append(lists, r.Message.Plain())
		}
	}
	if len(lists) != 1 || strings.Contains(lists[0], "INC-1") {
		t.Fatalf("lists:\n%s", strings.Join(lists, "\n"))
	}
	contains(t, "the list", lists[0], "se incumplió 1 compromiso", "INC-2", "se cumplió 1 h tarde")
}

// firstThread is the thread of INC-1 in its customer's channel.
func firstThread(t *testing.T, w *world) string {
	t.Helper()
	var thread string
	w.must2(w.store.View(t.Context(), func(tx bot.Tx) error {
		inc, err := tx.Incident(t.Context(), 1)
		if err == nil {
			thread = inc.Root
		}
		return err
	}))
	return thread
}

func TestABreachByAnotherConfigurationIsNotCalledMissed(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.wait(30 * time.Minute)
	next := config.Sample().Company
	levels(next, "acme", func(l *sla.Level) { l.FirstResponse.Within = 10 * time.Minute })
	w.records = nil
	w.must(w.bot.Reload(t.Context(), next, "test", nil))
	w.wait(time.Minute)
	told := 0
	for _, r := range w.records {
		if r.Kind != bot.Post || r.Channel != "payments-team" || r.Thread != "" {
			continue
		}
		if strings.Contains(r.Message.Title, "Mientras no estuve") {
			t.Errorf("told: %s", r.Message.Plain())
		}
		if strings.Contains(r.Message.Title, "se incumplió la primera respuesta") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the breach is told %d times:\n%s", told, transcript(w.records))
	}
}
