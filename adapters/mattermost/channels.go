package mattermost

import (
	"context"
	"sync"

	"github.com/mattermost/mattermost/server/public/model"
	"golang.org/x/sync/singleflight"

	"sereno/adapters/internal/memory"
)

// place is what the server says of a channel.
type place struct {
	direct bool
	team   string // "" for direct and group messages
}

// channels remembers what kind each channel is: only new posts say so.
type channels struct {
	find func(ctx context.Context, id string) (place, error)

	mu    sync.Mutex
	known map[string]place
}

func newChannels(find func(context.Context, string) (place, error)) *channels {
	return &channels{find: find, known: map[string]place{}}
}

// get asks the server if need be. What it does not say in time counts as an
// open channel, and is asked again the next time.
func (c *channels) get(ctx context.Context, id string) place {
	c.mu.Lock()
	p, ok := c.known[id]
	c.mu.Unlock()
	if ok {
		return p
	}
	p, err := c.find(ctx, id)
	if err == nil {
		c.learn(id, p)
	}
	return p
}

func (c *channels) learn(id string, p place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= knownMax {
		clear(c.known)
	}
	c.known[id] = p
}

func (a *Adapter) lookUpChannel(ctx context.Context, id string) (place, error) {
	c, err := within(ctx, a, a.tune.lookup, func(ctx context.Context) (*model.Channel, *model.Response, error) {
		return a.api.GetChannel(ctx, id)
	})
	if err != nil {
		return place{}, err
	}
	return placeOf(c.Type, c.TeamId), nil
}

func placeOf(kind model.ChannelType, team string) place {
	return place{direct: kind == model.ChannelTypeDirect || kind == model.ChannelTypeGroup, team: team}
}

// directs remembers the direct conversation with each person.
type directs struct {
	memory.Memory[string, string]
	opening singleflight.Group // by person
}
