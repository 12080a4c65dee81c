package slack

import "strings"

// splitKeep splits a pattern into its parts and the colons between them.
func splitKeep(s string) []string {
	var out []string
	for i, part := range strings.Split(s, ":") {
		if i > 0 {
			out = append(out, ":")
		}
		out = append(out, part)
	}
	return out
}

// lastOf is the part of a real key at the place of the pattern's.
func lastOf(s string, i int) string {
	if parts := splitKeep(s); i < len(parts) {
		return parts[i]
	}
	return s
}
