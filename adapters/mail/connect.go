package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// talk is one conversation with the server.
type talk struct {
	client *gomail.Client
	smtp   *smtp.Client
	conn   net.Conn
	stop   func() bool
}

// logins are the ways to log in, the safest first. A password in the clear goes
// over an encrypted connection only, or to this machine.
var logins = []gomail.SMTPAuthType{
	gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin,
}

// dial connects and logs in. The connection ends with ctx.
func (a *Adapter) dial(ctx context.Context) (*talk, error) {
	t := &talk{}
	options := []gomail.Option{
		gomail.WithPort(a.config.Port), gomail.WithTimeout(session), gomail.WithTLSConfig(a.tls),
		gomail.WithHELO(a.domain), gomail.WithoutNoop(),
		gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := a.open(ctx, network, address)
			t.conn = conn
			return conn, err
		}),
	}
	switch a.config.TLS {
	case Implicit:
		options = append(options, gomail.WithSSL())
	case NoTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if a.config.Username != "" {
		options = append(options, gomail.WithUsername(a.config.Username), gomail.WithPassword(a.config.Password),
			gomail.WithOpportunisticSMTPAuth(logins...))
	}
	client, err := gomail.NewClient(a.config.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	t.client = client
	// The library waits on the network without looking at ctx.
	t.stop = context.AfterFunc(ctx, func() {
		if t.conn != nil {
			t.conn.Close()
		}
	})
	if t.smtp, err = client.DialToSMTPClientWithContext(ctx); err != nil {
		t.close()
		return nil, fmt.Errorf("connect to the mail server: %w", err)
	}
	return t, nil
}

// open opens the connection, encrypted where it is from the first byte.
func (a *Adapter) open(ctx context.Context, network, address string) (net.Conn, error) {
	if a.config.TLS == Implicit {
		return (&tls.Dialer{Config: a.tls}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// quit takes leave; whether the server hears it changes nothing.
func (t *talk) quit() { _ = t.client.CloseWithSMTPClient(t.smtp) }

// close ends the connection without another word: one more could complete a
// message that broke off.
func (t *talk) close() {
	t.stop()
	if t.conn != nil {
		t.conn.Close()
	}
}
