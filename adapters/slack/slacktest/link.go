package slacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// socket is one open Socket Mode connection.
type socket struct {
	conn  *websocket.Conn
	write sync.Mutex
	deaf  bool // takes events and answers nothing any more, not even pings
}

func (c *socket) send(v any) error {
	c.write.Lock()
	defer c.write.Unlock()
	if err := c.conn.SetWriteDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	return c.conn.WriteJSON(v)
}

// serveSocket takes a connection whose ticket was not used before.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	if s.unreachable() {
		panic(http.ErrAbortHandler)
	}
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !good {
		http.Error(w, "the ticket was used", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // answered by Upgrade
	}
	defer conn.Close()
	c := &socket{conn: conn}
	conn.SetPingHandler(func(data string) error {
		s.mu.Lock()
		deaf := c.deaf
		s.mu.Unlock()
		if deaf {
			return nil
		}
		return conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
	})
	if !s.welcome(c) {
		return
	}
	defer s.forget(c)
	for {
		var ack struct {
			ID string `json:"envelope_id"`
		}
		if err := conn.ReadJSON(&ack); err != nil {
			return
		}
		s.mu.Lock()
		if e := s.waiting[ack.ID]; e != nil {
			e.acknowledge()
			delete(s.waiting, ack.ID)
		}
		s.change()
		s.mu.Unlock()
	}
}

// welcome says hello, or that there are too many. Who has heard hello is there
// for everything that is handed over from then on.
func (s *Server) welcome(c *socket) bool {
	c.write.Lock()
	defer c.write.Unlock()
	s.mu.Lock()
	refuse, away := s.refuse > 0, s.away
	switch {
	case refuse:
		s.refuse--
	case !away:
		s.sockets = append(s.sockets, c)
		s.most = max(s.most, len(s.sockets))
	}
	s.change()
	s.mu.Unlock()
	if refuse {
		_ = c.conn.WriteJSON(map[string]any{"type": "disconnect", "reason": "too_many_websockets"}) // it is closed next
	}
	if refuse || away {
		return false
	}
	hello := map[string]any{"type": "hello", "num_connections": 1, "connection_info": map[string]any{"app_id": s.o.AppID}}
	_ = c.conn.WriteJSON(hello) // the reader learns it when the connection is gone
	return true
}

func (s *Server) forget(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.sockets {
		if other == c {
			s.sockets = append(s.sockets[:i:i], s.sockets[i+1:]...)
			break
		}
	}
	s.change()
}

// Sockets counts the open connections; most is the highest count so far.
func (s *Server) Sockets() (open, most int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets), s.most
}

// Hearing counts the open connections that were not deafened.
func (s *Server) Hearing() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.sockets {
		if !c.deaf {
			n++
		}
	}
	return n
}

func (s *Server) each(f func(*socket)) {
	s.mu.Lock()
	all := append([]*socket(nil), s.sockets...)
	s.mu.Unlock()
	for _, c := range all {
		f(c)
	}
}

// Disconnect asks every client to leave, for the reason ("warning",
// "refresh_requested", "link_disabled"), and leaves the connections open.
func (s *Server) Disconnect(reason string) {
	s.each(func(c *socket) { _ = c.send(map[string]any{"type": "disconnect", "reason": reason}) }) // gone ones know
}

// Cut breaks every connection, as a network does.
func (s *Server) Cut() { s.each(func(c *socket) { c.conn.Close() }) }

// Deafen leaves the open connections open and answers nothing on them.
func (s *Server) Deafen() {
	s.each(func(c *socket) {
		s.mu.Lock()
		c.deaf = true
		s.mu.Unlock()
	})
}

// TooMany turns the next n connections away.
func (s *Server) TooMany(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = n
}

// SendRaw sends bytes as they are over one connection.
func (s *Server) SendRaw(frame []byte) error {
	s.mu.Lock()
	if len(s.sockets) == 0 {
		s.mu.Unlock()
		return fmt.Errorf("slacktest: no socket is open")
	}
	c := s.sockets[0]
	s.mu.Unlock()
	c.write.Lock()
	defer c.write.Unlock()
	return c.conn.WriteMessage(websocket.TextMessage, frame)
}

// Envelope is something that Slack hands to the app until it is acknowledged
// or the retries are used up.
type Envelope struct {
	ID   string
	Type string // "events_api", "slash_commands", "interactive"
	// Payload is what is in it.
	Payload json.RawMessage
	// Acked is closed when it was acknowledged.
	Acked chan struct{}

	once     sync.Once
	mu       sync.Mutex
	attempts int
	status   int
	over     bool
}

func (e *Envelope) acknowledge() { e.once.Do(func() { close(e.Acked) }) }

// Attempts counts how often it was sent; Status is the last answer's, in HTTP mode.
func (e *Envelope) Attempts() (n, status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.attempts, e.status
}

// Trying reports whether it was neither acknowledged nor given up.
func (e *Envelope) Trying() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return !e.over
}

