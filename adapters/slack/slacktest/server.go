// Package slacktest is a Slack on the wire, for tests: the Web API as far as
// the adapter uses it, Socket Mode with retries, and signed requests. It keeps
// messages per channel, refuses what Slack would refuse, and can be told to
// fail in the ways in which Slack and the network fail. It needs no
// *testing.T, so that a test of the whole program can run it beside.
package slacktest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Options describe the workspace. Empty fields get the values named.
type Options struct {
	BotToken      string // "xoxb-test"
	AppToken      string // "xapp-test"
	SigningSecret string // "signing-test"
	Team          string // "T1"
	BotUser       string // "UBOT"
	BotID         string // "BBOT"
	AppID         string // "A1"
	// Scopes that were granted; none when nil.
	Scopes []string
	// RequestURL receives events, commands and interactions instead of sockets
	// (HTTP mode); it can be set later with SetRequestURL.
	RequestURL string
	// AckWithin is how long an envelope may go unacknowledged before it is sent
	// again; 3 seconds, as Slack's, when zero.
	AckWithin time.Duration
	// Retries are the waits before an unacknowledged event is sent again: at once,
	// after a minute and after five, as Slack's, when nil.
	Retries []time.Duration
	// Limited: calls that come more often than Slack's documented limits allow are
	// answered with 429.
	Limited bool
	// Chaos decides, for each call, how it fails; nil, or an answer of nil, lets it
	// be. It is called under the server's lock and must not call the server.
	Chaos func(method string, params url.Values) *Fault
	// Now stamps messages; time.Now when nil. No two messages get the same ts.
	Now func() time.Time
}

// User is a person of the workspace.
type User struct {
	ID, Name, Team string
	Deleted, Bot   bool
}

// Message is a message in a channel.
type Message struct {
	Channel  string
	TS       string
	Thread   string // root's ts, "" outside threads
	User     string
	BotID    string
	SubType  string
	Text     string
	Blocks   json.RawMessage
	Metadata json.RawMessage
	// Key and Part are those of the adapter's metadata, "" in what people wrote.
	Key, Part string
	// Ephemeral names the only person who sees it.
	Ephemeral string
	EditedTS  string
	Files     []map[string]any
	Reactions []string
	Updates   int // how often chat.update changed it
}

// Call is one call of the Web API.
type Call struct {
	Method string
	Params url.Values
	At     time.Time
}

// Fault is how a call fails.
type Fault struct {
	// Status answers with this HTTP status; RetryAfter goes with 429.
	Status     int
	RetryAfter string
	// Error answers "ok": false with this code.
	Error string
	// Lost cuts the connection instead of answering. With Done the call has had
	// its effect before; so it has with Status and Error.
	Lost, Done bool
	// Wait holds the answer back until the channel is closed or the caller has gone.
	Wait <-chan struct{}
}

// Server is the workspace. Close it when done.
type Server struct {
	o    Options
	http *http.Server
	addr string
	wg   sync.WaitGroup
	done chan struct{}

	mu        sync.Mutex
	changed   chan struct{} // closed and replaced whenever anything happens
	lastTS    int64         // microseconds
	serial    int
	users     map[string]User
	channels  map[string]*channel
	calls     []Call
	underWay  map[string]int
	faults    map[string][]*Fault
	views     []View
	triggers  map[string]bool   // true once used
	owners    map[string]string // who got the trigger
	files     map[string]*File
	homes     map[string]json.RawMessage
	groups    map[string][]string
	sent      map[string]bool // forms, by their view
	revoked   bool
	away      bool
	acting    []*Fault // for the next calls that act, whichever they are
	buckets   map[string]*bucket
	limited   int       // calls that came too soon
	last      *Envelope // what was handed over last
	reversing int       // so many things are still kept, to be handed over in reverse
	kept      []*Envelope
	tickets   map[string]bool
	sockets   []*socket
	next      int
	refuse    int // sockets still to be told too_many_websockets
	waiting   map[string]*Envelope
	most      int // sockets open at once, at most
}

type channel struct {
	id       string
	member   bool
	archived bool
	shared   []string // between these organisations
	user     string   // of a direct conversation
	messages []*Message
}

// View is a form that was opened.
type View struct {
	ID, Trigger, User string
	CallbackID        string
	Value             string // private_metadata
	ExternalID        string
	JSON              json.RawMessage
}

