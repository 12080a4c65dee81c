package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Split cuts one paragraph into its sentences, without the space around
// them. A full stop ends one only before a space, and not after a single
// letter or a well-known abbreviation.
func Split(paragraph string) []string {
	var out []string
	start := 0
	add := func(end int) {
		if s := strings.TrimSpace(paragraph[start:end]); s != "" {
			out = append(out, s)
		}
		start = end
	}
	for i, r := range paragraph {
		switch r {
		case '.', '!', '?', '…':
			end := i + utf8.RuneLen(r)
			next, _ := utf8.DecodeRuneInString(paragraph[end:])
			if end < len(paragraph) && !unicode.IsSpace(next) {
				continue
			}
			if r == '.' && abbreviated(paragraph[start:i]) {
				continue
			}
			add(end)
		}
	}
	add(len(paragraph))
	return out
}

// abbreviated reports whether the last word takes a full stop of its own.
func abbreviated(s string) bool {
	word := strings.ToLower(s[strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })+1:])
	if utf8.RuneCountInString(word) == 1 {
		return true
	}
	switch word {
	case "sr", "sra", "dr", "dra", "ing", "lic", "ej", "etc", "mr", "mrs", "ms", "vs", "st", "no", "art", "pág", "núm", "inc", "corp":
		return word != "no" && word != "etc"
	}
	return false
}
