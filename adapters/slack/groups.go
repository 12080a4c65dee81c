package slack

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
)

// groupsFor is how long the members of a user group are believed unchanged
// when Slack has not said that they changed.
const groupsFor = 10 * time.Minute

// groups remembers who is in the user groups that the configuration names.
//
// They are read beside the events and not for them: an event must be accepted
// within Slack's three seconds. Until they could be read nobody is in them.
type groups struct {
	mu      sync.Mutex
	members map[string][]string // by group
	stale   chan struct{}       // capacity 1: Slack said that one changed; more add nothing
}

func newGroups() *groups {
	return &groups{members: map[string][]string{}, stale: make(chan struct{}, 1)}
}

// of lists the groups in which the person is.
func (g *groups) of(user string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []string
	for id, members := range g.members {
		if slices.Contains(members, user) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func (g *groups) set(id string, members []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.members[id] = members
}

// keepOnly forgets groups that the configuration names no more.
func (g *groups) keepOnly(ids []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for id := range g.members {
		if !slices.Contains(ids, id) {
			delete(g.members, id)
		}
	}
}

// changed wants the groups read again soon.
func (g *groups) changed() {
	select {
	case g.stale <- struct{}{}:
	default:
	}
}

// keepGroups reads the members of the groups now, whenever Slack says that
// they changed, and now and then. It returns when ctx ends.
func (a *Adapter) keepGroups(ctx context.Context) error {
	t := time.NewTicker(a.tune.groups)
	defer t.Stop()
	for {
		a.readGroups(ctx)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-a.groups.stale:
		case <-t.C:
		}
	}
}

// membersOf asks who is in the group. The token of an app that is installed for
// a whole Enterprise organisation must say in which workspace it is.
func (a *Adapter) membersOf(ctx context.Context, id string) ([]string, error) {
	var o []slackgo.GetUserGroupMembersOption
	if strings.HasPrefix(a.config.Team, "T") {
		o = append(o, slackgo.GetUserGroupMembersOptionTeamID(a.config.Team))
	}
	return a.api.GetUserGroupMembersContext(ctx, id, o...)
}

func (a *Adapter) readGroups(ctx context.Context) {
	ids := a.teamGroups()
	a.groups.keepOnly(ids)
	for _, id := range ids {
		members, err := patiently(ctx, a, a.reading("usergroups.users.list", ""), func(ctx context.Context) ([]string, error) {
			return a.membersOf(ctx, id)
		})
		switch {
		case ctx.Err() != nil:
			return
		case err != nil: // those whom we knew are believed on
			a.log.Warn("cannot read who is in the user group; has the bot the scope usergroups:read?", "group", id, "err", err)
		default:
			a.groups.set(id, members)
		}
	}
}
