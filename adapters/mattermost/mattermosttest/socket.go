package mattermosttest

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/mattermost/mattermost/server/public/model"
)

// socket is one WebSocket of the bot's.
type socket struct {
	conn *websocket.Conn

	mu   sync.Mutex // one writer at a time, and the order of the sequence
	seq  int64
	deaf bool

	muted atomic.Bool
}

func (c *socket) send(ev *model.WebSocketEvent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deaf {
		return
	}
	ev = ev.SetSequence(c.seq)
	c.seq++
	data, err := ev.ToJSON()
	if err != nil {
		panic(err)
	}
	_ = c.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_ = c.conn.WriteMessage(websocket.TextMessage, data) // a reader that is gone learns it by itself
}

// serveSocket greets whoever sends the token, as wsapi does.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	if !s.joins() {
		return
	}
	defer s.wg.Done()
	c := &socket{conn: conn}
	pong := conn.PingHandler()
	conn.SetPingHandler(func(data string) error {
		if c.muted.Load() {
			return nil
		}
		return pong(data)
	})
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.sockets, c)
		s.change()
	}()
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			return
		}
		var req struct {
			Seq    int64          `json:"seq"`
			Action string         `json:"action"`
			Data   map[string]any `json:"data"`
		}
		if json.Unmarshal(data, &req) != nil || req.Action != string(model.WebsocketAuthenticationChallenge) {
			continue
		}
		if !s.greet(c, req.Data["token"], req.Seq) {
			return
		}
	}
}

func (s *Server) greet(c *socket, token any, seq int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.revoked || token != s.o.Token {
		return false
	}
	hello := model.NewWebSocketEvent(model.WebsocketEventHello, "", "", s.bot.Id, nil, "")
	hello.Add("server_version", s.o.Version+".test.0.false")
	hello.Add("connection_id", model.NewId())
	c.send(hello)
	c.mu.Lock()
	_ = c.conn.WriteJSON(map[string]any{"status": "OK", "seq_reply": seq})
	c.mu.Unlock()
	s.sockets[c] = struct{}{}
	s.everOpen++
	s.change()
	return true
}

// event begins one for a channel. The lock is held.
func (s *Server) event(kind model.WebsocketEventType, c *channel) *model.WebSocketEvent {
	return model.NewWebSocketEvent(kind, "", c.Id, "", nil, "")
}

func (s *Server) addPost(ev *model.WebSocketEvent, p *post) {
	data, err := s.view(p).ToJSON()
	if err != nil {
		panic(err)
	}
	ev.Add("post", data)
}

// broadcast sends the event to those who are connected, if the bot is in the
// channel. The lock is held.
func (s *Server) broadcast(c *channel, ev *model.WebSocketEvent) {
	defer s.change()
	if !c.members[s.bot.Id] {
		return
	}
	if s.hold > 0 {
		s.held = append(s.held, ev)
		if s.hold--; s.hold > 0 {
			return
		}
		slices.Reverse(s.held)
		for _, ev := range s.held {
			s.sendAll(ev)
		}
		s.held = nil
		return
	}
	s.sendAll(ev)
	s.lastAgain = func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sendAll(ev)
		return nil
	}
}

func (s *Server) sendAll(ev *model.WebSocketEvent) {
	for c := range s.sockets {
		c.send(ev)
	}
}

// Cut ends every socket.
func (s *Server) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut()
}

// cut closes the connections: what was written to them may have been read. The lock is held.
func (s *Server) cut() {
	for c := range s.sockets {
		c.conn.Close()
		delete(s.sockets, c)
	}
}

// Deafen lets the open sockets bring nothing any more, though they stay open.
func (s *Server) Deafen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sockets {
		c.mu.Lock()
		c.deaf = true
		c.mu.Unlock()
	}
}

// RevokeQuietly ends the token and leaves the sockets open, which bring nothing any more.
func (s *Server) RevokeQuietly() {
	s.Deafen()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
}

// Mute lets the open sockets answer no ping, and send nothing either.
func (s *Server) Mute() {
	s.Deafen()
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sockets {
		c.muted.Store(true)
	}
}

// Skip lets the open sockets leave out a number in their sequence, as if an
// event had been lost.
func (s *Server) Skip() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sockets {
		c.mu.Lock()
		c.seq++
		c.mu.Unlock()
	}
}

// Push sends an event as it is to those who are connected.
func (s *Server) Push(ev *model.WebSocketEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sendAll(ev)
}
