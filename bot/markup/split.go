package markup

import (
	"strings"
	"unicode/utf8"
)

// Split cuts a text, which is in a platform's dialect already, into parts of at
// most max as size measures them: at the end of a paragraph, else of a line,
// else between words, and within a word only where that alone is too long, then
// between characters as people see them. Nothing but the white space at the
// cuts is lost. A code fence (a line that begins with three or more backquotes or
// tildes) that is cut is closed, and opened again in the next part; so is one
// that s leaves open, unless its marks would take more than half of max.
//
// size must not shrink when the text grows. A single character larger than max
// is a part by itself.
func Split(s string, max int, size func(string) int) []string {
	c := cutter{max: max, size: size}
	s = strings.TrimRight(s, " \t\r\n")
	var parts []string
	for {
		if !c.open.isOpen() {
			s = fromFirstLine(s)
		}
		if s == "" {
			return parts
		}
		part, rest := c.next(s)
		if strings.TrimSpace(part) != "" {
			parts = append(parts, part)
		}
		s = rest
	}
}

// fromFirstLine leaves out the blank lines at the beginning.
func fromFirstLine(s string) string {
	text := strings.TrimLeft(s, " \t\r\n")
	return s[strings.LastIndexByte(s[:len(s)-len(text)], '\n')+1:]
}

// cutter takes one part after the other off a text.
type cutter struct {
	max  int
	size func(string) int
	open fence // that the rest is in
}

// next takes the next part off s.
func (c *cutter) next(s string) (part, rest string) {
	n := c.fits(s)
	at := cut{n, n, c.after(s[:n])}
	if n < len(s) {
		at = c.place(s, n)
		// Rather lose the blanks before a word than cut it.
		if text := strings.TrimLeft(s, blanks); at.head == at.rest && len(text) < len(s) {
			return c.next(text)
		}
	}
	part, rest = c.part(s[:at.head], at.in), s[at.rest:]
	c.open = at.in
	// A fence that ends just after the cut has ended with this part.
	if line, after, _ := strings.Cut(rest, "\n"); c.open.isOpen() && c.open.closedBy(line) {
		c.open, rest = fence{}, after
	}
	return part, rest
}

// part is s with the marks that open and close the fences around it.
func (c *cutter) part(s string, in fence) string {
	s = c.open.opener() + s
	if in.closer() == "" {
		return strings.TrimRight(s, " \t\r\n")
	}
	return strings.TrimSuffix(s, "\n") + "\n" + in.closer()
}

// after is the fence that the rest is in after s.
func (c *cutter) after(s string) fence {
	in := c.open
	for line := range strings.SplitSeq(s, "\n") {
		in = c.line(in, line)
	}
	return in
}

// line is the fence that is open after a line. Marks that would fill the parts
// are cut down, or not repeated at all.
func (c *cutter) line(in fence, line string) fence {
	out := in.next(line)
	if out.isOpen() && !in.isOpen() {
		overhead := func() int { return c.size(out.opener() + "\n" + out.closer()) }
		if overhead() > c.max/2 {
			out.line = out.mark
		}
		if overhead() > c.max/2 {
			out.silent = true
		}
	}
	return out
}

// fits is how many bytes of s, at most, make a part; at least a character. It
// doubles until it is too much, then halves the difference, so that the work is
// in proportion to what fits.
func (c *cutter) fits(s string) int {
	fit := func(n int) bool { return c.size(c.part(s[:n], c.after(s[:n]))) <= c.max }
	low, high := 0, 64
	for high < len(s) && fit(runeStart(s, high)) {
		low, high = runeStart(s, high), 2*high
	}
	// All of it may need less than a beginning, which needs marks at its end.
	if len(s) <= 2*high && fit(len(s)) {
		return len(s)
	}
	high = min(high, len(s))
	for {
		middle := runeStart(s, (low+high)/2)
		if middle <= low {
			break
		}
		if fit(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	if low == 0 {
		_, low = utf8.DecodeRuneInString(s)
	}
	return low
}

// runeStart moves i back to where a character begins.
func runeStart(s string, i int) int {
	for n := 0; n < utf8.UTFMax-1 && i > 0 && i < len(s) && !utf8.RuneStart(s[i]); n++ {
		i--
	}
	return i
}