// Push hands a payload to the app: over one of the sockets in turn, or to the
// request address. Events are sent again until acknowledged; commands and
// interactions are sent once, as Slack does. What goes over sockets goes in the
// order of the calls.
func (s *Server) Push(kind string, payload any) *Envelope {
	raw, err := json.Marshal(payload)
	if err != nil {
		panic(fmt.Sprintf("slacktest: %v", err)) // a test's mistake
	}
	return s.push(kind, raw)
}

func (s *Server) push(kind string, raw json.RawMessage) *Envelope {
	s.mu.Lock()
	e := &Envelope{ID: s.id("E"), Type: kind, Payload: raw, Acked: make(chan struct{})}
	s.waiting[e.ID], s.last = e, e
	now := []*Envelope{e}
	if s.reversing > 0 {
		s.reversing--
		s.kept = append(s.kept, e)
		now = nil
		if s.reversing == 0 {
			now, s.kept = s.kept, nil
			slices.Reverse(now)
		}
	}
	direct := s.o.RequestURL == ""
	s.mu.Unlock()
	for _, e := range now {
		var retries []time.Duration
		if e.Type == "events_api" {
			retries = s.o.Retries
		}
		if direct {
			s.attempt(e, 0)
		}
		s.wg.Go(func() { s.insist(e, retries, direct) })
	}
	return e
}

// Again hands over once more what was handed over last, under an envelope of its own.
func (s *Server) Again() *Envelope {
	s.mu.Lock()
	e := s.last
	s.mu.Unlock()
	return s.push(e.Type, e.Payload)
}

// Reverse keeps the next n things, and hands them over in the reverse order when
// the nth is there.
func (s *Server) Reverse(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reversing = n
}

// insist sends an envelope until it is acknowledged or the retries are used
// up. The first attempt may have been made.
func (s *Server) insist(e *Envelope, retries []time.Duration, begun bool) {
	defer func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.over = true
	}()
	for attempt := 0; ; attempt++ {
		within := s.o.AckWithin
		if begun {
			begun = false
		} else if refused := s.attempt(e, attempt); refused {
			within = 0
		}
		if s.settled(e, within) || attempt >= len(retries) || s.settled(e, retries[attempt]) {
			return
		}
	}
}

// settled waits for the acknowledgement, at most so long.
func (s *Server) settled(e *Envelope, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-e.Acked:
		return true
	case <-s.done:
		return true
	case <-t.C:
		return false
	}
}

// attempt sends it once; true when the app answered that it did not take it.
func (s *Server) attempt(e *Envelope, n int) (refused bool) {
	e.mu.Lock()
	e.attempts++
	e.mu.Unlock()
	s.mu.Lock()
	address := s.o.RequestURL
	var c *socket
	if address == "" && len(s.sockets) > 0 {
		c = s.sockets[s.next%len(s.sockets)]
		s.next++
	}
	s.change()
	s.mu.Unlock()
	switch {
	case address != "":
		return s.post(e, address, n)
	case c != nil:
		frame := map[string]any{
			"envelope_id": e.ID, "type": e.Type, "payload": e.Payload, "accepts_response_payload": e.Type != "events_api",
		}
		if n > 0 {
			frame["retry_attempt"], frame["retry_reason"] = n, "timeout"
		}
		_ = c.send(frame) // lost with its connection: it will be sent again
	}
	return false
}

// post sends an envelope's payload as a signed request.
func (s *Server) post(e *Envelope, address string, n int) (refused bool) {
	body, kind := []byte(e.Payload), "application/json"
	switch e.Type {
	case "interactive":
		body, kind = []byte(url.Values{"payload": {string(e.Payload)}}.Encode()), "application/x-www-form-urlencoded"
	case "slash_commands":
		var fields map[string]string
		if json.Unmarshal(e.Payload, &fields) == nil {
			v := url.Values{}
			for k, x := range fields {
				v.Set(k, x)
			}
			body, kind = []byte(v.Encode()), "application/x-www-form-urlencoded"
		}
	}
	r, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return true
	}
	r.Header.Set("Content-Type", kind)
	if n > 0 {
		r.Header.Set("X-Slack-Retry-Num", fmt.Sprint(n))
		r.Header.Set("X-Slack-Retry-Reason", "http_timeout")
	}
	s.Sign(r.Header, body, s.o.Now())
	client := http.Client{Timeout: s.o.AckWithin, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return true // not there: it will be sent again
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)) // only the status counts
	e.mu.Lock()
	e.status = resp.StatusCode
	e.mu.Unlock()
	if resp.StatusCode < 300 {
		s.mu.Lock()
		delete(s.waiting, e.ID)
		s.mu.Unlock()
		e.acknowledge()
	}
	s.mu.Lock()
	s.change()
	s.mu.Unlock()
	return resp.StatusCode >= 300
}

// Event hands an inner event to the app, in the frame that Slack puts around it.
func (s *Server) Event(event map[string]any) *Envelope {
	s.mu.Lock()
	id := s.id("Ev")
	s.mu.Unlock()
	return s.Push("events_api", map[string]any{
		"token": "unused", "team_id": s.o.Team, "api_app_id": s.o.AppID, "type": "event_callback", "event_id": id,
		"event_time": s.o.Now().Unix(), "event": event,
		"authorizations": []any{map[string]any{"team_id": s.o.Team, "user_id": s.o.BotUser, "is_bot": true}},
	})
}
