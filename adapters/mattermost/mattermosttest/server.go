// Package mattermosttest is a Mattermost on the wire, for tests: the REST API
// as far as the adapter uses it, the WebSocket, and the server's own calls to
// buttons, dialogs and commands. It keeps posts per channel, refuses what
// Mattermost refuses, and can be told to fail in the ways in which a server and
// the network fail. Where it and a real server (5.37) differed, the real one's
// way was taken over.
package mattermosttest

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// Options describe the server. Empty fields get the values named.
type Options struct {
	Token string // of the bot: "bot-token-test"
	// MaxPostSize is how many characters a post may have; 16,383 when zero.
	MaxPostSize int
	// MaxProps is how many a post's properties may have as JSON; 8,000, as before 6,
	// when zero.
	MaxProps int
	// Version is "5.37.0" when empty.
	Version string
	// Names is the setting TeammateNameDisplay, "nickname_full_name" when empty.
	Names string
	// NoCommands: the bot may not manage slash commands.
	NoCommands bool
	// Ephemeral: the bot may show private notes at any time. Only administrators
	// grant that.
	Ephemeral bool
	// NoDelete: the bot may not remove its own posts.
	NoDelete bool
	// Urgent: posts can be marked as urgent; UrgentRefused: but not by bots.
	Urgent, UrgentRefused bool
	// TriggerLife is how long a dialog may be opened for after a press; 3 s when zero.
	TriggerLife time.Duration
	// PerSecond and Burst limit the calls, as RateLimitSettings does; no limit when zero.
	PerSecond, Burst int
	// Chaos decides, for each call, how it fails; nil, or an answer of nil, lets it
	// be. It is called under the server's lock and must not call the server.
	Chaos func(method, path string) *Fault
}

// Fault is how a call fails.
type Fault struct {
	// Status answers so; 0 cuts the connection instead of answering.
	Status     int
	RetryAfter time.Duration
	// ID is the server's own reason; without it something before the server answers.
	ID string
	// Done: the call has had its effect before.
	Done bool
	// Wait holds the answer back until the channel is closed.
	Wait <-chan struct{}
	// match tells the calls that it is for; nil is those that send, edit, remove or react.
	match func(method, path string) bool
}

// Call is one call of the API.
type Call struct {
	Method, Path string
	At           time.Time
}

// Server is a Mattermost with one team. Close it when done.
type Server struct {
	o    Options
	http *http.Server
	addr string
	wg   sync.WaitGroup
	done chan struct{}
	net  *network

	mu        sync.Mutex
	changed   chan struct{} // closed and replaced whenever anything happens
	lastMS    int64
	team      *model.Team
	bot       *model.User
	users     map[string]*model.User
	channels  map[string]*channel
	posts     map[string]*post
	files     map[string]*file
	uploads   map[string]*model.UploadSession
	commands  map[string]*model.Command
	hooks     map[string]*hook
	triggers  map[string]*opened
	forms     map[string]*dialog // open, by person
	pending   map[string]pendingPost
	notes     []*post // private ones
	calls     []Call
	sending   int
	faults    []*Fault
	revoked   bool
	sockets   map[*socket]struct{}
	everOpen  int
	limiter   bucket
	held      []*model.WebSocketEvent // to be sent in the reverse order
	hold      int
	lastAgain func() error
	admin     *model.Config // what an administrator may read; nil: the bot may not
}

type channel struct {
	*model.Channel
	members map[string]bool
	order   []*post // oldest first, old texts of edited ones among them
}

type post struct {
	*model.Post
	reactions []*model.Reaction
	only      string // who alone sees it
}

type file struct {
	info    *model.FileInfo
	content []byte
}

type hook struct {
	user, channel, root string
	uses                int
	until               time.Time
}

type opened struct {
	user, channel string
	until         time.Time
}

type dialog struct {
	request *model.OpenDialogRequest
	channel string
}

type pendingPost struct {
	id    string
	until time.Time
}

// Team and Bot are the names of the team and of the bot's account.
const (
	Team = "acme"
	Bot  = "sereno"
)

// New starts a server on a port of its own.
func New(o Options) (*Server, error) {
	set := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	set(&o.Token, "bot-token-test")
	set(&o.Version, "5.37.0")
	set(&o.Names, model.ShowNicknameFullName)
	if o.MaxPostSize == 0 {
		o.MaxPostSize = model.PostMessageMaxRunesV2
	}
	if o.MaxProps == 0 {
		o.MaxProps = 8000
	}
	if o.TriggerLife == 0 {
		o.TriggerLife = 3 * time.Second
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("mattermosttest: %w", err)
	}
	s := &Server{
		o: o, addr: l.Addr().String(), done: make(chan struct{}), changed: make(chan struct{}), net: &network{Listener: l},
		users: map[string]*model.User{}, channels: map[string]*channel{}, posts: map[string]*post{}, files: map[string]*file{},
		uploads: map[string]*model.UploadSession{}, commands: map[string]*model.Command{}, hooks: map[string]*hook{},
		triggers: map[string]*opened{}, forms: map[string]*dialog{}, pending: map[string]pendingPost{}, sockets: map[*socket]struct{}{},
		limiter: bucket{rate: float64(o.PerSecond), burst: float64(o.Burst)},
	}
	s.team = &model.Team{Id: model.NewId(), Name: Team, DisplayName: "Acme"}
	s.bot = s.AddUser(&model.User{Username: Bot, IsBot: true})
	s.http = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second}
	s.wg.Go(func() { _ = s.http.Serve(s.net) }) // returns when closed
	return s, nil
}

