package mattermost

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"
)

// Apply registers the commands in every team that the bot is in, or in the one
// that is configured: it makes those that are missing, changes those that
// differ, and removes those of ours that are no longer wanted. It answers
// whether it changed anything.
//
// Who may: the bot's account needs manage_slash_commands in the team. Without it
// nothing is changed, and it is an error unless somebody registered them already.
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
		if a.stand(ctx, team.Id, wanted) { // somebody else registered them
			return false, nil
		}
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
	var failed []error // one that cannot be registered does not keep the others from it
	for _, w := range wanted {
		did, err := a.applyOne(ctx, at, team.Id, have, w)
		if err != nil {
			failed = append(failed, fmt.Errorf("register /%s: %w", w.Trigger, err))
		}
		changed = changed || did
	}
	return changed, errors.Join(failed...)
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

// stand reports whether the team has the commands, as far as those see who may
// not manage them: not at which address.
func (a *Adapter) stand(ctx context.Context, team string, wanted []wantedCommand) bool {
	have, err := call(ctx, a, func(ctx context.Context) ([]*model.Command, *model.Response, error) {
		return a.api.ListCommands(ctx, team, false)
	})
	if err != nil {
		return false
	}
	for _, w := range wanted {
		same := func(c *model.Command) bool {
			return c.Trigger == w.Trigger && c.AutoCompleteDesc == w.Summary && c.AutoCompleteHint == w.Hint
		}
		if !slices.ContainsFunc(have, same) {
			return false
		}
	}
	return true
}

// commandsOf lists the commands of a team's integrations, with their tokens.
func (a *Adapter) commandsOf(ctx context.Context, team string) ([]*model.Command, error) {
	return call(ctx, a, func(ctx context.Context) ([]*model.Command, *model.Response, error) {
		return a.api.ListCommands(ctx, team, true)
	})
}
