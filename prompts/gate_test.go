package prompts

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"sereno/bot"
)

// An endpoint that failed five times in a row is left alone for a minute; then one
// call tries, and only what it finds lets others through.
func TestAnEndpointIsTriedAgainAfterItsRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate("test", 2, slog.New(slog.DiscardHandler))
		asked := 0
		ask := func(outcome bot.CallOutcome) bot.CallOutcome {
			err := g.pass(t.Context(), func() error {
				asked++
				if outcome == bot.CallDone {
					return nil
				}
				return failed(outcome, "test")
			})
			return outcomeOf(err)
		}
		step := func(name string, answers, want bot.CallOutcome, reaches bool) {
			t.Helper()
			before := asked
			if got := ask(answers); got != want || (asked > before) != reaches {
				t.Errorf("%s: %s, reached %v", name, got, asked > before)
			}
		}
		for range tripAfter {
			step("it fails", bot.CallUnavailable, bot.CallUnavailable, true)
		}
		step("it rests", bot.CallDone, bot.CallSuspended, false)
		<-time.After(restFor - time.Second) // of the bubble, whose clock jumps
		step("it still rests", bot.CallDone, bot.CallSuspended, false)
		<-time.After(2 * time.Second)
		step("it is tried, and fails", bot.CallTimeout, bot.CallTimeout, true)
		step("it rests once more", bot.CallDone, bot.CallSuspended, false)
		<-time.After(restFor + time.Second)
		step("it is tried, and works", bot.CallDone, bot.CallDone, true)
		for range tripAfter - 1 {
			step("it fails less often than that", bot.CallUnavailable, bot.CallUnavailable, true)
		}
		step("what is no answer says nothing of it", bot.CallInvalid, bot.CallInvalid, true)
		step("nor does a refusal", bot.CallRefused, bot.CallRefused, true)
	})
}

// A panic gives its turn and its budget back.
func TestAPanicHoldsUpNoOtherCall(t *testing.T) {
	g := newGate("test", 1, slog.New(slog.DiscardHandler))
	func() {
		defer func() {
			if recover() == nil {
				t.Error("it is swallowed")
			}
		}()
		defer g.reserve("acme", 100)()
		_ = g.pass(t.Context(), func() error { panic("x") })
	}()
	if err := g.pass(t.Context(), func() error { return nil }); err != nil || g.underWay("acme") != 0 || g.underWay("") != 0 {
		t.Error(err, g.underWay("acme"), g.underWay(""))
	}
}
