package discordtest

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// frame is what goes over the gateway.
type frame struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int            `json:"s,omitempty"`
	Type string          `json:"t,omitempty"`
}

// session is one with the gateway; it outlives its connections.
type session struct {
	id      string
	intents int
	events  []frame
	conn    *conn // nil while nobody is connected
}

type conn struct {
	ws    *websocket.Conn
	write sync.Mutex
	beats int
}

func (c *conn) send(f frame) {
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(5 * time.Second)) // it may be gone
	_ = c.ws.WriteJSON(f)
}

func (c *conn) close(code int) {
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second)) // it may be gone
	_ = c.ws.Close()
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	if q := r.URL.Query(); q.Get("v") != "10" || q.Get("encoding") != "json" {
		http.Error(w, "v=10 and encoding=json are missing", http.StatusBadRequest)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the answer was given
	}
	c := &conn{ws: ws}
	defer ws.Close()
	s.mu.Lock()
	for _, f := range s.first {
		c.send(f)
	}
	s.mu.Unlock()
	c.send(frame{Op: 10, Data: encode(map[string]any{"heartbeat_interval": s.o.Heartbeat.Milliseconds()})})
	var mine *session
	for {
		var f frame
		if err := ws.ReadJSON(&f); err != nil {
			s.leave(mine, c, websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway))
			return
		}
		switch f.Op {
		case 1:
			s.beat(c)
		case 2:
			mine = s.identify(c, f.Data)
		case 6:
			mine = s.resume(c, f.Data)
		default:
			c.close(4001)
		}
	}
}

func (s *Server) beat(c *conn) {
	s.mu.Lock()
	c.beats++
	deaf := s.deaf
	s.change()
	s.mu.Unlock()
	if !deaf {
		c.send(frame{Op: 11})
	}
}

// leave ends a connection; the session with it when the client says goodbye.
func (s *Server) leave(mine *session, c *conn, goodbye bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if mine != nil && mine.conn == c {
		mine.conn = nil
		if goodbye {
			delete(s.sessions, mine.id)
		}
	}
	s.change()
}

const contentIntent = 1 << 15

func (s *Server) identify(c *conn, data json.RawMessage) *session {
	var d struct {
		Token      string         `json:"token"`
		Intents    *int           `json:"intents"`
		Properties map[string]any `json:"properties"`
	}
	if json.Unmarshal(data, &d) != nil || d.Intents == nil || d.Properties == nil {
		c.close(4002)
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identified++
	if s.next != 0 {
		code := s.next
		s.next = 0
		c.close(code)
		return nil
	}
	switch {
	case d.Token != s.o.Token || s.revoked:
		c.close(4004)
		return nil
	case *d.Intents&contentIntent != 0 && s.o.NoContent:
		c.close(4014)
		return nil
	case s.refuse > 0:
		s.refuse--
		c.send(frame{Op: 9, Data: json.RawMessage("false")})
		return nil
	}
	n := &session{id: secret(), intents: *d.Intents, conn: c}
	s.sessions[n.id] = n
	s.dispatchTo(n, "READY", map[string]any{
		"v": 10, "user": s.user(s.users[Bot]), "session_id": n.id, "resume_gateway_url": "ws://" + s.addr + "/gateway",
		"guilds":      []any{map[string]any{"id": Guild, "unavailable": true}},
		"application": map[string]any{"id": App, "flags": s.o.Flags},
	})
	s.dispatchTo(n, "GUILD_CREATE", s.guild())
	s.change()
	return n
}

func (s *Server) resume(c *conn, data json.RawMessage) *session {
	var d struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int    `json:"seq"`
	}
	if json.Unmarshal(data, &d) != nil {
		c.close(4002)
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resumed++
	n := s.sessions[d.Session]
	switch {
	case d.Token != s.o.Token || s.revoked:
		c.close(4004)
		return nil
	case n == nil:
		c.send(frame{Op: 9, Data: json.RawMessage("false")})
		return nil
	case d.Seq > len(n.events):
		c.close(4007)
		return nil
	}
	if n.conn != nil {
		_ = n.conn.ws.Close() // replaced
	}
	n.conn = c
	for _, f := range n.events[d.Seq:] {
		c.send(f)
	}
	s.dispatchTo(n, "RESUMED", map[string]any{})
	s.change()
	return n
}

// dispatchTo sends an event to a session, and keeps it. The lock is held.
func (s *Server) dispatchTo(n *session, kind string, data any) frame {
	seq := len(n.events) + 1
	f := frame{Op: 0, Data: encode(data), Seq: &seq, Type: kind}
	n.events = append(n.events, f)
	if n.conn != nil && !s.away {
		n.conn.send(f)
	}
	return f
}

// held is an event that is about to be dispatched, or was.
type held struct {
	kind   string
	data   any
	frames map[*session]frame
}

// dispatch tells every session. What people do counts for Again and Reverse. The lock is held.
func (s *Server) dispatch(kind string, data any, byPeople bool) {
	h := held{kind: kind, data: data}
	if byPeople && s.holding > 0 {
		s.held = append(s.held, h)
		if len(s.held) < s.holding {
			return
		}
		all := s.held
		s.held, s.holding = nil, 0
		for i := len(all) - 1; i >= 0; i-- {
			s.release(all[i], true)
		}
		return
	}
	s.release(h, byPeople)
}

func (s *Server) release(h held, byPeople bool) {
	if byPeople && s.hidden > 0 {
		s.hidden--
		return
	}
	h.frames = map[*session]frame{}
	for _, n := range s.sessions {
		h.frames[n] = s.dispatchTo(n, h.kind, h.data)
	}
	if byPeople {
		s.last = &h
	}
	s.change()
}

// Again sends the last event once more.
func (s *Server) Again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		return
	}
	for n, f := range s.last.frames {
		if n.conn != nil {
			n.conn.send(f)
		}
	}
}

