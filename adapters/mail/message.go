package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"html/template"
	netmail "net/mail"
	"strings"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"sereno/bot"
)

//go:embed mail.html
var mailHTML string

var layout = template.Must(template.New("mail").Parse(mailHTML))

// maxSubject is how many characters of a title a subject shows.
const maxSubject = 200

// message writes the mail. All of it follows from the delivery, so that a
// repetition is the same to the letter.
func (a *Adapter) message(ctx context.Context, d *bot.Delivery) (*gomail.Msg, error) {
	to, err := netmail.ParseAddress(d.User)
	if err != nil || to.Address != d.User {
		return nil, &bot.DeliveryError{Permanent: true, NotSent: true, Err: fmt.Errorf("%q is not a mail address", d.User)}
	}
	link, err := a.links.AckURL(ctx, d)
	if err != nil {
		return nil, &bot.DeliveryError{NotSent: true, Err: err}
	}
	text, html, err := bodies(d.Message, link)
	if err != nil {
		return nil, &bot.DeliveryError{Permanent: true, NotSent: true, Err: err}
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, a.from)
	m.SetAddrHeaderFromMailAddress(gomail.HeaderTo, to)
	m.Subject(subject(d))
	m.SetDateWithValue(d.At)
	m.SetMessageIDWithValue(a.id(d.Key))
	if d.Incident != "" {
		// Of a message that never was: what refers to it belongs together.
		root := "<" + a.id("incident-"+d.Incident) + ">"
		m.SetGenHeader(gomail.HeaderInReplyTo, root)
		m.SetGenHeader(gomail.HeaderReferences, root)
	}
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no machine answers it
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	if d.Kind == bot.Page {
		m.SetImportance(gomail.ImportanceHigh)
	}
	m.SetBodyString(gomail.TypeTextPlain, text)
	m.AddAlternativeString(gomail.TypeTextHTML, html)
	return m, nil
}

// maxID keeps a header on one line of those that SMTP takes (RFC 5321: 998 octets).
const maxID = 128

// id is a Message-ID made of what is ours, in letters that every program takes.
func (a *Adapter) id(s string) string {
	if len(s) > maxID {
		sum := sha256.Sum256([]byte(s))
		s = hex.EncodeToString(sum[:])
	}
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '.'
	}, s) + "@" + a.domain
}

// subject is one line.
func subject(d *bot.Delivery) string {
	s := d.Message.Title
	if s == "" {
		s = d.Message.Text
	}
	if s == "" {
		s = d.Incident
	}
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)), " ")
	if utf8.RuneCountInString(s) > maxSubject {
		s = string([]rune(s)[:maxSubject-1]) + "…"
	}
	return s
}

// shown is what the HTML shows.
type shown struct {
	bot.Message
	Lines     []string
	Link, Ack string
}

// bodies are the message as plain text and as HTML; everything in it is text.
func bodies(m bot.Message, link string) (text, html string, err error) {
	v := shown{Message: m, Link: link}
	if b := m.Ack(); b != nil {
		v.Ack = b.Label
	}
	text = m.Plain() + "\n"
	if link != "" {
		text += "\n" + v.Ack + ": " + link + "\n"
	}
	rest := m
	rest.Title, rest.Quote, rest.Footer = "", "", ""
	for line := range strings.Lines(rest.Plain()) {
		v.Lines = append(v.Lines, strings.TrimRight(line, "\n"))
	}
	var out bytes.Buffer
	if err := layout.Execute(&out, v); err != nil {
		return "", "", fmt.Errorf("write a mail: %w", err)
	}
	return text, out.String(), nil
}
