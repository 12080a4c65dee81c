package mattermost

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// groupsFor is how long it is believed in which groups somebody is.
const groupsFor = 5 * time.Minute

// groups remembers in which of the server's groups people are. They come with
// licensed servers alone; where the configuration names none, nobody is asked.
type groups struct {
	mu    sync.Mutex
	known map[string]groupsThen
}

type groupsThen struct {
	ids   []string
	until time.Time
}

// groupsOf are those of the person's groups that the configuration names.
func (a *Adapter) groupsOf(ctx context.Context, user string) []string {
	named := a.groupIDs()
	if len(named) == 0 {
		return nil
	}
	now := a.people.now()
	a.groups.mu.Lock()
	then, ok := a.groups.known[user]
	a.groups.mu.Unlock()
	if !ok || now.After(then.until) {
		then = a.askGroups(ctx, user, then, now)
	}
	return slices.DeleteFunc(slices.Clone(then.ids), func(id string) bool { return !slices.Contains(named, id) })
}

// askGroups asks the server; what it does not say in time stays as it was.
func (a *Adapter) askGroups(ctx context.Context, user string, then groupsThen, now time.Time) groupsThen {
	found, err := within(ctx, a, a.tune.lookup, func(ctx context.Context) ([]*model.Group, *model.Response, error) {
		return a.api.GetGroupsByUserId(ctx, user)
	})
	if err == nil {
		then.ids = nil
		for _, g := range found {
			then.ids = append(then.ids, g.Id)
		}
	}
	then.until = now.Add(groupsFor)
	a.groups.mu.Lock()
	defer a.groups.mu.Unlock()
	if a.groups.known == nil || len(a.groups.known) >= knownMax {
		a.groups.known = map[string]groupsThen{}
	}
	a.groups.known[user] = then
	return then
}

// groupName is the name by which a group can be mentioned, "" when it cannot.
func (a *Adapter) groupName(ctx context.Context, id string) string {
	g, err := within(ctx, a, a.tune.lookup, func(ctx context.Context) (*model.Group, *model.Response, error) {
		return a.api.GetGroup(ctx, id, "")
	})
	if err != nil || g.Name == nil || !g.AllowReference {
		return ""
	}
	return *g.Name
}
