// Package mail sends pages and direct messages by SMTP (RFC 5321). It hears
// nothing: who was paged answers through the link in the mail (adapters/links).
//
// SMTP cannot be asked whether it has a message already. A mail that may have
// been sent is sent again with the same Message-ID and the same words, by which
// mail programs and people know it for what it is.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"sereno/adapters/links"
	"sereno/bot"
)

// Platform is the name under which people's addresses are configured.
const Platform = "mail"

// TLS is how the connection is kept from others.
type TLS string

// The ways.
const (
	StartTLS TLS = "starttls" // begins open and must become encrypted
	Implicit TLS = "tls"      // encrypted from the first byte
	NoTLS    TLS = "none"
)

// Config is the server through which mail goes out.
type Config struct {
	Host string
	Port int
	// From is the sender: "Sereno <sereno@example.com>".
	From string
	// Username and Password are "" where the server asks for neither.
	Username, Password string
	TLS                TLS
}

// Options are the adapter's surroundings.
type Options struct {
	// Logger is slog.Default() when nil.
	Logger *slog.Logger
	// Links make the links to acknowledge; there are none when nil.
	Links *links.Links
	// TLSConfig replaces the machine's trust in certificates; nil for that.
	TLSConfig *tls.Config
}

// session bounds what one mail may take, from the first packet to the last answer,
// where ctx does not.
const session = 30 * time.Second

// Adapter sends through one server. Make it with New. It is safe for use by
// several goroutines; each mail has a connection of its own.
type Adapter struct {
	config Config
	from   *netmail.Address
	domain string
	log    *slog.Logger
	links  *links.Links
	tls    *tls.Config
}

var _ bot.Adapter = (*Adapter)(nil)

// New makes an adapter. It calls nobody.
func New(c Config, o Options) (*Adapter, error) {
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("mail: from: %w", err)
	}
	if c.Host == "" || c.Port == 0 {
		return nil, errors.New("mail: no server")
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	if at := strings.LastIndexByte(from.Address, '@'); at >= 0 { // a quoted local part may hold one
		domain = from.Address[at+1:]
	}
	conf := o.TLSConfig.Clone()
	if conf == nil {
		conf = &tls.Config{}
	}
	conf.ServerName, conf.MinVersion = c.Host, tls.VersionTLS12
	return &Adapter{config: c, from: from, domain: domain, log: o.Logger, links: o.Links, tls: conf}, nil
}

// Platform is its name.
func (a *Adapter) Platform() string { return Platform }

// Features: mail only goes one way.
func (a *Adapter) Features() bot.Features { return bot.Features{OneWay: true} }

// Run waits for the end: nothing comes in by SMTP.
func (a *Adapter) Run(ctx context.Context, in bot.Inbox) error {
	in.CaughtUp(Platform)
	<-ctx.Done()
	return nil
}

// Deliver sends a page or a direct message. An Update of one that was sent changes
// nothing: nobody is called twice for what they need not do any more.
func (a *Adapter) Deliver(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	switch d.Kind {
	case bot.Page, bot.Direct:
	case bot.Update:
		return bot.Receipt{}, nil
	default:
		return bot.Receipt{}, &bot.DeliveryError{Permanent: true, NotSent: true, Err: fmt.Errorf("mail carries no %s", d.Kind)}
	}
	if d.User == "" {
		return bot.Receipt{}, &bot.DeliveryError{Permanent: true, NotSent: true, Err: errors.New("a mail goes to a person, not to a channel")}
	}
	msg, err := a.message(ctx, d)
	if err != nil {
		return bot.Receipt{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, session)
	defer cancel()
	if err := a.send(ctx, msg); err != nil {
		return bot.Receipt{}, err
	}
	return bot.Receipt{Message: msg.GetMessageID()}, nil
}

// send hands one message to the server.
func (a *Adapter) send(ctx context.Context, msg *gomail.Msg) error {
	s, err := a.dial(ctx)
	if err != nil {
		return &bot.DeliveryError{NotSent: true, Err: err}
	}
	defer s.close()
	if err := s.client.SendWithSMTPClient(s.smtp, msg); err != nil && !msg.IsDelivered() {
		return a.failure(err)
	}
	s.quit()
	return nil
}

// failure reads what the server said. Until the end of the data was sent nothing
// can have been taken; then only an answer tells.
func (a *Adapter) failure(err error) error {
	var se *gomail.SendError
	if !errors.As(err, &se) {
		return err
	}
	out := &bot.DeliveryError{Err: fmt.Errorf("the mail server: %w", err)}
	switch se.Reason {
	case gomail.ErrWriteContent, gomail.ErrSMTPDataClose:
		out.NotSent = se.ErrorCode() != 0
	default:
		out.NotSent = true
	}
	out.Permanent = se.ErrorCode() >= 500
	return out
}
