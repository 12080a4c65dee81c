package markup

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/util"
)

// resolve reads backslash escapes and character references, once
// (https://spec.commonmark.org/0.31.2/#backslash-escapes, #entity-and-numeric-character-references).
func resolve(raw []byte) string {
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\' && i+1 < len(raw) && util.IsPunct(raw[i+1]):
			i++
			b.WriteByte(raw[i])
		case c == '&':
			s, n := reference(raw[i+1:])
			if n == 0 {
				s = "&"
			}
			b.WriteString(s)
			i += n
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// longestReference is that of HTML's names, with room to spare.
const longestReference = 40

// reference reads what follows an ampersand, up to its semicolon: what it
// stands for and how many bytes it takes, 0 when it is none.
func reference(s []byte) (string, int) {
	end := strings.IndexByte(string(s[:min(len(s), longestReference)]), ';')
	if end < 1 {
		return "", 0
	}
	name := string(s[:end])
	if entity, ok := util.LookUpHTML5EntityByName(name); ok {
		return string(entity.Characters), end + 1
	}
	if name[0] != '#' {
		return "", 0
	}
	digits, base := name[1:], 10
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || len(digits) > 7 {
		return "", 0
	}
	if n == 0 || n > unicode.MaxRune || !utf8.ValidRune(rune(n)) {
		n = utf8.RuneError
	}
	return string(rune(n)), end + 1
}

// maxURL is the longest address that is linked, in bytes.
const maxURL = 2048

// address makes an address safe to be written in any dialect, and reports
// whether it is of a kind that we link: http, https, mailto.
func address(raw string) (string, bool) {
	if len(raw) > maxURL || !utf8.ValidString(raw) {
		return "", false
	}
	scheme, rest, _ := strings.Cut(raw, ":")
	safe := strings.ToLower(scheme) + ":" + encoded(rest)
	u, err := url.Parse(safe)
	if err != nil || len(safe) > maxURL {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		return safe, u.Host != ""
	case "mailto":
		return safe, u.Opaque != ""
	}
	return "", false
}

// encoded puts percents for what a dialect could take for the address's end.
func encoded(s string) string {
	var b strings.Builder
	for _, r := range s {
		if !strings.ContainsRune("<>()|\"'`\\^{}", r) && unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			b.WriteRune(r)
			continue
		}
		for _, c := range []byte(string(r)) {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
