// Package redact takes out of a text what must not leave the house, leaves a
// placeholder such as [[MAIL_1]] for each, and puts it back into what comes home.
// What is always taken out are secrets (keys, tokens, passwords), and the numbers
// of cards, bank accounts and identity documents; the rest is as configured.
package redact

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Kind is what was taken out; it is in the placeholder's name.
type Kind string

// The kinds, the weightiest first: where two overlap, all that they cover bears
// the name of the weightier.
const (
	Literal  Kind = "LITERAL" // what looked like a placeholder already
	Secret   Kind = "SECRET"
	Account  Kind = "ACCOUNT"
	Card     Kind = "CARD"
	Document Kind = "DOCUMENT"
	Mail     Kind = "MAIL"
	Phone    Kind = "PHONE"
	Custom   Kind = "VALUE"
	Person   Kind = "PERSON"
)

// always reports whether the kind is taken out whatever is configured.
func always(k Kind) bool {
	return slices.Contains([]Kind{Secret, Account, Card, Document}, k)
}

var weight = map[Kind]int{Literal: 0, Secret: 1, Account: 2, Card: 3, Document: 4, Mail: 5, Phone: 6, Custom: 7, Person: 8}

// Options say what is taken out besides what always is.
type Options struct {
	Mail, Phones, Names bool
	Patterns            []*regexp.Regexp
}

// Session redacts the texts of one call; the same value has the same placeholder
// in all of them. It is for one goroutine.
type Session struct {
	o      Options
	names  *regexp.Regexp // of the people who are known, nil for none
	values map[string]string
	given  map[string]string // value → placeholder
	count  map[Kind]int
}

// New is a session that has taken nothing out yet. people are the names of those
// who take part: they are taken out wherever they are written.
func New(o Options, people ...string) *Session {
	s := &Session{o: o, values: map[string]string{}, given: map[string]string{}, count: map[Kind]int{}}
	if o.Names {
		s.names = namesOf(people)
	}
	return s
}

// placeholder is how one looks, and nothing else that leaves the house does.
var placeholder = regexp.MustCompile(`\[\[[A-Z]+_[0-9]+\]\]`)

// span is a part of a text, in bytes.
type span struct {
	from, to int
	kind     Kind
}

// Redact gives the text with placeholders.
func (s *Session) Redact(text string) string {
	var out strings.Builder
	at := 0
	for _, p := range joined(s.spans(text)) {
		out.WriteString(text[at:p.from])
		out.WriteString(s.mark(p.kind, text[p.from:p.to]))
		at = p.to
	}
	out.WriteString(text[at:])
	return out.String()
}

// Name gives the placeholder of a person, or the name where names may be told.
func (s *Session) Name(name string) string {
	if !s.o.Names || name == "" {
		return s.Redact(name)
	}
	return s.mark(Person, name)
}

// Restore puts everything back that the session took out. What looks like a
// placeholder and is none of its own stays as it is.
func (s *Session) Restore(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		if v, ok := s.values[p]; ok {
			return v
		}
		return p
	})
}

// Veil puts nothing back: each placeholder becomes what shown gives for its kind.
func (s *Session) Veil(text string, shown func(Kind) string) string { return s.Reveal(text, "", shown) }

// Reveal puts back what stands in known, a text that was redacted, but for what is
// always taken out; every other placeholder becomes what shown gives for its kind.
func (s *Session) Reveal(text, known string, shown func(Kind) string) string {
	open := Placeholders(known)
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		if v, ok := s.values[p]; ok && slices.Contains(open, p) && !always(kindOf(p)) {
			return v
		}
		return shown(kindOf(p))
	})
}

// Placeholders lists those in the text.
func Placeholders(text string) []string { return placeholder.FindAllString(text, -1) }

// Knows reports whether the session gave the placeholder.
func (s *Session) Knows(p string) bool {
	_, ok := s.values[p]
	return ok
}

func kindOf(p string) Kind {
	name, _, _ := strings.Cut(strings.TrimPrefix(p, "[["), "_")
	return Kind(name)
}

func (s *Session) mark(k Kind, value string) string {
	if p, ok := s.given[value]; ok {
		return p
	}
	s.count[k]++
	p := fmt.Sprintf("[[%s_%d]]", k, s.count[k])
	s.values[p], s.given[value] = value, p
	return p
}

// spans are all that is to be taken out, in no order.
func (s *Session) spans(text string) []span {
	var out []span
	for _, p := range placeholder.FindAllStringIndex(text, -1) {
		out = append(out, span{p[0], p[1], Literal})
	}
	out = append(out, secrets(text)...)
	out = append(out, numbers(text)...)
	if s.o.Mail {
		out = append(out, all(Mail, mailForm, text)...)
	}
	if s.o.Phones {
		out = append(out, phones(text)...)
	}
	for _, re := range s.o.Patterns {
		out = append(out, all(Custom, re, text)...)
	}
	if s.names != nil {
		out = append(out, all(Person, s.names, text)...)
		out = append(out, all(Person, mention, text)...)
	}
	return out
}

// joined puts the spans in order and makes one of those that overlap, so that no
// end of a secret is left over.
func joined(in []span) []span {
	slices.SortFunc(in, func(a, b span) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	var out []span
	for _, p := range in {
		if p.from == p.to {
			continue
		}
		last := len(out) - 1
		if last < 0 || p.from >= out[last].to {
			out = append(out, p)
			continue
		}
		out[last].to = max(out[last].to, p.to)
		if weight[p.kind] < weight[out[last].kind] {
			out[last].kind = p.kind
		}
	}
	return out
}

// all are the matches of an expression; where it has a group, what that holds.
func all(k Kind, re *regexp.Regexp, text string) []span {
	var out []span
	for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
		from, to := m[0], m[1]
		if k != Custom && len(m) > 2 && m[len(m)-2] >= 0 {
			from, to = m[len(m)-2], m[len(m)-1]
		}
		out = append(out, span{from, to, k})
	}
	return out
}