// URL is the server's address.
func (s *Server) URL() string { return "http://" + s.addr }

// Close ends all connections and waits for what is under way.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.done:
		s.mu.Unlock()
		return
	default:
	}
	close(s.done)
	s.mu.Unlock()
	s.http.Close()
	s.net.away(true)
	s.wg.Wait()
}

// joins lets Close wait for whoever calls it; false when it is closed already.
func (s *Server) joins() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.done:
		return false
	default:
	}
	s.wg.Add(1)
	return true
}

// change tells those who wait that something happened. The lock is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Wait returns when cond holds, which is asked whenever something happens at
// the server; an error when it does not in time. cond may call the server.
func (s *Server) Wait(within time.Duration, cond func() bool) error {
	t := time.NewTimer(within)
	defer t.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-t.C:
			return fmt.Errorf("mattermosttest: not so within %s", within)
		}
	}
}

// now gives the time in milliseconds, a new one each time. The lock is held.
func (s *Server) now() int64 {
	s.lastMS = max(time.Now().UnixMilli(), s.lastMS+1)
	return s.lastMS
}

// AddUser adds a person to the team, with an id unless there is one.
func (s *Server) AddUser(u *model.User) *model.User {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.Id == "" {
		u.Id = model.NewId()
	}
	u.Roles = model.SystemUserRoleId
	s.users[u.Id] = u
	return u
}

// AddChannel adds an open channel with the bot and these people in it, and answers its id.
func (s *Server) AddChannel(name string, people ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.newChannel(model.ChannelTypeOpen, name, append(people, s.bot.Id)...)
	c.TeamId = s.team.Id
	return c.Id
}

// newChannel makes a channel. The lock is held.
func (s *Server) newChannel(kind model.ChannelType, name string, people ...string) *channel {
	c := &channel{&model.Channel{Id: model.NewId(), Type: kind, Name: name, DisplayName: name, CreateAt: s.now()}, map[string]bool{}, nil}
	for _, p := range people {
		c.members[p] = true
	}
	s.channels[c.Id] = c
	return c
}

// directOf is the direct conversation of two, made when there is none. The lock is held.
func (s *Server) directOf(one, two string) *channel {
	name := model.GetDMNameFromIds(one, two)
	for _, c := range s.channels {
		if c.Name == name {
			return c
		}
	}
	return s.newChannel(model.ChannelTypeDirect, name, one, two)
}

// AddGroup makes a group message of the bot and these people.
func (s *Server) AddGroup(people ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newChannel(model.ChannelTypeGroup, model.NewId(), append(people, s.bot.Id)...).Id
}

// Leave takes the bot out of a channel.
func (s *Server) Leave(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.channels[channel].members, s.bot.Id)
}

// TeamID and BotID are the ids of the team and of the bot's account.
func (s *Server) TeamID() string { return s.team.Id }

// BotID is the id of the bot's account.
func (s *Server) BotID() string { return s.bot.Id }

// Admin lets the bot read the settings of administrators.
func (s *Server) Admin(c *model.Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.admin = c
}

// Calls are those that were made of a method, to a path that holds the words.
func (s *Server) Calls(method, path string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls {
		if c.Method == method && strings.Contains(c.Path, path) {
			out = append(out, c)
		}
	}
	return out
}

// Fail lets the next calls of a method to a path that holds the words fail so,
// one after the other.
func (s *Server) Fail(method, path string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		f.match = func(m, p string) bool { return m == method && strings.Contains(p, path) }
		s.faults = append(s.faults, &f)
	}
}

// Sockets counts those that are open, and those that ever were.
func (s *Server) Sockets() (open, ever int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets), s.everOpen
}

// Posts are those of a channel, oldest first, without deleted ones.
func (s *Server) Posts(channel string) []*model.Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*model.Post
	for _, p := range s.channels[channel].order {
		if p.DeleteAt == 0 {
			out = append(out, p.Clone())
		}
	}
	return out
}

// Commands are those that are registered.
func (s *Server) Commands() []model.Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []model.Command
	for _, c := range s.commands {
		out = append(out, *c)
	}
	return out
}

// Forbid takes the permission to manage slash commands from the bot.
func (s *Server) Forbid() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.NoCommands = true
}

// ForgetPending forgets which pending_post_ids were seen, as the server does
// after 30 s and when it starts.
func (s *Server) ForgetPending() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.pending)
}

// Post puts a post into a channel as it is, and answers its id.
func (s *Server) Post(channel string, p *model.Post) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Id, p.ChannelId, p.CreateAt = model.NewId(), channel, s.now()
	p.UpdateAt = p.CreateAt
	if u := s.users[p.UserId]; u == nil {
		p.UserId = ""
	}
	return s.add(s.channels[channel], p).Id
}

// Age lets a post be older than it is.
func (s *Server) Age(id string, by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[id]
	p.CreateAt -= by.Milliseconds()
	p.UpdateAt = p.CreateAt
}
