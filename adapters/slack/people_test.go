package slack

import (
	"context"
	"errors"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"
)

func TestNamesAreAskedForOnceAndNotWhileSlackWantsQuiet(t *testing.T) {
	now := time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)
	asked := 0
	answers := map[string]error{}
	p := newPeople(func(_ context.Context, id string) (person, error) {
		asked++
		return person{name: "name of " + id, team: "T1"}, answers[id]
	})
	p.now = func() time.Time { return now }
	expect := func(id, name string, times int) {
		t.Helper()
		if got := p.get(t.Context(), id); got.name != name || asked != times {
			t.Errorf("%s is %q, asked %d times", id, got.name, asked)
		}
	}
	expect("", "", 0)
	expect("U1", "name of U1", 1)
	expect("U1", "name of U1", 1)

	answers["U1"], answers["U2"], answers["U3"] = errors.New("down"), errors.New("down"), &slackgo.RateLimitedError{RetryAfter: time.Hour}
	expect("U2", "", 2)
	expect("U2", "", 2) // not again so soon
	now = now.Add(knownFor + time.Minute)
	expect("U1", "name of U1", 3) // an old name is better than none
	p.learn("U3", "handle", "T2")
	p.learn("U1", "handle", "T2")
	expect("U3", "handle", 4)
	expect("U4", "", 4) // Slack asked us to wait an hour
	now = now.Add(time.Hour)
	expect("U4", "name of U4", 5)

	for range knownMax {
		p.known["x"+string(rune(len(p.known)))] = remembered{}
	}
	expect("U5", "name of U5", 6)
	if len(p.known) != 1 {
		t.Errorf("%d are remembered", len(p.known))
	}
}
