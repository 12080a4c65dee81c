package discord

import (
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"sereno/bot/markup"
)

// escapeText makes a text inert wherever Discord reads markup: it shows as it
// is, and nothing in it is a mention, a link, an invitation, an emoji of a
// server, a time or formatting. A backslash does that before anything that is
// neither letter, digit nor blank; only where something could begin is one put,
// for notifications show them.
//
// What would be read before markup is, mentions for one, is besides kept from
// calling anybody by allowed_mentions.
func escapeText(s string) string {
	s = clean(s)
	var b strings.Builder
	start := true // of a line, but for blanks
	for i := 0; i < len(s); i++ {
		c := s[i]
		if meansSomething(s, i, start) {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
		start = c == '\n' || start && c == ' '
	}
	return b.String()
}

// meansSomething reports whether the character at i could be markup there.
func meansSomething(s string, i int, start bool) bool {
	next := byte(0)
	if i+1 < len(s) {
		next = s[i+1]
	}
	switch c := s[i]; c {
	case '\\', '*', '`', '[', ']':
		return true
	case '_': // within a name it means nothing
		inside := i > 0 && s[i-1] != '_' && isWord(s[i-1]) && next != '_' && isWord(next)
		return !inside
	case '~', '|':
		return i == 0 || next == 0 || next == c || s[i-1] == c
	case '<':
		return next != ' ' && next != '='
	case '@':
		return foldsTo(s[i+1:], "everyone") || foldsTo(s[i+1:], "here")
	case '>', '#', '-', '+':
		return start
	case ':':
		return next == '/'
	case '.':
		return isNumbered(s[:i]) || invites(s[:i])
	case ')':
		return isNumbered(s[:i])
	}
	return false
}

// foldsTo reports whether s begins with the word, in capitals or not.
func foldsTo(s, word string) bool {
	return len(s) >= len(word) && strings.EqualFold(s[:len(word)], word)
}

// invites reports whether a point here could make an invitation: discord.gg/… is
// one even without a scheme.
func invites(before string) bool {
	for _, word := range []string{"discord", "discordapp"} {
		if foldsTo(before[max(0, len(before)-len(word)):], word) {
			return true
		}
	}
	return false
}

// isNumbered reports whether the line so far is a number: what begins an entry of a list.
func isNumbered(s string) bool {
	line := s[max(0, len(s)-20):]
	line = strings.TrimLeft(line[strings.LastIndexByte(line, '\n')+1:], " ")
	return line != "" && strings.Trim(line, "0123456789") == ""
}

// clean drops what no text may hold: broken UTF-8, control characters, and
// those that turn the direction of what follows.
func clean(s string) string {
	ok := func(r rune) bool {
		switch {
		case r == '\n' || r == '\t':
			return true
		case r < ' ', r >= 0x7f && r < 0xa0, r == utf8.RuneError, r == 0xfeff:
			return false
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return false
		}
		return true
	}
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !ok(r) }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case ok(r):
			return r
		case r == utf8.RuneError:
			return '�'
		}
		return -1
	}, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
}

func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// length is how much of Discord's limits a text takes: it counts as JavaScript does.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// cut shortens a text to at most max; what was cut shows as "…".
func cut(s string, max int) string {
	if length(s) <= max {
		return s
	}
	n := 0
	for i, r := range s {
		if n += utf16.RuneLen(r); n > max-1 {
			s = s[:i]
			break
		}
	}
	return strings.TrimRight(s, " \n\t") + "…"
}

// cutEscaped cuts so that the text has at most max when it is escaped, and
// escapes it.
func cutEscaped(s string, max int) string {
	for n := max; ; n = n * 9 / 10 {
		if e := escapeText(cut(s, n)); length(e) <= max || n == 0 {
			return e
		}
	}
}

func orDash(s string) string {
	if strings.TrimSpace(s) == "" {
		return "–"
	}
	return s
}

// dialect is how our own people's Markdown is said in Discord's.
type dialect struct{}

var _ markup.Dialect = dialect{}

func (dialect) Text(s string) string       { return escapeText(s) }
func (dialect) Bold(inner string) string   { return around("**", inner) }
func (dialect) Italic(inner string) string { return around("*", inner) }
func (dialect) Strike(inner string) string { return around("~~", inner) }

// around puts the marks at the text itself: beside a blank they mean nothing.
func around(mark, inner string) string {
	text := strings.TrimSpace(inner)
	if text == "" {
		return inner
	}
	at := strings.Index(inner, text)
	return inner[:at] + mark + text + mark + inner[at+len(text):]
}

// Code has no way to hold a back quote at its ends but with more of them around.
func (dialect) Code(s string) string {
	s = oneLine(s)
	if s == "" {
		return ""
	}
	if !strings.Contains(s, "`") {
		return "`" + s + "`"
	}
	if strings.Contains(s, "``") { // code cannot hold them: it is shown as text
		return escapeText(s)
	}
	return "`` " + s + " ``"
}

var fenceLang = regexp.MustCompile(`^[a-zA-Z0-9_+.#-]{1,30}$`)

// Fence cannot hold three back quotes; a joiner without width comes between.
func (dialect) Fence(lang, code string) string {
	if !fenceLang.MatchString(lang) {
		lang = ""
	}
	code = strings.ReplaceAll(strings.Trim(clean(code), "\n"), "```", "`\u200b`\u200b`")
	if code == "" {
		return ""
	}
	if strings.HasSuffix(code, "`") {
		code += "\u200b"
	}
	return "```" + lang + "\n" + code + "\n```"
}

// Link is shown as its label. Discord shows no link whose label looks like an
// address: there the address is the link.
func (dialect) Link(label, address string) string {
	switch {
	case !isLink(address):
		return label
	case label == escapeText(address):
		return address
	case strings.Contains(label, `:\/`) || strings.Contains(label, `\:/`):
		return label + " (" + address + ")"
	}
	return "[" + label + "](" + address + ")"
}

func isLink(u string) bool {
	return len(u) <= 2000 && !strings.ContainsAny(u, " \n\t<>()|\\`\"") && isAddress(u, "https", "http")
}

func (dialect) Heading(level int, inner string) string {
	if strings.TrimSpace(inner) == "" {
		return ""
	}
	return strings.Repeat("#", min(max(level, 1), 3)) + " " + strings.Join(strings.Fields(inner), " ")
}

func (dialect) Item(depth int, marker, inner string) string {
	indent := strings.Repeat("  ", min(depth, 5))
	if marker == "•" {
		marker = "-"
	}
	return indent + marker + " " + strings.ReplaceAll(inner, "\n", "\n"+indent+"  ")
}

func (dialect) Quote(inner string) string {
	return "> " + strings.ReplaceAll(inner, "\n", "\n> ")
}
