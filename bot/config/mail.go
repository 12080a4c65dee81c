package config

import (
	"net"
	netmail "net/mail"
	"strings"
)

var mailKeys = section{"mail", []key{
	must("host", "smtp.example.com"), may("port", "587"), must("from", "Sereno <sereno@example.com>"),
	may("username", "${SMTP_USERNAME}"), may("password", "${SMTP_PASSWORD}"), may("tls", "starttls"),
}}

// TLS is how the connection to the mail server is kept from others.
type TLS string

// The ways.
const (
	StartTLS TLS = "starttls" // begins open and must become encrypted before anything is said
	Implicit TLS = "tls"      // encrypted from the first byte
	NoTLS    TLS = "none"     // for a server on the same machine
)

var waysOfTLS = []string{string(StartTLS), string(Implicit), string(NoTLS)}

// Mail is the server through which mail goes out.
type Mail struct {
	Host string
	Port int
	// From is the sender, as RFC 5322 writes one: "Sereno <sereno@example.com>".
	From string
	// Username and Password are "" where the server asks for neither.
	Username Secret
	Password Secret
	TLS      TLS
}

func (v value) mail() *Mail {
	if !v.present() {
		return nil
	}
	m := &Mail{TLS: StartTLS}
	f, ok := v.fields(mailKeys)
	if !ok {
		return m
	}
	if s, ok := f["tls"].oneOf(aWayOfTLS, waysOfTLS); ok {
		m.TLS = TLS(s)
	}
	m.Host = f["host"].host()
	m.Port = f["port"].number(1, 65535, m.TLS.port())
	m.From = f["from"].mailbox()
	m.Username = Secret(f["username"].setting(""))
	m.Password = Secret(f["password"].setting(""))
	switch {
	case f["username"].present() != f["password"].present():
		v.wants(say(halfLogin), say(write, "example", "username: ${SMTP_USERNAME}, password: ${SMTP_PASSWORD}"))
	case m.TLS == NoTLS && m.Password != "" && !isLoopback(m.Host) && !f["host"].kept():
		f["tls"].wrong(say(openPassword), say(writeEither, "one", "tls: starttls", "other", "tls: tls"))
	}
	return m
}

// port is where servers listen for it (RFC 8314, RFC 5321).
func (t TLS) port() int {
	switch t {
	case Implicit:
		return 465
	case NoTLS:
		return 25
	}
	return 587
}

// host reads a name or an address without a port.
func (v value) host() string {
	s := v.setting("")
	if s == "" || v.kept() {
		return s
	}
	if strings.ContainsAny(s, "/@ \t\r\n") || strings.Contains(s, ":") && net.ParseIP(s) == nil {
		v.wrong(say(badHost), say(write, "example", "smtp.example.com"))
	}
	return s
}

// mailbox reads an address, with a name or without.
func (v value) mailbox() string {
	s := v.setting("")
	if s == "" || v.kept() {
		return s
	}
	if _, err := netmail.ParseAddress(s); err != nil {
		v.wrong(say(badMailbox), say(write, "example", "Sereno <sereno@example.com>"))
	}
	return s
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
