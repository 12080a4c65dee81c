package mattermost

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"sereno/bot/emoji"
)

// nothing is a character without a shape that is neither letter, digit nor
// blank: it keeps a sign from working and does not show. The server cuts words
// at it when it looks for mentions (app/notification.go), and clients when they
// look for hashtags, channels and emoji.
const nothing = "\u200b"

// Pieces of a text that are written as they are, or as code.
var (
	pieces = regexp.MustCompile(`:[A-Za-z0-9_+-]+(?:::skin-tone-[2-6](?:-[2-6])?)?:|[A-Za-z][A-Za-z0-9+.-]*://[^\s<>"\x60]*|(?i:\bwww\d{0,3}\.|\b(?:mailto|tel|sms|sip|callto):)[^\s<>"\x60]*`)
	// safeLink is an address of which no character means anything else.
	safeLink = regexp.MustCompile(`^(?i:https?)://[A-Za-z0-9][A-Za-z0-9._:/?#%&=+,-]*$`)
	// endOfLink is what may follow an address without becoming part of it.
	endOfLink = regexp.MustCompile(`^(?:[.,:!?]?(?:\s|$))`)
	entity    = regexp.MustCompile(`^&#?[A-Za-z0-9]+;`)
	listMark  = regexp.MustCompile(`^[0-9]+[.)]`)
)

// inert writes text so that it reads as it is: no mention, channel, hashtag,
// formatting, image, table, code, formula or HTML comes of it. Addresses that
// read as what they are stay links; other things that look like one are shown as
// code. Emoji by their common names stay emoji.
//
// Backslashes, and entities for < and >, are what all of Mattermost's readers of
// Markdown (web, mobile, server) agree on; mentions are looked for after those
// were read, and so need a character in between.
func inert(s string) string {
	var b strings.Builder
	for i, line := range strings.Split(clean(s), "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		inertLine(&b, line)
	}
	return b.String()
}

func inertLine(b *strings.Builder, line string) {
	line = indent(b, line)
	line = startOfLine(b, line)
	formulas := strings.Count(line, "$") > 1
	before := rune(' ')
	for line != "" {
		var at []int
		if strings.ContainsAny(line, ":.") { // without one of these there are none
			at = pieces.FindStringIndex(line)
		}
		if at == nil {
			inertWords(b, line, formulas)
			return
		}
		inertWords(b, line[:at[0]], formulas)
		if at[0] > 0 {
			before, _ = utf8.DecodeLastRuneInString(line[:at[0]])
		}
		piece, rest := line[at[0]:at[1]], line[at[1]:]
		line = rest
		switch {
		case piece[0] == ':' && isEmoji(piece):
			b.WriteString(shownEmoji(piece))
		case piece[0] == ':':
			b.WriteString(":" + nothing)
			// The last colon may begin an emoji of its own.
			inertWords(b, piece[1:len(piece)-1], formulas)
			line = ":" + rest
		default:
			link := strings.TrimRight(piece, ".,:!?")
			line = piece[len(link):] + rest
			inertLink(b, link, before, line)
		}
		before = 'x'
	}
}

// isEmoji reports whether :name: is an emoji that every server has. Of a time of
// day, 10:30:45, no server makes one, and it stays as it is, too.
func isEmoji(piece string) bool {
	name := strings.Trim(piece, ":")
	if strings.Trim(name, "0123456789") == "" {
		return true
	}
	_, ok := emoji.Unicode(name)
	return ok
}

// shownEmoji is the emoji by its name, or, in a skin tone, which has no name that
// Mattermost shares, as itself.
func shownEmoji(piece string) string {
	if u, ok := emoji.Unicode(piece); ok && strings.Contains(piece, "::") {
		return u
	}
	return piece
}

// inertLink writes an address as it is where nothing around it can become part
// of it, else as code.
func inertLink(b *strings.Builder, link string, before rune, rest string) {
	switch {
	case link == "":
	case safeLink.MatchString(link) && (unicode.IsSpace(before) || before == '(') && endOfLink.MatchString(rest):
		b.WriteString(link)
	default:
		b.WriteString("`" + link + "`")
	}
}

// indent keeps blanks at the beginning of a line from making it code, or part of
// a list.
func indent(b *strings.Builder, line string) string {
	text := strings.TrimLeft(line, " \t\u00a0")
	if line == " "+text {
		b.WriteByte(' ')
		return text
	}
	for _, r := range line[:len(line)-len(text)] {
		if r == '\t' {
			b.WriteString("\u00a0\u00a0\u00a0\u00a0")
			continue
		}
		b.WriteString("\u00a0")
	}
	return text
}

// startOfLine disarms what makes a heading, a list, a rule or a quotation.
func startOfLine(b *strings.Builder, line string) string {
	switch {
	case line == "":
	case strings.ContainsRune("-+", rune(line[0])):
		b.WriteString(`\` + line[:1])
		return line[1:]
	case line[0] == '>':
		b.WriteString("&gt;")
		return line[1:]
	case line[0] == '=':
		b.WriteString(nothing)
	default:
		if m := listMark.FindString(line); m != "" {
			b.WriteString(m[:len(m)-1] + `\` + m[len(m)-1:])
			return line[len(m):]
		}
	}
	return line
}

// inertWords writes text in which no link and no known emoji is.
func inertWords(b *strings.Builder, s string, formulas bool) {
	for i, r := range s {
		switch r {
		case '\\', '`', '*', '_', '[', ']', '|':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '$':
			if formulas {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		case '~':
			b.WriteString(`\~` + nothing)
		case '@', '#':
			b.WriteRune(r)
			b.WriteString(nothing)
		case '<':
			b.WriteString("&lt;")
		case '&':
			if entity.MatchString(s[i:]) {
				b.WriteString("&amp;")
				continue
			}
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
}

// clean drops what no text may hold: broken UTF-8, control characters, and
// characters that turn the direction of what follows.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\v' || r == '\f' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return '\n'
		case unicode.Is(unicode.Cc, r), r == '\ufeff':
			return -1
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
}

func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// cut shortens to at most n characters, saying so.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// cutBytes shortens to at most n bytes, saying so, at a character's end.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	const more = "…"
	end := n - len(more)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimRightFunc(s[:end], unicode.IsSpace) + more
}

// plainly is text for where nothing but mentions and emoji is read.
func plainly(s string) string {
	return strings.NewReplacer("@", "@"+nothing, "#", "#"+nothing, "~", "~"+nothing).Replace(clean(s))
}
