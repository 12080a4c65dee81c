package markup

import "strings"

// line gathers spans; neighbouring texts become one, so that a dialect sees
// what it must escape in one piece.
type line struct{ spans []Span }

func (l *line) add(s Span) { l.spans = append(l.spans, s) }

func (l *line) text(s string) {
	if s == "" {
		return
	}
	if n := len(l.spans); n > 0 {
		if last, ok := l.spans[n-1].(Text); ok {
			l.spans[n-1] = last + Text(s)
			return
		}
	}
	l.add(Text(s))
}

func (l *line) append(spans []Span) {
	for _, s := range spans {
		if t, ok := s.(Text); ok {
			l.text(string(t))
		} else {
			l.add(s)
		}
	}
}

// trim takes blanks and line breaks off both ends.
func (l *line) trim() []Span {
	if len(l.spans) == 0 {
		return nil
	}
	if t, ok := l.spans[0].(Text); ok {
		if t = Text(strings.TrimLeft(string(t), " \t\n")); t == "" {
			l.spans = l.spans[1:]
		} else {
			l.spans[0] = t
		}
	}
	n := len(l.spans)
	if n == 0 {
		return nil
	}
	if t, ok := l.spans[n-1].(Text); ok {
		if t = Text(strings.TrimRight(string(t), " \t\n")); t == "" {
			l.spans = l.spans[:n-1]
		} else {
			l.spans[n-1] = t
		}
	}
	return l.spans
}
