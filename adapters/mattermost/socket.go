package mattermost

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/mattermost/mattermost/server/public/model"
)

// maxFrame bounds what one frame may hold. The largest are posts with their
// properties, 800,000 characters at most (model.PostPropsMaxRunes).
const maxFrame = 8 << 20

// openSocket is the connection that is up, so that it can be replaced when it
// has gone deaf.
type openSocket struct {
	mu   sync.Mutex
	conn *websocket.Conn
}

func (o *openSocket) set(c *websocket.Conn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.conn = c
}

// drop closes it; it is replaced by who holds it.
func (o *openSocket) drop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.conn != nil {
		o.conn.Close()
	}
}

// keepConnected holds a socket and replaces it when it ends. It returns when ctx ends.
func (a *Adapter) keepConnected(ctx context.Context) error {
	wait := a.waits()
	for {
		began := time.Now()
		err := a.listen(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		a.log.Warn("the socket was lost", "err", err)
		if time.Since(began) > a.tune.silence {
			wait.Reset()
		}
		if err := wait.Pause(ctx, 0); err != nil {
			return err
		}
	}
}

// listen opens a socket and takes what it brings until it ends.
func (a *Adapter) listen(ctx context.Context) error {
	c, err := a.dial(ctx)
	if err != nil {
		return fmt.Errorf("open a socket: %w", err)
	}
	// The library's Close races with its answer to a ping; closing the connection
	// lets its reader clean up, and Listen is what starts that reader.
	c.Conn.SetReadLimit(maxFrame)
	a.watch(c.Conn)
	c.Listen()
	defer context.AfterFunc(ctx, func() { c.Conn.Close() })()
	a.open.set(c.Conn)
	defer a.open.set(nil)

	var pinging sync.WaitGroup
	defer pinging.Wait()
	ended := make(chan struct{})
	defer close(ended)
	pinging.Go(func() { a.ping(c, ended) })

	greeted, next := false, int64(0)
	greeting := time.AfterFunc(a.tune.call, func() { c.Conn.Close() })
	defer greeting.Stop()
	defer func() {
		if greeted {
			a.hearing.Closed()
		}
	}()
	for ev := range c.EventChannel {
		a.alive(c.Conn)
		switch {
		case ev.EventType() == model.WebsocketEventHello:
			if !greeted {
				greeted = true
				a.hearing.Opened()
			}
			greeting.Stop()
			a.gap()
		case ev.GetSequence() > next: // the server skipped one
			a.log.Warn("the socket left something out; reading the history")
			a.gap()
		}
		next = ev.GetSequence() + 1
		a.happened(ctx, ev)
	}
	for range c.ResponseChannel { // closed as well: nothing in it is for us
	}
	if !greeted && ctx.Err() == nil {
		a.tokenRefused(errors.New("the server ended the socket before it greeted us")) // to be looked into
		return errors.New("the server did not greet us")
	}
	if c.ListenError != nil {
		return c.ListenError
	}
	return errors.New("the server closed it")
}

// dial opens the connection. The library authenticates by a message over it.
func (a *Adapter) dial(ctx context.Context) (*model.WebSocketClient, error) {
	ctx, cancel := context.WithTimeout(ctx, a.tune.call)
	defer cancel()
	dialer := websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: a.tune.call,
		NetDialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
	if t, ok := a.api.HTTPClient.Transport.(*http.Transport); ok && t != nil {
		dialer.TLSClientConfig = forHTTP1(t.TLSClientConfig)
		if t.Proxy != nil {
			dialer.Proxy = t.Proxy
		}
	}
	c, err := model.NewWebSocketClientWithDialer(&dialer, a.socket, a.config.Token)
	if err != nil {
		var withAddress *url.Error
		if errors.As(err, &withAddress) {
			err = withAddress.Err
		}
		return nil, err
	}
	return c, nil
}

// forHTTP1: a WebSocket begins as an HTTP/1.1 request.
func forHTTP1(c *tls.Config) *tls.Config {
	if c == nil {
		return nil
	}
	c = c.Clone()
	c.NextProtos = nil
	return c
}

// watch lets every sign of life put off the end of the connection. The
// library's own watchdog says after 65 s without a ping that it timed out, and
// leaves the rest to us.
func (a *Adapter) watch(conn *websocket.Conn) {
	a.alive(conn)
	pong := conn.PingHandler()
	conn.SetPingHandler(func(data string) error {
		a.alive(conn)
		return pong(data)
	})
	conn.SetPongHandler(func(string) error {
		a.alive(conn)
		return nil
	})
}

// alive: there was a sign of life.
func (a *Adapter) alive(conn *websocket.Conn) {
	_ = conn.SetReadDeadline(time.Now().Add(a.tune.silence)) // fails when closed, which the reader learns by itself
}

// ping asks for signs of life, and gives up a connection whose server fell silent.
func (a *Adapter) ping(c *model.WebSocketClient, ended <-chan struct{}) {
	t := time.NewTicker(a.tune.silence / 3)
	defer t.Stop()
	for {
		select {
		case <-ended:
			return
		case <-c.PingTimeoutChannel: // our own pings are what counts
		case <-t.C:
			if err := c.Conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(5*time.Second)); err != nil {
				c.Conn.Close()
			}
		}
	}
}
