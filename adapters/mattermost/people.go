package mattermost

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

const (
	knownFor   = 6 * time.Hour   // a name is looked up again after this
	unknownFor = 2 * time.Minute // as is one that could not be had
	knownMax   = 20000           // then the memory starts afresh
)

// person is what the server says of a user.
type person struct {
	id, name, username string
	// remote is the id of the server that they belong to, "" for this one.
	remote string
	bot    bool
}

// people remembers what the server says of users.
type people struct {
	byID   func(ctx context.Context, id string) (person, error)
	byName func(ctx context.Context, username string) (person, error)
	now    func() time.Time

	mu    sync.Mutex
	known map[string]remembered // by id, and by "@" and the username
	quiet time.Time             // no look-ups before: the server asked us to wait
}

type remembered struct {
	person
	until time.Time
}

func newPeople(byID, byName func(context.Context, string) (person, error)) *people {
	return &people{byID: byID, byName: byName, now: time.Now, known: map[string]remembered{}}
}

// get answers what is known of the user, asking the server if need be; a
// person with nothing but the id when it does not say in time.
func (p *people) get(ctx context.Context, id string) person {
	if id == "" {
		return person{}
	}
	out := p.ask(ctx, id, id, p.byID)
	out.id = id
	return out
}

// named answers who has the username; the zero person when nobody has.
func (p *people) named(ctx context.Context, username string) person {
	return p.ask(ctx, "@"+username, username, p.byName)
}

func (p *people) ask(ctx context.Context, key, what string, find func(context.Context, string) (person, error)) person {
	now := p.now()
	p.mu.Lock()
	r, ok := p.known[key]
	quiet := now.Before(p.quiet)
	p.mu.Unlock()
	if (ok && now.Before(r.until)) || quiet {
		return r.person
	}
	found, err := find(ctx, what)
	until := now.Add(knownFor)
	if err != nil {
		found, until = r.person, now.Add(unknownFor) // an old name is better than none
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if wait := retryAfter(err); wait > 0 {
		p.quiet = now.Add(wait)
	}
	if len(p.known) >= knownMax {
		clear(p.known)
	}
	p.known[key] = remembered{found, until}
	return found
}

// lookUp asks the server for a user.
func (a *Adapter) lookUp(ctx context.Context, id string) (person, error) {
	return a.lookUpWith(ctx, func(ctx context.Context) (*model.User, *model.Response, error) { return a.api.GetUser(ctx, id, "") })
}

func (a *Adapter) lookUpByName(ctx context.Context, username string) (person, error) {
	p, err := a.lookUpWith(ctx, func(ctx context.Context) (*model.User, *model.Response, error) {
		return a.api.GetUserByUsername(ctx, username, "")
	})
	if refusedBy(err, http.StatusNotFound, http.StatusBadRequest) {
		return person{}, nil // that there is nobody is an answer, too
	}
	return p, err
}

func (a *Adapter) lookUpWith(ctx context.Context, find func(context.Context) (*model.User, *model.Response, error)) (person, error) {
	at, err := a.server(ctx)
	if err != nil {
		return person{}, err
	}
	u, err := within(ctx, a, a.tune.lookup, find)
	if err != nil {
		return person{}, err
	}
	return person{
		id: u.Id, name: shownName(u, at.names), username: u.Username, remote: u.GetRemoteID(),
		bot: u.IsBot,
	}, nil
}

// shownName is the name that the server shows for the user by its setting.
func shownName(u *model.User, setting string) string {
	full := strings.TrimSpace(u.FirstName + " " + u.LastName)
	switch setting {
	case model.ShowUsername:
		return u.Username
	case model.ShowFullName:
		return firstOf(full, u.Username)
	}
	return firstOf(u.Nickname, full, u.Username)
}

func firstOf(options ...string) string {
	for _, o := range options {
		if o != "" {
			return o
		}
	}
	return ""
}
