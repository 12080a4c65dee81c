package crash

import (
	"io"
	"net"
	"sync"
	"testing"
)

// proxy is a stretch of network that can be cut: between a process and what it
// needs.
type proxy struct {
	listener        net.Listener
	network, target string

	mu    sync.Mutex
	conns map[net.Conn]bool
	gone  bool          // what comes is turned away
	open  chan struct{} // closed while bytes go through
	idle  sync.WaitGroup
}

func newProxy(t *testing.T, network, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, network: network, target: target, conns: map[net.Conn]bool{}, open: make(chan struct{})}
	close(p.open)
	p.idle.Go(p.serve)
	t.Cleanup(func() {
		p.thaw()
		_ = l.Close()
		p.cut()
		p.idle.Wait()
	})
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

func (p *proxy) serve() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.idle.Go(func() { p.join(c) })
	}
}

// join connects both sides until one of them ends.
func (p *proxy) join(near net.Conn) {
	<-p.gate()
	far, err := net.Dial(p.network, p.target)
	if err != nil || !p.keep(near, far) {
		_ = near.Close()
		if far != nil {
			_ = far.Close()
		}
		return
	}
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], slow{way[1], p}) // either end may end it
			_ = near.Close()
			_ = far.Close()
		})
	}
	both.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, near)
	delete(p.conns, far)
}

// slow is a connection whose bytes wait while nothing goes through.
type slow struct {
	net.Conn
	p *proxy
}

func (s slow) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	<-s.p.gate()
	return n, err
}

func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone {
		return false
	}
	for _, c := range conns {
		p.conns[c] = true
	}
	return true
}

func (p *proxy) gate() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open
}

// freeze lets nothing through, and says nothing either; thaw lets all go on.
func (p *proxy) freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = make(chan struct{})
}

func (p *proxy) thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.open:
	default:
		close(p.open)
	}
}

// cut ends every connection and turns new ones away until mend.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = true
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *proxy) mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = false
}
