package bot_test

import (
	"slices"
	"testing"
	"time"
)

// timers are the timers that wait, as `--state` shows them.
func (w *world) timers() []string {
	w.t.Helper()
	s, err := w.bot.State(w.t.Context())
	w.must2(err)
	out := []string{}
	for _, t := range s.Timers {
		out = append(out, t.At.In(begin.Location()).Format("02 15:04")+" "+t.Kind+" "+t.Subject)
	}
	return out
}

func TestTheStateListsTheTimersThatWait(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	for _, step := range []struct {
		when string
		act  func()
		want []string
	}{
		{"an incident was reported", func() {}, []string{
			"25 13:45 warning first_response/1/0.75",
			"25 14:00 breach first_response/1",
			"25 19:00 warning resolution/1/0.75",
			"25 21:00 breach resolution/1",
		}},
		{"it was answered", func() { w.say("ana", "acme-support", root, "lo estamos mirando") }, []string{
			"25 19:00 warning resolution/1/0.75",
			"25 21:00 breach resolution/1",
		}},
		{"its clock was paused", func() { w.command("ana", "payments-team", "/incident wait INC-1 customer") }, []string{}},
		{"the customer wrote", func() { w.wait(time.Hour); w.say("maria", "acme-support", root, "es el pago 8841") }, []string{
			"25 15:30 warning next_response/1/0.75",
			"25 16:00 breach next_response/1",
			"25 20:00 warning resolution/1/0.75",
			"26 13:00 breach resolution/1",
		}},
		{"it was called off", func() { w.command("ana", "payments-team", "/incident cancel INC-1") }, []string{}},
	} {
		step.act()
		if got := w.timers(); !slices.Equal(got, step.want) {
			t.Errorf("when %s, these timers wait:\n%q\nwant\n%q", step.when, got, step.want)
		}
	}
}
