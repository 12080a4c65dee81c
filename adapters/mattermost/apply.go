package mattermost

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/mattermost/mattermost/server/public/model"
)

// Apply registers the commands in every team that the bot is in, or in the one
// that is configured: it makes those that are missing, changes those that
// differ, and removes those of ours that are no longer wanted. It answers
// whether it changed anything.
//
// Who may: the bot's account needs manage_slash_commands in the team.
func (a *Adapter) Apply(ctx context.Context) (changed bool, err error) {
	wanted, err := wantedCommands(a.commands, a.config)
	if err != nil {
		return false, err
	}
	at, err := a.server(ctx)
	if err != nil {
		return false, fmt.Errorf("mattermost: %w", err)
	}
	if len(at.teams) == 0 {
		return false, errors.New("mattermost: the bot is in no team, or not in the one that is configured; add it there")
	}
	for _, t := range at.teams {
		did, err := a.applyIn(ctx, at, t, wanted)
		changed = changed || did
		if err != nil {
			return changed, fmt.Errorf("mattermost: commands of team %s: %w", t.Name, err)
		}
	}
	return changed, nil
}

func (a *Adapter) applyIn(ctx context.Context, at *server, team *model.Team, wanted []wantedCommand) (changed bool, err error) {
	have, err := a.commandsOf(ctx, team.Id)
	if refusedBy(err, http.StatusForbidden) {
		return false, fmt.Errorf("the bot may not manage slash commands there (manage_slash_commands): %w", err)
	}
	if err != nil {
		return false, err
	}
	for _, c := range have {
		if c.CreatorId == at.me && a.isOurs(c) && !isWanted(wanted, c.Trigger) {
			if _, err := call(ctx, a, func(ctx context.Context) (struct{}, *model.Response, error) {
				r, err := a.api.DeleteCommand(ctx, c.Id)
				return struct{}{}, r, err
			}); err != nil {
				return changed, fmt.Errorf("remove /%s: %w", c.Trigger, err)
			}
			changed = true
		}
	}
	for _, w := range wanted {
		did, err := a.applyOne(ctx, at, team.Id, have, w)
		if err != nil {
			return changed, fmt.Errorf("register /%s: %w", w.Trigger, err)
		}
		changed = changed || did
	}
	return changed, nil
}

func (a *Adapter) applyOne(ctx context.Context, at *server, team string, have []*model.Command, w wantedCommand) (changed bool, err error) {
	for _, c := range have {
		switch {
		case c.Trigger != w.Trigger:
		case c.CreatorId != at.me && !a.isOurs(c):
			return false, errors.New("somebody else's integration has that name")
		case w.is(c):
			return false, nil
		default:
			change := w.model(team)
			change.Id = c.Id
			made, err := call(ctx, a, func(ctx context.Context) (*model.Command, *model.Response, error) {
				return a.api.UpdateCommand(ctx, change)
			})
			if err == nil {
				a.tokens.learn(made)
			}
			return err == nil, err
		}
	}
	made, err := call(ctx, a, func(ctx context.Context) (*model.Command, *model.Response, error) {
		return a.api.CreateCommand(ctx, w.model(team))
	})
	if err == nil {
		a.tokens.learn(made)
	}
	return err == nil, err
}

func isWanted(wanted []wantedCommand, trigger string) bool {
	for _, w := range wanted {
		if w.Trigger == trigger {
			return true
		}
	}
	return false
}

// isOurs reports whether the command calls Sereno, be it at an older address.
func (a *Adapter) isOurs(c *model.Command) bool {
	u, err := url.Parse(c.URL)
	return err == nil && strings.HasSuffix(u.Path, CommandsPath+c.Trigger) && u.Query().Has(proofParam)
}

// commandsOf lists the commands of a team's integrations, with their tokens.
func (a *Adapter) commandsOf(ctx context.Context, team string) ([]*model.Command, error) {
	return call(ctx, a, func(ctx context.Context) ([]*model.Command, *model.Response, error) {
		return a.api.ListCommands(ctx, team, true)
	})
}

// commandTokens are the tokens of our commands, by team and trigger. Where we
// may not see them, the proof in the command's address stands alone.
type commandTokens struct {
	mu    sync.Mutex
	known map[[2]string]string
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
