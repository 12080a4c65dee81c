package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"sereno/adapters/internal/waits"
)

// The gateway's opcodes
// (https://docs.discord.com/developers/topics/opcodes-and-status-codes).
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opAck            = 11
)

// maxFrame bounds what one frame may hold: a server with all its channels and roles.
const maxFrame = 64 << 20

// leaving is the code with which we close a connection whose session we want
// to go on with: after 1000 and 1001 Discord ends it.
const leaving = 4000

var (
	errReconnect = errors.New("discord asks to reconnect")
	errInvalid   = errors.New("discord has ended the session")
	errDeaf      = errors.New("the connection gives no sign of life")
)

// link is the session with the gateway, which outlives connections.
type link struct {
	mu       sync.Mutex
	id       string // "" when there is none to resume
	address  string // where to resume
	sequence int64
	conn     *conn
}

func (l *link) state() (id, address string, sequence int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.id, l.address, l.sequence
}

// begin starts a session; forget ends it.
func (l *link) begin(id, address string, sequence int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.id, l.address, l.sequence = id, address, sequence
}

func (l *link) forget() { l.begin("", "", 0) }

// advance notes an event's place; false when it was read before.
func (l *link) advance(sequence int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.id != "" && sequence <= l.sequence {
		return false
	}
	l.sequence = sequence
	return true
}

func (l *link) hold(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = c
}

// drop ends the session and its connection: it has gone deaf.
func (l *link) drop() {
	l.forget()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		l.conn.socket.Close()
	}
}

// conn is one connection to the gateway.
type conn struct {
	// heard: a session was begun or goes on over it; of whoever reads it.
	heard  bool
	socket *websocket.Conn
	write  sync.Mutex // one writer at a time
	acked  atomic.Bool
	busy   atomic.Bool // reading waits for us, and acknowledgements with it
	lost   atomic.Bool // closed for want of a sign of life
}

func (c *conn) send(op int, data any) error {
	c.write.Lock()
	defer c.write.Unlock()
	if err := c.socket.SetWriteDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	return c.socket.WriteJSON(struct {
		Op   int `json:"op"`
		Data any `json:"d"`
	}{op, data})
}

func (c *conn) close(code int) {
	_ = c.socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second)) // it may be gone
	c.socket.Close()
}

