package kb

import (
	"regexp"
	"strconv"
	"strings"
)

// nearest is the known word that is spelled most like the one given, or all of
// them when none is like it.
func nearest(word string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := edits(strings.ToLower(word), k); d < least {
			best, least = k, d
		}
	}
	if best != "" {
		return best
	}
	return strings.Join(known, " / ") // in either language
}

// edits counts the letters to insert, drop or change to make a into b; a word
// far longer than any known one is not measured.
func edits(a, b string) int {
	if len(a) > 2*len(b) {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

var lineOf = regexp.MustCompile(`line (\d+): `)

// yamlLine is the line that the YAML reader complains of, 1 when it names none.
func yamlLine(err error) int {
	if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 {
			return n
		}
	}
	return 1
}

// yamlReason is its complaint without the line.
func yamlReason(err error) string {
	return lineOf.ReplaceAllString(strings.TrimPrefix(err.Error(), "yaml: "), "")
}
