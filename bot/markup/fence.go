package markup

import "strings"

// fence is a block of code that is open; the zero fence is none.
type fence struct {
	mark string // three or more of ` or ~
	line string // that opens it again, with its language if it named one
	// silent ones are neither closed nor opened again where a text is cut.
	silent bool
}

func (f fence) isOpen() bool { return f.mark != "" }

// opener is what opens it again.
func (f fence) opener() string {
	if f.silent || !f.isOpen() {
		return ""
	}
	return f.line + "\n"
}

// closer is what closes it.
func (f fence) closer() string {
	if f.silent {
		return ""
	}
	return f.mark
}

// next is the fence that is open after a line
// (https://spec.commonmark.org/0.31.2/#fenced-code-blocks).
func (f fence) next(line string) fence {
	if f.isOpen() {
		if f.closedBy(line) {
			return fence{}
		}
		return f
	}
	text := strings.TrimLeft(line, " ")
	mark := run(text)
	if len(mark) < 3 || mark[0] == '`' && strings.Contains(text[len(mark):], "`") {
		return f
	}
	indent := line[:len(line)-len(text)]
	return fence{mark: mark, line: indent + mark + language(strings.Trim(text[len(mark):], " \t\r"))}
}

func (f fence) closedBy(line string) bool {
	line = strings.Trim(line, " \t\r")
	mark := run(line)
	return mark == line && len(mark) >= len(f.mark) && mark[0] == f.mark[0]
}

// run is what s begins with of ` or ~.
func run(s string) string {
	if s == "" || s[0] != '`' && s[0] != '~' {
		return ""
	}
	return s[:len(s)-len(strings.TrimLeft(s, s[:1]))]
}
