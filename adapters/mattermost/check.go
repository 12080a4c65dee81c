package mattermost

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

const (
	// oldest is the first version that was tried.
	oldest = "5.37"
	// maxSkew is how far the server's clock may be from ours before the clocks of
	// incidents would show it.
	maxSkew = 30 * time.Second
)

// Problem is something at Mattermost that keeps the bot from working.
type Problem struct {
	// Code is stable: "token", "team", "permission", "channel", "member", "person",
	// "callback", "version", "clock", "unreachable".
	Code string
	// Subject is what it is about: a permission's name, a channel's or a person's id.
	Subject string
	// Cause is what the server said, for people who look into it; without secrets.
	Cause string
}

func (p Problem) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s: %s", p.Code, p.Subject, p.Cause))
}

// Check asks the server whether the bot can work: whether the token is good and
// its account has the permissions, the bot is a member of every channel, every
// person exists, our callback address answers and may be called, and the clocks
// agree. It changes nothing, and answers all problems that it finds; none means
// that all is well. When the token is no good it can find no more than that.
func (a *Adapter) Check(ctx context.Context, channels, users []string) []Problem {
	out := a.checkClock(ctx)
	at, err := a.askServer(ctx)
	if err != nil {
		return append(out, a.problem("token", "bot", err))
	}
	out = append(out, checkVersion(at.version)...)
	if len(at.teams) == 0 {
		out = append(out, Problem{"team", a.config.Team, "the bot is not a member; add it to the team"})
	}
	out = append(out, a.checkTeams(ctx, at)...)
	for _, id := range channels {
		out = append(out, a.checkChannel(ctx, at, id)...)
	}
	for _, id := range users {
		out = append(out, a.checkPerson(ctx, id)...)
	}
	return append(out, a.checkCallback(ctx)...)
}

func (a *Adapter) problem(code, subject string, err error) Problem {
	if f := asFailure(err); f.status == 0 || f.status >= 500 {
		code = "unreachable"
	}
	return Problem{code, subject, err.Error()}
}

// checkClock compares the date of an answer, which needs no token, with ours.
func (a *Adapter) checkClock(ctx context.Context) []Problem {
	var date string
	_, err := call(ctx, a, func(ctx context.Context) (string, *model.Response, error) {
		status, r, err := a.api.GetPing(ctx)
		if r != nil {
			date = r.Header.Get("Date")
		}
		return status, r, err
	})
	if err != nil {
		return []Problem{a.problem("unreachable", a.config.URL, err)}
	}
	theirs, err := http.ParseTime(date)
	if err != nil {
		return nil
	}
	if skew := a.clock.Now().Sub(theirs); skew.Abs() > maxSkew {
		return []Problem{{"clock", "server", fmt.Sprintf("its clock is %s away from ours", skew.Abs().Round(time.Second))}}
	}
	return nil
}

func checkVersion(version string) []Problem {
	if version == "" || !olderThan(version, oldest) {
		return nil
	}
	return []Problem{{"version", version, "older than " + oldest + ", the oldest with which the bot was tried"}}
}

// olderThan compares major and minor versions.
func olderThan(version, than string) bool {
	x, y := strings.Split(version, "."), strings.Split(than, ".")
	for i := range min(len(x), len(y), 2) {
		n, err := strconv.Atoi(x[i])
		m, err2 := strconv.Atoi(y[i])
		if err != nil || err2 != nil || n != m {
			return err == nil && err2 == nil && n < m
		}
	}
	return false
}

// checkTeams looks for the permissions that are granted in teams and everywhere.
func (a *Adapter) checkTeams(ctx context.Context, at *server) []Problem {
	me, err := a.me(ctx)
	if err != nil {
		return []Problem{a.problem("token", "bot", err)}
	}
	system, err := a.granted(ctx, me.Roles)
	if err != nil {
		return []Problem{a.problem("permission", "system", err)}
	}
	out := missing("system", "", system)
	for _, t := range at.teams {
		member, err := call(ctx, a, func(ctx context.Context) (*model.TeamMember, *model.Response, error) {
			return a.api.GetTeamMember(ctx, t.Id, at.me, "")
		})
		if err != nil {
			out = append(out, a.problem("team", t.Name, err))
			continue
		}
		team, err := a.granted(ctx, member.Roles)
		if err != nil {
			out = append(out, a.problem("permission", t.Name, err))
			continue
		}
		lacks := missing("team", "in team "+t.Name, append(team, system...))
		if len(lacks) > 0 && a.registered(ctx, t.Id) { // somebody else did what it is for
			continue
		}
		out = append(out, lacks...)
	}
	return out
}

// registered reports whether the commands that we want stand in the team already.
func (a *Adapter) registered(ctx context.Context, team string) bool {
	wanted, err := wantedCommands(a.commands, a.config)
	return err == nil && len(wanted) > 0 && a.stand(ctx, team, wanted)
}

// granted are the permissions of the roles, which a member bears as one text.
func (a *Adapter) granted(ctx context.Context, roles string) ([]string, error) {
	names := strings.Fields(roles)
	if len(names) == 0 {
		return nil, nil
	}
	found, err := call(ctx, a, func(ctx context.Context) ([]*model.Role, *model.Response, error) {
		return a.api.GetRolesByNames(ctx, names)
	})
	var out []string
	for _, r := range found {
		if r != nil {
			out = append(out, r.Permissions...)
		}
	}
	return out, err
}

// missing compares what is granted with what is needed there.
func missing(in, where string, granted []string) []Problem {
	var out []Problem
	for _, p := range Permissions {
		if p.In != in || slices.Contains(granted, p.Name) || p.Without != "" && p.In == "system" {
			continue
		}
		cause := strings.TrimSpace("not granted "+where) + "; needed to " + p.Why
		if p.Without != "" {
			cause += "; without it " + p.Without
		}
		out = append(out, Problem{"permission", p.Name, cause})
	}
	return out
}

func (a *Adapter) checkChannel(ctx context.Context, at *server, id string) []Problem {
	c, err := call(ctx, a, func(ctx context.Context) (*model.Channel, *model.Response, error) { return a.api.GetChannel(ctx, id) })
	switch {
	case err != nil:
		return []Problem{a.problem("channel", id, err)}
	case c.DeleteAt != 0:
		return []Problem{{"channel", id, "it is archived"}}
	}
	member, err := call(ctx, a, func(ctx context.Context) (*model.ChannelMember, *model.Response, error) {
		return a.api.GetChannelMember(ctx, id, at.me, "")
	})
	if refusedBy(err, http.StatusNotFound, http.StatusForbidden) {
		return []Problem{{"member", id, "the bot is not a member; invite it in ~" + c.Name}}
	}
	if err != nil {
		return []Problem{a.problem("member", id, err)}
	}
	granted, err := a.granted(ctx, member.Roles)
	if err != nil {
		return []Problem{a.problem("permission", id, err)}
	}
	return missing("channel", "in ~"+c.Name, granted)
}

func (a *Adapter) checkPerson(ctx context.Context, id string) []Problem {
	u, err := call(ctx, a, func(ctx context.Context) (*model.User, *model.Response, error) { return a.api.GetUser(ctx, id, "") })
	switch {
	case err != nil:
		return []Problem{a.problem("person", id, err)}
	case u.DeleteAt != 0:
		return []Problem{{"person", id, "the account is deactivated"}}
	case u.IsBot:
		return []Problem{{"person", id, "it is a bot, and cannot be written to"}}
	}
	return nil
}
