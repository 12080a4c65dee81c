package markup

import (
	"strconv"
	"strings"
)

// Dialect is how a platform writes each piece. Every string is raw text unless
// it is called inner or label: those are rendered already.
type Dialect interface {
	// Text escapes: whatever s is, it shows as s, with no mention, link or
	// formatting. It may stand anywhere, at the beginning of a line too, and hold
	// newlines. emoji.Show belongs here, not around Render: code and addresses
	// keep their colons.
	Text(s string) string
	Bold(inner string) string
	Italic(inner string) string
	Strike(inner string) string
	// Code is on one line; Fence's code has any number of them, without a newline
	// at its end. Both may hold the platform's own marks for code.
	Code(s string) string
	Fence(lang, code string) string
	// Link leads to url, which is as Link.URL says.
	Link(label, url string) string
	// Heading's level is from 1 to 6.
	Heading(level int, inner string) string
	// Item is an entry of a list; depth is 0 for one that is in no other, marker
	// is "•" or a number with a point, "3.". inner may have several lines.
	Item(depth int, marker, inner string) string
	// Quote may have several lines, with blank ones among them.
	Quote(inner string) string
}

// Render says a text in Markdown in another dialect.
func Render(md string, d Dialect) string { return Parse(md).Render(d) }

// Render says the text in a dialect: a blank line between blocks, none between
// the items of a list.
func (doc Doc) Render(d Dialect) string { return blocks(doc, d, "\n\n") }

func blocks(bs []Block, d Dialect, between string) string {
	var parts []string
	for _, b := range bs {
		if s := block(b, d); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, between)
}

func block(b Block, d Dialect) string {
	switch b := b.(type) {
	case Paragraph:
		return spans(b.Spans, d)
	case Heading:
		return d.Heading(b.Level, spans(b.Spans, d))
	case Fence:
		return d.Fence(b.Lang, b.Code)
	case Quote:
		return d.Quote(blocks(b.Blocks, d, "\n\n"))
	case List:
		return strings.Join(list(nil, b, d, 0), "\n")
	case Rule:
		return d.Text("———")
	}
	return ""
}

// list adds the lines of a list, those of the lists in it one level deeper.
func list(out []string, l List, d Dialect, depth int) []string {
	for i, item := range l.Items {
		marker := "•"
		if l.Ordered {
			marker = strconv.Itoa(l.Start+i) + "."
		}
		own := 0 // the item's own blocks, before a list in it
		for own < len(item) && !isList(item[own]) {
			own++
		}
		out = append(out, d.Item(depth, marker, blocks(item[:own], d, "\n")))
		for _, b := range item[own:] {
			if nested, ok := b.(List); ok {
				out = list(out, nested, d, depth+1)
			} else if s := block(b, d); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

func isList(b Block) bool {
	_, ok := b.(List)
	return ok
}

func spans(ss []Span, d Dialect) string {
	var b strings.Builder
	for _, s := range ss {
		b.WriteString(span(s, d))
	}
	return b.String()
}

func span(s Span, d Dialect) string {
	switch s := s.(type) {
	case Text:
		return d.Text(string(s))
	case Bold:
		return d.Bold(spans(s.Spans, d))
	case Italic:
		return d.Italic(spans(s.Spans, d))
	case Strike:
		return d.Strike(spans(s.Spans, d))
	case Code:
		return d.Code(string(s))
	case Link:
		return d.Link(spans(s.Spans, d), s.URL)
	}
	return ""
}
