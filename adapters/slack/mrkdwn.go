package slack

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sereno/bot/markup"
)

// mrkdwn reads Slack's own marks (docs.slack.dev/messaging/formatting-message-text)
// in a text that came without rich text. What is no mark for certain is a
// character.
func (r reader) mrkdwn(s string) markup.Doc {
	var doc markup.Doc
	for {
		before, rest, fenced := strings.Cut(s, "```")
		code, after, closed := strings.Cut(rest, "```")
		if !fenced || !closed {
			return append(doc, r.lines(s)...)
		}
		doc = append(doc, r.lines(before)...)
		if code = strings.Trim(unescape(code), "\n"); strings.TrimSpace(code) != "" {
			doc = append(doc, markup.Fence{Code: code})
		}
		s = after
	}
}

// lines reads running text, quotations and lists.
func (r reader) lines(s string) markup.Doc {
	var doc markup.Doc
	var kind string // of the lines that are being gathered
	var lines []string
	flush := func() {
		switch {
		case len(lines) == 0:
		case kind == "&gt;":
			if p := r.paragraph(lines); p != nil {
				doc = append(doc, markup.Quote{Blocks: []markup.Block{p}})
			}
		case kind == "•":
			var l markup.List
			for _, line := range lines {
				if p := r.paragraph([]string{line}); p != nil {
					l.Items = append(l.Items, []markup.Block{p})
				}
			}
			if len(l.Items) > 0 {
				doc = append(doc, l)
			}
		default:
			if p := r.paragraph(lines); p != nil {
				doc = append(doc, p)
			}
		}
		lines = nil
	}
	for line := range strings.SplitSeq(s, "\n") {
		now, text := "", line
		for _, mark := range []string{"&gt;", "•"} {
			if rest, ok := strings.CutPrefix(strings.TrimLeft(line, " "), mark); ok {
				now, text = mark, strings.TrimLeft(rest, " ")
			}
		}
		if now != kind || strings.TrimSpace(text) == "" {
			flush()
		}
		kind = now
		if strings.TrimSpace(text) != "" {
			lines = append(lines, text)
		}
	}
	flush()
	return doc
}

// paragraph is nil when nothing is left to be said.
func (r reader) paragraph(lines []string) markup.Block {
	if spans := trimmed(r.spans(strings.Join(lines, "\n"), 0)); len(spans) > 0 {
		return markup.Paragraph{Spans: spans}
	}
	return nil
}

// maxNested is how many styles are read inside each other; there are three.
const maxNested = 3

func (r reader) spans(s string, depth int) []markup.Span {
	var out []markup.Span
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, markup.Text(text.String()))
			text.Reset()
		}
	}
	before := ' '
	for s != "" {
		c := s[0]
		switch {
		case c == '<':
			if end := strings.IndexAny(s[1:], "<>"); end > 0 && s[1+end] == '>' {
				flush()
				out = append(out, r.span(s[1:1+end])...)
				s, before = s[end+2:], '>'
				continue
			}
		case c == '`':
			if end := strings.IndexAny(s[1:], "`\n"); end > 0 && s[1+end] == '`' {
				flush()
				out = append(out, markup.Code(unescape(s[1:1+end])))
				s, before = s[end+2:], '`'
				continue
			}
		case strings.IndexByte("*_~", c) >= 0 && !isWord(before) && depth < maxNested:
			if end := closing(s, c); end > 0 {
				if inner := r.spans(s[1:end], depth+1); len(inner) > 0 {
					flush()
					out = append(out, wrap(c, inner))
					s, before = s[end+1:], rune(c)
					continue
				}
			}
		}
		n := 1
		if c == '&' {
			n = entityLength(s)
		} else if c >= utf8.RuneSelf {
			_, n = utf8.DecodeRuneInString(s)
		}
		text.WriteString(unescape(s[:n]))
		before, _ = utf8.DecodeLastRuneInString(s[:n])
		s = s[n:]
	}
	flush()
	return out
}

// closing finds the mark that ends the style which begins s, on the same line
// and with nothing blank inside of it; 0 when there is none.
func closing(s string, mark byte) int {
	if first, _ := utf8.DecodeRuneInString(s[1:]); unicode.IsSpace(first) || byte(first) == mark {
		return 0
	}
	for i := 2; i < len(s) && s[i] != '\n'; i++ {
		if s[i] != mark {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(s[:i])
		next, _ := utf8.DecodeRuneInString(s[i+1:])
		if !unicode.IsSpace(last) && (i+1 == len(s) || !isWord(next)) {
			return i
		}
	}
	return 0
}

func wrap(mark byte, inner []markup.Span) markup.Span {
	switch mark {
	case '*':
		return markup.Bold{Spans: inner}
	case '_':
		return markup.Italic{Spans: inner}
	}
	return markup.Strike{Spans: inner}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// entityLength is how long the entity that begins s is, 1 when there is none.
func entityLength(s string) int {
	for _, e := range []string{"&amp;", "&lt;", "&gt;"} {
		if strings.HasPrefix(s, e) {
			return len(e)
		}
	}
	return 1
}

// span reads what stands between < and >: a link, or something with a name.
func (r reader) span(token string) []markup.Span {
	if user, _, _ := strings.Cut(token, "|"); user == "@"+r.me && r.me != "" {
		return nil
	}
	body, label, _ := strings.Cut(token, "|")
	if address := unescape(body); isLink(address) {
		return []markup.Span{markup.Link{Spans: []markup.Span{markup.Text(firstOf(unescape(label), bare(address)))}, URL: inert(address)}}
	}
	if text := r.token(token); text != "" {
		return []markup.Span{markup.Text(text)}
	}
	return nil
}

// inert encodes in an address what could end a link in Markdown.
func inert(address string) string { return encoder.Replace(address) }

var encoder = strings.NewReplacer(
	"(", "%28", ")", "%29", `"`, "%22", "'", "%27", "`", "%60", `\`, "%5C", "^", "%5E", "{", "%7B", "}", "%7D",
)
