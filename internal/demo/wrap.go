package demo

import (
	"strings"
	"unicode"
)

// clean takes out of anybody's words what would steer a terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
}

// columns is how wide the text is on a terminal.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
			r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 ||
			r >= 0x1f300 && r <= 0x1faff):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wrap breaks the text into lines of at most width columns, at spaces where it can.
func wrap(text string, width int) []string {
	var out []string
	for _, line := range strings.Split(clean(text), "\n") {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		current := indent
		empty := true
		for _, word := range strings.Fields(line) {
			for {
				gap := " "
				if empty {
					gap = ""
				}
				if columns(current)+columns(gap)+columns(word) <= width {
					current, empty = current+gap+word, false
					break
				}
				if !empty {
					out = append(out, current)
					current, empty = indent, true
					continue
				}
				head, tail := cut(word, max(width-columns(current), 1))
				out = append(out, current+head)
				word = tail
				if word == "" {
					break
				}
			}
		}
		if !empty || line == "" {
			out = append(out, current)
		}
	}
	return out
}

// cut splits a word that is longer than a line.
func cut(word string, width int) (head, tail string) {
	n := 0
	for i, r := range word {
		n += columns(string(r))
		if n > width && i > 0 {
			return word[:i], word[i:]
		}
	}
	return word, ""
}
