package markup

import "strings"

// line gathers spans; neighbouring texts become one, so that a dialect sees
// what it must escape in one piece.
type line struct {
	spans   []Span
	pending strings.Builder // the text after them
}

func (l *line) text(s string) { l.pending.WriteString(s) }

func (l *line) add(spans ...Span) {
	for _, s := range spans {
		if t, ok := s.(Text); ok {
			l.text(string(t))
			continue
		}
		l.flush()
		l.spans = append(l.spans, s)
	}
}

func (l *line) flush() {
	if l.pending.Len() > 0 {
		l.spans = append(l.spans, Text(l.pending.String()))
		l.pending.Reset()
	}
}

// all is what was gathered.
func (l *line) all() []Span {
	l.flush()
	return l.spans
}

// trimmed is what was gathered without blanks and line breaks at both ends.
func (l *line) trimmed() []Span {
	spans := l.all()
	if len(spans) == 0 {
		return nil
	}
	if t, ok := spans[0].(Text); ok {
		if spans[0] = Text(strings.TrimLeft(string(t), blanks)); spans[0] == Span(Text("")) {
			spans = spans[1:]
		}
	}
	last := len(spans) - 1
	if last < 0 {
		return nil
	}
	if t, ok := spans[last].(Text); ok {
		if spans[last] = Text(strings.TrimRight(string(t), blanks)); spans[last] == Span(Text("")) {
			spans = spans[:last]
		}
	}
	return spans
}

const blanks = " \t\n"
