package slack

import (
	"strings"

	slackgo "github.com/slack-go/slack"
)

// Where somebody belongs. In a channel shared between organisations (Slack
// Connect) it decides whose words they are, and Slack names it in different
// ways: a message has user_team and source_team, an interaction user.team_id, a
// user's profile team_id and, in an Enterprise organisation, that
// organisation's id and the ids of its workspaces, of which a message may name
// either (docs.slack.dev/apis/slack-connect, /enterprise).

// belongs picks, from what Slack says of a person's workspace, the id that the
// configuration names; the first that there is when it names none. In doubt
// about a workspace, what came with the event goes before what was known before.
func (a *Adapter) belongs(who person, said ...string) string {
	all := append(said, who.team)
	all = append(all, who.teams...)
	for _, id := range all {
		if id != "" && a.named(id) {
			return id
		}
	}
	return firstOf(all...)
}

// ours reports whether the token is of the workspace that the configuration
// names. That of an app that is installed for a whole Enterprise organisation
// bears the organisation's id, and is good in all of its workspaces.
func (a *Adapter) ours(who *slackgo.AuthTestResponse) bool {
	switch team := a.config.Team; team {
	case "", who.TeamID, who.EnterpriseID:
		return true
	default:
		return strings.HasPrefix(who.TeamID, "E") && strings.HasPrefix(team, "T")
	}
}
