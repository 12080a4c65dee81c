package redact

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// minName is the shortest part of a name that is taken out by itself, in characters.
const minName = 3

// namesOf finds the names, and each part of them, written as words of their own;
// nil when there is none to find.
func namesOf(people []string) *regexp.Regexp {
	var parts []string
	for _, p := range people {
		parts = append(parts, strings.TrimSpace(p))
		parts = append(parts, strings.FieldsFunc(p, func(r rune) bool { return strings.ContainsRune(" .,_-@()'\"", r) })...)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return utf8.RuneCountInString(s) < minName })
	slices.SortFunc(parts, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	parts = slices.Compact(parts)
	if len(parts) == 0 {
		return nil
	}
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
		// \b is for ASCII alone: a name that begins or ends with another letter has none there.
		if ascii(p[0]) {
			parts[i] = `\b` + parts[i]
		}
		if ascii(p[len(p)-1]) {
			parts[i] += `\b`
		}
	}
	return regexp.MustCompile(`(?i)` + strings.Join(parts, "|"))
}

func ascii(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
