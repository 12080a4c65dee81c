package discord

import (
	"context"
	"errors"
	"sync"

	"sereno/adapters/internal/memory"
)

// The types of channels that matter here
// (https://docs.discord.com/developers/resources/channel#channel-object-channel-types).
const (
	guildText          = 0
	directMessage      = 1
	guildVoice         = 2
	guildCategory      = 4
	guildAnnouncement  = 5
	announcementThread = 10
	publicThread       = 11
	privateThread      = 12
	guildForum         = 15
	guildMedia         = 16
)

// place is a channel or thread.
type place struct {
	ID         string          `json:"id"`
	Type       int             `json:"type"`
	Guild      string          `json:"guild_id"`
	Parent     string          `json:"parent_id"`
	Name       string          `json:"name"`
	Last       string          `json:"last_message_id"`
	Recipients []user          `json:"recipients"`
	Overwrites []overwrite     `json:"permission_overwrites"`
	Meta       *threadMetadata `json:"thread_metadata"`
}

type threadMetadata struct {
	Archived   bool   `json:"archived"`
	Locked     bool   `json:"locked"`
	ArchivedAt string `json:"archive_timestamp"`
}

func (p *place) thread() bool {
	return p.Type == announcementThread || p.Type == publicThread || p.Type == privateThread
}

// posts reports whether it is a forum: what is written there begins a thread.
func (p *place) posts() bool { return p.Type == guildForum || p.Type == guildMedia }

func (p *place) direct() bool { return p.Type == directMessage }

type role struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Permissions string `json:"permissions"`
	Tags        *struct {
		Bot string `json:"bot_id"`
	} `json:"tags"`
}

// guild is a server as the gateway describes it when we come.
type guild struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Owner    string  `json:"owner_id"`
	Channels []place `json:"channels"`
	Threads  []place `json:"threads"`
	Roles    []role  `json:"roles"`
}

// places knows the channels, threads and roles of our servers: what the
// gateway said of them, and what had to be asked.
type places struct {
	find func(ctx context.Context, id string) (*place, error)

	mu    sync.Mutex
	known map[string]*place
	roles map[string]role
}

func newPlaces(find func(context.Context, string) (*place, error)) *places {
	return &places{find: find, known: map[string]*place{}, roles: map[string]role{}}
}

// cached is the place if it is known; nil otherwise.
func (p *places) cached(id string) *place {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known[id]
}

// get answers what is known of the channel, asking Discord if need be.
func (p *places) get(ctx context.Context, id string) (*place, error) {
	if known := p.cached(id); known != nil {
		return known, nil
	}
	found, err := p.find(ctx, id)
	if err != nil {
		return nil, err
	}
	p.learn("", *found)
	return found, nil
}

// learn notes channels and threads of a server. Two threads may be many: those
// that are forgotten are asked for again.
func (p *places) learn(guild string, found ...place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) > 4*memory.Max {
		clear(p.known)
	}
	for _, f := range found {
		if f.ID == "" {
			continue
		}
		f.Guild = firstOf(f.Guild, guild)
		p.known[f.ID] = &f
	}
}

func (p *places) learnRoles(found ...role) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range found {
		p.roles[r.ID] = r
	}
}

func (p *places) role(id string) (role, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok := p.roles[id]
	return r, ok
}

func (p *places) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, id)
	delete(p.roles, id)
}

// lookUp asks Discord for a channel.
func (a *Adapter) lookUp(ctx context.Context, id string) (*place, error) {
	if !isSnowflake(id) {
		return nil, malformed("a channel without an id")
	}
	var p place
	if err := a.get(ctx, "/channels/"+id, &p); err != nil {
		return nil, err
	}
	if p.ID != id {
		return nil, errors.New("discord answers with another channel")
	}
	return &p, nil
}

// locate is where something in the channel belongs for the core: the channel,
// which is the parent of a thread, and the root of the thread, "" outside one.
// When Discord does not say in time it errs, for a guess would put a thread's
// message where it is not.
func (a *Adapter) locate(ctx context.Context, channel string) (at *place, parent *place, err error) {
	at, err = within(ctx, a.tune.call, func(ctx context.Context) (*place, error) { return a.places.get(ctx, channel) })
	if err != nil || !at.thread() || at.Parent == "" {
		return at, at, err
	}
	parent, err = within(ctx, a.tune.call, func(ctx context.Context) (*place, error) { return a.places.get(ctx, at.Parent) })
	return at, parent, err
}

// ours reports whether the server is one that we listen to.
func (a *Adapter) listensTo(guild string) bool {
	return guild == "" || a.config.Guild == "" || guild == a.config.Guild
}