// keepConnected holds a connection and replaces it when it ends. It returns
// when ctx ends or Discord will not have us.
func (a *Adapter) keepConnected(ctx context.Context) error {
	wait := a.waits()
	for {
		began := time.Now()
		identified, err := a.connect(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if final := a.final(ctx, err); final != nil {
			return final
		}
		if time.Since(began) > a.tune.ready {
			wait.Reset()
		}
		wait.Max = a.tune.retryMax
		if identified {
			wait.Max = a.tune.beginMax
		}
		if errors.Is(err, errReconnect) && time.Since(began) > a.tune.retryMin { // else it is no use to hurry
			a.log.Debug("reconnecting", "reason", err)
			continue
		}
		a.log.Warn("the connection to discord ended", "err", err)
		if err := wait.Pause(ctx, retryAfter(err)); err != nil {
			return err
		}
	}
}

// connect opens a connection and reads it until it ends; its error says why. It
// answers whether a session was begun over it, which Discord counts.
func (a *Adapter) connect(ctx context.Context) (identified bool, err error) {
	id, address, _ := a.link.state()
	if id == "" || address == "" {
		if address, err = a.gateway(ctx); err != nil {
			return false, err
		}
	}
	c, err := a.dial(ctx, address)
	if err != nil {
		return false, err
	}
	a.link.hold(c)
	defer a.link.hold(nil)
	connected, ended := context.WithCancel(ctx)
	var beating sync.WaitGroup
	defer beating.Wait()
	defer ended()
	defer c.socket.Close()
	defer func() {
		if c.heard {
			a.hearing.Closed()
		}
	}()
	defer context.AfterFunc(ctx, func() { c.close(websocket.CloseNormalClosure) })()
	err = a.read(ctx, c, func(every time.Duration) {
		beating.Go(func() { a.beat(connected, c, every) })
	})
	return id == "", err
}

// gateway asks where to connect, and whether the bot may identify once more
// today (https://docs.discord.com/developers/events/gateway#get-gateway-bot).
func (a *Adapter) gateway(ctx context.Context) (string, error) {
	if a.config.GatewayURL != "" {
		return a.config.GatewayURL, nil
	}
	var answer struct {
		URL   string `json:"url"`
		Start *struct {
			Remaining  int   `json:"remaining"`
			ResetAfter int64 `json:"reset_after"` // milliseconds
		} `json:"session_start_limit"`
	}
	if err := a.get(ctx, "/gateway/bot", &answer); err != nil {
		if refusedToken(err) {
			a.tokenRefused(err)
		}
		return "", fmt.Errorf("ask for the gateway's address: %w", err)
	}
	if s := answer.Start; s != nil && s.Remaining <= 0 && s.ResetAfter > 0 {
		wait := time.Duration(s.ResetAfter) * time.Millisecond
		return "", fmt.Errorf("the bot has begun as many sessions as it may today: %w", &limited{wait})
	}
	if !isAddress(answer.URL, "wss", "ws") {
		return "", errors.New("discord names no address of the gateway")
	}
	return answer.URL, nil
}

func (a *Adapter) dial(ctx context.Context, address string) (*conn, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the gateway's address is none")
	}
	q := u.Query()
	q.Set("v", "10")
	q.Set("encoding", "json")
	u.RawQuery = q.Encode()
	if u.Path == "" {
		u.Path = "/"
	}
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: a.tune.call}
	socket, answer, err := dialer.DialContext(ctx, u.String(), nil)
	if answer != nil && answer.Body != nil {
		answer.Body.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("open a connection to the gateway: %w", err)
	}
	socket.SetReadLimit(maxFrame)
	c := &conn{socket: socket}
	c.acked.Store(true)
	return c, socket.SetReadDeadline(time.Now().Add(a.tune.call)) // for the Hello
}

// read takes frames until the connection ends. Any frame may come at any time,
// a request to reconnect even before the Hello.
func (a *Adapter) read(ctx context.Context, c *conn, beat func(every time.Duration)) error {
	greeted := false
	for {
		_, frame, err := c.socket.ReadMessage()
		if err != nil {
			if c.lost.Load() {
				return errDeaf
			}
			return err
		}
		var e discordgo.Event
		if err := json.Unmarshal(frame, &e); err != nil {
			a.malformed("a frame that is no event", err)
			continue
		}
		switch e.Operation {
		case opHello:
			if greeted {
				continue
			}
			greeted = true
			if err := a.greet(c, e.RawData, beat); err != nil {
				return err
			}
		case opHeartbeat:
			if err := a.heartbeat(c); err != nil {
				return err
			}
		case opAck:
			c.acked.Store(true)
		case opReconnect:
			c.close(leaving)
			return errReconnect
		case opInvalidSession:
			if string(e.RawData) != "true" {
				a.link.forget()
			}
			c.close(leaving)
			return errInvalid
		case opDispatch:
			if err := a.arrived(ctx, c, &e); err != nil {
				return err
			}
		}
	}
}

// greet answers the Hello: it begins to beat, and resumes the session or
// begins one.
func (a *Adapter) greet(c *conn, hello json.RawMessage, beat func(time.Duration)) error {
	var h struct {
		Interval int64 `json:"heartbeat_interval"` // milliseconds
	}
	if err := json.Unmarshal(hello, &h); err != nil || h.Interval <= 0 {
		return errors.New("discord greets without saying how often to beat")
	}
	beat(time.Duration(h.Interval) * time.Millisecond)
	if err := c.socket.SetReadDeadline(time.Now().Add(a.tune.ready)); err != nil { // for Ready or Resumed
		return err
	}
	if id, _, sequence := a.link.state(); id != "" {
		return c.send(opResume, map[string]any{"token": a.config.Token, "session_id": id, "seq": sequence})
	}
	return c.send(opIdentify, map[string]any{
		"token":   a.config.Token,
		"intents": int(intents()),
		"properties": map[string]string{
			"os": runtime.GOOS, "browser": "discordgo", "device": "sereno",
		},
	})
}

