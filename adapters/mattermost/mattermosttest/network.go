package mattermosttest

import (
	"net"
	"sync"
	"time"
)

// network is the way to the server, which can be cut.
type network struct {
	net.Listener

	mu    sync.Mutex
	gone  bool
	conns map[net.Conn]struct{}
}

// Accept closes what comes while the server is away.
func (n *network) Accept() (net.Conn, error) {
	for {
		c, err := n.Listener.Accept()
		if err != nil {
			return nil, err
		}
		n.mu.Lock()
		if n.gone {
			n.mu.Unlock()
			c.Close()
			continue
		}
		if n.conns == nil {
			n.conns = map[net.Conn]struct{}{}
		}
		n.conns[c] = struct{}{}
		n.mu.Unlock()
		return &conn{c, n}, nil
	}
}

func (n *network) away(gone bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.gone = gone
	if gone {
		for c := range n.conns {
			c.Close()
		}
	}
}

type conn struct {
	net.Conn
	n *network
}

func (c *conn) Close() error {
	c.n.mu.Lock()
	delete(c.n.conns, c.Conn)
	c.n.mu.Unlock()
	return c.Conn.Close()
}

// bucket lets calls pass at a rate, as the server's limiter does: a burst at
// once, and then one after the other.
type bucket struct {
	rate, burst float64
	left        float64
	at          time.Time
}

// take answers how long to wait, zero when the call may pass.
func (b *bucket) take(now time.Time) time.Duration {
	if b.rate == 0 {
		return 0
	}
	if b.at.IsZero() {
		b.left = b.burst
	} else {
		b.left = min(b.burst, b.left+now.Sub(b.at).Seconds()*b.rate)
	}
	b.at = now
	if b.left < 1 {
		return time.Duration((1 - b.left) / b.rate * float64(time.Second))
	}
	b.left--
	return 0
}
