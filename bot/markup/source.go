package markup

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Markdown writes the text as Markdown that Parse reads as the same text: for
// what an adapter has read from its platform.
func (doc Doc) Markdown() string { return doc.Render(Source{}) }

// Escape writes a text as Markdown that shows as just that text.
func Escape(s string) string { return Source{}.Text(s) }

// Source is the dialect that Parse reads.
type Source struct{}

// Text puts a backslash before whatever could be a mark.
func (Source) Text(s string) string {
	s = newlines.Replace(s)
	var b strings.Builder
	start := true // at the beginning of a line
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case start && (c == '\t' || strings.HasPrefix(s[i:], "    ")): // would be code
			fmt.Fprintf(&b, "&#%d;", c)
		case mark(s, i, start):
			b.WriteByte('\\')
			fallthrough
		default:
			b.WriteByte(c)
		}
		start = c == '\n' || start && (c == ' ' || '0' <= c && c <= '9')
	}
	return b.String()
}

// mark reports whether the character at i could be markup there.
func mark(s string, i int, start bool) bool {
	switch s[i] {
	case '\\', '*', '_', '`', '[', ']', '<', '>', '&', '~', '!', '@', '|':
		return true
	case '#', '+', '-', '=':
		return start
	case ')':
		return start && i > 0
	case ':':
		return strings.HasPrefix(s[i:], "://")
	case '.':
		return start && i > 0 || i >= 3 && strings.EqualFold(s[i-3:i], "www")
	}
	return false
}

// Bold is **so**.
func (Source) Bold(inner string) string { return around("**", inner) }

// Italic is *so*.
func (Source) Italic(inner string) string { return around("*", inner) }

// Strike is ~~so~~.
func (Source) Strike(inner string) string { return around("~~", inner) }

// around puts marks at the first and last character that is not blank: where
// there is a blank inside of them they are none.
func around(marks, inner string) string {
	text := strings.TrimSpace(inner)
	if text == "" {
		return inner
	}
	before, after, _ := strings.Cut(inner, text)
	return before + marks + text + marks + after
}

// Code is between more backquotes than it holds.
func (Source) Code(s string) string {
	s = strings.ReplaceAll(s, "\n", " ")
	if s == "" {
		return ""
	}
	ticks := strings.Repeat("`", longestRun(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") ||
		strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") && strings.TrimSpace(s) != "" {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// Fence is between more backquotes than it holds.
func (Source) Fence(lang, code string) string {
	ticks := strings.Repeat("`", max(3, longestRun(code)+1))
	return ticks + language(lang) + "\n" + code + "\n" + ticks
}

// longestRun is how many backquotes stand together in s.
func longestRun(s string) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// Link is [label](url). What we would not link is the label and the address.
func (Source) Link(label, url string) string {
	safe, ok := address(url)
	if !ok {
		return label + Escape(" ("+url+")")
	}
	return "[" + label + "](" + safe + ")"
}

// Heading is on one line.
func (Source) Heading(level int, inner string) string {
	return strings.Repeat("#", min(max(level, 1), 6)) + " " + strings.ReplaceAll(inner, "\n", " ")
}

// Item is four blanks in for every list that it is in: enough for the text of
// an entry with a number of two digits.
func (Source) Item(depth int, marker, inner string) string {
	if n, err := strconv.Atoi(strings.TrimSuffix(marker, ".")); err != nil || n < 0 {
		marker = "-"
	}
	indent := strings.Repeat(" ", 4*depth)
	return indent + marker + " " + indented(indent+strings.Repeat(" ", utf8.RuneCountInString(marker)+1), inner)
}

// Quote is behind angles.
func (Source) Quote(inner string) string { return prefixed("> ", inner) }