// beat sends a heartbeat every so often, the first after a random part of the
// interval, and closes a connection that did not answer the one before.
func (a *Adapter) beat(ctx context.Context, c *conn, every time.Duration) {
	if waits.Sleep(ctx, rand.N(every)) != nil {
		return
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if !c.acked.Swap(false) && !c.busy.Load() {
			c.lost.Store(true)
			c.close(leaving)
			return
		}
		if a.heartbeat(c) != nil {
			return // the reader will learn why
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *Adapter) heartbeat(c *conn) error {
	_, _, sequence := a.link.state()
	if sequence == 0 {
		return c.send(opHeartbeat, nil)
	}
	return c.send(opHeartbeat, sequence)
}

// arrived takes an event of the session.
func (a *Adapter) arrived(ctx context.Context, c *conn, e *discordgo.Event) error {
	switch e.Type {
	case "READY", "RESUMED":
		if !c.heard {
			c.heard = true
			a.hearing.Opened()
		}
		if e.Type == "READY" {
			if err := a.begun(e); err != nil {
				return err
			}
		} else {
			a.link.advance(e.Sequence)
			a.log.Debug("the session goes on")
		}
		return c.socket.SetReadDeadline(time.Time{}) // from here on the heartbeat watches
	}
	if !a.link.advance(e.Sequence) {
		return nil
	}
	c.busy.Store(true)
	a.dispatch(ctx, e)
	c.busy.Store(false)
	return nil
}

// begun: a new session. Whatever was said before it may have been missed.
func (a *Adapter) begun(e *discordgo.Event) error {
	var r struct {
		Session string `json:"session_id"`
		Resume  string `json:"resume_gateway_url"`
		User    user   `json:"user"`
	}
	if err := json.Unmarshal(e.RawData, &r); err != nil || r.Session == "" {
		return fmt.Errorf("a session without an id: %w", errors.Join(err, errInvalid))
	}
	if a.config.GatewayURL != "" || !isAddress(r.Resume, "wss", "ws") {
		r.Resume = a.config.GatewayURL // whoever named an address wants it used
	}
	a.link.begin(r.Session, r.Resume, e.Sequence)
	a.log.Info("connected")
	if s := a.session.Load(); s != nil {
		a.history.Close(s.in.Channels(Platform))
		a.history.Ask()
	}
	return nil
}

// final is the error that ends Run: Discord says that it will not have us, and
// why (https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes).
// That the token is refused is believed when the API says so too.
func (a *Adapter) final(ctx context.Context, err error) error {
	var closed *websocket.CloseError
	if !errors.As(err, &closed) {
		return nil
	}
	switch closed.Code {
	case 4003, 4007, 4009: // not authenticated, invalid sequence, session timed out
		a.link.forget()
	case 4004:
		a.link.forget()
		var u user
		if err := a.get(ctx, "/users/@me", &u); refusedToken(err) {
			return fmt.Errorf("discord refuses the bot's token: %w", err)
		}
	case 4010, 4011:
		return errors.New("discord wants the bot's servers shared among several connections: it is in more than Sereno serves with one")
	case 4012:
		return errors.New("the gateway does not speak version 10 of Discord's API")
	case 4013, 4014:
		return errors.New("discord refuses the intents: switch on “Message Content Intent” in the Developer Portal " +
			"(https://discord.com/developers/applications), your application, page “Bot”, “Privileged Gateway Intents”")
	}
	return nil
}
