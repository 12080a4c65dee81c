// Package triage tells a request from small talk. A customer's "gracias!" must
// open nothing, and a customer's request must never be lost: a text is small
// talk only when every word of it is known to be, and a request when in doubt.
package triage

import "slices"

// Class is what a message is: a Request, or a kind of small talk.
type Class string

// The classes. All but Request are small talk.
const (
	Request Class = "request"
	// Greeting: "buen día a todos", "hello?".
	Greeting Class = "greeting"
	// Thanks: "mil gracias", "thx!".
	Thanks Class = "thanks"
	// Acknowledgement: "dale", "ok, quedo atento", "got it".
	Acknowledgement Class = "acknowledgement"
	// Praise: "excelente servicio", "you rock".
	Praise Class = "praise"
	// Solved: "ya funciona, gracias", "that fixed it", "falsa alarma".
	Solved Class = "solved"
	// Farewell: "hasta luego", "have a nice day".
	Farewell Class = "farewell"
	// Empty: nothing, punctuation or emoji that ask for nothing.
	Empty Class = "empty"
)

// SmallTalk reports whether the message asks for nothing.
func (c Class) SmallTalk() bool { return c != Request }

// weightiest first: of several kinds of small talk in one message the
// weightiest is its class.
var weightiest = []Class{Solved, Thanks, Praise, Farewell, Acknowledgement, Greeting, Empty}

// maxLength of small talk, in bytes: who writes more has something to say.
const maxLength = 280

// Classify tells what a message is, in Spanish, English or both. The text is
// plain: mentions as @names, emoji as characters or as :short_names:.
//
// A bare question mark is a request: who writes it waits for something. So is
// anything with a digit outside a time of day, an address or an alarming emoji.
func Classify(text string) Class {
	if len(text) > maxLength {
		return Request
	}
	m, ok := read(text)
	if !ok {
		return Request
	}
	if len(m.words) == 0 {
		if m.question || m.clock {
			return Request // "?" waits for something, "9:50" answers something
		}
		if m.approving {
			return Acknowledgement
		}
		return Empty
	}
	classes, ok := m.explain()
	if !ok {
		return Request
	}
	if m.question && !m.mayAsk && (m.fillers || slices.ContainsFunc(classes, asked)) {
		return Request // "¿solucionado?" asks, "hola, ¿para hoy?" too
	}
	for _, c := range weightiest {
		if slices.Contains(classes, c) {
			return c
		}
	}
	return Request
}

// asked reports whether words of the class, with a question mark, are a question.
func asked(c Class) bool { return c == Solved || c == Acknowledgement || c == Praise }

// explain reads all words as known phrases, the longest first. It fails at the
// first word that is none.
func (m *message) explain() (classes []Class, ok bool) {
	var last Class
	for i := 0; i < len(m.words); {
		p, n := longest(m.words[i:])
		switch {
		case n > 0:
			if p.class != filler {
				classes = append(classes, p.class)
				last = p.class
			}
			m.fillers = m.fillers || p.class == filler
			m.mayAsk = m.mayAsk || p.asks
			i += n
		case m.words[i].mention:
			i++
		case m.isName(i, last):
			i++
		default:
			return nil, false
		}
	}
	return classes, len(classes) > 0
}

// isName reports whether the word is somebody's name: a usual first name, or a
// word written as one right after a greeting, thanks or a farewell.
func (m *message) isName(i int, last Class) bool {
	w := m.words[i]
	if names[w.folded] {
		return true
	}
	addressed := last == Greeting || last == Thanks || last == Farewell
	if !addressed || !w.capital || topics[w.plain] {
		return false
	}
	if i > 0 && m.words[i-1].end == stop {
		return false // "Thanks. Broken again."
	}
	// A name ends the clause, or is followed by a surname that ends the text.
	rest := m.words[i+1:]
	return w.end != open || len(rest) == 1 && rest[0].capital && !topics[rest[0].plain]
}