// New starts a workspace on a port of its own.
func New(o Options) (*Server, error) {
	set := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	set(&o.BotToken, "xoxb-test")
	set(&o.AppToken, "xapp-test")
	set(&o.SigningSecret, "signing-test")
	set(&o.Team, "T1")
	set(&o.BotUser, "UBOT")
	set(&o.BotID, "BBOT")
	set(&o.AppID, "A1")
	if o.AckWithin == 0 {
		o.AckWithin = 3 * time.Second
	}
	if o.Retries == nil {
		o.Retries = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("slacktest: %w", err)
	}
	s := &Server{
		o: o, addr: l.Addr().String(), done: make(chan struct{}), changed: make(chan struct{}),
		users: map[string]User{}, channels: map[string]*channel{}, faults: map[string][]*Fault{},
		underWay: map[string]int{}, triggers: map[string]bool{}, owners: map[string]string{}, files: map[string]*File{}, homes: map[string]json.RawMessage{}, sent: map[string]bool{},
		buckets: map[string]*bucket{},
		tickets: map[string]bool{}, waiting: map[string]*Envelope{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.serveAPI)
	mux.HandleFunc("/link/", s.serveSocket)
	mux.HandleFunc("/upload/", s.serveUpload)
	mux.HandleFunc("/files/", s.serveFile)
	mux.HandleFunc("/signin", s.serveSignIn)
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	s.wg.Go(func() { _ = s.http.Serve(l) }) // returns when closed
	return s, nil
}

// URL is the base address of the Web API.
func (s *Server) URL() string { return "http://" + s.addr + "/api/" }

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
	for _, c := range s.sockets {
		c.conn.Close()
	}
	s.mu.Unlock()
	s.http.Close()
	s.wg.Wait()
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
			return fmt.Errorf("slacktest: not so within %s", within)
		}
	}
}

// AddUser adds a person.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.Team == "" {
		u.Team = s.o.Team
	}
	s.users[u.ID] = u
}

// AddChannel adds a channel; member says whether the bot is in it.
func (s *Server) AddChannel(id string, member bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[id] = &channel{id: id, member: member}
}

// Archive closes a channel for good.
func (s *Server) Archive(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[id]; c != nil {
		c.archived = true
	}
}

// Fail makes the next calls of the method fail, each in the way given, in turn.
func (s *Server) Fail(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.faults[method] = append(s.faults[method], &f)
	}
}

// FailNext makes the next calls that act fail, whichever they are; without any
// it takes back those that are left.
func (s *Server) FailNext(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(faults) == 0 {
		s.acting = nil
	}
	for _, f := range faults {
		s.acting = append(s.acting, &f)
	}
}

// Revoke makes the bot token worthless.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
	s.change()
}

// Away makes the workspace unreachable, or reachable again.
func (s *Server) Away(away bool) {
	s.mu.Lock()
	s.away = away
	s.change()
	s.mu.Unlock()
	if away {
		s.Cut()
	}
}

func (s *Server) unreachable() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.away
}

// Calls lists the calls of the method so far, all when it is "".
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

// Messages lists what is in the channel, oldest first, ephemeral notes among it.
func (s *Server) Messages(id string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	if c := s.channels[id]; c != nil {
		for _, m := range c.messages {
			out = append(out, *m)
		}
	}
	return out
}

// Posted lists what the bot wrote, in all channels, direct ones among them.
func (s *Server) Posted() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, c := range s.channels {
		for _, m := range c.messages {
			if m.BotID == s.o.BotID {
				out = append(out, *m)
			}
		}
	}
	return out
}

// Copies counts, for each delivery's key, the messages that carry it as their
// first part: more than one is a message sent twice.
func (s *Server) Copies() map[string]int {
	out := map[string]int{}
	for _, m := range s.Posted() {
		if m.Key != "" && (m.Part == "" || m.Part == "1") {
			out[m.Key]++
		}
	}
	return out
}

// Direct is the direct conversation with the person; "" when none was opened.
func (s *Server) Direct(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, c := range s.channels {
		if c.user == user {
			return id
		}
	}
	return ""
}

// Views lists the forms that were opened.
func (s *Server) Views() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]View(nil), s.views...)
}

// Sign signs a body as Slack does, at the instant given.
func (s *Server) Sign(h http.Header, body []byte, at time.Time) {
	ts := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.o.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", ts, body)
	h.Set("X-Slack-Request-Timestamp", ts)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// SetRequestURL makes events go to the address, as in HTTP mode.
func (s *Server) SetRequestURL(u string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.RequestURL = u
}
