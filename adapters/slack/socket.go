package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// The sockets are ours and not the client library's: the library keeps the
// reason of a disconnect to itself and comes back at once, which after
// too_many_websockets is a stampede; it closes the old socket before the new
// one stands; and it may acknowledge on another socket than the one that
// brought the envelope.

// maxConnections is how many Slack allows an app (docs.slack.dev/apis/events-api/using-socket-mode).
const maxConnections = 10

// maxFrame bounds what one frame may hold.
const maxFrame = 4 << 20

// sockets counts the open connections and remembers them, so that all can be
// replaced when they have gone deaf.
type sockets struct {
	mu   sync.Mutex
	open map[*socket]struct{}
}

// add answers whether it is the first one: everything before it may have been missed.
func (s *sockets) add(c *socket) (first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[*socket]struct{}{}
	}
	s.open[c] = struct{}{}
	return len(s.open) == 1
}

func (s *sockets) remove(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

// drop closes all; they are replaced by those who hold them.
func (s *sockets) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.conn.Close()
	}
}

// envelope is one frame of Socket Mode.
type envelope struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
	Reason  string          `json:"reason"`
}

// hello says how many connections the app has, those of other processes among
// them, and for about how many seconds Slack will keep this one. It may end
// sooner, without a warning too.
type hello struct {
	Open  int `json:"num_connections"`
	Debug struct {
		Lives int `json:"approximate_connection_time"`
	} `json:"debug_info"`
}

// greeted notes what Slack says of its connections.
func (a *Adapter) greeted(frame []byte) {
	var h hello
	_ = json.Unmarshal(frame, &h) // of another shape: it says nothing to us
	a.log.Debug("a socket is open", "connections", h.Open, "lives", time.Duration(h.Debug.Lives)*time.Second)
	if h.Open >= maxConnections && a.config.Connections < maxConnections {
		a.log.Warn("the app has as many connections as slack allows; are there processes that nobody knows of?", "connections", h.Open)
	}
}

// socket is one WebSocket connection.
type socket struct {
	conn  *websocket.Conn
	write sync.Mutex // one writer at a time
}

func (s *socket) acknowledge(id string) error {
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	return s.conn.WriteJSON(struct {
		ID string `json:"envelope_id"`
	}{id})
}

// keepConnected holds one socket and replaces it when it ends. It returns when
// ctx ends or Slack refuses the app token.
func (a *Adapter) keepConnected(ctx context.Context) error {
	var lingering sync.WaitGroup
	defer lingering.Wait()
	wait := a.waits()
	for {
		s, err := a.dial(ctx)
		if err != nil {
			if refusedToken(err) {
				return fmt.Errorf("slack refuses the app token: %w", err)
			}
			if ctx.Err() == nil {
				a.log.Warn("cannot open a socket", "err", err)
			}
			if err := wait.Pause(ctx, retryAfter(err)); err != nil {
				return err
			}
			continue
		}
		leave := make(chan string, 1)
		ended := make(chan error, 1)
		began := time.Now()
		lingering.Go(func() { ended <- a.read(ctx, s, leave) })

		reason := ""
		select {
		case reason = <-leave:
		case err = <-ended:
			select {
			case reason = <-leave: // both at once: the reason counts
			default:
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		long := time.Since(began) > a.tune.silence
		switch {
		case reason == "warning" || reason == "refresh_requested":
			// The old socket is still read while the new one is opened.
			a.log.Debug("replacing a socket", "reason", reason)
			if long {
				wait.Reset()
				continue
			}
		case reason != "": // too_many_websockets, link_disabled
			a.log.Error("slack closed a socket", "reason", reason)
		default:
			a.log.Warn("a socket was lost", "err", err)
			a.history.Ask() // what was on its way through it may come late, or never
			if long {
				wait.Reset()
			}
		}
		if err := wait.Pause(ctx, 0); err != nil {
			return err
		}
	}
}

// dial asks for an address, which is good for one connection, and opens it.
func (a *Adapter) dial(ctx context.Context) (*socket, error) {
	ctx, cancel := context.WithTimeout(ctx, a.tune.call)
	defer cancel()
	_, address, err := a.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("apps.connections.open: %w", err)
	}
	// Slack does not put continuation frames together: no answer of ours may
	// outgrow the write buffer.
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: a.tune.call, WriteBufferSize: 4 << 10}
	conn, answer, err := dialer.DialContext(ctx, address, nil)
	if answer != nil && answer.Body != nil {
		answer.Body.Close()
	}
	if err != nil {
		var withAddress *url.Error // which holds a ticket: it stays out of the log
		if errors.As(err, &withAddress) {
			err = withAddress.Err
		}
		return nil, fmt.Errorf("open the socket: %w", err)
	}
	conn.SetReadLimit(maxFrame)
	return &socket{conn: conn}, nil
}

