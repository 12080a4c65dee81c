package mattermost

import (
	"context"
	"crypto/subtle"
	"net/http"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// commandTokens are the tokens of our commands, by team and trigger. Where we
// may not see them, the proof in the command's address stands alone.
type commandTokens struct {
	mu    sync.Mutex
	known map[[2]string]string
	asked time.Time
}

func (t *commandTokens) learn(c *model.Command) {
	if c == nil || c.Token == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil {
		t.known = map[[2]string]string{}
	}
	t.known[[2]string{c.TeamId, c.Trigger}] = c.Token
}

func (t *commandTokens) fits(team, trigger, given string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	token, known := t.known[[2]string{team, trigger}]
	return !known || subtle.ConstantTimeCompare([]byte(token), []byte(given)) == 1
}

// again reports whether the tokens may be asked for once more: once a minute.
func (t *commandTokens) again(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Sub(t.asked) < time.Minute {
		return false
	}
	t.asked = now
	return true
}

// learnTokens asks for the tokens of our commands, where we may.
func (a *Adapter) learnTokens(ctx context.Context, at *server) error {
	for _, t := range at.teams {
		have, err := patiently(ctx, a, func(ctx context.Context) ([]*model.Command, error) { return a.commandsOf(ctx, t.Id) })
		switch {
		case refusedBy(err, http.StatusForbidden):
			a.log.Info("the tokens of the slash commands are not ours to see; their signed addresses stand for them", "team", t.Name)
		case err != nil && ctx.Err() == nil:
			a.log.Warn("cannot learn the tokens of the slash commands", "team", t.Name, "err", err)
		}
		for _, c := range have {
			if a.isOurs(c) {
				a.tokens.learn(c)
			}
		}
	}
	return nil
}

// isToken checks the token of a command that came to its signed address. One
// that does not fit may have been made anew by a person since we asked.
func (a *Adapter) isToken(ctx context.Context, at *server, team, name, given string) bool {
	if a.tokens.fits(team, name, given) {
		return true
	}
	if !a.tokens.again(a.clock.Now()) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, a.tune.call)
	defer cancel()
	_ = a.learnTokens(ctx, at) // logs what fails
	return a.tokens.fits(team, name, given)
}
