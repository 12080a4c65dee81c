package config

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// syntax reports what the YAML library could not read.
func (r *reader) syntax(data []byte, err error) {
	lines := bytes.SplitAfter(data, []byte("\n"))
	if at, ok := tab(lines); ok {
		r.report(at, "", say(tabIndent), say(useSpaces))
		return
	}
	m := libraryError.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	line, _ := strconv.Atoi(m[1]) // none is zero
	if found := firstBadLine(data, lines); found > 0 {
		line = found
	}
	at := position{1, 1}
	if line >= 1 && line <= len(lines) {
		text := lines[line-1]
		at = position{line, len(text) - len(bytes.TrimLeft(text, " ")) + 1}
	}
	for _, s := range syntaxErrors {
		if strings.Contains(m[2], s.library) {
			r.report(at, "", say(s.wrong), say(s.instead))
			return
		}
	}
	r.report(at, "", say(notYAML, "detail", shown(m[2])), say(lookAtLine))
}

var libraryError = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// syntaxErrors are the library's words in ours, where they can be plainer.
var syntaxErrors = []struct {
	library        string
	wrong, instead msg
}{
	{"mapping values are not allowed", colonTooMany, quoteColon},
	{"expected ',' or ']'", openBracket, closeIt},
	{"expected ',' or '}'", openBracket, closeIt},
	{"unexpected end of stream", openQuote, closeIt},
	{"cannot start any token", reservedSign, quoteIt},
	{"could not find expected ':'", noColon, writeColon},
	{"unknown anchor", unknownAlias, writeOut},
	{"did not find expected key", unexpectedHere, lookAtLine},
	{"did not find expected node content", unexpectedHere, lookAtLine},
	{"did not find expected '-'", unexpectedHere, lookAtLine},
	{"UTF-8", notUTF8, saveUTF8},
	{"control characters", controlSign, saveUTF8},
}

// tab finds a tab in an indentation: what people cannot see.
func tab(lines [][]byte) (position, bool) {
	for i, line := range lines {
		text := bytes.TrimLeft(line, " \t")
		indent := line[:len(line)-len(text)]
		if at := bytes.IndexByte(indent, '\t'); at >= 0 && len(bytes.TrimSpace(text)) > 0 {
			return position{i + 1, at + 1}, true
		}
	}
	return position{}, false
}

// What the search for a line may cost; a longer document gets the library's
// own line, which is often that of the construct around the mistake.
const (
	maxSearched = 256 << 10 // bytes
	maxParses   = 200
	// multiline is the longest list or text over several lines that the search
	// sees past.
	multiline = 20
)

// firstBadLine is the line after the longest beginning of the document that is
// YAML in itself, from 1: there the mistake begins. It is 0 when it was not
// found in the parses allowed.
func firstBadLine(data []byte, lines [][]byte) int {
	if len(data) > maxSearched {
		return 0
	}
	ends := make([]int, len(lines)+1) // of the first n lines, in bytes
	for i, line := range lines {
		ends[i+1] = ends[i] + len(line)
	}
	parses := 0
	good := func(n int) bool {
		parses++
		_, _, err := parse(data[:ends[n]])
		return err == nil
	}
	low, high := 0, len(lines) // the first low lines are good, all of them are not
	for parses < maxParses {
		for high-low > 1 {
			if mid := (low + high) / 2; good(mid) {
				low = mid
			} else {
				high = mid
			}
		}
		// A list over several lines is bad in its middle and good at its end.
		further := 0
		for n := min(low+multiline, len(lines)-1); n > low+1 && parses < maxParses; n-- {
			if good(n) {
				further = n
				break
			}
		}
		if further == 0 {
			return low + 1
		}
		low, high = further, len(lines)
	}
	return 0
}