// read takes frames until the connection ends. A disconnect frame is told to
// leave, and reading goes on for as long as Slack keeps the connection, but
// not longer than the linger.
//
// What came in is accepted under ctx, also when the connection ends meanwhile.
func (a *Adapter) read(ctx context.Context, s *socket, leave chan<- string) error {
	defer context.AfterFunc(ctx, func() { s.conn.Close() })()
	defer s.conn.Close()
	defer a.sockets.remove(s)

	leaving, greeted := false, false
	alive := func() error {
		if leaving {
			return nil
		}
		return s.conn.SetReadDeadline(time.Now().Add(a.tune.silence))
	}
	if err := alive(); err != nil {
		return err
	}
	pong := s.conn.PingHandler()
	s.conn.SetPingHandler(func(data string) error {
		if err := alive(); err != nil {
			return err
		}
		return pong(data)
	})
	s.conn.SetPongHandler(func(string) error { return alive() })
	connected, ended := context.WithCancel(ctx)
	var pinging sync.WaitGroup
	defer pinging.Wait()
	defer ended()
	pinging.Go(func() { a.ping(connected, s) })

	for {
		_, frame, err := s.conn.ReadMessage()
		if err != nil {
			return err
		}
		if err := alive(); err != nil {
			return err
		}
		var env envelope
		if err := decode(frame, &env); err != nil {
			if session := a.session.Load(); session != nil {
				a.refused(session.in, "malformed", err)
			}
			continue
		}
		switch env.Type {
		case "hello":
			a.greeted(frame)
			if !greeted {
				greeted = true
				a.hearing.Opened()
				defer a.hearing.Closed()
			}
			if a.sockets.add(s) {
				a.gap()
			}
		case "disconnect":
			select {
			case leave <- env.Reason:
			default: // a second notice says nothing new
			}
			if !leaving {
				leaving = true
				if err := s.conn.SetReadDeadline(time.Now().Add(a.tune.linger)); err != nil {
					return err
				}
			}
		default:
			a.envelope(ctx, s, env)
		}
	}
}

// ping asks for a sign of life, so that a connection that is dead is noticed
// even where Slack sends no pings.
func (a *Adapter) ping(ctx context.Context, s *socket) {
	t := time.NewTicker(a.tune.silence / 3)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(5*time.Second)); err != nil {
				return // the reader will learn why
			}
		}
	}
}

// envelope hands over one envelope and acknowledges it once it is durable. What
// makes no sense is acknowledged too: it would make no more the next time.
func (a *Adapter) envelope(ctx context.Context, s *socket, env envelope) {
	session := a.session.Load()
	if session == nil || env.ID == "" {
		return
	}
	var it arrival
	var err error
	switch env.Type {
	case "events_api":
		it, err = a.decodeEvent(session.me, env.Payload)
	case "slash_commands":
		it, err = a.decodeCommand(session.me, env.Payload)
	case "interactive":
		it, err = a.decodeInteraction(session.me, env.Payload)
	default:
		err = malformed("an envelope of an unknown type")
	}
	if err != nil {
		a.refused(session.in, "malformed", err)
		it = arrival{}
	}
	a.take(ctx, session, it, func(err error) {
		if err != nil {
			a.unaccepted(err)
			return
		}
		if err := s.acknowledge(env.ID); err != nil {
			a.log.Debug("cannot acknowledge; slack will send it again", "err", err)
		}
	})
}
