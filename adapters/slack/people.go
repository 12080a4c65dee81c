package slack

import (
	"context"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
)

const (
	knownFor   = 6 * time.Hour   // a name is looked up again after this
	unknownFor = 2 * time.Minute // as is one that could not be had
	knownMax   = 20000           // then the memory starts afresh
)

// person is what Slack shows for a user.
type person struct {
	name, team string
	// teams are further ids of where they belong: of their Enterprise organisation
	// and its workspaces.
	teams []string
	// human: Slack says that it is no bot.
	human bool
}

// people remembers the names that Slack shows for users.
type people struct {
	find func(ctx context.Context, id string) (person, error)
	now  func() time.Time

	mu    sync.Mutex
	known map[string]remembered
	quiet time.Time // no look-ups before: Slack asked us to wait
}

type remembered struct {
	person
	until time.Time
}

func newPeople(find func(context.Context, string) (person, error)) *people {
	return &people{find: find, now: time.Now, known: map[string]remembered{}}
}

// get answers what is known of the user, asking Slack if need be; the zero
// person when Slack does not say in time.
func (p *people) get(ctx context.Context, id string) person {
	if id == "" {
		return person{}
	}
	now := p.now()
	p.mu.Lock()
	r, ok := p.known[id]
	quiet := now.Before(p.quiet)
	p.mu.Unlock()
	if (ok && now.Before(r.until)) || quiet {
		return r.person
	}
	found, err := p.find(ctx, id)
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
	p.known[id] = remembered{found, until}
	return found
}

// learn remembers a name that came along with an event, for when Slack does
// not say what it shows for the person.
func (p *people) learn(id, name, team string) {
	if id == "" || name == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.known[id]; !ok && len(p.known) < knownMax {
		p.known[id] = remembered{person{name: name, team: team}, time.Time{}}
	}
}

// lookUp asks Slack for a user.
func (a *Adapter) lookUp(ctx context.Context, id string) (person, error) {
	ctx, cancel := context.WithTimeout(ctx, a.tune.lookup)
	defer cancel()
	u, err := call(ctx, a, turn{method: "users.info", patience: a.tune.lookup}, func(ctx context.Context) (*slackgo.User, error) {
		return a.api.GetUserInfoContext(ctx, id)
	})
	if err != nil {
		return person{}, err
	}
	return person{name: shownName(u), team: u.TeamID, teams: append([]string{u.Enterprise.EnterpriseID}, u.Enterprise.Teams...), human: !u.IsBot && !u.IsWorkflowBot && !u.IsConnectorBot}, nil
}

func shownName(u *slackgo.User) string {
	for _, name := range []string{u.Profile.DisplayName, u.Profile.RealName, u.RealName, u.Name} {
		if name != "" {
			return name
		}
	}
	return ""
}
