package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/text"
)

// Problem is one mistake of the document and what to write instead.
type Problem struct {
	File string
	// Line and Col count from 1; Col counts characters.
	Line, Col int
	// Path leads to the value: "customers.acme.contract". "" is the document.
	Path string
	Msg  Message
	// Warning: the document is in force with it all the same.
	Warning bool
}

// Text is the problem on one line, "file:line:column: what is wrong: what to
// write instead", in the language; any language but Spanish reads English. It
// never holds a secret.
func (p Problem) Text(lang company.Lang) string {
	where := fmt.Sprintf("%s:%d:%d: ", p.File, p.Line, p.Col)
	if p.Warning {
		where += say(aWarning).in(lang) + ": "
	}
	if p.Path != "" {
		where += p.Path + ": "
	}
	return where + p.Msg.In(lang)
}

// Problems is every mistake of a document, in the order of their places.
type Problems []Problem

// Error is the problems in English, one a line.
func (ps Problems) Error() string { return ps.Text(company.English) }

// Text is the problems in the language, one a line.
func (ps Problems) Text(lang company.Lang) string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Text(lang)
	}
	return strings.Join(lines, "\n")
}

// sorted puts the problems in the order of their places and drops those that
// say the same about the same place (one value may be read under several
// paths: an alias, a range of days).
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(ps, func(p Problem) bool {
		id := fmt.Sprintf("%d:%d:%s", p.Line, p.Col, p.Msg.In(company.English))
		if seen[id] {
			return true
		}
		seen[id] = true
		return false
	})
}

// Message says what is wrong and what to write instead.
type Message struct{ wrong, instead phrase }

// In is the message in the language.
func (m Message) In(lang company.Lang) string {
	if m.instead.msg == nothing {
		return m.wrong.in(lang)
	}
	return m.wrong.in(lang) + ": " + m.instead.in(lang)
}

// phrase is a message of the catalogue with its values: names and values in
// turn.
type phrase struct {
	msg  msg
	args []any
}

func say(m msg, args ...any) phrase { return phrase{m, args} }

// quoted is a text of the document, shown between the language's quotation marks.
type quoted string

// position is a place in the document, shown in words.
type position struct{ line, col int }

// in fills the slots of the message in one pass, so that a value that looks
// like a slot stays as it is. A brace that begins no slot is itself.
func (p phrase) in(lang company.Lang) string {
	pattern := catalogue[p.msg].in(lang)
	var b strings.Builder
	for {
		text, rest, ok := strings.Cut(pattern, "{")
		b.WriteString(text)
		if !ok {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		if v, ok := p.arg(name); ok {
			b.WriteString(spell(v, lang))
			pattern = after
			continue
		}
		b.WriteByte('{')
		pattern = rest
	}
}

func (p phrase) arg(name string) (any, bool) {
	for i := 0; i+1 < len(p.args); i += 2 {
		if p.args[i] == name {
			return p.args[i+1], true
		}
	}
	return nil, false
}

// spell writes a value as the language does. A text of the document comes
// quoted or in a list; a string is one of ours, and so is an error's.
func spell(v any, lang company.Lang) string {
	switch v := v.(type) {
	case quoted:
		if lang == company.Spanish {
			return "«" + shown(string(v)) + "»"
		}
		return `"` + shown(string(v)) + `"`
	case []string:
		out := make([]string, len(v))
		for i, s := range v {
			out[i] = shown(s)
		}
		return strings.Join(out, ", ")
	case msg:
		return catalogue[v].in(lang)
	case phrase:
		return v.in(lang)
	case error:
		if out := text.Told(lang, v); !looksSecret(out) {
			return out
		}
		return mask
	case position:
		return say(linePlace, "line", v.line, "col", v.col).in(lang)
	}
	return fmt.Sprint(v)
}

// shownMax is how many characters of somebody's text a message repeats.
const shownMax = 80

// shown makes a text of the document fit to be repeated: short, on one line,
// without control characters (a terminal would obey them) and without what
// looks like a token that was written in the wrong place.
func shown(s string) string {
	if looksSecret(s) {
		return mask
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > shownMax {
			b.WriteString("…")
			break
		}
		if r >= ' ' && r != 0x7f && r != 0xfffd && !isDirectional(r) {
			b.WriteRune(r)
			continue
		}
		b.WriteRune('·')
	}
	return b.String()
}

// isDirectional is for the marks that make a terminal show text in another
// order than it is written in.
func isDirectional(r rune) bool {
	return r >= 0x200e && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r >= 0x80 && r < 0xa0
}
