package mattermost

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
)

// server is what Mattermost says of itself and of us.
type server struct {
	me, username string
	teams        []*model.Team // of which we are a member
	maxPost      int           // characters of a post
	names        string        // how it shows people: username, nickname_full_name or full_name
	version      string
	urgent       bool // posts can be marked as urgent
}

// team is the id of the team that stands for people without a home of their own.
func (s *server) team() string {
	if len(s.teams) == 0 {
		return ""
	}
	return s.teams[0].Id
}

// knownServer remembers what the server said, and for a moment that it did not
// answer: those who waited for the one who asked need not ask again, each in turn.
type knownServer struct {
	mu     sync.Mutex
	is     *server
	failed error
	at     time.Time
}

// server asks once and remembers. A failure is a *failure.
func (a *Adapter) server(ctx context.Context) (*server, error) {
	k := &a.known
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.is != nil {
		return k.is, nil
	}
	if k.failed != nil && time.Since(k.at) < a.tune.retryMin {
		return nil, k.failed
	}
	is, err := a.askServer(ctx)
	if err != nil {
		if ctx.Err() == nil { // else it is the caller who gave up
			k.failed, k.at = err, time.Now()
		}
		return nil, err
	}
	k.is, k.failed = is, nil
	return is, nil
}

// learnServer asks anew, for what it says changes: teams, limits, its version.
func (a *Adapter) learnServer(ctx context.Context, in bot.Inbox) {
	is, err := a.askServer(ctx)
	if err != nil {
		if refusedToken(err) { // a server that goes on sending events all the same
			a.tokenRefused(err)
		}
		if ctx.Err() == nil {
			a.log.Warn("cannot ask the server about itself; it is taken to be as before", "err", err)
		}
		return
	}
	a.known.mu.Lock()
	a.known.is = is
	a.known.mu.Unlock()
	a.session.Store(&session{in: in, at: is})
}

func (a *Adapter) askServer(ctx context.Context) (*server, error) {
	me, err := a.me(ctx)
	if err != nil {
		return nil, fmt.Errorf("who we are: %w", err)
	}
	config, err := a.clientConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("the server's settings: %w", err)
	}
	teams, err := call(ctx, a, func(ctx context.Context) ([]*model.Team, *model.Response, error) {
		return a.api.GetTeamsForUser(ctx, me.Id, "")
	})
	if err != nil {
		return nil, fmt.Errorf("our teams: %w", err)
	}
	is := &server{
		me: me.Id, username: me.Username, maxPost: model.PostMessageMaxRunesV1,
		names: config["TeammateNameDisplay"], version: config["Version"], urgent: config["PostPriority"] == "true",
	}
	if n, err := strconv.Atoi(config["MaxPostSize"]); err == nil && n > 0 {
		is.maxPost = n
	}
	for _, t := range teams {
		if t != nil && (a.config.Team == "" || t.Id == a.config.Team || t.Name == a.config.Team) {
			is.teams = append(is.teams, t)
		}
	}
	return is, nil
}

func (a *Adapter) me(ctx context.Context) (*model.User, error) {
	return call(ctx, a, func(ctx context.Context) (*model.User, *model.Response, error) { return a.api.GetMe(ctx, "") })
}

// clientConfig asks for the settings that clients may know. The library's own
// call leaves out the format, without which servers before 9 answer 501.
func (a *Adapter) clientConfig(ctx context.Context) (map[string]string, error) {
	return call(ctx, a, func(ctx context.Context) (map[string]string, *model.Response, error) {
		r, err := a.api.DoAPIGet(ctx, "/config/client?format=old", "")
		if err != nil {
			return nil, model.BuildResponse(r), err
		}
		defer r.Body.Close()
		config := map[string]string{}
		if err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&config); err != nil {
			return nil, model.BuildResponse(r), fmt.Errorf("read the settings: %w", err)
		}
		return config, model.BuildResponse(r), nil
	})
}
