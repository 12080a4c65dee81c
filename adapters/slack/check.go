package slack

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"
)

// Problem is something at Slack that keeps the bot from working.
type Problem struct {
	// Code is stable: "token", "team", "scope", "channel", "member",
	// "shared", "person", "group", "app_token", "unreachable".
	Code string
	// Subject is what it is about: a scope, a channel's or a person's id.
	Subject string
	// Cause is what Slack said, for people who look into it; without secrets.
	Cause string
}

func (p Problem) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s: %s", p.Code, p.Subject, p.Cause))
}

// Check asks Slack whether the bot can work: whether the tokens are good and
// have their scopes, the bot is a member of every channel, and every person
// exists and can be written to. It changes nothing, and answers all problems
// that it finds; none means that all is well. When the bot token is no good it
// can find no more than that.
func (a *Adapter) Check(ctx context.Context, channels, users []string) []Problem {
	who, err := a.authTest(ctx)
	if err != nil {
		return append([]Problem{a.problem("token", "bot", err)}, a.checkSocket(ctx)...)
	}
	var out []Problem
	if !a.ours(who) {
		out = append(out, Problem{"team", who.TeamID, "the token belongs to this workspace, not to " + a.config.Team})
	}
	out = append(out, missingScopes(who.Header)...)
	out = append(out, a.checkSocket(ctx)...)
	for _, id := range channels {
		out = append(out, a.checkChannel(ctx, id, who)...)
	}
	for _, id := range a.teamGroups() {
		out = append(out, a.checkGroup(ctx, id)...)
	}
	for _, id := range users {
		out = append(out, a.checkPerson(ctx, id)...)
	}
	return out
}

func (a *Adapter) problem(code, subject string, err error) Problem {
	if answer(err) == "" {
		code = "unreachable"
	}
	return Problem{code, subject, err.Error()}
}

// missingScopes compares what was granted, which Slack says in a header, with what is needed.
func missingScopes(h http.Header) []Problem {
	granted := strings.FieldsFunc(h.Get("X-OAuth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
	var out []Problem
	for _, s := range Scopes {
		if !slices.Contains(granted, s.Name) {
			out = append(out, Problem{"scope", s.Name, "not granted; needed to " + s.Why})
		}
	}
	return out
}

// checkSocket asks for a socket's address and leaves it unused.
func (a *Adapter) checkSocket(ctx context.Context) []Problem {
	if a.config.Mode != Socket {
		return nil
	}
	_, err := patiently(ctx, a, turn{}, func(ctx context.Context) (string, error) {
		_, address, err := a.api.StartSocketModeContext(ctx)
		return address, err
	})
	if err != nil {
		return []Problem{a.problem("app_token", AppScope.Name, err)}
	}
	return nil
}

func (a *Adapter) checkChannel(ctx context.Context, id string, us *slackgo.AuthTestResponse) []Problem {
	c, err := patiently(ctx, a, turn{}, func(ctx context.Context) (*slackgo.Channel, error) {
		return a.api.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: id})
	})
	switch {
	case err != nil:
		return []Problem{a.problem("channel", id, err)}
	case c.IsArchived:
		return []Problem{{"channel", id, "it is archived"}}
	case !c.IsMember && !c.IsIM:
		return []Problem{{"member", id, "the bot is not a member; invite it in #" + c.Name}}
	case c.IsReadOnly:
		return []Problem{{"channel", id, "it is read-only"}}
	case c.IsPendingExtShared && !c.IsExtShared:
		return []Problem{{"channel", id, "the other organisation has not accepted the invitation to it yet"}}
	case c.IsExtShared:
		return a.checkShared(id, c, us)
	}
	return nil
}

// checkShared: of a channel that is shared with several other organisations
// the configuration must name the customer's, for whoever writes there would be
// the customer else.
func (a *Adapter) checkShared(id string, c *slackgo.Channel, us *slackgo.AuthTestResponse) []Problem {
	ours := append([]string{us.TeamID, us.EnterpriseID}, c.InternalTeamIDs...)
	var with []string
	for _, team := range append(c.ConnectedTeamIDs, c.SharedTeamIDs...) {
		switch {
		case slices.Contains(ours, team) || slices.Contains(with, team):
		case a.named(team):
			return nil
		default:
			with = append(with, team)
		}
	}
	if len(with) < 2 {
		return nil
	}
	return []Problem{{"shared", id, strings.Join(with, ", ")}}
}

func (a *Adapter) checkGroup(ctx context.Context, id string) []Problem {
	_, err := patiently(ctx, a, turn{}, func(ctx context.Context) ([]string, error) {
		return a.membersOf(ctx, id)
	})
	if err != nil && answer(err) != "missing_scope" { // which is told by itself
		return []Problem{a.problem("group", id, err)}
	}
	return nil
}

func (a *Adapter) checkPerson(ctx context.Context, id string) []Problem {
	u, err := patiently(ctx, a, turn{}, func(ctx context.Context) (*slackgo.User, error) {
		return a.api.GetUserInfoContext(ctx, id)
	})
	switch {
	case err != nil:
		return []Problem{a.problem("person", id, err)}
	case u.Deleted:
		return []Problem{{"person", id, "the account is deactivated"}}
	case u.IsStranger:
		return []Problem{{"person", id, "they are of another organisation, and in no channel that is shared with it"}}
	case u.IsBot:
		return []Problem{{"person", id, "it is a bot, and cannot be written to"}}
	}
	return nil
}