// Reverse dispatches the next n events in the reverse order, when all are there.
func (s *Server) Reverse(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holding = n
}

// Cut ends every connection to the gateway; sessions can be resumed.
func (s *Server) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.sessions {
		if n.conn != nil {
			_ = n.conn.ws.NetConn().Close() // that is the point
			n.conn = nil
		}
	}
}

// Forget ends every session: whoever resumes is told so.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, n := range s.sessions {
		if n.conn != nil {
			_ = n.conn.ws.NetConn().Close() // that is the point
		}
		delete(s.sessions, id)
	}
}

// Send sends a frame to every connection: op 7 asks to reconnect, op 1 to beat,
// op 9 ends the session.
func (s *Server) Send(op int, data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.sessions {
		if n.conn != nil {
			n.conn.send(frame{Op: op, Data: json.RawMessage(data)})
		}
	}
}

// Dispatch sends an event of any kind, well-formed or not.
func (s *Server) Dispatch(kind, data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch(kind, json.RawMessage(data), true)
}

// CloseWith closes every connection with the code; those that identify next
// are closed with it too.
func (s *Server) CloseWith(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = code
	for _, n := range s.sessions {
		if n.conn != nil {
			n.conn.close(code)
		}
	}
}

// Refuse answers the next n who identify with an invalid session.
func (s *Server) Refuse(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = n
}

// FirstSend sends the frames to whoever connects, before the Hello.
func (s *Server) FirstSend(frames ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.first = nil
	for _, raw := range frames {
		var f frame
		_ = json.Unmarshal([]byte(raw), &f) // what it does not say is zero
		s.first = append(s.first, f)
	}
}

// Hide lets the next n events that people cause reach nobody, as a session that
// has gone deaf does.
func (s *Server) Hide(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden = n
}

// Deaf stops answering heartbeats.
func (s *Server) Deaf(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deaf = on
}

// Connected counts the connections that stand, and how often clients identified
// and resumed so far.
func (s *Server) Connected() (connections, identified, resumed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.sessions {
		if n.conn != nil {
			connections++
		}
	}
	return connections, s.identified, s.resumed
}

func encode(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // of our own making
	}
	return data
}
