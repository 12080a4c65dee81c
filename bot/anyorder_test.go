package bot_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sereno/bot"
)

// heardThing is what somebody did in the thread of INC-1, at an instant of its own.
type heardThing struct {
	at        time.Duration
	user, say string
}

// arrivals are some things, in the order in which they happened and in another.
var arrivals = rapid.Custom(func(t *rapid.T) (all [2][]heardThing) {
	for i := range rapid.IntRange(1, 6).Draw(t, "things") {
		user := rapid.SampledFrom([]string{"maria", "ana", "luis"}).Draw(t, "user")
		at := time.Duration(i+1)*7*time.Minute + time.Duration(rapid.IntRange(0, 60).Draw(t, "minutes"))*time.Minute
		all[0] = append(all[0], heardThing{at, user, fmt.Sprintf("mensaje %d sobre la API que falla", i)})
	}
	all[1] = rapid.Permutation(all[0]).Draw(t, "order")
	return all
})

// Whatever the order in which events become known, the verdicts are the same.
func TestVerdictsAreTheSameInAnyOrderOfArrival(t *testing.T) {
	for seed := range fewer(25) { // each a whole world, twice
		all := arrivals.Example(seed)
		if diff := cmp.Diff(hear(t, all[0]), hear(t, all[1])); diff != "" {
			t.Fatalf("heard as %v (-in order +so):\n%s", all[1], diff)
		}
	}
}

// hear lets a world hear the report at once, and the rest two hours later, in the
// order given; some of it twice.
func hear(t *testing.T, things []heardThing) []bot.ClockState {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.wait(2 * time.Hour)
	for i, x := range append(things, things[0]) {
		w.must2(w.bot.Accept(t.Context(), bot.Event{
			Key: "console:" + x.say, Platform: "console", Kind: bot.MessagePosted, At: begin.Add(x.at),
			Channel: "acme-support", Thread: root, Message: x.say, User: x.user, Text: x.say,
		}))
		if i%2 == 0 {
			w.must2(w.Settle(t.Context()))
		}
	}
	w.must2(w.Settle(t.Context()))
	return w.state("INC-1").Clocks
}
