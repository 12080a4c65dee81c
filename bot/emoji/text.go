package emoji

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// found is an emoji at the beginning of a text.
type found struct {
	*glyph
	tones  []rune
	length int // in bytes, 0 when there is none
	// styled: something says that it is meant as an emoji, not as a character.
	styled bool
}

func match(s string) found { return known().match(s) }

// match is the longest emoji that s begins with.
func (t *table) match(s string) found {
	var best found
	var tones []rune
	n, styled, last := t.root, false, rune(0)
	for i, r := range s {
		size := utf8.RuneLen(r)
		switch {
		case r == emojiStyle && i > 0 && last != emojiStyle:
			styled = true
		case isTone(r) && i > 0 && len(tones) < 2:
			tones = append(tones, r)
			styled = true
		default:
			if n = n.next[r]; n == nil {
				return best
			}
		}
		if n.glyph != nil && n.glyph.same(s[:i+size], tones) {
			best = found{n.glyph, tones, i + size, styled || !n.glyph.isText()}
		}
		last = r
	}
	return best
}

// Names is the text with every emoji as its name between colons. A character
// that only a variation selector would make an emoji, such as © or the digit 1,
// is text without one. Sequences that are not in the table stay as they are.
func Names(text string) string {
	var b strings.Builder
	for text != "" {
		n := plainBytes(text)
		b.WriteString(text[:n])
		text = text[n:]
		if text == "" {
			break
		}
		m := match(text)
		if length := sequence(text, m); length > 0 {
			b.WriteString(text[:length])
			text = text[length:]
			continue
		}
		b.WriteString(":" + m.name + suffix(m.tones) + ":")
		text = text[m.length:]
	}
	return b.String()
}

// plainBytes is how many bytes at the beginning cannot begin an emoji.
func plainBytes(s string) int {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf, c == '#', c == '*', '0' <= c && c <= '9':
			return i
		}
	}
	return len(s)
}

// sequence is how many bytes at the beginning stay as they are, given what was
// found there; 0 when that is to be named.
func sequence(s string, m found) int {
	if m.length == 0 {
		_, n := utf8.DecodeRuneInString(s)
		if flag(s) && flag(s[n:]) { // two letters of a flag go together
			n *= 2
		}
		return n
	}
	rest := s[m.length:]
	if !m.styled || strings.HasPrefix(rest, textStyle) {
		return m.length
	}
	n := 0
	for strings.HasPrefix(rest[n:], joiner) { // with more joined to it, it is another emoji
		n += len(joiner)
		next := match(rest[n:]).length
		if next == 0 {
			_, next = utf8.DecodeRuneInString(rest[n:])
		}
		n += next
	}
	if n == 0 {
		return 0
	}
	return m.length + n
}

// flag reports whether s begins with one of the letters that flags are made of.
func flag(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return '\U0001F1E6' <= r && r <= '\U0001F1FF'
}

// Show is the text with every known name between colons as its emoji. What is
// written as part of something else is not touched: 10:30:45, a:b:c,
// arn:aws:key:1, pkg::key::new and /:key:/ hold no emoji.
func Show(text string) string {
	var b strings.Builder
	shown := false // an emoji has just been shown
	before := ' '
	for text != "" {
		colon := strings.IndexByte(text, ':')
		if colon < 0 {
			break
		}
		if colon > 0 {
			b.WriteString(text[:colon])
			before, _ = utf8.DecodeLastRuneInString(text[:colon])
			text, shown = text[colon:], false
		}
		s, n := named(text)
		if n == 0 || inWord(text[:n], before, text[n:], shown) {
			b.WriteByte(':')
			text, before, shown = text[1:], ':', false
			continue
		}
		b.WriteString(s)
		text, shown = text[n:], true
	}
	b.WriteString(text)
	return b.String()
}

// named is the emoji whose name s begins with, and how many bytes that takes,
// its tone included; 0 when it begins with none.
func named(s string) (string, int) {
	end := name(s)
	if end == 0 {
		return "", 0
	}
	g, ok := known().named[s[1:end-1]]
	if !ok {
		if emoji, ok := Unicode(s[1 : end-1]); ok {
			return emoji, end
		}
		return "", 0
	}
	if tone := name(s[end:]); tone > 0 {
		if base, tones := cutTones("x:" + s[end:end+tone-1]); base == "x" {
			return g.toned(tones), end + tone
		}
	}
	return g.toned(nil), end
}

// longestTone is what a tone adds to a name at most.
const longestTone = len("_medium_light_skin_tone")

// name is the length of :something: at the beginning of s, 0 when there is none.
func name(s string) int {
	if s == "" || s[0] != ':' {
		return 0
	}
	window := s[1:min(len(s), known().longest+longestTone+2)]
	end := strings.IndexByte(window, ':')
	if end < 1 || strings.ContainsAny(window[:end], " \t\n") {
		return 0
	}
	return end + 2
}

// inWord reports whether a name stands within something that is no emoji, given
// the character before it, unless that was an emoji, and what comes after it.
func inWord(name string, before rune, after string, afterEmoji bool) bool {
	left := !afterEmoji && isWord(before)
	next, _ := utf8.DecodeRuneInString(after)
	right := after != "" && isWord(next)
	if _, n := named(after); n > 0 {
		right = false // the next emoji
	}
	if short := len(name) <= 4 || strings.Trim(name, ":0123456789") == ""; short {
		return left || right
	}
	return left && right
}

func isWord(r rune) bool {
	return strings.ContainsRune(":_/", r) || unicode.IsLetter(r) || unicode.IsDigit(r)
}
