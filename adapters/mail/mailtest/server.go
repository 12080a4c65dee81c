// Package mailtest is a mail server on loopback that speaks SMTP, for tests: what
// it is sent, and its weather.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Fault is how the next mail fares.
type Fault string

// The faults.
const (
	RefusesRecipient Fault = "550 for the recipient"
	RecipientLater   Fault = "450 for the recipient"
	RefusesSender    Fault = "553 for the sender"
	RefusesContent   Fault = "554 after the data"
	ContentLater     Fault = "451 after the data"
	// LosesAnswer takes the mail and breaks the connection before it says so.
	LosesAnswer Fault = "the connection breaks after the data"
	// BreaksOff breaks the connection before there is any data.
	BreaksOff Fault = "the connection breaks before the data"
	// Hangs takes the recipient and says nothing until the server is closed.
	Hangs Fault = "no answer"
)

// Mail is one that was taken.
type Mail struct {
	From, To string
	// Raw is what came, Header and Body what is in it.
	Raw    string
	Header netmail.Header
	Body   string
}

// Options is what the server asks for.
type Options struct {
	// Implicit: encrypted from the first byte. Else STARTTLS is offered, unless Plain.
	Implicit, Plain bool
	// Username and Password that it wants; "" for anybody.
	Username, Password string
}

// Server is a running mail server.
type Server struct {
	options  Options
	listener net.Listener
	server   *smtp.Server
	pool     *x509.CertPool
	done     chan struct{}
	closed   chan struct{}

	mu     sync.Mutex
	faults []Fault
	mails  []Mail
	hung   chan struct{}
}

// New starts a server.
func New(o Options) (*Server, error) {
	cert, pool, err := certificate()
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, pool: pool, done: make(chan struct{}), closed: make(chan struct{}), hung: make(chan struct{}, 16)}
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{s: s, conn: c}, nil
	}))
	s.server.Domain, s.server.AllowInsecureAuth = "localhost", o.Plain
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	conf := &tls.Config{Certificates: []tls.Certificate{cert}}
	l := s.listener
	switch {
	case o.Implicit:
		l = tls.NewListener(l, conf)
	case !o.Plain:
		s.server.TLSConfig = conf
	}
	go func() {
		defer close(s.done)
		_ = s.server.Serve(l) // ends when the server is closed
	}()
	return s, nil
}

// Close ends the server and every connection.
func (s *Server) Close() {
	close(s.closed)
	_ = s.server.Close()
	_ = s.listener.Close() // should it not serve yet
	<-s.done
}

// Port is where it listens on 127.0.0.1.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// TLS trusts the server's certificate.
func (s *Server) TLS() *tls.Config { return &tls.Config{RootCAs: s.pool} }

// Fault lets the next n mails fare so.
func (s *Server) Fault(f Fault, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.Repeat([]Fault{f}, n)
}

// Mails are those that were taken, in order.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// Hung receives when somebody waits for an answer that does not come.
func (s *Server) Hung() <-chan struct{} { return s.hung }

// session is one connection.
type session struct {
	s        *Server
	conn     *smtp.Conn
	fault    Fault
	from, to string
	known    bool
}

func (x *session) AuthMechanisms() []string {
	if x.s.options.Username == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != x.s.options.Username || password != x.s.options.Password {
			return smtp.ErrAuthFailed
		}
		x.known = true
		return nil
	}), nil
}

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	x.s.mu.Lock()
	x.fault = ""
	if len(x.s.faults) > 0 {
		x.fault, x.s.faults = x.s.faults[0], x.s.faults[1:]
	}
	x.s.mu.Unlock()
	if x.s.options.Username != "" && !x.known {
		return smtp.ErrAuthRequired
	}
	if x.fault == RefusesSender {
		return refusal(553, "sender refused")
	}
	x.from = from
	return nil
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch x.fault {
	case RefusesRecipient:
		return refusal(550, "no such user")
	case RecipientLater:
		return refusal(450, "mailbox busy")
	case BreaksOff:
		return errors.Join(x.conn.Conn().Close(), errGone)
	case Hangs:
		x.s.hung <- struct{}{}
		<-x.s.closed
		return errGone
	}
	x.to = to
	return nil
}

func (x *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	switch x.fault {
	case RefusesContent:
		return refusal(554, "content refused")
	case ContentLater:
		return refusal(451, "try again")
	}
	m, err := netmail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		return refusal(554, "not a message")
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	x.s.mu.Lock()
	x.s.mails = append(x.s.mails, Mail{From: x.from, To: x.to, Raw: string(raw), Header: m.Header, Body: string(body)})
	x.s.mu.Unlock()
	if x.fault == LosesAnswer {
		return errors.Join(x.conn.Conn().Close(), errGone)
	}
	return nil
}

func (x *session) Reset()        { x.from, x.to = "", "" }
func (x *session) Logout() error { return nil }

var errGone = errors.New("gone")

func refusal(code int, words string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCodeNotSet, Message: words}
}

// certificate is one of its own for 127.0.0.1.
func certificate() (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mailtest"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool, nil
}
