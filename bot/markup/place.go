package markup

import (
	"strings"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// cut is a place to cut: what is before ends at head, what is after begins at
// rest, and in is the fence that this is in.
type cut struct {
	head, rest int
	in         fence
}

// place is the best place to cut s at or before n, which is less than its
// length: after a paragraph or a line in the latter half, so that parts do not
// become tiny, else at the last blank.
func (c *cutter) place(s string, n int) cut {
	var paragraph, line, code, blank cut
	in := c.open
	for start := 0; start <= n; {
		end, ends := lineEnd(s, start, n)
		before := in
		in = c.line(in, s[start:end])
		opens := in.isOpen() && !before.isOpen()
		if at := lastBlank(s, start, end); at.head > start {
			blank = cut{at.head, at.rest, before}
			if opens {
				blank.in = in
			}
		}
		if !ends {
			break
		}
		here := cut{end, end + 1, in}
		switch {
		case opens: // the mark belongs to what follows
		case in.isOpen():
			code, blank = here, here
		default:
			line, blank = here, here
			if end+1 < len(s) && s[end+1] == '\n' {
				paragraph = here
			}
		}
		start = end + 1
	}
	for _, at := range []cut{paragraph, line, code} {
		if at.head > 0 && at.head >= n/2 {
			return at
		}
	}
	if blank.head > 0 {
		return blank
	}
	at := character(s, n)
	return cut{at, at, c.after(s[:at])}
}

// lineEnd is where the line that starts there ends, and whether it does so at
// or before n; if not, n.
func lineEnd(s string, start, n int) (int, bool) {
	if i := strings.IndexByte(s[start:min(n+1, len(s))], '\n'); i >= 0 {
		return start + i, true
	}
	return n, false
}

// lastBlank is the last place between two words of the line s[start:end], or
// just after it; none when there is no word before it.
func lastBlank(s string, start, end int) cut {
	for last := min(end, len(s)-1); last > start; last-- {
		if !isBlank(s[last]) {
			continue
		}
		head, rest := last, last+1
		for head > start && isBlank(s[head-1]) {
			head--
		}
		for rest < len(s) && isBlank(s[rest]) {
			rest++
		}
		if !makesFence(s[start:head], s[rest:]) {
			return cut{head: head, rest: rest}
		}
		last = head
	}
	return cut{}
}

// makesFence reports whether a line that is cut in two would open or close a
// fence where it did not.
func makesFence(line, rest string) bool {
	line = strings.Trim(line, blanks)
	return fenceMark(strings.TrimLeft(rest, blanks)) || fenceMark(line) && run(line) == line
}

// maxMark is the length of the longest mark that is looked after, in bytes.
const maxMark = 100

// fenceMark reports whether s is the mark of a fence at the beginning of a line.
func fenceMark(s string) bool { return len(run(s)) >= 3 }

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// character is the last place at or before n that is between two characters as
// people see them: not within an emoji of several code points, nor between a
// letter and its accent; n where there is none.
func character(s string, n int) int {
	at, line := 0, 0
	for g := graphemes.FromString(s); g.Next() && g.End() <= n; {
		if g.Value() == "\n" {
			line = g.End()
		}
		if !makesFence(s[line:min(g.End(), line+maxMark)], s[g.End():]) {
			at = g.End()
		}
	}
	if at == 0 {
		return n
	}
	return at
}
