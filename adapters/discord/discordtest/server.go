// Package discordtest is Discord as far as a bot of one server needs it: its
// REST API, version 10, which refuses what the documentation says is refused,
// its gateway with sessions that can be resumed, interactions that must be
// answered in time, and the host that keeps attachments. It listens on loopback
// and forgets everything when closed.
//
// Sources: github.com/discord/discord-api-docs and the OpenAPI description in
// github.com/discord/discord-api-spec.
package discordtest

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options are how this Discord is.
type Options struct {
	// Token is the bot's, "discord-test-token" when empty.
	Token string
	// AnswerWithin is how long an interaction may wait for its first answer; 3 s when zero.
	AnswerWithin time.Duration
	// Heartbeat is how often clients must beat; 41.25 s when zero.
	Heartbeat time.Duration
	// Limits enforces the rate limits: 50 calls a second, five messages in five
	// seconds in a channel.
	Limits bool
	// Flags are the application's; those of the message-content intent when zero.
	Flags int64
	// NoContent: the intent is not granted; who asks for it is refused.
	NoContent bool
	// Silent: the intent is granted, and texts are withheld all the same.
	Silent bool
	// Permissions are the bot's in the server; all but to administer it when zero.
	Permissions uint64
	// Skew is added to the time that the server tells.
	Skew time.Duration
}

// What never changes: the application, its user and the server.
const (
	Bot   = "80351110224678000"
	App   = "80351110224678001"
	Guild = "80351110224678010"
	Owner = "80351110224678011"
)

// Server is one Discord. All its methods may be called by several goroutines.
type Server struct {
	o      Options
	listen net.Listener
	http   *http.Server
	addr   string

	mu       sync.Mutex
	changed  chan struct{}
	serial   uint64
	users    map[string]*User
	roles    []Role
	channels map[string]*channel
	order    []string // of channels, as they were made
	sessions map[string]*session
	inters   map[string]*inter
	forms    map[string]*modal
	commands json.RawMessage
	puts     int // how often commands were registered

	faults             []fault
	away               bool
	revoked            bool
	calls              int
	asked              []Call
	held               []held
	holding            int
	last               *held
	next               int // close code for whoever identifies next
	refuse             int // how many who identify are told that their session is invalid
	first              []frame
	deaf               bool
	forgetful          bool
	noThreads          map[string]bool
	oldTokens, closing bool

	identified, resumed, hidden int
	limits                      limits
	wg                          sync.WaitGroup
}

// User is a person or a bot.
type User struct {
	ID, Name, Global, Nick string
	Bot                    bool
	Roles                  []string
	// Closed: takes no direct messages.
	Closed bool
}

// Role is one of the server's.
type Role struct {
	ID, Name    string
	Permissions uint64
	// BotID is whose it is, of a bot's own.
	BotID string
}

// Call is a call that came in.
type Call struct {
	Method, Path string
	Body         json.RawMessage
}

// New begins to listen.
func New(o Options) (*Server, error) {
	if o.Token == "" {
		o.Token = "discord-test-token"
	}
	if o.AnswerWithin == 0 {
		o.AnswerWithin = 3 * time.Second
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 41250 * time.Millisecond
	}
	if o.Flags == 0 && !o.NoContent {
		o.Flags = 1 << 19
	}
	if o.Permissions == 0 {
		o.Permissions = (1<<53 - 1) &^ (1 << 3) // all but to be an administrator
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &Server{
		o: o, listen: l, addr: l.Addr().String(), changed: make(chan struct{}),
		users: map[string]*User{}, channels: map[string]*channel{}, sessions: map[string]*session{},
		inters: map[string]*inter{}, forms: map[string]*modal{}, commands: json.RawMessage("[]"), limits: newLimits(),
	}
	s.users[Bot] = &User{ID: Bot, Name: "sereno", Bot: true}
	s.roles = []Role{{ID: Guild, Name: "@everyone"}, {ID: s.id(), Name: "Sereno", Permissions: o.Permissions, BotID: Bot}}
	s.users[Bot].Roles = []string{s.roles[1].ID}
	s.http = &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: 10 * time.Second}
	s.wg.Go(func() { _ = s.http.Serve(l) }) // ends with Close
	return s, nil
}

// Close ends every connection.
func (s *Server) Close() {
	s.Cut()
	s.mu.Lock()
	s.closing = true
	s.change()
	s.mu.Unlock()
	_ = s.http.Close() // its connections are of no use any more
	s.wg.Wait()
}

// URL is the address of the API, GatewayURL that of the gateway.
func (s *Server) URL() string        { return "http://" + s.addr + "/api/v10" }
func (s *Server) GatewayURL() string { return "ws://" + s.addr + "/gateway" }

// Token is the bot's.
func (s *Server) Token() string { return s.o.Token }

// AddUser adds a member of the server.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[u.ID] = &u
}

// AddRole adds a role to the server.
func (s *Server) AddRole(r Role) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roles = append(s.roles, r)
}

// AddChannel adds a channel of the type to the server: 0 for text, 15 for a forum.
func (s *Server) AddChannel(id, name string, kind int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = &channel{id: id, name: name, kind: kind, guild: Guild}
	s.order = append(s.order, id)
}

// Overwrite changes what the bot's role may do in the channel.
func (s *Server) Overwrite(channel string, allow, deny uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[channel].overwrites = []map[string]any{
		{"id": s.roles[1].ID, "type": 0, "allow": fmt.Sprint(allow), "deny": fmt.Sprint(deny)},
	}
}

// id makes a snowflake. The lock is held, or nobody else is there yet.
func (s *Server) id() string {
	s.serial++
	ms := uint64(time.Now().Add(s.o.Skew).UnixMilli() - 1420070400000)
	return fmt.Sprint(ms<<22 | s.serial&(1<<22-1))
}

// secret is something that nobody guesses.
func secret() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// change tells those who wait that something happened. The lock is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Wait returns nil when cond holds, an error when it does not in time. cond may
// call the server.
func (s *Server) Wait(atMost time.Duration, cond func() bool) error {
	end := time.NewTimer(atMost)
	defer end.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-end.C:
			return fmt.Errorf("it did not happen in %s", atMost)
		}
	}
}

// Asked are the calls that came in so far.
func (s *Server) Asked() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.asked...)
}

// Commands are the commands that are registered, and how often they were.
func (s *Server) Commands() (json.RawMessage, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands, s.puts
}
